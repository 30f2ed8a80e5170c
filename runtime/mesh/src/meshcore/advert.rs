//! An advert: a node's key, time and signature, and what it says of itself. (Of the mesh; BLE has adverts of its own.)

use super::{ADVERT_DATA_MAX, KEY_SIZE};
use crate::MeshError;
use crate::bytes::{Reader, Writer};

/// Bytes of a signature.
pub const SIGNATURE_SIZE: usize = 64;

const LOCATION: u8 = 0x10;
const FEATURE_1: u8 = 0x20;
const FEATURE_2: u8 = 0x40;
const NAME: u8 = 0x80;

/// What a node says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AdvertData<'a> {
    /// 1 a person's node, 2 repeater, 3 room server, 4 sensor; up to 15.
    pub role: u8,
    /// Latitude and longitude in millionths of a degree.
    pub location: Option<[i32; 2]>,
    pub feature_1: Option<u16>,
    pub feature_2: Option<u16>,
    /// Text in UTF-8, as a rule: nobody checks it.
    pub name: Option<&'a [u8]>,
}

impl<'a> AdvertData<'a> {
    /// # Errors
    /// When it is longer than an advert may be, or ends within a part.
    pub fn decode(data: &'a [u8]) -> Result<Self, MeshError> {
        if data.len() > ADVERT_DATA_MAX {
            return Err(MeshError::TooLong { part: "advert data", limit: ADVERT_DATA_MAX });
        }
        let mut reader = Reader::new(data);
        let flags = reader.u8("advert flags")?;
        let mut coordinate = || reader.u32("location").map(u32::cast_signed);
        let location = if flags & LOCATION == 0 { None } else { Some([coordinate()?, coordinate()?]) };
        let feature_1 = if flags & FEATURE_1 == 0 { None } else { Some(reader.u16("feature 1")?) };
        let feature_2 = if flags & FEATURE_2 == 0 { None } else { Some(reader.u16("feature 2")?) };
        let name = if flags & NAME == 0 { None } else { Some(reader.rest()) };
        Ok(Self { role: flags & 15, location, feature_1, feature_2, name })
    }

    /// Writes it; gives its length.
    ///
    /// # Errors
    /// When the role is none, the name is too long for what else there is, or the buffer too short.
    pub fn encode(&self, buffer: &mut [u8]) -> Result<usize, MeshError> {
        if self.role > 15 {
            return Err(MeshError::Value { part: "role", value: self.role.into() });
        }
        let flag = |has: bool, flag: u8| if has { flag } else { 0 };
        let flags = self.role
            | flag(self.location.is_some(), LOCATION)
            | flag(self.feature_1.is_some(), FEATURE_1)
            | flag(self.feature_2.is_some(), FEATURE_2)
            | flag(self.name.is_some(), NAME);
        let mut writer = Writer::new(buffer);
        writer.put(&[flags])?;
        for coordinate in self.location.iter().flatten() {
            writer.put(&coordinate.to_le_bytes())?;
        }
        for feature in [self.feature_1, self.feature_2].iter().flatten() {
            writer.put(&feature.to_le_bytes())?;
        }
        let name = self.name.unwrap_or_default();
        let limit = ADVERT_DATA_MAX - writer.length();
        if name.len() > limit {
            return Err(MeshError::TooLong { part: "name", limit });
        }
        writer.put(name)?;
        Ok(writer.length())
    }
}

/// The payload of an advert. `meshcore::verify` tells whether its signature is of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advert<'a> {
    pub public_key: &'a [u8; KEY_SIZE],
    /// Unix seconds, by the sender's clock.
    pub time: u32,
    pub signature: &'a [u8; SIGNATURE_SIZE],
    /// For [`AdvertData::decode`].
    pub data: &'a [u8],
}

impl<'a> Advert<'a> {
    /// # Errors
    /// When it is too short or too long.
    pub fn decode(payload: &'a [u8]) -> Result<Self, MeshError> {
        let (public_key, rest) =
            payload.split_first_chunk().ok_or(MeshError::Truncated { part: "public key" })?;
        let mut reader = Reader::new(rest);
        let time = reader.u32("time")?;
        let (signature, data) =
            reader.rest().split_first_chunk().ok_or(MeshError::Truncated { part: "signature" })?;
        if data.len() > ADVERT_DATA_MAX {
            return Err(MeshError::TooLong { part: "advert data", limit: ADVERT_DATA_MAX });
        }
        Ok(Self { public_key, time, signature, data })
    }

    /// Writes the payload; gives its length.
    ///
    /// # Errors
    /// When the data is too long, or the buffer too short.
    pub fn encode(&self, buffer: &mut [u8]) -> Result<usize, MeshError> {
        if self.data.len() > ADVERT_DATA_MAX {
            return Err(MeshError::TooLong { part: "advert data", limit: ADVERT_DATA_MAX });
        }
        let mut writer = Writer::new(buffer);
        writer.put(self.public_key)?;
        writer.put(&self.time.to_le_bytes())?;
        writer.put(self.signature)?;
        writer.put(self.data)?;
        Ok(writer.length())
    }

    /// The bytes that are signed: key, time, data.
    #[cfg(feature = "identity")]
    pub(super) fn signed(&self) -> ([u8; KEY_SIZE + 4 + ADVERT_DATA_MAX], usize) {
        let mut bytes = [0; KEY_SIZE + 4 + ADVERT_DATA_MAX];
        let end = KEY_SIZE + 4 + self.data.len();
        bytes[..KEY_SIZE].copy_from_slice(self.public_key);
        bytes[KEY_SIZE..KEY_SIZE + 4].copy_from_slice(&self.time.to_le_bytes());
        bytes[KEY_SIZE + 4..end].copy_from_slice(self.data);
        (bytes, end)
    }
}
