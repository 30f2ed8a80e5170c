//! A frame's values, and what relays change in its bytes.

use super::HOP_MAX;
use crate::relaying::last_byte;
use crate::{MeshError, PACKET_MAX};

/// Places of the bytes that relays change.
pub(super) const HOPS: usize = 1;
pub(super) const RELAY: usize = 2;
pub(super) const NEXT_HOP: usize = 3;

/// Hops that a frame has left, and has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hops {
    pub left: u8,
    pub made: u8,
}

/// What a frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    pub from: u32,
    /// One node; otherwise everybody.
    pub to: Option<u32>,
    /// Together with `from` and the key it makes the keystream: never the same again, not even after a reboot.
    pub id: u32,
    pub hops: Hops,
    /// [`last_byte`] of the node that sent it last.
    pub relay: u8,
    /// [`last_byte`] of the node that is to relay it; 0: whoever its policy lets.
    pub next_hop: u8,
    pub want_ack: bool,
    /// Which of a kernel's messages it is.
    pub port: u8,
    /// The id of the frame that this answers or acknowledges.
    pub answers: Option<u32>,
    pub payload: &'a [u8],
}

impl Hops {
    pub(super) const fn decode(byte: u8) -> Self {
        Self { left: byte & 15, made: byte >> 4 }
    }

    pub(super) const fn encode(self) -> Result<u8, MeshError> {
        if self.left > HOP_MAX {
            return Err(MeshError::Value { part: "hops left", value: self.left as u32 });
        }
        if self.made > HOP_MAX {
            return Err(MeshError::Value { part: "hops made", value: self.made as u32 });
        }
        Ok(self.left | self.made << 4)
    }
}

/// Makes the bytes of a received frame those that a relay sends: a hop less is left, one more was made. It needs no key.
///
/// # Errors
/// When no hop is left, or these are no frame's bytes; nothing is changed then.
pub fn relay(frame: &mut [u8], node: u32, next_hop: u8) -> Result<(), MeshError> {
    if frame.len() > PACKET_MAX {
        return Err(MeshError::TooLong { part: "packet", limit: PACKET_MAX });
    }
    let smallest = super::frame_size(0, None, None);
    if frame.len() < smallest {
        return Err(MeshError::Truncated { part: "frame" });
    }
    let hops = Hops::decode(frame[HOPS]);
    if hops.left == 0 || hops.made == HOP_MAX {
        return Err(MeshError::Value { part: "hops left", value: hops.left.into() });
    }
    frame[HOPS] = Hops { left: hops.left - 1, made: hops.made + 1 }.encode()?;
    frame[RELAY] = last_byte(node);
    frame[NEXT_HOP] = next_hop;
    Ok(())
}
