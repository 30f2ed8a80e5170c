//! Bounds of instructions beside what emulated boards count: never below it, and not far above it.

use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, Node};
use swarm_machine::{Code, library};
use swarm_tests::bench::{JOBS, Write, inputs};
use swarmc::pipeline::Optimise;
use swarmc::stage::Stage;

/// Kernels whose rarest ways are not taken here: draws that are rejected again and again, numbers that are all long.
const RARE: [&str; 3] = ["select_masked", "transition", "select"];

/// The status, and the instructions from the handler's entry to its return.
fn counted(node: &mut dyn Node, kind: u32) -> (u32, u64) {
    let event = Event { kind, symbol: 0, value: 1, missed: 0 };
    let outcome = node.dispatch(&event, &Inputs::default()).expect("the board answers");
    (outcome.status, outcome.instructions.expect("the board counts"))
}

/// Of each job the bound of its handler, and the most that was counted.
fn compare(board: &str) {
    let mut ratios = Vec::new();
    for (job, optimise) in JOBS.iter().flat_map(|job| [(job, Optimise::Size), (job, Optimise::Speed)]) {
        let what = format!("{} on {board}, {optimise:?}", job.name);
        let compiled = swarm_tests::build(&job.kernel().expect("the kernel is there"), board, optimise);
        let elf = compiled.stage(Stage::Elf).expect("an image");
        let layout = &compiled.interface.as_ref().expect("a kernel has one").layout;
        let code = Code::read(elf).unwrap_or_else(|error| panic!("{what}: {error}"));
        let bound = |kind: u32| {
            let handler = code.handlers.iter().find(|handler| u32::from(handler.kind) == kind);
            let function = handler.expect("the kernel has the handler").function;
            let time = code.time(function, |_| 0, library).unwrap_or_else(|error| panic!("{what}: {error}"));
            time.instructions
        };
        let mut node = swarm_tests::start(elf, board, None);
        let given = inputs(job, layout).expect("the kernel has the variables");
        let (_, at_first) = counted(node.as_mut(), event::INIT);
        assert!(at_first <= bound(event::INIT), "{what}: init takes {at_first}, not {}", bound(event::INIT));
        let put = |node: &mut dyn Node, writes: &[Write]| {
            for write in writes {
                node.write_state(write.offset, &write.bytes).expect("the board answers");
            }
        };
        put(node.as_mut(), &given.first);
        let mut most = 0;
        for writes in &given.each {
            put(node.as_mut(), writes);
            most = most.max(counted(node.as_mut(), event::TIMER).1);
        }
        let bound = bound(event::TIMER);
        assert!(most <= bound, "{what}: {most} were counted, and the bound is {bound}");
        let ratio = bound as f64 / most as f64;
        println!("{what}: at most {bound}, counted {most}, {ratio:.2}");
        if !RARE.contains(&job.name) {
            ratios.push(ratio);
        }
    }
    ratios.sort_by(f64::total_cmp);
    let (middle, last) = (ratios[ratios.len() / 2], ratios[ratios.len() - 1]);
    println!("{board}: p50 {middle:.2}, most {last:.2}");
    assert!(middle <= 1.3 && last <= 2.0, "{board}: {ratios:.2?}");
}

#[test]
fn a_cortex_m0_executes_no_more_than_its_bound() {
    compare("microbit-v1");
}

#[test]
fn a_cortex_m4_executes_no_more_than_its_bound() {
    compare("qemu-cortex-m4");
}

#[test]
fn riscv_executes_no_more_than_its_bound() {
    compare("qemu-riscv32");
}

#[test]
fn windowed_xtensa_executes_no_more_than_its_bound() {
    compare("qemu-xtensa");
}
