//! The decoders in Rust, of `core` alone: they run on boards, too.

use super::names::Names;
use super::{Language, Source, describe, key, others};
use std::collections::HashMap;
use std::fmt::Write;
use swarm_dialects::schema::model::{BitField, Enumeration, Field, Kind, Message, Schema};

/// Identifiers of messages and enums, and of packed fields by message and field.
struct Called<'s> {
    types: HashMap<&'s str, String>,
    packed: HashMap<(&'s str, &'s str), String>,
}

pub fn text(source: &Source) -> String {
    let mut names = Names::new(Language::Rust);
    let mut text = format!("// {}\n", source.head().join("\n// "));
    for beacon in source.beacons(&mut names, Language::Rust) {
        let _ = write!(text, "\n{beacon}");
    }
    if !source.schema.messages().is_empty() {
        let inside = messages(source.schema);
        text += "\n/// Messages.\npub mod messages {\n";
        for line in inside.lines() {
            let _ = if line.is_empty() { writeln!(text) } else { writeln!(text, "    {line}") };
        }
        text += "}\n";
    }
    text
}

fn messages(schema: &Schema) -> String {
    let mut names = Names::new(Language::Rust);
    let all = schema.enums().iter().map(|one| &one.name).chain(schema.messages().iter().map(|one| &one.name));
    let types = all.map(|name| (name.as_str(), names.take(name))).collect();
    let mut called = Called { types, packed: HashMap::new() };
    for message in schema.messages() {
        for field in &message.fields {
            if matches!(field.kind, Kind::Packed32(_) | Kind::Packed64(_)) {
                let name = names.take(&format!("{}{}", message.name, pascal(&field.name)));
                called.packed.insert((&message.name, &field.name), name);
            }
        }
    }
    // Names are the kernel's, and no schema needs all of the helpers.
    let mut text =
        "#![allow(dead_code, non_camel_case_types, non_snake_case, non_upper_case_globals)]\n".to_owned();
    text += HELPERS;
    schema.enums().iter().for_each(|enumeration| text += &numbers(&called, enumeration));
    schema.messages().iter().for_each(|message| text += &item((schema, &called), message));
    text
}

/// `packed_transition` as `PackedTransition`.
fn pascal(name: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('_').filter(|word| !word.is_empty()).map(capital).collect()
}

/// A field's name; no two of a message differ in underscores alone.
fn identifier(name: &str) -> String {
    Names::new(Language::Rust).take(name)
}

fn numbers(called: &Called, enumeration: &Enumeration) -> String {
    let name = &called.types[enumeration.name.as_str()];
    let mut text = format!(
        "\n/// The numbers of {}, and others that a later kernel may have.\n{DERIVES}pub struct {name}(pub u32);\n\nimpl {name} {{\n",
        enumeration.name
    );
    let mut names = Names::new(Language::Rust);
    names.take("name");
    for (value, number) in &enumeration.values {
        let _ = writeln!(text, "    pub const {}: Self = Self({number});", names.take(value));
    }
    text += "\n    /// The name of a number that has one.\n    pub fn name(self) -> Option<&'static str> {\n        match self.0 {\n";
    for (value, number) in &enumeration.values {
        let _ = writeln!(text, "            {number} => Some(\"{value}\"),");
    }
    text + "            _ => None,\n        }\n    }\n}\n"
}

/// Whether a message has bytes, which stay where they came.
fn borrows(schema: &Schema, message: &Message) -> bool {
    message.fields.iter().any(|field| match &field.kind {
        Kind::Bytes { .. } => true,
        Kind::Message(name) => borrows(schema, schema.nested(name)),
        _ => false,
    })
}

fn item((schema, called): (&Schema, &Called), message: &Message) -> String {
    let name = &called.types[message.name.as_str()];
    let (of, data) = if borrows(schema, message) { ("<'a>", "&'a [u8]") } else { ("", "&[u8]") };
    let mut text = String::new();
    for field in &message.fields {
        if let Kind::Packed32(parts) | Kind::Packed64(parts) = &field.kind {
            text += &packed(&called.packed[&(message.name.as_str(), field.name.as_str())], field, parts);
        }
    }
    let _ = write!(text, "\n/// The message {}.\n{DERIVES}pub struct {name}{of} {{\n", message.name);
    for (place, field) in message.fields.iter().enumerate() {
        let absent = field.oneof.is_some() || field.kind.has_presence();
        let kind = kind((schema, called), (message, field));
        let kind = if absent { format!("Option<{kind}>") } else { kind };
        let _ = write!(
            text,
            "    /// {}\n    pub {}: {kind},\n",
            describe(message, place),
            identifier(&field.name)
        );
    }
    let _ = write!(
        text,
        r"}}

impl{of} {name}{of} {{
    /// Reads a message; bytes that are none are refused.
    pub fn decode(data: {data}) -> Result<Self, DecodeError> {{
        let mut message = Self::default();
        message.merge(data)?;
        Ok(message)
    }}

    fn merge(&mut self, mut data: {data}) -> Result<(), DecodeError> {{
        while let Some(field) = next(&mut data)? {{
            match field.key {{
"
    );
    for (place, field) in message.fields.iter().enumerate() {
        let mut lines: Vec<String> = others(message, place)
            .iter()
            .map(|other| format!("self.{} = None;", identifier(other)))
            .collect();
        lines.push(taken(called, (message, field)));
        let key = key(field.number, &field.kind);
        match lines.as_slice() {
            [line] => {
                let _ = writeln!(text, "                {key} => {},", line.trim_end_matches(';'));
            }
            lines => {
                let lines = lines.join("\n                    ");
                let _ = writeln!(
                    text,
                    "                {key} => {{\n                    {lines}\n                }}"
                );
            }
        }
    }
    text + "                _ => {}\n            }\n        }\n        Ok(())\n    }\n}\n"
}

/// The statement that keeps a field.
fn taken(called: &Called, (message, field): (&Message, &Field)) -> String {
    let name = identifier(&field.name);
    let value = match &field.kind {
        Kind::Message(_) => {
            return format!("self.{name}.get_or_insert_with(Default::default).merge(field.bytes)?;");
        }
        Kind::Uint32 => "narrow(field.number)?".to_owned(),
        Kind::Sint32 => "signed(narrow(field.number)?)".to_owned(),
        Kind::Fixed32 => "field.number as u32".to_owned(),
        Kind::Fixed64 => "field.number".to_owned(),
        Kind::Bool => "field.number != 0".to_owned(),
        Kind::Bytes { max } => format!("at_most(field.bytes, {max})?"),
        Kind::Enum(of) => format!("{}(of_enum(field.number)?)", called.types[of.as_str()]),
        Kind::Packed32(_) | Kind::Packed64(_) => {
            format!("{}::of(field.number)", called.packed[&(message.name.as_str(), field.name.as_str())])
        }
    };
    if field.oneof.is_some() {
        format!("self.{name} = Some({value});")
    } else {
        format!("self.{name} = {value};")
    }
}

fn kind((schema, called): (&Schema, &Called), (message, field): (&Message, &Field)) -> String {
    match &field.kind {
        Kind::Uint32 | Kind::Fixed32 => "u32".to_owned(),
        Kind::Sint32 => "i32".to_owned(),
        Kind::Fixed64 => "u64".to_owned(),
        Kind::Bool => "bool".to_owned(),
        Kind::Bytes { .. } => "&'a [u8]".to_owned(),
        Kind::Enum(name) => called.types[name.as_str()].clone(),
        Kind::Message(name) => {
            let of = if borrows(schema, schema.nested(name)) { "<'a>" } else { "" };
            format!("{}{of}", called.types[name.as_str()])
        }
        Kind::Packed32(_) | Kind::Packed64(_) => {
            called.packed[&(message.name.as_str(), field.name.as_str())].clone()
        }
    }
}

/// The struct of a packed field.
fn packed(name: &str, field: &Field, parts: &[BitField]) -> String {
    let mut text = format!("\n/// The bit fields of {}.\n{DERIVES}pub struct {name} {{\n", field.name);
    let mut names = Names::new(Language::Rust);
    let names: Vec<String> = parts.iter().map(|part| names.take(&part.name)).collect();
    for (BitField { bits, is_signed, .. }, name) in parts.iter().zip(&names) {
        let kind = if *is_signed { "i32" } else { "u32" };
        let plural = if *bits == 1 { "" } else { "s" };
        let _ = write!(text, "    /// {bits} bit{plural}\n    pub {name}: {kind},\n");
    }
    let _ = write!(text, "}}\n\nimpl {name} {{\n    fn of(number: u64) -> Self {{\n        Self {{\n");
    let mut first = 0;
    for (BitField { bits, is_signed, .. }, name) in parts.iter().zip(&names) {
        let (up, down) = (64 - first - u32::from(*bits), 64 - u32::from(*bits));
        let shifted = if up == 0 { "number".to_owned() } else { format!("(number << {up})") };
        let value = match is_signed {
            true => format!("({shifted} as i64 >> {down}) as i32"),
            false => format!("({shifted} >> {down}) as u32"),
        };
        let _ = writeln!(text, "            {name}: {value},");
        first += u32::from(*bits);
    }
    text + "        }\n    }\n}\n"
}

const DERIVES: &str = "#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]\n";

const HELPERS: &str = r"
/// Why bytes are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// They end within a field.
    Truncated,
    /// A number has more bits than its field.
    Number,
    /// No field has this number, or this way to be written.
    Key,
    /// More bytes than the field may have.
    Length,
}

/// A number or bytes, with the field's number and wire type.
struct Field<'a> {
    key: u32,
    number: u64,
    bytes: &'a [u8],
}

fn next<'a>(data: &mut &'a [u8]) -> Result<Option<Field<'a>>, DecodeError> {
    if data.is_empty() {
        return Ok(None);
    }
    let key = u32::try_from(varint(data)?).map_err(|_| DecodeError::Key)?;
    let mut field = Field { key, number: 0, bytes: &[] };
    match key & 7 {
        _ if key < 8 => return Err(DecodeError::Key),
        0 => field.number = varint(data)?,
        1 => field.number = little_endian(take(data, 8)?),
        2 => {
            let count = varint(data)?;
            field.bytes = take(data, count)?;
        }
        5 => field.number = little_endian(take(data, 4)?),
        _ => return Err(DecodeError::Key),
    }
    Ok(Some(field))
}

fn take<'a>(data: &mut &'a [u8], count: u64) -> Result<&'a [u8], DecodeError> {
    if count > data.len() as u64 {
        return Err(DecodeError::Truncated);
    }
    let (taken, rest) = data.split_at(count as usize);
    *data = rest;
    Ok(taken)
}

fn varint(data: &mut &[u8]) -> Result<u64, DecodeError> {
    let mut number = 0;
    for place in 0..10 {
        let byte = take(data, 1)?[0];
        if place == 9 && byte > 1 {
            break;
        }
        number |= u64::from(byte & 127) << (7 * place);
        if byte < 128 {
            return Ok(number);
        }
    }
    Err(DecodeError::Number)
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn narrow(number: u64) -> Result<u32, DecodeError> {
    u32::try_from(number).map_err(|_| DecodeError::Number)
}

fn signed(number: u32) -> i32 {
    (number >> 1) as i32 ^ -((number & 1) as i32)
}

fn of_enum(number: u64) -> Result<u32, DecodeError> {
    if number >> 31 == 0 { Ok(number as u32) } else { Err(DecodeError::Number) }
}

fn at_most(bytes: &[u8], most: usize) -> Result<&[u8], DecodeError> {
    if bytes.len() <= most { Ok(bytes) } else { Err(DecodeError::Length) }
}
";
