//! What a decoder must say: as JSON with numbers as text, and as Rust shows its structs.

use serde_json::{Map, Value as Json, json};
use swarm_advert::{Field, Kind as FieldKind, Layout, Presence, Value, decimal};
use swarm_schema::{BitField, Kind, Message, Record, Schema, Value as Held, bits};
use swarm_tests::leaves::TOP;

/// The same, said in two ways.
pub struct Expected {
    pub plain: Json,
    pub debug: String,
}

/// Whether two plain values are the same; what has digits after the point is compared as the nearest double.
pub fn is_same(expected: &Json, found: &Json) -> bool {
    match (expected, found) {
        (Json::Object(expected), Json::Object(found)) => {
            expected.len() == found.len()
                && expected.iter().all(|(name, one)| found.get(name).is_some_and(|other| is_same(one, other)))
        }
        (Json::String(expected), Json::String(found)) if expected.contains('.') => {
            expected.parse::<f64>().is_ok_and(|value| found.parse() == Ok(value))
        }
        _ => expected == found,
    }
}

/// Of a beacon's frame with these values given.
pub fn frame(layout: &Layout, id: u8, given: &[Value]) -> Expected {
    let frame = layout.frames().find(|frame| frame.id == id).expect("the kernel's frames have ids");
    let (mut plain, mut debug) = (Map::new(), Vec::new());
    for (place, field) in layout.beacon.fields.iter().enumerate() {
        let carries = |frame: &swarm_advert::Frame| frame.fields().any(|carried| carried == place);
        if !carries(frame) {
            debug.push(format!("{}: None", field.name));
            continue;
        }
        let code = field.code(given[place]).expect("the kernel has taken it");
        let value = field.value(code).expect("a code stands for a value");
        plain.insert(field.name.clone(), plain_field(field, value));
        let mut shown = shown_field(field, value);
        if !layout.frames().all(carries) {
            shown = format!("Some({shown})");
        }
        debug.push(format!("{}: {shown}", field.name));
    }
    Expected { plain: Json::Object(plain), debug: format!("Reading {{ {} }}", debug.join(", ")) }
}

fn plain_field(field: &Field, value: Value) -> Json {
    match (value, &field.kind) {
        (Value::Missing, _) => Json::Null,
        (Value::Flag(flag), _) => json!(flag),
        (Value::Choice(place), FieldKind::Choice(names)) => json!(names[place as usize]),
        (Value::Id(id) | Value::Choice(id), _) => json!(id.to_string()),
        (Value::Number(units), FieldKind::Number(number)) => json!(decimal(units, number.decimals)),
        (Value::Number(units), _) => json!(units.to_string()),
    }
}

fn shown_field(field: &Field, value: Value) -> String {
    let shown = match (value, &field.kind) {
        (Value::Missing, _) => return "None".to_owned(),
        (Value::Flag(flag), _) => flag.to_string(),
        (Value::Choice(place), FieldKind::Choice(names)) => format!("{:?}", names[place as usize]),
        (Value::Id(id) | Value::Choice(id), _) => id.to_string(),
        (Value::Number(units), _) => units.to_string(),
    };
    if field.presence == Presence::MayBeMissing { format!("Some({shown})") } else { shown }
}

/// Of a message.
pub fn record(schema: &Schema, record: &Record) -> Expected {
    let top = schema.nested(TOP);
    Expected { plain: plain(schema, top, record), debug: shown(schema, top, record) }
}

fn plain(schema: &Schema, message: &Message, record: &Record) -> Json {
    let pairs = message.fields.iter().zip(&record.values).map(|(field, value)| {
        let is_absent = value.is_none() && (field.oneof.is_some() || field.kind.has_presence());
        let number = if let Some(Held::Number(number)) = value { *number } else { 0 };
        let said = match (&field.kind, value) {
            _ if is_absent => Json::Null,
            (Kind::Message(name), Some(Held::Message(inner))) => plain(schema, schema.nested(name), inner),
            (Kind::Bytes { .. }, Some(Held::Bytes(bytes))) => json!(format!("0x{}", hexadecimal(bytes))),
            (Kind::Bytes { .. }, _) => json!("0x"),
            (Kind::Sint32, Some(Held::Signed(number))) => json!(number.to_string()),
            (Kind::Bool, _) => json!(number != 0),
            (Kind::Enum(name), _) => {
                let values = &schema.enumeration(name).expect("the schema has it").values;
                let known = values.iter().find(|(_, known)| u64::from(*known) == number);
                json!(known.map_or_else(|| number.to_string(), |(name, _)| name.clone()))
            }
            (Kind::Packed32(parts) | Kind::Packed64(parts), _) => {
                let parts = parts.iter().zip(bits::unpack(parts, number));
                parts
                    .map(|(part, value)| (part.name.clone(), json!(value.to_string())))
                    .collect::<Map<_, _>>()
                    .into()
            }
            _ => json!(number.to_string()),
        };
        (field.name.clone(), said)
    });
    pairs.collect::<Map<_, _>>().into()
}

fn shown(schema: &Schema, message: &Message, record: &Record) -> String {
    let fields = message.fields.iter().zip(&record.values).map(|(field, value)| {
        let is_optional = field.oneof.is_some() || field.kind.has_presence();
        let number = if let Some(Held::Number(number)) = value { *number } else { 0 };
        let said = match (&field.kind, value) {
            (_, None) if is_optional => return format!("{}: None", field.name),
            (Kind::Message(name), Some(Held::Message(inner))) => shown(schema, schema.nested(name), inner),
            (Kind::Bytes { .. }, Some(Held::Bytes(bytes))) => format!("{bytes:?}"),
            (Kind::Bytes { .. }, _) => "[]".to_owned(),
            (Kind::Sint32, Some(Held::Signed(number))) => number.to_string(),
            (Kind::Bool, _) => (number != 0).to_string(),
            (Kind::Enum(name), _) => format!("{name}({number})"),
            (Kind::Packed32(parts) | Kind::Packed64(parts), _) => {
                let name = format!("{}{}", message.name, field.name.to_uppercase());
                format!("{name} {{ {} }}", shown_bits(parts, number))
            }
            _ => number.to_string(),
        };
        format!("{}: {}", field.name, if is_optional { format!("Some({said})") } else { said })
    });
    let fields: Vec<String> = fields.collect();
    format!("{} {{ {} }}", message.name, fields.join(", "))
}

fn shown_bits(parts: &[BitField], number: u64) -> String {
    let values = bits::unpack(parts, number);
    let parts = parts.iter().zip(values).map(|(part, value)| format!("{}: {value}", part.name));
    parts.collect::<Vec<_>>().join(", ")
}

pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
