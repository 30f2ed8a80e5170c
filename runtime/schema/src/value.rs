//! Values of messages, for the reference encoding and for tests.

use crate::{Kind, Message};

/// A field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of a `uint32`, `fixed32`, `fixed64`, bool (0 or 1), enum, or packed field ([`crate::bits`]).
    Number(u64),
    /// Of a `sint32`.
    Signed(i32),
    Bytes(Vec<u8>),
    Message(Record),
}

/// A message's values, one for each of its fields in their order; `None`: absent. Outside of a oneof zero, false and
/// empty are absent too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub values: Vec<Option<Value>>,
}

impl Record {
    /// Without a value.
    pub fn empty(message: &Message) -> Self {
        Self { values: vec![None; message.fields.len()] }
    }
}

impl Value {
    /// Whether it counts as absent where a field has no presence of its own.
    pub fn is_default(&self) -> bool {
        match self {
            Self::Number(number) => *number == 0,
            Self::Signed(number) => *number == 0,
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Message(_) => false,
        }
    }

    /// Why a field of that kind cannot hold it.
    pub(crate) fn misfit(&self, kind: &Kind) -> Option<String> {
        let over = |number: u64, max: u64| (number > max).then(|| format!("{number} is more than {max}"));
        match (kind, self) {
            (Kind::Uint32 | Kind::Fixed32 | Kind::Enum(_), Self::Number(number)) => {
                over(*number, u32::MAX.into())
            }
            (Kind::Bool, Self::Number(number)) => over(*number, 1),
            (Kind::Packed32(_), Self::Number(number)) => over(*number, u32::MAX.into()),
            (Kind::Fixed64 | Kind::Packed64(_), Self::Number(_))
            | (Kind::Sint32, Self::Signed(_))
            | (Kind::Message(_), Self::Message(_)) => None,
            (Kind::Bytes { max }, Self::Bytes(bytes)) => over(bytes.len() as u64, *max as u64),
            _ => Some("it is of another type".to_owned()),
        }
    }
}
