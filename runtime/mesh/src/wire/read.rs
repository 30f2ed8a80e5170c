//! Reading: an iterator over the fields of one message.

use super::{WireType, unzigzag};
use crate::MeshError;
use crate::bytes::Reader;

/// A value as its wire type delimits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    Fixed32(u32),
}

/// One field.
///
/// The `as_` functions give its value as a type of a schema: `Ok(None)` where the wire type is another, so that the field
/// counts as unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    pub number: u32,
    pub value: Value<'a>,
}

impl<'a> Field<'a> {
    /// # Errors
    /// When the value needs more than 32 bits.
    pub fn as_u32(&self) -> Result<Option<u32>, MeshError> {
        let Value::Varint(value) = self.value else { return Ok(None) };
        u32::try_from(value).map(Some).map_err(|_| MeshError::Varint)
    }

    /// An `int32` or an enum: negative values are extended to 64 bits.
    ///
    /// # Errors
    /// When the value needs more than 32 bits.
    pub fn as_i32(&self) -> Result<Option<i32>, MeshError> {
        let Value::Varint(value) = self.value else { return Ok(None) };
        i32::try_from(value.cast_signed()).map(Some).map_err(|_| MeshError::Varint)
    }

    /// # Errors
    /// When the value needs more than 32 bits.
    pub fn as_sint32(&self) -> Result<Option<i32>, MeshError> {
        Ok(self.as_u32()?.map(unzigzag))
    }

    pub fn as_bool(&self) -> Option<bool> {
        let Value::Varint(value) = self.value else { return None };
        Some(value != 0)
    }

    pub fn as_fixed32(&self) -> Option<u32> {
        let Value::Fixed32(value) = self.value else { return None };
        Some(value)
    }

    pub fn as_fixed64(&self) -> Option<u64> {
        let Value::Fixed64(value) = self.value else { return None };
        Some(value)
    }

    /// Bytes of at most `limit`, by the field's name.
    ///
    /// # Errors
    /// When there are more.
    pub fn as_bytes(&self, limit: usize, part: &'static str) -> Result<Option<&'a [u8]>, MeshError> {
        match self.value {
            Value::Bytes(bytes) if bytes.len() > limit => Err(MeshError::TooLong { part, limit }),
            Value::Bytes(bytes) => Ok(Some(bytes)),
            _ => Ok(None),
        }
    }
}

/// The fields of one message, in the order in which they came. Ends at the first error.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    reader: Reader<'a>,
}

impl<'a> Fields<'a> {
    pub const fn new(message: &'a [u8]) -> Self {
        Self { reader: Reader::new(message) }
    }

    fn field(&mut self) -> Result<Field<'a>, MeshError> {
        let key = u32::try_from(self.varint()?).map_err(|_| MeshError::Varint)?;
        let number = key >> 3;
        if number == 0 {
            return Err(MeshError::Value { part: "field number", value: number });
        }
        let wire_type = WireType::of(key).ok_or(MeshError::Value { part: "wire type", value: key & 7 })?;
        let value = match wire_type {
            WireType::Varint => Value::Varint(self.varint()?),
            WireType::Fixed64 => Value::Fixed64(self.reader.array("field").map(u64::from_le_bytes)?),
            WireType::Bytes => {
                // No packet is that long on a machine where the length does not fit.
                let length = usize::try_from(self.varint()?).map_err(|_| MeshError::Varint)?;
                Value::Bytes(self.reader.take(length, "field")?)
            }
            WireType::Fixed32 => Value::Fixed32(self.reader.u32("field")?),
        };
        Ok(Field { number, value })
    }

    fn varint(&mut self) -> Result<u64, MeshError> {
        let mut value = 0;
        for place in 0..10 {
            let byte = self.reader.u8("field")?;
            // The tenth byte has room for the 64th bit alone.
            if place == 9 && byte > 1 {
                return Err(MeshError::Varint);
            }
            value |= u64::from(byte & 0x7F) << (7 * place);
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(MeshError::Varint)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, MeshError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.reader.rest().is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.reader = Reader::new(&[]);
        }
        Some(field)
    }
}
