//! Values of a characteristic to bytes and back, exactly.

use super::{Characteristic, Content, Part};
use crate::{Number, Presence};

/// What a part says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GattValue {
    /// In units of the last digit.
    Number(i64),
    /// The place among the names.
    Choice(u64),
    /// A bit for each name.
    Set(u64),
    Unknown,
}

/// Why values are not a characteristic's, or bytes not its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GattError {
    /// Not as many values as parts, or not as many bytes.
    Length { expected: usize, found: usize },
    /// No value of this part.
    Value { part: usize },
}

/// The bytes of a characteristic. Numbers are rounded and clamped as in an advert.
pub fn encode(characteristic: &Characteristic, values: &[GattValue]) -> Result<Vec<u8>, GattError> {
    let parts = &characteristic.parts;
    if parts.len() != values.len() {
        return Err(GattError::Length { expected: parts.len(), found: values.len() });
    }
    let mut bytes = Vec::new();
    for (index, (part, value)) in parts.iter().zip(values).enumerate() {
        let number = number(part, *value).ok_or(GattError::Value { part: index })?;
        bytes.extend(&number.to_le_bytes()[..part.bytes()]);
    }
    Ok(bytes)
}

/// Reads a characteristic. Bits of a set that have no name yet are kept: a newer node may know more.
pub fn decode(characteristic: &Characteristic, bytes: &[u8]) -> Result<Vec<GattValue>, GattError> {
    let expected = characteristic.bytes();
    if bytes.len() != expected {
        return Err(GattError::Length { expected, found: bytes.len() });
    }
    let mut rest = bytes;
    let mut values = Vec::new();
    for (index, part) in characteristic.parts.iter().enumerate() {
        let (own, others) = rest.split_at(part.bytes());
        rest = others;
        let raw = own.iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        values.push(value(part, raw).ok_or(GattError::Value { part: index })?);
    }
    Ok(values)
}

fn number(part: &Part, value: GattValue) -> Option<u64> {
    match (&part.content, value) {
        (_, GattValue::Unknown) => (part.presence == Presence::MayBeMissing).then(|| part.unknown()),
        (Content::Number(number), GattValue::Number(value)) => Some(number.nearest(value) as u64),
        (Content::Choice(names), GattValue::Choice(place)) => (place < names.len() as u64).then_some(place),
        (Content::Set { .. }, GattValue::Set(bits)) => (bits & !mask(part) == 0).then_some(bits),
        _ => None,
    }
}

fn value(part: &Part, raw: u64) -> Option<GattValue> {
    if part.presence == Presence::MayBeMissing && raw == part.unknown() {
        return Some(GattValue::Unknown);
    }
    match &part.content {
        Content::Number(number) => {
            let bits = 64 - 8 * part.bytes();
            let value =
                if number.low < 0 { (raw << bits) as i64 >> bits } else { i64::try_from(raw).ok()? };
            is_of(number, value).then_some(GattValue::Number(value))
        }
        Content::Choice(names) => (raw < names.len() as u64).then_some(GattValue::Choice(raw)),
        Content::Set { .. } => Some(GattValue::Set(raw)),
    }
}

fn is_of(number: &Number, value: i64) -> bool {
    (number.low..=number.high).contains(&value) && number.nearest(value) == value
}

impl Part {
    /// What stands for "not known", as the Bluetooth SIG has it: all ones; the lowest of all where numbers have a sign.
    pub fn unknown(&self) -> u64 {
        match &self.content {
            Content::Number(Number { low: ..0, .. }) => 1 << (8 * self.bytes() - 1),
            _ => mask(self),
        }
    }
}

fn mask(part: &Part) -> u64 {
    u64::MAX >> (64 - 8 * part.bytes())
}
