//! The code that was read, instruction by instruction beside a disassembler's listing.

use crate::listing::{Control, Line, Said};
use std::collections::BTreeMap;
use swarm_machine::{Code, Flow, Function, Instruction, Target};

/// Compares every instruction that was reached. Gives how many of them the listing has words for.
pub fn compare(
    code: &Code,
    listing: &BTreeMap<u32, Line>,
    meaning: impl Fn(&Line) -> Said,
    what: &str,
) -> usize {
    let mut compared = 0;
    for function in code.functions.values() {
        let (mut largest, mut sum, mut is_whole) = (0, 0, true);
        for instruction in function.blocks.values().flat_map(|block| &block.instructions) {
            let place = format!("{what}, {} at {:#x}", function.name, instruction.address);
            let line = listing.get(&instruction.address);
            let line = line.unwrap_or_else(|| panic!("{place}: no instruction begins there"));
            assert_eq!(usize::from(instruction.size), line.size, "{place}: {line:?}");
            // The core that this disassembler knows has no windows.
            if line.mnemonic == "excw" {
                is_whole = false;
                continue;
            }
            let said = meaning(line);
            assert!(
                is_as_said(function, instruction, said.control),
                "{place}: {instruction:?} is said to be {said:?}: {line:?}"
            );
            if let Some(takes) = said.takes {
                assert_eq!(i64::from(instruction.takes), takes, "{place}: {line:?}");
                (largest, sum) = (takes.max(largest), sum + takes.max(0));
            }
            compared += 1;
        }
        let frame = i64::from(function.frame);
        assert!(
            !is_whole || (largest..=sum).contains(&frame),
            "{what}, {}: a frame of {frame} bytes from {largest}, {sum} in all",
            function.name
        );
    }
    compared
}

fn is_as_said(function: &Function, instruction: &Instruction, control: Control) -> bool {
    let mut calls = function.calls.iter().filter(|call| call.address == instruction.address);
    let mut is_called = |to| calls.any(|call| call.target == Target::Function(to));
    match (instruction.flow, control) {
        (Flow::Next, Control::Next)
        | (Flow::Return | Flow::TailCall, Control::Leave)
        | (Flow::Call, Control::CallOfRegister)
        | (Flow::Trap, Control::Trap) => true,
        (Flow::Branch(to), Control::Branch(said)) | (Flow::Jump(to), Control::Jump(said)) => to == said,
        (Flow::Call, Control::Call(said)) | (Flow::TailCall, Control::Jump(said) | Control::Branch(said)) => {
            is_called(said)
        }
        _ => false,
    }
}

/// Blocks hang together: instructions follow each other, and control goes from the last one to where blocks begin.
pub fn hangs_together(code: &Code, what: &str) {
    for function in code.functions.values() {
        assert!(function.blocks.contains_key(&function.address), "{what}, {}", function.name);
        for (start, block) in &function.blocks {
            let place = format!("{what}, {}, block at {start:#x}", function.name);
            let mut at = *start;
            for instruction in &block.instructions {
                assert_eq!(instruction.address, at, "{place}");
                at += u32::from(instruction.size);
            }
            let (last, others) = block.instructions.split_last().expect("a block is not empty");
            assert!(others.iter().all(|other| matches!(other.flow, Flow::Next | Flow::Call)), "{place}");
            let next = match last.flow {
                Flow::Next | Flow::Call => vec![at],
                Flow::Branch(to) => vec![to, at],
                Flow::Jump(to) => vec![to],
                Flow::TailCall | Flow::Return | Flow::Trap if last.conditional => vec![at],
                Flow::TailCall | Flow::Return | Flow::Trap => Vec::new(),
            };
            assert_eq!(block.next, next, "{place}");
            assert!(next.iter().all(|next| function.blocks.contains_key(next)), "{place}: {next:x?}");
        }
    }
}
