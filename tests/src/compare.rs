//! One kernel on one node, beside the same kernel in the model: the two must do and leave the same.

use crate::model::{Model, Plan};
use crate::random::Random;
use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, Node, PortInput, Record};

/// Events of one kernel on one target. Each learns twice: from what is remembered, and from a whole transition.
pub const EVENTS: usize = 1000;

/// What one event senses: place, mask, reward, flag, and a transition of somebody else's.
type Sensed = [i32; 7];

fn inputs(plan: &Plan, random: &mut Random) -> Sensed {
    let states = plan.states;
    let place = |random: &mut Random| {
        // One in sixty is outside the table: a fault, and nothing changes.
        if random.below(60) == 0 { -1 - random.below(5) as i32 } else { random.below(states) as i32 }
    };
    let mask = if random.below(16) == 0 { 0 } else { random.draw() as i32 };
    let reward = random.below(61) as i32 - 30;
    let action = random.below(plan.actions) as i32;
    [place(random), mask, reward, (random.below(8) == 0).into(), place(random), action, place(random)]
}

/// Runs a plan on one node and in the model, and compares after each event what was done, at the end what is left.
pub fn compare(plan: &Plan, seed: u64, board: &str, node: &mut dyn Node) -> Result<u64, String> {
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
