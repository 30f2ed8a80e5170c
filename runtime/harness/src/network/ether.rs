//! What carries messages and adverts between the nodes of a network: who hears what, and when.
//!
//! Channels of the same protocol and port are one channel. What a node sends there, every neighbour hears that serves
//! messages of the channel, or only the one that it is for. It comes at the first whole millisecond after the random delay
//! (drawn once for each message, from the network's own stream) and the time on the air; two at a time do not disturb each
//! other. What is relayed is the matter of [`super::relays`]. A beacon's advert comes once in each interval, from the first
//! data on, to every neighbour that serves adverts. The turn shown is the one of the time's dwell; its scan response follows
//! the advert.

use std::collections::{BTreeMap, BTreeSet};

use swarm_abi::{BROADCAST, BeaconEntry, ChannelEntry, Heard, beacon, event, heard, send};
use swarm_link::{Entropy, radio};

use super::Conditions;
use super::links::Links;
use super::relays::{Message, Moment, Relays};
use crate::error::HarnessError;
use crate::node::{KernelFacts, Received, Record};
use crate::scheduler::Step;

/// Strength of every message, in dBm, and its ratio to the noise, in quarters of a dB: near each other.
pub const MESSAGE_RSSI: i16 = -80;
pub const MESSAGE_SNR: i16 = 40;
/// Strength of every advert, in dBm.
pub const ADVERT_RSSI: i16 = -60;
/// A node's address in adverts: its number, below these bits of a random static address.
pub const ADDRESS_HIGH: u32 = 0x1_C000;
/// BLE's shortest advertising interval, in ms.
const INTERVAL_MIN: u64 = 20;

/// The network's stream is another one than those of its nodes, which have the seeds that follow.
const STREAM: u32 = 0x6574_6872;

/// Something that a node will hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub node: usize,
    pub time_ms: u64,
    pub kind: u32,
    pub symbol: u32,
    pub received: Received,
}

/// What lies between the nodes.
#[derive(Debug)]
pub struct Ether {
    entropy: Entropy,
    stations: Vec<Station>,
    /// By places: who hears a node.
    neighbours: Vec<Vec<usize>>,
    relays: Relays,
    /// When a beacon of a node is next: time, node, beacon.
    adverts: BTreeSet<(u64, usize, u32)>,
    /// What the turns of a node's beacon show.
    shown: BTreeMap<(usize, u32, u32), Vec<u8>>,
}

/// Where a channel is: its protocol and port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(u8, u16);

impl Place {
    pub fn of(entry: &ChannelEntry) -> Self {
        Self(entry.protocol, entry.port)
    }
}

/// A node as others know it.
#[derive(Debug)]
pub struct Station {
    pub node_id: u32,
    /// With whether its messages are served.
    pub channels: Vec<(ChannelEntry, bool)>,
    beacons: Vec<BeaconEntry>,
    observes: bool,
}

impl Ether {
    /// Of nodes by their numbers and kernels.
    ///
    /// # Errors
    /// `network::link`: the links name a node that there is not.
    pub fn new<'f>(
        nodes: impl Iterator<Item = (u32, &'f KernelFacts)>,
        conditions: &Conditions,
    ) -> Result<Self, HarnessError> {
        let stations: Vec<Station> = nodes.map(|(node_id, facts)| Station::of(node_id, facts)).collect();
        let node_ids: Vec<u32> = stations.iter().map(|station| station.node_id).collect();
        let Conditions { seed, links, deployment } = conditions;
        let neighbours = links.as_ref().unwrap_or(&Links::Full).neighbours(&node_ids)?;
        let relays = Relays::new(&stations, links.is_some(), *deployment, *seed);
        let (adverts, shown) = (BTreeSet::new(), BTreeMap::new());
        Ok(Self { entropy: Entropy::new(seed ^ STREAM), stations, neighbours, relays, adverts, shown })
    }

    /// What others hear of a step, by and by.
    pub fn carry(&mut self, step: &Step) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        for record in &step.outcome.records {
            match record {
                Record::Send { id, .. } if *id != 0 => self.message(step, record, &mut deliveries),
                Record::Advertise { beacon, turn, bytes } => {
                    self.advertise((step.node, step.network_ms()), (*beacon, *turn), bytes);
                }
                _ => {}
            }
        }
        deliveries
    }

    /// What is on the air next, up to the time when a node has an event; `None`: there is nothing. Where no node has one,
    /// what is relayed may wake one, and adverts wait.
    pub fn until(&mut self, time_ms: Option<u64>, is_on: &dyn Fn(usize, u64) -> bool) -> Option<Moment> {
        let advert_ms = self.adverts.first().map(|advert| advert.0).filter(|due| Some(*due) <= time_ms);
        let relay_ms = self.relays.next_ms().filter(|due| time_ms.is_none_or(|time_ms| *due <= time_ms));
        match (relay_ms, advert_ms) {
            (Some(relay_ms), advert) if advert.is_none_or(|advert_ms| relay_ms <= advert_ms) => {
                self.relays.serve(&self.neighbours, is_on)
            }
            (_, Some(_)) => self.advert().map(|deliveries| Moment { deliveries, relayed: None }),
            _ => None,
        }
    }

    /// The next advert, for all who hear it.
    fn advert(&mut self) -> Option<Vec<Delivery>> {
        let first = self.adverts.pop_first()?;
        let (due, node, number) = first;
        let station = &self.stations[node];
        let entry = station.beacons.get(number as usize)?;
        self.adverts.insert((due + u64::from(entry.interval_ms).max(INTERVAL_MIN), node, number));
        let turn = match u64::from(entry.dwell_ms) {
            0 => 0,
            dwell => (due / dwell % u64::from(entry.turns.max(1))) as u32,
        };
        let connectable = if entry.flags & beacon::CONNECTABLE == 0 { 0 } else { heard::CONNECTABLE };
        let parts = [(turn, 0), (turn | beacon::TURN_SCAN_RESPONSE, heard::SCAN_RESPONSE)];
        let mut deliveries = Vec::new();
        for (turn, response) in parts {
            let Some(payload) = self.shown.get(&(node, number, turn)) else { break };
            let flags = connectable | response;
            let (from, to, rssi) = (station.node_id, ADDRESS_HIGH, ADVERT_RSSI);
            let heard = Heard { from, to, rssi, flags, ..Heard::default() };
            let received = Received { heard, payload: payload.clone() };
            let neighbours = self.neighbours[node].iter().copied();
            for observer in neighbours.filter(|other| self.stations[*other].observes) {
                let (kind, received) = (event::ADVERT, received.clone());
                deliveries.push(Delivery { node: observer, time_ms: due, kind, symbol: 0, received });
            }
        }
        Some(deliveries)
    }

    fn message(&mut self, step: &Step, record: &Record, deliveries: &mut Vec<Delivery>) {
        let Record::Send { channel, to, options, id, airtime_us, bytes } = record else { return };
        let sender = &self.stations[step.node];
        let Some((entry, _)) = sender.channels.get(*channel as usize) else { return };
        let place = Place::of(entry);
        let longest = options >> send::JITTER_SHIFT;
        let delay = if longest == 0 { 0 } else { self.entropy.draw() % (longest + 1) };
        let start_ms = step.network_ms() + u64::from(delay);
        let flags = if options & send::WANT_ACK == 0 { 0 } else { heard::WANT_ACK };
        let (to, id, airtime_us, from) = (*to, *id, *airtime_us, sender.node_id);
        let (hops, bytes) = (radio::hops(entry), bytes.clone());
        let message = Message { to, id, flags, hops, airtime_us, bytes };
        let Err(Message { bytes, .. }) = self.relays.send((step.node, place), start_ms, message) else {
            return;
        };
        let time_ms = start_ms + u64::from(airtime_us.div_ceil(1000));
        let (rssi, snr) = (MESSAGE_RSSI, MESSAGE_SNR);
        let heard = Heard { from, to, id, rssi, snr, flags, ..Heard::default() };
        for &node in &self.neighbours[step.node] {
            let station = &self.stations[node];
            if to != BROADCAST && to != station.node_id {
                continue;
            }
            for symbol in station.ears(place) {
                let received = Received { heard, payload: bytes.clone() };
                deliveries.push(Delivery { node, time_ms, kind: event::MESSAGE, symbol, received });
            }
        }
    }

    /// Keeps what a turn shows; a beacon's first data begins its adverts, when somebody observes.
    fn advertise(&mut self, (node, now_ms): (usize, u64), (number, turn): (u32, u32), bytes: &[u8]) {
        if !self.neighbours[node].iter().any(|other| self.stations[*other].observes) {
            return;
        }
        let Some(entry) = self.stations[node].beacons.get(number as usize) else { return };
        let is_new = self.shown.range((node, number, 0)..=(node, number, u32::MAX)).next().is_none();
        self.shown.insert((node, number, turn), bytes.to_vec());
        if is_new {
            self.adverts.insert((now_ms + u64::from(entry.interval_ms).max(INTERVAL_MIN), node, number));
        }
    }
}

impl Station {
    fn of(node_id: u32, facts: &KernelFacts) -> Self {
        let serves = |kind: u32, symbol: usize| {
            let is_it = |handler: &swarm_abi::HandlerEntry| {
                u32::from(handler.kind) == kind && usize::from(handler.symbol) == symbol
            };
            facts.handlers.iter().any(is_it)
        };
        let channels = facts.channels.iter().enumerate();
        Self {
            node_id,
            channels: channels.map(|(number, entry)| (*entry, serves(event::MESSAGE, number))).collect(),
            beacons: facts.beacons.clone(),
            observes: serves(event::ADVERT, 0),
        }
    }

    /// The numbers of its channels that are there, and served.
    pub fn ears(&self, place: Place) -> impl Iterator<Item = u32> {
        let same =
            move |(_, (entry, serves)): &(u32, &(ChannelEntry, bool))| *serves && Place::of(entry) == place;
        (0..).zip(&self.channels).filter(same).map(|(number, _)| number)
    }
}
