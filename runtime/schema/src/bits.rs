//! Bit fields within one number, least significant first.

use crate::{BitField, SchemaError};

impl BitField {
    /// The least and the greatest value.
    pub const fn range(&self) -> (i64, i64) {
        if self.is_signed {
            (-(1 << (self.bits - 1)), (1 << (self.bits - 1)) - 1)
        } else {
            (0, (1 << self.bits) - 1)
        }
    }
}

/// Puts values together, one for each field; bits above the last field are 0.
///
/// # Errors
/// When a field cannot hold its value, or there are more or fewer values than fields.
pub fn pack(fields: &[BitField], values: &[i64]) -> Result<u64, SchemaError> {
    if fields.len() != values.len() {
        let reason = format!("it has {} bit fields, not {}", fields.len(), values.len());
        return Err(SchemaError::Value { place: "a packed field".to_owned(), reason });
    }
    let (mut number, mut shift) = (0, 0);
    for (field, value) in fields.iter().zip(values) {
        let (least, greatest) = field.range();
        if !(least..=greatest).contains(value) {
            let reason = format!("{value} is not between {least} and {greatest}");
            return Err(SchemaError::Value { place: field.name.clone(), reason });
        }
        let mask = (1u64 << field.bits) - 1;
        number |= (value.cast_unsigned() & mask) << shift;
        shift += u32::from(field.bits);
    }
    Ok(number)
}

/// Takes them apart; bits above the last field are not looked at.
pub fn unpack(fields: &[BitField], mut number: u64) -> Vec<i64> {
    let part = |field: &BitField| {
        let unused = 64 - u32::from(field.bits);
        let raw = number << unused;
        number >>= field.bits;
        if field.is_signed { raw.cast_signed() >> unused } else { (raw >> unused).cast_signed() }
    };
    fields.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, bits: u8, is_signed: bool) -> BitField {
        BitField { name: name.to_owned(), bits, is_signed }
    }

    /// As Compotastic packs a transition.
    #[test]
    fn a_transition() {
        let fields = [
            field("x", 10, false),
            field("y", 10, false),
            field("action", 3, false),
            field("done", 1, false),
            field("reward", 8, true),
        ];
        let values = [3, 1000, 6, 1, -2];
        let number = pack(&fields, &values).unwrap();
        assert_eq!(number, 3 | 1000 << 10 | 6 << 20 | 1 << 23 | 0xFE << 24);
        assert_eq!(unpack(&fields, number), values);
        assert_eq!(pack(&fields, &[3, 1024, 6, 1, -2]).unwrap_err().code(), "schema::value");
        assert_eq!(pack(&fields, &[3, 1, 6, 1, 128]).unwrap_err().code(), "schema::value");
        assert_eq!(pack(&fields, &[3]).unwrap_err().code(), "schema::value");
    }

    #[test]
    fn all_64_bits() {
        let fields = [field("low", 32, true), field("high", 32, false)];
        for values in [[-1, 0], [i32::MIN.into(), u32::MAX.into()], [i32::MAX.into(), 1]] {
            assert_eq!(unpack(&fields, pack(&fields, &values).unwrap()), values);
        }
        assert_eq!(field("one", 1, true).range(), (-1, 0));
    }
}
