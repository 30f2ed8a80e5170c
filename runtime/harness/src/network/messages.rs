//! The messages and adverts of a run, one by one: for a trace, and for a picture.

use std::fmt;

use swarm_abi::{BROADCAST, event, heard};

use super::relays::Relayed;
use crate::error::HarnessError;
use crate::node::{Node, Record};
use crate::scheduler::{Observer, Step};

/// A message or an advert, as one node has to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub time_ms: u64,
    /// The node's place in its network, and the number that others know it by.
    pub node: usize,
    pub node_id: u32,
    pub what: What,
    /// Of a refused message, and of what is relayed, none.
    pub bytes: Vec<u8>,
}

/// What a node has to do with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It goes out on a channel.
    Sent { channel: u32, to: u32, id: u32, airtime_us: u32 },
    /// Its radio passes it on, or sends its own again.
    Relayed { channel: u32, from: u32, id: u32, hops: u8, airtime_us: u32 },
    /// A channel did not take it.
    Refused { channel: u32 },
    /// It has come on a channel.
    Heard { channel: u32, from: u32, id: u32 },
    /// An advert, or its scan response.
    Advert { from: u32, is_response: bool },
}

/// Tells each message to a closure. Give it to a run as an observer.
pub struct Messages<'a> {
    node_ids: Vec<u32>,
    tell: &'a mut dyn FnMut(Message),
}

impl<'a> Messages<'a> {
    /// Of nodes by their numbers, in the network's order.
    pub fn new(node_ids: Vec<u32>, tell: &'a mut dyn FnMut(Message)) -> Self {
        Self { node_ids, tell }
    }
}

impl Observer for Messages<'_> {
    fn served(&mut self, step: &Step, _: &mut dyn Node) -> Result<(), HarnessError> {
        let node_id = self.node_ids.get(step.node).copied().unwrap_or_default();
        let (time_ms, node) = (step.network_ms(), step.node);
        let mut tell = |what, bytes: &[u8]| {
            (self.tell)(Message { time_ms, node, node_id, what, bytes: bytes.to_vec() });
        };
        if let Some(received) = &step.inputs.received {
            let (from, id) = (received.heard.from, received.heard.id);
            let is_response = received.heard.flags & heard::SCAN_RESPONSE != 0;
            let what = match step.event.kind {
                event::ADVERT => What::Advert { from, is_response },
                _ => What::Heard { channel: step.event.symbol, from, id },
            };
            tell(what, &received.payload);
        }
        for record in &step.outcome.records {
            if let Record::Send { channel, to, id, airtime_us, bytes, .. } = record {
                let (channel, to, id, airtime_us) = (*channel, *to, *id, *airtime_us);
                let is_refused = id == 0;
                let sent = What::Sent { channel, to, id, airtime_us };
                tell(if is_refused { What::Refused { channel } } else { sent }, bytes);
            }
        }
        Ok(())
    }

    fn relayed(&mut self, relayed: &Relayed) -> Result<(), HarnessError> {
        let Relayed { time_ms, node, node_id, channel, from, id, hops, airtime_us, .. } = *relayed;
        let what = What::Relayed { channel, from, id, hops, airtime_us };
        (self.tell)(Message { time_ms, node, node_id, what, bytes: Vec::new() });
        Ok(())
    }
}

impl fmt::Display for Message {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Message { time_ms, node_id, ref bytes, .. } = *self;
        write!(out, "{time_ms} ms  node {node_id} ")?;
        match self.what {
            What::Sent { channel, to: BROADCAST, .. } => write!(out, "sends to all on channel {channel}:")?,
            What::Sent { channel, to, .. } => write!(out, "sends to node {to} on channel {channel}:")?,
            What::Relayed { channel, from, id, .. } if from == node_id => {
                return write!(out, "sends its message {id} on channel {channel} again");
            }
            What::Relayed { channel, from, id, hops, .. } => {
                return write!(out, "relays message {id} of node {from} on channel {channel}: hop {hops}");
            }
            What::Refused { channel } => return write!(out, "is refused a message on channel {channel}"),
            What::Heard { channel, from, .. } => write!(out, "hears node {from} on channel {channel}:")?,
            What::Advert { from, is_response: false } => write!(out, "hears an advert of node {from}:")?,
            What::Advert { from, .. } => write!(out, "hears a scan response of node {from}:")?,
        }
        write!(out, " {} bytes", bytes.len())?;
        for (place, byte) in bytes.iter().enumerate() {
            write!(out, "{}{byte:02x}", if place == 0 { " " } else { "" })?;
        }
        Ok(())
    }
}
