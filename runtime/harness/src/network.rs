//! Several nodes in one virtual time, which hear each other.
//!
//! Each node has its own world and state; all events of all nodes are served by time, then kind, then symbol, then the
//! node's number. The channel loses nothing: see [`ether`] for who hears what, and when. Everybody hears everybody, or those
//! with whom [`links`] link it; what nodes pass on is in [`relays`].
//!
//! Nodes may be switched on one after another. A node stops with its last tick, and relays nothing from then on; the run ends
//! when all nodes with timers have stopped, or nothing is left to do. A node without timers counts what it hears instead, and
//! only where no node has a timer.

pub mod ether;
pub mod links;
pub mod messages;
pub mod picture;
pub mod relays;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::HarnessError;
use crate::node::Node;
use crate::scheduler::{Member, RadioReport, RunOptions, RunReport, Watch};
use crate::world::World;
use ether::{Delivery, Ether};
use links::Links;
use relays::{Moment, Relayed};
use swarm_link::Deployment;

const PROGRESS_EVERY: u64 = 256;
/// Relays that a report names.
const RELAYS_KEPT: usize = 1000;

/// What lies between the nodes of a network.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// Of random delays.
    pub seed: u32,
    /// `None`: everybody hears everybody; then nobody relays but on raw channels whose kernel says so, since what Meshtastic
    /// and MeshCore relay there tells nobody anything.
    pub links: Option<Links>,
    /// What all nodes were started with.
    pub deployment: Deployment,
}

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
    /// The first thousand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relays: Vec<Relayed>,
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
/// `network::node_id`: two nodes have the same; `network::link`: a link is to none of them; and those of
/// [`crate::scheduler::run`], which name the node where there are several.
pub fn run_network(
    participants: Vec<Participant<'_>>,
    conditions: &Conditions,
    watch: &mut Watch<'_>,
) -> Result<NetworkReport, HarnessError> {
    watch.progress.started(participants.iter().map(|participant| participant.options.ticks).sum());
    let result = Network::new(participants, conditions).and_then(|network| network.run(watch));
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
    relays: Vec<Relayed>,
}

impl<'a> Network<'a> {
    fn new(participants: Vec<Participant<'a>>, conditions: &Conditions) -> Result<Self, HarnessError> {
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
        let nodes = node_ids.iter().zip(&members).map(|(id, member)| (*id, member.facts()));
        let ether = Ether::new(nodes, conditions)?;
        let (heads, order, seed, relays) = (vec![None; count], BTreeSet::new(), conditions.seed, Vec::new());
        let mut network = Self { members, node_ids, ether, heads, order, running, seed, relays };
        (0..count).for_each(|number| network.refresh(number));
        Ok(network)
    }

    fn run(mut self, watch: &mut Watch<'_>) -> Result<NetworkReport, HarnessError> {
        let (mut served, mut time_ms) = (0u64, 0);
        while self.running != Some(0) {
            let next = self.order.first().copied();
            let members = &self.members;
            let is_on = |number: usize, time_ms: u64| members[number].is_on(time_ms);
            if let Some(moment) = self.ether.until(next.map(|key| key.0), &is_on) {
                self.pass(moment, watch)?;
                continue;
            }
            let Some((due_ms, .., number)) = next else { break };
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

    fn pass(&mut self, moment: Moment, watch: &mut Watch<'_>) -> Result<(), HarnessError> {
        self.deliver(moment.deliveries);
        let Some(relayed) = moment.relayed else { return Ok(()) };
        self.members[relayed.node].relay(relayed.airtime_us);
        for observer in &mut watch.observers {
            observer.relayed(&relayed)?;
        }
        if self.relays.len() < RELAYS_KEPT {
            self.relays.push(relayed);
        }
        Ok(())
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
        Ok(NetworkReport { nodes, time_ms, seed: self.seed, radio, relays: self.relays })
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

#[cfg(test)]
#[path = "network/relay_tests.rs"]
mod relay_tests;
