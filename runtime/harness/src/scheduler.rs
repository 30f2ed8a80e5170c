//! Drives nodes through worlds, in virtual time; `network` has several, this one.
//!
//! First `init` (its value is the seed), then `start`, both at time 0; timers from their periods on. Events are served by
//! time, then kind, then symbol, as the binary interface says, then by the node's number. A handler takes no virtual time,
//! so no timer is ever missed.
//! A *tick* is the service of one timer event. What is persisted is kept in memory; its `stored` event comes
//! [`STORE_MS`] later. A fault ends the run.

mod fault;
mod member;
mod queue;
pub mod report;
mod resolve;
mod tally;

pub use report::{ActReport, CurvePoint, HandlerReport, LogLine, RadioReport, RunReport, checksum};
pub use resolve::{KernelNames, name_hash};

pub(crate) use member::Member;

use swarm_abi::Event;

use crate::error::HarnessError;
use crate::network::relays::Relayed;
use crate::network::{Conditions, Participant, run_network};
use crate::node::{Inputs, Node, NodeError, Outcome};
use crate::progress::Progress;
use crate::world::World;

/// How long storage takes, in ms of virtual time.
pub const STORE_MS: u64 = 1;

/// Of a node that nobody hears, whatever its kernel takes for its number.
const ALONE: u32 = 1;

/// What to run for how long.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// Timer events to serve.
    pub ticks: u64,
    /// Of the kernel's generator.
    pub seed: u32,
    pub names: KernelNames,
    /// When the node is switched on, in its network's time.
    pub starts_ms: u64,
}

/// One event, with all that went into it and came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The node's place in its network, from 0.
    pub node: usize,
    /// Since the node was switched on.
    pub time_ms: u64,
    /// When it was.
    pub starts_ms: u64,
    pub event: Event,
    pub inputs: Inputs,
    /// What a restore wrote into the state block just before the event.
    pub restored: Option<Restored>,
    pub outcome: Outcome,
}

impl Step {
    /// When it was, in the network's time.
    pub fn network_ms(&self) -> u64 {
        self.starts_ms + self.time_ms
    }
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

    /// A node's radio passed a message on; kernels do not learn of it.
    ///
    /// # Errors
    /// What it returns ends the run.
    fn relayed(&mut self, _relayed: &Relayed) -> Result<(), HarnessError> {
        Ok(())
    }
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
    let alone = Participant { node, world, options: options.clone(), node_id: ALONE };
    let mut report =
        run_network(vec![alone], &Conditions { seed: options.seed, ..Conditions::default() }, watch)?;
    Ok(report.nodes.swap_remove(0).report)
}

/// A node's error as this crate's.
pub fn node_error(error: &NodeError) -> HarnessError {
    HarnessError::new(error.code(), error.to_string()).help(error.help())
}

#[cfg(test)]
#[path = "scheduler/scheduler_tests.rs"]
mod tests;
