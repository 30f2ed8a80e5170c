//! GATT services: what a node tells whoever connects. Characteristics of whole little-endian bytes, each small enough
//! for one notification at the smallest MTU.

use crate::{AdvertError, Number, Presence, bits_for};
use std::collections::BTreeSet;
use std::fmt;

mod data;
mod registry;

pub use data::{GattError, GattValue, decode, encode};
pub use registry::{ACCELERATORS, FAMILIES, PRECISIONS, capability_registry};

/// An MTU of 23 less opcode and handle.
pub const MAXIMUM_BYTES: usize = 20;
/// Characteristics of a service.
pub const MAXIMUM_CHARACTERISTICS: usize = 16;

/// A service as a kernel declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    pub name: String,
    pub uuid: Uuid,
    pub characteristics: Vec<Characteristic>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Characteristic {
    pub name: String,
    pub uuid: Uuid,
    pub access: Access,
    /// In the order of their bytes, without gaps.
    pub parts: Vec<Part>,
}

/// Nothing can be written: a node's abilities are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Read,
    /// And sent by itself when it changes, to whoever subscribed.
    ReadAndNotify,
}

/// Some bytes of a characteristic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub content: Content,
    pub presence: Presence,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The value itself in units of its last digit; with a sign where the range goes below 0.
    Number(Number),
    /// The place among the names.
    Choice(Vec<String>),
    /// A bit for each name, the lowest for the first. Bits beyond are for names that are yet to come, so the bytes
    /// are declared.
    Set { names: Vec<String>, bytes: usize },
}

/// 16 bits are for what the Bluetooth SIG has named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Uuid {
    Assigned(u16),
    Own(u128),
}

impl Uuid {
    /// All 128 bits; what the Bluetooth SIG has named is short for a part of its base (Core Specification, Vol 3, Part B,
    /// 2.5.1).
    pub fn full(self) -> u128 {
        match self {
            Self::Assigned(id) => u128::from(id) << 96 | 0x0000_0000_0000_1000_8000_0080_5f9b_34fb,
            Self::Own(id) => id,
        }
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Assigned(id) => write!(formatter, "{id:04x}"),
            Self::Own(id) => {
                let digits = format!("{id:032x}");
                let groups = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
                formatter.write_str(&groups.join("-"))
            }
        }
    }
}

impl Service {
    /// What must hold before the service is built.
    pub fn check(&self) -> Result<(), AdvertError> {
        let count = self.characteristics.len();
        if count == 0 || count > MAXIMUM_CHARACTERISTICS {
            return Err(AdvertError::new(
                "gatt-characteristics",
                format!("a service of {count} characteristics"),
            )
            .help(format!("declare 1 to {MAXIMUM_CHARACTERISTICS}")));
        }
        let (mut names, mut uuids) = (BTreeSet::new(), BTreeSet::from([self.uuid]));
        for characteristic in &self.characteristics {
            let Characteristic { name, uuid, .. } = characteristic;
            if !names.insert(name) {
                let message = format!("there are two characteristics called '{name}'");
                return Err(AdvertError::new("gatt-name-twice", message)
                    .field(name)
                    .help("give one of them another name"));
            }
            if !uuids.insert(*uuid) {
                return Err(AdvertError::new("gatt-uuid-twice", format!("the UUID {uuid} is there twice"))
                    .field(name)
                    .help("give each characteristic a UUID of its own, other than the service's"));
            }
            characteristic.check().map_err(|error| error.field(name))?;
        }
        Ok(())
    }

    /// The service as plain text: a line for each characteristic, and one for each of its parts.
    pub fn table(&self) -> String {
        let mut text = format!("service {} {}\n", self.name, self.uuid);
        for characteristic in &self.characteristics {
            let access = match characteristic.access {
                Access::Read => "read",
                Access::ReadAndNotify => "read, notify",
            };
            let Characteristic { name, uuid, .. } = characteristic;
            let bytes = characteristic.bytes();
            text += &format!(
                "\n{name}  {uuid}  {access}  {bytes} {}\n",
                if bytes == 1 { "byte" } else { "bytes" }
            );
            let mut at = 0;
            for part in &characteristic.parts {
                text += &format!("  {at:>2}  {}  {:<12}  {}\n", part.bytes(), part.name, part.describe());
                at += part.bytes();
            }
        }
        text
    }
}

impl Characteristic {
    /// Bytes of its value, always the same.
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(Part::bytes).sum()
    }

    fn check(&self) -> Result<(), AdvertError> {
        for part in &self.parts {
            part.check()?;
        }
        let bytes = self.bytes();
        if (1..=MAXIMUM_BYTES).contains(&bytes) {
            return Ok(());
        }
        let shown = |part: &Part| format!("{:<16} {:>3}", part.name, part.bytes());
        let help = match bytes {
            0 => "give it a part".to_owned(),
            _ => format!(
                "one notification carries {MAXIMUM_BYTES} bytes: divide it into several characteristics"
            ),
        };
        Err(AdvertError::new("gatt-size", format!("'{}' has {bytes} bytes", self.name))
            .details(self.parts.iter().map(shown).collect())
            .help(help))
    }
}

impl Part {
    /// 1, 2, 4 or 8 bytes.
    pub fn bytes(&self) -> usize {
        let bits = match &self.content {
            Content::Number(number) => self.number_bits(number),
            Content::Choice(names) => bits_for(names.len() as u128 + self.unknowns()),
            Content::Set { bytes, .. } => 8 * *bytes as u32,
        };
        [1, 2, 4].into_iter().find(|bytes| bits <= 8 * bytes).unwrap_or(8) as usize
    }

    /// Codes that mean "not known".
    fn unknowns(&self) -> u128 {
        u128::from(self.presence == Presence::MayBeMissing)
    }

    fn number_bits(&self, number: &Number) -> u32 {
        let (low, high) = (i128::from(number.low), i128::from(number.high));
        let unknowns = self.unknowns() as i128;
        match low < 0 {
            false => bits_for(high as u128 + 1 + self.unknowns()),
            // As many below 0 as from 0 on; the lowest of all means "not known".
            true => 1 + bits_for((high + 1).max(unknowns - low) as u128),
        }
    }

    fn check(&self) -> Result<(), AdvertError> {
        let refused = |message: String, help: &str| Err(AdvertError::new("gatt-part", message).help(help));
        let name = &self.name;
        match &self.content {
            Content::Number(number) => {
                crate::check::number_has_values(number)?;
                if self.number_bits(number) > 64 {
                    return refused(
                        format!("'{name}' has no code left for 'not known'"),
                        "take a smaller range",
                    );
                }
            }
            Content::Choice(names) => crate::check::choice_has_names(names)?,
            Content::Set { names, bytes } => {
                crate::check::choice_has_names(names)?;
                if ![1, 2, 4, 8].contains(bytes) || names.len() > 8 * bytes {
                    let message = format!("the set '{name}' has {} names and {bytes} bytes", names.len());
                    return refused(message, "take 1, 2, 4 or 8 bytes, and at most a name for each bit");
                }
                if self.presence == Presence::MayBeMissing {
                    let help = "let it always be there: an empty set says that nothing is known";
                    return refused(format!("the set '{name}' may be missing"), help);
                }
            }
        }
        Ok(())
    }

    fn describe(&self) -> String {
        let text = match &self.content {
            Content::Number(number) => number.describe(),
            Content::Choice(names) => format!("one of {}", names.join(", ")),
            Content::Set { names, .. } => format!("set of {}", names.join(", ")),
        };
        if self.presence == Presence::MayBeMissing { text + ", or not known" } else { text }
    }
}
