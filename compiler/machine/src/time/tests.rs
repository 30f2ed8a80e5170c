//! Small graphs by hand.

use super::*;
use crate::{Block, Bound, Instruction, Machine};

/// Blocks of so many instructions of four bytes, each with the blocks that it goes on to, by number; the last one of a
/// block without any returns. Block `n` is at `0x100 * n`.
fn code(blocks: &[(u32, &[u32])]) -> Code {
    let block = |(number, (count, next)): (usize, &(u32, &[u32]))| {
        let start = 0x100 * number as u32;
        let instruction = |at: u32| Instruction {
            address: start + 4 * at,
            size: 4,
            flow: if next.is_empty() && at + 1 == *count { Flow::Return } else { Flow::Next },
            conditional: false,
            depth: 0,
            takes: 0,
        };
        let next = next.iter().map(|next| 0x100 * next).collect();
        (start, Block { instructions: (0..*count).map(instruction).collect(), next })
    };
    let blocks = blocks.iter().enumerate().map(block).collect();
    let function = Function { name: "f".into(), address: 0, blocks, calls: Vec::new(), frame: 0 };
    Code {
        machine: Machine::Riscv,
        handlers: Vec::new(),
        functions: BTreeMap::from([(0, function)]),
        labels: BTreeMap::new(),
    }
}

/// With labels at blocks: the bounds from the outermost loop on.
fn labelled(mut code: Code, labels: &[(u32, &[u64])]) -> Code {
    for (block, bounds) in labels {
        let bounds = bounds.iter().map(|rounds| Bound { rounds: *rounds, all: None }).collect();
        code.labels.entry(0x100 * block).or_default().push(Label { bounds, line: Some(1) });
    }
    code
}

fn most(code: &Code) -> Result<u64, Error> {
    code.time(0, |_| 0, |_| None).map(|time| time.instructions)
}

fn refused(code: &Code) -> bool {
    matches!(most(code), Err(Error::Code { problem: Problem::Loop, .. }))
}

#[test]
fn the_longer_of_two_ways_counts() {
    assert_eq!(most(&code(&[(2, &[1, 2]), (7, &[3]), (5, &[3]), (1, &[])])), Ok(10));
}

#[test]
fn where_a_function_is_left_early_may_be_its_longest_way() {
    assert_eq!(most(&code(&[(2, &[1, 2]), (50, &[]), (5, &[])])), Ok(52));
}

#[test]
fn a_loop_that_tests_first_has_its_test_once_more_than_its_body() {
    let loops = code(&[(1, &[1]), (2, &[2, 3]), (10, &[1]), (1, &[])]);
    // 1 + 5 tests, 4 bodies, 1
    assert_eq!(most(&labelled(loops.clone(), &[(1, &[5])])), Ok(1 + 5 * 2 + 4 * 10 + 1));
    assert!(refused(&loops));
    assert!(refused(&labelled(loops, &[(1, &[0])])), "0 is no bound");
}

#[test]
fn a_loop_of_one_block_is_one() {
    let loops = code(&[(1, &[1]), (3, &[1, 2]), (1, &[])]);
    assert_eq!(most(&labelled(loops, &[(1, &[8])])), Ok(1 + 24 + 1));
}

#[test]
fn a_loop_may_be_entered_at_its_end_and_left_in_its_middle() {
    // 0 goes to the test at 3; 2 may leave.
    let loops = code(&[(1, &[3]), (4, &[2]), (5, &[3, 4]), (2, &[1, 4]), (1, &[])]);
    assert_eq!(most(&labelled(loops, &[(3, &[3])])), Ok(1 + 2 * 11 + 11 + 1));
}

#[test]
fn loops_in_loops_multiply() {
    let loops = code(&[(1, &[1]), (2, &[2, 4]), (3, &[2, 3]), (1, &[1]), (1, &[])]);
    let bounded = labelled(loops.clone(), &[(1, &[5]), (2, &[5, 7])]);
    assert_eq!(most(&bounded), Ok(1 + 5 * 2 + 4 * (7 * 3 + 1) + 1));
    assert!(refused(&labelled(loops.clone(), &[(1, &[5])])), "the inner one has no bound");
    // Without the outer one's label the inner one counts for both.
    assert_eq!(most(&labelled(loops, &[(2, &[5, 7])])), Ok(1 + 2 + 34 * 6 + 3 + 3 + 1));
}

#[test]
fn rounds_in_all_count_once_for_the_loop_around() {
    let loops = code(&[(1, &[1]), (2, &[2, 4]), (3, &[2, 3]), (1, &[1]), (1, &[])]);
    let mut bounded = labelled(loops, &[(1, &[5]), (2, &[5, 7])]);
    for label in bounded.labels.get_mut(&0x200).expect("it was just put there") {
        label.bounds[1].all = Some(6);
    }
    // Once in each of four rounds, and six times more.
    assert_eq!(most(&bounded), Ok(1 + 5 * 2 + 4 * (3 + 1) + 6 * 3 + 1));
}

#[test]
fn two_loops_that_are_one_ring_are_refused() {
    let loops = code(&[(1, &[1]), (1, &[1, 2]), (1, &[2, 1, 3]), (1, &[])]);
    assert!(refused(&labelled(loops, &[(1, &[5]), (2, &[5])])));
}

#[test]
fn routines_without_labels_have_the_rounds_that_are_given() {
    let loops = code(&[(1, &[1]), (3, &[1, 2]), (1, &[])]);
    let time = loops.time(0, |_| 0, |name| (name == "f").then_some(32)).map(|time| time.instructions);
    assert_eq!(time, Ok(1 + 33 * 3 + 1));
}

#[test]
fn calls_take_what_they_call_and_services_what_is_said() {
    let mut both = code(&[(3, &[])]);
    let call = |address, target| Call { address, target, returns_to: None, depth: 0, arguments: [None; 3] };
    let mut callee = both.functions[&0].clone();
    callee.address = 0x1000;
    callee.blocks = [(0x1000, both.functions[&0].blocks[&0].clone())].into();
    both.functions.insert(0x1000, callee);
    let caller = both.functions.entry(0).or_insert_with(|| unreachable!("it is there"));
    caller.calls = vec![call(0, Target::Function(0x1000)), call(4, Target::Service(7))];
    let time = both.time(0, |number| u64::from(number) * 100, |_| None).expect("there are no loops");
    assert_eq!((time.instructions, time.functions), (3 + 3 + 700, BTreeMap::from([(0x1000, 3)])));
}
