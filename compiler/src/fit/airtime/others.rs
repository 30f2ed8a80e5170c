//! What a node is on the air for besides its kernel's own messages: acknowledgements, beacons of the protocol, and relays.
//!
//! How many there are depends on the other nodes. Where the deployment says how many these are, each is taken to send as
//! much as this one; otherwise as much comes as a radio can receive, packet after packet, and it does not hear while it sends.

use super::bound::{RELIABLE_TRIES, each_us, smallest_us, total};
use super::model::ChannelModel;
use super::{HOUR_US, Item, Source};
use swarm_dialects::radio::{Protocol, Relay};
use swarm_mesh::airtime::{Modulation, time_on_air_us};
use swarm_mesh::carrier::{Carrier, Role};
use swarm_mesh::meshcore::{self, HOPS_MAX};
use swarm_mesh::meshtastic::{self, Encryption};
use swarm_mesh::{PACKET_MAX, raw};

/// Meshtastic's description of a node: its port, and most bytes of it (id, names, keys). Firmware sends it every 3 h.
const NODE_INFO: (u32, usize) = (4, 120);
/// Meshtastic's acknowledgement: its port, and bytes of its payload.
const ROUTING: (u32, usize) = (5, 2);
/// MeshCore's advert: header, path length, key, time, signature, data.
const ADVERT_BYTES: usize = 2 + 32 + 4 + 64 + 32;
/// Until Meshtastic's last retransmission, in ms, and the strongest signal that its delays know: it waits longest.
const RETRANSMITS_MS: u32 = 60_000;
const STRONGEST_DB: i32 = 10;
/// Shortest packet of MeshCore: header, path length, a byte.
const MESHCORE_LEAST: usize = 3;

/// What a channel has of its own.
pub struct Own<'m> {
    pub declared: &'m ChannelModel,
    pub modulation: Modulation,
    /// Its messages in an hour and what these may be late, with the budget counted.
    pub sends_us: u64,
    pub items: &'m [Item],
    /// It is its protocol's first: beacons are counted once.
    pub is_first: bool,
}

impl Own<'_> {
    fn item(&self, source: Source, when: String, (each_us, count): (u64, u64)) -> Item {
        Item {
            source,
            handler: String::new(),
            when,
            bytes: 0,
            each_us,
            count,
            us: each_us.saturating_mul(count),
            place: self.declared.place.clone(),
            is_to_node: false,
            is_acknowledged: false,
        }
    }

    /// How many messages, by what is declared and, at the smallest, by the budget.
    fn packets(&self, items: &[&Item]) -> u64 {
        let counted = items.iter().fold(0u64, |sum, item| sum.saturating_add(item.count));
        match self.declared.budget_ms {
            Some(_) => counted.min(self.sends_us / smallest_us(self.declared, self.modulation)),
            None => counted,
        }
    }

    fn sized_us(&self, bytes: usize) -> u64 {
        let framing = self.declared.carriers[0].framing(self.modulation);
        time_on_air_us(self.modulation, framing, bytes.min(PACKET_MAX)).unwrap_or(HOUR_US)
    }

    /// The most that so many bytes more add to a packet.
    fn longer_us(&self, bytes: usize) -> u64 {
        let all = MESHCORE_LEAST..=PACKET_MAX.saturating_sub(bytes);
        all.map(|size| self.sized_us(size + bytes) - self.sized_us(size)).max().unwrap_or(0)
    }
}

/// How much later than a message what follows it may come, in ms: relays wait at each hop, and what is sent again waits first.
pub fn lateness_ms(declared: &ChannelModel, modulation: Modulation, nodes: Option<u32>) -> u64 {
    // On MeshCore a path makes it longer, up to the longest packet.
    let bytes = if declared.protocol == Protocol::Meshcore { PACKET_MAX } else { declared.most_bytes };
    let longest = |carrier: Carrier| each_us(carrier, bytes, modulation);
    let airtime_ms = declared.carriers.into_iter().map(longest).max().unwrap_or(0).div_ceil(1000);
    let each_ms = u32::try_from(airtime_ms).unwrap_or(u32::MAX);
    let (wait_ms, again_ms) = match declared.protocol {
        Protocol::Raw => (raw::relay_window_ms(each_ms).1, raw::watch_ms(each_ms)),
        Protocol::Meshtastic => (meshtastic::relay_window_ms(modulation, STRONGEST_DB).1, RETRANSMITS_MS),
        Protocol::Meshcore => (meshcore::relay_window_ms(each_ms).1, 0),
    };
    let hops = if declared.is_relayed() { declared.hops.min(nodes.map_or(u64::MAX, others)) } else { 0 };
    let hop_ms = airtime_ms + u64::from(wait_ms) + u64::from(again_ms);
    airtime_ms + u64::from(again_ms) + hops.saturating_mul(hop_ms)
}

/// What the protocol says of a node by itself: once in any hour.
pub fn beacons(own: &Own) -> Vec<Item> {
    let each_us = match own.declared.protocol {
        _ if !own.is_first => return Vec::new(),
        Protocol::Raw => return Vec::new(),
        Protocol::Meshtastic => {
            let carrier = Carrier::Meshtastic { port: NODE_INFO.0, encryption: Encryption::Channel };
            each_us(carrier, NODE_INFO.1, own.modulation)
        }
        Protocol::Meshcore => own.sized_us(ADVERT_BYTES),
    };
    vec![own.item(Source::Beacon, "once an hour, as its protocol says who it is".into(), (each_us, 1))]
}

/// Acknowledgements of what other nodes send to this one with the wish for them.
pub fn acknowledgements(own: &Own, nodes: Option<u32>) -> Vec<Item> {
    let asked: Vec<&Item> = own.items.iter().filter(|item| item.is_acknowledged && item.is_to_node).collect();
    let (each_us, tries) = match own.declared.protocol {
        _ if asked.is_empty() => return Vec::new(),
        // It has no flag that asks for one.
        Protocol::Meshcore => return Vec::new(),
        Protocol::Meshtastic => {
            let carrier = Carrier::Meshtastic { port: ROUTING.0, encryption: Encryption::PublicKey };
            let us = carrier.time_on_air_us(Role::Answer, ROUTING.1, own.modulation);
            (us.unwrap_or(HOUR_US), RELIABLE_TRIES)
        }
        Protocol::Raw => (own.sized_us(raw::frame_size(0, Some(0), Some(1))), 1),
    };
    let most = HOUR_US.div_ceil(each_us + smallest_us(own.declared, own.modulation));
    let (count, when) = match nodes {
        Some(nodes) => {
            let each = own.packets(&asked).saturating_mul(tries);
            (each.saturating_mul(others(nodes)).min(most), format!("for what {} others send", others(nodes)))
        }
        None => (most, "for what comes, packet after packet".into()),
    };
    vec![own.item(Source::Acknowledgement, when, (each_us, count))]
        .into_iter()
        .filter(|i| i.count > 0)
        .collect()
}

/// What is passed on of others: each packet once, on a channel with next hops once more where one is silent.
pub fn relays(own: &Own, (beacons, acknowledgements): (&[Item], &[Item]), nodes: Option<u32>) -> Vec<Item> {
    let declared = own.declared;
    if !declared.is_relayed() {
        return Vec::new();
    }
    let by_next_hop = declared.protocol == Protocol::Raw && declared.relay == Relay::NextHop;
    let times = 1 + u64::from(by_next_hop && own.items.iter().any(|item| item.is_to_node));
    let grows = usize::from(declared.protocol == Protocol::Meshcore);
    let most_us = most_us(own, (times, grows));
    let (us, when) = match nodes {
        Some(nodes) => {
            let path = grows * usize::try_from(others(nodes)).unwrap_or(HOPS_MAX).min(HOPS_MAX);
            let sent: Vec<&Item> = own.items.iter().collect();
            let more = [beacons, acknowledgements].concat();
            let packets = more.iter().fold(own.packets(&sent), |sum, item| sum.saturating_add(item.count));
            let plain_us = own.sends_us.saturating_add(total(&more));
            let each_us = plain_us.saturating_add(packets.saturating_mul(own.longer_us(path)));
            let all_us = each_us.saturating_mul(others(nodes)).saturating_mul(times);
            (all_us.min(most_us), format!("what {} others send", others(nodes)))
        }
        None => (most_us, "what comes, packet after packet: nobody says how many nodes there are".into()),
    };
    let item = Item { us, count: 0, each_us: 0, ..own.item(Source::Relay, when, (0, 0)) };
    if us == 0 { Vec::new() } else { vec![item] }
}

/// Others that this node hears.
fn others(nodes: u32) -> u64 {
    u64::from(nodes.saturating_sub(1))
}

/// The most that relays may take: a packet must be received before it is passed on, so often, with a path that grew.
fn most_us(own: &Own, (times, grows): (u64, usize)) -> u64 {
    if grows == 0 {
        return HOUR_US / (times + 1) * times;
    }
    let share = |size: usize| {
        let (here, there) = (own.sized_us(size), own.sized_us(size + grows));
        HOUR_US / (here + there) * there
    };
    (MESHCORE_LEAST..PACKET_MAX).map(share).max().unwrap_or(HOUR_US).min(HOUR_US)
}
