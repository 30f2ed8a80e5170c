//! A channel: a key that a group shares. Nothing says who sent what.

use super::{PAYLOAD_MAX, PayloadType, Secret};
use crate::MeshError;
use crate::bytes::Reader;
use core::ops::RangeInclusive;
use sha2::{Digest, Sha256};

/// The key of the channel that everybody is in.
pub const PUBLIC_KEY: [u8; 16] =
    [0x8B, 0x33, 0x87, 0xE9, 0xC5, 0xCD, 0xEA, 0x6A, 0xC9, 0xE5, 0xED, 0xBA, 0xA1, 0x15, 0xCD, 0x72];
/// Types of data for development, which need no allocation by the project.
pub const DEVELOPMENT_DATA_TYPES: RangeInclusive<u16> = 0xFF00..=0xFFFF;

/// Before the data of [`GroupData`]: its type and length.
const DATA_HEAD: usize = 3;
/// Before the text of [`Text`]: its time and kind.
const TEXT_HEAD: usize = 5;

/// A channel of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    secret: Secret,
    hash: u8,
}

/// A program's data, by its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupData<'a> {
    pub data_type: u16,
    pub data: &'a [u8],
}

impl GroupData<'_> {
    /// Most bytes of data.
    pub const MAX: usize = PayloadType::GroupData.content_limit() - DATA_HEAD;
}

/// A text, of a time in Unix seconds; in a channel it begins with its sender's name and `: `.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    pub time: u32,
    pub text: &'a [u8],
}

impl Text<'_> {
    /// Most bytes of a text.
    pub const MAX: usize = 160;
}

impl Channel {
    /// By its key.
    ///
    /// # Errors
    /// When it has neither 16 nor 32 bytes.
    pub fn new(key: &[u8]) -> Result<Self, MeshError> {
        if !matches!(key.len(), 16 | 32) {
            return Err(MeshError::Key { reason: "a MeshCore channel's key has 16 or 32 bytes" });
        }
        let mut secret = [0; 32];
        secret[..key.len()].copy_from_slice(key);
        Ok(Self { secret: Secret::new(secret), hash: Sha256::digest(key)[0] })
    }

    /// By a name that begins with `#`, from which everybody can make the key.
    ///
    /// # Errors
    /// When it begins otherwise.
    pub fn hashtag(name: &str) -> Result<Self, MeshError> {
        if !name.starts_with('#') || name.len() < 2 {
            return Err(MeshError::Key { reason: "a hashtag channel's name is '#' and a word" });
        }
        Self::new(&Sha256::digest(name.as_bytes())[..16])
    }

    /// First byte of its payloads, so that a receiver knows which keys to try. Channels may share it.
    pub const fn hash(&self) -> u8 {
        self.hash
    }

    /// Writes the payload of a [`PayloadType::GroupData`]; gives its length.
    ///
    /// # Errors
    /// When the data is too long, or the buffer too short.
    pub fn seal_data(&self, data: &GroupData<'_>, payload: &mut [u8]) -> Result<usize, MeshError> {
        let length = data.data.len();
        if length > GroupData::MAX {
            return Err(MeshError::TooLong { part: "data", limit: GroupData::MAX });
        }
        let mut content = [0; PAYLOAD_MAX];
        content[..2].copy_from_slice(&data.data_type.to_le_bytes());
        content[2] = length as u8;
        content[DATA_HEAD..DATA_HEAD + length].copy_from_slice(data.data);
        self.seal(&content[..DATA_HEAD + length], payload)
    }

    /// Reads the payload of a [`PayloadType::GroupData`].
    ///
    /// # Errors
    /// When it is of another channel, or malformed.
    pub fn open_data<'content>(
        &self,
        payload: &[u8],
        content: &'content mut [u8; PAYLOAD_MAX],
    ) -> Result<GroupData<'content>, MeshError> {
        let mut reader = Reader::new(self.open(payload, content)?);
        let data_type = reader.u16("data type")?;
        let length = reader.u8("data length")?;
        Ok(GroupData { data_type, data: reader.take(length.into(), "data")? })
    }

    /// Writes the payload of a [`PayloadType::GroupText`]; gives its length.
    ///
    /// # Errors
    /// When the text is too long, or the buffer too short.
    pub fn seal_text(&self, text: &Text<'_>, payload: &mut [u8]) -> Result<usize, MeshError> {
        let length = text.text.len();
        if length > Text::MAX {
            return Err(MeshError::TooLong { part: "text", limit: Text::MAX });
        }
        let mut content = [0; PAYLOAD_MAX];
        content[..4].copy_from_slice(&text.time.to_le_bytes());
        content[TEXT_HEAD..TEXT_HEAD + length].copy_from_slice(text.text);
        self.seal(&content[..TEXT_HEAD + length], payload)
    }

    /// Reads the payload of a [`PayloadType::GroupText`]. The text ends at its first zero.
    ///
    /// # Errors
    /// When it is of another channel, malformed, or no plain text.
    pub fn open_text<'content>(
        &self,
        payload: &[u8],
        content: &'content mut [u8; PAYLOAD_MAX],
    ) -> Result<Text<'content>, MeshError> {
        let mut reader = Reader::new(self.open(payload, content)?);
        let time = reader.u32("time")?;
        let kind = reader.u8("text type")? >> 2;
        if kind != 0 {
            return Err(MeshError::Value { part: "text type", value: kind.into() });
        }
        let text = reader.rest().split(|byte| *byte == 0).next().unwrap_or_default();
        Ok(Text { time, text })
    }

    fn seal(&self, content: &[u8], payload: &mut [u8]) -> Result<usize, MeshError> {
        let (hash, sealed) = payload.split_first_mut().ok_or(MeshError::Buffer { room: 0 })?;
        *hash = self.hash;
        Ok(1 + self.secret.seal(content, sealed)?)
    }

    fn open<'content>(
        &self,
        payload: &[u8],
        content: &'content mut [u8; PAYLOAD_MAX],
    ) -> Result<&'content [u8], MeshError> {
        let mut reader = Reader::new(payload);
        let hash = reader.u8("channel hash")?;
        if hash != self.hash {
            return Err(MeshError::Value { part: "channel hash", value: hash.into() });
        }
        self.secret.open(reader.rest(), content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of `docs/companion_protocol.md`.
    #[test]
    fn a_hashtag_gives_its_key() {
        let key =
            [0x9C, 0xD8, 0xFC, 0xF2, 0x2A, 0x47, 0x33, 0x3B, 0x59, 0x1D, 0x96, 0xA2, 0xB8, 0x48, 0xB7, 0x3F];
        assert_eq!(Channel::hashtag("#test"), Channel::new(&key));
        assert_eq!(Channel::hashtag("test").unwrap_err().code(), "mesh::key");
        assert_eq!(Channel::new(&[0; 17]).unwrap_err().code(), "mesh::key");
    }

    #[test]
    fn data_up_to_its_limit() {
        let channel = Channel::new(&PUBLIC_KEY).unwrap();
        let (mut payload, mut content) = ([0; PAYLOAD_MAX], [0; PAYLOAD_MAX]);
        let full = GroupData { data_type: 0xFF01, data: &[1; 165] };
        let size = channel.seal_data(&full, &mut payload).unwrap();
        assert_eq!(size, 1 + 2 + 176);
        assert_eq!(channel.open_data(&payload[..size], &mut content), Ok(full));
        let over = GroupData { data: &[1; 166], ..full };
        assert_eq!(channel.seal_data(&over, &mut payload).unwrap_err().code(), "mesh::too_long");
        let other = Channel::new(&[1; 16]).unwrap();
        assert_eq!(other.open_data(&payload[..size], &mut content).unwrap_err().code(), "mesh::value");
    }

    #[test]
    fn a_length_beyond_the_data_is_refused() {
        let channel = Channel::new(&PUBLIC_KEY).unwrap();
        let (mut payload, mut content) = ([0; PAYLOAD_MAX], [0; PAYLOAD_MAX]);
        let size = channel.seal(&[1, 0xFF, 14, 1, 2], &mut payload).unwrap();
        assert_eq!(channel.open_data(&payload[..size], &mut content).unwrap_err().code(), "mesh::truncated");
    }
}
