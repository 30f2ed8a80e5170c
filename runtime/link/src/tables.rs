//! A kernel's descriptor and what follows it, read from the bytes of its image.

use crate::frame::word;
use swarm_abi::{BeaconEntry, ChannelEntry, CharacteristicEntry, Descriptor, HandlerEntry, PortEntry};

/// Sizes of the descriptor's entries.
const HANDLER: usize = size_of::<HandlerEntry>();
const PORT: usize = size_of::<PortEntry>();
const CHANNEL: usize = size_of::<ChannelEntry>();
const BEACON: usize = size_of::<BeaconEntry>();
const CHARACTERISTIC: usize = size_of::<CharacteristicEntry>();

/// The tables behind a descriptor.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    pub descriptor: Descriptor,
    /// The image from the descriptor on, up to the end of its tables at least.
    image: &'a [u8],
}

impl<'a> Tables<'a> {
    /// Of an image; `None` when it ends before its tables do.
    pub fn of(image: &'a [u8]) -> Option<Self> {
        let descriptor = descriptor(image)?;
        (image.len() >= bytes(&descriptor)).then_some(Self { descriptor, image })
    }

    /// All handlers, in order.
    pub fn handlers(&self) -> impl Iterator<Item = HandlerEntry> + use<'a> {
        let entries = self.entries(size_of::<Descriptor>(), usize::from(self.descriptor.handlers) * HANDLER);
        entries.chunks_exact(HANDLER).map(handler)
    }

    /// All ports, in order.
    pub fn ports(&self) -> impl Iterator<Item = PortEntry> + use<'a> {
        let entries = self.entries(ports_at(&self.descriptor), usize::from(self.descriptor.ports) * PORT);
        entries.chunks_exact(PORT).map(port)
    }

    /// All channels, in order.
    pub fn channels(&self) -> impl Iterator<Item = ChannelEntry> + use<'a> {
        let length = usize::from(self.descriptor.channels) * CHANNEL;
        self.entries(channels_at(&self.descriptor), length).chunks_exact(CHANNEL).map(channel)
    }

    /// All beacons, in order.
    pub fn beacons(&self) -> impl Iterator<Item = BeaconEntry> + use<'a> {
        let length = usize::from(self.descriptor.beacons) * BEACON;
        self.entries(beacons_at(&self.descriptor), length).chunks_exact(BEACON).map(beacon)
    }

    /// All GATT characteristics, in order.
    pub fn characteristics(&self) -> impl Iterator<Item = CharacteristicEntry> + use<'a> {
        let length = usize::from(self.descriptor.characteristics) * CHARACTERISTIC;
        let entries = self.entries(characteristics_at(&self.descriptor), length);
        entries.chunks_exact(CHARACTERISTIC).map(characteristic)
    }

    fn entries(&self, start: usize, length: usize) -> &'a [u8] {
        self.image.get(start..start + length).unwrap_or_default()
    }
}

/// Bytes of an image up to the end of its tables.
pub fn bytes(descriptor: &Descriptor) -> usize {
    characteristics_at(descriptor) + usize::from(descriptor.characteristics) * CHARACTERISTIC
}

fn ports_at(descriptor: &Descriptor) -> usize {
    size_of::<Descriptor>() + usize::from(descriptor.handlers) * HANDLER
}

fn channels_at(descriptor: &Descriptor) -> usize {
    ports_at(descriptor) + usize::from(descriptor.ports) * PORT
}

fn beacons_at(descriptor: &Descriptor) -> usize {
    channels_at(descriptor) + usize::from(descriptor.channels) * CHANNEL
}

fn characteristics_at(descriptor: &Descriptor) -> usize {
    beacons_at(descriptor) + usize::from(descriptor.beacons) * BEACON
}

/// The descriptor at the beginning of an image, whatever it says.
pub fn descriptor(image: &[u8]) -> Option<Descriptor> {
    image.get(..size_of::<Descriptor>())?;
    let word = |offset| word(image, offset).unwrap_or_default();
    let (version, counts) = (halves(word(4)), [halves(word(32)), halves(word(36)), halves(word(40))]);
    Some(Descriptor {
        magic: word(0),
        major: version[0],
        minor: version[1],
        image_bytes: word(8),
        kernel_id: word(12),
        state_bytes: word(16),
        state_alignment: word(20),
        schema: word(24),
        services: word(28),
        handlers: counts[0][0],
        ports: counts[0][1],
        channels: counts[1][0],
        beacons: counts[1][1],
        characteristics: counts[2][0],
        reserved: [counts[2][1], halves(word(44))[0], halves(word(44))[1]],
    })
}

fn handler(bytes: &[u8]) -> HandlerEntry {
    let word = |offset| word(bytes, offset).unwrap_or_default();
    let [kind, symbol] = halves(word(4));
    HandlerEntry {
        offset: word(0) as i32,
        kind,
        symbol,
        name: word(8),
        period: word(12),
        period_min: word(16),
        period_max: word(20),
    }
}

fn port(bytes: &[u8]) -> PortEntry {
    let word = |offset| word(bytes, offset).unwrap_or_default();
    let [direction, bits, ..] = word(4).to_le_bytes();
    PortEntry { name: word(0), direction, bits, reserved: halves(word(4))[1] }
}

fn channel(bytes: &[u8]) -> ChannelEntry {
    let word = |offset| word(bytes, offset).unwrap_or_default();
    let [protocol, hops, ..] = word(4).to_le_bytes();
    let [.., relay, reserved] = word(8).to_le_bytes();
    ChannelEntry {
        name: word(0),
        protocol,
        hops,
        port: halves(word(4))[1],
        bytes: halves(word(8))[0],
        relay,
        reserved,
        budget_ms: word(12),
    }
}

fn beacon(bytes: &[u8]) -> BeaconEntry {
    let word = |offset| word(bytes, offset).unwrap_or_default();
    let [turns, flags, ..] = word(12).to_le_bytes();
    BeaconEntry {
        name: word(0),
        interval_ms: word(4),
        dwell_ms: word(8),
        turns,
        flags,
        bytes: halves(word(12))[1],
        reserved: word(16),
    }
}

fn characteristic(bytes: &[u8]) -> CharacteristicEntry {
    let word = |offset| word(bytes, offset).unwrap_or_default();
    let uuid = |start: usize| core::array::from_fn(|place| bytes.get(start + place).copied().unwrap_or(0));
    let [flags, reserved, ..] = word(36).to_le_bytes();
    CharacteristicEntry {
        service: uuid(0),
        uuid: uuid(16),
        name: word(32),
        flags,
        reserved,
        bytes: halves(word(36))[1],
    }
}

/// The lower half of a word, then the upper one.
fn halves(word: u32) -> [u16; 2] {
    [word as u16, (word >> 16) as u16]
}
