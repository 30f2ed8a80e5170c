//! Kernels in the emulators, instruction by instruction: how deep the stack of each handler gets, and how deep that of
//! the services that they call.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use swarm_harness::node::Node;
use swarm_machine::{Code, Machine};

/// Addresses that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The kernel's own code: what its services do is not seen.
    Kernel,
    /// All code.
    All,
}

/// Bytes of Xtensa's vectors for windows, which come first.
const WINDOW_VECTORS: u32 = 0x180;

/// Starts a node whose emulator writes down the registers before each instruction.
pub fn start(elf: &[u8], board: &str, log: &Path, seen: Seen) -> Box<dyn Node> {
    let mut further: Vec<String> = ["-singlestep", "-d", "cpu,nochain", "-D"].map(str::to_owned).to_vec();
    further.push(log.display().to_string());
    if seen == Seen::Kernel {
        let (first, bytes) = range(elf);
        further.extend(["-dfilter".to_owned(), format!("{first:#x}+{bytes:#x}")]);
    }
    crate::start_with(elf, board, None, &further)
}

/// Where an image is linked, and its bytes.
fn range(elf: &[u8]) -> (u64, u64) {
    use object::{Object, ObjectSymbol};
    let file = object::File::parse(elf).expect("an image");
    let place = |name: &str| {
        file.symbols().find(|symbol| symbol.name() == Ok(name)).expect("images have it").address()
    };
    let first = place("swarm_descriptor");
    (first, place("swarm_image_end") - first)
}

/// The deepest stack of each handler that ran, in bytes below the stack pointer of whoever called it.
pub fn depths(log: &Path, code: &Code, board: &str) -> BTreeMap<String, u32> {
    // Where windows overflow the core has turned them: its register 1 is not the stack pointer.
    let shell = swarm_targets::find(board).expect("the board is built in").0.shell;
    let vectors =
        shell.and_then(|shell| shell.vectors).map_or(0..0, |at| at as u32..at as u32 + WINDOW_VECTORS);
    let mut depths: BTreeMap<String, u32> = BTreeMap::new();
    // The handler, the stack pointer of its caller, and where it returns to.
    let mut running: Option<(&str, Registers)> = None;
    let mut reader = Reader::default();
    for line in BufReader::new(File::open(log).expect("the emulator wrote it")).lines() {
        let Some(now) = reader.read(&line.expect("text"), code.machine) else { continue };
        if vectors.contains(&now.address) {
            continue;
        }
        running = running.filter(|(_, called)| now.address != called.link);
        if let Some(handler) = code.handlers.iter().find(|handler| handler.function == now.address) {
            running = Some((&handler.name, now));
        }
        if let Some((name, called)) = running {
            let depth = depths.entry(name.to_owned()).or_default();
            *depth = (*depth).max(called.stack.saturating_sub(now.stack));
        }
    }
    depths
}

/// What matters of the registers before an instruction.
#[derive(Clone, Copy, Debug, Default)]
struct Registers {
    address: u32,
    stack: u32,
    /// Before a function's first instruction: where it returns to.
    link: u32,
}

/// Reads the emulator's lines.
#[derive(Default)]
struct Reader {
    known: Registers,
}

impl Reader {
    /// Takes a line; after the last that matters of an instruction, its registers.
    fn read(&mut self, line: &str, machine: Machine) -> Option<Registers> {
        let number = |name: &str| -> Option<u32> {
            let text = line[line.find(name)? + name.len()..].trim_start_matches(['=', ' ']);
            u32::from_str_radix(text.get(..8)?, 16).ok()
        };
        let known = &mut self.known;
        match machine {
            Machine::Thumb if line.starts_with("R12=") => {
                let (stack, link) = (number("R13")?, number("R14")? & !1);
                Some(Registers { address: number("R15")?, stack, link })
            }
            Machine::Riscv if line.starts_with(" pc") => {
                known.address = number(" pc")?;
                None
            }
            Machine::Riscv if line.contains("x2/sp") => {
                Some(Registers { stack: number("x2/sp")?, link: number("x1/ra")?, ..*known })
            }
            Machine::Xtensa if line.starts_with("PC=") => {
                known.address = number("PC")?;
                None
            }
            Machine::Xtensa if line.starts_with(" A00=") => {
                known.stack = number("A01")?;
                None
            }
            // `call8` leaves the address there, with how far the window turns in its two highest bits.
            Machine::Xtensa if line.starts_with(" A08=") => {
                let link = number("A08")? & 0x3fff_ffff | known.address & 0xc000_0000;
                Some(Registers { link, ..*known })
            }
            _ => None,
        }
    }
}
