//! Messages that nodes pass on: who hears each transmission, who relays it when, and how long that is on the air.
//!
//! Each node has a [`Relaying`] for each such channel, as a board's runtime has; here is what that leaves to its caller: the
//! packets that wait, the timers, and the node's own entropy. A relay is on the air as soon as its delay is over, whoever else
//! is; it takes nothing from a kernel's budget.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use swarm_abi::{BROADCAST, ChannelEntry, Heard, event};
use swarm_link::{Deployment, Entropy, radio};
use swarm_mesh::raw;
use swarm_mesh::relaying::{Policy, Relay, Relaying, Transmission, last_byte};

use super::ether::{Delivery, MESSAGE_RSSI, MESSAGE_SNR, Place, Station};
use crate::node::Received;

/// Packets of a channel that a node remembers, and ways that it knows: enough for nets of some hundred nodes that all speak
/// at one moment. What is forgotten while it goes round is relayed again.
const PACKETS: usize = 1024;
const WAYS: usize = 512;

/// The streams of the nodes' radios are others than that of the network.
const STREAM: u32 = 0x7265_6C61;
const APART: u32 = 0x85EB_CA6B;

/// A message that a node passed on, or its own that it sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relayed {
    pub time_ms: u64,
    /// The node's place in its network, from 0.
    #[serde(skip)]
    pub node: usize,
    pub node_id: u32,
    /// The number of the channel in the node's own kernel.
    pub channel: u32,
    /// Whose message it is.
    pub from: u32,
    pub to: u32,
    pub id: u32,
    /// Hops that it has made with this one.
    pub hops: u8,
    pub airtime_us: u32,
}

/// What comes of one moment.
#[derive(Debug, Default)]
pub struct Moment {
    pub deliveries: Vec<Delivery>,
    pub relayed: Option<Relayed>,
}

/// A message as its sender gave it to its radio.
#[derive(Debug)]
pub struct Message {
    pub to: u32,
    pub id: u32,
    /// Of [`Heard`].
    pub flags: u8,
    /// Hops that it may make.
    pub hops: u8,
    pub airtime_us: u32,
    pub bytes: Vec<u8>,
}

/// The radios of all nodes, and what is on the air between them.
#[derive(Debug)]
pub struct Relays {
    deployment: Deployment,
    /// Of each node those of its channels that are relayed.
    radios: Vec<BTreeMap<Place, Radio>>,
    entropies: Vec<Entropy>,
    /// By time, then in the order in which they came up.
    events: BTreeMap<(u64, u64), Happening>,
    order: u64,
    /// What a node may yet send: by its place, the channel, and the message's sender and id.
    kept: BTreeMap<(usize, Place, u32, u32), Flight>,
}

#[derive(Debug)]
struct Radio {
    node_id: u32,
    channel: u32,
    entry: ChannelEntry,
    /// The kernel's channels on which it hears.
    ears: Vec<u32>,
    relaying: Relaying<PACKETS, WAYS>,
}

/// A transmission on its way.
#[derive(Debug, Clone)]
struct Flight {
    /// Who sends it.
    node: usize,
    place: Place,
    transmission: Transmission,
    /// Hops that it has made.
    made: u8,
    message: Rc<Message>,
}

#[derive(Debug)]
enum Happening {
    Ends(Flight),
    /// A delay is over: of a node, for the message of a sender with an id.
    Due(usize, Place, (u32, u32)),
}

impl Relays {
    /// Of the channels that somebody relays. Those that only their protocol relays are among them where that is wanted.
    pub fn new(stations: &[Station], with_protocols: bool, deployment: Deployment, seed: u32) -> Self {
        let policy = |entry: &ChannelEntry| match radio::policy(entry) {
            _ if entry.protocol != swarm_abi::protocol::RAW && !with_protocols => Policy::Silent,
            policy => policy,
        };
        let all = stations.iter().flat_map(|station| &station.channels);
        let relayed: Vec<Place> = all
            .filter(|(entry, _)| policy(entry) != Policy::Silent)
            .map(|(entry, _)| Place::of(entry))
            .collect();
        let radios = stations.iter().map(|station| {
            let mut radios = BTreeMap::new();
            for ((entry, _), channel) in station.channels.iter().zip(0..) {
                let place = Place::of(entry);
                if relayed.contains(&place) {
                    let (node_id, ears) = (station.node_id, station.ears(place).collect());
                    let relaying = Relaying::new(node_id, policy(entry));
                    radios.entry(place).or_insert(Radio { node_id, channel, entry: *entry, ears, relaying });
                }
            }
            radios
        });
        let entropy = |station: &Station| Entropy::new(seed ^ STREAM ^ station.node_id.wrapping_mul(APART));
        Self {
            deployment,
            radios: radios.collect(),
            entropies: stations.iter().map(entropy).collect(),
            events: BTreeMap::new(),
            order: 0,
            kept: BTreeMap::new(),
        }
    }

    /// When something is next.
    pub fn next_ms(&self) -> Option<u64> {
        self.events.keys().next().map(|key| key.0)
    }

    /// Takes a node's own message, to be sent at a time; gives it back where its channel is not relayed.
    pub fn send(
        &mut self,
        (node, place): (usize, Place),
        start_ms: u64,
        message: Message,
    ) -> Result<(), Message> {
        let Some(radio) = self.radios[node].get_mut(&place) else { return Err(message) };
        let (from, id, left) = (radio.node_id, message.id, message.hops);
        let to = (message.to != BROADCAST).then_some(message.to);
        let outgoing = radio.relaying.sends(to, id, left);
        let transmission =
            Transmission { from, to, id, left, relay: last_byte(from), next_hop: outgoing.next_hop };
        let flight = Flight { node, place, transmission, made: 0, message: Rc::new(message) };
        let airtime_ms = airtime_ms(flight.message.airtime_us);
        self.fly((start_ms, airtime_ms), flight, outgoing.watched);
        Ok(())
    }

    /// What happens next, between nodes with these neighbours, of which some are on.
    pub fn serve(&mut self, neighbours: &[Vec<usize>], is_on: &dyn Fn(usize, u64) -> bool) -> Option<Moment> {
        let ((time_ms, _), happening) = self.events.pop_first()?;
        let mut moment = Moment::default();
        match happening {
            Happening::Ends(flight) => {
                for node in neighbours[flight.node].iter().copied().filter(|node| is_on(*node, time_ms)) {
                    self.hear((node, time_ms), &flight, &mut moment.deliveries);
                }
            }
            Happening::Due(node, place, packet) if is_on(node, time_ms) => {
                moment.relayed = self.relay((node, place), packet, time_ms);
            }
            Happening::Due(..) => {}
        }
        Some(moment)
    }

    fn hear(&mut self, (node, time_ms): (usize, u64), flight: &Flight, deliveries: &mut Vec<Delivery>) {
        let place = flight.place;
        let Some(radio) = self.radios[node].get_mut(&place) else { return };
        let Flight { transmission, made, message, .. } = flight;
        let heard_ms = airtime_ms(message.airtime_us);
        let window = self.deployment.relay_window_ms(&radio.entry, heard_ms, i32::from(MESSAGE_SNR) / 4);
        let verdict = radio.relaying.heard(transmission, window, self.entropies[node].draw());
        if verdict.deliver {
            let heard = Heard {
                from: transmission.from,
                to: message.to,
                id: message.id,
                rssi: MESSAGE_RSSI,
                snr: MESSAGE_SNR,
                hops: *made,
                flags: message.flags,
                ..Heard::default()
            };
            for &symbol in &radio.ears {
                let received = Received { heard, payload: message.bytes.clone() };
                deliveries.push(Delivery { node, time_ms, kind: event::MESSAGE, symbol, received });
            }
        }
        let packet = (transmission.from, transmission.id);
        let key = (node, place, packet.0, packet.1);
        match verdict.relay {
            Relay::After(ms) => {
                let relay = last_byte(radio.node_id);
                let transmission =
                    Transmission { left: transmission.left.saturating_sub(1), relay, ..*transmission };
                self.kept.insert(key, Flight { node, transmission, made: made + 1, ..flight.clone() });
                self.at(time_ms + u64::from(ms), Happening::Due(node, place, packet));
            }
            Relay::Cancel => {
                self.kept.remove(&key);
            }
            Relay::Nothing => {}
        }
    }

    fn relay(
        &mut self,
        (node, place): (usize, Place),
        (from, id): (u32, u32),
        time_ms: u64,
    ) -> Option<Relayed> {
        let radio = self.radios[node].get_mut(&place)?;
        let outgoing = radio.relaying.due(from, id);
        let mut flight = self.kept.remove(&(node, place, from, id)).filter(|_| outgoing.is_some())?;
        let outgoing = outgoing?;
        flight.transmission.next_hop = outgoing.next_hop;
        let Message { to, ref bytes, airtime_us, .. } = *flight.message;
        // Its sender knows how long it is on the air, whatever carries it; a path makes it longer.
        let longer = |made| self.deployment.relay_airtime_us(&radio.entry, to, (bytes.len() as u32, made));
        let path_us = longer(flight.made).zip(longer(0)).map_or(0, |(with, without)| with - without);
        let (airtime_us, hops) = (airtime_us + path_us, flight.made);
        let (node_id, channel) = (radio.node_id, radio.channel);
        self.fly((time_ms, airtime_ms(airtime_us)), flight, outgoing.watched);
        Some(Relayed { time_ms, node, node_id, channel, from, to, id, hops, airtime_us })
    }

    /// Puts a transmission on the air; if somebody has to be heard relaying it, it is kept until then.
    fn fly(&mut self, (start_ms, airtime_ms): (u64, u32), flight: Flight, watched: bool) {
        if watched {
            let Flight { node, place, transmission: Transmission { from, id, .. }, .. } = flight;
            self.kept.insert((node, place, from, id), flight.clone());
            let over_ms = start_ms + u64::from(raw::watch_ms(airtime_ms));
            self.at(over_ms, Happening::Due(node, place, (from, id)));
        }
        self.at(start_ms + u64::from(airtime_ms), Happening::Ends(flight));
    }

    fn at(&mut self, time_ms: u64, happening: Happening) {
        self.order += 1;
        self.events.insert((time_ms, self.order), happening);
    }
}

/// A message is heard at the first whole millisecond after its end.
fn airtime_ms(airtime_us: u32) -> u32 {
    airtime_us.div_ceil(1000)
}
