//! `Data`: the message within a packet, protobuf as `mesh.proto` has it.

use super::{DATA_MAX, PAYLOAD_MAX, PUBLIC_KEY_OVERHEAD};
use crate::MeshError;
use crate::wire::{Encoder, Fields, bytes_size, fixed32_size, key_size, varint_size};

const SIGNATURE_MAX: usize = 64;

mod field {
    pub const PORTNUM: u32 = 1;
    pub const PAYLOAD: u32 = 2;
    pub const WANT_RESPONSE: u32 = 3;
    pub const DEST: u32 = 4;
    pub const SOURCE: u32 = 5;
    pub const REQUEST_ID: u32 = 6;
    pub const REPLY_ID: u32 = 7;
    pub const EMOJI: u32 = 8;
    pub const BITFIELD: u32 = 9;
    pub const SIGNATURE: u32 = 10;
}

/// How a packet is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// By a channel's key, or not at all.
    Channel,
    /// By the receiver's public key, as the firmware does with direct messages between nodes that have keys.
    PublicKey,
}

/// A message. Zero, false and empty are the same as absent, except for the bit field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Data<'a> {
    /// The application: [`super::PRIVATE_PORTS`] are free to use.
    pub portnum: u32,
    pub payload: &'a [u8],
    pub want_response: bool,
    pub dest: u32,
    pub source: u32,
    /// The packet that this answers or acknowledges.
    pub request_id: u32,
    pub reply_id: u32,
    pub emoji: u32,
    /// Bit 0: may go over MQTT, bit 1: wants a response. Firmware since 2.5 always sends it, and takes a packet without
    /// it and without hops for one of a very old node.
    pub bitfield: Option<u8>,
    /// Of a broadcast; made and checked by nobody here.
    pub signature: &'a [u8],
}

impl<'a> Data<'a> {
    pub const fn new(portnum: u32, payload: &'a [u8]) -> Self {
        Self {
            portnum,
            payload,
            want_response: false,
            dest: 0,
            source: 0,
            request_id: 0,
            reply_id: 0,
            emoji: 0,
            bitfield: None,
            signature: &[],
        }
    }

    /// Reads a message as the firmware does: a field beyond its limit refuses the whole.
    ///
    /// # Errors
    /// When it is malformed or beyond a limit.
    pub fn decode(message: &'a [u8]) -> Result<Self, MeshError> {
        let mut data = Self::default();
        for field in Fields::new(message) {
            let field = field?;
            match field.number {
                field::PORTNUM => data.portnum = field.as_u32()?.unwrap_or(data.portnum),
                field::PAYLOAD => {
                    data.payload = field.as_bytes(PAYLOAD_MAX, "payload")?.unwrap_or(data.payload);
                }
                field::WANT_RESPONSE => data.want_response = field.as_bool().unwrap_or(data.want_response),
                field::DEST => data.dest = field.as_fixed32().unwrap_or(data.dest),
                field::SOURCE => data.source = field.as_fixed32().unwrap_or(data.source),
                field::REQUEST_ID => data.request_id = field.as_fixed32().unwrap_or(data.request_id),
                field::REPLY_ID => data.reply_id = field.as_fixed32().unwrap_or(data.reply_id),
                field::EMOJI => data.emoji = field.as_fixed32().unwrap_or(data.emoji),
                field::BITFIELD => {
                    if let Some(value) = field.as_u32()? {
                        let byte =
                            u8::try_from(value).map_err(|_| MeshError::Value { part: "bit field", value })?;
                        data.bitfield = Some(byte);
                    }
                }
                field::SIGNATURE => {
                    data.signature = field.as_bytes(SIGNATURE_MAX, "signature")?.unwrap_or(data.signature);
                }
                _ => {}
            }
        }
        Ok(data)
    }

    /// Writes it, fields in ascending order and absent where they have their default; gives its length.
    ///
    /// # Errors
    /// When it is longer than a packet allows, a field is beyond its limit, or the buffer is too short.
    pub fn encode(&self, buffer: &mut [u8]) -> Result<usize, MeshError> {
        if self.payload.len() > PAYLOAD_MAX {
            return Err(MeshError::TooLong { part: "payload", limit: PAYLOAD_MAX });
        }
        if self.signature.len() > SIGNATURE_MAX {
            return Err(MeshError::TooLong { part: "signature", limit: SIGNATURE_MAX });
        }
        if self.size() > DATA_MAX {
            return Err(MeshError::TooLong { part: "message", limit: DATA_MAX });
        }
        let mut encoder = Encoder::new(buffer);
        if self.portnum != 0 {
            encoder.varint(field::PORTNUM, self.portnum.into())?;
        }
        if !self.payload.is_empty() {
            encoder.bytes(field::PAYLOAD, self.payload)?;
        }
        if self.want_response {
            encoder.varint(field::WANT_RESPONSE, 1)?;
        }
        for (number, value) in self.fixed_fields() {
            if value != 0 {
                encoder.fixed32(number, value)?;
            }
        }
        if let Some(bits) = self.bitfield {
            encoder.varint(field::BITFIELD, bits.into())?;
        }
        if !self.signature.is_empty() {
            encoder.bytes(field::SIGNATURE, self.signature)?;
        }
        Ok(encoder.length())
    }

    /// Bytes that [`Data::encode`] writes.
    pub fn size(&self) -> usize {
        let payload =
            if self.payload.is_empty() { 0 } else { bytes_size(field::PAYLOAD, self.payload.len()) };
        self.size_beside_payload() + payload
    }

    /// Most bytes of payload that still fit beside its other fields: 231 on a private port with the bit field.
    pub fn payload_limit(&self, encryption: Encryption) -> usize {
        let overhead = if encryption == Encryption::PublicKey { PUBLIC_KEY_OVERHEAD } else { 0 };
        let left = DATA_MAX - overhead - self.size_beside_payload().min(DATA_MAX - overhead);
        (0..=PAYLOAD_MAX.min(left))
            .rev()
            .find(|&length| bytes_size(field::PAYLOAD, length) <= left)
            .unwrap_or(0)
    }

    /// What the firmware asks of a message before it believes its key.
    pub(super) const fn check(&self) -> Result<(), MeshError> {
        if self.portnum == 0 { Err(MeshError::Value { part: "port", value: 0 }) } else { Ok(()) }
    }

    fn size_beside_payload(&self) -> usize {
        let portnum =
            if self.portnum == 0 { 0 } else { key_size(field::PORTNUM) + varint_size(self.portnum.into()) };
        let want_response = if self.want_response { key_size(field::WANT_RESPONSE) + 1 } else { 0 };
        let fixed: usize = self
            .fixed_fields()
            .iter()
            .filter(|(_, value)| *value != 0)
            .map(|(number, _)| fixed32_size(*number))
            .sum();
        let bitfield = self.bitfield.map_or(0, |bits| key_size(field::BITFIELD) + varint_size(bits.into()));
        let signature =
            if self.signature.is_empty() { 0 } else { bytes_size(field::SIGNATURE, self.signature.len()) };
        portnum + want_response + fixed + bitfield + signature
    }

    const fn fixed_fields(&self) -> [(u32, u32); 5] {
        [
            (field::DEST, self.dest),
            (field::SOURCE, self.source),
            (field::REQUEST_ID, self.request_id),
            (field::REPLY_ID, self.reply_id),
            (field::EMOJI, self.emoji),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIVATE: Data<'static> = Data { bitfield: Some(0), ..Data::new(256, &[]) };

    /// The limits that people know, here computed.
    #[test]
    fn limits_of_a_payload() {
        assert_eq!(PRIVATE.payload_limit(Encryption::Channel), 231);
        assert_eq!(Data { request_id: 7, ..PRIVATE }.payload_limit(Encryption::Channel), 226);
        assert_eq!(PRIVATE.payload_limit(Encryption::PublicKey), 219);
        assert_eq!(Data::new(1, &[]).payload_limit(Encryption::Channel), 233);
        let crowded = Data { signature: &[1; 64], dest: 1, source: 1, request_id: 1, ..PRIVATE };
        assert_eq!(crowded.payload_limit(Encryption::Channel), 231 - 66 - 15);
    }

    #[test]
    fn the_limit_is_the_last_that_fits() {
        let payload = [7; 300];
        let mut buffer = [0; 300];
        for (data, limit) in
            [(PRIVATE, 231), (Data { request_id: 7, ..PRIVATE }, 226), (Data::new(1, &[]), 233)]
        {
            let full = Data { payload: &payload[..limit], ..data };
            let length = full.encode(&mut buffer).unwrap();
            assert_eq!((length, Data::decode(&buffer[..length])), (full.size(), Ok(full)));
            let over = Data { payload: &payload[..=limit], ..data };
            assert_eq!(over.encode(&mut buffer).unwrap_err().code(), "mesh::too_long");
        }
    }

    #[test]
    fn limits_hold_when_reading() {
        let mut long = [0; 260];
        long[..3].copy_from_slice(&[0x12, 234, 1]);
        assert_eq!(Data::decode(&long[..237]).unwrap_err().code(), "mesh::too_long");
        assert_eq!(Data::decode(&[0x48, 0x80, 0x02]).unwrap_err().code(), "mesh::value");
        assert_eq!(Data::decode(&[0x12, 5, 1]).unwrap_err().code(), "mesh::truncated");
        assert_eq!(Data::decode(&[0x0B]).unwrap_err().code(), "mesh::value");
        assert_eq!(
            Data::decode(&[0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]).unwrap_err().code(),
            "mesh::varint"
        );
    }
}
