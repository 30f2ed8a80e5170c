//! Peers: other people's implementations, asked as processes; `cargo xtask setup` installs them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a script of `tests/peers` with arguments, hands it `input`, and gives the lines that it printed.
///
/// # Panics
/// When the peers are not installed, or the script fails: it says why on the standard error.
pub fn ask(script: &str, arguments: &[&str], input: String) -> Vec<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = here.join("../../target/peers/bin/python");
    assert!(python.exists(), "the peers are not installed: run `cargo xtask setup`");
    let mut process = Command::new(python)
        .arg(here.join("tests/peers").join(script))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the peers' Python starts");
    let mut stdin = process.stdin.take().expect("its input is a pipe");
    // Beside the reading of its output: both pipes are shorter than what goes through them.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = process.wait_with_output().expect("its output can be read");
    assert!(output.status.success(), "{script} {arguments:?} failed");
    writer.join().expect("the writer ends").expect("the script reads all its input");
    let text = String::from_utf8(output.stdout).expect("scripts print text");
    text.lines().map(str::to_owned).collect()
}

/// Lower case, as Python's `bytes.hex` writes it; `-` for no bytes, so that words on a line can be counted.
pub fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "-".to_owned();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The inverse of [`hex`].
///
/// # Panics
/// When the text is none of ours.
pub fn unhex(text: &str) -> Vec<u8> {
    let digits = if text == "-" { "" } else { text };
    assert!(digits.is_ascii() && digits.len().is_multiple_of(2), "hexadecimal bytes: {text}");
    (0..digits.len())
        .step_by(2)
        .map(|place| u8::from_str_radix(&digits[place..place + 2], 16).expect("hexadecimal digits"))
        .collect()
}
