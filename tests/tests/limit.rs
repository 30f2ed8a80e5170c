//! Rewards near the element's limit: what the declaration proves holds while a kernel learns, what goes beyond is
//! refused, and `saturate` stops at the limit.

use std::path::{Path, PathBuf};
use swarm_harness::progress::Silent;
use swarm_harness::scheduler::{KernelNames, RunOptions, run};
use swarm_harness::world::load;
use swarm_tests::{build, start};
use swarmc::pipeline::{Failure, Optimise, check};
use swarmc::stage::Stage;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/forager").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(example(name)).expect("a committed example")
}

/// The forager for another range of rewards.
fn forager(rewards: &str) -> String {
    let text = read("forager.mlir");
    assert!(text.contains("reward -5 to 10"), "the forager has changed");
    text.replace("reward -5 to 10", rewards)
}

/// The values that the kernel has after the world's ticks.
fn learned(text: &str, board: &str) -> Vec<i16> {
    let compiled = build(text, board, Optimise::Size);
    let interface = compiled.interface.as_ref().expect("the image was made");
    let slot = interface.layout.find("q.values").expect("the forager has a table");
    let names = KernelNames {
        ports: interface.declared.ports.iter().map(|port| port.name.clone()).collect(),
        handlers: interface.declared.handlers.iter().map(|handler| handler.name.clone()).collect(),
        formats: Vec::new(),
        ..KernelNames::default()
    };
    let mut loaded =
        load("summit.toml", &read("worlds/summit.toml"), &|file| Err(format!("{file} is not needed")))
            .expect("a good world");
    let mut node = start(compiled.stage(Stage::Elf).expect("the image was linked"), board, None);
    let options = RunOptions { ticks: loaded.ticks, seed: 1, names, ..RunOptions::default() };
    run(node.as_mut(), loaded.world.as_mut(), &options, &mut Silent).expect("the run ends well");
    let state = node.read_state().expect("the node has the state");
    let values = &state[slot.offset as usize..slot.offset as usize + 2 * 529 * 7];
    values.chunks(2).map(|bytes| i16::from_le_bytes([bytes[0], bytes[1]])).collect()
}

#[test]
fn what_is_declared_is_held_and_no_more() {
    // 51 * 64 / (1 - 0.9) = 32638, just within 16 bits.
    let text = forager("reward -51 to 51");
    for board in ["host", "microbit-v1"] {
        let highest = learned(&text, board).into_iter().max().expect("values");
        assert!((32_000..=32_638).contains(&highest), "{board}: {highest}");
    }
    match check("forager.mlir", &forager("reward -52 to 52")) {
        Err(Failure::Kernel(reported)) => {
            assert!(reported[0].message.starts_with("[range]"), "{reported:?}");
        }
        other => panic!("a reward of 52 was taken: {other:?}"),
    }
}

#[test]
fn a_saturating_table_stops_at_its_limit() {
    // Ten times the reward: the values would be beyond 300000.
    let text = forager("reward -51 to 51 scale 10.0 saturate");
    for board in ["host", "microbit-v1"] {
        let values = learned(&text, board);
        assert_eq!(values.iter().max(), Some(&i16::MAX), "{board}");
        assert!(
            values.iter().filter(|value| **value == i16::MAX).count() > 1,
            "{board}: more than one is there"
        );
    }
}
