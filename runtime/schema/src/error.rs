//! What is wrong with a schema, or with a value for one.

use std::fmt;

/// Most messages within one another: what goes through a schema calls itself for each.
pub(crate) const DEEPEST: usize = 64;

/// Each has a stable code ([`SchemaError::code`]) and a next step ([`SchemaError::help`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaError {
    /// A name that proto3 would not take, or read as something else.
    Name { place: String, what: &'static str },
    /// Two of the same name or number, or two names of one JSON name.
    Twice { place: String, what: String },
    /// A field number that protobuf does not have.
    Number { place: String, number: u32 },
    /// A type that the schema does not have.
    Missing { place: String, what: String },
    /// A message within itself.
    Recursive { place: String },
    /// Messages within one another, too many.
    Deep { place: String },
    /// Bit fields that do not fit.
    Bits { place: String, reason: String },
    /// An enum without the value 0 first.
    Zero { place: String },
    /// Bytes without a maximum, in a file.
    Unbounded { place: String },
    /// A comment `swarm:` that says nothing we know, or nothing of this type.
    Note { place: String, reason: String },
    /// Something of protobuf that a schema cannot say.
    Unsupported { place: String, what: &'static str },
    /// A file that is no proto3, as its parser says it.
    Syntax { reason: String },
    /// A value that its field cannot hold.
    Value { place: String, reason: String },
}

impl SchemaError {
    /// Stable, for programs and for the manual.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Name { .. } => "schema::name",
            Self::Twice { .. } => "schema::twice",
            Self::Number { .. } => "schema::number",
            Self::Missing { .. } => "schema::missing",
            Self::Recursive { .. } => "schema::recursive",
            Self::Deep { .. } => "schema::depth",
            Self::Bits { .. } => "schema::bits",
            Self::Zero { .. } => "schema::zero",
            Self::Unbounded { .. } => "schema::unbounded",
            Self::Note { .. } => "schema::note",
            Self::Unsupported { .. } => "schema::unsupported",
            Self::Syntax { .. } => "schema::syntax",
            Self::Value { .. } => "schema::value",
        }
    }

    /// The place that it names, and what is there twice.
    pub fn about(&self) -> (&str, Option<&str>) {
        match self {
            Self::Twice { place, what } => (place, Some(what)),
            Self::Name { place, .. }
            | Self::Number { place, .. }
            | Self::Missing { place, .. }
            | Self::Recursive { place }
            | Self::Deep { place }
            | Self::Bits { place, .. }
            | Self::Zero { place }
            | Self::Unbounded { place }
            | Self::Note { place, .. }
            | Self::Unsupported { place, .. }
            | Self::Value { place, .. } => (place, None),
            Self::Syntax { .. } => ("", None),
        }
    }

    /// What to do about it.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Name { .. } => {
                "use letters, digits and underscores; messages and enums begin with an upper-case letter, all else with a letter"
            }
            Self::Twice { .. } => "give one of them another name or number",
            Self::Number { .. } => "use 1 to 536870911, without 19000 to 19999; up to 15 take one byte",
            Self::Missing { .. } => "declare it in the same file, or correct the name",
            Self::Recursive { .. } => {
                "let the inner message hold what it needs itself: what nests without end has no size"
            }
            Self::Deep { .. } => "let messages hold fewer others",
            Self::Bits { .. } => {
                "give each 1 to 32 bits, together at most 32 in a fixed32 and 64 in a fixed64"
            }
            Self::Zero { .. } => "let the first value be 0, as proto3 wants it",
            Self::Unbounded { .. } => {
                "say the most in a comment before the field: `// swarm: at most 16 bytes`"
            }
            Self::Note { .. } => {
                "write `// swarm: at most 16 bytes` before bytes, `// swarm: bits x 10, reward s8` before a fixed32 or fixed64"
            }
            Self::Unsupported { .. } => {
                "use uint32, sint32, fixed32, fixed64, bool, bytes, enums, messages and oneof"
            }
            Self::Syntax { .. } => "correct the file until protoc takes it",
            Self::Value { .. } => "give a value that the field's type has",
        }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { place, what } => write!(f, "'{place}' is no name for {what}"),
            Self::Twice { place, what } => write!(f, "{place} has {what} twice"),
            Self::Number { place, number } => write!(f, "{place} cannot have the field number {number}"),
            Self::Missing { place, what } => {
                write!(f, "{place} is of type '{what}', which the schema does not have")
            }
            Self::Recursive { place } => write!(f, "{place} contains itself"),
            Self::Deep { place } => {
                write!(f, "messages are within one another more than {DEEPEST} deep at {place}")
            }
            Self::Bits { place, reason } => write!(f, "the bit fields of {place} do not fit: {reason}"),
            Self::Zero { place } => write!(f, "the enum {place} does not begin with 0"),
            Self::Unbounded { place } => write!(f, "{place} does not say how many bytes it has at most"),
            Self::Note { place, reason } => write!(f, "the note at {place} cannot be used: {reason}"),
            Self::Unsupported { place, what } => {
                write!(f, "{place} is {what}, which messages of a kernel do not have")
            }
            Self::Syntax { reason } => write!(f, "the file is no schema: {reason}"),
            Self::Value { place, reason } => write!(f, "{place} cannot be written: {reason}"),
        }
    }
}

impl std::error::Error for SchemaError {}
