//! All that a decoder has to know, as data, for decoders that are not generated.

use super::Language;
use super::Source;
use super::names::Names;
use serde_json::{Value, json};
use swarm_dialects::schema::model::{BitField, Enumeration, Field, Kind, Message, Schema, size_max};

pub fn text(source: &Source) -> String {
    let Source { name, version, standard, schema, .. } = source;
    let beacons = source.beacons(&mut Names::new(Language::Json), Language::Json);
    let enums: Vec<String> = schema.enums().iter().map(|one| enumeration(one).to_string()).collect();
    let messages: Vec<String> = schema.messages().iter().map(|one| message(schema, one)).collect();
    format!(
        "{{\n  \"format\": 1,\n  \"kernel\": \"{name}\",\n  \"version\": {version},\n  \"bthome\": {},\n  \"beacons\": {},\n  \
         \"enums\": {},\n  \"messages\": {}\n}}\n",
        json!(standard),
        list(&beacons),
        list(&enums),
        list(&messages)
    )
}

/// A list with an item on a line, or several.
fn list(items: &[String]) -> String {
    if items.is_empty() {
        return "[]".to_owned();
    }
    let indented = |item: &String| {
        item.trim_end().lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
    };
    format!("[\n{}\n  ]", items.iter().map(indented).collect::<Vec<_>>().join(",\n"))
}

fn enumeration(enumeration: &Enumeration) -> Value {
    let values = enumeration.values.iter().map(|(name, number)| json!({ "name": name, "number": number }));
    json!({ "name": enumeration.name, "values": values.collect::<Vec<_>>() })
}

fn message(schema: &Schema, message: &Message) -> String {
    let fields: Vec<String> = message.fields.iter().map(|one| format!("  {}", field(message, one))).collect();
    let (name, most) = (&message.name, size_max(schema, message));
    let fields = if fields.is_empty() { "[]".to_owned() } else { format!("[\n{}\n]", fields.join(",\n")) };
    format!("{{\"name\": \"{name}\", \"most_bytes\": {most}, \"fields\": {fields}}}")
}

fn field(message: &Message, field: &Field) -> Value {
    let mut about = json!({
        "name": field.name, "number": field.number, "oneof": field.oneof.map(|oneof| &message.oneofs[oneof]),
    });
    let (kind, key, value) = match &field.kind {
        Kind::Uint32 => ("uint32", "", Value::Null),
        Kind::Sint32 => ("sint32", "", Value::Null),
        Kind::Fixed32 => ("fixed32", "", Value::Null),
        Kind::Fixed64 => ("fixed64", "", Value::Null),
        Kind::Bool => ("bool", "", Value::Null),
        Kind::Bytes { max } => ("bytes", "most", json!(max)),
        Kind::Enum(name) => ("enum", "of", json!(name)),
        Kind::Message(name) => ("message", "of", json!(name)),
        Kind::Packed32(parts) => ("fixed32", "bits", bits(parts)),
        Kind::Packed64(parts) => ("fixed64", "bits", bits(parts)),
    };
    about["kind"] = json!(kind);
    if !key.is_empty() {
        about[key] = value;
    }
    about
}

fn bits(parts: &[BitField]) -> Value {
    let mut first = 0;
    let part = |BitField { name, bits, is_signed }: &BitField| {
        let part = json!({ "name": name, "first": first, "width": bits, "signed": is_signed });
        first += u32::from(*bits);
        part
    };
    parts.iter().map(part).collect()
}
