//! The most instructions that a function executes, by its control flow and the labels of its loops.
//!
//! Blocks that control cannot come back to count once. Of a ring of blocks one has a label that says how often it is
//! executed at most each time that control comes to the ring: so often, less one, control goes around from the label to
//! the label. What is left of the ring without that block is bounded in the same way, ring by ring.

mod region;
#[cfg(test)]
mod tests;

use crate::{Call, Code, Error, Flow, Function, Label, Place, Problem, Target};
use region::{Cost, Region};
use std::collections::BTreeMap;

/// The most instructions of a function with all that it calls, from its first one to its return.
///
/// Interrupts are not in it, and neither are the host's handlers of windows on Xtensa.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    pub instructions: u64,
    /// Of the functions that are called and bounded here: the most instructions of each.
    pub functions: BTreeMap<u32, u64>,
    /// The loops of all of them; those of routines over bytes once for each number of bytes.
    pub loops: Vec<Loop>,
}

/// A loop, and what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// Of its function.
    pub function: u32,
    /// Where a round begins.
    pub address: u32,
    /// Of the source; none if it is not known.
    pub line: Option<u64>,
    /// The most rounds each time that it is come to.
    pub rounds: u64,
    /// The most instructions of one round, loops in it with it.
    pub each: u64,
    /// How often it goes round again in all, where that is fewer: then loops around it have but one round of it in each
    /// of theirs, and so many more once.
    pub all: Option<u64>,
}

/// Rounds of the loops of library routines that have no labels: `compiler/builtins.c`.
///
/// They go bit by bit over 32 or 64 bits. Those over bytes are bounded by the number that they are called with.
pub fn library(name: &str) -> Option<u64> {
    const BITS_32: [&str; 11] = [
        "bit_by_bit",
        "quotient",
        "__udivsi3",
        "__umodsi3",
        "__divsi3",
        "__modsi3",
        "__aeabi_uidiv",
        "__aeabi_idiv",
        "__aeabi_uidivmod",
        "__aeabi_idivmod",
        "divide32_signed",
    ];
    const BITS_64: [&str; 8] = [
        "divide",
        "divide_signed",
        "unsigned_parts",
        "signed_parts",
        "__udivdi3",
        "__umoddi3",
        "__divdi3",
        "__moddi3",
    ];
    match name {
        name if BITS_32.contains(&name) => Some(32),
        name if BITS_64.contains(&name) => Some(64),
        _ => None,
    }
}

impl Code {
    /// The most instructions of the function at an address, which for a handler is [`crate::Handler::function`].
    ///
    /// `services` gives the most instructions of a service of the host, from its first one to its return. `rounds`
    /// gives the most rounds of the loops of a routine that has no labels, by its name, such as [`library`].
    ///
    /// Errors: a loop for which no bound is known, with its place; a function that no handler reaches.
    pub fn time(
        &self,
        function: u32,
        services: impl Fn(u8) -> u64,
        rounds: impl Fn(&str) -> Option<u64>,
    ) -> Result<Time, Error> {
        let mut timing = Timing {
            code: self,
            services: &services,
            rounds: &rounds,
            known: BTreeMap::new(),
            loops: Vec::new(),
        };
        let instructions = timing.function((function, None))?;
        let Timing { known, loops, .. } = timing;
        let mut functions = BTreeMap::new();
        for ((at, _), most) in known.into_iter().filter(|((at, _), _)| *at != function) {
            let known = functions.entry(at).or_insert(most);
            *known = most.max(*known);
        }
        Ok(Time { instructions, functions, loops })
    }
}

struct Timing<'a> {
    code: &'a Code,
    services: &'a dyn Fn(u8) -> u64,
    rounds: &'a dyn Fn(&str) -> Option<u64>,
    known: BTreeMap<Called, u64>,
    loops: Vec<Loop>,
}

/// A function, and of one that goes over bytes how many there are.
type Called = (u32, Option<u64>);

impl Timing<'_> {
    /// Calls do not go in circles, and do not nest deep: reading has seen to it.
    fn function(&mut self, (at, bytes): Called) -> Result<u64, Error> {
        if let Some(known) = self.known.get(&(at, bytes)) {
            return Ok(*known);
        }
        let code = self.code;
        let function = code.functions.get(&at).ok_or_else(|| Error::Code {
            problem: Problem::Outside,
            at: Place { function: format!("the function at {at:#x}"), address: at },
        })?;
        let mut region = Region::new(code, function, bytes.or_else(|| (self.rounds)(&function.name)));
        for (start, block) in &function.blocks {
            let (mut cost, mut leaving) = (block.instructions.len() as u64, 0);
            for instruction in &block.instructions {
                let calls = function.calls.iter().filter(|call| call.address == instruction.address);
                let callees: Result<Vec<u64>, Error> = calls.map(|call| self.callee(call, bytes)).collect();
                let most = callees?.into_iter().max().unwrap_or_default();
                match instruction.flow {
                    Flow::TailCall => leaving = most,
                    _ => cost = cost.saturating_add(most),
                }
            }
            let last = block.instructions.last().map(|last| last.flow);
            let leaves = block.next.is_empty() || matches!(last, Some(Flow::Return | Flow::TailCall));
            region.costs.insert(*start, Cost { through: cost, leaving: leaves.then_some(leaving) });
        }
        let instructions = region.whole(function)?;
        self.loops.extend(region.loops);
        self.known.insert((at, bytes), instructions);
        Ok(instructions)
    }

    /// One routine over bytes hands its bytes on to another.
    fn callee(&mut self, call: &Call, bytes: Option<u64>) -> Result<u64, Error> {
        let at = match call.target {
            Target::Function(at) => at,
            Target::Service(number) => return Ok((self.services)(number)),
        };
        let function = self.code.functions.get(&at);
        let place = function.and_then(|function| number_of_bytes(&function.name));
        let given = place.and_then(|place| call.arguments[place]).map(u64::from);
        self.function((at, place.and(given.or(bytes))))
    }
}

/// Which argument of a routine is how many bytes it goes over, one in each round: `compiler/builtins.c`.
fn number_of_bytes(name: &str) -> Option<usize> {
    match name {
        "__aeabi_memset" | "__aeabi_memclr" | "__aeabi_memclr4" => Some(1),
        "memcpy" | "memmove" | "memset" => Some(2),
        "__aeabi_memcpy" | "__aeabi_memcpy4" | "__aeabi_memmove" | "__aeabi_memmove4" => Some(2),
        _ => None,
    }
}

/// The labels of a function's loops by block.
fn labels<'a>(code: &'a Code, function: &Function) -> BTreeMap<u32, Vec<&'a Label>> {
    let mut labels: BTreeMap<u32, Vec<_>> = BTreeMap::new();
    for (start, block) in &function.blocks {
        for instruction in &block.instructions {
            if let Some(here) = code.labels.get(&instruction.address) {
                labels.entry(*start).or_default().extend(here);
            }
        }
    }
    labels
}
