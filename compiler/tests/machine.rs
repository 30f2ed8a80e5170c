//! The machine code of kernels for every emulated board, as `swarm-machine` reads it, beside what disassemblers that
//! share no code with it print: sizes, control, the stack pointer, frames.

#[path = "machine/compare.rs"]
mod compare;
#[path = "machine/listing.rs"]
mod listing;

use compare::{compare, hangs_together};
use listing::{Line, Said};
use object::{Object, ObjectSymbol, SymbolKind};
use std::path::{Path, PathBuf};
use swarm_machine::{Code, Target};
use swarm_targets::script::Bank;
use swarmc::pipeline::{Optimise, Options, compile};
use swarmc::stage::Stage;
use swarmc::tools::Installed;

/// An emulated board, its disassembler with arguments, how its lines are read, and the alignment of its stack.
struct Seen {
    board: &'static str,
    disassembler: &'static [&'static str],
    meaning: fn(&Line) -> Said,
    alignment: u32,
}

const SEEN: [Seen; 4] = [
    Seen {
        board: "microbit-v1",
        disassembler: &["llvm-objdump-22", "-d", "--triple=thumbv6m-none-eabi"],
        meaning: listing::thumb,
        alignment: 8,
    },
    Seen {
        board: "qemu-cortex-m4",
        disassembler: &["llvm-objdump-22", "-d", "--triple=thumbv7em-none-eabi"],
        meaning: listing::thumb,
        alignment: 8,
    },
    Seen {
        board: "qemu-riscv32",
        disassembler: &["llvm-objdump-22", "-d", "-M", "no-aliases"],
        meaning: listing::riscv,
        alignment: 16,
    },
    Seen {
        board: XTENSA,
        disassembler: &["llvm-objdump-22", "-d", "--mcpu=esp32"],
        meaning: listing::xtensa,
        alignment: 16,
    },
];

const XTENSA: &str = "qemu-xtensa";

/// GNU's, of a core without windows. `-z`: zeros are not left out.
const GNU_XTENSA: [&str; 3] = ["xtensa-lx106-elf-objdump", "-d", "-z"];

/// The examples, and a small kernel for each op.
fn kernels() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository");
    let files = |folder: &Path| {
        let entries = std::fs::read_dir(folder).expect("the folder is there");
        entries.map(|entry| entry.expect("it can be read").path()).collect::<Vec<_>>()
    };
    let examples = files(&root.join("examples")).into_iter().flat_map(|folder| files(&folder));
    let mut kernels: Vec<_> = examples.chain(files(&root.join("tests/cases/stages"))).collect();
    kernels.retain(|path| path.extension().is_some_and(|extension| extension == "mlir"));
    kernels.sort();
    kernels
}

fn name(kernel: &Path) -> String {
    kernel.file_stem().expect("it has a name").to_string_lossy().into_owned()
}

fn build(kernel: &Path, board: &str, optimise: Optimise) -> Vec<u8> {
    let text = std::fs::read_to_string(kernel).expect("the kernel is there");
    let board = swarm_targets::find(board).expect("the board is built in").0;
    let options = Options { board, bank: Bank::A, optimise };
    match compile((&name(kernel), &text), &options, Stage::Elf, &Installed) {
        Ok(compiled) => compiled.stage(Stage::Elf).expect("an image").to_vec(),
        Err(failure) => panic!("{}: {failure:?}", kernel.display()),
    }
}

fn agrees(seen: &Seen) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("image.elf");
    let (mut compared, kernels) = (0, kernels());
    assert!(kernels.len() > 30, "{kernels:?}");
    for (kernel, optimise) in
        kernels.iter().flat_map(|kernel| [(kernel, Optimise::Size), (kernel, Optimise::Speed)])
    {
        let what = format!("{} for {}, {optimise:?}", name(kernel), seen.board);
        let elf = build(kernel, seen.board, optimise);
        let code = Code::read(&elf).unwrap_or_else(|error| panic!("{what}: {error}"));
        std::fs::write(&file, &elf).expect("the folder takes files");
        let words = compare(&code, &listing::listing(&disassembler(seen, &code), &file), seen.meaning, &what);
        let count: usize = code
            .functions
            .values()
            .flat_map(|function| function.blocks.values())
            .map(|block| block.instructions.len())
            .sum();
        assert!(words == count && words > 10, "{what}: {words} of {count} instructions");
        compared += words;
        if seen.board == XTENSA {
            let words = compare(&code, &listing::listing(&GNU_XTENSA, &file), seen.meaning, &what);
            assert!(words > count / 2, "{what}: {words} of {count} instructions");
        }
        hangs_together(&code, &what);
        is_whole(&code, &elf, &what);
        keeps_to_the_interface(&code, &elf, seen, &what);
    }
    assert!(compared > 5_000, "{}: {compared} instructions", seen.board);
}

/// With LLVM's disassembler of Xtensa functions alone: it crashes on constants behind them.
fn disassembler(seen: &Seen, code: &Code) -> Vec<String> {
    let names: Vec<_> = code.functions.values().map(|function| function.name.as_str()).collect();
    let functions = (seen.board == XTENSA).then(|| format!("--disassemble-symbols={}", names.join(",")));
    seen.disassembler.iter().map(|word| (*word).to_owned()).chain(functions).collect()
}

/// Nothing is linked that handlers do not reach, and everything that they reach is found.
fn is_whole(code: &Code, elf: &[u8], what: &str) {
    let file = object::File::parse(elf).expect("an ELF file");
    let functions = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text);
    for symbol in functions {
        let address = symbol.address() as u32 & !u32::from(file.architecture() == object::Architecture::Arm);
        assert!(code.functions.contains_key(&address), "{what}: {:?} is not reached", symbol.name());
    }
    let named = code
        .handlers
        .iter()
        .all(|handler| code.functions[&handler.function].name == format!("swarm_handler_{}", handler.name));
    assert!(named && !code.handlers.is_empty(), "{what}: {:?}", code.handlers);
}

/// No service is called that the descriptor does not have, the stack is aligned at calls, and the worst path adds up.
fn keeps_to_the_interface(code: &Code, elf: &[u8], seen: &Seen, what: &str) {
    let called = code.functions.values().flat_map(|function| &function.calls).fold(0, |mask, call| {
        assert_eq!(call.depth % seen.alignment, 0, "{what}: {call:x?}");
        match call.target {
            Target::Service(number) => mask | 1u32 << number,
            Target::Function(_) => mask,
        }
    });
    let file = object::File::parse(elf).expect("an ELF file");
    let descriptor =
        object::ObjectSection::data(&file.section_by_name(".swarm.descriptor").expect("it is there"));
    let field = descriptor.expect("its bytes")[28..32].try_into().expect("four bytes");
    // What LLVM finds never to run is declared all the same.
    let declared = u32::from_le_bytes(field);
    assert_eq!(called & !declared, 0, "{what}: {called:#b} are called, {declared:#b} are declared");
    let below = if seen.board == XTENSA { 16 } else { 0 };
    for handler in &code.handlers {
        let stack = code.stack(handler.function, |_| 0).expect("the handler is there");
        let frames: u64 = stack.path.iter().map(|frame| u64::from(frame.bytes)).sum();
        assert_eq!(stack.bytes, frames + below, "{what}, {}: {stack:x?}", handler.name);
        let with_services = code.stack(handler.function, |_| 1000).expect("the handler is there");
        let is_called = with_services.service.is_some();
        assert_eq!(with_services.bytes >= 1000, is_called, "{what}, {}", handler.name);
    }
}

#[test]
fn a_cortex_m0s_code_is_what_a_disassembler_shows() {
    agrees(&SEEN[0]);
}

#[test]
fn a_cortex_m4s_code_is_what_a_disassembler_shows() {
    agrees(&SEEN[1]);
}

#[test]
fn riscv_code_is_what_a_disassembler_shows() {
    agrees(&SEEN[2]);
}

#[test]
fn xtensa_code_is_what_two_disassemblers_show() {
    agrees(&SEEN[3]);
}
