//! The decoders in TypeScript, for ECMAScript 2020 or later. No name of a kernel has a `$`.

use super::names::Names;
use super::{Language, Source, describe, key, others};
use std::collections::HashMap;
use std::fmt::Write;
use swarm_dialects::schema::model::{BitField, Enumeration, Field, Kind, Message, Schema};

/// Identifiers by the kernel's names.
type Called<'s> = HashMap<&'s str, String>;

pub fn text(source: &Source) -> String {
    let mut names = Names::new(Language::TypeScript);
    let mut text = format!("/**\n * {}\n */\n", source.head().join("\n * "));
    for beacon in source.beacons(&mut names, Language::TypeScript) {
        let _ = write!(text, "\n{beacon}");
    }
    let schema = source.schema;
    if schema.messages().is_empty() {
        return text;
    }
    let all = schema.enums().iter().map(|one| &one.name).chain(schema.messages().iter().map(|one| &one.name));
    let called: Called = all.map(|name| (name.as_str(), names.take(name))).collect();
    for enumeration in schema.enums() {
        let _ = write!(text, "\n{}", names_of(&called, enumeration));
    }
    for message in schema.messages() {
        let _ = write!(text, "\n{}", item((schema, &called), message));
    }
    text + HELPERS
}

fn names_of(called: &Called, enumeration: &Enumeration) -> String {
    let name = &called[enumeration.name.as_str()];
    let texts: Vec<String> = enumeration.values.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let values: Vec<String> =
        enumeration.values.iter().map(|(name, number)| format!("{number}: \"{name}\"")).collect();
    format!(
        "/** A name, or a number that has none. */\nexport type {name} = {} | number;\n\n\
         /** The names of its numbers. */\nexport const {name}: Record<number, {name}> = {{ {} }};\n",
        texts.join(" | "),
        values.join(", ")
    )
}

fn item((schema, called): (&Schema, &Called), message: &Message) -> String {
    let name = &called[message.name.as_str()];
    let mut text = format!(
        "/** The message {}; `null` is what is not there. */\nexport interface {name} {{\n",
        message.name
    );
    for (place, field) in message.fields.iter().enumerate() {
        let absent = if field.oneof.is_some() || field.kind.has_presence() { " | null" } else { "" };
        let kind = property(called, field);
        let _ = write!(text, "  /** {} */\n  {}: {kind}{absent};\n", describe(message, place), field.name);
    }
    let _ = write!(
        text,
        r#"}}

export const {name} = {{
  /** Gives the fields; throws a RangeError for bytes that are no such message. */
  decode(data: Uint8Array): {name} {{
    return $merge({name}$, data, null) as unknown as {name};
  }},
}};

const {name}$: $Message = {{
  empty: () => ({{
"#
    );
    for field in &message.fields {
        let _ = writeln!(text, "    {}: {},", field.name, empty(schema, field));
    }
    text += "  }),\n  fields: {\n";
    for (place, field) in message.fields.iter().enumerate() {
        let others: Vec<String> = others(message, place).iter().map(|other| format!("\"{other}\"")).collect();
        let _ = writeln!(
            text,
            "    {}: [\"{}\", [{}], {}],",
            key(field.number, &field.kind),
            field.name,
            others.join(", "),
            meaning(called, field)
        );
    }
    text + "  },\n};\n"
}

fn property(called: &Called, field: &Field) -> String {
    match &field.kind {
        Kind::Uint32 | Kind::Sint32 | Kind::Fixed32 => "number".to_owned(),
        Kind::Fixed64 => "bigint".to_owned(),
        Kind::Bool => "boolean".to_owned(),
        Kind::Bytes { .. } => "Uint8Array".to_owned(),
        Kind::Enum(name) | Kind::Message(name) => called[name.as_str()].clone(),
        Kind::Packed32(parts) | Kind::Packed64(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| format!("{}: number", part.name)).collect();
            format!("{{ {} }}", parts.join("; "))
        }
    }
}

fn empty(schema: &Schema, field: &Field) -> String {
    if field.oneof.is_some() {
        return "null".to_owned();
    }
    match &field.kind {
        Kind::Uint32 | Kind::Sint32 | Kind::Fixed32 => "0".to_owned(),
        Kind::Fixed64 => "0n".to_owned(),
        Kind::Bool => "false".to_owned(),
        Kind::Bytes { .. } => "new Uint8Array(0)".to_owned(),
        Kind::Message(_) => "null".to_owned(),
        Kind::Enum(name) => {
            let zero = schema.enumeration(name).and_then(|enumeration| enumeration.values.first());
            zero.map_or_else(|| "0".to_owned(), |(name, _)| format!("\"{name}\""))
        }
        Kind::Packed32(parts) | Kind::Packed64(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| format!("{}: 0", part.name)).collect();
            format!("{{ {} }}", parts.join(", "))
        }
    }
}

fn meaning(called: &Called, field: &Field) -> String {
    match &field.kind {
        Kind::Uint32 => "(number) => Number($narrow(number))".to_owned(),
        Kind::Sint32 => "(number) => $signed($narrow(number))".to_owned(),
        Kind::Fixed32 => "(number) => Number(number)".to_owned(),
        Kind::Fixed64 => "(number) => number".to_owned(),
        Kind::Bool => "(number) => number !== 0n".to_owned(),
        Kind::Bytes { max } => format!("(_, bytes) => $most(bytes, {max})"),
        Kind::Enum(name) => format!("(number) => $named({}, number)", called[name.as_str()]),
        Kind::Message(name) => {
            format!("(_, bytes, earlier) => $merge({}$, bytes, earlier)", called[name.as_str()])
        }
        Kind::Packed32(parts) | Kind::Packed64(parts) => {
            let mut first = 0;
            let part = |BitField { name, bits, is_signed }: &BitField| {
                let cut = if *is_signed { "asIntN" } else { "asUintN" };
                let shifted = if first == 0 { "number".to_owned() } else { format!("number >> {first}n") };
                first += u32::from(*bits);
                format!("{name}: Number(BigInt.{cut}({bits}, {shifted}))")
            };
            format!("(number) => ({{ {} }})", parts.iter().map(part).collect::<Vec<_>>().join(", "))
        }
    }
}

const HELPERS: &str = r#"
type $Meaning = (number: bigint, bytes: Uint8Array, earlier: unknown) => unknown;

/** Fields by number and wire type: name, the others of its oneof, and what a value means. */
interface $Message {
  empty: () => Record<string, unknown>;
  fields: Record<number, [string, string[], $Meaning]>;
}

/** Reads fields into the values; of what comes twice the last counts. */
function $merge(message: $Message, data: Uint8Array, earlier: unknown): Record<string, unknown> {
  const values = (earlier ?? message.empty()) as Record<string, unknown>;
  let at = 0;
  const varint = (): bigint => {
    let number = 0n;
    for (let place = 0; place < 10; place++) {
      if (at === data.length) throw new RangeError("ends within a number");
      const byte = data[at++];
      if (place === 9 && byte > 1) break;
      number |= BigInt(byte & 127) << BigInt(7 * place);
      if (byte < 128) return number;
    }
    throw new RangeError("a number has more than 64 bits");
  };
  while (at < data.length) {
    const key = varint();
    const wireType = Number(key & 7n);
    if (key < 8n || key >> 32n !== 0n || ![0, 1, 2, 5].includes(wireType)) {
      throw new RangeError("no field has this key");
    }
    let number = 0n;
    let bytes = data.slice(0, 0);
    if (wireType === 0) {
      number = varint();
    } else {
      const size = wireType === 2 ? varint() : wireType === 1 ? 8n : 4n;
      if (size > BigInt(data.length - at)) throw new RangeError("ends within a field");
      bytes = data.slice(at, at + Number(size));
      at += Number(size);
      if (wireType !== 2) for (let place = bytes.length; place > 0; place--) number = (number << 8n) | BigInt(bytes[place - 1]);
    }
    const field = message.fields[Number(key)];
    if (field === undefined) continue;
    const [name, others, meaning] = field;
    values[name] = meaning(number, bytes, values[name]);
    for (const other of others) values[other] = null;
  }
  return values;
}

function $narrow(number: bigint): bigint {
  if (number >> 32n !== 0n) throw new RangeError("a number has more than 32 bits");
  return number;
}

function $signed(number: bigint): number {
  return Number((number >> 1n) ^ -(number & 1n));
}

function $named<Name>(names: Record<number, Name>, number: bigint): Name | number {
  if (number >> 31n !== 0n) throw new RangeError("no enum has this number");
  return names[Number(number)] ?? Number(number);
}

function $most(bytes: Uint8Array, most: number): Uint8Array {
  if (bytes.length > most) throw new RangeError(`${bytes.length} bytes, and ${most} are the most`);
  return bytes;
}
"#;
