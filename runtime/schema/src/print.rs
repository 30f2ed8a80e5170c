//! A schema as a `.proto` file, which [`crate::import`] reads as the same schema.

use crate::{BitField, Enumeration, Field, Kind, Message, Schema};
use std::fmt::Write;

/// The text of the file.
pub fn print(schema: &Schema) -> String {
    let mut text = "syntax = \"proto3\";\n".to_owned();
    if !schema.package().is_empty() {
        text += &format!("\npackage {};\n", schema.package());
    }
    for enumeration in schema.enums() {
        print_enum(enumeration, &mut text);
    }
    for message in schema.messages() {
        print_message(message, &mut text);
    }
    text
}

fn print_enum(enumeration: &Enumeration, text: &mut String) {
    *text += &format!("\nenum {} {{\n", enumeration.name);
    for (name, number) in &enumeration.values {
        *text += &format!("  {name} = {number};\n");
    }
    *text += "}\n";
}

fn print_message(message: &Message, text: &mut String) {
    *text += &format!("\nmessage {} {{\n", message.name);
    let mut printed = 0;
    for field in &message.fields {
        match field.oneof {
            None => print_field(field, "  ", text),
            // A oneof stands where its first field does, with all its fields.
            Some(oneof) if oneof == printed => {
                printed += 1;
                *text += &format!("  oneof {} {{\n", message.oneofs[oneof]);
                let members = message.fields.iter().filter(|field| field.oneof == Some(oneof));
                members.for_each(|field| print_field(field, "    ", text));
                *text += "  }\n";
            }
            Some(_) => {}
        }
    }
    *text += "}\n";
}

fn print_field(field: &Field, indent: &str, text: &mut String) {
    let (kind, note) = match &field.kind {
        Kind::Uint32 => ("uint32", None),
        Kind::Sint32 => ("sint32", None),
        Kind::Fixed32 => ("fixed32", None),
        Kind::Fixed64 => ("fixed64", None),
        Kind::Bool => ("bool", None),
        Kind::Bytes { max } => ("bytes", Some(format!("at most {max} bytes"))),
        Kind::Enum(name) | Kind::Message(name) => (name.as_str(), None),
        Kind::Packed32(parts) => ("fixed32", Some(bits(parts))),
        Kind::Packed64(parts) => ("fixed64", Some(bits(parts))),
    };
    if let Kind::Packed32(parts) | Kind::Packed64(parts) = &field.kind {
        explain(parts, indent, text);
    }
    if let Some(note) = note {
        *text += &format!("{indent}// swarm: {note}\n");
    }
    *text += &format!("{indent}{kind} {} = {};\n", field.name, field.number);
}

/// A line for each bit field, for readers whose tools know the number alone.
fn explain(parts: &[BitField], indent: &str, text: &mut String) {
    let mut first = 0;
    for BitField { name, bits, is_signed } in parts {
        let last = first + u32::from(*bits) - 1;
        let place = if *bits == 1 { format!("bit {first}") } else { format!("bits {first} to {last}") };
        let sign = if *is_signed { ", in two's complement" } else { "" };
        *text += &format!("{indent}// {name}: {place}{sign}\n");
        first = last + 1;
    }
}

/// Least significant first: `bits x 10, reward s8`.
fn bits(parts: &[BitField]) -> String {
    let mut text = "bits".to_owned();
    for (place, part) in parts.iter().enumerate() {
        let (comma, sign) = (if place == 0 { "" } else { "," }, if part.is_signed { "s" } else { "" });
        write!(text, "{comma} {} {sign}{}", part.name, part.bits).expect("a string takes all");
    }
    text
}
