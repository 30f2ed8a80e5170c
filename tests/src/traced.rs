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
pub fn depths(log: &Path, code: &Code) -> BTreeMap<String, u32> {
    let mut depths: BTreeMap<String, u32> = BTreeMap::new();
    let mut running: Option<(String, u32)> = None;
    let mut state = State::default();
    let lines = BufReader::new(File::open(log).expect("the emulator wrote it")).lines();
    for line in lines {
        let Some((address, stack)) = state.read(&line.expect("text"), code.machine) else { continue };
        let entered = code.handlers.iter().find(|handler| handler.function == address);
        if let Some(handler) = entered {
            running = Some((handler.name.clone(), stack));
        }
        // Above where the handler was called its caller goes on.
        let Some((name, top)) = running.take_if(|(_, top)| stack <= *top) else { continue };
        let depth = depths.entry(name.clone()).or_default();
        *depth = (*depth).max(top - stack);
        running = Some((name, top));
    }
    depths
}

/// What was read of one instruction so far.
#[derive(Default)]
struct State {
    address: Option<u32>,
}

impl State {
    /// Takes a line; after the last that matters of an instruction, its address and the stack pointer.
    fn read(&mut self, line: &str, machine: Machine) -> Option<(u32, u32)> {
        let number = |name: &str, end: char| -> Option<u32> {
            let at = line.find(name)?;
            let text = line[at + name.len()..].trim_start_matches(['=', ' ']);
            u32::from_str_radix(text.split(end).next()?.trim().get(..8)?, 16).ok()
        };
        match machine {
            Machine::Thumb if line.starts_with("R12=") => Some((number("R15", ' ')?, number("R13", ' ')?)),
            Machine::Riscv if line.starts_with(" pc") => {
                self.address = number(" pc", '\n');
                None
            }
            Machine::Riscv if line.contains("x2/sp") => Some((self.address.take()?, number("x2/sp", 'x')?)),
            Machine::Xtensa if line.starts_with("PC=") => {
                self.address = number("PC", ' ');
                None
            }
            Machine::Xtensa if line.trim_start().starts_with("A00=") => {
                Some((self.address.take()?, number("A01", ' ')?))
            }
            _ => None,
        }
    }
}
