//! The decoders in Python, 3.6 or later.

use super::names::Names;
use super::{Language, Source, describe, key, others};
use std::collections::HashMap;
use std::fmt::Write;
use swarm_dialects::schema::model::{BitField, Field, Kind, Message, Schema};

/// Identifiers by the kernel's names.
type Called<'s> = HashMap<&'s str, String>;

pub fn text(source: &Source) -> String {
    let mut names = Names::new(Language::Python);
    let mut text = format!("\"\"\"{}\n\"\"\"\n", source.head().join("\n"));
    for beacon in source.beacons(&mut names, Language::Python) {
        let _ = write!(text, "\n\n{beacon}");
    }
    let schema = source.schema;
    if schema.messages().is_empty() {
        return text;
    }
    let all = schema.enums().iter().map(|one| &one.name).chain(schema.messages().iter().map(|one| &one.name));
    let called: Called = all.map(|name| (name.as_str(), names.take(name))).collect();
    for enumeration in schema.enums() {
        let values = enumeration.values.iter().map(|(name, number)| format!("{number}: \"{name}\""));
        let values = values.collect::<Vec<_>>().join(", ");
        let _ = write!(
            text,
            "\n\n# The names of its numbers.\n{} = {{{values}}}\n",
            called[enumeration.name.as_str()]
        );
    }
    for message in schema.messages() {
        let _ = write!(text, "\n\n{}", item((schema, &called), message));
    }
    text + HELPERS
}

fn item((schema, called): (&Schema, &Called), message: &Message) -> String {
    let name = &called[message.name.as_str()];
    let mut text = format!("class {name}:\n    \"\"\"The message {}:\n\n", message.name);
    for (place, field) in message.fields.iter().enumerate() {
        let _ = writeln!(text, "    {}: {}", field.name, describe(message, place));
    }
    let _ = write!(
        text,
        r#"    """

    @classmethod
    def decode(cls, data):
        """Gives the fields by name, None for what is not there; raises ValueError for bytes that are no such message."""
        return _merge(cls, bytes(data), None)

    @staticmethod
    def _empty():
        return {{
"#
    );
    for field in &message.fields {
        let _ = writeln!(text, "            \"{}\": {},", field.name, empty(schema, field));
    }
    text += "        }\n\n    # By number and wire type: name, the others of its oneof, and what a value means.\n    _FIELDS = {\n";
    for (place, field) in message.fields.iter().enumerate() {
        let others: String = others(message, place).iter().map(|other| format!("\"{other}\", ")).collect();
        let _ = writeln!(
            text,
            "        {}: (\"{}\", ({}), lambda value, earlier: {}),",
            key(field.number, &field.kind),
            field.name,
            others.trim_end(),
            meaning(called, field)
        );
    }
    text + "    }\n"
}

fn empty(schema: &Schema, field: &Field) -> String {
    if field.oneof.is_some() {
        return "None".to_owned();
    }
    match &field.kind {
        Kind::Uint32 | Kind::Sint32 | Kind::Fixed32 | Kind::Fixed64 => "0".to_owned(),
        Kind::Bool => "False".to_owned(),
        Kind::Bytes { .. } => "b\"\"".to_owned(),
        Kind::Message(_) => "None".to_owned(),
        Kind::Enum(name) => {
            let zero = schema.enumeration(name).and_then(|enumeration| enumeration.values.first());
            zero.map_or_else(|| "0".to_owned(), |(name, _)| format!("\"{name}\""))
        }
        Kind::Packed32(parts) | Kind::Packed64(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| format!("\"{}\": 0", part.name)).collect();
            format!("{{{}}}", parts.join(", "))
        }
    }
}

fn meaning(called: &Called, field: &Field) -> String {
    match &field.kind {
        Kind::Uint32 => "_narrow(value)".to_owned(),
        Kind::Sint32 => "_signed(_narrow(value))".to_owned(),
        Kind::Fixed32 | Kind::Fixed64 => "value".to_owned(),
        Kind::Bool => "value != 0".to_owned(),
        Kind::Bytes { max } => format!("_most(value, {max})"),
        Kind::Enum(name) => format!("_named({}, value)", called[name.as_str()]),
        Kind::Message(name) => format!("_merge({}, value, earlier)", called[name.as_str()]),
        Kind::Packed32(parts) | Kind::Packed64(parts) => {
            let mut first = 0;
            let part = |part: &BitField| {
                let (name, mask) = (&part.name, (1u64 << part.bits) - 1);
                let bits =
                    if first == 0 { format!("value & {mask}") } else { format!("value >> {first} & {mask}") };
                first += u32::from(part.bits);
                match part.is_signed {
                    // The highest bit counts down.
                    true => {
                        format!("\"{name}\": (({bits}) ^ {half}) - {half}", half = 1u64 << (part.bits - 1))
                    }
                    false => format!("\"{name}\": {bits}"),
                }
            };
            format!("{{{}}}", parts.iter().map(part).collect::<Vec<_>>().join(", "))
        }
    }
}

const HELPERS: &str = r#"

def _merge(message, data, values):
    """Reads fields into the values; of what comes twice the last counts."""
    values = message._empty() if values is None else values
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        wire_type = key & 7
        if key < 8 or key >> 32 or wire_type not in (0, 1, 2, 5):
            raise ValueError("no field has this key")
        if wire_type == 0:
            value, at = _varint(data, at)
        else:
            size = {1: 8, 5: 4}.get(wire_type)
            if size is None:
                size, at = _varint(data, at)
            if size > len(data) - at:
                raise ValueError("ends within a field")
            value = data[at:at + size]
            at += size
            if wire_type != 2:
                value = int.from_bytes(value, "little")
        if key in message._FIELDS:
            name, others, meaning = message._FIELDS[key]
            values[name] = meaning(value, values[name])
            for other in others:
                values[other] = None
    return values


def _varint(data, at):
    """Gives the number, and where it ends."""
    number = 0
    for place in range(10):
        if at == len(data):
            raise ValueError("ends within a number")
        byte = data[at]
        at += 1
        if place == 9 and byte > 1:
            break
        number |= (byte & 127) << (7 * place)
        if byte < 128:
            return number, at
    raise ValueError("a number has more than 64 bits")


def _narrow(value):
    if value >> 32:
        raise ValueError("a number has more than 32 bits")
    return value


def _signed(value):
    return value >> 1 ^ -(value & 1)


def _named(names, value):
    if value >> 31:
        raise ValueError("no enum has this number")
    return names.get(value, value)


def _most(value, most):
    if len(value) > most:
        raise ValueError("%d bytes, and %d are the most" % (len(value), most))
    return value
"#;
