//! BTHome's bytes to measurements, for kernels that observe.

use super::objects::{RAW, flags, numbers};
use super::{Object, Updates};
use crate::decimal;

/// What an advert of BTHome says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub updates: Updates,
    /// In the order of the bytes.
    pub measurements: Vec<Measurement>,
    /// Bytes from the first object on that is newer than this reader: without its length nothing after it can be read.
    pub unread: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measurement {
    pub object: Object,
    pub content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Flag(bool),
    /// To be multiplied by the object's factor.
    Number(i64),
    Bytes(Vec<u8>),
}

/// Why service data is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// Nothing there, or of another version.
    Version,
    /// It would need a key.
    Encrypted,
    /// An object ends after the end.
    Truncated { object: u8 },
    /// A flag that is neither 0 nor 1.
    Flag { object: u8 },
}

/// Objects that are no measurement and are passed over: packet id, events, time, device. The length is of what follows
/// the id; none stands in a byte of its own.
const PASSED_OVER: [(u8, Option<usize>); 9] = [
    (0x00, Some(1)),
    (0x3a, Some(1)),
    (0x3b, None),
    (0x3c, Some(2)),
    (0x50, Some(4)),
    (0x53, None),
    (0xf0, Some(2)),
    (0xf1, Some(4)),
    (0xf2, Some(3)),
];
/// A command's length byte has its arguments in the lower five bits; the command itself comes before them.
const COMMAND: u8 = 0x3b;

/// Reads what follows the UUID.
pub fn read(data: &[u8]) -> Result<Message, ReadError> {
    let (information, mut rest) = data.split_first().ok_or(ReadError::Version)?;
    if information >> 5 != 2 {
        return Err(ReadError::Version);
    }
    if information & 1 == 1 {
        return Err(ReadError::Encrypted);
    }
    let updates = if information >> 2 & 1 == 1 { Updates::OnTrigger } else { Updates::Regular };
    let mut measurements = Vec::new();
    while let Some((id, after)) = rest.split_first() {
        let truncated = ReadError::Truncated { object: *id };
        let split = |length: usize, from: usize| {
            let body = after.get(from..from + length).ok_or(truncated)?;
            Ok((body, &after[from + length..]))
        };
        let counted = || after.first().map(|length| usize::from(*length)).ok_or(truncated);
        if let Some(object) = flags().find(|object| object.id == *id) {
            let (body, next) = split(1, 0)?;
            let [flag @ (0 | 1)] = body else { return Err(ReadError::Flag { object: *id }) };
            measurements.push(Measurement { object, content: Content::Flag(*flag == 1) });
            rest = next;
        } else if let Some(object) = numbers().find(|object| object.id == *id) {
            let (body, next) = split(object.bytes, 0)?;
            measurements.push(Measurement { object, content: Content::Number(number(&object, body)) });
            rest = next;
        } else if *id == RAW.id {
            let (body, next) = split(counted()?, 1)?;
            measurements.push(Measurement { object: RAW, content: Content::Bytes(body.to_vec()) });
            rest = next;
        } else if let Some((_, length)) = PASSED_OVER.iter().find(|(passed, _)| passed == id) {
            let (_, next) = match length {
                Some(length) => split(*length, 0)?,
                None if *id == COMMAND => split(1 + (counted()? & 0x1f), 1)?,
                None => split(counted()?, 1)?,
            };
            rest = next;
        } else {
            break;
        }
    }
    Ok(Message { updates, measurements, unread: rest.len() })
}

fn number(object: &Object, body: &[u8]) -> i64 {
    let raw = body.iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    let spare = 64 - 8 * body.len();
    if object.is_signed { (raw << spare) as i64 >> spare } else { raw as i64 }
}

impl Measurement {
    /// The value as people write it: "21.5", "on", "0a1b".
    pub fn shown(&self) -> String {
        match &self.content {
            Content::Flag(flag) => if *flag { "on" } else { "off" }.to_owned(),
            Content::Number(number) => decimal(number * self.object.factor, self.object.decimals),
            Content::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}
