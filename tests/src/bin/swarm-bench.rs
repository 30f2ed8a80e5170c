//! Prints our code beside C written by hand; `cargo xtask bench` calls it.
//!
//! `--json` prints JSON; `--check` ends with exit code 1 where our code loses.

use std::process::ExitCode;
use swarm_tests::bench::{BOARDS, Build, board, json, table};

fn main() -> ExitCode {
    let has = |flag: &str| std::env::args().skip(1).any(|argument| argument == flag);
    let mut rows = Vec::new();
    for name in BOARDS {
        match board(name, &Build::ALL) {
            Ok(more) => rows.extend(more),
            Err(message) => {
                eprintln!("error: {message}");
                return ExitCode::from(2);
            }
        }
    }
    if has("--json") {
        println!("{:#}", json(&rows));
    } else {
        print!("{}", table(&rows));
    }
    ExitCode::from(u8::from(has("--check") && rows.iter().any(|row| !row.holds())))
}
