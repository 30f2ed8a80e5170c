//! Messages and what is encoded and decoded of them.

use super::{Scope, meant};
use crate::schema::{MOST_FRAMES, Named, Place, frames, held_bits, holds, read, schema, written};
use crate::{OpView, Var, radio, var_type};
use melior::ir::OperationRef;
use swarm_schema::{Kind, Schema, size_max};

/// The schema of a kernel's messages; what is wrong with it is said where it is declared.
pub fn declared<'c: 'a, 'a>(scope: &Scope<'c, 'a>, members: &[OperationRef<'c, 'a>]) -> Option<Schema> {
    let ours = |op: &&OperationRef<'c, 'a>| {
        radio::Message::cast(**op).is_some() || radio::Enum::cast(**op).is_some()
    };
    let first = members.iter().find(ours)?;
    let schema = match schema(members) {
        Ok(schema) => schema,
        Err(error) => {
            let text = error.to_string();
            // The error names a place such as `Message.field`.
            let named = |op: &&OperationRef<'c, 'a>| {
                super::symbol(**op).is_some_and(|name| {
                    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == name)
                })
            };
            let place = members.iter().filter(ours).find(named).unwrap_or(first);
            scope.error(*place, &error.code().replace("::", "-"), &text);
            return None;
        }
    };
    for message in schema.messages() {
        let Some(op) = scope.members.get(&message.name) else { continue };
        if frames(&schema, message) > MOST_FRAMES {
            let text = format!("@{} holds more than {MOST_FRAMES} messages in all", message.name);
            scope.error(*op, "schema-depth", &text);
            return None;
        }
    }
    Some(schema)
}

/// Checks one op of a handler.
pub fn op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    let (message, packet) = if let Some(op) = radio::Encode::cast(op) {
        (op.message(), op.packet())
    } else if let Some(op) = radio::Decode::cast(op) {
        (op.message(), op.packet())
    } else {
        return;
    };
    let Some(declared) = scope.find::<radio::Message>(op, message, "message") else { return };
    // A schema that is wrong was reported where it stands.
    let Some(schema) = &scope.schema else { return };
    let Some(room) = array(scope, op, packet) else { return };
    let most = size_max(schema, schema.nested(message));
    if radio::Encode::cast(op).is_some() && room < most as u64 {
        let text = format!("@{message} takes up to {most} bytes, and @{packet} has {room}");
        scope.error_with(op, "packet", &text, (declared.op(), "it is declared here"));
    }
    fields(scope, op, declared, packet);
}

/// Checks the fields that an op reads or writes; `packet` is the array that holds the message, or empty.
pub fn fields<'c: 'a, 'a>(
    scope: &Scope<'c, 'a>,
    op: OperationRef<'c, 'a>,
    declared: radio::Message<'c, 'a>,
    packet: &str,
) {
    let Some(schema) = &scope.schema else { return };
    let message = declared.sym_name();
    let (fields, writes) = match written(op) {
        Some((fields, _)) => (fields, true),
        None => (read(op).unwrap_or_default(), false),
    };
    let mut places: Vec<(Place, &Named)> = Vec::new();
    for named in &fields {
        let Some(place) = Place::of(schema, message, &named.path) else {
            unknown(scope, op, (schema, declared), &named.path);
            continue;
        };
        field(scope, op, (schema, message), (&place, named));
        if named.array == packet && !packet.is_empty() {
            scope.error(
                op,
                "field-array",
                &format!("@{packet} holds the message, and cannot hold a field of it"),
            );
        }
        if places.iter().any(|(other, earlier)| *other == place && earlier.has == named.has) {
            scope.error(op, "field-twice", &format!("'{}' is named twice", named.path));
        }
        // Several may be written from one array, but not read into one.
        let reads = !writes && !named.array.is_empty();
        if reads && places.iter().any(|(_, earlier)| earlier.array == named.array) {
            let text = format!("@{} takes the bytes of one field, not of two", named.array);
            scope.error(op, "field-array", &text);
        }
        places.push((place, named));
    }
    if writes {
        oneofs(scope, op, (schema, message), &places);
    }
}

/// Says that a message has no such field, and which one may be meant: of the first name in the path that is wrong.
pub fn unknown(scope: &Scope, op: OperationRef, (schema, declared): (&Schema, radio::Message), path: &str) {
    let message = declared.sym_name();
    let (before, last) = path.rsplit_once('.').unwrap_or(("", path));
    let whole = Kind::Message(message.to_owned());
    let holder = Place::of(schema, message, before).map(|place| &place.field(schema, message).kind);
    if holder.is_none() && !before.is_empty() {
        return unknown(scope, op, (schema, declared), before);
    }
    let names: Vec<&str> = match holder.unwrap_or(&whole) {
        Kind::Message(name) => {
            let fields = schema.message(name).map_or(&[][..], |held| &held.fields);
            fields.iter().map(|field| field.name.as_str()).collect()
        }
        Kind::Packed32(parts) | Kind::Packed64(parts) => {
            parts.iter().map(|part| part.name.as_str()).collect()
        }
        _ => Vec::new(),
    };
    let text = format!("@{message} has no field '{path}'{}", meant(last, names));
    scope.error_with(op, "field", &text, (declared.op(), "it is declared here"));
}

/// A field's value, its bytes, or whether it is there.
fn field(
    scope: &Scope,
    op: OperationRef,
    (schema, message): (&Schema, &str),
    (place, named): (&Place, &Named),
) {
    let field = place.field(schema, message);
    let path = &named.path;
    let is_message = matches!(field.kind, Kind::Message(_));
    let wrong = |code: &str, text: &str| scope.error(op, code, &format!("'{path}' {text}"));
    if named.has {
        if (!is_message && field.oneof.is_none()) || place.bits.is_some() {
            wrong("field-presence", "is always there: `has` asks for messages and for fields of a oneof");
        }
    } else if is_message {
        return wrong(
            "field-parts",
            "is a message: name a field in it, or ask whether it is there with `has`",
        );
    } else if matches!(field.kind, Kind::Packed32(_) | Kind::Packed64(_)) && place.bits.is_none() {
        return wrong("field-parts", "is made of bit fields: name one of them");
    }
    if matches!(field.kind, Kind::Bytes { .. }) != !named.array.is_empty() && !named.has {
        wrong("field-array", "goes with an array if it is bytes, and only then");
    } else if !named.has
        && let Kind::Bytes { max } = field.kind
        && let Some(room) = array(scope, op, &named.array)
        && written(op).is_none()
        && room < max as u64
    {
        wrong("field-array", &format!("is up to {max} bytes, and @{} has room for {room}", named.array));
    }
    if !holds(&field.kind, named) {
        let bits = if named.has { 1 } else { held_bits(&field.kind) };
        let text = format!("'{path}' is an i{bits} in a handler, not {}", named.r#type);
        scope.error(op, "held-type", &text);
    }
}

/// The size of an array of `i8`.
fn array(scope: &Scope, op: OperationRef, name: &str) -> Option<u64> {
    let var = scope.find::<Var>(op, name, "variable")?;
    let r#type = var_type(var.r#type())?;
    if r#type.bits != 8 || r#type.shape.len() != 1 || r#type.elements() > 65536 {
        let text = format!("bytes are in a tensor of up to 65536 x i8, not in {}", var.r#type());
        scope.error_with(op, "packet", &text, (var.op(), "it is declared here"));
        return None;
    }
    Some(r#type.elements())
}

/// Of a oneof one field is written.
fn oneofs(scope: &Scope, op: OperationRef, (schema, message): (&Schema, &str), places: &[(Place, &Named)]) {
    for (number, (place, named)) in places.iter().enumerate() {
        for (other, earlier) in &places[..number] {
            let shared = place.way.iter().zip(&other.way).take_while(|(a, b)| a == b).count();
            let fork = |place: &Place| {
                let way = place.way.get(..=shared)?.to_vec();
                Place { way, bits: None }.field(schema, message).oneof
            };
            if fork(place).is_some_and(|oneof| fork(other) == Some(oneof)) {
                let text =
                    format!("'{}' and '{}' are of one oneof: one is present", earlier.path, named.path);
                scope.error(op, "oneof", &text);
            }
        }
    }
}
