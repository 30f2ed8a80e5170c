//! A schema as a kernel declares it.

use std::fmt::Write;
use swarm_schema::{BitField, Field, Kind, Message, Schema};

/// The text of the declarations, indented as the members of a kernel are. Its package is left away: kernels have none.
pub fn declarations(schema: &Schema) -> String {
    let mut text = String::new();
    for enumeration in schema.enums() {
        let values = enumeration.values.iter().map(|(name, number)| format!("{name} = {number}"));
        let values = values.collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "  radio.enum @{} {{ {values} }}", enumeration.name);
    }
    for message in schema.messages() {
        let fields: Vec<String> = message.fields.iter().map(|one| field(message, one)).collect();
        let _ = writeln!(text, "  radio.message @{} {{\n{}\n  }}", message.name, fields.join(",\n"));
    }
    text
}

fn field(message: &Message, field: &Field) -> String {
    let kind = match &field.kind {
        Kind::Uint32 => "uint32".into(),
        Kind::Sint32 => "sint32".into(),
        Kind::Fixed32 => "fixed32".into(),
        Kind::Fixed64 => "fixed64".into(),
        Kind::Bool => "bool".into(),
        Kind::Bytes { max } => format!("bytes<{max}>"),
        Kind::Enum(name) => format!("enum @{name}"),
        Kind::Message(name) => format!("message @{name}"),
        Kind::Packed32(parts) => format!("fixed32 [{}]", bits(parts)),
        Kind::Packed64(parts) => format!("fixed64 [{}]", bits(parts)),
    };
    let oneof = field.oneof.map(|oneof| format!(" oneof {}", message.oneofs[oneof])).unwrap_or_default();
    format!("    {} = {} : {kind}{oneof}", field.name, field.number)
}

fn bits(parts: &[BitField]) -> String {
    let part =
        |part: &BitField| format!("{} : {}{}", part.name, if part.is_signed { 's' } else { 'u' }, part.bits);
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}
