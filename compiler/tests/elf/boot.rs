//! Boots a micro:bit's flash image in QEMU, as it would be flashed: one file, nothing loaded beside it, and no debugger
//! behind it. The image's serial port is what a computer sees at the board's USB.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;
use swarm_link::frame::{BODY_MAX, HEADER_BYTES, command, header, parse_header, reply};

/// How long the emulated board may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The image's shell must find the kernel in its bank and take it.
pub fn boots(image: &Path, bank: u32) {
    let mut board = Command::new("qemu-system-arm")
        .args(["-M", "microbit", "-display", "none", "-monitor", "none", "-serial", "stdio", "-kernel"])
        .arg(image)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the emulator starts");
    let answer = ask(&mut board, &[&header(command::KERNEL, 4)[..], &bank.to_le_bytes()].concat());
    // Our own child, which would run on.
    board.kill().and_then(|()| board.wait()).expect("the emulator ends");
    // 0: the kernel is taken.
    let (tag, body) = answer.expect("the board answers in time");
    assert_eq!((tag, body.first()), (reply::KERNEL, Some(&0)), "{body:x?}");
}

/// Sends a command; the answer, if it comes in time.
fn ask(board: &mut Child, message: &[u8]) -> Option<(u8, Vec<u8>)> {
    board.stdin.as_mut()?.write_all(message).ok()?;
    let mut port = board.stdout.take()?;
    let (sender, answer) = channel();
    std::thread::spawn(move || {
        let mut bytes = [0; HEADER_BYTES];
        let mut body = [0; BODY_MAX];
        let read = port.read_exact(&mut bytes).ok().and_then(|()| parse_header(bytes));
        let whole = read.filter(|(_, length)| port.read_exact(&mut body[..*length]).is_ok());
        // When nobody waits any more the test has failed already.
        let _ = sender.send(whole.map(|(tag, length)| (tag, body[..length].to_vec())));
    });
    answer.recv_timeout(PATIENCE).ok()?
}
