//! What the workspace needs of the system.

use crate::steps::run;
use std::collections::HashSet;
use std::process::Command;

/// Debian's package, and what it is for.
const PACKAGES: [(&str, &str); 26] = [
    ("binutils", "readelf, for tests: a reader of ELF files that is none of ours"),
    ("binutils-xtensa-lx106", "links Xtensa kernels: LLD cannot"),
    ("clang-22", "compiles the dialects' C++"),
    ("g++", "its C++ library, and Rust's linker"),
    ("gdb-multiarch", "steps through kernels, in tests"),
    ("libclang-22-dev", "reads MLIR's C headers for Rust"),
    ("libedit-dev", "LLVM links it"),
    ("libffi-dev", "LLVM links it"),
    ("libmlir-22-dev", "MLIR, as a library"),
    ("libpolly-22-dev", "llvm-config asks for it"),
    ("libxml2-dev", "LLVM links it"),
    ("libzstd-dev", "LLVM links it"),
    ("lld-22", "links kernels"),
    ("llvm-22", "assembles Xtensa"),
    ("llvm-22-dev", "LLVM, as a library"),
    ("llvm-22-tools", "TableGen and tools of LLVM"),
    ("mlir-22-tools", "makes C++ of the dialects' definitions"),
    ("node-typescript", "compiles the TypeScript decoders of adverts in tests"),
    ("nodejs", "runs them"),
    ("protobuf-compiler", "reads the schemas of messages that we write"),
    ("python3-venv", "holds the peers that tests compare with"),
    ("qemu-system-arm", "emulates the micro:bit and the Cortex-M4F"),
    ("qemu-system-misc", "emulates RISC-V and Xtensa"),
    ("rust-web-src", "Rust's core, to build for bare metal"),
    ("rustc-web", "a Rust compiler that may build it"),
    ("zlib1g-dev", "LLVM links it"),
];

/// What only the comparison with C written by hand needs.
const COMPARED: [(&str, &str); 2] = [
    ("gcc-arm-none-eabi", "compiles the C that our code for Cortex-M is compared with"),
    ("gcc-riscv64-unknown-elf", "compiles the C that our code for RISC-V is compared with"),
];

/// Installs what is missing.
pub fn setup() -> Result<(), String> {
    install(&PACKAGES)
}

/// Installs what is missing, for `bench` too.
pub fn setup_for_bench() -> Result<(), String> {
    install(&[&PACKAGES[..], &COMPARED].concat())
}

fn install(packages: &[(&'static str, &'static str)]) -> Result<(), String> {
    let known = Command::new("dpkg-query").args(["-W", "-f", "${Package} ${db:Status-Status}\n"]).output();
    let Ok(known) = known else { return Err(elsewhere()) };
    let missing = missing(packages, &String::from_utf8_lossy(&known.stdout));
    if missing.is_empty() {
        eprintln!("setup: everything is installed");
        return Ok(());
    }
    eprintln!("setup: these packages of Debian are missing and will be installed:");
    for (name, reason) in &missing {
        eprintln!("  {name:<22} {reason}");
    }
    let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
    apt(&["update", "-qq"])
        .and_then(|()| apt(&[&["install", "-y", "-qq", "--no-install-recommends"], &*names].concat()))
        .map_err(|message| format!("{message}\n{}", elsewhere()))
}

/// Runs apt-get, by sudo where we are not root.
fn apt(arguments: &[&str]) -> Result<(), String> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    let mut command = Command::new(if root { "apt-get" } else { "sudo" });
    if !root {
        command.arg("apt-get");
    }
    run(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn missing(packages: &[(&'static str, &'static str)], known: &str) -> Vec<(&'static str, &'static str)> {
    let installed: HashSet<&str> = known.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    packages.iter().copied().filter(|(name, _)| !installed.contains(name)).collect()
}

fn elsewhere() -> String {
    let names: Vec<&str> = PACKAGES.iter().map(|(name, _)| *name).collect();
    format!(
        "this machine cannot install Debian 12's packages. Install by hand what these packages have: {}. \
         On other releases of Debian and Ubuntu, LLVM's packages come from the LLVM project's own apt archive; \
         on macOS from Homebrew. Where LLVM 22 is not in /usr/lib/llvm-22, set MLIR_SYS_220_PREFIX, LLVM_SYS_221_PREFIX and \
         TABLEGEN_220_PREFIX",
        names.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_is_only_known_is_missing() {
        let known = "lld-22 installed\nclang-22 not-installed\n";
        let missing: Vec<&str> = missing(&PACKAGES, known).into_iter().map(|(name, _)| name).collect();
        assert!(!missing.contains(&"lld-22") && missing.contains(&"clang-22"));
        assert_eq!(missing.len(), PACKAGES.len() - 1);
    }

    #[test]
    fn the_error_elsewhere_names_every_package() {
        let text = elsewhere();
        assert!(PACKAGES.iter().all(|(name, _)| text.contains(name)));
    }
}
