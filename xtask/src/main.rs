//! `cargo xtask`: sets up, tests, demonstrates, measures and soaks the workspace.
//!
//! It depends on no crate of the workspace, so that it builds on a machine that has nothing yet.

mod bench;
mod demo;
mod mutants;
mod packages;
mod peers;
mod soak;
mod steps;

use std::process::ExitCode;

const HELP: &str = "cargo xtask COMMAND

  setup   install what a fresh Debian 12 machine lacks; says what and why
          example: cargo xtask setup
  test    setup, then formatting, lints and all tests
          example: cargo xtask test
  demo    setup, then one kernel learns on five targets, with one checksum
          example: cargo xtask demo
  bench   setup with two more C compilers, then our code beside C written by hand, in instructions and bytes,
          and the compiler's time and size; --json prints JSON, --check fails where our code loses
          example: cargo xtask bench --check
  soak    setup, then the long proof: updates on the host and on emulated boards against the reference, mutations of the
          lowering that the tests must notice, and fuzzing; --quick gives each part about a minute, the mutations
          one in eight; --only WORDS tries the mutations of files with one of these words in their path,
          --from NUMBER goes on with that mutation
          example: cargo xtask soak --quick exact-host
          example: cargo xtask soak mutants --only draw,learn
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.first().map(String::as_str) {
        Some("setup") => packages::setup().and_then(|()| peers::setup()),
        Some("test") => packages::setup().and_then(|()| peers::setup()).and_then(|()| steps::test()),
        Some("demo") => packages::setup().and_then(|()| demo::run()),
        Some("bench") => bench::Options::parse(&arguments[1..])
            .and_then(|options| packages::setup_for_bench().map(|()| options))
            .and_then(bench::run),
        Some("soak") => packages::setup().and_then(|()| soak::run(&arguments[1..])),
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
