//! A Rust compiler with `core` for a bare-metal target.
//!
//! The compiler of this build is used where rustup has installed the target. Elsewhere `core` is built from source:
//! by the compiler of this build when it has the source, or by Debian's `rustc-web` with `rust-web-src`.

use crate::tools::{Failure, Folders};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Compiler {
    rustc: PathBuf,
    core_from_source: bool,
}

impl Compiler {
    /// One that has the target's `core`, or can build it.
    pub fn for_target(target: &str) -> Result<Self, Failure> {
        let installed = candidates().into_iter().find(|(_, root)| root.join(target).join("lib").is_dir());
        if let Some((rustc, _)) = installed {
            return Ok(Self { rustc, core_from_source: false });
        }
        Self::with_source().map_err(|_| {
            Failure(format!(
                "no Rust `core` for {target}: `rustup target add {target}`, or `apt install rustc-web rust-web-src`"
            ))
        })
    }

    /// One that can build `core`.
    pub fn with_source() -> Result<Self, Failure> {
        let found = candidates().into_iter().find(|(_, root)| root.join("src/rust/library/core").is_dir());
        let (rustc, _) = found.ok_or_else(|| {
            Failure(
                "no Rust compiler with the source of `core`: `apt install rustc-web rust-web-src`"
                    .to_string(),
            )
        })?;
        Ok(Self { rustc, core_from_source: true })
    }

    /// A release build of the shell, cut off from the settings of the build that it is part of.
    pub fn cargo(&self, folders: &Folders, subcommand: &str) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO_") && name != "CARGO_HOME"
                || name.starts_with("RUST") && name != "RUSTUP_HOME"
            {
                cargo.env_remove(name.as_ref());
            }
        }
        cargo.current_dir(&folders.shell).env("RUSTC", &self.rustc).env("CARGO_TARGET_DIR", &folders.cargo);
        cargo.args([subcommand, "--quiet", "--release", "--locked"]);
        if self.core_from_source {
            // `-Z` on a stable compiler: Debian's is meant to be used so for `core`.
            cargo.env("RUSTC_BOOTSTRAP", "1");
            cargo.args(["-Zbuild-std=core", "-Zbuild-std-features=compiler-builtins-mem"]);
        }
        cargo
    }
}

/// The compilers to choose from, each with its `lib/rustlib`.
fn candidates() -> Vec<(PathBuf, PathBuf)> {
    let own = env::var_os("RUSTC").map(PathBuf::from);
    let debian = Path::new("/usr/bin/rustc");
    own.into_iter()
        .chain(debian.is_file().then(|| debian.to_path_buf()))
        .filter_map(|rustc| {
            let output = Command::new(&rustc).args(["--print", "sysroot"]).output().ok()?;
            let root = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()).join("lib/rustlib");
            Some((rustc, root))
        })
        .collect()
}
