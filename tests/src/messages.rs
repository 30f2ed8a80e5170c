//! Random kernels that encode and decode random messages, and the same done by the schema's reference implementation.

use crate::random::Random;
use crate::steps::{Step, Subject};
use std::collections::VecDeque;
use std::fmt::Write;
use swarm_dialects::schema::{Place, held_bits};
use swarm_reference::state::StateBlock;
use swarm_schema::{
    BitField, Enumeration, Field, Kind, Message, Record, Schema, Value, bits, decode, encode, size_max,
};

/// Ports that carry numbers; fields take them in turn.
const NUMBERS: usize = 8;
/// The array that holds packets. The longest random message is shorter.
const PACKET: usize = 400;
/// Most bytes of a field.
const MOST: usize = 12;

const ENCODE: u32 = 0;
const DECODE: u32 = 1;
const POKE: u32 = 2;
const FILL: u32 = 3;

/// A kernel that speaks, with its model.
pub struct Messages {
    random: Random,
    schema: Schema,
    written: Vec<Leaf>,
    read: Vec<Leaf>,
    packet: Vec<u8>,
    source: Vec<u8>,
    /// The array that each field of bytes is read into.
    arrays: Vec<Vec<u8>>,
    coming: VecDeque<(u32, Vec<i32>)>,
    length: usize,
}

/// A field that an op names.
#[derive(Clone)]
struct Leaf {
    path: String,
    place: Place,
    kind: Kind,
    has: bool,
}

/// The message that is spoken; the others are within it.
const TOP: &str = "M0";

impl Messages {
    /// A kernel that the verifier accepts.
    pub fn random(seed: u32) -> Self {
        let mut random = Random::new(u64::from(seed));
        let schema = loop {
            let schema = schema(&mut random);
            if size_max(&schema, schema.nested(TOP)) < PACKET {
                break schema;
            }
        };
        let mut leaves = Vec::new();
        collect(&schema, TOP, (&mut Vec::new(), String::new()), &mut leaves);
        let mut read: Vec<Leaf> = leaves.iter().filter(|_| random.below(4) != 0).cloned().collect();
        // A field of bytes needs an array of its own; one array is enough for what is written.
        read.truncate(40);
        let mut written: Vec<Leaf> = Vec::new();
        for leaf in leaves.iter().filter(|leaf| !leaf.has) {
            if random.below(3) != 0
                && !written.iter().any(|other| excludes(&schema, &other.place, &leaf.place))
            {
                written.push(leaf.clone());
            }
        }
        let arrays = read.iter().filter(|leaf| is_bytes(leaf)).map(|_| vec![0; MOST]).collect();
        Self {
            random,
            schema,
            written,
            read,
            packet: vec![0; PACKET],
            source: vec![0; MOST],
            arrays,
            coming: VecDeque::new(),
            length: 0,
        }
    }

    /// Events that belong together: a packet comes to be, and is read.
    fn plan(&mut self) {
        let numbers = |random: &mut Random| -> Vec<i32> { (0..NUMBERS).map(|_| number(random)).collect() };
        match self.random.below(4) {
            0 => {
                let fill: Vec<i32> = (0..NUMBERS).map(|_| self.random.draw() as i32).collect();
                self.coming.push_back((FILL, fill));
                let values = numbers(&mut self.random);
                self.coming.push_back((ENCODE, values));
            }
            1 => {
                let length = self.random.below(60) as usize;
                let garbage: Vec<u8> =
                    (0..length).map(|_| self.random.of(&[0, 1, 8, 10, 13, 127, 128, 255, 5]) as u8).collect();
                self.put(&garbage);
            }
            _ => {
                let record = record(&mut self.random, &self.schema, TOP);
                let mut bytes =
                    encode(&self.schema, self.schema.nested(TOP), &record).expect("a good record");
                // Messages that follow one another are one that is merged.
                if self.random.below(4) == 0 && bytes.len() < 100 {
                    bytes.extend(bytes.clone());
                }
                if !bytes.is_empty() && self.random.below(2) == 0 {
                    let at = self.random.below(bytes.len() as u32) as usize;
                    bytes[at] = self.random.draw() as u8;
                }
                bytes.truncate(PACKET);
                self.put(&bytes);
            }
        }
        self.coming.push_back((DECODE, Vec::new()));
    }

    /// Puts bytes into the packet's array, 28 in each event.
    fn put(&mut self, bytes: &[u8]) {
        for (number, part) in bytes.chunks(4 * (NUMBERS - 1)).enumerate() {
            let mut sensed = vec![(number * 4 * (NUMBERS - 1)) as i32];
            for word in part.chunks(4) {
                let mut four = [0; 4];
                four[..word.len()].copy_from_slice(word);
                sensed.push(i32::from_le_bytes(four));
            }
            sensed.resize(NUMBERS, 0);
            self.coming.push_back((POKE, sensed));
        }
        self.length = bytes.len();
    }

    fn handler(&mut self, timer: u32, sensed: &[i32]) -> (u32, Vec<i32>) {
        match timer {
            ENCODE => self.encode(sensed),
            DECODE => (0, self.decode(sensed[0])),
            POKE => {
                let at = sensed[0] as usize;
                let bytes: Vec<u8> = sensed[1..].iter().flat_map(|word| word.to_le_bytes()).collect();
                if at + bytes.len() > PACKET {
                    // What comes before the fault is done.
                    self.packet[at..].copy_from_slice(&bytes[..PACKET - at]);
                    return (1, Vec::new());
                }
                self.packet[at..at + bytes.len()].copy_from_slice(&bytes);
                (0, Vec::new())
            }
            _ => {
                for (at, word) in sensed.iter().enumerate() {
                    self.source[at] = *word as u8;
                }
                (0, Vec::new())
            }
        }
    }

    fn encode(&mut self, sensed: &[i32]) -> (u32, Vec<i32>) {
        let mut top = Record::empty(self.schema.nested(TOP));
        for (number, leaf) in self.written.iter().enumerate() {
            let value = sensed[number % NUMBERS];
            if let Kind::Bytes { max } = leaf.kind
                && !(0..=max.min(MOST) as i32).contains(&value)
            {
                return (1, Vec::new());
            }
            set(&self.schema, (TOP, &mut top), (&leaf.place, &leaf.kind), (value, &self.source));
        }
        let bytes = encode(&self.schema, self.schema.nested(TOP), &top).expect("values are cut");
        // While a nested message is written its length has the most room: what is behind the end may be written to.
        self.packet[..bytes.len()].copy_from_slice(&bytes);
        self.length = bytes.len();
        (0, vec![bytes.len() as i32])
    }

    fn decode(&mut self, length: i32) -> Vec<i32> {
        let packet = usize::try_from(length).ok().and_then(|length| self.packet.get(..length));
        let record = packet.and_then(|packet| decode(&self.schema, self.schema.nested(TOP), packet).ok());
        let mut acts = vec![i32::from(record.is_some())];
        let mut array = 0;
        for leaf in &self.read {
            let field = record.as_ref().and_then(|record| find(&self.schema, (TOP, record), &leaf.place.way));
            if leaf.has {
                acts.push(i32::from(field.is_some()));
                continue;
            }
            match (&leaf.kind, field) {
                (Kind::Bytes { .. }, found) => {
                    let bytes = match found {
                        Some(Value::Bytes(bytes)) => bytes.as_slice(),
                        _ => &[],
                    };
                    acts.push(bytes.len() as i32);
                    self.arrays[array][..bytes.len()].copy_from_slice(bytes);
                    array += 1;
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
        acts
    }
}

fn is_bytes(leaf: &Leaf) -> bool {
    matches!(leaf.kind, Kind::Bytes { .. }) && !leaf.has
}

/// Numbers that matter: near 0, at the ends of bytes, anywhere.
fn number(random: &mut Random) -> i32 {
    match random.below(6) {
        0 => 0,
        1 => random.below(14) as i32,
        2 => random.of(&[127, 128, 16383, 16384, -1, i32::MIN, i32::MAX, 1 << 21, 1 << 28]),
        3 => -(random.below(70) as i32),
        _ => random.draw() as i32 >> random.below(32),
    }
}

/// Three messages: the first may hold the second, and both the third.
fn schema(random: &mut Random) -> Schema {
    let messages = (0..3).map(|number| message(random, number)).collect();
    let values = vec![("NONE".to_owned(), 0), ("SOME".to_owned(), 1), ("FAR".to_owned(), 300)];
    Schema::new(String::new(), messages, vec![Enumeration { name: "Kind".into(), values }])
        .expect("it is sound")
}

fn message(random: &mut Random, number: u32) -> Message {
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

fn kind(random: &mut Random, number: u32) -> Kind {
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
        5 => Kind::Bytes { max: random.of(&[0, 1, 5, MOST]) },
        6 => Kind::Enum("Kind".into()),
        7 => Kind::Packed32(bits(random, 32)),
        8 => Kind::Packed64(bits(random, 64)),
        _ => Kind::Message(format!("M{}", number + 1 + random.below(2 - number))),
    }
}

/// All that can be named in a message.
fn collect(schema: &Schema, name: &str, (way, path): (&mut Vec<usize>, String), leaves: &mut Vec<Leaf>) {
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
fn excludes(schema: &Schema, a: &Place, b: &Place) -> bool {
    let shared = a.way.iter().zip(&b.way).take_while(|(a, b)| a == b).count();
    let fork = |place: &Place| {
        let way = place.way.get(..=shared)?.to_vec();
        Place { way, bits: None }.field(schema, TOP).oneof
    };
    fork(a).is_some() && fork(a) == fork(b)
}

/// A random record, near the limits of its fields.
fn record(random: &mut Random, schema: &Schema, name: &str) -> Record {
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
fn set(
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
        Kind::Enum(_) => Value::Number(u64::from(given as u32 & 0x7FFF_FFFF)),
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
fn find<'r>(schema: &Schema, (name, record): (&str, &'r Record), way: &[usize]) -> Option<&'r Value> {
    let value = record.values[way[0]].as_ref()?;
    match (&schema.nested(name).fields[way[0]].kind, value) {
        (Kind::Message(inner), Value::Message(record)) if way.len() > 1 => {
            find(schema, (inner, record), &way[1..])
        }
        _ => Some(value),
    }
}

impl Subject for Messages {
    fn kernel(&self) -> String {
        let mut text = String::from("swarm.kernel @test version 1 {\n");
        for port in 0..NUMBERS {
            let _ = writeln!(text, "  swarm.io @p{port} : sense i32");
        }
        let _ = writeln!(text, "  swarm.io @out : act i32\n  swarm.var @packet : tensor<{PACKET}xi8>");
        let _ = writeln!(text, "  swarm.var @source : tensor<{MOST}xi8>");
        for array in 0..self.arrays.len() {
            let _ = writeln!(text, "  swarm.var @array{array} : tensor<{MOST}xi8>");
        }
        declare(&mut text, &self.schema);
        let sense = |text: &mut String| {
            for port in 0..NUMBERS {
                let _ = writeln!(text, "    %p{port} = swarm.sense @p{port}");
            }
        };
        text += "  swarm.on_timer @encode every 10 ms {\n";
        sense(&mut text);
        let mut given = Vec::new();
        for (number, leaf) in self.written.iter().enumerate() {
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
        let _ = writeln!(
            text,
            "    %n = radio.encode @{TOP} into @packet ({})\n    swarm.act @out, %n\n  }}",
            given.join(", ")
        );
        text += "  swarm.on_timer @decode every 10 ms {\n    %n = swarm.sense @p0\n";
        let mut array = 0;
        let mut asked = Vec::new();
        for leaf in &self.read {
            asked.push(match (leaf.has, held_bits(&leaf.kind)) {
                (true, _) => format!("has {}", leaf.path),
                _ if is_bytes(leaf) => {
                    array += 1;
                    format!("{} into @array{}", leaf.path, array - 1)
                }
                (_, 32) => leaf.path.clone(),
                (_, bits) => format!("{} : i{bits}", leaf.path),
            });
        }
        let results: Vec<String> = (0..self.read.len()).map(|number| format!(", %r{number}")).collect();
        let _ = writeln!(
            text,
            "    %ok{} = radio.decode @{TOP} from @packet length %n ({})",
            results.concat(),
            asked.join(", ")
        );
        text += "    %a = arith.extui %ok : i1 to i32\n    swarm.act @out, %a\n";
        for (number, leaf) in self.read.iter().enumerate() {
            let bits = if leaf.has { 1 } else { held_bits(&leaf.kind) };
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
        text += "  }\n  swarm.on_timer @poke every 10 ms {\n";
        sense(&mut text);
        for byte in 0..4 * (NUMBERS - 1) {
            let (port, shift) = (1 + byte / 4, 8 * (byte % 4));
            let _ = writeln!(
                text,
                "    %o{byte} = arith.constant {byte} : i32\n    %i{byte} = arith.addi %p0, %o{byte} : i32\n    \
                 %s{byte} = arith.constant {shift} : i32\n    %b{byte} = arith.shrui %p{port}, %s{byte} : i32\n    \
                 swarm.set @packet[%i{byte}], %b{byte}"
            );
        }
        text += "  }\n  swarm.on_timer @fill every 10 ms {\n";
        sense(&mut text);
        for port in 0..NUMBERS {
            let _ = writeln!(
                text,
                "    %i{port} = arith.constant {port} : i32\n    swarm.set @source[%i{port}], %p{port}"
            );
        }
        text + "  }\n}\n"
    }

    fn step(&mut self) -> Step {
        while self.coming.is_empty() {
            self.plan();
        }
        let (timer, mut sensed) = self.coming.pop_front().expect("something was planned");
        if timer == DECODE {
            let length = match self.random.below(12) {
                0 => self.random.of(&[0, -1, PACKET as i32, PACKET as i32 + 1, i32::MIN]),
                1 => self.random.below(self.length as u32 + 2) as i32,
                _ => self.length as i32,
            };
            sensed = vec![length];
        }
        sensed.resize(NUMBERS, 0);
        let expected = self.handler(timer, &sensed);
        Step { timer, sensed, expected }
    }

    fn state(&self) -> StateBlock {
        let block = StateBlock::new().variable("packet", 1, &self.packet).variable("source", 1, &self.source);
        self.arrays
            .iter()
            .enumerate()
            .fold(block, |block, (number, array)| block.variable(&format!("array{number}"), 1, array))
    }
}

/// The schema as a kernel declares it.
fn declare(text: &mut String, schema: &Schema) {
    for enumeration in schema.enums() {
        let values = enumeration.values.iter().map(|(name, number)| format!("{name} = {number}"));
        let values = values.collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "  radio.enum @{} {{ {values} }}", enumeration.name);
    }
    for message in schema.messages() {
        let fields = message.fields.iter().map(|field| {
            let bits = |parts: &[BitField]| {
                let part = |part: &BitField| {
                    format!("{} : {}{}", part.name, if part.is_signed { 's' } else { 'u' }, part.bits)
                };
                parts.iter().map(part).collect::<Vec<_>>().join(", ")
            };
            let kind = match &field.kind {
                Kind::Uint32 => "uint32".into(),
                Kind::Sint32 => "sint32".into(),
                Kind::Fixed32 => "fixed32".into(),
                Kind::Fixed64 => "fixed64".into(),
                Kind::Bool => "bool".into(),
                Kind::Bytes { max } => format!("bytes<{max}>"),
                Kind::Enum(name) => format!("enum @{name}"),
                Kind::Message(name) => format!("message @{name}"),
                Kind::Packed32(parts) => format!("fixed32 [{}]", bits(parts)),
                Kind::Packed64(parts) => format!("fixed64 [{}]", bits(parts)),
            };
            let oneof = if field.oneof.is_some() { " oneof one" } else { "" };
            format!("{} = {} : {kind}{oneof}", field.name, field.number)
        });
        let fields = fields.collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "  radio.message @{} {{ {fields} }}", message.name);
    }
}
