//! A channel: a name and a key, with which packets are made and read.

use super::{DATA_MAX, Data, HEADER_SIZE, Header, Key};
use crate::MeshError;

/// A channel of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    key: Key,
    hash: u8,
}

impl Channel {
    /// By its name; where it has none, its preset's name ([`crate::preset`]), or `Custom` without a preset.
    pub fn new(name: &str, key: Key) -> Self {
        let hash = name.bytes().chain(key.bytes().iter().copied()).fold(0, |hash, byte| hash ^ byte);
        Self { key, hash }
    }

    /// Stands in the header, so that a receiver knows which keys to try. Channels may share it.
    pub const fn hash(&self) -> u8 {
        self.hash
    }

    /// Writes a packet with this channel's hash, whatever the header has there; gives its length.
    ///
    /// # Errors
    /// When the header or the data are none that a peer takes, or the buffer is too short.
    pub fn seal(&self, header: &Header, data: &Data<'_>, packet: &mut [u8]) -> Result<usize, MeshError> {
        data.check()?;
        let room = packet.len();
        let (head, body) = packet.split_first_chunk_mut::<HEADER_SIZE>().ok_or(MeshError::Buffer { room })?;
        let length = data.encode(body)?;
        *head = Header { channel: self.hash, ..*header }.encode()?;
        self.key.apply(header.from, header.id, &mut body[..length]);
        Ok(HEADER_SIZE + length)
    }

    /// Reads a packet of this channel; the deciphered bytes go to `plain`.
    ///
    /// Nothing authenticates a packet: a wrong key gives an error only because noise is hardly ever a message. Its bytes
    /// are to be trusted as little as those of any sender who knows the key.
    ///
    /// # Errors
    /// When it is of another channel or key, or malformed.
    pub fn open<'plain>(
        &self,
        packet: &[u8],
        plain: &'plain mut [u8; DATA_MAX],
    ) -> Result<(Header, Data<'plain>), MeshError> {
        let (header, body) = Header::decode(packet)?;
        if header.channel != self.hash {
            return Err(MeshError::Value { part: "channel hash", value: header.channel.into() });
        }
        let plain = &mut plain[..body.len()];
        plain.copy_from_slice(body);
        self.key.apply(header.from, header.id, plain);
        let data = Data::decode(plain)?;
        data.check()?;
        Ok((header, data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meshtastic::BROADCAST;

    fn default_channel() -> Channel {
        Channel::new("LongFast", Key::from_psk(&[1]).unwrap())
    }

    #[test]
    fn the_default_channel_has_its_well_known_hash() {
        assert_eq!(default_channel().hash(), 8);
    }

    #[test]
    fn a_packet_is_read_by_its_channel_alone() {
        let (mut packet, mut plain) = ([0; 255], [0; DATA_MAX]);
        let header = Header::new(0x0A0B_0C0D, BROADCAST, 99);
        let data = Data { bitfield: Some(0), ..Data::new(256, b"swarm") };
        let length = default_channel().seal(&header, &data, &mut packet).unwrap();
        assert_eq!(length, 16 + 3 + 2 + 5 + 2);
        let (read_header, read_data) = default_channel().open(&packet[..length], &mut plain).unwrap();
        assert_eq!((read_header, read_data), (Header { channel: 8, ..header }, data));

        // The same hash with another key: one byte of the name makes up for it.
        let other = Channel::new("LongFasw", Key::from_psk(&[2]).unwrap());
        assert_eq!(other.hash(), 8);
        assert!(other.open(&packet[..length], &mut plain).is_err());
        let third = Channel::new("garden", Key::None);
        assert_eq!(third.open(&packet[..length], &mut plain).unwrap_err().code(), "mesh::value");
    }

    #[test]
    fn what_a_peer_drops_is_not_sent() {
        let mut packet = [0; 255];
        let header = Header::new(1, BROADCAST, 99);
        let no_port = default_channel().seal(&header, &Data::new(0, b""), &mut packet);
        assert_eq!(no_port.unwrap_err().code(), "mesh::value");
        let short = default_channel().seal(&header, &Data::new(256, b"swarm"), &mut packet[..20]);
        assert_eq!(short.unwrap_err().code(), "mesh::buffer");
        let tiny = default_channel().seal(&header, &Data::new(256, b"swarm"), &mut packet[..15]);
        assert_eq!(tiny.unwrap_err().code(), "mesh::buffer");
    }
}
