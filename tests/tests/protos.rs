//! Random kernels: their `.proto` file is one that protoc takes, and declares the same messages again.

use std::process::Command;
use swarm_tests::messages::Messages;
use swarm_tests::steps::Subject;
use swarmc::proto::{export, import};

const KERNELS: u32 = 60;

#[test]
fn random_kernels_go_there_and_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: Vec<String> = (1..=KERNELS).map(|seed| format!("k{seed}.proto")).collect();
    for (seed, name) in (1..).zip(&names) {
        let kernel = Messages::random(seed).kernel();
        let text = export("test.mlir", &kernel).unwrap_or_else(|failure| panic!("{failure:?}\n{kernel}"));
        let declarations = import(&text).unwrap_or_else(|_| panic!("seed {seed}: {text}"));
        assert!(kernel.contains(&declarations), "seed {seed}:\n{declarations}\n{text}");
        // Packages, so that one call of protoc takes them all.
        let packaged = text.replacen("\n\n", &format!("\n\npackage k{seed};\n\n"), 1);
        std::fs::write(folder.path().join(name), packaged).expect("the folder takes files");
    }
    let output = Command::new("protoc")
        .current_dir(folder.path())
        .arg("--descriptor_set_out=all.bin")
        .args(&names)
        .output()
        .expect("protoc is installed: `cargo xtask setup`");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
}
