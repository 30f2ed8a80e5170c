//! A kernel driven event by event beside its model: what is sent is chosen by the model, which knows what comes of it.

use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, Node, PortInput, Record};
use swarm_reference::state::StateBlock;

/// One event: the timer, what the ports say, and what the handler returns and does.
#[derive(Clone, Debug)]
pub struct Step {
    pub timer: u32,
    pub sensed: Vec<i32>,
    pub expected: (u32, Vec<i32>),
}

/// A random kernel with its model.
pub trait Subject {
    /// The kernel's text.
    fn kernel(&self) -> String;
    /// The next event.
    fn step(&mut self) -> Step;
    /// The state block after the events so far.
    fn state(&self) -> StateBlock;
}

/// Runs a subject's kernel on a node: each event must do what the model does, and leave the same state in the end.
pub fn follow(
    node: &mut dyn Node,
    subject: &mut dyn Subject,
    (seed, events): (u32, usize),
) -> Result<(), String> {
    let init = Event { kind: event::INIT, symbol: 0, value: seed, missed: 0 };
    node.dispatch(&init, &Inputs::default()).map_err(|error| error.to_string())?;
    for number in 0..events {
        let step = subject.step();
        let ports = step.sensed.iter().map(|&value| PortInput { value, age: 0 }).collect();
        let timer = Event { kind: event::TIMER, symbol: step.timer, value: 0, missed: 0 };
        let given = Inputs { now_ms: number as u32, ports, received: None };
        let outcome = node.dispatch(&timer, &given).map_err(|error| error.to_string())?;
        let acts = outcome.records.iter().map(|record| match record {
            Record::Act { value, .. } => *value,
            other => panic!("the kernel only acts, and did {other:?}"),
        });
        let got = (outcome.status, acts.collect::<Vec<i32>>());
        if got != step.expected {
            return Err(format!("event {number} {step:?}: {got:?}"));
        }
    }
    let state = node.read_state().map_err(|error| error.to_string())?;
    let block = subject.state();
    let expected = block.to_bytes();
    let Some(at) = state.iter().zip(&expected).position(|(a, b)| a != b) else {
        return if state.len() == expected.len() { Ok(()) } else { Err(format!("{} bytes", state.len())) };
    };
    let slot = block.slots().iter().rev().find(|slot| slot.offset <= at);
    Err(format!("byte {at} differs, in {slot:?}: {} instead of {}", state[at], expected[at]))
}
