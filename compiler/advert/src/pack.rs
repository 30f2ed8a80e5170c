//! What a layout means: values to bytes and back. Slow and obvious; compiled code is compared with it.

use crate::layout::{Cell, Frame, Layout, Packet};
use crate::structures::structures;
use crate::{Misfit, Value};

/// A value that its field cannot have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackError {
    /// Not as many values as fields.
    Count {
        fields: usize,
        values: usize,
    },
    Value {
        field: usize,
        misfit: Misfit,
    },
}

/// Why bytes are no frame of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnpackError {
    /// A structure's length goes beyond the advert's end.
    Malformed,
    /// No structure of the beacon's company or service.
    Stranger,
    /// The layout has no frame of this id.
    UnknownFrame(u8),
    /// Fewer or more bytes than the frame has.
    Length { expected: usize, found: usize },
    /// A code that stands for no value of this field.
    Code { field: usize },
    /// Bits that no field has are not 0.
    Padding,
}

/// What one frame says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its place among the frames of the layout.
    pub frame: usize,
    /// Fields by their index in the beacon, in the order of their bits.
    pub values: Vec<(usize, Value)>,
}

/// All packets of one rotation: each step's advert, then its scan response if there is one.
pub fn pack(layout: &Layout, values: &[Value]) -> Result<Vec<Vec<u8>>, PackError> {
    let fields = &layout.beacon.fields;
    if fields.len() != values.len() {
        return Err(PackError::Count { fields: fields.len(), values: values.len() });
    }
    let code = |(field, value): (usize, &Value)| {
        fields[field].code(*value).map_err(|misfit| PackError::Value { field, misfit })
    };
    let codes: Vec<u64> = values.iter().enumerate().map(code).collect::<Result<_, _>>()?;
    Ok(layout.packets().map(|(_, packet)| packet_bytes(packet, &codes)).collect())
}

fn packet_bytes(packet: &Packet, codes: &[u64]) -> Vec<u8> {
    let mut bytes = packet.before.clone();
    if let Some(frame) = &packet.frame {
        bytes.extend(&frame.head);
        bytes.extend(payload(frame, codes));
    }
    bytes.extend(&packet.after);
    bytes
}

fn payload(frame: &Frame, codes: &[u64]) -> Vec<u8> {
    let mut bytes = vec![0; frame.payload_bytes];
    for cell in &frame.cells {
        let number = Number::of(cell, codes);
        for place in 0..cell.width {
            if number.bit(place) {
                bytes[(cell.bit + place) / 8] |= 1 << ((cell.bit + place) % 8);
            }
        }
    }
    bytes
}

/// Reads an advert or scan response as it was on air. Of several structures of the beacon's owner the first is taken
/// that is a frame.
pub fn unpack(layout: &Layout, packet: &[u8]) -> Result<Reading, UnpackError> {
    let identity = layout.beacon.identity;
    let found = structures(packet).map_err(|_| UnpackError::Malformed)?;
    let ours = found.iter().filter(|structure| structure.kind == identity.structure());
    let data = ours.filter_map(|structure| structure.data.strip_prefix(&*identity.bytes()));
    let mut readings = data.map(|data| unpack_frame(layout, data));
    let first = readings.next().ok_or(UnpackError::Stranger)?;
    if first.is_ok() { first } else { readings.find(Result::is_ok).unwrap_or(first) }
}

/// Reads what follows the company or service: the layout id and the payload, as scanners hand it out.
pub fn unpack_frame(layout: &Layout, data: &[u8]) -> Result<Reading, UnpackError> {
    let (id, payload) = data.split_first().ok_or(UnpackError::Length { expected: 1, found: 0 })?;
    let (place, frame) = layout
        .frames()
        .enumerate()
        .find(|(_, frame)| frame.id == *id)
        .ok_or(UnpackError::UnknownFrame(*id))?;
    if payload.len() != frame.payload_bytes {
        return Err(UnpackError::Length { expected: frame.payload_bytes, found: payload.len() });
    }
    let bit = |bit: usize| payload[bit / 8] >> (bit % 8) & 1 == 1;
    let mut values = Vec::new();
    for cell in &frame.cells {
        let mut number = Number::zero(cell.width);
        (0..cell.width).filter(|place| bit(cell.bit + place)).for_each(|place| number.set(place));
        for digit in &cell.digits {
            let code = number.take_digit(digit.count);
            let value = layout.beacon.fields[digit.field].value(code);
            values.push((digit.field, value.ok_or(UnpackError::Code { field: digit.field })?));
        }
        if !number.is_zero() {
            let last = cell.digits.last().expect("a cell has at least one digit");
            return Err(UnpackError::Code { field: last.field });
        }
    }
    let used = 8 * frame.payload_bytes - frame.unused_bits();
    if (used..8 * frame.payload_bytes).any(bit) {
        return Err(UnpackError::Padding);
    }
    Ok(Reading { frame: place, values })
}

/// A number as wide as any cell, in bytes from the lowest.
struct Number(Vec<u8>);

impl Number {
    fn zero(bits: usize) -> Self {
        Self(vec![0; bits.div_ceil(8) + 1])
    }

    fn of(cell: &Cell, codes: &[u64]) -> Self {
        let mut number = Self::zero(cell.width);
        for digit in cell.digits.iter().rev() {
            let mut carry = u128::from(codes[digit.field]);
            for byte in &mut number.0 {
                carry += u128::from(*byte) * digit.count;
                *byte = carry as u8;
                carry >>= 8;
            }
        }
        number
    }

    fn bit(&self, place: usize) -> bool {
        self.0[place / 8] >> (place % 8) & 1 == 1
    }

    fn set(&mut self, place: usize) {
        self.0[place / 8] |= 1 << (place % 8);
    }

    /// Divides by the count; the remainder is the lowest digit.
    fn take_digit(&mut self, count: u128) -> u64 {
        let mut remainder = 0u128;
        for byte in self.0.iter_mut().rev() {
            let dividend = remainder << 8 | u128::from(*byte);
            *byte = (dividend / count) as u8;
            remainder = dividend % count;
        }
        u64::try_from(remainder).expect("counts are at most 2^64")
    }

    fn is_zero(&self) -> bool {
        self.0.iter().all(|byte| *byte == 0)
    }
}
