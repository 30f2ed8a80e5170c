//! Protobuf on the wire: fields one after the other, read and written within bounds.
//!
//! Of the official parsers' rules: unknown fields are skipped, a known number with another wire type is unknown too, the
//! last value of a field wins, a bool is true for any value but 0, a varint may be padded up to ten bytes. Stricter than
//! they are, as nanopb is: groups (deprecated, and in no proto3 schema) are malformed, and so is a value that does not
//! fit its field, which they would cut.

mod read;
mod write;

pub use read::{Field, Fields, Value};
pub use write::{Encoder, bytes_size, fixed32_size, fixed64_size, key_size, varint_size};

/// The largest field number: 29 bits.
pub const FIELD_MAX: u32 = (1 << 29) - 1;

/// How a field's value is delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum WireType {
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

impl WireType {
    /// The wire type of a key's three lowest bits.
    pub const fn of(key: u32) -> Option<Self> {
        match key & 7 {
            0 => Some(Self::Varint),
            1 => Some(Self::Fixed64),
            2 => Some(Self::Bytes),
            5 => Some(Self::Fixed32),
            _ => None,
        }
    }
}

/// Signed as unsigned, so that small magnitudes stay short: 0, -1, 1, -2 become 0, 1, 2, 3.
pub const fn zigzag(value: i32) -> u32 {
    (value.cast_unsigned() << 1) ^ (value >> 31).cast_unsigned()
}

/// The inverse of [`zigzag`].
pub const fn unzigzag(value: u32) -> i32 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    fn only(bytes: &[u8]) -> Result<Field<'_>, crate::MeshError> {
        let fields: Vec<_> = Fields::new(bytes).collect();
        assert_eq!(fields.len(), 1, "{fields:?}");
        fields[0]
    }

    /// Examples of protobuf's own page on its encoding.
    #[test]
    fn examples_of_the_documentation() {
        assert_eq!(only(&[0x08, 0x96, 0x01]).unwrap().as_u32(), Ok(Some(150)));
        let minus_two = [0x08, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01];
        assert_eq!(only(&minus_two).unwrap().as_i32(), Ok(Some(-2)));
        assert_eq!(only(&minus_two).unwrap().as_u32().unwrap_err().code(), "mesh::varint");
        let testing = [0x12, 7, b't', b'e', b's', b't', b'i', b'n', b'g'];
        assert_eq!(only(&testing).unwrap().as_bytes(7, "text"), Ok(Some(&b"testing"[..])));
        assert_eq!(only(&testing).unwrap().as_bytes(6, "text").unwrap_err().code(), "mesh::too_long");
        assert_eq!([0, -1, 1, -2, i32::MAX, i32::MIN].map(zigzag), [0, 1, 2, 3, u32::MAX - 1, u32::MAX]);
    }

    #[test]
    fn another_wire_type_is_unknown() {
        let field = only(&[0x0D, 1, 0, 0, 0]).unwrap();
        assert_eq!((field.as_u32(), field.as_bool(), field.as_fixed64()), (Ok(None), None, None));
        assert_eq!((field.as_bytes(9, "text"), field.as_fixed32()), (Ok(None), Some(1)));
    }

    #[test]
    fn padded_varints_are_read_and_overflowing_ones_refused() {
        let padded = [0x08, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00];
        assert_eq!(only(&padded).unwrap().as_u32(), Ok(Some(1)));
        let mut over = padded;
        over[10] = 2;
        assert_eq!(only(&over).unwrap_err().code(), "mesh::varint");
        over[10] = 0x80;
        assert_eq!(only(&over).unwrap_err().code(), "mesh::varint");
        // A key of 33 bits.
        assert_eq!(only(&[0x88, 0x80, 0x80, 0x80, 0x10, 1]).unwrap_err().code(), "mesh::varint");
    }

    #[test]
    fn what_no_schema_has_is_refused() {
        assert_eq!(only(&[0x00, 1]).unwrap_err().code(), "mesh::value");
        for group in [0x0B, 0x0C, 0x0E, 0x0F] {
            assert_eq!(only(&[group]).unwrap_err().code(), "mesh::value");
        }
        assert_eq!(only(&[0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1]).unwrap_err().code(), "mesh::truncated");
        let mut buffer = [0; 9];
        let error = Encoder::new(&mut buffer).varint(FIELD_MAX + 1, 1).unwrap_err();
        assert_eq!(error.code(), "mesh::value");
    }
}
