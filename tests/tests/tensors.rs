//! Tensors: every target gives what the reference gives, and leaves the same block, scratch included.

use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, Node, PortInput, Record};
use swarm_tests::steps::Cause;
use swarm_tests::tensors::Tensors;
use swarm_tests::{BOARDS, build, start};
use swarmc::layout::Layout;
use swarmc::pipeline::Optimise;
use swarmc::stage::Stage;

const KERNELS: u32 = 12;
const EVENTS: usize = 300;

/// Runs a kernel beside its model; the whole state block in the end.
fn follow(node: &mut dyn Node, (seed, events): (u32, usize), layout: &Layout) -> Vec<u8> {
    let mut model = Tensors::random(seed);
    let init = Event { kind: event::INIT, symbol: 0, value: seed, missed: 0 };
    node.dispatch(&init, &Inputs::default()).expect("it starts");
    let mut faults = 0;
    for number in 0..events {
        let step = model.step();
        let ports = step.sensed.iter().map(|&value| PortInput { value, age: 0 }).collect();
        let Cause::Timer(symbol) = step.cause else { panic!("only timers: {step:?}") };
        let timer = Event { kind: event::TIMER, symbol, value: 0, missed: 0 };
        let outcome = node.dispatch(&timer, &Inputs { ports, ..Inputs::default() }).expect("it answers");
        let acts = outcome.records.iter().map(|record| match record {
            Record::Act { value, .. } => *value,
            other => panic!("the kernel only acts, and did {other:?}"),
        });
        let got = (outcome.status, acts.collect::<Vec<i32>>());
        assert_eq!(got, step.expected, "seed {seed}, event {number} {step:?}");
        faults += usize::from(outcome.status != 0);
    }
    assert!(faults > 0 && faults < events / 2, "{faults} faults in {events} events");
    let state = node.read_state().expect("the state block");
    for (name, expected) in model.variables() {
        let slot = layout.find(name).expect("the variable has its place");
        let (from, bytes) = (slot.offset as usize, slot.bytes() as usize);
        assert_eq!(state[from..from + bytes], expected, "seed {seed}: @{name}");
    }
    assert_eq!(state.len() as u64, layout.size, "the block's size counts its scratch");
    state
}

#[test]
fn all_targets_compute_what_the_reference_computes() {
    for seed in 1..=KERNELS {
        let text = Tensors::random(seed).kernel();
        let optimise = if seed % 2 == 0 { Optimise::Speed } else { Optimise::Size };
        let mut blocks = Vec::new();
        for board in BOARDS {
            let compiled = build(&text, board, optimise);
            let elf = compiled.stage(Stage::Elf).expect("the image was linked");
            let layout = &compiled.interface.as_ref().expect("the image has an interface").layout;
            assert!(layout.scratch() > 0, "the kernel needs scratch");
            let mut node = start(elf, board, None);
            blocks.push(follow(node.as_mut(), (seed, EVENTS), layout));
        }
        let alike = blocks.iter().all(|block| *block == blocks[0]);
        assert!(alike, "seed {seed}: the targets leave other scratch");
    }
}

#[test]
fn constants_are_found_in_either_bank() {
    let text = Tensors::random(5).kernel();
    for (board, other) in [("microbit-v1", 0x28000), ("qemu-cortex-m4", 0x48000)] {
        let compiled = build(&text, board, Optimise::Size);
        let elf = compiled.stage(Stage::Elf).expect("the image was linked");
        let layout = &compiled.interface.as_ref().expect("the image has an interface").layout;
        let blocks = [None, Some(other)]
            .map(|address| follow(start(elf, board, address).as_mut(), (5, EVENTS), layout));
        assert!(blocks[0] == blocks[1], "{board}: another bank, another block");
    }
}
