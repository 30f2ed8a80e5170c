//! Schemas: messages, enums, fields, and what must hold of them.

mod check;

use crate::SchemaError;

/// Messages and enums of one package. Whoever has one knows that it is sound: names resolve, numbers are proto3's, nothing
/// contains itself, bit fields fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    package: String,
    messages: Vec<Message>,
    enums: Vec<Enumeration>,
}

/// A message; its fields stand in ascending order of their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub name: String,
    pub fields: Vec<Field>,
    /// Names of its oneofs, in the order of their first fields.
    pub oneofs: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub number: u32,
    pub kind: Kind,
    /// Which of the message's oneofs it belongs to: at most one field of each is present.
    pub oneof: Option<usize>,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Uint32,
    Sint32,
    Fixed32,
    Fixed64,
    Bool,
    Bytes {
        max: usize,
    },
    /// An enum, by its name.
    Enum(String),
    /// A message, by its name.
    Message(String),
    /// A `fixed32` made of bit fields, least significant first.
    Packed32(Vec<BitField>),
    /// A `fixed64` made of bit fields, least significant first.
    Packed64(Vec<BitField>),
}

/// A number within a packed field: of 1 to 32 bits, signed in two's complement, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BitField {
    pub name: String,
    pub bits: u8,
    pub is_signed: bool,
}

/// An enum: names and numbers, 0 first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enumeration {
    pub name: String,
    pub values: Vec<(String, u32)>,
}

impl Schema {
    /// A schema of these, with fields put into ascending order; the package may be empty.
    ///
    /// # Errors
    /// When it is not sound.
    pub fn new(
        package: String,
        mut messages: Vec<Message>,
        enums: Vec<Enumeration>,
    ) -> Result<Self, SchemaError> {
        for message in &mut messages {
            message.sort()?;
        }
        let schema = Self { package, messages, enums };
        check::schema(&schema)?;
        Ok(schema)
    }

    /// Dotted, or empty.
    pub fn package(&self) -> &str {
        &self.package
    }

    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    pub fn enums(&self) -> &[Enumeration] {
        &self.enums
    }

    /// The message of that name.
    pub fn message(&self, name: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.name == name)
    }

    /// The enum of that name.
    pub fn enumeration(&self, name: &str) -> Option<&Enumeration> {
        self.enums.iter().find(|enumeration| enumeration.name == name)
    }

    /// A message that a field names.
    ///
    /// # Panics
    /// When the name is of another schema.
    pub fn nested(&self, name: &str) -> &Message {
        self.message(name).expect("a schema's fields name messages that it has")
    }
}

impl Message {
    /// The field of that number, by its place among the fields.
    pub fn place(&self, number: u32) -> Option<usize> {
        self.fields.binary_search_by_key(&number, |field| field.number).ok()
    }

    /// Fields and oneofs in canonical order, so that two ways of writing one message are equal.
    fn sort(&mut self) -> Result<(), SchemaError> {
        self.fields.sort_by_key(|field| field.number);
        let mut names = Vec::new();
        for field in &mut self.fields {
            let Some(oneof) = field.oneof else { continue };
            let place = format!("{}.{}", self.name, field.name);
            let what = || format!("oneof {oneof}");
            let name = self.oneofs.get(oneof).ok_or_else(|| SchemaError::Missing { place, what: what() })?;
            let known = names.iter().position(|known| known == name);
            field.oneof = Some(known.unwrap_or_else(|| {
                names.push(name.clone());
                names.len() - 1
            }));
        }
        if let Some(empty) = self.oneofs.iter().find(|name| !names.contains(name)) {
            return Err(SchemaError::Missing {
                place: format!("{}.{empty}", self.name),
                what: "a field".to_owned(),
            });
        }
        if names.len() < self.oneofs.len() {
            return Err(SchemaError::Twice {
                place: self.name.clone(),
                what: "the name of a oneof".to_owned(),
            });
        }
        self.oneofs = names;
        Ok(())
    }
}

impl Kind {
    /// Whether a message tells an absent one from a zero even outside of a oneof.
    pub const fn has_presence(&self) -> bool {
        matches!(self, Self::Message(_))
    }
}
