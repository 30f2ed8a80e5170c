//! `swarmc`: the command line.
//!
//! Data goes to standard output, everything else to standard error. Exit codes: 0 done, 1 the user's mistake, 2 ours.

#![deny(clippy::print_stdout, clippy::print_stderr)] // They panic where nobody reads: see `cli/shown.rs`.

mod cli;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    swarmc::tools::file_limits_are_errors();
    match cli::Arguments::try_parse() {
        Ok(arguments) => cli::run(arguments),
        Err(error) => cli::refused(&error),
    }
}
