//! The header: sixteen bytes in the clear, which relays read and change.

use super::{BROADCAST, HEADER_SIZE, HOP_MAX};
use crate::MeshError;
use crate::bytes::Reader;

const WANT_ACK: u8 = 1 << 3;
const VIA_MQTT: u8 = 1 << 4;
const HOP_START_SHIFT: u32 = 5;

/// What stands before the encrypted part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// A node, or [`BROADCAST`].
    pub to: u32,
    pub from: u32,
    /// Together with `from` and the key it makes the keystream: never the same again, not even after a reboot.
    pub id: u32,
    /// Hops that are left.
    pub hop_limit: u8,
    /// Hops at the start, so that a receiver knows how far it came.
    pub hop_start: u8,
    pub want_ack: bool,
    /// It came over the internet at some place. Ours never do.
    pub via_mqtt: bool,
    /// Which channel it may be: [`super::Channel::hash`].
    pub channel: u8,
    /// Last byte of the node that is to relay it; 0: any.
    pub next_hop: u8,
    /// Last byte of the node that sent it last; 0: unknown.
    pub relay_node: u8,
}

impl Header {
    /// A first transmission, which floods.
    pub const fn new(from: u32, to: u32, id: u32) -> Self {
        Self {
            to,
            from,
            id,
            hop_limit: super::HOP_DEFAULT,
            hop_start: super::HOP_DEFAULT,
            want_ack: false,
            via_mqtt: false,
            channel: 0,
            next_hop: 0,
            relay_node: hash_node(from),
        }
    }

    /// Reads the header of a packet; the rest is the encrypted part.
    ///
    /// # Errors
    /// When it is too short or too long, or its sender is none, as the firmware drops it.
    pub fn decode(packet: &[u8]) -> Result<(Self, &[u8]), MeshError> {
        if packet.len() > crate::PACKET_MAX {
            return Err(MeshError::TooLong { part: "packet", limit: crate::PACKET_MAX });
        }
        let mut reader = Reader::new(packet);
        let (to, from, id) = (reader.u32("to")?, reader.u32("from")?, reader.u32("id")?);
        let flags = reader.u8("flags")?;
        let header = Self {
            to,
            from,
            id,
            hop_limit: flags & HOP_MAX,
            hop_start: flags >> HOP_START_SHIFT,
            want_ack: flags & WANT_ACK != 0,
            via_mqtt: flags & VIA_MQTT != 0,
            channel: reader.u8("channel hash")?,
            next_hop: reader.u8("next hop")?,
            relay_node: reader.u8("relay node")?,
        };
        header.check_sender()?;
        Ok((header, reader.rest()))
    }

    /// # Errors
    /// When a hop count needs more than three bits, more hops are left than there were, or the sender is none.
    pub fn encode(&self) -> Result<[u8; HEADER_SIZE], MeshError> {
        self.check_sender()?;
        if self.hop_start > HOP_MAX {
            return Err(MeshError::Value { part: "hop start", value: self.hop_start.into() });
        }
        if self.hop_limit > self.hop_start {
            return Err(MeshError::Value { part: "hop limit", value: self.hop_limit.into() });
        }
        let mut flags = self.hop_limit | self.hop_start << HOP_START_SHIFT;
        flags |= if self.want_ack { WANT_ACK } else { 0 };
        flags |= if self.via_mqtt { VIA_MQTT } else { 0 };
        let mut bytes = [0; HEADER_SIZE];
        bytes[0..4].copy_from_slice(&self.to.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.from.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.id.to_le_bytes());
        bytes[12..].copy_from_slice(&[flags, self.channel, self.next_hop, self.relay_node]);
        Ok(bytes)
    }

    /// Hops that it made: `None` where the counts contradict each other, or an old sender gave none.
    pub const fn hops_made(&self) -> Option<u8> {
        if self.hop_start == 0 { None } else { self.hop_start.checked_sub(self.hop_limit) }
    }

    const fn check_sender(&self) -> Result<(), MeshError> {
        match self.from {
            0 | BROADCAST => Err(MeshError::Value { part: "sender", value: self.from }),
            _ => Ok(()),
        }
    }
}

/// The byte that stands for a node as next hop and relay: its last, but never 0, which means none.
pub const fn hash_node(node: u32) -> u8 {
    crate::relaying::last_byte(node)
}

/// A node as people write it: `!1234abcd`.
pub const fn node_name(node: u32) -> [u8; 9] {
    let mut name = *b"!00000000";
    let mut place = 0;
    while place < 8 {
        name[place + 1] = b"0123456789abcdef"[(node >> (28 - 4 * place) & 15) as usize];
        place += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            hop_limit: 2,
            hop_start: 3,
            want_ack: true,
            channel: 8,
            ..Header::new(0x1234_AB0C, BROADCAST, 7)
        }
    }

    #[test]
    fn sixteen_bytes() {
        let bytes = header().encode().unwrap();
        assert_eq!(bytes, [255, 255, 255, 255, 0x0C, 0xAB, 0x34, 0x12, 7, 0, 0, 0, 0x6A, 8, 0, 0x0C]);
        assert_eq!(Header::decode(&bytes), Ok((header(), [].as_slice())));
        assert_eq!(header().hops_made(), Some(1));
        assert_eq!(&node_name(0x1234_AB0C), b"!1234ab0c");
    }

    #[test]
    fn what_the_firmware_drops_is_refused() {
        let good = header().encode().unwrap();
        for length in 0..HEADER_SIZE {
            assert_eq!(Header::decode(&good[..length]).unwrap_err().code(), "mesh::truncated");
        }
        let mut nobody = good;
        nobody[4..8].fill(0);
        assert_eq!(Header::decode(&nobody).unwrap_err().code(), "mesh::value");
        assert_eq!(Header::decode(&[1; 256]).unwrap_err().code(), "mesh::too_long");
        assert_eq!(Header { hop_start: 8, ..header() }.encode().unwrap_err().code(), "mesh::value");
        assert_eq!(Header { hop_limit: 4, ..header() }.encode().unwrap_err().code(), "mesh::value");
        assert_eq!(Header { from: BROADCAST, ..header() }.encode().unwrap_err().code(), "mesh::value");
        assert_eq!(Header { hop_limit: 4, ..header() }.hops_made(), None);
    }
}
