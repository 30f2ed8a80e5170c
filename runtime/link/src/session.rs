//! The meaning of each host service, for whoever hosts: a shell on a board, or a process.
//!
//! A [`Session`] holds what a kernel can learn from its host. The services that tell something read it; those that do
//! something append a record to a [`Sink`]. The state block
//! stays with the caller: it hands over the bytes of a [`StateSpan`].

use crate::radio::{Deployment, Radio};
use crate::{Entropy, record};
use swarm_abi::{
    AGE_NONE, BeaconEntry, ChannelEntry, CharacteristicEntry, Event, LOG_ARGUMENTS_MAX, beacon, event,
};

/// Bytes of a scan response that every beacon has room for.
const SCAN_RESPONSE_BYTES: u16 = 31;

/// Takes the bytes of records, in order.
pub trait Sink {
    fn append(&mut self, bytes: &[u8]);
}

/// The world as it stands still during one handler.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inputs<'a> {
    pub now_ms: u32,
    /// Value i32 and age u32 of each port, little-endian.
    pub ports: &'a [u8],
}

/// A kernel's buffer, as a part of its state block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateSpan {
    pub offset: u32,
    pub length: u32,
}

impl StateSpan {
    /// The span, when it lies within a block of so many bytes.
    pub fn within(block: u32, offset: u32, length: u32) -> Option<Self> {
        let end = offset.checked_add(length)?;
        (end <= block).then_some(Self { offset, length })
    }
}

/// A message that a kernel wants to send, but for its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub channel: u32,
    pub to: u32,
    pub options: u32,
    pub length: u32,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its packet id; 0: it was refused.
    pub id: u32,
    /// Microseconds that its packet is on the air.
    pub airtime_us: u32,
}

impl Sent {
    pub const REFUSED: Self = Self { id: 0, airtime_us: 0 };
}

/// What a host remembers between the calls of a kernel's handlers.
#[derive(Clone, Debug)]
pub struct Session {
    node_id: u32,
    entropy: Entropy,
    radio: Radio,
    /// Bit `n`: store `n` has an operation under way.
    busy: u32,
}

impl Session {
    /// As at a node's first start, for a kernel without channels.
    pub const fn new(node_id: u32, entropy_seed: u32, deployment: Deployment) -> Self {
        Self { node_id, entropy: Entropy::new(entropy_seed), radio: Radio::new(deployment), busy: 0 }
    }

    /// With the kernel's channels.
    pub fn with_channels(mut self, channels: impl Iterator<Item = ChannelEntry>) -> Self {
        for (number, channel) in channels.enumerate() {
            self.radio.open(number, &channel);
        }
        self
    }

    /// To be called before a handler: the event that ends an operation frees its store.
    pub fn begin(&mut self, event: &Event, now_ms: u32) {
        self.radio.advance(now_ms);
        if event.kind == event::STORED {
            self.busy &= !store_bit(event.symbol);
        }
    }

    pub fn node_id(&self) -> u32 {
        self.node_id
    }

    pub fn entropy(&mut self) -> u32 {
        self.entropy.draw()
    }

    /// Whether a store takes an operation now; if so it is busy until its `stored` event. Stores from 32 on do not exist.
    pub fn claim(&mut self, store: u32) -> bool {
        let bit = store_bit(store);
        let free = bit != 0 && self.busy & bit == 0;
        self.busy |= bit;
        free
    }

    /// What becomes of a message on a channel (`None`: there is no such channel).
    pub fn send(&mut self, channel: Option<&ChannelEntry>, message: &Outgoing) -> Sent {
        let airtime_us = channel.and_then(|channel| self.radio.take(channel, message));
        let Some(airtime_us) = airtime_us else { return Sent::REFUSED };
        loop {
            let id = self.entropy.draw();
            if id != 0 {
                return Sent { id, airtime_us };
            }
        }
    }
}

/// Whether a beacon (`None`: there is no such beacon) takes so many bytes for a turn, or for its scan response.
pub fn takes_turn(entry: Option<&BeaconEntry>, turn: u32, length: u32) -> bool {
    entry.is_some_and(|entry| {
        let is_response = turn & beacon::TURN_SCAN_RESPONSE != 0;
        let has_response = entry.flags & beacon::SCAN_RESPONSE != 0;
        let number = turn & !beacon::TURN_SCAN_RESPONSE;
        let most = if is_response { entry.bytes.max(SCAN_RESPONSE_BYTES) } else { entry.bytes };
        number < u32::from(entry.turns) && length <= u32::from(most) && (has_response || !is_response)
    })
}

/// Whether a characteristic (`None`: there is no such one) takes a value of so many bytes.
pub fn takes_value(entry: Option<&CharacteristicEntry>, length: u32) -> bool {
    entry.is_some_and(|entry| length <= u32::from(entry.bytes))
}

impl Inputs<'_> {
    /// The value of a port; 0 when it has none.
    pub fn sense(&self, port: u32) -> i32 {
        if self.age(port) == AGE_NONE { 0 } else { self.word(port, 0) as i32 }
    }

    /// Milliseconds since the value was taken, or [`AGE_NONE`].
    pub fn age(&self, port: u32) -> u32 {
        if port as usize >= self.ports.len() / 8 { AGE_NONE } else { self.word(port, 4) }
    }

    fn word(&self, port: u32, part: usize) -> u32 {
        crate::frame::word(self.ports, port as usize * 8 + part).unwrap_or(0)
    }
}

/// Records an act.
pub fn act(sink: &mut impl Sink, port: u32, value: i32) {
    words(sink, record::ACT, [port, value as u32]);
}

/// Records a rearm; the driver clamps it to the timer's bounds.
pub fn rearm(sink: &mut impl Sink, timer: u32, ms: u32) {
    words(sink, record::REARM, [timer, ms]);
}

/// Records a log line; arguments beyond the eighth are dropped.
pub fn log(sink: &mut impl Sink, format: u32, arguments: &[i32]) {
    let arguments = &arguments[..arguments.len().min(LOG_ARGUMENTS_MAX)];
    words(sink, record::LOG, [format, arguments.len() as u32]);
    for argument in arguments {
        sink.append(&argument.to_le_bytes());
    }
}

/// Records a persist with the bytes as they are now.
pub fn persist(sink: &mut impl Sink, store: u32, offset: u32, bytes: &[u8]) {
    words(sink, record::PERSIST, [store, offset, bytes.len() as u32]);
    sink.append(bytes);
}

/// Records a restore; the driver writes the bytes before the `stored` event.
pub fn restore(sink: &mut impl Sink, store: u32, span: StateSpan) {
    words(sink, record::RESTORE, [store, span.offset, span.length]);
}

/// Records a message; of a refused one no bytes.
pub fn send(sink: &mut impl Sink, message: &Outgoing, sent: Sent, bytes: &[u8]) {
    let Outgoing { channel, to, options, .. } = *message;
    words(sink, record::SEND, [channel, to, options, sent.id, sent.airtime_us, bytes.len() as u32]);
    sink.append(bytes);
}

/// Records what a beacon advertises in a turn from now on.
pub fn advertise(sink: &mut impl Sink, beacon: u32, turn: u32, bytes: &[u8]) {
    words(sink, record::ADVERTISE, [beacon, turn, bytes.len() as u32]);
    sink.append(bytes);
}

/// Records a characteristic's value.
pub fn publish(sink: &mut impl Sink, characteristic: u32, bytes: &[u8]) {
    words(sink, record::PUBLISH, [characteristic, bytes.len() as u32]);
    sink.append(bytes);
}

fn words<const COUNT: usize>(sink: &mut impl Sink, tag: u8, words: [u32; COUNT]) {
    sink.append(&[tag]);
    for word in words {
        sink.append(&word.to_le_bytes());
    }
}

fn store_bit(store: u32) -> u32 {
    1u32.checked_shl(store).unwrap_or(0)
}
