//! The reference encoder: canonical bytes, fields in ascending order, defaults left out.

use crate::{Field, Kind, Message, Record, Schema, SchemaError, Value};
use swarm_mesh::wire::{Encoder, zigzag};

/// The bytes of a message.
///
/// # Errors
/// When a value is none of its field's, or two fields of a oneof are present.
pub fn encode(schema: &Schema, message: &Message, record: &Record) -> Result<Vec<u8>, SchemaError> {
    if record.values.len() != message.fields.len() {
        let reason = format!("it has {} fields, not {}", message.fields.len(), record.values.len());
        return Err(SchemaError::Value { place: message.name.clone(), reason });
    }
    let mut bytes = Vec::new();
    let mut present = vec![false; message.oneofs.len()];
    for (field, value) in message.fields.iter().zip(&record.values) {
        let Some(value) = value else { continue };
        let place = format!("{}.{}", message.name, field.name);
        if let Some(reason) = value.misfit(&field.kind) {
            return Err(SchemaError::Value { place, reason });
        }
        match field.oneof {
            Some(oneof) if present[oneof] => {
                let reason = format!("another field of '{}' is present", message.oneofs[oneof]);
                return Err(SchemaError::Value { place, reason });
            }
            Some(oneof) => present[oneof] = true,
            None if value.is_default() => continue,
            None => {}
        }
        one(schema, field, (value, &mut bytes))?;
    }
    Ok(bytes)
}

fn one(schema: &Schema, field: &Field, (value, bytes): (&Value, &mut Vec<u8>)) -> Result<(), SchemaError> {
    let nested = match (&field.kind, value) {
        (Kind::Message(name), Value::Message(record)) => encode(schema, schema.nested(name), record)?,
        _ => Vec::new(),
    };
    // Longer than any key, length and number.
    let mut buffer =
        vec![0; 20 + nested.len() + if let Value::Bytes(bytes) = value { bytes.len() } else { 0 }];
    let mut encoder = Encoder::new(&mut buffer);
    let written = match (&field.kind, value) {
        (Kind::Fixed32 | Kind::Packed32(_), Value::Number(number)) => {
            encoder.fixed32(field.number, *number as u32)
        }
        (Kind::Fixed64 | Kind::Packed64(_), Value::Number(number)) => encoder.fixed64(field.number, *number),
        (_, Value::Number(number)) => encoder.varint(field.number, *number),
        (_, Value::Signed(number)) => encoder.varint(field.number, zigzag(*number).into()),
        (_, Value::Bytes(bytes)) => encoder.bytes(field.number, bytes),
        (_, Value::Message(_)) => encoder.bytes(field.number, &nested),
    };
    written.expect("the buffer is long enough, and a schema has good numbers");
    let length = encoder.length();
    bytes.extend_from_slice(&buffer[..length]);
    Ok(())
}
