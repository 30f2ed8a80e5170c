//! A kernel driven event by event beside its model: what is sent is chosen by the model, which knows what comes of it.

use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, Node, Outcome, PortInput, Received, Record};
use swarm_reference::state::StateBlock;

/// What comes to the kernel.
#[derive(Clone, Debug)]
pub enum Cause {
    /// It starts anew, on zeros, with this seed.
    Init(u32),
    Start,
    Timer(u32),
    /// A message on the first channel.
    Message(Received),
}

/// One event: its cause, what the ports say, and what the handler returns, acts, and does else.
#[derive(Clone, Debug)]
pub struct Step {
    pub cause: Cause,
    pub sensed: Vec<i32>,
    pub expected: (u32, Vec<i32>),
    pub others: Vec<Record>,
}

/// What came to a decoder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    pub inputs: u64,
    /// Of them: what is no packet of the decoder's, so that nothing changes.
    pub refused: u64,
}

impl Reads {
    /// Counts one more.
    pub fn count(&mut self, accepted: bool) {
        self.inputs += 1;
        self.refused += u64::from(!accepted);
    }
}

/// What a kernel and its model did alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    /// Updates; of a kernel that learns nothing, what it does in their place.
    pub done: u64,
    pub reads: Reads,
}

/// A random kernel with its model.
pub trait Subject {
    /// The kernel's text.
    fn kernel(&self) -> String;
    /// The next event.
    fn step(&mut self) -> Step;
    /// The state block after the events so far.
    fn state(&self) -> StateBlock;
    /// Updates done so far; of a kernel that learns nothing, what it does instead.
    fn done(&self) -> u64;
    /// What came to its decoder so far, if it has one.
    fn reads(&self) -> Reads {
        Reads::default()
    }
}

/// Gives a step's event to a node; the step's number is the time.
pub fn dispatch(node: &mut dyn Node, step: &Step, number: usize) -> Result<Outcome, String> {
    let ports = step.sensed.iter().map(|&value| PortInput { value, age: 0 }).collect();
    let ((kind, symbol, value), received) = match step.cause.clone() {
        Cause::Init(seed) => ((event::INIT, 0, seed), None),
        Cause::Start => ((event::START, 0, 0), None),
        Cause::Timer(timer) => ((event::TIMER, timer, 0), None),
        Cause::Message(received) => ((event::MESSAGE, 0, 0), Some(received)),
    };
    let event = Event { kind, symbol, value, missed: 0 };
    let given = Inputs { now_ms: number as u32, ports, received };
    node.dispatch(&event, &given).map_err(|error| error.to_string())
}

/// After so many events state blocks are compared for the first time; then after twice as many, and so on.
const FIRST_COMPARED: usize = 50;

/// Runs a subject's kernel on a node: each event must do what the model does, and leave the same state on the way and in the end. Says how
/// much was done alike.
pub fn follow(
    node: &mut dyn Node,
    subject: &mut dyn Subject,
    (seed, events): (u32, usize),
) -> Result<Alike, String> {
    let init = Event { kind: event::INIT, symbol: 0, value: seed, missed: 0 };
    node.dispatch(&init, &Inputs::default()).map_err(|error| error.to_string())?;
    // What goes wrong early may be written over later.
    let mut due = FIRST_COMPARED;
    for number in 0..events {
        let step = subject.step();
        let outcome = dispatch(node, &step, number)?;
        let (mut acts, mut others) = (Vec::new(), Vec::new());
        for record in outcome.records {
            match record {
                Record::Act { value, .. } => acts.push(value),
                Record::Send { channel, to, options, id, bytes, .. } => {
                    others.push(Record::Send { channel, to, options, id, airtime_us: 0, bytes });
                }
                other => others.push(other),
            }
        }
        let got = (outcome.status, acts);
        if got != step.expected || others != step.others {
            return Err(format!("event {number} {step:?}: {got:?} {others:?}"));
        }
        if number + 1 == due {
            compare(node, subject).map_err(|difference| format!("after {due} events, {difference}"))?;
            due *= 2;
        }
    }
    compare(node, subject)?;
    Ok(Alike { done: subject.done(), reads: subject.reads() })
}

/// Whether the state block is the model's.
fn compare(node: &mut dyn Node, subject: &dyn Subject) -> Result<(), String> {
    let state = node.read_state().map_err(|error| error.to_string())?;
    let block = subject.state();
    let expected = block.to_bytes();
    let Some(at) = state.iter().zip(&expected).position(|(a, b)| a != b) else {
        let same = state.len() == expected.len();
        return if same { Ok(()) } else { Err(format!("{} bytes", state.len())) };
    };
    let slot = block.slots().iter().rev().find(|slot| slot.offset <= at);
    Err(format!("byte {at} differs, in {slot:?}: {} instead of {}", state[at], expected[at]))
}
