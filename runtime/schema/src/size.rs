//! How many bytes a message takes at most.

use crate::{Field, Kind, Message, Schema};
use swarm_mesh::wire::{bytes_size, fixed32_size, fixed64_size, key_size, varint_size};

/// Most bytes of a message: all fields at their longest, of each oneof the longest alone.
pub fn size_max(schema: &Schema, message: &Message) -> usize {
    let mut oneofs = vec![0; message.oneofs.len()];
    let mut sum = 0;
    for field in &message.fields {
        let size = field_size_max(schema, field);
        match field.oneof {
            Some(oneof) => oneofs[oneof] = size.max(oneofs[oneof]),
            None => sum += size,
        }
    }
    sum + oneofs.into_iter().sum::<usize>()
}

/// The field that takes most, down to one that is no message: its dotted name from the message on, and its bytes. It is
/// the one to shrink first. None where there is no field.
pub fn longest_field(schema: &Schema, message: &Message) -> Option<(String, usize)> {
    let candidates = message.fields.iter().filter_map(|field| match &field.kind {
        Kind::Message(name) => longest_field(schema, schema.nested(name))
            .map(|(inner, size)| (format!("{}.{inner}", field.name), size)),
        _ => Some((field.name.clone(), field_size_max(schema, field))),
    });
    // The first of equals.
    candidates.reduce(|longest, next| if next.1 > longest.1 { next } else { longest })
}

/// Most bytes of a field, with its key.
pub fn field_size_max(schema: &Schema, field: &Field) -> usize {
    let number = field.number;
    match &field.kind {
        Kind::Uint32 | Kind::Sint32 => key_size(number) + varint_size(u32::MAX.into()),
        Kind::Bool => key_size(number) + 1,
        Kind::Enum(_) => match enum_bits(schema, field) {
            0 => 0,
            bits => key_size(number) + bits.div_ceil(7) as usize,
        },
        Kind::Fixed32 | Kind::Packed32(_) => fixed32_size(number),
        Kind::Fixed64 | Kind::Packed64(_) => fixed64_size(number),
        Kind::Bytes { max: 0 } if field.oneof.is_none() => 0,
        Kind::Bytes { max } => bytes_size(number, *max),
        Kind::Message(name) => bytes_size(number, size_max(schema, schema.nested(name))),
    }
}

/// The bits that a field of an enum has when it is written: as many as go into the bytes of its greatest number, 31 at
/// most. 0: nothing but 0 can be in it, and outside of a oneof that is never written. For other kinds it is 0.
pub fn enum_bits(schema: &Schema, field: &Field) -> u32 {
    let Kind::Enum(name) = &field.kind else { return 0 };
    let values = schema.enumeration(name).map_or(&[][..], |enumeration| &enumeration.values);
    match values.iter().map(|(_, number)| *number).max() {
        None | Some(0) if field.oneof.is_none() => 0,
        greatest => (7 * varint_size(greatest.unwrap_or(0).into()) as u32).min(31),
    }
}
