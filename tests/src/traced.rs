//! Kernels in the emulators, instruction by instruction: how deep the stack of each handler gets, and that of the
//! services that it calls, and how many instructions it executes.

use crate::suite::Kind;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use swarm_harness::node::Node;
use swarm_machine::{Code, Machine, library};

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

/// What a handler used, of all its runs the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Bytes below the stack pointer of whoever called it.
    pub stack: u32,
    /// Executed where it was looked.
    pub instructions: u64,
}

/// What each handler that ran has used.
pub fn used(log: &Path, code: &Code, board: &str) -> BTreeMap<String, Used> {
    // Where windows overflow the core has turned them: its register 1 is not the stack pointer.
    let shell = swarm_targets::find(board).expect("the board is built in").0.shell;
    let vectors =
        shell.and_then(|shell| shell.vectors).map_or(0..0, |at| at as u32..at as u32 + WINDOW_VECTORS);
    let mut all: BTreeMap<String, Used> = BTreeMap::new();
    // The handler, the stack pointer of its caller, where it returns to, and its instructions so far.
    let mut running: Option<(&str, Registers, u64)> = None;
    let (mut reader, mut before) = (Reader::default(), 0);
    for line in BufReader::new(File::open(log).expect("the emulator wrote it")).lines() {
        let Some(now) = reader.read(&line.expect("text"), code.machine) else { continue };
        if vectors.contains(&now.address) {
            continue;
        }
        running = running.filter(|(_, called, _)| now.address != called.link);
        if let Some(handler) = code.handlers.iter().find(|handler| handler.function == now.address) {
            running = Some((&handler.name, now, 0));
        }
        if let Some((name, called, instructions)) = &mut running {
            // What finds its window overflown is begun again.
            *instructions += u64::from(now.address != before);
            let used = all.entry((*name).to_owned()).or_default();
            used.stack = used.stack.max(called.stack.saturating_sub(now.stack));
            used.instructions = used.instructions.max(*instructions);
        }
        before = now.address;
    }
    all
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

/// The bounds of one handler beside what it used.
#[derive(Clone, Debug)]
pub struct Beside {
    pub what: String,
    pub stack: [u64; 2],
    pub instructions: [u64; 2],
}

impl Beside {
    /// Bound by use, of the stack and of the instructions. On Xtensa the place where windows are saved is used, too.
    pub fn ratios(&self) -> [f64; 2] {
        [self.stack, self.instructions]
            .map(|[bound, used]| if used == 0 { 1.0 } else { bound as f64 / used as f64 })
    }
}

/// Runs a random kernel on an emulated board, in comparison with its model, and says what its handlers used of their
/// bounds.
///
/// # Errors
/// A bound below what was used, no bound, and what the kernel did wrong.
pub fn beside(
    (kind, seed, events): (Kind, u32, usize),
    board: &str,
    log: &Path,
) -> Result<Vec<Beside>, String> {
    let image = RefCell::new(Vec::new());
    let start = |elf: &[u8], board: &str| {
        *image.borrow_mut() = elf.to_vec();
        start(elf, board, log, Seen::Kernel)
    };
    kind.run_on((seed, events), board, &start)?;
    let code = Code::read(&image.borrow()).map_err(|error| format!("{}, {seed}: {error}", kind.name()))?;
    let mut all = Vec::new();
    for (handler, used) in used(log, &code, board) {
        let what = format!("{} {seed} on {board}, @{handler}", kind.name());
        let function = code.handlers.iter().find(|known| known.name == handler).map(|known| known.function);
        let function = function.ok_or_else(|| format!("{what}: there is no such handler"))?;
        let stack =
            code.stack(function, |_| 0).ok_or_else(|| format!("{what}: no bound of the stack"))?.bytes;
        let time =
            code.time(function, |_| 0, library).map_err(|error| format!("{what}: {error}"))?.instructions;
        let below = u64::from(code.machine.below());
        if stack < u64::from(used.stack) || time < used.instructions {
            return Err(format!("{what}: {stack} B and {time} instructions are too few: {used:?}"));
        }
        let stack = [stack, u64::from(used.stack) + below];
        all.push(Beside { what, stack, instructions: [time, used.instructions] });
    }
    if all.is_empty() {
        Err(format!("{} {seed} on {board}: no handler was seen", kind.name()))
    } else {
        Ok(all)
    }
}

/// The value that so large a share of them does not exceed.
pub fn at_share(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(((values.len().saturating_sub(1)) as f64 * share) as usize).copied().unwrap_or(1.0)
}
