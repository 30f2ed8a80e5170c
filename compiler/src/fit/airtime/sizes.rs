//! How long a message may be of which an op gives some fields only.

use melior::ir::OperationRef;
use swarm_dialects::schema::written;
use swarm_mesh::wire::bytes_size;
use swarm_schema::{Kind, Message, Schema, field_size_max};

/// Most bytes of the message that an op writes; none where the schema has no such message.
pub fn given_size<'c: 'a, 'a>(schema: &Schema, message: &str, op: OperationRef<'c, 'a>) -> Option<usize> {
    let (fields, _) = written(op)?;
    let ways: Vec<Vec<&str>> = fields.iter().map(|named| named.path.split('.').collect()).collect();
    let ways: Vec<&[&str]> = ways.iter().map(Vec::as_slice).collect();
    Some(size(schema, schema.message(message)?, &ways))
}

/// Of a message with the fields to which these ways lead. Of a oneof the verifier lets one be given.
fn size(schema: &Schema, message: &Message, ways: &[&[&str]]) -> usize {
    let mut sum = 0;
    for field in &message.fields {
        let own: Vec<&[&str]> = ways
            .iter()
            .filter(|way| way.first() == Some(&field.name.as_str()))
            .map(|way| &way[1..])
            .collect();
        if own.is_empty() {
            continue;
        }
        sum += match &field.kind {
            Kind::Message(name) => match schema.message(name) {
                Some(inner) => bytes_size(field.number, size(schema, inner, &own)),
                None => field_size_max(schema, field),
            },
            _ => field_size_max(schema, field),
        };
    }
    sum
}
