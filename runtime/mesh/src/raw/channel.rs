//! A channel: a name and a key, with which frames are made and read.

use super::frame::{HOPS, Hops, NEXT_HOP, RELAY};
use super::{CODE_SIZE, Frame, HEAD_SIZE, NUMBER_SIZE, payload_limit};
use crate::bytes::{Reader, Writer};
use crate::{MeshError, PACKET_MAX};
use aes::Aes128;
use ccm::aead::{AeadInOut, KeyInit, Tag};
use ccm::consts::{U4, U13};
use ccm::{Ccm, Nonce};
use core::fmt;
use hmac::{Hmac, Mac};
use sha2::Sha256;

type Cipher = Ccm<Aes128, U4, U13>;

/// Says of what the key is made, so that no other protocol makes the same of one secret.
const PURPOSE: &[u8] = b"swarm raw frame 0 ";

mod flag {
    pub const VERSION: u8 = 3;
    pub const TO_ONE: u8 = 1 << 2;
    pub const WANT_ACK: u8 = 1 << 3;
    pub const ANSWERS: u8 = 1 << 4;
    pub const UNUSED: u8 = 7 << 5;
}

/// A channel of a deployment.
#[derive(Clone, PartialEq, Eq)]
pub struct Channel {
    key: [u8; 16],
    hash: u8,
}

impl Channel {
    /// By its name and secret. Key and hash are made of both, so that a secret may serve several channels, and Meshtastic's
    /// and MeshCore's beside.
    ///
    /// # Errors
    /// When the secret has neither 16 nor 32 bytes.
    pub fn new(name: &str, secret: &[u8]) -> Result<Self, MeshError> {
        if !matches!(secret.len(), 16 | 32) {
            return Err(MeshError::Key { reason: "a raw channel's secret has 16 or 32 bytes" });
        }
        let mut hash = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("any length is a key");
        hash.update(PURPOSE);
        hash.update(name.as_bytes());
        let made: [u8; 32] = hash.finalize().into_bytes().into();
        Ok(Self { key: core::array::from_fn(|place| made[place]), hash: made[16] })
    }

    /// Stands in a frame, so that a receiver knows which keys to try. Channels may share it.
    pub const fn hash(&self) -> u8 {
        self.hash
    }

    /// Writes a frame; gives its length.
    ///
    /// # Errors
    /// When the payload is too long, a hop count needs more than four bits, or the buffer is too short.
    pub fn seal(&self, frame: &Frame<'_>, packet: &mut [u8]) -> Result<usize, MeshError> {
        let limit = payload_limit(frame.to, frame.answers);
        if frame.payload.len() > limit {
            return Err(MeshError::TooLong { part: "payload", limit });
        }
        let flag = |has: bool, flag: u8| if has { flag } else { 0 };
        let flags = flag(frame.to.is_some(), flag::TO_ONE)
            | flag(frame.want_ack, flag::WANT_ACK)
            | flag(frame.answers.is_some(), flag::ANSWERS);
        let mut writer = Writer::new(packet);
        writer.put(&[flags, frame.hops.encode()?, frame.relay, frame.next_hop, self.hash])?;
        writer.put(&frame.from.to_le_bytes())?;
        writer.put(&frame.id.to_le_bytes())?;
        if let Some(number) = frame.to {
            writer.put(&number.to_le_bytes())?;
        }
        let head = writer.length();
        writer.put(&[frame.port])?;
        if let Some(number) = frame.answers {
            writer.put(&number.to_le_bytes())?;
        }
        writer.put(frame.payload)?;
        let end = writer.length();
        writer.put(&[0; CODE_SIZE])?;

        let authenticated = authenticated(&packet[..head]);
        let nonce = nonce(frame.from, frame.id);
        let (text, code) = packet[head..end + CODE_SIZE].split_at_mut(end - head);
        let tag = self.cipher().encrypt_inout_detached(&nonce, &authenticated[..head], text.into());
        code.copy_from_slice(&tag.map_err(|_| MeshError::TooLong { part: "payload", limit })?);
        Ok(end + CODE_SIZE)
    }

    /// Reads a frame of this channel; the deciphered bytes go to `plain`.
    ///
    /// # Errors
    /// When it is of another channel or version, was changed, or is malformed.
    pub fn open<'plain>(
        &self,
        packet: &[u8],
        plain: &'plain mut [u8; PACKET_MAX],
    ) -> Result<Frame<'plain>, MeshError> {
        if packet.len() > PACKET_MAX {
            return Err(MeshError::TooLong { part: "packet", limit: PACKET_MAX });
        }
        let mut reader = Reader::new(packet);
        let flags = reader.u8("flags")?;
        if flags & (flag::VERSION | flag::UNUSED) != 0 {
            return Err(MeshError::Value { part: "frame version", value: flags.into() });
        }
        let hops = Hops::decode(reader.u8("hops")?);
        let (relay, next_hop) = (reader.u8("relay")?, reader.u8("next hop")?);
        let hash = reader.u8("channel hash")?;
        if hash != self.hash {
            return Err(MeshError::Value { part: "channel hash", value: hash.into() });
        }
        let (from, id) = (reader.u32("sender")?, reader.u32("id")?);
        let to = if flags & flag::TO_ONE == 0 { None } else { Some(reader.u32("receiver")?) };
        let head = packet.len() - reader.rest().len();
        let (text, code) =
            reader.rest().split_last_chunk::<CODE_SIZE>().ok_or(MeshError::Truncated { part: "code" })?;
        let plain = &mut plain[..text.len()];
        plain.copy_from_slice(text);
        let (authenticated, tag) = (authenticated(&packet[..head]), Tag::<Cipher>::from(*code));
        self.cipher()
            .decrypt_inout_detached(&nonce(from, id), &authenticated[..head], (&mut *plain).into(), &tag)
            .map_err(|_| MeshError::Authentication)?;
        let mut reader = Reader::new(plain);
        let port = reader.u8("port")?;
        let answers = if flags & flag::ANSWERS == 0 { None } else { Some(reader.u32("answered id")?) };
        let want_ack = flags & flag::WANT_ACK != 0;
        Ok(Frame { from, to, id, hops, relay, next_hop, want_ack, port, answers, payload: reader.rest() })
    }

    fn cipher(&self) -> Cipher {
        Cipher::new(&self.key.into())
    }
}

/// Without the key itself: logs are read by others.
impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// Sender and id; the rest is zero.
fn nonce(from: u32, id: u32) -> Nonce<U13> {
    let mut nonce = [0; 13];
    nonce[..4].copy_from_slice(&from.to_le_bytes());
    nonce[4..8].copy_from_slice(&id.to_le_bytes());
    nonce.into()
}

/// The bytes before the encrypted part, with zeros for what relays change; as many count as there are.
fn authenticated(head: &[u8]) -> [u8; HEAD_MAX] {
    let mut bytes = [0; HEAD_MAX];
    bytes[..head.len()].copy_from_slice(head);
    for place in [HOPS, RELAY, NEXT_HOP] {
        bytes[place] = 0;
    }
    bytes
}

/// Bytes before the encrypted part of a frame to one node.
const HEAD_MAX: usize = HEAD_SIZE + NUMBER_SIZE;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::{frame_size, relay};

    const FRAME: Frame<'static> = Frame {
        from: 0x0102_0304,
        to: None,
        id: 7,
        hops: Hops { left: 3, made: 0 },
        relay: 4,
        next_hop: 0,
        want_ack: false,
        port: 1,
        answers: None,
        payload: b"swarm",
    };

    fn channel() -> Channel {
        Channel::new("garden", &[9; 16]).unwrap()
    }

    #[test]
    fn full_frames_are_a_full_packet() {
        let (mut packet, mut plain) = ([0; PACKET_MAX], [0; PACKET_MAX]);
        for (to, answers, limit) in
            [(None, None, 237), (Some(1), None, 233), (None, Some(2), 233), (Some(1), Some(2), 229)]
        {
            let bytes = [5; 238];
            let frame = Frame { to, answers, payload: &bytes[..limit], ..FRAME };
            assert_eq!((payload_limit(to, answers), frame_size(limit, to, answers)), (limit, PACKET_MAX));
            assert_eq!(channel().seal(&frame, &mut packet), Ok(PACKET_MAX));
            assert_eq!(channel().open(&packet, &mut plain), Ok(frame));
            let over = Frame { payload: &bytes[..=limit], ..frame };
            assert_eq!(channel().seal(&over, &mut packet).unwrap_err().code(), "mesh::too_long");
        }
    }

    #[test]
    fn relays_change_three_bytes_and_nothing_else() {
        let (mut packet, mut plain) = ([0; PACKET_MAX], [0; PACKET_MAX]);
        let length = channel().seal(&FRAME, &mut packet).unwrap();
        let packet = &mut packet[..length];
        for place in 0..length {
            packet[place] ^= 0x80;
            let opened = channel().open(packet, &mut plain);
            assert_eq!(opened.is_ok(), (HOPS..=NEXT_HOP).contains(&place), "{place}");
            packet[place] ^= 0x80;
        }
        for made in 1..=3 {
            relay(packet, 0x55AA, 9).unwrap();
            let frame = channel().open(packet, &mut plain).unwrap();
            assert_eq!(
                frame,
                Frame { hops: Hops { left: 3 - made, made }, relay: 0xAA, next_hop: 9, ..FRAME }
            );
        }
        let mut last = [0; PACKET_MAX];
        last[..length].copy_from_slice(packet);
        assert_eq!(relay(packet, 1, 0).unwrap_err().code(), "mesh::value");
        assert_eq!(packet, &last[..length]);
    }

    #[test]
    fn other_channels_and_versions_are_refused() {
        let (mut packet, mut plain) = ([0; PACKET_MAX], [0; PACKET_MAX]);
        let length = channel().seal(&FRAME, &mut packet).unwrap();
        for other in [
            Channel::new("gardens", &[9; 16]),
            Channel::new("garden", &[8; 16]),
            Channel::new("garden", &[9; 32]),
        ] {
            let other = other.unwrap();
            assert_ne!(other.hash(), channel().hash());
            assert_eq!(other.open(&packet[..length], &mut plain).unwrap_err().code(), "mesh::value");
            // Were the hash the same, the key is not.
            let alike = Channel { hash: channel().hash(), ..other };
            assert_eq!(alike.open(&packet[..length], &mut plain), Err(MeshError::Authentication));
        }
        packet[0] |= 1;
        assert_eq!(channel().open(&packet[..length], &mut plain).unwrap_err().code(), "mesh::value");
        assert_eq!(Channel::new("garden", &[9; 8]).unwrap_err().code(), "mesh::key");
        let far = Frame { hops: Hops { left: 16, made: 0 }, ..FRAME };
        assert_eq!(channel().seal(&far, &mut packet).unwrap_err().code(), "mesh::value");
        assert_eq!(channel().seal(&FRAME, &mut packet[..22]).unwrap_err().code(), "mesh::buffer");
        for length in 0..length {
            assert!(channel().open(&packet[..length], &mut plain).is_err());
            assert!(length >= 18 || relay(&mut packet[..length], 1, 0).is_err());
        }
    }
}
