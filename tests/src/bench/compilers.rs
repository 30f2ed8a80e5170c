//! The C compilers, as a careful user would call them.

use super::jobs::Job;
use object::{Object, ObjectSymbol};
use std::path::Path;
use std::process::Command;
use swarm_targets::script::{Bank, Contents, kernel};
use swarm_targets::{Board, Isa};
use swarmc::descriptor::INIT;
use swarmc::native::function_name;
use swarmc::pipeline::{Optimise, Options, Tools};
use swarmc::tools::Installed;

/// What a build is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    Speed,
    Size,
}

/// A compiler with a level of optimisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    pub compiler: Compiler,
    pub level: &'static str,
    pub goal: Goal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compiler {
    Gcc,
    Clang,
}

impl Build {
    const fn new(compiler: Compiler, level: &'static str, goal: Goal) -> Self {
        Self { compiler, level, goal }
    }

    /// What our code has to meet.
    pub const ALL: [Self; 5] = [
        Self::new(Compiler::Gcc, "-O2", Goal::Speed),
        Self::new(Compiler::Clang, "-O2", Goal::Speed),
        Self::new(Compiler::Gcc, "-Os", Goal::Size),
        Self::new(Compiler::Clang, "-Os", Goal::Size),
        Self::new(Compiler::Clang, "-Oz", Goal::Size),
    ];

    pub fn name(&self) -> String {
        let compiler = match self.compiler {
            Compiler::Gcc => "gcc",
            Compiler::Clang => "clang",
        };
        format!("{compiler} {}", self.level)
    }

    /// Compiles a job's C and links it as our kernels are linked, with a descriptor.
    pub fn compile(&self, board: &Board, job: &Job, descriptor: &str) -> Result<Vec<u8>, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let object = folder.path().join("kernel.o");
        let (gcc, machine) = gcc(board.core.isa)?;
        let common =
            ["-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-parentheses", "-ffreestanding", "-c", "-o"];
        let mut compiler = match self.compiler {
            Compiler::Gcc => {
                let mut command = Command::new(gcc);
                command.args(machine);
                command
            }
            Compiler::Clang => {
                let mut command = Command::new("clang-22");
                command.args(clang(board.core.isa));
                command
            }
        };
        run(compiler.arg(self.level).args(common).arg(&object).arg(job.source()))?;
        let read = |path: &Path| std::fs::read(path).map_err(|error| error.to_string());
        let mut kernel_object = read(&object)?;
        if calls_library(&kernel_object)? {
            // gcc's library, the one that users of these boards have, for clang too.
            let whole = folder.path().join("whole.o");
            let link = ["-nostdlib", "-r", "-o"];
            run(Command::new(gcc).args(machine).args(link).arg(&whole).arg(&object).arg("-lgcc"))?;
            // Ours of the same names stay out.
            let handlers = [INIT, "run"].map(|name| format!("--keep-global-symbol={}", function_name(name)));
            run(Command::new(gcc.replace("gcc", "objcopy"))
                .args(handlers)
                .arg("-R.note.GNU-stack")
                .arg(&whole))?;
            kernel_object = read(&whole)?;
        }
        let options = Options { board: board.clone(), bank: Bank::A, optimise: Optimise::Size };
        Installed
            .link(&options, &kernel_object, &kernel(board, Bank::A, &Contents { descriptor, formats: &[] }))
            .map_err(|failure| format!("{}: {failure:?}", self.name()))
    }
}

/// Whether an object needs functions that it does not have.
fn calls_library(object: &[u8]) -> Result<bool, String> {
    let file = object::File::parse(object).map_err(|error| error.to_string())?;
    Ok(file.symbols().any(|symbol| symbol.is_undefined() && symbol.name().is_ok_and(|name| !name.is_empty())))
}

/// gcc's name, and its arguments for a core.
fn gcc(isa: Isa) -> Result<(&'static str, &'static [&'static str]), String> {
    match isa {
        Isa::Thumbv6m => Ok(("arm-none-eabi-gcc", &["-mcpu=cortex-m0", "-mthumb", "-ffixed-r9"])),
        Isa::Thumbv7em => {
            Ok(("arm-none-eabi-gcc", &["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=soft", "-ffixed-r9"]))
        }
        Isa::Riscv32imc => Ok(("riscv64-unknown-elf-gcc", &["-march=rv32imc", "-mabi=ilp32"])),
        other => Err(format!("no C compiler is known for {other:?}")),
    }
}

/// clang's arguments for a core that gcc has.
fn clang(isa: Isa) -> &'static [&'static str] {
    match isa {
        Isa::Thumbv6m => &["--target=thumbv6m-none-eabi", "-mcpu=cortex-m0", "-ffixed-r9"],
        Isa::Thumbv7em => {
            &["--target=thumbv7em-none-eabi", "-mcpu=cortex-m4", "-mfloat-abi=soft", "-ffixed-r9"]
        }
        _ => &["--target=riscv32-unknown-none-elf", "-march=rv32imc", "-mabi=ilp32"],
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program} cannot be run: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
