//! Programs that are not ours, asked as processes; `cargo xtask setup` installs them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a script of `tests/peers` with the peers' Python; see [`run`].
pub fn ask(script: &str, input: String) -> Vec<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = here.join("../../target/peers/bin/python");
    assert!(python.exists(), "the peers are not installed: run `cargo xtask setup`");
    run(Command::new(python).arg(here.join("tests/peers").join(script)), input)
}

/// Hands a program its input, and gives the lines that it printed.
///
/// # Panics
/// When it does not start or fails: it says why on the standard error.
pub fn run(command: &mut Command, input: String) -> Vec<String> {
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let mut stdin = process.stdin.take().expect("its input is a pipe");
    // Beside the reading of its output: both pipes are shorter than what goes through them.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = process.wait_with_output().expect("its output can be read");
    let text = String::from_utf8(output.stdout).expect("it prints text");
    assert!(output.status.success(), "{command:?} failed: {text}");
    writer.join().expect("the writer ends").expect("the program reads all its input");
    text.lines().map(str::to_owned).collect()
}

pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
