//! The files that `swarmc build` writes, for every board: three readers agree on what they are, it is what the board
//! needs, and real boards get the code that the emulated ones run.

#[path = "elf/boot.rs"]
mod boot;
#[path = "elf/readers.rs"]
mod readers;

use readers::{Seen, by_goblin, by_object, by_readelf, flags_in_words};
use std::path::{Path, PathBuf};
use std::process::Command;
use swarm_targets::{Board, Isa, Kind};
use tempfile::TempDir;

const EXAMPLES: [&str; 4] = ["blink", "forager", "gesture", "soil_probe"];

/// The one board whose file is flashed whole.
const FLASHED: &str = "microbit-v1";

/// Constants in the image, whose addresses differ from board to board.
const WITH_CONSTANTS: &str = "swarm.kernel @tune version 1 {
  swarm.io @tone : act i16
  swarm.var @notes : tensor<40xi16> = dense<[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]>
  swarm.var @at : i32
  swarm.on_timer @play every 10 ms {
    %at = swarm.get @at
    %note = swarm.get @notes[%at]
    swarm.act @tone, %note
  }
}";

fn board(name: &str) -> Board {
    swarm_targets::find(name).unwrap_or_else(|error| panic!("{}", error.render())).0
}

fn example(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository");
    root.join(format!("examples/{name}/{name}.mlir"))
}

fn swarmc(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_swarmc")).args(arguments).output().expect("swarmc starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it says what it has written")
}

/// An image in a file, and what `build` said of it.
struct Built {
    folder: TempDir,
    bytes: Vec<u8>,
    said: String,
}

impl Built {
    fn path(&self) -> PathBuf {
        self.folder.path().join("image.elf")
    }
}

fn build(kernel: &Path, board: &str) -> Built {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("image.elf");
    let (kernel, to) = (kernel.display().to_string(), output.display().to_string());
    let said = swarmc(&["build", &kernel, "--board", board, "-o", &to]);
    Built { bytes: std::fs::read(&output).expect("the image is there"), folder, said }
}

/// What the binary interface asks of a core's files: bits, machine, flags, and the flags in readelf's words.
fn expected(isa: Isa) -> (u32, u32, u32, &'static str) {
    match isa {
        // Soft-float, because the interface is AAPCS's base variant, on the core with floating point too.
        Isa::Thumbv6m | Isa::Thumbv7em => (32, 40, 0x500_0200, "Version5 EABI, soft-float ABI"),
        Isa::Riscv32imc | Isa::Riscv32imac => (32, 243, 1, "RVC, soft-float ABI"),
        Isa::Xtensa => (32, 94, 0, ""),
        Isa::Host if cfg!(target_arch = "x86_64") => (64, 62, 0, ""),
        Isa::Host => (64, 183, 0, ""),
    }
}

#[test]
fn three_readers_see_what_the_board_needs() {
    for name in swarm_targets::names() {
        for example_name in EXAMPLES {
            let (board, built) = (board(name), build(&example(example_name), name));
            let seen = by_object(&built.bytes);
            let what = format!("{example_name} for {name}");
            assert_eq!(seen, by_goblin(&built.bytes), "{what}: object and goblin");
            assert_eq!(seen, by_readelf(&built.path()), "{what}: object and readelf");
            let (bits, machine, flags, words) = expected(board.core.isa);
            assert_eq!(
                (seen.bits, seen.machine, seen.flags, seen.executable),
                (bits, machine, flags, true),
                "{what}"
            );
            assert_eq!(flags_in_words(&built.path()), words, "{what}");
            assert_eq!(seen.undefined, [""; 0], "{what}: nothing of the host is linked in");
            holds_the_kernel(&seen, &board, &what);
            match name {
                FLASHED => is_flashed(&seen, &built, &board),
                _ => is_guest(&seen, &built, &board),
            }
        }
    }
}

/// Descriptor, code and constants in the bank, handlers by name, and lines for debuggers.
fn holds_the_kernel(seen: &Seen, board: &Board, what: &str) {
    let bank = board.banks.link_address.unwrap_or(board.banks.a);
    assert_eq!(seen.address("swarm_descriptor"), bank, "{what}");
    assert_eq!(seen.section(".swarm.descriptor").0, bank, "{what}");
    let end = seen.address("swarm_image_end");
    assert!(end > bank && end <= bank + board.banks.size, "{what}: {end:#x}");
    let handlers: Vec<u64> = seen
        .symbols
        .iter()
        .filter_map(|(name, address)| name.starts_with("swarm_handler_").then_some(*address))
        .collect();
    let thumb = matches!(board.core.isa, Isa::Thumbv6m | Isa::Thumbv7em);
    assert!(handlers.len() >= 2, "{what}: there is a handler beside the initialisation");
    for handler in handlers {
        assert!(
            handler > bank && handler < end && (!thumb || handler & 1 == 1),
            "{what}: handler at {handler:#x}"
        );
    }
    assert!(seen.section(".debug_line").1 > 0 && seen.section(".debug_info").1 > 0, "{what}");
    let loaded: Vec<_> = seen.segments.iter().filter(|(_, bytes, _)| *bytes > 0).collect();
    assert!(loaded.iter().any(|(at, bytes, _)| (*at..at + bytes).contains(&bank)), "{what}: {loaded:x?}");
    assert!(loaded.iter().all(|(.., permissions)| permissions & 2 == 0), "{what}: nothing loaded is written");
}

/// A guest has no entry, says what it is, and brings nothing but its bank's bytes.
fn is_guest(seen: &Seen, built: &Built, board: &Board) {
    let name = &board.name;
    assert!(built.said.contains("guest kernel: the board's runtime hosts it"), "{}", built.said);
    assert_eq!(text(&built.bytes, ".swarm.guest"), [format!("guest kernel for {name}")]);
    assert_eq!(seen.entry, 0, "{name}");
    let mut filled = seen.sections.iter().filter(|(_, _, bytes, _)| *bytes > 0);
    assert!(filled.all(|(.., write)| !write), "{name}: {:?}", seen.sections);
    let banks =
        [board.banks.link_address.unwrap_or(board.banks.a)].into_iter().chain(board.banks.data_address);
    let banks: Vec<_> = banks.map(|start| start..start + board.banks.size).collect();
    for (address, bytes, _) in seen.segments.iter().filter(|(_, bytes, _)| *bytes > 0) {
        let inside = banks.iter().any(|bank| bank.contains(address) && bank.contains(&(address + bytes - 1)));
        assert!(inside, "{name}: {address:#x}");
    }
}

/// A flash image starts in the shell's vector table, and is no guest.
fn is_flashed(seen: &Seen, built: &Built, board: &Board) {
    assert!(built.said.contains("flash image, with the shell: it boots"), "{}", built.said);
    assert!(!seen.sections.iter().any(|(name, ..)| name == ".swarm.guest"));
    let file = object::File::parse(&*built.bytes).expect("an ELF file");
    let vectors = object::ObjectSegment::data(
        &object::Object::segments(&file)
            .find(|part| object::ObjectSegment::address(part) == 0)
            .expect("flash begins at 0"),
    )
    .expect("its bytes");
    let word = |at: usize| u64::from(u32::from_le_bytes(vectors[at..at + 4].try_into().expect("four bytes")));
    assert_eq!(word(0), board.ram.origin + board.ram.size, "the stack begins at the RAM's end");
    assert_eq!((word(4), word(4) & 1), (seen.entry, 1), "the reset vector is the entry, in Thumb");
}

fn section(elf: &[u8], name: &str) -> Vec<u8> {
    use object::{Object, ObjectSection};
    let file = object::File::parse(elf).expect("an ELF file");
    let section = file.section_by_name(name).unwrap_or_else(|| panic!("there is no section {name}"));
    section.data().expect("its bytes").to_vec()
}

/// The texts in a section, each of which ends with a zero.
fn text(elf: &[u8], name: &str) -> Vec<String> {
    let bytes = section(elf, name);
    assert_eq!(bytes.last(), Some(&0), "{name} ends with a zero");
    let texts = bytes[..bytes.len() - 1].split(|byte| *byte == 0);
    texts.map(|text| String::from_utf8(text.to_vec()).expect("text")).collect()
}

#[test]
fn formats_of_the_log_are_beside_the_image() {
    for name in swarm_targets::names() {
        let built = build(&example("soil_probe"), name);
        let formats = text(&built.bytes, ".swarm.log");
        assert_eq!(formats, ["moisture {} changed by {}, next look in {} ms"], "{name}");
    }
}

/// Real boards with the emulated ones that stand for them.
fn pairs() -> Vec<(String, String)> {
    let boards = swarm_targets::names().into_iter().map(board).filter(|board| board.kind == Kind::Real);
    let pairs: Vec<_> =
        boards.map(|board| (board.emulated_by.expect("each has a stand-in"), board.name)).collect();
    assert_eq!(pairs.len(), 10, "{pairs:?}");
    pairs
}

#[test]
fn real_boards_get_the_code_that_emulators_run() {
    // The gesture's weights are constants, as in the next test.
    let without_constants = EXAMPLES.into_iter().filter(|name| *name != "gesture");
    for (emulated, real) in pairs() {
        for name in without_constants.clone() {
            let (there, here) = (build(&example(name), &real), build(&example(name), &emulated));
            let (there, here) = (KernelCode::of(&there.bytes), KernelCode::of(&here.bytes));
            assert!(there.bytes.len() > 20, "{name} for {real}: there is code");
            match board(&real).core.isa {
                // The address of a routine of the compiler's own is a literal among the code.
                Isa::Xtensa => there.is_moved(&here, &format!("{name}: {real} and {emulated}")),
                _ => {
                    assert!(there.bytes == here.bytes, "{name}: {real} gets other code than {emulated} runs")
                }
            }
        }
    }
}

struct KernelCode {
    start: u32,
    bytes: Vec<u8>,
}

impl KernelCode {
    /// The kernel's code in an image: in a flash image the shell's comes first.
    fn of(elf: &[u8]) -> Self {
        use object::{Object, ObjectSection};
        let (file, descriptor) = (object::File::parse(elf).expect("an ELF file"), by_object(elf));
        let descriptor = descriptor.address("swarm_descriptor");
        let code = file.sections().find(|part| part.name() == Ok(".text") && part.address() > descriptor);
        let code = code.expect("the kernel has code");
        Self { start: code.address() as u32, bytes: code.data().expect("its bytes").to_vec() }
    }

    fn words(&self) -> impl Iterator<Item = u32> {
        self.bytes.chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().expect("four bytes")))
    }

    /// The same code at another place: words that differ are addresses in it.
    fn is_moved(&self, other: &Self, what: &str) {
        assert_eq!(self.bytes.len(), other.bytes.len(), "{what}");
        for (mine, its) in self.words().zip(other.words()).filter(|(mine, its)| mine != its) {
            let offset = mine.wrapping_sub(self.start);
            assert_eq!(offset, its.wrapping_sub(other.start), "{what}: {mine:#x} and {its:#x}");
            assert!((offset as usize) < self.bytes.len(), "{what}: {mine:#x} is no address in the code");
        }
    }
}

/// Where an image has constants, linked code holds their addresses, which differ between boards that map banks at
/// different places. The objects are equal to the byte, and so is what was linked of position-independent ones.
#[test]
fn with_constants_only_their_addresses_differ() {
    let folder = tempfile::tempdir().expect("a folder");
    let kernel = folder.path().join("tune.mlir");
    std::fs::write(&kernel, WITH_CONSTANTS).expect("the folder takes files");
    let object = |board: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_swarmc"));
        command.arg("ir").arg(&kernel).args(["--board", board, "--stage", "o"]);
        command.output().expect("swarmc starts").stdout
    };
    for (emulated, real) in pairs() {
        let (there, here) = (object(&real), object(&emulated));
        assert!(there.len() > 500 && there == here, "{real}: another object than {emulated}'s");
        let (there, here) = (build(&kernel, &real).bytes, build(&kernel, &emulated).bytes);
        assert!(section(&there, ".rodata").len() >= 80, "{real}: there are constants");
        assert_eq!(section(&there, ".rodata"), section(&here, ".rodata"), "{real}: constants");
        let (there, here) = (section(&there, ".text"), section(&here, ".text"));
        let differing = there.iter().zip(&here).filter(|(there, here)| there != here).count();
        // One address: two instructions on RISC-V, one literal on Xtensa, none on ARM.
        let most = match board(&real).core.isa {
            Isa::Thumbv6m | Isa::Thumbv7em => 0,
            Isa::Riscv32imc | Isa::Riscv32imac => 8,
            Isa::Xtensa | Isa::Host => 4,
        };
        assert!(there.len() == here.len() && differing <= most, "{real}: {differing} bytes differ");
    }
}

#[test]
fn the_microbits_image_boots() {
    for name in EXAMPLES {
        boot::boots(
            &build(&example(name), FLASHED).path(),
            u32::try_from(board(FLASHED).banks.a).expect("32 bits"),
        );
    }
}

/// What a board's file promises to kernels, its shell leaves them.
#[test]
fn the_microbits_shell_keeps_within_what_is_reserved() {
    use object::{Object, ObjectSymbol};
    let shell =
        object::File::parse(swarm_shells::shell(FLASHED).expect("it has a shell")).expect("an ELF file");
    let address = |name: &str| shell.symbol_by_name(name).expect("the script defines it").address();
    let board = board(FLASHED);
    assert_eq!(address("__stack_top") - address("__state_end"), board.reserved.stack);
    assert!(address("__bss_end") - board.ram.origin <= board.reserved.ram);
    assert_eq!(address("__stack_top"), board.ram.origin + board.ram.size);
}
