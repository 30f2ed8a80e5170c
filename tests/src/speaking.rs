//! Random kernels that send and hear messages, in rounds and requests, and a model of each.

use crate::leaves::{
    Leaf, MOST, NUMBERS, TOP, act, asked, collect, composed, excludes, given, is_bytes, record, schema,
    sense, values, written,
};
use crate::random::Random;
use crate::steps::{Cause, Reads, Step, Subject};
use std::fmt::Write;
use swarm_abi::Heard;
use swarm_dialects::schema::{declarations, held_bits};
use swarm_harness::node::{Received, Record as Done};
use swarm_link::Entropy;
use swarm_reference::state::StateBlock;
use swarm_schema::{Schema, decode, encode, size_max};

/// The seed of entropy that nodes are started with.
const ENTROPY: u32 = 1;
const EVERYBODY: u32 = 0xFFFF_FFFF;
/// The longest period of a timer.
const NEVER: u32 = 0x7FFF_FFFF;

/// Timers, in the order of the kernel's text.
const BEAT: u32 = 0;
const HELP: u32 = 1;
const SEND: u32 = 2;
const ASK: u32 = 3;
const ANSWERED: u32 = 4;
const RESET: u32 = 5;
const FILL: u32 = 6;

/// A kernel that speaks, with its model.
pub struct Speaking {
    random: Random,
    entropy: Entropy,
    schema: Schema,
    channel: &'static str,
    written: Vec<Leaf>,
    read: Vec<Leaf>,
    options: SendOptions,
    beat: Beat,
    help: Help,
    window: Window,
    source: Vec<u8>,
    arrays: Vec<Vec<u8>>,
    /// The last good message that came, to come again.
    last: Vec<u8>,
    done: u64,
    reads: Reads,
}

struct SendOptions {
    is_to_node: bool,
    text: &'static str,
    bits: u32,
}

struct Beat {
    base: u32,
    jitter: u32,
    longest: Option<u32>,
    period: u32,
}

struct Help {
    timeout: u32,
    jitter: u32,
    tries: u32,
    left: u32,
    to: u32,
    packet: Vec<u8>,
    length: usize,
}

/// Keys of messages that came, in a ring.
struct Window {
    keys: Vec<Leaf>,
    entries: usize,
    seen: Vec<i32>,
    next: usize,
    filled: usize,
}

impl Speaking {
    /// A kernel that the verifier accepts.
    pub fn random(seed: u32) -> Self {
        let mut random = Random::new(u64::from(seed));
        let schema = loop {
            let schema = schema(&mut random);
            if size_max(&schema, schema.nested(TOP)) < 120 {
                break schema;
            }
        };
        let mut leaves = Vec::new();
        collect(&schema, TOP, (&mut Vec::new(), String::new()), &mut leaves);
        let mut read: Vec<Leaf> = leaves.iter().filter(|_| random.below(4) != 0).cloned().collect();
        read.truncate(20);
        let mut written: Vec<Leaf> = Vec::new();
        for leaf in leaves.iter().filter(|leaf| !leaf.has) {
            let excluded = written.iter().any(|other| excludes(&schema, &other.place, &leaf.place));
            if random.below(3) != 0 && !excluded {
                written.push(leaf.clone());
            }
        }
        let is_key = |leaf: &&Leaf| !leaf.has && !is_bytes(leaf) && held_bits(&leaf.kind) <= 32;
        let mut keys: Vec<Leaf> = leaves.iter().filter(is_key).cloned().collect();
        keys.truncate(random.below(4) as usize);
        let entries = random.of(&[1, 2, 5, 16]);
        let window = Window { seen: vec![0; entries * keys.len()], keys, entries, next: 0, filled: 0 };
        let channel = random.of(&[
            "raw port 3 hops 2 relay suppress",
            "meshtastic port 300 hops 5 budget 3600000 ms",
            "meshcore type 65281",
        ]);
        let (text, bits) = random.of(&[
            ("", 0),
            (" priority low", 1),
            (" priority high acknowledged", 2 | 1 << 2),
            (" acknowledged jitter 65535 ms", 1 << 2 | 0xFFFF << 16),
            (" jitter 1 ms", 1 << 16),
        ]);
        let base = random.of(&[1, 1000, 65535, 65536, 100_000, 0x4000_0000]);
        let longest = random.of(&[None, Some(base), Some(base + 1000), Some(0x7FFE_0000)]);
        let beat = Beat { base, jitter: random.of(&[0, 1, 500, 65535]), longest, period: base };
        let help = Help {
            timeout: random.of(&[1, 30_000, 0x7FFE_0000]),
            jitter: random.of(&[0, 3, 65535]),
            tries: random.of(&[1, 2, 3, 100]),
            left: 0,
            to: 0,
            packet: vec![0; size_max(&schema, schema.nested(TOP)).max(1)],
            length: 0,
        };
        Self {
            options: SendOptions { is_to_node: random.below(2) == 0, text, bits },
            random,
            entropy: Entropy::new(ENTROPY),
            schema,
            channel,
            written,
            arrays: read.iter().filter(|leaf| is_bytes(leaf)).map(|_| vec![0; MOST]).collect(),
            read,
            beat,
            help,
            window,
            source: vec![0; MOST],
            last: Vec::new(),
            done: 0,
            reads: Reads::default(),
        }
    }

    /// What messages are made of.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The message that an event sends; none where it encodes none, or cannot.
    pub fn composed(&self, step: &Step) -> Option<swarm_schema::Record> {
        let Cause::Timer(SEND | ASK) = step.cause else { return None };
        composed(&self.schema, &self.written, (&step.sensed, &self.source)).ok()
    }

    /// A message that comes: a good one, one that has come, or what is none.
    fn payload(&mut self) -> Vec<u8> {
        let random = &mut self.random;
        match random.below(5) {
            0 => self.last.clone(),
            1 => {
                let length = random.below(60);
                (0..length).map(|_| random.of(&[0, 1, 8, 10, 13, 127, 128, 255, 5])).collect()
            }
            choice => {
                let record = record(random, &self.schema, TOP);
                let mut bytes =
                    encode(&self.schema, self.schema.nested(TOP), &record).expect("a good record");
                let at = random.below(bytes.len().max(1) as u32) as usize;
                match (choice, bytes.is_empty()) {
                    (2, false) => bytes[at] = random.draw() as u8,
                    (3, false) => bytes.truncate(at),
                    _ => self.last.clone_from(&bytes),
                }
                bytes
            }
        }
    }

    fn hear(&mut self, heard: &Heard, payload: &[u8]) -> Vec<i32> {
        let decoded = decode(&self.schema, self.schema.nested(TOP), payload);
        self.reads.count(decoded.is_ok());
        let Ok(record) = decoded else { return Vec::new() };
        let window = &mut self.window;
        if !window.keys.is_empty() {
            let key = values(&self.schema, &window.keys, Some(&record)).0;
            let width = key.len();
            if window.seen[..window.filled * width].chunks(width).any(|seen| seen == key) {
                return Vec::new();
            }
            window.seen[window.next * width..][..width].copy_from_slice(&key);
            window.next = (window.next + 1) % window.entries;
            window.filled = (window.filled + 1).min(window.entries);
        }
        let (acts, arrays) = values(&self.schema, &self.read, Some(&record));
        for (array, bytes) in self.arrays.iter_mut().zip(arrays) {
            array[..bytes.len()].copy_from_slice(&bytes);
        }
        let mut all = vec![payload.len() as i32, heard.from as i32, heard.to as i32, heard.id as i32];
        all.extend([i32::from(heard.rssi), heard.snr.into(), heard.hops.into()]);
        all.extend(acts);
        all
    }

    /// A time, and a random one of up to `jitter` more.
    fn later(&mut self, time: u32, jitter: u32) -> u32 {
        if jitter == 0 { time } else { time + (((self.entropy.draw() >> 16) * (jitter + 1)) >> 16) }
    }

    /// What the host records of a message.
    fn transmit(&mut self, (to, options): (u32, u32), bytes: &[u8]) -> Done {
        let id = loop {
            let id = self.entropy.draw();
            if id != 0 {
                break id;
            }
        };
        // Time on the air is the harness's to count, and to test.
        Done::Send { channel: 0, to, options, id, airtime_us: 0, bytes: bytes.to_vec() }
    }

    fn handler(&mut self, timer: u32, sensed: &[i32]) -> ((u32, Vec<i32>), Vec<Done>) {
        match timer {
            BEAT => {
                if let Some(longest) = self.beat.longest {
                    self.beat.period = self.beat.period.saturating_mul(2).min(longest);
                }
                let ms = self.later(self.beat.period, self.beat.jitter);
                ((0, vec![5]), vec![Done::Rearm { timer: BEAT, ms }])
            }
            HELP if self.help.left == 0 => ((0, Vec::new()), Vec::new()),
            HELP => {
                self.help.left -= 1;
                if self.help.left == 0 {
                    return ((0, vec![77]), vec![Done::Rearm { timer: HELP, ms: NEVER }]);
                }
                let ms = self.later(self.help.timeout, self.help.jitter);
                let bytes = self.help.packet[..self.help.length].to_vec();
                let sent = self.transmit((self.help.to, 0), &bytes);
                ((0, Vec::new()), vec![Done::Rearm { timer: HELP, ms }, sent])
            }
            SEND | ASK => {
                let bytes = match written(&self.schema, &self.written, (sensed, &self.source)) {
                    Ok(bytes) => bytes,
                    Err(fault) => return ((fault, Vec::new()), Vec::new()),
                };
                let to = if self.options.is_to_node { sensed[0] as u32 } else { EVERYBODY };
                let mut done = Vec::new();
                let mut options = self.options.bits;
                if timer == ASK {
                    options = 0;
                    self.help.packet[..bytes.len()].copy_from_slice(&bytes);
                    (self.help.length, self.help.to) = (bytes.len(), to);
                    self.help.left = self.help.tries;
                    let ms = self.later(self.help.timeout, self.help.jitter);
                    done.push(Done::Rearm { timer: HELP, ms });
                }
                let sent = self.transmit((to, options), &bytes);
                let Done::Send { id, .. } = sent else { unreachable!("it was sent") };
                done.push(sent);
                ((0, vec![id as i32]), done)
            }
            ANSWERED => {
                let was_open = self.help.left != 0;
                self.help.left = 0;
                let rearms = was_open.then_some(Done::Rearm { timer: HELP, ms: NEVER });
                ((0, vec![was_open.into()]), rearms.into_iter().collect())
            }
            RESET => {
                let mut done = Vec::new();
                if self.beat.longest.is_some() && self.beat.period != self.beat.base {
                    self.beat.period = self.beat.base;
                    let ms = self.later(self.beat.base, self.beat.jitter);
                    done.push(Done::Rearm { timer: BEAT, ms });
                }
                ((0, Vec::new()), done)
            }
            _ => {
                for (at, word) in sensed.iter().enumerate() {
                    self.source[at] = *word as u8;
                }
                ((0, Vec::new()), Vec::new())
            }
        }
    }
}

impl Subject for Speaking {
    fn kernel(&self) -> String {
        let mut text = String::from("swarm.kernel @test version 1 {\n");
        for port in 0..NUMBERS {
            let _ = writeln!(text, "  swarm.io @p{port} : sense i32");
        }
        let _ = writeln!(text, "  swarm.io @out : act i32\n  swarm.var @source : tensor<{MOST}xi8>");
        for array in 0..self.arrays.len() {
            let _ = writeln!(text, "  swarm.var @array{array} : tensor<{MOST}xi8>");
        }
        text += &declarations(&self.schema);
        let _ = writeln!(text, "  radio.channel @mesh carries @{TOP} on {}", self.channel);
        let Beat { base, jitter, longest, .. } = &self.beat;
        let (backoff, grow, reset) = match longest {
            Some(longest) => {
                (format!(" backoff {longest} ms"), "    radio.backoff @beat\n", "    radio.reset @beat\n")
            }
            None => (String::new(), "", ""),
        };
        let _ = writeln!(
            text,
            "  radio.every @beat {base} ms jitter {jitter} ms{backoff} {{\n    %five = arith.constant 5 : i32\n    \
             swarm.act @out, %five\n{grow}  }}"
        );
        let Help { timeout, tries, jitter, .. } = &self.help;
        let _ = writeln!(
            text,
            "  radio.request @help on @mesh timeout {timeout} ms tries {tries} jitter {jitter} ms {{\n    \
             %c = arith.constant 77 : i32\n    swarm.act @out, %c\n  }}"
        );
        let to = if self.options.is_to_node { " to %p0" } else { "" };
        for (timer, op, options) in
            [("send", "radio.send on @mesh", self.options.text), ("ask", "radio.ask @help", "")]
        {
            let _ = writeln!(text, "  swarm.on_timer @{timer} every 10 ms {{");
            sense(&mut text);
            let given = given(&mut text, &self.written);
            let _ = writeln!(text, "    %id = {op} ({given}){to}{options}\n    swarm.act @out, %id\n  }}");
        }
        let _ = write!(
            text,
            "  swarm.on_timer @answered every 10 ms {{\n    %was = radio.answered @help\n    \
             %w = arith.extui %was : i1 to i32\n    swarm.act @out, %w\n  }}\n  \
             swarm.on_timer @reset every 10 ms {{\n{reset}  }}\n  swarm.on_timer @fill every 10 ms {{\n"
        );
        sense(&mut text);
        for port in 0..NUMBERS {
            let _ = writeln!(
                text,
                "    %i{port} = arith.constant {port} : i32\n    swarm.set @source[%i{port}], %p{port}"
            );
        }
        let fields: Vec<String> = asked(&self.read)
            .iter()
            .enumerate()
            .map(|(number, field)| format!("%r{number} = {field}"))
            .collect();
        let fields = if fields.is_empty() { String::new() } else { format!(" ({})", fields.join(", ")) };
        let keys: Vec<&str> = self.window.keys.iter().map(|leaf| leaf.path.as_str()).collect();
        let dedup = match keys.as_slice() {
            [] => String::new(),
            keys => format!(" dedup {} by ({})", self.window.entries, keys.join(", ")),
        };
        let _ = writeln!(text, "  }}\n  radio.on_message @hear on @mesh{fields}{dedup} {{");
        for what in ["length", "sender", "receiver", "packet", "rssi", "snr", "hops"] {
            let _ = writeln!(text, "    %{what} = radio.{what}\n    swarm.act @out, %{what}");
        }
        act(&mut text, &self.read);
        text + "  }\n}\n"
    }

    fn step(&mut self) -> Step {
        self.done += 1;
        let random = &mut self.random;
        let sensed: Vec<i32> = (0..NUMBERS)
            .map(|_| if random.below(3) == 0 { random.draw() as i32 } else { random.below(14) as i32 })
            .collect();
        match random.below(12) {
            0 => {
                let bits = self.entropy.draw() >> 16;
                // 16 bits times a period, by halves.
                let part = bits * (self.beat.base >> 16) + ((bits * (self.beat.base & 0xFFFF)) >> 16);
                let others = vec![Done::Rearm { timer: BEAT, ms: part + 1 }];
                Step { cause: Cause::Start, sensed, expected: (0, Vec::new()), others }
            }
            1..6 => {
                let heard = Heard {
                    from: random.draw(),
                    to: random.of(&[EVERYBODY, 1]),
                    id: random.draw(),
                    rssi: random.draw() as i16,
                    snr: random.draw() as i16,
                    hops: random.draw() as u8,
                    ..Heard::default()
                };
                let payload = self.payload();
                let expected = (0, self.hear(&heard, &payload));
                let cause = Cause::Message(Received { heard, payload });
                Step { cause, sensed, expected, others: Vec::new() }
            }
            _ => {
                let timer = random.below(FILL + 1);
                let (expected, others) = self.handler(timer, &sensed);
                Step { cause: Cause::Timer(timer), sensed, expected, others }
            }
        }
    }

    fn state(&self) -> StateBlock {
        let mut block = StateBlock::new().variable("source", 1, &self.source);
        for (number, array) in self.arrays.iter().enumerate() {
            block = block.variable(&format!("array{number}"), 1, array);
        }
        let words = |words: &[i32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
        if self.beat.longest.is_some() {
            block = block.variable("beat.period", 4, &words(&[self.beat.period as i32]));
        }
        block = block.variable("help.packet", 1, &self.help.packet);
        let help = [("length", self.help.length as u32), ("to", self.help.to), ("tries", self.help.left)];
        for (part, number) in help {
            block = block.variable(&format!("help.{part}"), 4, &words(&[number as i32]));
        }
        if !self.window.keys.is_empty() {
            block = block.variable("hear.seen", 4, &words(&self.window.seen));
            for (part, number) in [("next", self.window.next), ("filled", self.window.filled)] {
                block = block.variable(&format!("hear.{part}"), 4, &words(&[number as i32]));
            }
        }
        block
    }

    fn done(&self) -> u64 {
        self.done
    }

    fn reads(&self) -> Reads {
        self.reads
    }
}
