//! Layouts: where each field is in which packet. `FORMAT.md` is this page in words, for whoever writes a receiver.

use crate::{Beacon, Places, Proof};

/// A packed beacon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub beacon: Beacon,
    pub places: Places,
    /// The adverts that take turns; one without a rotation.
    pub steps: Vec<Step>,
    /// Bytes of all packets of one rotation, as framed.
    pub bytes: usize,
    pub proof: Proof,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub advert: Packet,
    pub response: Option<Packet>,
}

/// What is on air at once: constant bytes, the frame, constant bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    pub before: Vec<u8>,
    /// A scan response may hold the name alone.
    pub frame: Option<Frame>,
    pub after: Vec<u8>,
}

/// The structure with the beacon's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Tells the frame from all others of the same identity.
    pub id: u8,
    /// Length, type, identity and id: all constant.
    pub head: Vec<u8>,
    /// Bytes after the head.
    pub payload_bytes: usize,
    /// In the order of their bits, without gaps; bits after the last are 0.
    pub cells: Vec<Cell>,
}

/// Some bits of the payload, as one number. Bit 0 is the lowest of the first byte, bit 8 the lowest of the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub bit: usize,
    pub width: usize,
    /// One digit: a plain bit field. Several: a mixed radix, `code0 + count0 * (code1 + count1 * ...)`.
    pub digits: Vec<Digit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digit {
    /// Index of the field in the beacon.
    pub field: usize,
    pub count: u128,
}

impl Layout {
    /// Each packet with the number of its step.
    pub fn packets(&self) -> impl Iterator<Item = (usize, &Packet)> {
        self.steps.iter().enumerate().flat_map(|(number, step)| {
            std::iter::once(&step.advert).chain(&step.response).map(move |packet| (number, packet))
        })
    }

    /// The frames, in the order of their ids.
    pub fn frames(&self) -> impl Iterator<Item = &Frame> {
        self.packets().filter_map(|(_, packet)| packet.frame.as_ref())
    }

    /// The id of the first frame; the others follow it.
    pub fn id(&self) -> u8 {
        self.frames().next().map_or(0, |frame| frame.id)
    }
}

impl Packet {
    /// Bytes of the whole packet.
    pub fn bytes(&self) -> usize {
        self.before.len() + self.frame.as_ref().map_or(0, Frame::bytes) + self.after.len()
    }
}

impl Frame {
    /// Bytes of the structure.
    pub fn bytes(&self) -> usize {
        self.head.len() + self.payload_bytes
    }

    /// The fields in it, in the order of their bits.
    pub fn fields(&self) -> impl Iterator<Item = usize> {
        self.cells.iter().flat_map(|cell| cell.digits.iter().map(|digit| digit.field))
    }

    /// Bits after the last cell.
    pub fn unused_bits(&self) -> usize {
        8 * self.payload_bytes - self.cells.iter().map(|cell| cell.width).sum::<usize>()
    }
}
