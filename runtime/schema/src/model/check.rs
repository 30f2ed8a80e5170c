//! What must hold of a schema: what protoc would refuse, and what would have no bound.

use super::{BitField, Enumeration, Field, Kind, Message, Schema};
use crate::SchemaError;
use crate::error::DEEPEST;
use std::collections::{HashMap, HashSet};
use swarm_mesh::wire::FIELD_MAX;

/// Numbers that protobuf keeps for itself.
const RESERVED_NUMBERS: std::ops::RangeInclusive<u32> = 19_000..=19_999;

/// Of a whole schema.
pub fn schema(schema: &Schema) -> Result<(), SchemaError> {
    let mut types = HashSet::new();
    if !schema.package.is_empty() {
        for part in schema.package.split('.') {
            name(part, "a package")?;
        }
    }
    for enumeration in &schema.enums {
        type_name(&enumeration.name, "an enum")?;
        once(types.insert(&enumeration.name), "the schema", &enumeration.name)?;
    }
    for message in &schema.messages {
        type_name(&message.name, "a message")?;
        once(types.insert(&message.name), "the schema", &message.name)?;
    }
    // Names of an enum's values stand beside the enum, not in it.
    for enumeration in &schema.enums {
        values(enumeration)?;
        for (value, _) in &enumeration.values {
            once(types.insert(value), "the schema", value)?;
        }
    }
    for message in &schema.messages {
        fields(schema, message)?;
    }
    let mut finished = HashMap::new();
    schema
        .messages
        .iter()
        .try_for_each(|message| nests(schema, message, (&mut Vec::new(), &mut finished)).map(|_| ()))
}

fn values(enumeration: &Enumeration) -> Result<(), SchemaError> {
    let place = &enumeration.name;
    if enumeration.values.first().is_none_or(|(_, number)| *number != 0) {
        return Err(SchemaError::Zero { place: place.clone() });
    }
    let mut numbers = HashSet::new();
    for (value, number) in &enumeration.values {
        name(value, "a value")?;
        once(numbers.insert(number), place, &number.to_string())?;
        if i32::try_from(*number).is_err() {
            return Err(SchemaError::Number { place: format!("{place}.{value}"), number: *number });
        }
    }
    Ok(())
}

fn fields(schema: &Schema, message: &Message) -> Result<(), SchemaError> {
    let (mut names, mut json_names, mut numbers) = (HashSet::new(), HashSet::new(), HashSet::new());
    for oneof in &message.oneofs {
        name(oneof, "a oneof")?;
        once(names.insert(oneof), &message.name, oneof)?;
    }
    for field in &message.fields {
        let place = format!("{}.{}", message.name, field.name);
        name(&field.name, "a field")?;
        once(names.insert(&field.name), &message.name, &field.name)?;
        once(json_names.insert(field.name.replace('_', "").to_lowercase()), &message.name, &field.name)?;
        if field.number == 0 || field.number > FIELD_MAX || RESERVED_NUMBERS.contains(&field.number) {
            return Err(SchemaError::Number { place, number: field.number });
        }
        once(numbers.insert(field.number), &message.name, &format!("number {}", field.number))?;
        kind(schema, field, place)?;
    }
    Ok(())
}

fn kind(schema: &Schema, field: &Field, place: String) -> Result<(), SchemaError> {
    match &field.kind {
        Kind::Enum(name) if schema.enumeration(name).is_none() => {
            Err(SchemaError::Missing { place, what: name.clone() })
        }
        Kind::Message(name) if schema.message(name).is_none() => {
            Err(SchemaError::Missing { place, what: name.clone() })
        }
        Kind::Packed32(parts) => bits(parts, place, 32),
        Kind::Packed64(parts) => bits(parts, place, 64),
        _ => Ok(()),
    }
}

fn bits(parts: &[BitField], place: String, width: u32) -> Result<(), SchemaError> {
    let mut names = HashSet::new();
    for part in parts {
        name(&part.name, "a bit field")?;
        once(names.insert(&part.name), &place, &part.name)?;
        if !(1..=32).contains(&part.bits) {
            return Err(SchemaError::Bits {
                place,
                reason: format!("'{}' has {} bits", part.name, part.bits),
            });
        }
    }
    let sum: u32 = parts.iter().map(|part| u32::from(part.bits)).sum();
    if sum == 0 || sum > width {
        return Err(SchemaError::Bits { place, reason: format!("they have {sum} bits of {width}") });
    }
    Ok(())
}

/// Goes down through a message; what stands on the way must not come again. How deep it is.
fn nests<'a>(
    schema: &'a Schema,
    message: &'a Message,
    (way, finished): (&mut Vec<&'a str>, &mut HashMap<&'a str, usize>),
) -> Result<usize, SchemaError> {
    if let Some(depth) = finished.get(message.name.as_str()) {
        return Ok(*depth);
    }
    if way.contains(&message.name.as_str()) {
        return Err(SchemaError::Recursive { place: message.name.clone() });
    }
    let deep = || SchemaError::Deep { place: message.name.clone() };
    if way.len() == DEEPEST {
        return Err(deep());
    }
    way.push(&message.name);
    let mut depth = 1;
    for field in &message.fields {
        if let Kind::Message(name) = &field.kind {
            depth = depth.max(1 + nests(schema, schema.nested(name), (way, finished))?);
        }
    }
    way.pop();
    if depth > DEEPEST {
        return Err(deep());
    }
    finished.insert(&message.name, depth);
    Ok(depth)
}

fn once(is_new: bool, place: &str, what: &str) -> Result<(), SchemaError> {
    if is_new {
        Ok(())
    } else {
        Err(SchemaError::Twice { place: place.to_owned(), what: format!("'{what}'") })
    }
}

fn name(text: &str, what: &'static str) -> Result<(), SchemaError> {
    let good = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if good { Ok(()) } else { Err(SchemaError::Name { place: text.to_owned(), what }) }
}

/// With a capital, so that none is read as one of proto3's own words.
fn type_name(text: &str, what: &'static str) -> Result<(), SchemaError> {
    name(text, what)?;
    if text.starts_with(|first: char| first.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(SchemaError::Name { place: text.to_owned(), what })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(fields: &[(&str, u32, Kind, Option<usize>)], oneofs: &[&str]) -> &'static str {
        let field = |(name, number, kind, oneof): &(&str, u32, Kind, Option<usize>)| Field {
            name: (*name).to_owned(),
            number: *number,
            kind: kind.clone(),
            oneof: *oneof,
        };
        let oneofs = oneofs.iter().map(|name| (*name).to_owned()).collect();
        let message = Message { name: "A".to_owned(), fields: fields.iter().map(field).collect(), oneofs };
        Schema::new(String::new(), vec![message], Vec::new()).expect_err("it is not sound").code()
    }

    /// What a file's parser refuses before us, and a kernel's text does not.
    #[test]
    fn unsound_schemas_are_refused() {
        for number in [0, 19_000, 19_999, FIELD_MAX + 1] {
            assert_eq!(refused(&[("a", number, Kind::Bool, None)], &[]), "schema::number");
        }
        let (one, two) = (("a", 1, Kind::Bool, None), ("b", 1, Kind::Bool, None));
        assert_eq!(refused(&[one.clone(), two], &[]), "schema::twice");
        assert_eq!(refused(&[one.clone(), ("A_", 2, Kind::Bool, None)], &[]), "schema::twice");
        assert_eq!(refused(&[("a", 1, Kind::Enum("E".to_owned()), None)], &[]), "schema::missing");
        assert_eq!(refused(&[("a", 1, Kind::Message("B".to_owned()), None)], &[]), "schema::missing");
        assert_eq!(refused(&[("a", 1, Kind::Bool, Some(0))], &[]), "schema::missing");
        assert_eq!(refused(std::slice::from_ref(&one), &["empty"]), "schema::missing");
        assert_eq!(refused(&[("a", 1, Kind::Bool, Some(0))], &["a"]), "schema::twice");
        let both = [("a", 1, Kind::Bool, Some(0)), ("b", 2, Kind::Bool, Some(1))];
        assert_eq!(refused(&both, &["o", "o"]), "schema::twice");
        assert_eq!(refused(&[("a", 1, Kind::Packed64(Vec::new()), None)], &[]), "schema::bits");
    }

    #[test]
    fn unsound_enums_and_packages_are_refused() {
        let code = |package: &str, values: &[(&str, u32)]| {
            let values = values.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
            let enumeration = Enumeration { name: "E".to_owned(), values };
            Schema::new(package.to_owned(), Vec::new(), vec![enumeration]).map_err(|error| error.code())
        };
        assert!(code("a.b", &[("NONE", 0), ("ONE", 1)]).is_ok());
        assert_eq!(code("", &[]), Err("schema::zero"));
        assert_eq!(code("", &[("ONE", 1)]), Err("schema::zero"));
        assert_eq!(code("", &[("NONE", 0), ("ZERO", 0)]), Err("schema::twice"));
        assert_eq!(code("", &[("NONE", 0), ("NONE", 1)]), Err("schema::twice"));
        assert_eq!(code("", &[("NONE", 0), ("BIG", 1 << 31)]), Err("schema::number"));
        assert_eq!(code("a..b", &[("NONE", 0)]), Err("schema::name"));
    }
}
