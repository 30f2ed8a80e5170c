//! What a payload is, and how much of a kernel's bytes each can carry.

use super::{ADVERT_DATA_MAX, PAYLOAD_MAX};
use crate::MeshError;

/// The types of version 1, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PayloadType {
    Request = 0,
    Response = 1,
    Text = 2,
    Acknowledgement = 3,
    Advert = 4,
    GroupText = 5,
    GroupData = 6,
    AnonymousRequest = 7,
    Path = 8,
    Trace = 9,
    Multipart = 10,
    Control = 11,
    /// Bytes as they are, from a neighbour or along a given path: nobody takes a flood of them.
    RawCustom = 15,
}

impl PayloadType {
    pub const ALL: [Self; 13] = [
        Self::Request,
        Self::Response,
        Self::Text,
        Self::Acknowledgement,
        Self::Advert,
        Self::GroupText,
        Self::GroupData,
        Self::AnonymousRequest,
        Self::Path,
        Self::Trace,
        Self::Multipart,
        Self::Control,
        Self::RawCustom,
    ];

    /// # Errors
    /// At reserved numbers, which the firmware does not relay.
    pub fn of(number: u8) -> Result<Self, MeshError> {
        let found = Self::ALL.into_iter().find(|known| *known as u8 == number);
        found.ok_or(MeshError::Value { part: "payload type", value: number.into() })
    }

    /// Most bytes that its sender may hand over, as the firmware's own senders limit them; what is encrypted counts before
    /// encryption, from its first byte on (a time stamp, or a data type). The limits are a little below what 184 bytes
    /// could hold.
    pub const fn content_limit(self) -> usize {
        match self {
            Self::Request | Self::Response | Self::Text => 167,
            Self::GroupText | Self::GroupData => 168,
            Self::AnonymousRequest => 136,
            // The path that is returned, what is bundled with it, and five bytes of the firmware's margin.
            Self::Path => 161,
            Self::Acknowledgement => 6,
            Self::Advert => ADVERT_DATA_MAX,
            Self::Trace | Self::Multipart | Self::Control | Self::RawCustom => PAYLOAD_MAX,
        }
    }
}
