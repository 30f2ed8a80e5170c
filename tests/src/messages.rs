//! Random kernels that encode and decode random messages, and the same done by the schema's reference implementation.

use crate::leaves::{
    Leaf, MOST, NUMBERS, TOP, act, asked, collect, composed, excludes, given, is_bytes, long, number,
    odd_field, record, schema, sense, values, written,
};
use crate::random::Random;
use crate::steps::{Cause, Reads, Step, Subject};
use std::collections::VecDeque;
use std::fmt::Write;
use swarm_dialects::schema::declarations;
use swarm_reference::state::StateBlock;
use swarm_schema::{Field, Kind, Record, Schema, decode, encode, size_max};

/// The array that holds packets. The longest random message is shorter.
const PACKET: usize = 400;

/// Of the bytes behind an encoded message nothing is known: so many kernels clear.
const BEHIND: usize = 16;

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
    done: u64,
    reads: Reads,
}

impl Messages {
    /// A kernel that the verifier accepts.
    pub fn random(seed: u32) -> Self {
        let mut random = Random::new(u64::from(seed));
        // Of some, the length of a nested message may take two bytes.
        let is_wide = seed.is_multiple_of(5);
        let schema = loop {
            let schema = schema(&mut random);
            let nested_size = |field: &Field| match &field.kind {
                Kind::Message(name) => size_max(&schema, schema.nested(name)),
                _ => 0,
            };
            let widest = schema.nested(TOP).fields.iter().map(nested_size).max();
            if size_max(&schema, schema.nested(TOP)) < PACKET && (!is_wide || widest >= Some(128)) {
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
            done: 0,
            reads: Reads::default(),
        }
    }

    /// What messages are made of.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The message that an event encodes; none where it encodes none, or cannot.
    pub fn composed(&self, step: &Step) -> Option<Record> {
        let Cause::Timer(ENCODE) = step.cause else { return None };
        composed(&self.schema, &self.written, (&step.sensed, &self.source)).ok()
    }

    /// Events that belong together: a packet comes to be, and is read.
    fn plan(&mut self) {
        let numbers = |random: &mut Random| -> Vec<i32> { (0..NUMBERS).map(|_| number(random)).collect() };
        match self.random.below(24) {
            0 => {
                let length = PACKET + self.random.below(2) as usize;
                self.put(&long(length));
                self.coming.push_back((DECODE, vec![length as i32]));
                return;
            }
            1..6 => {
                let fill: Vec<i32> = (0..NUMBERS).map(|_| self.random.draw() as i32).collect();
                self.coming.push_back((FILL, fill));
                let values = numbers(&mut self.random);
                self.coming.push_back((ENCODE, values));
            }
            6..12 => {
                let length = self.random.below(60) as usize;
                let garbage: Vec<u8> =
                    (0..length).map(|_| self.random.of(&[0, 1, 8, 10, 13, 127, 128, 255, 5]) as u8).collect();
                self.put(&garbage);
            }
            _ => {
                let first = record(&mut self.random, &self.schema, TOP);
                let mut bytes = encode(&self.schema, self.schema.nested(TOP), &first).expect("a good record");
                // Messages that follow one another are one that is merged.
                if self.random.below(4) == 0 && bytes.len() < 100 {
                    let other = record(&mut self.random, &self.schema, TOP);
                    bytes.extend(
                        encode(&self.schema, self.schema.nested(TOP), &other).expect("a good record"),
                    );
                }
                if !bytes.is_empty() && self.random.below(2) == 0 {
                    let at = self.random.below(bytes.len() as u32) as usize;
                    bytes[at] = self.random.draw() as u8;
                }
                if self.random.below(4) == 0 {
                    bytes.extend(odd_field(&mut self.random, &self.schema));
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
        let bytes = match written(&self.schema, &self.written, (sensed, &self.source)) {
            Ok(bytes) => bytes,
            Err(fault) => return (fault, Vec::new()),
        };
        self.packet[..bytes.len()].copy_from_slice(&bytes);
        for place in bytes.len()..bytes.len() + BEHIND {
            self.packet[place.min(PACKET - 1)] = 0;
        }
        self.length = bytes.len();
        (0, vec![bytes.len() as i32])
    }

    fn decode(&mut self, length: i32) -> Vec<i32> {
        let packet = usize::try_from(length).ok().and_then(|length| self.packet.get(..length));
        let record = packet.and_then(|packet| decode(&self.schema, self.schema.nested(TOP), packet).ok());
        self.reads.count(record.is_some());
        let (acts, arrays) = values(&self.schema, &self.read, record.as_ref());
        for (array, bytes) in self.arrays.iter_mut().zip(arrays) {
            array[..bytes.len()].copy_from_slice(&bytes);
        }
        std::iter::once(i32::from(record.is_some())).chain(acts).collect()
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
        text += &declarations(&self.schema);
        text += "  swarm.on_timer @encode every 10 ms {\n";
        sense(&mut text);
        let given = given(&mut text, &self.written);
        let _ = writeln!(
            text,
            "    %n = radio.encode @{TOP} into @packet ({given})\n    swarm.act @out, %n\n    \
             %last = arith.constant {} : i32\n    %zero = arith.constant 0 : i32",
            PACKET - 1
        );
        for byte in 0..BEHIND {
            let _ = writeln!(
                text,
                "    %o{byte} = arith.constant {byte} : i32\n    %s{byte} = arith.addi %n, %o{byte} : i32\n    \
                 %i{byte} = arith.minsi %s{byte}, %last : i32\n    swarm.set @packet[%i{byte}], %zero"
            );
        }
        text += "  }\n";
        text += "  swarm.on_timer @decode every 10 ms {\n    %n = swarm.sense @p0\n";
        let results: Vec<String> = (0..self.read.len()).map(|number| format!(", %r{number}")).collect();
        let _ = writeln!(
            text,
            "    %ok{} = radio.decode @{TOP} from @packet length %n ({})",
            results.concat(),
            asked(&self.read).join(", ")
        );
        text += "    %a = arith.extui %ok : i1 to i32\n    swarm.act @out, %a\n";
        act(&mut text, &self.read);
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
        if timer == DECODE && sensed.is_empty() {
            let length = match self.random.below(12) {
                0 => self.random.of(&[0, -1, PACKET as i32, PACKET as i32 + 1, i32::MIN]),
                1 => self.random.below(self.length as u32 + 2) as i32,
                _ => self.length as i32,
            };
            sensed = vec![length];
        }
        sensed.resize(NUMBERS, 0);
        let expected = self.handler(timer, &sensed);
        self.done += u64::from(timer == ENCODE || timer == DECODE);
        Step { cause: Cause::Timer(timer), sensed, expected, others: Vec::new() }
    }

    fn state(&self) -> StateBlock {
        let block = StateBlock::new().variable("packet", 1, &self.packet).variable("source", 1, &self.source);
        self.arrays
            .iter()
            .enumerate()
            .fold(block, |block, (number, array)| block.variable(&format!("array{number}"), 1, array))
    }

    fn done(&self) -> u64 {
        self.done
    }

    fn reads(&self) -> Reads {
        self.reads
    }
}
