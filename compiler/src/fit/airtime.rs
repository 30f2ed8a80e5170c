//! How long a node may be on the air: the most in any hour, channel by channel and source by source.
//!
//! Input: a verified kernel and its deployment. What must hold: no run of the kernel is longer on the air in any hour than
//! the bound says, under what `compiler/FIT.md` assumes; and each part of the bound names what it stands for.

mod bound;
mod model;
mod others;
mod own;
mod rates;
mod refusal;
mod shown;
mod site;
mod sizes;

pub use bound::bound;
pub use model::Model;
pub use rates::{HandlerRuns, handler_runs};
pub use refusal::check;
pub use site::Site;

use swarm_dialects::radio::Protocol;
use swarm_dialects::{Kernel, Place};
use swarm_mesh::region::Region;
use swarm_targets::Deployment;

/// Milliseconds and microseconds of an hour.
pub const HOUR_MS: u64 = 3_600_000;
pub const HOUR_US: u64 = 1000 * HOUR_MS;
/// What all nodes together may take of a channel, in thousandths; beyond it packets collide more than they arrive.
pub const LOAD_PERMILLE: u64 = 250;

/// The most that one node is on the air in any hour.
#[derive(Clone, Debug)]
pub struct Airtime {
    pub kernel: String,
    pub channels: Vec<ChannelAirtime>,
    /// Of all channels together, at most an hour.
    pub bound_us: u64,
    pub region: Option<&'static Region>,
    /// How many nodes the deployment has.
    pub nodes: Option<u32>,
    /// What they take together of each network; empty where their number is not known.
    pub loads: Vec<Load>,
}

/// The most of one channel.
#[derive(Clone, Debug)]
pub struct ChannelAirtime {
    pub name: String,
    pub protocol: Protocol,
    pub preset: String,
    pub items: Vec<Item>,
    /// Of the kernel's own messages: what the bucket lets through in any hour; none where no budget is declared.
    pub budget_us: Option<u64>,
    /// Of its messages, what the protocol sends again of them, acknowledgements, beacons, and what is relayed.
    pub sends_us: u64,
    pub repeats_us: u64,
    pub acknowledgements_us: u64,
    pub beacons_us: u64,
    pub relays_us: u64,
    /// All together, at most an hour.
    pub bound_us: u64,
    pub place: Option<Place>,
}

/// What an item stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `radio.send` or `radio.ask`.
    Send,
    /// A request that nobody answered is sent again.
    Retry,
    /// The protocol sends again what nobody confirmed.
    Repeat,
    Acknowledgement,
    /// The protocol's own.
    Beacon,
    Relay,
}

/// A line of a channel's bill.
#[derive(Clone, Debug)]
pub struct Item {
    pub source: Source,
    /// The handler or request it comes from; empty where it is nobody's.
    pub handler: String,
    /// When it happens, in words.
    pub when: String,
    /// Bytes of the message; 0 where they differ.
    pub bytes: usize,
    /// Microseconds of one.
    pub each_us: u64,
    /// How many in any hour, at most.
    pub count: u64,
    pub us: u64,
    pub place: Option<Place>,
    /// It is for one node; and it asks for an acknowledgement.
    pub is_to_node: bool,
    pub is_acknowledged: bool,
}

/// What all nodes together take of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    pub protocol: Protocol,
    /// Thousandths of the hour; more than 1000 where they cannot all speak.
    pub permille: u64,
}

impl Airtime {
    /// Of a verified kernel; without a deployment in the usual presets, by no law.
    pub fn read(kernel: Kernel, deployment: Option<&Deployment>) -> Self {
        let name = kernel.sym_name().to_owned();
        Self { kernel: name, ..bound(&Model::read(kernel), &Site::of(deployment)) }
    }

    /// Microseconds in an hour that the law allows; an hour where there is none.
    pub fn limit_us(&self) -> u64 {
        self.region.map_or(HOUR_US, Region::budget_us_per_hour)
    }
}

impl ChannelAirtime {
    /// What the node itself begins: all but relays.
    pub fn own_us(&self) -> u64 {
        let parts = [self.sends_us, self.repeats_us, self.acknowledgements_us, self.beacons_us];
        parts.into_iter().fold(0, u64::saturating_add)
    }
}

#[cfg(test)]
#[path = "airtime/airtime_tests.rs"]
mod tests;
