//! The programs that the pipeline needs, run in a folder of their own: LLD, and on Xtensa llvm-mc and GNU ld.

use crate::pipeline::{Failure, Optimise, Options, Tools};
use std::path::Path;
use std::process::Command;
use std::{fs, io};
use swarm_targets::{Board, Isa};

/// The programs of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Installed;

/// A program under its names, most specific first, and the Debian package that has it.
struct Program {
    names: &'static [&'static str],
    package: &'static str,
}

const LLD: Program =
    Program { names: &["ld.lld-22", "/usr/lib/llvm-22/bin/ld.lld", "ld.lld"], package: "lld-22" };
const LLVM_MC: Program =
    Program { names: &["llvm-mc-22", "/usr/lib/llvm-22/bin/llvm-mc", "llvm-mc"], package: "llvm-22" };
const XTENSA_LD: Program = Program { names: &["xtensa-lx106-elf-ld"], package: "binutils-xtensa-lx106" };

macro_rules! builtins {
    ($core:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/builtins-", $core, ".o"))
    };
}

/// The routines of a core: an object, on Xtensa assembly.
fn builtins(isa: Isa, optimise: Optimise) -> &'static [u8] {
    match isa {
        Isa::Thumbv6m if optimise == Optimise::Speed => builtins!("thumbv6m-fast"),
        Isa::Thumbv6m => builtins!("thumbv6m"),
        Isa::Thumbv7em => builtins!("thumbv7em"),
        Isa::Riscv32imc | Isa::Riscv32imac => builtins!("riscv32imc"),
        Isa::Xtensa => builtins!("xtensa"),
        Isa::Host => builtins!("host"),
    }
}

/// Lets a limit of file sizes (`ulimit -f`) be an error like a full disk, here and in the programs that are run.
pub fn file_limits_are_errors() {
    #[cfg(unix)]
    crate::raw::file_limits_are_errors();
}

impl Tools for Installed {
    fn assemble(&self, board: &Board, assembly: &str) -> Result<Vec<u8>, Failure> {
        let folder = folder()?;
        assemble(board, assembly, &folder.path().join("kernel.o"))?;
        read(&folder.path().join("kernel.o"))
    }

    fn link(&self, options: &Options, object: &[u8], script: &str) -> Result<Vec<u8>, Failure> {
        let (board, folder) = (&options.board, folder()?);
        let builtins = builtins(board.core.isa, options.optimise);
        let path = |name: &str| folder.path().join(name);
        write(&path("kernel.o"), object)?;
        write(&path("kernel.ld"), script.as_bytes())?;
        // A guest has no entry: handlers are found in the descriptor.
        let mut arguments =
            vec!["--gc-sections", "-e", "0", "-T", "kernel.ld", "-o", "kernel.elf", "kernel.o"];
        let program = if board.core.isa == Isa::Xtensa {
            let text = String::from_utf8_lossy(builtins);
            assemble(board, &crate::xtensa::literals_in_place(&text), &path("builtins.o"))?;
            arguments.extend(["--no-relax", "builtins.o"]);
            XTENSA_LD
        } else {
            write(&path("builtins.o"), builtins)?;
            arguments.extend(["builtins.o", "-nostdlib", "-static", "-z", "noexecstack"]);
            LLD
        };
        run(&program, &arguments, folder.path())?;
        read(&path("kernel.elf"))
    }
}

fn assemble(board: &Board, assembly: &str, object: &Path) -> Result<(), Failure> {
    let source = object.with_extension("s");
    write(&source, assembly.as_bytes())?;
    let (triple, cpu) = (format!("-triple={}", board.core.triple), format!("-mcpu={}", board.core.cpu));
    let (object, source) = (object.display().to_string(), source.display().to_string());
    let arguments = [&triple, &cpu, "-filetype=obj", "-o", &object, &source];
    run(&LLVM_MC, &arguments, Path::new("."))
}

fn run(program: &Program, arguments: &[&str], folder: &Path) -> Result<(), Failure> {
    for name in program.names {
        match Command::new(name).args(arguments).current_dir(folder).output() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failure(name, error.to_string(), "look at the program's installation")),
            Ok(output) if output.status.success() => return Ok(()),
            Ok(output) => {
                let mut message = without_its_name(name, &String::from_utf8_lossy(&output.stderr));
                if message.is_empty() {
                    // Killed, for instance.
                    message = output.status.to_string();
                }
                return Err(failure(name, message, "the message is the program's own"));
            }
        }
    }
    let help = format!(
        "install it: `apt-get install {}`, or `cargo xtask setup` in swarmc's sources",
        program.package
    );
    Err(failure(program.names[0], "the program is not installed".into(), &help))
}

/// What a program says, without its name before each line: whoever shows the message begins with it. Of what it prints
/// when it takes an error for a crash, only the error.
fn without_its_name(name: &str, said: &str) -> String {
    let file = |path: &str| Path::new(path).file_name().map(|name| name.to_owned());
    let lines = said.trim().lines().map(|line| match line.split_once(": ") {
        Some((first, rest)) if file(first) == file(name) => rest,
        _ => line,
    });
    let mut lines: Vec<&str> = lines.collect();
    if lines.iter().any(|line| line.starts_with("Stack dump:")) {
        lines.retain(|line| line.starts_with("error: "));
    }
    lines.join("\n")
}

fn folder() -> Result<tempfile::TempDir, Failure> {
    tempfile::tempdir().map_err(|error| file_failure(&std::env::temp_dir(), &error))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| file_failure(path, &error))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|error| file_failure(path, &error))
}

fn file_failure(path: &Path, error: &io::Error) -> Failure {
    failure(&path.display().to_string(), error.to_string(), "temporary files need room in TMPDIR")
}

fn failure(program: &str, message: String, help: &str) -> Failure {
    Failure::Tool { program: program.to_owned(), message, help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use swarm_targets::script::Bank;

    /// What LLD says of an object that is none.
    #[test]
    fn a_message_names_its_program_once() {
        let board = swarm_targets::find("rak4631").expect("the board is built in").0;
        let options = Options { board, bank: Bank::A, optimise: Optimise::Size };
        let Err(Failure::Tool { program, message, .. }) = Installed.link(&options, b"no object", "") else {
            panic!("this cannot be linked");
        };
        assert!(program.contains("ld.lld"), "{program}");
        assert!(message.starts_with("error: ") && !message.contains("ld.lld"), "{message}");
    }

    #[test]
    fn other_names_stay_and_no_stack_is_shown() {
        assert_eq!(without_its_name("/usr/bin/ld", "/opt/ld: no\n\nld: at all\n"), "no\n\nat all");
        let crash = "PLEASE submit a bug report\nStack dump:\n0. ld\nld: error: cannot open it\n";
        assert_eq!(without_its_name("ld", crash), "error: cannot open it");
        assert_eq!(without_its_name("ld", "kernel.o: unknown\nld.bfd: no"), "kernel.o: unknown\nld.bfd: no");
    }
}
