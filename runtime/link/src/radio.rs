//! What a node's radio may send: each message's time on the air, and the budget of each channel.
//!
//! A channel's budget is a bucket ([`Budget`]) of its air time in an hour. It is full at the start, since a node's life
//! begins with `init`; what may be spent at once is a tenth of it, or its longest message where that is longer, and at
//! most a half. Where the region allows a whole hour and the kernel names no budget, there is no bucket.

use crate::session::Outgoing;
use swarm_abi::{BROADCAST, ChannelEntry, protocol, relay};
use swarm_mesh::airtime::{Bandwidth, Modulation, time_on_air_us};
use swarm_mesh::budget::Budget;
use swarm_mesh::carrier::{Carrier, Role};
use swarm_mesh::meshtastic::Encryption;
use swarm_mesh::preset;
use swarm_mesh::relaying::Policy;
use swarm_mesh::{meshcore, meshtastic, raw};

/// Most channels of a kernel: a shell has that many budgets.
pub const CHANNELS_MAX: usize = 8;
/// Milliseconds of an hour.
const HOUR_MS: u32 = 3_600_000;

/// What a deployment says of a node's radio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// By the number of the protocol: raw, Meshtastic, MeshCore.
    pub modulations: [Modulation; 3],
    /// Air time that the region allows, in ms an hour.
    pub limit_ms: u32,
}

impl Deployment {
    /// Bytes of a deployment on the wire: for each protocol the number of the bandwidth, the spreading factor, the coding
    /// rate and 0, then the limit.
    pub const BYTES: usize = 16;

    /// Each protocol's first preset (raw as Meshtastic), where the law sets no limit.
    pub const fn standard() -> Self {
        let long_fast = preset::MESHTASTIC[LONG_FAST].modulation;
        Self { modulations: [long_fast, long_fast, preset::MESHCORE[0].modulation], limit_ms: HOUR_MS }
    }

    /// As it goes over the wire.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (place, modulation) in bytes.chunks_exact_mut(4).zip(self.modulations) {
            let bandwidth = modulation.bandwidth as u8;
            place.copy_from_slice(&[bandwidth, modulation.spreading_factor(), modulation.coding_rate(), 0]);
        }
        bytes[12..].copy_from_slice(&self.limit_ms.to_le_bytes());
        bytes
    }

    /// As it came over the wire; `None` when a chip has no such modulation.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let modulation = |place: usize| {
            let bandwidth = Bandwidth::ALL.get(usize::from(bytes[place]))?;
            Modulation::new(*bandwidth, bytes[place + 1], bytes[place + 2]).ok()
        };
        Some(Self {
            modulations: [modulation(0)?, modulation(4)?, modulation(8)?],
            limit_ms: crate::frame::word(bytes, 12)?,
        })
    }
}

impl Default for Deployment {
    fn default() -> Self {
        Self::standard()
    }
}

/// The place of Meshtastic's default preset.
const LONG_FAST: usize = 7;

/// The radio of a node.
#[derive(Clone, Debug)]
pub struct Radio {
    deployment: Deployment,
    budgets: [Option<Budget>; CHANNELS_MAX],
    /// Of the last event, as the kernel's clock has it, and in all.
    now_ms: u32,
    clock_ms: u64,
}

impl Radio {
    /// With full budgets.
    pub const fn new(deployment: Deployment) -> Self {
        Self { deployment, budgets: [const { None }; CHANNELS_MAX], now_ms: 0, clock_ms: 0 }
    }

    /// Gives a channel its budget.
    pub fn open(&mut self, number: usize, entry: &ChannelEntry) {
        let Some(budget) = self.budgets.get_mut(number) else { return };
        let region = self.deployment.limit_ms.min(HOUR_MS);
        let limit_ms = if entry.budget_ms == 0 { region } else { entry.budget_ms.min(region) };
        *budget = (limit_ms < HOUR_MS).then(|| {
            let limit = u64::from(limit_ms) * 1000;
            let longest = self.deployment.airtime_us(entry, BROADCAST, entry.bytes.into());
            let longest = longest.or_else(|| self.deployment.longest_us(entry)).unwrap_or(0);
            let burst = u64::from(longest).clamp(limit / 10, limit / 2);
            Budget::new(limit, burst).filled()
        });
    }

    /// The kernel's clock at an event; it wraps, but events are less than its round apart.
    pub fn advance(&mut self, now_ms: u32) {
        self.clock_ms += u64::from(now_ms.wrapping_sub(self.now_ms));
        self.now_ms = now_ms;
    }

    /// Takes a message's time out of its channel's budget: its microseconds, or `None` when it may not go.
    pub fn take(&mut self, entry: &ChannelEntry, message: &Outgoing) -> Option<u32> {
        if message.length > u32::from(entry.bytes) {
            return None;
        }
        let airtime = self.deployment.airtime_us(entry, message.to, message.length)?;
        if let Some(budget) = self.budgets.get_mut(message.channel as usize)?.as_mut() {
            budget.take(self.clock_ms * 1000, airtime.into()).ok()?;
        }
        Some(airtime)
    }
}

impl Deployment {
    /// Microseconds on the air of a message that was relayed so often: on MeshCore its path has a byte for each relay.
    pub fn relay_airtime_us(&self, entry: &ChannelEntry, to: u32, (length, made): (u32, u8)) -> Option<u32> {
        let carrier = carrier(entry, to)?;
        let path = if entry.protocol == protocol::MESHCORE { usize::from(made) } else { 0 };
        let size = carrier.packet_size(Role::Message, length as usize).ok()? + path;
        let modulation = self.modulations[usize::from(entry.protocol)];
        u32::try_from(time_on_air_us(modulation, carrier.framing(modulation), size).ok()?).ok()
    }

    /// Shortest and longest delay of a relay that came so strong (dB over the noise), in ms.
    pub fn relay_window_ms(&self, entry: &ChannelEntry, airtime_ms: u32, snr_db: i32) -> (u32, u32) {
        match entry.protocol {
            protocol::MESHTASTIC => meshtastic::relay_window_ms(self.modulations[1], snr_db),
            protocol::MESHCORE => meshcore::relay_window_ms(airtime_ms),
            _ => raw::relay_window_ms(airtime_ms),
        }
    }

    /// Microseconds on the air of a message; `None` when no packet of that protocol carries it.
    fn airtime_us(&self, entry: &ChannelEntry, to: u32, length: u32) -> Option<u32> {
        let carrier = carrier(entry, to)?;
        let modulation = self.modulations[usize::from(entry.protocol)];
        let time = carrier.time_on_air_us(Role::Message, length as usize, modulation).ok()?;
        u32::try_from(time).ok()
    }

    /// Microseconds of the longest message that the protocol carries.
    fn longest_us(&self, entry: &ChannelEntry) -> Option<u32> {
        let limit = carrier(entry, BROADCAST)?.payload_limit(Role::Message);
        self.airtime_us(entry, BROADCAST, limit as u32)
    }
}

/// How a channel's messages are relayed: raw ones as the kernel says, others as their protocol does, by a node that relays
/// (on MeshCore a repeater). A next hop of Meshtastic's is not learnt here: what is for one node floods, too.
pub const fn policy(entry: &ChannelEntry) -> Policy {
    match (entry.protocol, entry.relay) {
        (protocol::RAW, relay::FLOOD) | (protocol::MESHCORE, _) => Policy::Flood,
        (protocol::RAW, relay::SUPPRESS) => Policy::Suppress { copies: raw::ENOUGH_COPIES },
        (protocol::RAW, relay::NEXT_HOP) => Policy::NextHop,
        (protocol::MESHTASTIC, _) => Policy::Suppress { copies: meshtastic::ENOUGH_COPIES },
        _ => Policy::Silent,
    }
}

/// Hops that a channel's messages have at their start.
pub const fn hops(entry: &ChannelEntry) -> u8 {
    if entry.protocol == protocol::MESHCORE { meshcore::HOPS_MAX as u8 } else { entry.hops }
}

/// What carries a message of a channel: with the channel's keys, but to one node on MeshCore as a request.
fn carrier(entry: &ChannelEntry, to: u32) -> Option<Carrier> {
    let is_to_all = to == BROADCAST;
    match entry.protocol {
        protocol::RAW if is_to_all => Some(Carrier::RawBroadcast),
        protocol::RAW => Some(Carrier::RawNode),
        protocol::MESHTASTIC => {
            Some(Carrier::Meshtastic { port: entry.port.into(), encryption: Encryption::Channel })
        }
        protocol::MESHCORE if is_to_all => Some(Carrier::MeshCoreChannel),
        protocol::MESHCORE => Some(Carrier::MeshCoreNode),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use swarm_mesh::preset::{MESHTASTIC, find};

    #[test]
    fn the_standard_deployment_has_the_presets_that_are_meant() {
        let [raw, meshtastic, meshcore] = Deployment::standard().modulations;
        assert_eq!(Some(meshtastic), find(&MESHTASTIC, "LongFast").map(|preset| preset.modulation));
        assert_eq!((raw, meshcore), (meshtastic, preset::MESHCORE[0].modulation));
    }

    #[test]
    fn a_relayed_packet_grows_on_meshcore_alone() {
        let deployment = Deployment::standard();
        for protocol in [protocol::RAW, protocol::MESHTASTIC, protocol::MESHCORE] {
            let entry = ChannelEntry { protocol, port: 256, ..ChannelEntry::default() };
            let airtime = |made| deployment.relay_airtime_us(&entry, BROADCAST, (50, made)).unwrap();
            assert_eq!(Some(airtime(0)), deployment.airtime_us(&entry, BROADCAST, 50));
            assert_eq!(airtime(20) > airtime(0), protocol == protocol::MESHCORE);
            let (shortest, longest) = deployment.relay_window_ms(&entry, 400, 10);
            assert!(shortest < longest && longest >= 1000, "{protocol}: {shortest} to {longest}");
        }
    }

    #[test]
    fn deployments_come_back() {
        for preset in &MESHTASTIC {
            let modulations = [preset.modulation, preset::MESHCORE[2].modulation, MESHTASTIC[0].modulation];
            let deployment = Deployment { modulations, limit_ms: 360_000 };
            assert_eq!(Deployment::from_bytes(&deployment.to_bytes()), Some(deployment));
        }
        assert_eq!(Deployment::from_bytes(&[0; Deployment::BYTES]), None);
        let mut bytes = Deployment::standard().to_bytes();
        bytes[4] = 10;
        assert_eq!(Deployment::from_bytes(&bytes), None);
    }
}
