//! Several nodes in one virtual time, which hear each other.
//!
//! Each node has its own world and state; all events of all nodes are served by time, then kind, then symbol, then the
//! node's number. The channel loses nothing: see [`ether`] for who hears what, and when.
//!
//! Nodes may be switched on one after another. A node stops with its last tick; the run ends when all nodes with timers have stopped, or nothing is left to do. A node
//! without timers counts what it hears instead, and only where no node has a timer.

pub mod ether;
pub mod messages;
pub mod picture;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::HarnessError;
use crate::node::Node;
use crate::scheduler::{Member, RadioReport, RunOptions, RunReport, Watch};
use crate::world::World;
use ether::{Delivery, Ether};

const PROGRESS_EVERY: u64 = 256;

/// A node with its world.
pub struct Participant<'a> {
    pub node: &'a mut dyn Node,
    pub world: &'a mut dyn World,
    pub options: RunOptions,
    /// What others know it by: the one that the node itself was started with.
    pub node_id: u32,
}

/// The result of a network's run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkReport {
    /// In the order in which they were given.
    pub nodes: Vec<NodeReport>,
    /// Virtual time of the last event.
    pub time_ms: u64,
    /// Of the network's random delays.
    pub seed: u32,
    /// Of all nodes together.
    pub radio: RadioReport,
}

/// The result of one node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeReport {
    pub node_id: u32,
    /// When it was switched on.
    pub starts_ms: u64,
    pub report: RunReport,
}

/// Runs nodes until all have had their ticks, or nothing is left to do.
///
/// # Errors
/// `network::node_id`: two nodes have the same; and those of [`crate::scheduler::run`], which name the node where there
/// are several.
pub fn run_network(
    participants: Vec<Participant<'_>>,
    seed: u32,
    watch: &mut Watch<'_>,
) -> Result<NetworkReport, HarnessError> {
    watch.progress.started(participants.iter().map(|participant| participant.options.ticks).sum());
    let result = Network::new(participants, seed).and_then(|network| network.run(watch));
    watch.progress.finished();
    result
}

/// What is due next: time, kind, symbol, number of the node.
type Key = (u64, u32, u32, usize);

struct Network<'a> {
    members: Vec<Member<'a>>,
    node_ids: Vec<u32>,
    ether: Ether,
    /// The next event of each node, and the same in order.
    heads: Vec<Option<Key>>,
    order: BTreeSet<Key>,
    /// Nodes that others wait for: they have timers, and ticks left. `None`: no node has timers.
    running: Option<usize>,
    seed: u32,
}

impl<'a> Network<'a> {
    fn new(participants: Vec<Participant<'a>>, seed: u32) -> Result<Self, HarnessError> {
        let node_ids: Vec<u32> = participants.iter().map(|participant| participant.node_id).collect();
        let different: BTreeSet<u32> = node_ids.iter().copied().collect();
        if different.len() < node_ids.len() {
            let message = "two nodes of a network have the same number";
            return Err(HarnessError::new("network::node_id", message).help("give each node its own"));
        }
        let count = node_ids.len();
        let mut members = Vec::with_capacity(count);
        for Participant { node, world, options, node_id } in participants {
            let member = Member::new(node, world, &options);
            members.push(member.map_err(|error| named(error, node_id, count))?);
        }
        let running = members.iter().any(Member::has_timer).then_some(0);
        if running.is_some() {
            members.iter_mut().filter(|member| !member.has_timer()).for_each(Member::follow);
        }
        let ether = Ether::new(node_ids.iter().zip(&members).map(|(id, member)| (*id, member.facts())), seed);
        let (heads, order) = (vec![None; count], BTreeSet::new());
        let mut network = Self { members, node_ids, ether, heads, order, running, seed };
        (0..count).for_each(|number| network.refresh(number));
        Ok(network)
    }

    fn run(mut self, watch: &mut Watch<'_>) -> Result<NetworkReport, HarnessError> {
        let (mut served, mut time_ms) = (0u64, 0);
        while let Some(number) = self.next() {
            let due_ms = self.heads[number].map_or(0, |key| key.0);
            if let Some(deliveries) = self.ether.adverts_until(due_ms) {
                self.deliver(deliveries);
                continue;
            }
            let step = self.members[number].serve(number, watch);
            let step = step.map_err(|error| named(error, self.node_ids[number], self.members.len()))?;
            time_ms = due_ms;
            self.refresh(number);
            if let Some(step) = step {
                let deliveries = self.ether.carry(&step);
                self.deliver(deliveries);
            }
            served += 1;
            if served.is_multiple_of(PROGRESS_EVERY) {
                watch.progress.advanced(self.ticks());
            }
        }
        watch.progress.advanced(self.ticks());
        self.report(time_ms)
    }

    /// The node whose event is next.
    fn next(&self) -> Option<usize> {
        let is_over = self.running == Some(0);
        self.order.first().filter(|_| !is_over).map(|key| key.3)
    }

    fn deliver(&mut self, deliveries: Vec<Delivery>) {
        for Delivery { node, time_ms, kind, symbol, received } in deliveries {
            self.members[node].hear(time_ms, (kind, symbol), received);
            self.refresh(node);
        }
    }

    /// Looks anew at what is next for a node.
    fn refresh(&mut self, number: usize) {
        let head = self.members[number].head().map(|(time, kind, symbol)| (time, kind, symbol, number));
        let before = std::mem::replace(&mut self.heads[number], head);
        if let Some(before) = before {
            self.order.remove(&before);
        }
        self.order.extend(head);
        if self.members[number].has_timer() {
            let change = |count: usize| count + usize::from(head.is_some()) - usize::from(before.is_some());
            self.running = self.running.map(change);
        }
    }

    fn ticks(&self) -> u64 {
        let counted = self.members.iter().filter(|member| member.has_timer() || self.running.is_none());
        counted.map(Member::ticks).sum()
    }

    fn report(self, time_ms: u64) -> Result<NetworkReport, HarnessError> {
        let mut nodes = Vec::with_capacity(self.members.len());
        for (node_id, member) in self.node_ids.into_iter().zip(self.members) {
            nodes.push(NodeReport { node_id, starts_ms: member.starts_ms(), report: member.finish()? });
        }
        let radios = nodes.iter().map(|node| node.report.radio);
        let radio = radios.fold(RadioReport::default(), RadioReport::plus);
        Ok(NetworkReport { nodes, time_ms, seed: self.seed, radio })
    }
}

/// An error of one node of several.
fn named(error: HarnessError, node_id: u32, count: usize) -> HarnessError {
    if count == 1 {
        return error;
    }
    HarnessError { message: format!("node {node_id}: {}", error.message), ..error }
}

#[cfg(test)]
#[path = "network/network_tests.rs"]
mod tests;
