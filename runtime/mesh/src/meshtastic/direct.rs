//! Direct messages: from node to node, under a secret that both make from their keys.
//!
//! The firmware sends a message to one node so where it knows that node's key, and on no channel: the channel hash is 0.

use super::{DATA_MAX, Data, HEADER_SIZE, Header};
use crate::MeshError;
use aes::Aes256;
use ccm::aead::{AeadInOut, KeyInit, Tag};
use ccm::consts::{U8, U13};
use ccm::{Ccm, Nonce};
use core::fmt;
use sha2::{Digest, Sha256};
use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};

type Cipher = Ccm<Aes256, U8, U13>;

const CODE_SIZE: usize = 8;
const NONCE_SIZE: usize = 4;

/// The public key of a private one; any 32 bytes are one.
pub fn public_key(private_key: &[u8; 32]) -> [u8; 32] {
    x25519(*private_key, X25519_BASEPOINT_BYTES)
}

/// What two nodes share.
#[derive(Clone, PartialEq, Eq)]
pub struct DirectKey([u8; 32]);

impl DirectKey {
    /// From this node's private key and the other's public one.
    ///
    /// # Errors
    /// When the other's is a weak one, whose secrets everybody knows.
    pub fn new(private_key: &[u8; 32], other: &[u8; 32]) -> Result<Self, MeshError> {
        let shared = x25519(*private_key, *other);
        if shared == [0; 32] {
            return Err(MeshError::Key { reason: "it is a weak key, whose secrets everybody knows" });
        }
        Ok(Self(Sha256::digest(shared).into()))
    }

    /// Writes a packet to the header's node, with its channel hash 0; gives its length.
    ///
    /// The nonce is random bits that make the keystream, beside sender and id.
    ///
    /// # Errors
    /// When the header or the data are none that a peer takes, or the buffer is too short.
    pub fn seal(
        &self,
        header: &Header,
        (data, nonce): (&Data<'_>, u32),
        packet: &mut [u8],
    ) -> Result<usize, MeshError> {
        data.check()?;
        check_receiver(header)?;
        if data.size() + CODE_SIZE + NONCE_SIZE > DATA_MAX {
            return Err(MeshError::TooLong { part: "message", limit: DATA_MAX - CODE_SIZE - NONCE_SIZE });
        }
        let room = packet.len();
        let (head, body) = packet.split_first_chunk_mut::<HEADER_SIZE>().ok_or(MeshError::Buffer { room })?;
        let length = data.encode(body)?;
        let (text, end) = body.split_at_mut(length);
        let (code, end) = end.split_first_chunk_mut::<CODE_SIZE>().ok_or(MeshError::Buffer { room })?;
        let (extra, _) = end.split_first_chunk_mut::<NONCE_SIZE>().ok_or(MeshError::Buffer { room })?;
        *head = Header { channel: 0, ..*header }.encode()?;
        *extra = nonce.to_le_bytes();
        let tag = self.cipher().encrypt_inout_detached(&full_nonce(header, nonce), &[], text.into());
        *code = tag.map_err(|_| MeshError::TooLong { part: "message", limit: DATA_MAX })?.into();
        Ok(HEADER_SIZE + length + CODE_SIZE + NONCE_SIZE)
    }

    /// Reads a packet of the other node; the deciphered bytes go to `plain`.
    ///
    /// # Errors
    /// When it is of a channel, of another node, or malformed.
    pub fn open<'plain>(
        &self,
        packet: &[u8],
        plain: &'plain mut [u8; DATA_MAX],
    ) -> Result<(Header, Data<'plain>), MeshError> {
        let (header, body) = Header::decode(packet)?;
        check_receiver(&header)?;
        if header.channel != 0 {
            return Err(MeshError::Value { part: "channel hash", value: header.channel.into() });
        }
        let (body, nonce) =
            body.split_last_chunk::<NONCE_SIZE>().ok_or(MeshError::Truncated { part: "nonce" })?;
        let (text, code) =
            body.split_last_chunk::<CODE_SIZE>().ok_or(MeshError::Truncated { part: "code" })?;
        let nonce = full_nonce(&header, u32::from_le_bytes(*nonce));
        let plain = &mut plain[..text.len()];
        plain.copy_from_slice(text);
        let tag = Tag::<Cipher>::from(*code);
        self.cipher()
            .decrypt_inout_detached(&nonce, &[], (&mut *plain).into(), &tag)
            .map_err(|_| MeshError::Authentication)?;
        let data = Data::decode(plain)?;
        data.check()?;
        Ok((header, data))
    }

    fn cipher(&self) -> Cipher {
        Cipher::new(&self.0.into())
    }
}

/// Without the key itself: logs are read by others.
impl fmt::Debug for DirectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DirectKey")
    }
}

const fn check_receiver(header: &Header) -> Result<(), MeshError> {
    match header.to {
        0 | super::BROADCAST => Err(MeshError::Value { part: "receiver", value: header.to }),
        _ => Ok(()),
    }
}

/// The packet's id, the random bits where ids of 64 bits would go on, and the sender.
fn full_nonce(header: &Header, extra: u32) -> Nonce<U13> {
    let mut nonce = [0; 13];
    nonce[..4].copy_from_slice(&header.id.to_le_bytes());
    nonce[4..8].copy_from_slice(&extra.to_le_bytes());
    nonce[8..12].copy_from_slice(&header.from.to_le_bytes());
    nonce.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHER: [u8; 32] = [
        0xDB, 0x18, 0xFC, 0x50, 0xEE, 0xA4, 0x7F, 0x00, 0x25, 0x1C, 0xB7, 0x84, 0x81, 0x9A, 0x3C, 0xF5, 0xFC,
        0x36, 0x18, 0x82, 0x59, 0x7F, 0x58, 0x9F, 0x0D, 0x7F, 0xF8, 0x20, 0xE8, 0x06, 0x44, 0x57,
    ];
    const PRIVATE: [u8; 32] = [
        0xA0, 0x03, 0x30, 0x63, 0x3E, 0x63, 0x52, 0x2F, 0x8A, 0x4D, 0x81, 0xEC, 0x6D, 0x9D, 0x1E, 0x66, 0x17,
        0xF6, 0xC8, 0xFF, 0xD3, 0xA4, 0xC6, 0x98, 0x22, 0x95, 0x37, 0xD4, 0x4E, 0x52, 0x22, 0x77,
    ];
    const PACKET: [u8; 38] = [
        0x8C, 0x64, 0x6D, 0x7A, 0x29, 0x09, 0x00, 0x00, 0x62, 0xD6, 0xB2, 0x13, 0x6B, 0x00, 0x00, 0x00, 0x40,
        0xDF, 0x24, 0xAB, 0xFC, 0xC3, 0x0A, 0x17, 0xA3, 0xD9, 0x04, 0x67, 0x26, 0x09, 0x9E, 0x79, 0x6A, 0x1C,
        0x03, 0x6A, 0x79, 0x2B,
    ];

    /// A packet off the air, with which the firmware tests itself (`test/test_crypto`).
    #[test]
    fn the_firmwares_packet() {
        let key = DirectKey::new(&PRIVATE, &OTHER).unwrap();
        let mut plain = [0; DATA_MAX];
        let (header, data) = key.open(&PACKET, &mut plain).unwrap();
        assert_eq!((header.from, header.id, header.to), (0x0929, 0x13B2_D662, 0x7A6D_648C));
        assert_eq!(data, Data { bitfield: Some(0), ..Data::new(1, b"test") });
        let mut packet = [0; 255];
        assert_eq!(key.seal(&header, (&data, 0x2B79_6A03), &mut packet), Ok(38));
        assert_eq!(packet[..38], PACKET);
    }

    #[test]
    fn what_was_changed_is_refused() {
        let key = DirectKey::new(&PRIVATE, &OTHER).unwrap();
        let mut plain = [0; DATA_MAX];
        // Id, sender, text, code and nonce count; receiver and what relays change do not.
        for place in [4, 8, 16, 25, 26, 33, 34, 37] {
            let mut packet = PACKET;
            packet[place] ^= 1;
            assert_eq!(key.open(&packet, &mut plain).unwrap_err(), MeshError::Authentication, "{place}");
        }
        for length in 0..PACKET.len() {
            assert!(key.open(&PACKET[..length], &mut plain).is_err());
        }
        let mut packet = [0; 255];
        let header = Header::new(1, super::super::BROADCAST, 2);
        let to_all = key.seal(&header, (&Data::new(256, b""), 3), &mut packet);
        assert_eq!(to_all.unwrap_err().code(), "mesh::value");
        assert_eq!(DirectKey::new(&PRIVATE, &[0; 32]).unwrap_err().code(), "mesh::key");
    }

    #[test]
    fn the_limit_is_the_last_that_fits() {
        let key = DirectKey::new(&PRIVATE, &public_key(&PRIVATE)).unwrap();
        let (mut packet, header) = ([0; 255], Header::new(1, 2, 3));
        let data = |payload| Data { bitfield: Some(0), ..Data::new(256, payload) };
        assert_eq!(key.seal(&header, (&data(&[1; 219]), 4), &mut packet), Ok(255));
        let over = key.seal(&header, (&data(&[1; 220]), 4), &mut packet);
        assert_eq!(over.unwrap_err().code(), "mesh::too_long");
        let short = key.seal(&header, (&data(&[1; 219]), 4), &mut packet[..254]);
        assert_eq!(short.unwrap_err().code(), "mesh::buffer");
    }
}
