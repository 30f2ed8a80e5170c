//! `cargo xtask`: sets up, tests and demonstrates the workspace.
//!
//! It depends on no crate of the workspace, so that it builds on a machine that has nothing yet.

mod demo;
mod packages;
mod peers;
mod steps;

use std::process::ExitCode;

const HELP: &str = "cargo xtask COMMAND

  setup   install what a fresh Debian 12 machine lacks; says what and why
          example: cargo xtask setup
  test    setup, then formatting, lints and all tests
          example: cargo xtask test
  demo    setup, then one kernel learns on five targets, with one checksum
          example: cargo xtask demo
";

fn main() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        Some("setup") => packages::setup().and_then(|()| peers::setup()),
        Some("test") => packages::setup().and_then(|()| peers::setup()).and_then(|()| steps::test()),
        Some("demo") => packages::setup().and_then(|()| demo::run()),
        Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("there is no command '{}'\n\n{HELP}", other.unwrap_or(""))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
