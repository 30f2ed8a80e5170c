//! Why bytes are no packet, or no packet can be made.

use core::fmt;

/// Each has a stable code ([`MeshError::code`]) and a next step ([`MeshError::help`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeshError {
    /// The bytes end within this part.
    Truncated { part: &'static str },
    /// This part has more than its limit, in bytes or in its unit.
    TooLong { part: &'static str, limit: usize },
    /// The caller's buffer ends before the result does.
    Buffer { room: usize },
    /// This part has a value that its format does not have, or has reserved.
    Value { part: &'static str, value: u32 },
    /// A varint is longer than ten bytes, or its value does not fit its field.
    Varint,
    /// The authentication code is another than the key's.
    Authentication,
    /// The signature is not of this key and these bytes.
    Signature,
    /// These bytes are no usable key.
    Key { reason: &'static str },
}

impl MeshError {
    /// Stable, for programs and for the manual.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Truncated { .. } => "mesh::truncated",
            Self::TooLong { .. } => "mesh::too_long",
            Self::Buffer { .. } => "mesh::buffer",
            Self::Value { .. } => "mesh::value",
            Self::Varint => "mesh::varint",
            Self::Authentication => "mesh::authentication",
            Self::Signature => "mesh::signature",
            Self::Key { .. } => "mesh::key",
        }
    }

    /// What to do about it.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Truncated { .. } | Self::Varint => {
                "drop the packet: it was damaged, or is of another protocol"
            }
            Self::TooLong { .. } => "send less in one packet, or drop the one received",
            Self::Buffer { .. } => "give a buffer of 255 bytes: no packet is longer",
            Self::Value { .. } => "use a value that PROTOCOLS.md lists, or drop the packet received",
            Self::Authentication => "look whether both nodes have the same key; otherwise drop the packet",
            Self::Signature => "drop the packet: somebody else made it, or it was damaged",
            Self::Key { .. } => "give the key as its protocol's own tools print it",
        }
    }
}

impl fmt::Display for MeshError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { part } => write!(f, "the bytes end within the {part}"),
            Self::TooLong { part, limit } => write!(f, "the {part} is longer than its limit of {limit}"),
            Self::Buffer { room } => write!(f, "the result needs more than the {room} bytes of its buffer"),
            Self::Value { part, value } => write!(f, "the {part} has no value {value}"),
            Self::Varint => f.write_str("a variable-length integer is longer than its field can hold"),
            Self::Authentication => f.write_str("the authentication code is not of this key"),
            Self::Signature => f.write_str("the signature is not of this key and these bytes"),
            Self::Key { reason } => write!(f, "the key cannot be used: {reason}"),
        }
    }
}

impl core::error::Error for MeshError {}
