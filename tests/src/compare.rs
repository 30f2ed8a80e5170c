//! One kernel on one node, beside the same kernel in the model: the two must do and leave the same.

use crate::model::{Model, Plan};
use crate::random::Random;
use crate::rounds;
use crate::suite::Start;
use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, Node, PortInput, Record};
use swarmc::pipeline::Optimise;
use swarmc::stage::Stage;

/// What one event senses: place, mask, reward, flag, and a transition of somebody else's.
type Sensed = [i32; 7];

/// One kernel and how it is tried.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Of the inputs, and of the kernel's own generator.
    pub seed: u64,
    pub plan: Plan,
    pub events: usize,
    /// Rounds in each event. Each learns twice: from what is remembered, and from a whole transition.
    pub rounds: u32,
}

impl Trial {
    /// A random kernel.
    pub fn random(seed: u64, events: usize, rounds: u32) -> Self {
        Self { seed, plan: Plan::random(&mut Random::new(seed.wrapping_mul(7919))), events, rounds }
    }

    /// A random kernel that counts more visits of its one element than a count can hold.
    pub fn worn(seed: u64) -> Self {
        let plan = Plan::worn(&mut Random::new(seed.wrapping_mul(7919)));
        Self { seed, plan, events: 300, rounds: 64 }
    }

    /// The kernel's text.
    pub fn kernel(&self) -> String {
        if self.rounds == 1 { self.plan.kernel() } else { rounds::kernel(&self.plan, self.rounds) }
    }

    /// Compiles the kernel for a board, runs it there, and compares; says how many updates were alike.
    pub fn run(&self, board: &str) -> Result<u64, String> {
        self.run_on(board, &|elf, board| crate::start(elf, board, None))
    }

    /// The same, on a node that the caller starts.
    pub fn run_on(&self, board: &str, start: Start) -> Result<u64, String> {
        let text = self.kernel();
        let optimise = if self.seed.is_multiple_of(2) { Optimise::Speed } else { Optimise::Size };
        let compiled = crate::build(&text, board, optimise);
        let elf = compiled.stage(Stage::Elf).expect("the image was linked");
        let mut node = start(elf, board);
        let seed = self.seed;
        self.compare(board, node.as_mut())
            .map_err(|difference| format!("seed {seed}: {difference}\n{:?}\n{text}", self.plan))
    }

    /// Runs the kernel on one node and in the model, and compares after each event what was done, at the end what is left.
    pub fn compare(&self, board: &str, node: &mut dyn Node) -> Result<u64, String> {
        let mut random = Random::new(self.seed);
        let mut model = Model::new(&self.plan, self.seed as u32);
        let init = Event { kind: event::INIT, symbol: 0, value: self.seed as u32, missed: 0 };
        node.dispatch(&init, &Inputs::default()).map_err(|error| error.to_string())?;
        for number in 0..self.events {
            let sensed = sense(&self.plan, &mut random);
            let noise = if self.rounds == 1 { 0 } else { random.draw() as i32 };
            let ports = sensed.into_iter().chain([noise]).map(|value| PortInput { value, age: 0 }).collect();
            let tick = Event { kind: event::TIMER, symbol: 0, value: 0, missed: 0 };
            let given = Inputs { now_ms: number as u32, ports, received: None };
            let outcome = node.dispatch(&tick, &given).map_err(|error| error.to_string())?;
            let acts = outcome.records.iter().map(|record| match record {
                Record::Act { value, .. } => *value,
                other => panic!("the kernel only acts, and did {other:?}"),
            });
            let got = (outcome.status, acts.collect::<Vec<i32>>());
            let expected = self.event(&mut model, sensed, noise);
            if got != expected {
                return Err(format!("{board}: event {number} {sensed:?}: {got:?} instead of {expected:?}"));
            }
        }
        let state = node.read_state().map_err(|error| error.to_string())?;
        left(&model, &state).map_err(|difference| format!("{board}: {difference}"))?;
        Ok(model.updates())
    }

    /// What the model's handler returns and does.
    fn event(&self, model: &mut Model, sensed: Sensed, noise: i32) -> (u32, Vec<i32>) {
        if self.rounds == 1 {
            return model.event(&self.plan, sensed);
        }
        let mut inputs = rounds::Inputs::new(noise);
        let mut acts = Vec::new();
        for round in 0..self.rounds {
            // The first round's numbers are drawn as well, and not used.
            let derived = inputs.next(&self.plan);
            let (status, did) = model.event(&self.plan, if round == 0 { sensed } else { derived });
            if status != 0 {
                return (status, Vec::new());
            }
            acts.extend(did);
        }
        (0, vec![rounds::hash(&acts)])
    }
}

fn sense(plan: &Plan, random: &mut Random) -> Sensed {
    let states = plan.states;
    let place = |random: &mut Random| {
        // One in sixty is outside the table: a fault, and nothing changes.
        let outside = random.of(&[-1, -5, i32::MIN, states as i32]);
        if random.below(60) == 0 { outside } else { random.below(states) as i32 }
    };
    let mask = if random.below(16) == 0 { 0 } else { random.draw() as i32 };
    let reward = random.below(61) as i32 - 30;
    let wrong = random.of(&[-1, plan.actions as i32]);
    let action = if random.below(60) == 0 { wrong } else { random.below(plan.actions) as i32 };
    [place(random), mask, reward, (random.below(8) == 0).into(), place(random), action, place(random)]
}

/// Compares a state block with the model's.
fn left(model: &Model, state: &[u8]) -> Result<(), String> {
    let (expected, slots) = model.state();
    if state == expected {
        return Ok(());
    }
    let at = state.iter().zip(&expected).position(|(a, b)| a != b).unwrap_or(state.len().min(expected.len()));
    let slot = slots.iter().rev().find(|(_, offset)| *offset <= at);
    Err(format!("byte {at} of {} ({slot:?}) differs; there are {} bytes", expected.len(), state.len()))
}
