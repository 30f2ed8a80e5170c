//! Writing: fields into a buffer, and how many bytes they take.

use super::{FIELD_MAX, WireType};
use crate::MeshError;
use crate::bytes::Writer;

/// Bytes of a varint.
pub const fn varint_size(value: u64) -> usize {
    let bits = 64 - (value | 1).leading_zeros() as usize;
    bits.div_ceil(7)
}

/// Bytes of a field's key; the wire type does not change them.
pub const fn key_size(number: u32) -> usize {
    varint_size((number as u64) << 3)
}

/// Bytes of a whole field of four bytes.
pub const fn fixed32_size(number: u32) -> usize {
    key_size(number) + 4
}

/// Bytes of a whole field of eight bytes.
pub const fn fixed64_size(number: u32) -> usize {
    key_size(number) + 8
}

/// Bytes of a whole field with that many bytes in it: bytes, text or a nested message.
pub const fn bytes_size(number: u32, length: usize) -> usize {
    key_size(number) + varint_size(length as u64) + length
}

/// Writes fields; the caller leaves out those with the default value, as proto3 does, and keeps them in ascending order.
#[derive(Debug)]
pub struct Encoder<'a> {
    writer: Writer<'a>,
}

impl<'a> Encoder<'a> {
    pub const fn new(buffer: &'a mut [u8]) -> Self {
        Self { writer: Writer::new(buffer) }
    }

    /// Bytes written so far.
    pub const fn length(&self) -> usize {
        self.writer.length()
    }

    /// A `uint32`, `uint64`, bool or enum; a negative one extended to 64 bits; a `sint32` after `zigzag`.
    ///
    /// # Errors
    /// When the buffer ends before, or there is no such field number.
    pub fn varint(&mut self, number: u32, value: u64) -> Result<(), MeshError> {
        self.key(number, WireType::Varint)?;
        self.raw_varint(value)
    }

    /// # Errors
    /// When the buffer ends before, or there is no such field number.
    pub fn fixed32(&mut self, number: u32, value: u32) -> Result<(), MeshError> {
        self.key(number, WireType::Fixed32)?;
        self.writer.put(&value.to_le_bytes())
    }

    /// # Errors
    /// When the buffer ends before, or there is no such field number.
    pub fn fixed64(&mut self, number: u32, value: u64) -> Result<(), MeshError> {
        self.key(number, WireType::Fixed64)?;
        self.writer.put(&value.to_le_bytes())
    }

    /// # Errors
    /// When the buffer ends before, or there is no such field number.
    pub fn bytes(&mut self, number: u32, bytes: &[u8]) -> Result<(), MeshError> {
        self.head(number, bytes.len())?;
        self.writer.put(bytes)
    }

    /// Key and length of a nested message, which the caller writes next.
    ///
    /// # Errors
    /// When the buffer ends before, or there is no such field number.
    pub fn head(&mut self, number: u32, length: usize) -> Result<(), MeshError> {
        self.key(number, WireType::Bytes)?;
        self.raw_varint(length as u64)
    }

    fn key(&mut self, number: u32, wire_type: WireType) -> Result<(), MeshError> {
        if number == 0 || number > FIELD_MAX {
            return Err(MeshError::Value { part: "field number", value: number });
        }
        self.raw_varint(u64::from(number << 3 | wire_type as u32))
    }

    fn raw_varint(&mut self, mut value: u64) -> Result<(), MeshError> {
        let mut bytes = [0; 10];
        let length = varint_size(value);
        for (place, byte) in bytes[..length].iter_mut().enumerate() {
            let more = if place + 1 < length { 0x80 } else { 0 };
            *byte = (value & 0x7F) as u8 | more;
            value >>= 7;
        }
        self.writer.put(&bytes[..length])
    }
}
