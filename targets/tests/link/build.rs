//! C to an ELF with the tools of each board, as the compiler does it.

use object::{Object, ObjectSection, ObjectSymbol};
use std::ops::Range;
use std::path::Path;
use std::process::Command;
use swarm_targets::{Addresses, Board, Isa};
use tempfile::TempDir;

/// A linked ELF file.
pub struct Linked(Vec<u8>);

/// The bytes that are loaded, by load address.
pub struct Image {
    pub start: u64,
    pub bytes: Vec<u8>,
}

/// Runs a program in a folder: its error text when it refuses. A program that is not there fails the test.
fn run(program: &str, package: &str, arguments: &[&str], folder: &Path) -> Result<(), String> {
    let output =
        Command::new(program).args(arguments).current_dir(folder).output().unwrap_or_else(|error| {
            panic!("{program}: {error}: install it with `apt-get install {package}`")
        });
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// C to an object, in a folder of its own.
pub fn compile(board: &Board, source: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    std::fs::write(folder.path().join("kernel.c"), source).expect("the folder can be written");
    let features: Vec<&str> = board.core.features.split(',').filter(|feature| !feature.is_empty()).collect();
    let target = format!("--target={}", board.core.triple);
    let cpu = format!("-mcpu={}", board.core.cpu);
    let mut arguments =
        vec!["-Os", "-g", "-ffreestanding", "-ffunction-sections", "-fno-asynchronous-unwind-tables"];
    if board.core.isa != Isa::Host {
        arguments.push(&target);
        // RISC-V's -mcpu brings an architecture of its own: there the features say it all.
        if target.contains("riscv32") {
            arguments.push("-mabi=ilp32");
        } else {
            arguments.push(&cpu);
        }
    }
    for feature in features {
        arguments.extend(["-Xclang", "-target-feature", "-Xclang", feature]);
    }
    match board.core.addresses {
        Addresses::Fixed => {}
        Addresses::ReadOnlyRelative => arguments.push("-fropi"),
        Addresses::PositionIndependent => arguments.extend(["-fpie", "-fvisibility=hidden"]),
    }
    if board.core.isa == Isa::Xtensa {
        xtensa(board, folder.path());
    } else {
        arguments.extend(["-c", "-o", "kernel.o", "kernel.c"]);
        run("clang-22", "clang-22", &arguments, folder.path())
            .unwrap_or_else(|error| panic!("{}: {error}", board.name));
    }
    folder
}

/// Clang's driver knows no CPU of Xtensa: LLVM's code generator does. An object that it writes directly has misaligned
/// literals, so the way is assembly, without sections for functions, whose literals would stray.
fn xtensa(board: &Board, folder: &Path) {
    let must = |result: Result<(), String>| result.unwrap_or_else(|error| panic!("{}: {error}", board.name));
    let (target, triple) =
        (format!("--target={}", board.core.triple), format!("-mtriple={}", board.core.triple));
    let (cpu, features) = (format!("-mcpu={}", board.core.cpu), format!("-mattr={}", board.core.features));
    let front = ["-Os", "-g", "-ffreestanding", &target, "-S", "-emit-llvm", "-o", "kernel.ll", "kernel.c"];
    must(run("clang-22", "clang-22", &front, folder));
    let text = std::fs::read_to_string(folder.join("kernel.ll")).expect("clang has written it");
    let text = text.replace("\"target-cpu\"=\"generic\"", "");
    std::fs::write(folder.join("kernel.ll"), text).expect("the folder can be written");
    must(run("llc-22", "llvm-22", &[&triple, &cpu, &features, "-o", "kernel.s", "kernel.ll"], folder));
    // LLVM writes frame directives with register names that its own assembler does not know.
    let text = std::fs::read_to_string(folder.join("kernel.s")).expect("llc has written it");
    let kept: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with(".cfi_")).collect();
    std::fs::write(folder.join("kernel.s"), kept.join("\n") + "\n").expect("the folder can be written");
    let triple = format!("-triple={}", board.core.triple);
    must(run(
        "llvm-mc-22",
        "llvm-22",
        &[&triple, &cpu, "-filetype=obj", "-o", "kernel.o", "kernel.s"],
        folder,
    ));
}

fn try_link(board: &Board, folder: &TempDir, script: &str) -> Result<Linked, String> {
    let path = folder.path();
    std::fs::write(path.join("kernel.ld"), script).expect("the folder can be written");
    let mut arguments = vec!["--gc-sections", "-T", "kernel.ld", "-o", "kernel.elf", "kernel.o"];
    if board.core.isa == Isa::Xtensa {
        arguments.push("--no-relax");
        run("xtensa-lx106-elf-ld", "binutils-xtensa-lx106", &arguments, path)?;
    } else {
        arguments.extend(["-nostdlib", "-static", "-z", "noexecstack"]);
        run("ld.lld-22", "lld-22", &arguments, path)?;
    }
    Ok(Linked(std::fs::read(path.join("kernel.elf")).expect("the linker has written it")))
}

/// Links; a refusal fails the test.
pub fn link(board: &Board, folder: &TempDir, script: &str) -> Linked {
    try_link(board, folder, script).unwrap_or_else(|error| panic!("{}: {error}\n{script}", board.name))
}

/// The message of a link that must fail.
pub fn link_failure(board: &Board, folder: &TempDir, script: &str) -> String {
    match try_link(board, folder, script) {
        Ok(_) => panic!("{}: this links, and should not", board.name),
        Err(message) => message,
    }
}

impl Linked {
    /// The ELF, parsed.
    pub fn file(&self) -> object::File<'_> {
        object::File::parse(self.0.as_slice()).expect("linkers write ELF files")
    }

    /// A symbol's address.
    pub fn symbol(&self, name: &str) -> u64 {
        let file = self.file();
        let found = file.symbols().find(|symbol| symbol.name() == Ok(name));
        found.unwrap_or_else(|| panic!("there is no symbol {name}")).address()
    }

    /// Where a section is.
    pub fn section(&self, name: &str) -> Range<u64> {
        let file = self.file();
        let section = file.section_by_name(name).unwrap_or_else(|| panic!("there is no section {name}"));
        section.address()..section.address() + section.size()
    }

    /// A section's bytes.
    pub fn data(&self, name: &str) -> Vec<u8> {
        let file = self.file();
        let section = file.section_by_name(name).unwrap_or_else(|| panic!("there is no section {name}"));
        section.data().expect("sections are inside the file").to_vec()
    }

    /// What is loaded, laid out by load address.
    pub fn image(&self) -> Image {
        let mut pieces: Vec<(u64, &[u8])> = match self.file() {
            object::File::Elf32(file) => pieces(&file, &self.0),
            object::File::Elf64(file) => pieces(&file, &self.0),
            _ => panic!("boards have ELF files"),
        };
        pieces.sort();
        let start = pieces.first().expect("something is loaded").0;
        let mut bytes = Vec::new();
        for (address, piece) in pieces {
            assert!(address - start >= bytes.len() as u64, "pieces do not overlap");
            assert!(address - start - (bytes.len() as u64) < 16, "there are no holes");
            bytes.resize((address - start) as usize, 0);
            bytes.extend(piece);
        }
        Image { start, bytes }
    }
}

fn pieces<'data, Elf: object::read::elf::FileHeader<Endian = object::Endianness>>(
    file: &object::read::elf::ElfFile<'data, Elf>,
    data: &'data [u8],
) -> Vec<(u64, &'data [u8])> {
    use object::read::elf::ProgramHeader;
    let endian = file.endian();
    let mut found = Vec::new();
    for header in file.elf_program_headers() {
        if header.p_type(endian) == object::elf::PT_LOAD {
            found.push((
                header.p_paddr(endian).into(),
                header.data(endian, data).expect("segments are inside"),
            ));
        }
    }
    found
}
