//! Beacons: what is declared, before anything is packed.

use crate::{Field, structures};

/// A beacon as its author declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beacon {
    pub name: String,
    pub identity: Identity,
    /// What a receiver knows the layout by; without one it comes from the layout itself.
    pub layout_id: Option<u8>,
    pub fields: Vec<Field>,
    /// Where the beacon may be put: what the board can do and the author allows. The plan takes the place with the
    /// fewest adverts in the rotation, then the fewest bytes, then plain bit fields, then the first of this list.
    pub places: Vec<Places>,
    pub connectability: Connectability,
    /// The flags structure at the begin of each advert; without one there is none.
    pub flags: Option<u8>,
    /// The device's name, for people who look at a list of devices.
    pub local_name: Option<String>,
    /// Time between two adverts.
    pub interval_ms: u32,
    /// Without one, everything has to be in one advert.
    pub rotation: Option<Rotation>,
}

/// Who the beacon's data belongs to: how a receiver finds it among all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Manufacturer specific data; 0xFFFF is for tests.
    Company(u16),
    /// Service data, by a UUID of 16, 32 or 128 bits.
    Service16(u16),
    Service32(u32),
    /// As people write it: the first digit is the highest.
    Service128(u128),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    /// An advert of 31 bytes, which everything receives.
    Legacy,
    /// The same, and 31 bytes more that a receiver asks for.
    LegacyAndScanResponse,
    /// An advert of as many bytes as the board has room for, which receivers from Bluetooth 5 on see.
    Extended { bytes: u16 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connectability {
    Connectable,
    /// Answers a scan request, accepts no connection.
    Scannable,
    Neither,
}

/// Several adverts that take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// How long each of them is on air before the next.
    pub dwell_ms: u32,
    /// More are not accepted.
    pub maximum_steps: u8,
}

impl Beacon {
    /// A connectable beacon with the usual flags, in legacy adverts, one a second.
    pub fn new(name: impl Into<String>, identity: Identity, fields: Vec<Field>) -> Self {
        Self {
            name: name.into(),
            identity,
            layout_id: None,
            fields,
            places: vec![Places::Legacy],
            connectability: Connectability::Connectable,
            flags: Some(structures::FLAGS_LE_ONLY),
            local_name: None,
            interval_ms: 1000,
            rotation: None,
        }
    }
}

impl Identity {
    /// The type of the structure that the data goes into (Assigned Numbers, 2.3).
    pub fn structure(self) -> u8 {
        match self {
            Self::Company(_) => structures::TYPE_MANUFACTURER_DATA,
            Self::Service16(_) => structures::TYPE_SERVICE_DATA_16,
            Self::Service32(_) => structures::TYPE_SERVICE_DATA_32,
            Self::Service128(_) => structures::TYPE_SERVICE_DATA_128,
        }
    }

    /// The bytes that stand before the data in that structure.
    pub fn bytes(self) -> Vec<u8> {
        match self {
            Self::Company(id) | Self::Service16(id) => id.to_le_bytes().to_vec(),
            Self::Service32(id) => id.to_le_bytes().to_vec(),
            Self::Service128(id) => id.to_le_bytes().to_vec(),
        }
    }
}

impl Places {
    /// Bytes that an advert has.
    pub fn advert_bytes(self) -> usize {
        match self {
            Self::Legacy | Self::LegacyAndScanResponse => structures::LEGACY_BYTES,
            Self::Extended { bytes } => usize::from(bytes),
        }
    }
}
