//! The packet around a payload: how it travels.

use super::{HOPS_MAX, PATH_MAX, PAYLOAD_MAX, PayloadType};
use crate::bytes::{Reader, Writer};
use crate::{MeshError, PACKET_MAX};
use sha2::{Digest, Sha256};

/// How a packet travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Everywhere; relays append themselves to the path.
    Flood,
    /// Along the path; relays take themselves off it.
    Direct,
}

/// Relays, each by the first bytes of its public key: one to three, the same for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path<'a> {
    hash_size: u8,
    bytes: &'a [u8],
}

impl<'a> Path<'a> {
    /// To neighbours, or the start of a flood.
    pub const EMPTY: Self = Self { hash_size: 1, bytes: &[] };

    /// # Errors
    /// When the bytes are no whole number of relays of one to three bytes, or too many.
    pub const fn new(hash_size: u8, bytes: &'a [u8]) -> Result<Self, MeshError> {
        if hash_size == 0 || hash_size > 3 {
            return Err(MeshError::Value { part: "path hash size", value: hash_size as u32 });
        }
        if bytes.len() > PATH_MAX {
            return Err(MeshError::TooLong { part: "path", limit: PATH_MAX });
        }
        if !bytes.len().is_multiple_of(hash_size as usize) {
            return Err(MeshError::Truncated { part: "path" });
        }
        if bytes.len() / hash_size as usize > HOPS_MAX {
            return Err(MeshError::TooLong { part: "path", limit: HOPS_MAX });
        }
        Ok(Self { hash_size, bytes })
    }

    /// Bytes of each relay.
    pub const fn hash_size(self) -> u8 {
        self.hash_size
    }

    /// Relays.
    pub const fn hops(self) -> usize {
        self.bytes.len() / self.hash_size as usize
    }

    pub const fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    const fn length_byte(self) -> u8 {
        (self.hash_size - 1) << 6 | self.hops() as u8
    }
}

/// A packet of version 1, the only one there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    pub route: Route,
    /// Codes of the regions in which it is to travel: `Scope::code`, and 0.
    pub transport_codes: Option<[u16; 2]>,
    pub kind: PayloadType,
    pub path: Path<'a>,
    pub payload: &'a [u8],
}

impl<'a> Packet<'a> {
    /// A flood from here, through all regions.
    pub const fn flood(kind: PayloadType, payload: &'a [u8]) -> Self {
        Self { route: Route::Flood, transport_codes: None, kind, path: Path::EMPTY, payload }
    }

    /// Along a path, or to neighbours where it is empty.
    pub const fn direct(kind: PayloadType, path: Path<'a>, payload: &'a [u8]) -> Self {
        Self { route: Route::Direct, transport_codes: None, kind, path, payload }
    }

    /// # Errors
    /// When it is malformed, of a later version, or longer than the firmware takes.
    pub fn decode(packet: &'a [u8]) -> Result<Self, MeshError> {
        if packet.len() > PACKET_MAX {
            return Err(MeshError::TooLong { part: "packet", limit: PACKET_MAX });
        }
        let mut reader = Reader::new(packet);
        let header = reader.u8("header")?;
        if header >> 6 != 0 {
            return Err(MeshError::Value { part: "payload version", value: u32::from(header >> 6) });
        }
        let route = if matches!(header & 3, 0 | 1) { Route::Flood } else { Route::Direct };
        let transport_codes = match header & 3 {
            0 | 3 => Some([reader.u16("transport codes")?, reader.u16("transport codes")?]),
            _ => None,
        };
        let kind = PayloadType::of(header >> 2 & 15)?;
        let length = reader.u8("path length")?;
        let hash_size = (length >> 6) + 1;
        let path =
            Path::new(hash_size, reader.take(usize::from(length & 63) * usize::from(hash_size), "path")?)?;
        let payload = reader.rest();
        check_payload(payload)?;
        Ok(Self { route, transport_codes, kind, path, payload })
    }

    /// Writes it; gives its length.
    ///
    /// # Errors
    /// When the payload is empty or too long, or the buffer too short.
    pub fn encode(&self, buffer: &mut [u8]) -> Result<usize, MeshError> {
        check_payload(self.payload)?;
        let route = match (self.route, self.transport_codes) {
            (Route::Flood, Some(_)) => 0,
            (Route::Flood, None) => 1,
            (Route::Direct, None) => 2,
            (Route::Direct, Some(_)) => 3,
        };
        let mut writer = Writer::new(buffer);
        writer.put(&[route | (self.kind as u8) << 2])?;
        for code in self.transport_codes.iter().flatten() {
            writer.put(&code.to_le_bytes())?;
        }
        writer.put(&[self.path.length_byte()])?;
        writer.put(self.path.bytes)?;
        writer.put(self.payload)?;
        Ok(writer.length())
    }

    /// Bytes that [`Packet::encode`] writes. A flood grows by a hash at each relay.
    pub const fn size(&self) -> usize {
        let codes = if self.transport_codes.is_some() { 4 } else { 0 };
        2 + codes + self.path.bytes.len() + self.payload.len()
    }

    /// By which nodes know that they had it before, whatever way it came.
    pub fn hash(&self) -> [u8; 8] {
        let mut hash = Sha256::new_with_prefix([self.kind as u8]);
        if self.kind == PayloadType::Trace {
            // It may come back along a node that it passed before; the firmware keeps the length in 16 bits.
            hash.update(u16::from(self.path.length_byte()).to_le_bytes());
        }
        hash.update(self.payload);
        let whole: [u8; 32] = hash.finalize().into();
        core::array::from_fn(|place| whole[place])
    }
}

const fn check_payload(payload: &[u8]) -> Result<(), MeshError> {
    match payload.len() {
        0 => Err(MeshError::Truncated { part: "payload" }),
        1..=PAYLOAD_MAX => Ok(()),
        _ => Err(MeshError::TooLong { part: "payload", limit: PAYLOAD_MAX }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_two_bytes_and_its_payload() {
        let packet = Packet::flood(PayloadType::GroupData, b"abc");
        let mut buffer = [0; 8];
        assert_eq!(packet.encode(&mut buffer), Ok(5));
        assert_eq!(buffer, [0x19, 0, b'a', b'b', b'c', 0, 0, 0]);
        assert_eq!(Packet::decode(&buffer[..5]), Ok(packet));
        assert_eq!(packet.encode(&mut buffer[..4]).unwrap_err().code(), "mesh::buffer");
    }

    /// Examples of `docs/packet_format.md`.
    #[test]
    fn path_lengths() {
        for (byte, hash_size, hops) in [(0x00, 1, 0), (0x05, 1, 5), (0x45, 2, 5), (0x8A, 3, 10)] {
            let bytes = [7; 64];
            let path = Path::new(hash_size, &bytes[..usize::from(hash_size) * hops]).unwrap();
            assert_eq!((path.length_byte(), path.hops()), (byte, hops));
        }
    }

    #[test]
    fn malformed_packets_are_refused() {
        for (bytes, code) in [
            (&[][..], "mesh::truncated"),
            (&[0x19], "mesh::truncated"),
            (&[0x19, 0], "mesh::truncated"),
            (&[0x19, 2, 1], "mesh::truncated"),
            (&[0x18, 1, 2, 3], "mesh::truncated"),
            // A later version; a reserved type; a reserved hash size.
            (&[0x59, 0, 1], "mesh::value"),
            (&[0x31, 0, 1], "mesh::value"),
            (&[0x19, 0xC1, 1, 2, 3, 4, 5], "mesh::value"),
            (&[0x1A; 256], "mesh::too_long"),
        ] {
            assert_eq!(Packet::decode(bytes).unwrap_err().code(), code, "{bytes:?}");
        }
        let mut far = [1; 80];
        far[..2].copy_from_slice(&[0x19, 0x61]);
        assert_eq!(Packet::decode(&far).unwrap_err().code(), "mesh::too_long");
        let mut long = [1; 187];
        long[..2].copy_from_slice(&[0x19, 0]);
        assert_eq!(Packet::decode(&long).unwrap_err().code(), "mesh::too_long");
        assert_eq!(Packet::decode(&long[..186]).unwrap().payload.len(), 184);
    }
}
