//! The reference decoder.
//!
//! As protobuf demands: fields in any order, the last value wins, nested messages are merged, of a oneof the last field
//! stays, unknown fields and known ones of another wire type are skipped.

use crate::{Field, Kind, Message, Record, Schema, Value};
use swarm_mesh::MeshError;
use swarm_mesh::wire::{self, Fields};

/// The values of a message.
///
/// # Errors
/// When the bytes are malformed, or a value is beyond its field's limit.
pub fn decode(schema: &Schema, message: &Message, bytes: &[u8]) -> Result<Record, MeshError> {
    let mut record = Record::empty(message);
    merge(schema, message, (bytes, &mut record))?;
    Ok(record)
}

fn merge(schema: &Schema, message: &Message, (bytes, record): (&[u8], &mut Record)) -> Result<(), MeshError> {
    for read in Fields::new(bytes) {
        let read = read?;
        let Some(place) = message.place(read.number) else { continue };
        let field = &message.fields[place];
        let earlier = record.values[place].take();
        let Some(value) = one(schema, field, (read, &earlier))? else {
            record.values[place] = earlier;
            continue;
        };
        if let Some(oneof) = field.oneof {
            let others = message.fields.iter().zip(&mut record.values);
            others.filter(|(other, _)| other.oneof == Some(oneof)).for_each(|(_, value)| *value = None);
        }
        let absent = field.oneof.is_none() && !field.kind.has_presence() && value.is_default();
        record.values[place] = (!absent).then_some(value);
    }
    Ok(())
}

/// The value that was read; none where the wire type is another.
fn one(
    schema: &Schema,
    field: &Field,
    (read, earlier): (wire::Field<'_>, &Option<Value>),
) -> Result<Option<Value>, MeshError> {
    Ok(match &field.kind {
        Kind::Uint32 => read.as_u32()?.map(|number| Value::Number(number.into())),
        Kind::Enum(_) => match read.as_i32()? {
            Some(number) => {
                // Enums are open: an unknown number is kept. None of ours is negative.
                let number = u32::try_from(number).map_err(|_| MeshError::Varint)?;
                Some(Value::Number(number.into()))
            }
            None => None,
        },
        Kind::Sint32 => read.as_sint32()?.map(Value::Signed),
        Kind::Bool => read.as_bool().map(|flag| Value::Number(flag.into())),
        Kind::Fixed32 | Kind::Packed32(_) => read.as_fixed32().map(|number| Value::Number(number.into())),
        Kind::Fixed64 | Kind::Packed64(_) => read.as_fixed64().map(Value::Number),
        Kind::Bytes { max } => read.as_bytes(*max, "bytes")?.map(|bytes| Value::Bytes(bytes.to_vec())),
        Kind::Message(name) => match read.as_bytes(usize::MAX, "message")? {
            Some(bytes) => {
                let message = schema.nested(name);
                let mut record = match earlier {
                    Some(Value::Message(record)) => record.clone(),
                    _ => Record::empty(message),
                };
                merge(schema, message, (bytes, &mut record))?;
                Some(Value::Message(record))
            }
            None => None,
        },
    })
}
