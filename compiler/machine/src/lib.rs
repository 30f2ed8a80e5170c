//! Reads the machine code of a linked kernel: for each handler and each function that it reaches the basic blocks,
//! the calls, the worst-case stack and the most instructions.
//!
//! [`Code::read`] takes the ELF file that `swarmc build` writes for a board (Cortex-M, RV32IMC, windowed Xtensa) and
//! follows control from the descriptor's handlers, so that constants among the code are never taken for
//! instructions. [`Code::stack`] then bounds the stack below a handler, for given bounds of the host's services, and
//! [`Code::time`] the instructions that it executes.
//!
//! Nothing is guessed. An instruction that is not known, a jump or call whose target is not, a stack pointer that is
//! set to what is not known before the kernel runs, ways with different depths that meet, and recursion are errors
//! with the function and the address ([`Error`]).
//!
//! # Windowed Xtensa
//!
//! `entry` takes the whole frame at once. When windows overflow, the hardware's handlers store registers on the stack:
//! the first four of a function below its callee's frame, which is the 16 bytes at the top of the next frame that
//! `entry` takes, or 16 bytes below the last one; the next four of a function that calls with `call8`, and eight with
//! `call12`, below the 16 bytes at the top of its own frame. So all of them are within the sum of the frames and 16
//! bytes, whatever the number of the core's registers and whenever windows overflow. That frames have that room is
//! checked: a frame has at least 16, 32 or 48 bytes when it calls with `call4`, `call8` or `call12`, and no store at a
//! known place of the frame is into these. The host's handlers of windows take no stack of their own.
#![forbid(unsafe_code)]

mod calls;
mod elf;
mod error;
mod flow;
mod instruction;
mod labels;
mod machine;
mod riscv;
#[cfg(test)]
mod shown;
mod stack;
mod thumb;
mod time;
mod values;
mod xtensa;

pub use elf::Handler;
pub use error::{Error, Place, Problem};
pub use labels::{Bound, Label};
pub use machine::Machine;
pub use stack::{Frame, Stack};
pub use time::{Loop, Time, library};

use calls::{Analysis, Callee, Context, Summary};
use elf::Image;
use flow::Graph;
use instruction::{Decoded, Transfer};
use std::collections::{BTreeMap, BTreeSet};

/// The code of a kernel, as far as its handlers reach it. Addresses are those of the link, without Thumb's bit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub machine: Machine,
    /// As in the descriptor.
    pub handlers: Vec<Handler>,
    /// By address: handlers, and what they call.
    pub functions: BTreeMap<u32, Function>,
    /// Where rounds of loops begin, as far as the debug information says.
    pub labels: BTreeMap<u32, Vec<Label>>,
}

/// A function: what is between a call and its return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Of the symbol table.
    pub name: String,
    /// Of its first instruction.
    pub address: u32,
    /// By address. Functions may share code, and then each has the blocks.
    pub blocks: BTreeMap<u32, Block>,
    /// By the address of the instruction.
    pub calls: Vec<Call>,
    /// The most bytes of stack that it takes for itself.
    pub frame: u32,
}

/// Instructions that run one after the other, with nothing that comes in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub instructions: Vec<Instruction>,
    /// The blocks of the function that control goes on to: first that of a jump, then the one behind.
    pub next: Vec<u32>,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    pub address: u32,
    /// In bytes.
    pub size: u8,
    pub flow: Flow,
    /// Does nothing if a condition of its own does not hold, and control goes on: Thumb's `it`, and branches to
    /// another function ([`Flow::TailCall`]).
    pub conditional: bool,
    /// Bytes of stack that the function has taken before it.
    pub depth: u32,
    /// Bytes of stack that it takes; negative: gives back.
    pub takes: i32,
}

/// Where control goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// To the next instruction.
    Next,
    /// There, or to the next one.
    Branch(u32),
    Jump(u32),
    /// To a function or a service ([`Function::calls`] has which), then on.
    Call,
    /// The same, but what is called returns to this function's caller.
    TailCall,
    Return,
    /// Nowhere: the core stops with a fault.
    Trap,
}

/// A call in a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// Of the instruction.
    pub address: u32,
    pub target: Target,
    /// Where the callee returns to; none if that is this function's caller.
    pub returns_to: Option<u32>,
    /// Bytes of stack that the function has taken then.
    pub depth: u32,
    /// The first three arguments, where they are constants.
    pub arguments: [Option<u32>; 3],
}

/// Whom a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The function at an address.
    Function(u32),
    /// A service of the host, by its number (`runtime/abi/ABI.md`).
    Service(u8),
}

impl Code {
    /// Reads a linked kernel, alone or in a flash image.
    ///
    /// Errors: what is no such file, and code from which no bound of the stack follows, with its place.
    /// The work is bounded, whatever the bytes are.
    pub fn read(elf: &[u8]) -> Result<Self, Error> {
        let image = Image::read(elf)?;
        let mut analysis = Analysis::new(&image);
        let mut open: Vec<Context> =
            image.handlers.iter().map(|handler| Context::handler(&image, handler.function)).collect();
        for context in &open {
            analysis.go(context)?;
        }
        let (mut functions, mut seen) = (BTreeMap::new(), BTreeSet::new());
        while let Some(context) = open.pop() {
            let (Some(graph), Some(summary)) =
                (analysis.graphs.get(&context.function), analysis.summaries.get(&context))
            else {
                continue;
            };
            if !seen.insert(context.clone()) {
                continue;
            }
            let callees = summary.calls.iter().filter_map(|(_, callee)| match callee {
                Callee::Function(context) => Some(Context::clone(context)),
                Callee::Service(_) => None,
            });
            open.extend(callees);
            let name = image.name(context.function);
            let function = functions.entry(context.function);
            function.or_insert_with(|| Function::new(name, graph)).add(graph, summary);
        }
        let Image { machine, handlers, labels, .. } = image;
        Ok(Self { machine, handlers, functions, labels })
    }
}

impl Function {
    fn new(name: String, graph: &Graph) -> Self {
        Self { name, address: graph.entry, blocks: BTreeMap::new(), calls: Vec::new(), frame: 0 }
    }

    /// What it does for one of its callers.
    fn add(&mut self, graph: &Graph, summary: &Summary) {
        let depths = |address: &u32| summary.depths.get(address).copied();
        for (address, callee) in &summary.calls {
            let after = depths(address).unwrap_or_default().1;
            let instruction = graph.instruction(*address);
            let returns = instruction.filter(|decoded| is_call(decoded));
            let target = match callee {
                Callee::Function(context) => Target::Function(context.function),
                Callee::Service(number) => Target::Service(*number),
            };
            let returns_to = returns.map(|decoded| address.wrapping_add(u32::from(decoded.size)));
            let arguments = summary.arguments.get(address).copied().unwrap_or_default();
            let depth = after as u32;
            self.calls.push(Call { address: *address, target, returns_to, depth, arguments });
        }
        self.calls.sort_unstable();
        self.calls.dedup();
        let leaving: BTreeSet<u32> = self.calls.iter().map(|call| call.address).collect();
        for (start, block) in &graph.blocks {
            let instructions = block.instructions.iter().map_while(|(address, decoded)| {
                let (before, after) = depths(address)?;
                self.frame = self.frame.max(before.max(after) as u32);
                let flow = flow(decoded, leaving.contains(address));
                let is_branch = matches!(decoded.transfer, Transfer::Branch(_));
                Some(Instruction {
                    address: *address,
                    size: decoded.size,
                    flow,
                    conditional: decoded.conditional || is_branch && flow == Flow::TailCall,
                    depth: before as u32,
                    takes: (after - before) as i32,
                })
            });
            let instructions: Vec<_> = instructions.collect();
            if instructions.is_empty() {
                continue;
            }
            // Behind a call that does not return nothing runs.
            let is_whole = instructions.len() == block.instructions.len();
            let next = if is_whole { block.next.clone() } else { Vec::new() };
            self.blocks.insert(*start, Block { instructions, next });
        }
    }
}

fn is_call(decoded: &Decoded) -> bool {
    matches!(decoded.transfer, Transfer::Call(..) | Transfer::CallTo(..))
}

fn flow(decoded: &Decoded, leaves: bool) -> Flow {
    match decoded.transfer {
        Transfer::Call(..) | Transfer::CallTo(..) => Flow::Call,
        Transfer::JumpTo(_) | Transfer::Jump(_) | Transfer::Branch(_) if leaves => Flow::TailCall,
        Transfer::Branch(to) => Flow::Branch(to),
        Transfer::Jump(to) => Flow::Jump(to),
        Transfer::JumpTo(_) | Transfer::Leave => Flow::Return,
        Transfer::Trap => Flow::Trap,
        Transfer::Next | Transfer::Enter => Flow::Next,
    }
}
