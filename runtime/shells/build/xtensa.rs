//! Xtensa: by assembly text, because objects that LLVM 22 writes itself have misplaced literals.
//!
//! rustc writes the whole shell as assembly (fat LTO), which is put in order and assembled by `llvm-mc`, together with the
//! hand-written part; GNU ld links both, without relaxing. The objects that cargo makes on the way are not used.

use crate::compiler::Compiler;
use crate::tools::{Failure, Folders, run, tool};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub fn build(folders: &Folders) -> Result<PathBuf, Failure> {
    let linker = tool(&["xtensa-lx106-elf-ld"], "binutils-xtensa-lx106")?;
    let text = compile(folders)?;
    let ordered = folders.out.join("xtensa-shell.s");
    fs::write(&ordered, in_order(&text))
        .map_err(|error| Failure(format!("cannot write {}: {error}", ordered.display())))?;
    let object = assemble(folders, &ordered)?;
    let machine = assemble(folders, &folders.shell.join("src/xtensa.s"))?;
    let elf = folders.out.join("xtensa-linked.elf");
    let mut command = Command::new(linker);
    command.args(["--no-relax", "--gc-sections", "-z", "noexecstack", "-T"]);
    command.arg(folders.shell.join("link/qemu-xtensa.ld")).arg("-o").arg(&elf).args([object, machine]);
    run(&mut command)?;
    Ok(elf)
}

/// The shell as one assembly text.
fn compile(folders: &Folders) -> Result<String, Failure> {
    let mut cargo = Compiler::with_source()?.cargo(folders, "rustc");
    cargo.arg("-Zjson-target-spec").arg("--target").arg(folders.shell.join("xtensa-none-elf.json"));
    let text = folders.out.join("xtensa-compiled.s");
    // The link that cargo insists on is done by a program that does nothing.
    cargo.args(["--", "-Clinker=true"]).arg(format!("--emit=asm={}", text.display()));
    run(&mut cargo)?;
    fs::read_to_string(&text).map_err(|error| Failure(format!("cannot read {}: {error}", text.display())))
}

/// One section of code for all functions. A function's literals stand before the switch to its section, and would go
/// into the pool of whatever section comes before it.
fn in_order(text: &str) -> String {
    let mut ordered = String::with_capacity(text.len());
    for line in text.lines() {
        let words = line.trim();
        if words.starts_with(".section\t.text.") {
            ordered.push_str("\t.text");
        } else if words == ".literal_position" {
            ordered.push_str("\t.text\n\t.literal_position");
        } else {
            ordered.push_str(line);
        }
        ordered.push('\n');
    }
    ordered
}

fn assemble(folders: &Folders, source: &Path) -> Result<PathBuf, Failure> {
    let assembler = tool(&["llvm-mc-22", "/usr/lib/llvm-22/bin/llvm-mc", "llvm-mc"], "llvm-22")?;
    let name = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let object = folders.out.join(format!("{name}.o"));
    let mut command = Command::new(assembler);
    command.args(["-triple=xtensa", "-mcpu=esp32", "-filetype=obj"]).arg(source).arg("-o").arg(&object);
    run(&mut command)?;
    Ok(object)
}
