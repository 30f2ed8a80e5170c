//! Random schemas: what we print protoc takes and we read again, and Python reads and writes the same messages.

use crate::peer::{hex, unhex};
use crate::python::{BYTES, Python, record, text};
use crate::random::Random;
use swarm_schema::{
    BitField, Enumeration, Field, Kind, Message, Schema, decode, encode, field_size_max, import, print,
    size_max,
};

const SCHEMAS: u64 = 40;
const MESSAGES: usize = 250;

fn bit_fields(random: &mut Random, width: usize) -> Vec<BitField> {
    let mut left = width;
    let mut fields = Vec::new();
    while left > 0 && (fields.is_empty() || random.below(4) > 0) {
        let bits = 1 + random.below(left.min(32));
        left -= bits;
        fields.push(BitField {
            name: format!("part{}", fields.len()),
            bits: bits as u8,
            is_signed: random.flag(),
        });
    }
    fields
}

fn kind(random: &mut Random, (enums, later): (usize, std::ops::Range<usize>)) -> Kind {
    match random.below(11) {
        0 => Kind::Uint32,
        1 => Kind::Sint32,
        2 => Kind::Fixed32,
        3 => Kind::Fixed64,
        4 => Kind::Bool,
        5 | 6 => Kind::Bytes { max: BYTES + random.below(200) },
        7 if enums > 0 => Kind::Enum(format!("Enum{}", random.below(enums))),
        8 | 9 if !later.is_empty() => {
            Kind::Message(format!("Message{}", later.start + random.below(later.len())))
        }
        10 => Kind::Packed64(bit_fields(random, 64)),
        _ => Kind::Packed32(bit_fields(random, 32)),
    }
}

fn message(random: &mut Random, (enums, place, count): (usize, usize, usize)) -> Message {
    let oneofs = random.below(3);
    let (mut number, mut fields) = (0, Vec::new());
    for index in 0..1 + random.below(9) {
        number += 1 + [0, 0, 0, random.below(20), 2000][random.below(5)] as u32;
        let oneof = (random.flag() && oneofs > 0).then(|| random.below(oneofs));
        let kind = kind(random, (enums, place + 1..count));
        fields.push(Field { name: format!("field_{index}"), number, kind, oneof });
    }
    // Every oneof needs a field.
    for oneof in 0..oneofs {
        number += 1;
        fields.push(Field { name: format!("of_{oneof}"), number, kind: Kind::Uint32, oneof: Some(oneof) });
    }
    let oneofs = (0..oneofs).map(|oneof| format!("choice_{oneof}")).collect();
    Message { name: format!("Message{place}"), fields, oneofs }
}

fn schema(seed: u64) -> Schema {
    let mut random = Random(seed);
    let enums = random.below(3);
    let values = |enumeration: usize, random: &mut Random| {
        let mut number = 0;
        let mut values = vec![(format!("E{enumeration}_NONE"), 0)];
        for value in 0..random.below(4) {
            number += 1 + [0, 5, 1000][random.below(3)] as u32;
            values.push((format!("E{enumeration}_{value}"), number));
        }
        values
    };
    let enumerations: Vec<_> = (0..enums)
        .map(|place| Enumeration { name: format!("Enum{place}"), values: values(place, &mut random) })
        .collect();
    let count = 1 + random.below(4);
    let messages = (0..count).map(|place| message(&mut random, (enums, place, count))).collect();
    let package = ["", "swarm", "swarm.kernel"][random.below(3)].to_owned();
    Schema::new(package, messages, enumerations).unwrap_or_else(|error| panic!("seed {seed}: {error}"))
}

#[test]
fn printed_schemas_are_read_as_the_same() {
    for seed in 0..SCHEMAS * 10 {
        let schema = schema(seed);
        let text = print(&schema);
        assert_eq!(import(&text), Ok(schema), "seed {seed}:\n{text}");
    }
}

#[test]
fn python_reads_and_writes_the_same_messages() {
    for seed in 0..SCHEMAS {
        let schema = schema(seed);
        let message = schema.message("Message0").expect("it is there");
        let python = Python::new(&schema, "Message0");
        let mut random = Random(1000 + seed);
        let (mut questions, mut answers) = (String::new(), Vec::new());
        for _ in 0..MESSAGES {
            let record = record(&schema, message, &mut random);
            let bytes = encode(&schema, message, &record).expect("its values fit");
            assert!(bytes.len() <= size_max(&schema, message));
            questions += &(hex(&bytes) + "\n");
            answers.push(text(&schema, message, &record));
        }
        assert_eq!(python.ask("again", questions), answers, "seed {seed}");

        for line in python.ask("make", format!("{MESSAGES} {seed}\n")) {
            let (bytes, theirs) = line.split_once(' ').expect("bytes and a text");
            let bytes = unhex(bytes);
            let record = decode(&schema, message, &bytes).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert_eq!(text(&schema, message, &record), theirs, "seed {seed}");
            assert_eq!(encode(&schema, message, &record), Ok(bytes), "seed {seed}");
        }
    }
}

/// Fields in any order, twice, unknown, of another wire type, damaged: what we read, Python reads as the same.
#[test]
fn damaged_messages_are_refused_or_read_as_python_does() {
    let (mut read, mut refused_by_us_alone, mut refused) = (0, 0, 0);
    for seed in 0..SCHEMAS / 2 {
        let schema = schema(seed);
        let message = schema.message("Message0").expect("it is there");
        let mut random = Random(2000 + seed);
        let (mut questions, mut answers) = (String::new(), Vec::new());
        for _ in 0..MESSAGES * 4 {
            let mut bytes = Vec::new();
            for _ in 0..random.below(3) + 1 {
                let record = record(&schema, message, &mut random);
                bytes.extend(encode(&schema, message, &record).expect("its values fit"));
            }
            for _ in 0..random.below(3) {
                let place = random.below(bytes.len() + 1);
                match random.below(4) {
                    0 => bytes.truncate(place),
                    1 => bytes.insert(place, [0x80, 0x08, random.next() as u8][random.below(3)]),
                    _ => {
                        if let Some(byte) = bytes.get_mut(place) {
                            *byte = random.next() as u8;
                        }
                    }
                }
            }
            questions += &(hex(&bytes) + "\n");
            answers.push(decode(&schema, message, &bytes).map(|record| text(&schema, message, &record)));
        }
        let theirs = Python::new(&schema, "Message0").ask("read", questions);
        assert_eq!(theirs.len(), answers.len());
        for (theirs, ours) in theirs.iter().zip(answers) {
            match ours {
                Ok(ours) => {
                    read += 1;
                    assert_eq!(*theirs, ours, "seed {seed}");
                }
                Err(_) if theirs == "refused" => refused += 1,
                // A varint or bytes beyond the field's limit, or a group: Python cuts or skips them.
                Err(error) => {
                    refused_by_us_alone += 1;
                    let known = ["mesh::varint", "mesh::too_long", "mesh::value"].contains(&error.code());
                    assert!(known, "{error}: {theirs}");
                }
            }
        }
    }
    assert!(
        read > 5000 && refused > 2000 && refused_by_us_alone > 20,
        "{read} {refused} {refused_by_us_alone}"
    );
}

/// A million: none reads out of bounds or panics, and what is accepted is written again as the same.
#[test]
fn noise_is_refused_or_a_message() {
    let (mut input, mut accepted) = (Vec::new(), 0);
    for seed in 0..SCHEMAS {
        let schema = schema(seed);
        let message = schema.message("Message0").expect("it is there");
        let mut random = Random(3000 + seed);
        let good = encode(&schema, message, &record(&schema, message, &mut random)).expect("its values fit");
        for _ in 0..1_000_000 / SCHEMAS {
            random.spoil(&good, &mut input);
            let Ok(record) = decode(&schema, message, &input) else { continue };
            accepted += 1;
            let bytes = encode(&schema, message, &record).expect("what was read fits");
            assert_eq!(decode(&schema, message, &bytes), Ok(record), "seed {seed}");
        }
    }
    assert!((100_000..1_000_000).contains(&accepted), "{accepted}");
}

/// Files with holes, doubled lines and stray letters: a schema or an error, and what is a schema is printed and read again.
#[test]
fn damaged_files_are_refused_or_a_schema() {
    let mut random = Random(4000);
    let mut accepted = 0;
    for seed in 0..SCHEMAS * 25 {
        let mut bytes = print(&schema(seed % SCHEMAS)).into_bytes();
        for _ in 0..1 + random.below(3) {
            let place = random.below(bytes.len());
            match random.below(3) {
                0 => drop(bytes.drain(place..(place + random.below(20)).min(bytes.len()))),
                1 => bytes.insert(place, b" ;{}=,/0aZ_s\n\""[random.below(14)]),
                _ => bytes[place] = b" ;{}=,/0aZ_s\n\""[random.below(14)],
            }
        }
        let text = String::from_utf8(bytes).expect("only ASCII");
        if let Ok(schema) = import(&text) {
            accepted += 1;
            assert_eq!(import(&print(&schema)), Ok(schema), "{text}");
        }
    }
    assert!((20..SCHEMAS * 25).contains(&accepted), "{accepted}");
}

/// The size of a full message is reached: no schema is told to shrink that need not.
#[test]
fn the_greatest_size_is_reached() {
    for seed in 0..SCHEMAS * 5 {
        let schema = schema(seed);
        for message in schema.messages() {
            let full = full(&schema, message);
            let bytes = encode(&schema, message, &full).expect("its values fit");
            assert_eq!(bytes.len(), size_max(&schema, message), "seed {seed}: {}", message.name);
        }
    }
}

fn full(schema: &Schema, message: &Message) -> swarm_schema::Record {
    use swarm_schema::Value;
    let longest = |oneof: usize| {
        let members = message.fields.iter().filter(|field| field.oneof == Some(oneof));
        members.max_by_key(|field| field_size_max(schema, field)).map(|field| field.number)
    };
    let values = message.fields.iter().map(|field| {
        if field.oneof.is_some_and(|oneof| longest(oneof) != Some(field.number)) {
            return None;
        }
        Some(match &field.kind {
            Kind::Uint32 | Kind::Fixed32 | Kind::Packed32(_) => Value::Number(u32::MAX.into()),
            Kind::Fixed64 | Kind::Packed64(_) => Value::Number(u64::MAX),
            Kind::Sint32 => Value::Signed(i32::MIN),
            Kind::Bool => Value::Number(1),
            Kind::Bytes { max } => Value::Bytes(vec![1; *max]),
            Kind::Enum(name) => {
                let values = &schema.enumeration(name).expect("it is there").values;
                Value::Number(values.iter().map(|(_, number)| *number).max().expect("0 at least").into())
            }
            Kind::Message(name) => Value::Message(full(schema, schema.nested(name))),
        })
    });
    swarm_schema::Record { values: values.collect() }
}
