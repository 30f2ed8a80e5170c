//! Folders, tools and child processes of the build.

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Why the shells cannot be built: one line, for `cargo::error`.
#[derive(Debug)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.replace('\n', " | "))
    }
}

/// Where the build reads and writes.
pub struct Folders {
    /// The shell's crate.
    pub shell: PathBuf,
    /// The nested cargo's target folder.
    pub cargo: PathBuf,
    /// The results.
    pub out: PathBuf,
}

impl Folders {
    pub fn of_this_build() -> Result<Self, Failure> {
        let folder =
            |name| env::var_os(name).map(PathBuf::from).ok_or(Failure(format!("cargo did not set {name}")));
        let out = folder("OUT_DIR")?;
        let shell = folder("CARGO_MANIFEST_DIR")?.join("../shell");
        let shell = shell.canonicalize().map_err(|error| Failure(format!("{}: {error}", shell.display())))?;
        Ok(Self { shell, cargo: out.join("cargo"), out })
    }

    /// Copies a board's ELF to where the library embeds it from.
    pub fn keep(&self, elf: &Path, board: &str) -> Result<(), Failure> {
        let place = self.out.join(format!("{board}.elf"));
        fs::copy(elf, &place).map_err(|error| Failure(format!("cannot copy {}: {error}", elf.display())))?;
        Ok(())
    }
}

/// The first of some programs that exists; `package` is what Debian calls it.
pub fn tool(names: &[&str], package: &str) -> Result<PathBuf, Failure> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
        .ok_or_else(|| {
            Failure(format!(
                "`{}` is missing: install the Debian package {package} (`apt install {package}`)",
                names[0]
            ))
        })
}

/// Runs a program to its end; what it printed is the failure.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| Failure(format!("cannot start `{program}`: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let printed = String::from_utf8_lossy(&output.stderr);
    Err(Failure(format!("`{program}` failed while building a shell: {}", printed.trim())))
}
