//! Random messages for random kernels: their schemas, the fields that ops name of them, and what those hold.

use crate::random::Random;
use std::fmt::Write;
use swarm_dialects::schema::{Place, held_bits};
use swarm_schema::{
    BitField, Enumeration, Field, Kind, Message, Record, Schema, Value, bits, encode, enum_bits,
};

/// The message that is spoken; the others are within it.
pub const TOP: &str = "M0";
/// Ports that carry numbers; fields take them in turn.
pub const NUMBERS: usize = 8;
/// Most bytes of a field.
pub const MOST: usize = 160;

/// A field that an op names.
#[derive(Clone)]
pub struct Leaf {
    pub path: String,
    pub place: Place,
    pub kind: Kind,
    pub has: bool,
}

pub fn is_bytes(leaf: &Leaf) -> bool {
    matches!(leaf.kind, Kind::Bytes { .. }) && !leaf.has
}

/// Numbers that matter: near 0, at the ends of bytes, anywhere.
pub fn number(random: &mut Random) -> i32 {
    match random.below(6) {
        0 => 0,
        1 => random.below(14) as i32,
        2 => random.of(&[127, 128, 16383, 16384, -1, i32::MIN, i32::MAX, 1 << 21, 1 << 28]),
        3 => -(random.below(70) as i32),
        _ => random.draw() as i32 >> random.below(32),
    }
}

/// Three messages: the first may hold the second, and both the third.
pub fn schema(random: &mut Random) -> Schema {
    let messages = (0..3).map(|number| message(random, number)).collect();
    let values = vec![("NONE".to_owned(), 0), ("SOME".to_owned(), 1), ("FAR".to_owned(), 300)];
    Schema::new(String::new(), messages, vec![Enumeration { name: "Kind".into(), values }])
        .expect("it is sound")
}

pub fn message(random: &mut Random, number: u32) -> Message {
    let mut numbers: Vec<u32> = Vec::new();
    let mut fields: Vec<Field> = Vec::new();
    for place in 0..1 + random.below(6) {
        let field_number = random.of(&[1, 2, 3, 4, 5, 15, 16, 17, 300, 2047, 2048, 536_870_911]);
        if numbers.contains(&field_number) {
            continue;
        }
        numbers.push(field_number);
        let oneof = (random.below(3) == 0).then_some(0);
        fields.push(Field {
            name: format!("f{place}"),
            number: field_number,
            kind: kind(random, number),
            oneof,
        });
    }
    let oneofs =
        if fields.iter().any(|field| field.oneof.is_some()) { vec!["one".to_owned()] } else { vec![] };
    Message { name: format!("M{number}"), fields, oneofs }
}

pub fn kind(random: &mut Random, number: u32) -> Kind {
    let bits = |random: &mut Random, mut left: u32| {
        let mut parts = Vec::new();
        while left > 0 && parts.len() < 4 {
            let bits = 1 + random.below(left.min(32));
            left -= bits;
            parts.push(BitField {
                name: format!("b{}", parts.len()),
                bits: bits as u8,
                is_signed: random.below(2) == 0,
            });
        }
        parts
    };
    match random.below(if number < 2 { 12 } else { 9 }) {
        0 => Kind::Uint32,
        1 => Kind::Sint32,
        2 => Kind::Fixed32,
        3 => Kind::Fixed64,
        4 => Kind::Bool,
        5 => Kind::Bytes { max: random.of(&[0, 1, 5, 12, MOST, MOST]) },
        6 => Kind::Enum("Kind".into()),
        7 => Kind::Packed32(bits(random, 32)),
        8 => Kind::Packed64(bits(random, 64)),
        _ => Kind::Message(format!("M{}", number + 1 + random.below(2 - number))),
    }
}

/// All that can be named in a message.
pub fn collect(schema: &Schema, name: &str, (way, path): (&mut Vec<usize>, String), leaves: &mut Vec<Leaf>) {
    for (number, field) in schema.nested(name).fields.iter().enumerate() {
        way.push(number);
        let path = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
        let mut leaf = |path: String, bits: Option<usize>, has: bool| {
            leaves.push(Leaf {
                path,
                place: Place { way: way.clone(), bits },
                kind: field.kind.clone(),
                has,
            });
        };
        if field.oneof.is_some() || matches!(field.kind, Kind::Message(_)) {
            leaf(path.clone(), None, true);
        }
        match &field.kind {
            Kind::Message(inner) => collect(schema, inner, (way, path), leaves),
            Kind::Packed32(parts) | Kind::Packed64(parts) => {
                for (number, part) in parts.iter().enumerate() {
                    leaf(format!("{path}.{}", part.name), Some(number), false);
                }
            }
            _ => leaf(path, None, false),
        }
        way.pop();
    }
}

/// Whether two places are in different fields of one oneof.
pub fn excludes(schema: &Schema, a: &Place, b: &Place) -> bool {
    let shared = a.way.iter().zip(&b.way).take_while(|(a, b)| a == b).count();
    let fork = |place: &Place| {
        let way = place.way.get(..=shared)?.to_vec();
        Place { way, bits: None }.field(schema, TOP).oneof
    };
    fork(a).is_some() && fork(a) == fork(b)
}

/// A random record, near the limits of its fields.
pub fn record(random: &mut Random, schema: &Schema, name: &str) -> Record {
    let message = schema.nested(name);
    let mut record = Record::empty(message);
    let mut one = false;
    for (place, field) in message.fields.iter().enumerate() {
        if random.below(4) == 0 || field.oneof.is_some() && one {
            continue;
        }
        one |= field.oneof.is_some();
        let low = number(random) as u32;
        record.values[place] = Some(match &field.kind {
            Kind::Sint32 => Value::Signed(low as i32),
            Kind::Bool => Value::Number(u64::from(low & 1)),
            Kind::Enum(_) => Value::Number(u64::from(low >> 1)),
            Kind::Fixed64 | Kind::Packed64(_) => Value::Number(u64::from(low) << random.below(33)),
            Kind::Bytes { max } => {
                let length = random.below(*max as u32 + 1);
                Value::Bytes((0..length).map(|_| random.draw() as u8).collect())
            }
            Kind::Message(inner) => Value::Message(self::record(random, schema, inner)),
            _ => Value::Number(low.into()),
        });
    }
    record
}

/// Sets a field of a record, with all messages on the way.
pub fn set(
    schema: &Schema,
    (name, record): (&str, &mut Record),
    (place, kind): (&Place, &Kind),
    (given, source): (i32, &[u8]),
) {
    let first = place.way[0];
    if let Kind::Message(inner) = &schema.nested(name).fields[first].kind {
        let value =
            record.values[first].get_or_insert_with(|| Value::Message(Record::empty(schema.nested(inner))));
        let Value::Message(record) = value else { panic!("a message is a record") };
        let place = Place { way: place.way[1..].to_vec(), bits: place.bits };
        return set(schema, (inner, record), (&place, kind), (given, source));
    }
    let value = match kind {
        Kind::Sint32 => Value::Signed(given),
        Kind::Bool => Value::Number(u64::from(given as u32 & 1)),
        Kind::Enum(_) => {
            let bits = enum_bits(schema, &schema.nested(name).fields[first]);
            Value::Number(u64::from(given as u32) & ((1 << bits) - 1))
        }
        // As the kernel extends it.
        Kind::Fixed64 => Value::Number(i64::from(given) as u64),
        Kind::Bytes { .. } => Value::Bytes(source[..given as usize].to_vec()),
        Kind::Packed32(parts) | Kind::Packed64(parts) => {
            let earlier = match &record.values[first] {
                Some(Value::Number(number)) => *number,
                _ => 0,
            };
            let number = place.bits.expect("a bit field");
            let below: u32 = parts[..number].iter().map(|part| u32::from(part.bits)).sum();
            let mask = (1u64 << parts[number].bits) - 1;
            Value::Number(earlier | (u64::from(given as u32) & mask) << below)
        }
        _ => Value::Number(u64::from(given as u32)),
    };
    record.values[first] = Some(value);
}

/// The value at a place, if it is there.
pub fn find<'r>(schema: &Schema, (name, record): (&str, &'r Record), way: &[usize]) -> Option<&'r Value> {
    let value = record.values[way[0]].as_ref()?;
    match (&schema.nested(name).fields[way[0]].kind, value) {
        (Kind::Message(inner), Value::Message(record)) if way.len() > 1 => {
            find(schema, (inner, record), &way[1..])
        }
        _ => Some(value),
    }
}

/// A message with these fields, from what the ports say; a fault where there are not so many bytes.
pub fn composed(schema: &Schema, leaves: &[Leaf], (sensed, source): (&[i32], &[u8])) -> Result<Record, u32> {
    let mut top = Record::empty(schema.nested(TOP));
    for (number, leaf) in leaves.iter().enumerate() {
        let value = sensed[number % NUMBERS];
        if let Kind::Bytes { max } = leaf.kind
            && !(0..=max.min(MOST) as i32).contains(&value)
        {
            return Err(1);
        }
        set(schema, (TOP, &mut top), (&leaf.place, &leaf.kind), (value, source));
    }
    Ok(top)
}

/// Its bytes.
pub fn written(schema: &Schema, leaves: &[Leaf], given: (&[i32], &[u8])) -> Result<Vec<u8>, u32> {
    let top = composed(schema, leaves, given)?;
    Ok(encode(schema, schema.nested(TOP), &top).expect("values are cut"))
}

/// What a handler acts of the fields of a message, or of none; and the bytes of the fields that have some.
pub fn values(schema: &Schema, leaves: &[Leaf], record: Option<&Record>) -> (Vec<i32>, Vec<Vec<u8>>) {
    let (mut acts, mut arrays) = (Vec::new(), Vec::new());
    for leaf in leaves {
        let field = record.and_then(|record| find(schema, (TOP, record), &leaf.place.way));
        if leaf.has {
            acts.push(i32::from(field.is_some()));
            continue;
        }
        match (&leaf.kind, field) {
            (Kind::Bytes { .. }, found) => {
                let bytes = match found {
                    Some(Value::Bytes(bytes)) => bytes.clone(),
                    _ => Vec::new(),
                };
                acts.push(bytes.len() as i32);
                arrays.push(bytes);
            }
            (Kind::Packed32(parts) | Kind::Packed64(parts), found) => {
                let whole = if let Some(Value::Number(number)) = found { *number } else { 0 };
                let part = bits::unpack(parts, whole)[leaf.place.bits.expect("a bit field")];
                acts.push(part as i32);
            }
            (Kind::Fixed64, found) => {
                let whole = if let Some(Value::Number(number)) = found { *number } else { 0 };
                acts.extend([whole as i32, (whole >> 32) as i32]);
            }
            (_, Some(Value::Signed(number))) => acts.push(*number),
            (_, Some(Value::Number(number))) => acts.push(*number as i32),
            _ => acts.push(0),
        }
    }
    (acts, arrays)
}

/// Reads all ports into values.
pub fn sense(text: &mut String) {
    for port in 0..NUMBERS {
        let _ = writeln!(text, "    %p{port} = swarm.sense @p{port}");
    }
}

/// The fields of an op that writes them, from the ports' values.
pub fn given(text: &mut String, leaves: &[Leaf]) -> String {
    let mut given = Vec::new();
    for (number, leaf) in leaves.iter().enumerate() {
        let port = number % NUMBERS;
        let (path, bits) = (&leaf.path, held_bits(&leaf.kind));
        given.push(match leaf.kind {
            Kind::Bytes { .. } => format!("{path} = @source[%p{port}]"),
            _ if bits == 32 => format!("{path} = %p{port}"),
            _ => {
                let op = if bits == 1 { "trunci" } else { "extsi" };
                let _ = writeln!(text, "    %v{number} = arith.{op} %p{port} : i32 to i{bits}");
                format!("{path} = %v{number} : i{bits}")
            }
        });
    }
    given.join(", ")
}

/// The fields of an op that reads them.
pub fn asked(leaves: &[Leaf]) -> Vec<String> {
    let mut array = 0;
    let mut asked = |leaf: &Leaf| match (leaf.has, held_bits(&leaf.kind)) {
        (true, _) => format!("has {}", leaf.path),
        _ if is_bytes(leaf) => {
            array += 1;
            format!("{} into @array{}", leaf.path, array - 1)
        }
        (_, 32) => leaf.path.clone(),
        (_, bits) => format!("{} : i{bits}", leaf.path),
    };
    leaves.iter().map(&mut asked).collect()
}

/// Acts on what was read, the values `%r0` and on.
pub fn act(text: &mut String, leaves: &[Leaf]) {
    for (number, leaf) in leaves.iter().enumerate() {
        act_on(text, number, if leaf.has { 1 } else { held_bits(&leaf.kind) });
    }
}

/// Acts on the value `%r` of that number, of so many bits; on a wide one by halves.
pub fn act_on(text: &mut String, number: usize, bits: u32) {
    let _ = match bits {
        1 => writeln!(
            text,
            "    %a{number} = arith.extui %r{number} : i1 to i32\n    swarm.act @out, %a{number}"
        ),
        64 => writeln!(
            text,
            "    %a{number} = arith.trunci %r{number} : i64 to i32\n    swarm.act @out, %a{number}\n    \
             %c{number} = arith.constant 32 : i64\n    %h{number} = arith.shrui %r{number}, %c{number} : i64\n    \
             %b{number} = arith.trunci %h{number} : i64 to i32\n    swarm.act @out, %b{number}"
        ),
        _ => writeln!(text, "    swarm.act @out, %r{number}"),
    };
}

/// A field that no sender writes: an enum's value with the sign's bit, bytes that are one too many, a number or a
/// flag of more than 32 bits, or one that the message does not know, of 64 bits or of more.
pub fn odd_field(random: &mut Random, schema: &Schema) -> Vec<u8> {
    let fields = &schema.nested(TOP).fields;
    let field = &fields[random.below(fields.len() as u32) as usize];
    let key = |wire: u32| varint(u64::from(field.number << 3 | wire));
    let number = |number: u64| [key(0), varint(number)].concat();
    match &field.kind {
        Kind::Enum(_) => number(random.of(&[1 << 31, u64::from(u32::MAX), (1 << 31) - 1, 1 << 32])),
        Kind::Bool => number(random.of(&[2, 1 << 32, u64::MAX])),
        Kind::Uint32 | Kind::Sint32 => number(random.of(&[1 << 32, u64::MAX])),
        Kind::Bytes { max } => [key(2), varint(*max as u64 + 1), vec![7; max + 1]].concat(),
        _ => [varint(UNKNOWN << 3), vec![255; 9], vec![random.of(&[1, 2])]].concat(),
    }
}

/// A message of so many bytes, all of one field that no schema knows; only its first bytes, the others are any.
pub fn long(length: usize) -> Vec<u8> {
    let key = varint(UNKNOWN << 3 | 2);
    let content = length - key.len() - 2;
    [key, varint(content as u64)].concat()
}

/// The number of a field that no schema has.
const UNKNOWN: u64 = 1000;

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 127 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}
