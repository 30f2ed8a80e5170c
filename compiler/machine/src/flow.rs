//! The blocks of a function: what control reaches from its first instruction, and nothing else.

use crate::elf::Image;
use crate::error::{Error, Problem};
use crate::instruction::{Decoded, Linkage, Transfer};
use std::collections::{BTreeMap, BTreeSet};

/// A function as decoded: straight pieces of code by address.
pub(crate) struct Graph {
    pub entry: u32,
    pub blocks: BTreeMap<u32, Straight>,
}

/// Instructions that run one after the other.
pub(crate) struct Straight {
    pub instructions: Vec<(u32, Decoded)>,
    /// The blocks in the same function that control may go to.
    pub next: Vec<u32>,
}

/// How much work is left before the code is said to be too large: mutual calls could take for ever.
pub(crate) struct Budget {
    left: u64,
}

impl Budget {
    const STEPS: u64 = 1_000_000;

    pub fn new() -> Self {
        Self { left: Self::STEPS }
    }

    pub fn spend(&mut self, steps: usize) -> Result<(), Error> {
        let left = self.left.checked_sub(steps as u64);
        self.left = left.ok_or(Error::Size { steps: Self::STEPS })?;
        Ok(())
    }
}

impl Graph {
    /// Follows control from a function's first instruction. A jump to where another function begins leaves it.
    pub fn read(image: &Image, entry: u32, budget: &mut Budget) -> Result<Self, Error> {
        let mut found: BTreeMap<u32, (Decoded, u8)> = BTreeMap::new();
        let mut leaders = BTreeSet::from([entry]);
        let mut open = vec![(entry, 0)];
        while let Some((address, conditions)) = open.pop() {
            let error = |problem| image.error(entry, address, problem);
            if let Some((_, before)) = found.get(&address) {
                if *before != conditions {
                    return Err(error(Problem::Overlap));
                }
                continue;
            }
            budget.spend(1)?;
            let bytes = image.code(address).ok_or_else(|| error(Problem::Outside))?;
            let decoded = image.machine.decode(bytes, address, conditions).ok_or_else(|| {
                error(Problem::Instruction { bytes: bytes.iter().take(4).copied().collect() })
            })?;
            if let Some(target) = target(&decoded).filter(|target| !leaves(image, entry, *target)) {
                leaders.insert(target);
                open.push((target, 0));
            }
            let behind = address.wrapping_add(u32::from(decoded.size));
            if decoded.goes_on() {
                if leaves(image, entry, behind) {
                    return Err(error(Problem::Outside));
                }
                open.push((behind, decoded.conditions));
            }
            found.insert(address, (decoded, conditions));
        }
        let mut end = 0;
        for (address, (decoded, _)) in &found {
            if *address < end {
                return Err(image.error(entry, *address, Problem::Overlap));
            }
            end = address.saturating_add(u32::from(decoded.size));
        }
        Ok(Self { entry, blocks: blocks(image, entry, found, &leaders) })
    }

    /// The call in it that turns windows furthest, if there is one.
    pub fn widest_call(&self) -> Option<Linkage> {
        let all = self.blocks.values().flat_map(|block| &block.instructions);
        let calls = all.filter_map(|(_, decoded)| match decoded.transfer {
            Transfer::Call(_, linkage) | Transfer::CallTo(_, linkage) => Some(linkage),
            _ => None,
        });
        calls.max()
    }

    /// The instruction at an address.
    pub fn instruction(&self, address: u32) -> Option<&Decoded> {
        let (_, block) = self.blocks.range(..=address).next_back()?;
        block.instructions.iter().find_map(|(at, decoded)| (*at == address).then_some(decoded))
    }
}

/// Where a jump or branch goes.
fn target(decoded: &Decoded) -> Option<u32> {
    match decoded.transfer {
        Transfer::Jump(target) | Transfer::Branch(target) => Some(target),
        _ => None,
    }
}

/// Another function begins there.
pub(crate) fn leaves(image: &Image, entry: u32, target: u32) -> bool {
    target != entry && image.is_function(target)
}

fn blocks(
    image: &Image,
    entry: u32,
    found: BTreeMap<u32, (Decoded, u8)>,
    leaders: &BTreeSet<u32>,
) -> BTreeMap<u32, Straight> {
    let mut blocks: BTreeMap<u32, Straight> = BTreeMap::new();
    let mut current: Option<(u32, Straight)> = None;
    for (address, (decoded, _)) in found {
        let (start, mut block) =
            current.take().unwrap_or((address, Straight { instructions: Vec::new(), next: Vec::new() }));
        let behind = address.wrapping_add(u32::from(decoded.size));
        let (target, goes_on) = (target(&decoded), decoded.goes_on());
        let ends = !goes_on || target.is_some() || may_leave(&decoded) || leaders.contains(&behind);
        block.instructions.push((address, decoded));
        if !ends {
            current = Some((start, block));
            continue;
        }
        block.next.extend(target.filter(|target| !leaves(image, entry, *target)));
        block.next.extend(goes_on.then_some(behind));
        block.next.dedup();
        blocks.insert(start, block);
    }
    blocks
}

/// A return or computed jump, though a conditional one.
fn may_leave(decoded: &Decoded) -> bool {
    matches!(decoded.transfer, Transfer::JumpTo(_) | Transfer::Leave | Transfer::Trap)
}
