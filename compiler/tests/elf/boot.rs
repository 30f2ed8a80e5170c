//! Boots a micro:bit's flash image in QEMU, as it would be flashed: one file, nothing loaded beside it.

use std::path::Path;
use std::process::Command;
use swarm_link::frame::{command, header, reply};

/// The image's shell must find the kernel in its bank and take it. The emulator ends when its commands do.
pub fn boots(image: &Path, bank: u32) {
    let folder = image.parent().expect("the image is in a folder");
    let mut commands = header(command::KERNEL, 4).to_vec();
    commands.extend(bank.to_le_bytes());
    std::fs::write(folder.join("in"), commands).expect("the folder takes files");
    std::fs::write(folder.join("out"), []).expect("the folder takes files");
    let mut emulator = Command::new("timeout");
    emulator.args(["60", "qemu-system-arm", "-M", "microbit", "-display", "none", "-monitor", "none"]);
    emulator
        .args(["-serial", "none", "-semihosting-config", "enable=on,target=native", "-kernel"])
        .arg(image);
    let output = emulator.current_dir(folder).output().expect("the emulator starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = std::fs::read(folder.join("out")).expect("the shell's answers");
    // A header of three bytes, then 0: the kernel is taken.
    assert_eq!(answers.get(2..4), Some(&[reply::KERNEL, 0][..]), "{answers:x?}");
}
