//! What `cargo xtask bench` compares is the same: C by hand leaves the state block that our kernels leave.
//!
//! Here clang alone compiles the C, which is installed anyway; `bench` takes gcc too.

use swarm_tests::bench::{Build, Compiler, Row, board};

fn rows(name: &str) -> Vec<Row> {
    let clang: Vec<Build> =
        Build::ALL.into_iter().filter(|build| build.compiler == Compiler::Clang).collect();
    match board(name, &clang) {
        Ok(rows) => rows,
        Err(message) => panic!("{message}"),
    }
}

#[test]
fn c_by_hand_does_the_same_on_the_cortex_m0() {
    assert!(!rows("microbit-v1").is_empty());
}

#[test]
fn c_by_hand_does_the_same_on_the_cortex_m4() {
    assert!(!rows("qemu-cortex-m4").is_empty());
}

#[test]
fn c_by_hand_does_the_same_on_riscv() {
    assert!(!rows("qemu-riscv32").is_empty());
}
