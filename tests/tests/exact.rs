//! Every target gives what the reference gives, byte for byte: random kernels, random inputs, whole state blocks.

#[path = "exact/model.rs"]
mod model;
#[path = "exact/random.rs"]
mod random;

use model::{Model, Plan};
use random::Random;
use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, Node, PortInput, Record};
use swarm_tests::{BOARDS, build, start};
use swarmc::pipeline::Optimise;

/// Events of one kernel on one target. Each learns twice: from what is remembered, and from a whole transition.
const EVENTS: usize = 1000;
const KERNELS: u64 = 100;

/// What one event senses: place, mask, reward, flag, and a transition of somebody else's.
type Sensed = [i32; 7];

fn inputs(plan: &Plan, random: &mut Random) -> Sensed {
    let states = plan.states;
    let place = |random: &mut Random| {
        // One in sixty is outside the table: a fault, and nothing changes.
        if random.below(60) == 0 { -1 - random.below(5) as i32 } else { random.below(states) as i32 }
    };
    let mask = if random.below(16) == 0 { 0 } else { random.next() as i32 };
    let reward = random.below(61) as i32 - 30;
    let action = random.below(plan.actions) as i32;
    [place(random), mask, reward, (random.below(8) == 0).into(), place(random), action, place(random)]
}

/// Runs a plan on one node and in the model, and compares after each event what was done, at the end what is left.
fn compare(plan: &Plan, seed: u64, board: &str, node: &mut dyn Node) -> Result<u64, String> {
    let mut random = Random::new(seed);
    let mut model = Model::new(plan, seed as u32);
    let init = Event { kind: event::INIT, symbol: 0, value: seed as u32, missed: 0 };
    node.dispatch(&init, &Inputs::default()).map_err(|error| error.to_string())?;
    for number in 0..EVENTS {
        let sensed = inputs(plan, &mut random);
        let ports = sensed.iter().map(|&value| PortInput { value, age: 0 }).collect();
        let tick = Event { kind: event::TIMER, symbol: 0, value: 0, missed: 0 };
        let given = Inputs { now_ms: number as u32, ports };
        let outcome = node.dispatch(&tick, &given).map_err(|error| error.to_string())?;
        let acts = outcome.records.iter().map(|record| match record {
            Record::Act { value, .. } => *value,
            other => panic!("the kernel only acts, and did {other:?}"),
        });
        let got = (outcome.status, acts.collect::<Vec<i32>>());
        let expected = model.event(plan, sensed);
        if got != expected {
            return Err(format!("{board}: event {number} {sensed:?}: {got:?} instead of {expected:?}"));
        }
    }
    let state = node.read_state().map_err(|error| error.to_string())?;
    let (expected, slots) = model.state();
    if state == expected {
        return Ok(model.updates());
    }
    let at = state.iter().zip(&expected).position(|(a, b)| a != b).unwrap_or(state.len().min(expected.len()));
    let slot = slots.iter().rev().find(|(_, offset)| *offset <= at);
    Err(format!(
        "{board}: byte {at} of {} ({slot:?}) differs: {} and {} bytes",
        expected.len(),
        state.len(),
        expected.len()
    ))
}

#[test]
fn all_targets_give_the_reference_s_state_block() {
    let mut updates = 0;
    for seed in 1..=KERNELS {
        let plan = Plan::random(&mut Random::new(seed * 7919));
        let text = plan.kernel();
        let optimise = if seed % 2 == 0 { Optimise::Speed } else { Optimise::Size };
        for board in BOARDS {
            let compiled = build(&text, board, optimise);
            let elf = compiled.stage(swarmc::stage::Stage::Elf).expect("the image was linked");
            let mut node = start(elf, board, None);
            match compare(&plan, seed, board, node.as_mut()) {
                Ok(count) => updates += count,
                Err(difference) => panic!("seed {seed}: {difference}\n{plan:?}\n{text}"),
            }
        }
    }
    assert!(updates >= 600_000, "only {updates} updates were compared");
}

#[test]
fn a_cortex_m_image_runs_where_it_is_put() {
    let plan = Plan::random(&mut Random::new(3));
    for (board, other) in [("microbit-v1", 0x28000), ("qemu-cortex-m4", 0x48000)] {
        let compiled = build(&plan.kernel(), board, Optimise::Size);
        let elf = compiled.stage(swarmc::stage::Stage::Elf).expect("the image was linked");
        for address in [None, Some(other)] {
            let mut node = start(elf, board, address);
            compare(&plan, 5, board, node.as_mut())
                .unwrap_or_else(|difference| panic!("{address:x?}: {difference}"));
        }
    }
}
