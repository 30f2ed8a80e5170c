//! `swarmc`: the command line.
//!
//! Data goes to standard output, everything else to standard error. Exit codes: 0 done, 1 the user's mistake, 2 ours.

mod cli;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::Arguments::try_parse() {
        Ok(arguments) => cli::run(arguments),
        Err(error) => {
            // Help and version are no mistake.
            let code = if error.use_stderr() { 1 } else { 0 };
            // When the terminal is gone there is nobody to tell.
            let _ = error.print();
            ExitCode::from(code)
        }
    }
}
