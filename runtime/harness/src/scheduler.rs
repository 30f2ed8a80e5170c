//! Drives one node through a world, in virtual time.
//!
//! First `init` (its value is the seed), then `start`, both at time 0; timers from their periods on. Events are served by
//! time, then kind, then symbol, as the binary interface says. A handler takes no virtual time, so no timer is ever missed.
//! A *tick* is the service of one timer event. What is persisted is kept in memory; its `stored` event comes
//! [`STORE_MS`] later. A fault ends the run.

mod queue;
pub mod report;
mod resolve;
mod tally;

pub use report::{ActReport, CurvePoint, HandlerReport, LogLine, RunReport, checksum};
pub use resolve::{KernelNames, name_hash};

use std::collections::BTreeMap;

use swarm_abi::{Event, event, fault};

use crate::error::HarnessError;
use crate::node::{Inputs, Node, NodeError, Outcome, PortInput, Record};
use crate::progress::Progress;
use crate::world::World;
use queue::{Due, Queue};
use resolve::{Port, resolve_ports};
use tally::Tally;

/// How long storage takes, in ms of virtual time.
pub const STORE_MS: u64 = 1;
const PROGRESS_EVERY: u64 = 256;

/// What to run for how long.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// Timer events to serve.
    pub ticks: u64,
    /// Of the kernel's generator.
    pub seed: u32,
    pub names: KernelNames,
}

/// One event, with all that went into it and came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub time_ms: u64,
    pub event: Event,
    pub inputs: Inputs,
    /// What a restore wrote into the state block just before the event.
    pub restored: Option<Restored>,
    pub outcome: Outcome,
}

/// Bytes and the offset in the state block that they went to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    pub offset: u32,
    pub bytes: Vec<u8>,
}

/// Sees each event after it was served.
pub trait Observer {
    /// # Errors
    /// What it returns ends the run.
    fn served(&mut self, step: &Step, node: &mut dyn Node) -> Result<(), HarnessError>;
}

/// Who watches a run.
pub struct Watch<'a> {
    pub progress: &'a mut dyn Progress,
    pub observers: Vec<&'a mut dyn Observer>,
}

/// Runs a node until its ticks are over, or the world is.
///
/// # Errors
/// `run::unknown_port`: the world lacks a port that the kernel senses; `run::fault`: a handler faulted;
/// `node::…`: the node did not serve an event.
pub fn run(
    node: &mut dyn Node,
    world: &mut dyn World,
    options: &RunOptions,
    progress: &mut dyn Progress,
) -> Result<RunReport, HarnessError> {
    run_watched(node, world, options, &mut Watch { progress, observers: Vec::new() })
}

/// As [`run`], with observers.
///
/// # Errors
/// As [`run`], and those of the observers.
pub fn run_watched(
    node: &mut dyn Node,
    world: &mut dyn World,
    options: &RunOptions,
    watch: &mut Watch<'_>,
) -> Result<RunReport, HarnessError> {
    watch.progress.started(options.ticks);
    let result = Runner::new(node, world, options).and_then(|runner| runner.run(watch));
    watch.progress.finished();
    result
}

/// A node's error as this crate's.
pub fn node_error(error: &NodeError) -> HarnessError {
    HarnessError::new(error.code(), error.to_string()).help(error.help())
}

struct Runner<'a> {
    node: &'a mut dyn Node,
    world: &'a mut dyn World,
    options: &'a RunOptions,
    ports: Vec<Port>,
    queue: Queue,
    stores: BTreeMap<u32, Vec<u8>>,
    tally: Tally,
}

impl<'a> Runner<'a> {
    fn new(
        node: &'a mut dyn Node,
        world: &'a mut dyn World,
        options: &'a RunOptions,
    ) -> Result<Self, HarnessError> {
        let ports = resolve_ports(node.facts(), &options.names, world)?;
        let tally = Tally::new(node.facts(), options);
        let queue = Queue::new(node.facts(), options.seed);
        Ok(Self { node, world, options, ports, queue, stores: BTreeMap::new(), tally })
    }

    fn run(mut self, watch: &mut Watch<'_>) -> Result<RunReport, HarnessError> {
        self.queue.set_low_battery(self.world.low_battery(None));
        let mut now = 0;
        while self.tally.ticks < self.options.ticks {
            let Some(due) = self.queue.pop() else { break };
            if self.world.ends_at().is_some_and(|end| due.time_ms >= end) {
                break;
            }
            now = due.time_ms;
            self.serve(due, watch)?;
            if self.tally.ticks.is_multiple_of(PROGRESS_EVERY) {
                watch.progress.advanced(self.tally.ticks);
            }
        }
        watch.progress.advanced(self.tally.ticks);
        let state = self.node.read_state().map_err(|error| node_error(&error))?;
        Ok(self.tally.report(now, &state, self.world.summary()))
    }

    fn serve(&mut self, due: Due, watch: &mut Watch<'_>) -> Result<(), HarnessError> {
        let time_ms = due.time_ms;
        let (event, restored) = self.complete_store(due)?;
        if event.kind == event::LOW_BATTERY {
            self.queue.set_low_battery(self.world.low_battery(Some(time_ms)));
        }
        let inputs = self.inputs(time_ms);
        let outcome = self.node.dispatch(&event, &inputs).map_err(|error| node_error(&error))?;
        let step = Step { time_ms, event, inputs, restored, outcome };
        for observer in &mut watch.observers {
            observer.served(&step, self.node)?;
        }
        let handler = self.node.facts().handler_of(&event);
        self.tally.served(handler, step.outcome.instructions);
        self.apply(&step);
        if event.kind == event::TIMER {
            let payoff = self.world.after_tick(time_ms);
            self.tally.tick(payoff);
        }
        self.check_fault(&step, handler)
    }

    /// Ends a persist or restore; other events pass.
    fn complete_store(&mut self, due: Due) -> Result<(Event, Option<Restored>), HarnessError> {
        let mut event = due.event;
        if let Some(bytes) = due.persist {
            self.stores.insert(event.symbol, bytes);
            event.value = event::STORED_OK;
        }
        let Some((offset, length)) = due.restore else { return Ok((event, None)) };
        event.value = event::STORED_RESTORE;
        let stored = self.stores.get(&event.symbol).filter(|bytes| bytes.len() == length as usize);
        let Some(bytes) = stored.cloned() else { return Ok((event, None)) };
        self.node.write_state(offset, &bytes).map_err(|error| node_error(&error))?;
        event.value |= event::STORED_OK;
        Ok((event, Some(Restored { offset, bytes })))
    }

    fn inputs(&self, time_ms: u64) -> Inputs {
        let sensed = |port: &Port| {
            let reading = port.senses.then(|| self.world.sense(&port.name, time_ms)).flatten();
            reading.map_or(PortInput::NONE, |reading| PortInput { value: reading.value, age: reading.age })
        };
        // The kernel's clock has 32 bits and wraps.
        Inputs { now_ms: time_ms as u32, ports: self.ports.iter().map(sensed).collect(), received: None }
    }

    fn apply(&mut self, step: &Step) {
        for record in &step.outcome.records {
            match record {
                Record::Act { port, value } => {
                    let name = self.ports.get(*port as usize).map_or("", |port| port.name.as_str());
                    self.world.act(name, *value, step.time_ms);
                    self.tally.act(name, *value);
                }
                Record::Log { format, args } => self.tally.log(step.time_ms, *format, args),
                Record::Rearm { timer, ms } => self.queue.rearm(*timer, *ms, step.time_ms),
                Record::Persist { store, bytes, .. } => {
                    self.queue.persist(*store, bytes.clone(), step.time_ms + STORE_MS);
                }
                Record::Restore { store, offset, length } => {
                    self.queue.restore(*store, (*offset, *length), step.time_ms + STORE_MS);
                }
                // A node alone is heard by nobody.
                Record::Send { .. } | Record::Advertise { .. } | Record::Publish { .. } => {}
            }
        }
    }

    fn check_fault(&self, step: &Step, handler: Option<usize>) -> Result<(), HarnessError> {
        let (what, help) = match step.outcome.status {
            fault::NONE => return Ok(()),
            fault::INDEX => (
                "an index, state or action outside its bounds",
                "compare what it senses with the sizes it declares: a grid has (width - 2) * (height - 2) places",
            ),
            fault::SHIFT => ("a shift by the width or more", "mask the amount, or check it before the shift"),
            fault::DIVISION => ("a division without a result", "check the divisor before the division"),
            fault::LOOP => {
                ("a loop beyond its declared maximum", "raise the loop's maximum, or leave it earlier")
            }
            fault::ASSERTION => ("an assertion of the program", "look at what the assertion says"),
            _ => (
                "a code that this version does not know",
                "build the kernel anew with the swarmc that runs it",
            ),
        };
        let name = handler.map_or("(none)".to_string(), |number| self.tally.handler_name(number));
        let (code, time) = (step.outcome.status, step.time_ms);
        let message = format!("the handler {name} ended with fault {code} ({what}) at {time} ms");
        Err(HarnessError::new("run::fault", message).help(help))
    }
}

#[cfg(test)]
#[path = "scheduler/scheduler_tests.rs"]
mod tests;
