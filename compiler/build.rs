//! Compiles the routines that machine code may call where a core lacks the instruction, once for each core, and the
//! shim; and says how a release is linked.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Name of the object, clang's arguments.
const CORES: [(&str, &[&str]); 6] = [
    ("host", &["-fPIC", "-c"]),
    ("thumbv6m", &["--target=thumbv6m-none-eabi", "-mcpu=cortex-m0", "-fropi", "-c"]),
    ("thumbv6m-fast", &["--target=thumbv6m-none-eabi", "-mcpu=cortex-m0", "-fropi", "-DFAST", "-c"]),
    ("thumbv7em", &["--target=thumbv7em-none-eabi", "-mcpu=cortex-m4", "-mfloat-abi=soft", "-fropi", "-c"]),
    ("riscv32imc", &["--target=riscv32-unknown-none-elf", "-march=rv32imc", "-mabi=ilp32", "-c"]),
    // clang knows no windowed core: it gives LLVM's assembly without a core, and llc does the rest.
    ("xtensa", &["--target=xtensa-none-elf", "-fomit-frame-pointer", "-S", "-emit-llvm"]),
];

fn main() {
    println!("cargo:rerun-if-changed=builtins.c");
    println!("cargo:rerun-if-changed=shim");
    if let Err(message) = run() {
        eprintln!("error: {message}");
        std::process::exit(1);
    }
}

fn run() -> Result<(), String> {
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| error.to_string())?);
    let prefix =
        PathBuf::from(env::var("LLVM_SYS_221_PREFIX").map_err(|_| "LLVM_SYS_221_PREFIX is not set")?);
    link(&prefix);
    shim(&prefix);
    for (core, arguments) in CORES {
        let output = out.join(format!("builtins-{core}.o"));
        let status = Command::new(prefix.join("bin/clang"))
            .args(arguments)
            .args(["-Oz", "-ffreestanding", "-fno-builtin", "-ffunction-sections", "-Wall", "-Werror"])
            .args(["builtins.c", "-o"])
            .arg(&output)
            .status()
            .map_err(|error| {
                format!("cannot run clang: {error}. Install clang-22, or `cargo xtask setup`.")
            })?;
        if !status.success() {
            return Err(format!("clang cannot compile builtins.c for {core}"));
        }
        if core == "xtensa" {
            windowed(&prefix, &output)?;
        }
    }
    Ok(())
}

/// What LLVM's C interface has no words for. Compiled like the shim of the dialects.
fn shim(prefix: &Path) {
    cc::Build::new()
        .cpp(true)
        .compiler(prefix.join("bin/clang++"))
        .std("c++17")
        .flag("-fno-exceptions")
        .flag("-isystem")
        .flag(prefix.join("include").display().to_string())
        .warnings_into_errors(true)
        .opt_level(2)
        .debug(false)
        .file("shim/Loops.cpp")
        .compile("swarm_loops");
}

/// A release is linked by lld, which keeps one of all functions that are the same code: MLIR has many, a quarter of the
/// program.
fn link(prefix: &Path) {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let folder = prefix.join("bin");
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && folder.join("ld.lld").exists() {
        println!("cargo:rustc-link-arg-bins=-B{}", folder.display());
        println!("cargo:rustc-link-arg-bins=-fuse-ld=lld");
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
    }
}

/// Compiles LLVM's assembly for the windowed core, in place. LLVM cannot write an Xtensa object itself: assembly is
/// kept, and assembled where it is linked.
fn windowed(prefix: &Path, file: &Path) -> Result<(), String> {
    let input = file.with_extension("ll");
    fs::rename(file, &input).map_err(|error| error.to_string())?;
    let status = Command::new(prefix.join("bin/llc"))
        .args(["-mtriple=xtensa-none-elf", "-mcpu=esp32", "-mattr=-mul32high", "-function-sections", "-o"])
        .args([file, &input])
        .status()
        .map_err(|error| format!("cannot run llc: {error}. Install llvm-22, or `cargo xtask setup`."))?;
    if status.success() { Ok(()) } else { Err("llc cannot compile builtins.c for xtensa".into()) }
}
