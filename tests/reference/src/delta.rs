//! Delta packets: what changed most since the mark, in one packet, and applying a peer's.

use crate::layout::element_bytes;
use crate::merge::{Combine, Identity, Status};
use crate::spec::Element;
use crate::table::{Table, VISITS_MAX};

/// Bytes before the first entry.
pub const HEADER: usize = 20;
/// Version of what operations compute.
pub const SEMANTICS_VERSION: u8 = 1;
/// Most entries of one packet.
pub const ENTRIES_MAX: usize = 255;

/// A packet as it arrived: the array that holds it, the length that came with it, and who we are.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    pub array: &'a [u8],
    pub length: i32,
    pub node: u32,
}

/// One entry of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub element: usize,
    pub value: i32,
    pub visits: u16,
}

/// FNV-1a, 32 bits.
pub fn fnv1a(text: &[u8]) -> u32 {
    text.iter().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Bytes of an entry.
pub fn entry_bytes(element: Element) -> usize {
    2 + element.bytes() + 2
}

impl Table {
    /// The text whose hash is in the packet's head.
    pub fn schema_text(&self) -> String {
        let spec = &self.spec;
        format!(
            "rl.table<{}x{}xi{},frac={}>scale={}",
            spec.states,
            spec.actions,
            spec.element.bits(),
            spec.frac,
            self.bounds.reward.scale
        )
    }

    /// The elements that a packet would carry, in its order.
    pub fn changes(&self) -> Vec<Entry> {
        let visits = self.visits.as_ref().expect("a table that is encoded counts visits");
        let mark = self.mark.as_ref().expect("a table that is encoded is marked");
        let weight = |entry: &Entry| {
            let change = (i64::from(entry.value) - i64::from(mark[entry.element])).abs();
            change * i64::from(entry.visits)
        };
        let entry = |element: usize| Entry { element, value: self.values[element], visits: visits[element] };
        let mut changes: Vec<Entry> =
            (0..visits.len()).map(entry).filter(|entry| weight(entry) > 0).collect();
        changes.sort_by_key(|entry| (-weight(entry), entry.element));
        changes
    }

    /// `rl.encode` into the kernel's array; the length, 0 when nothing changed (the array is left alone).
    pub fn encode(&self, array: &mut [u8], identity: Identity) -> i32 {
        let size = entry_bytes(self.spec.element);
        assert!(array.len() >= HEADER + size, "the packet's array holds one entry at least");
        let room = ((array.len() - HEADER) / size).min(ENTRIES_MAX);
        let changes = self.changes();
        if changes.is_empty() {
            return 0;
        }
        let sent = &changes[..room.min(changes.len())];
        let mut packet = fnv1a(self.schema_text().as_bytes()).to_le_bytes().to_vec();
        packet.extend([SEMANTICS_VERSION, sent.len() as u8, 0, 0]);
        for field in [identity.origin, identity.epoch, identity.sequence] {
            packet.extend(field.to_le_bytes());
        }
        for entry in sent {
            packet.extend((entry.element as u16).to_le_bytes());
            packet.extend(element_bytes(self.spec.element, entry.value));
            packet.extend(entry.visits.to_le_bytes());
        }
        array[..packet.len()].copy_from_slice(&packet);
        packet.len() as i32
    }

    /// `rl.apply`. Only [`Status::Applied`] has changed anything.
    pub fn apply(&mut self, incoming: Incoming<'_>, combine: Combine) -> Status {
        // A length beyond the array, or a negative one, is no packet that could have arrived.
        let packet = match usize::try_from(incoming.length) {
            Ok(length) if length >= HEADER && length <= incoming.array.len() => &incoming.array[..length],
            _ => return Status::Malformed,
        };
        if word(packet, 0) != fnv1a(self.schema_text().as_bytes()) {
            return Status::OtherTable;
        }
        if packet[4] != SEMANTICS_VERSION {
            return Status::OtherVersion;
        }
        let Some(entries) = self.entries(packet) else {
            return Status::Malformed;
        };
        let identity =
            Identity { origin: word(packet, 8), epoch: word(packet, 12), sequence: word(packet, 16) };
        if identity.origin == incoming.node {
            return Status::Own;
        }
        let status = self.peers.as_mut().expect("the declaration says that the table merges").admit(identity);
        if status == Status::Applied {
            for entry in entries {
                self.combine(entry.element, (entry.value, entry.visits), combine);
            }
        }
        status
    }

    /// The entries of a packet with the right schema and version; `None` when it is malformed.
    fn entries(&self, packet: &[u8]) -> Option<Vec<Entry>> {
        let size = entry_bytes(self.spec.element);
        let number = usize::from(packet[5]);
        if number == 0 || packet[6] != 0 || packet[7] != 0 || packet.len() != HEADER + number * size {
            return None;
        }
        let entries: Vec<Entry> =
            packet[HEADER..].chunks(size).map(|bytes| decode(bytes, self.spec.element)).collect();
        let (low, high) = self.bounds.accepted;
        let sound = |entry: &Entry| {
            entry.element < self.values.len()
                && (1..=VISITS_MAX).contains(&u32::from(entry.visits))
                && (low..=high).contains(&i64::from(entry.value))
        };
        let distinct = |(number, entry): (usize, &Entry)| {
            entries[..number].iter().all(|earlier| earlier.element != entry.element)
        };
        (entries.iter().all(sound) && entries.iter().enumerate().all(distinct)).then_some(entries)
    }
}

fn word(packet: &[u8], at: usize) -> u32 {
    (0..4).map(|byte| u32::from(packet[at + byte]) << (8 * byte)).sum()
}

fn decode(bytes: &[u8], element: Element) -> Entry {
    let half = |at: usize| u16::from(bytes[at]) | u16::from(bytes[at + 1]) << 8;
    let width = element.bytes();
    let raw: u32 = (0..width).map(|byte| u32::from(bytes[2 + byte]) << (8 * byte)).sum();
    let unused = 32 - element.bits();
    let value = (raw << unused) as i32 >> unused;
    Entry { element: usize::from(half(0)), value, visits: half(2 + width) }
}

#[cfg(test)]
mod tests;
