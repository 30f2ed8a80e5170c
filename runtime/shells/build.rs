//! Builds the shell for each emulated board with a nested cargo, and leaves the ELFs in `OUT_DIR`.
//!
//! `build/compiler.rs` finds a Rust compiler that has, or can build, `core` for the board; `build/xtensa.rs` goes the way
//! by assembly text that Xtensa needs.

#[path = "build/compiler.rs"]
mod compiler;
#[path = "build/tools.rs"]
mod tools;
#[path = "build/xtensa.rs"]
mod xtensa;

use compiler::Compiler;
use std::path::{Path, PathBuf};
use tools::{Failure, Folders, run, tool};

/// Board, Rust target, feature of the shell.
const BOARDS: [(&str, &str, Option<&str>); 3] = [
    ("microbit-v1", "thumbv6m-none-eabi", Some("microbit")),
    ("qemu-cortex-m4", "thumbv7em-none-eabi", None),
    ("qemu-riscv32", "riscv32imc-unknown-none-elf", None),
];

fn main() {
    for source in [
        "../shell/src",
        "../shell/link",
        "../shell/Cargo.toml",
        "../shell/build.rs",
        "../shell/xtensa-none-elf.json",
    ] {
        println!("cargo::rerun-if-changed={source}");
    }
    for source in ["../abi/src", "../link/src", "../mesh/src", "build.rs", "build"] {
        println!("cargo::rerun-if-changed={source}");
    }
    if let Err(failure) = build() {
        println!("cargo::error={failure}");
    }
}

fn build() -> Result<(), Failure> {
    let folders = Folders::of_this_build()?;
    for (board, target, feature) in BOARDS {
        let elf = lld(&folders, (board, target), feature)?;
        folders.keep(&elf, board)?;
    }
    let elf = xtensa::build(&folders)?;
    folders.keep(&elf, "qemu-xtensa")
}

/// A board that LLD links.
fn lld(folders: &Folders, (board, target): (&str, &str), feature: Option<&str>) -> Result<PathBuf, Failure> {
    let linker = tool(&["ld.lld-22", "/usr/lib/llvm-22/bin/ld.lld", "ld.lld"], "lld-22")?;
    let script = folders.shell.join("link").join(format!("{board}.ld"));
    let mut cargo = Compiler::for_target(target)?.cargo(folders, "build");
    cargo.args(["--target", target]);
    cargo.args(feature.map(|feature| format!("--features={feature}")));
    let flags = [
        format!("-Clinker={}", linker.display()),
        "-Clinker-flavor=ld.lld".to_string(),
        // Boards have no pages: no padding to their size.
        "-Clink-arg=--nmagic".to_string(),
        format!("-Clink-arg=-T{}", script.display()),
    ];
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    run(&mut cargo)?;
    Ok(release(folders, target).join("swarm-shell"))
}

fn release(folders: &Folders, target: &str) -> PathBuf {
    Path::new(&folders.cargo).join(target).join("release")
}
