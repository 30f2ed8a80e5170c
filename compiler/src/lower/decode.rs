//! Decoding a message: one loop over its bytes reads a varint in each round, whatever it stands for.
//!
//! A round reads a key, a number, or a length. What is nested is entered by noting where it ends, so there is one loop
//! for all depths. Values go to the handler's own memory; only a message that is right to its end gives any.

use super::Lowering;
use super::bytes::{Bytes, copy};
use crate::emit::{Compare, Emit, Rounds};
use melior::ir::{OperationRef, Value};
use swarm_dialects::OpView;
use swarm_dialects::radio::Decode;
use swarm_dialects::schema::model::{Field, Kind, Message, Schema};
use swarm_dialects::schema::{Named, Place, read as fields};

/// A message on the way: which, in which one, and by which field of that.
struct Frame<'s> {
    message: &'s Message,
    parent: usize,
    way: Vec<usize>,
}

/// A field that is kept: its words in the handler's memory.
struct Kept {
    way: Vec<usize>,
    has: bool,
    slot: i64,
    words: i64,
}

struct Reader<'s, 'c, 'a> {
    frames: Vec<Frame<'s>>,
    kept: Vec<Kept>,
    words: Value<'c, 'a>,
    packet: Bytes<'c, 'a>,
}

/// What a round reads.
const KEY: i64 = 0;
const NUMBER: i64 = 1;
const LENGTH: i64 = 2;

/// Where a round stands: position, frame, what it reads, the key before it; and whether all was right so far.
type Round<'c, 'a> = Vec<Value<'c, 'a>>;

/// Lowers an op of this file.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    let decode = Decode::cast(op)?;
    let packet = Bytes::new(emit, decode.packet(), lowering.variables[decode.packet()].elements());
    let named = fields(op).expect("the op reads a message");
    let read = read(lowering, emit, (decode.message(), &named), (packet, decode.length()));
    emit.if_then(read.ok, |emit| read.copy(emit));
    Some(std::iter::once(read.ok).chain(read.values).collect())
}

/// What was read of a packet.
pub struct Read<'c, 'a> {
    /// Whether it is a message; if not the values are 0.
    pub ok: Value<'c, 'a>,
    pub values: Vec<Value<'c, 'a>>,
    packet: Bytes<'c, 'a>,
    /// Fields of bytes: where each begins in the packet, how many bytes it has, and the array for them.
    bytes: Vec<(Value<'c, 'a>, Value<'c, 'a>, Bytes<'c, 'a>)>,
}

impl<'c: 'a, 'a> Read<'c, 'a> {
    /// Copies the fields of bytes; the packet is known to be a message.
    pub fn copy(&self, emit: &Emit<'c, 'a>) {
        for (start, count, target) in &self.bytes {
            copy(emit, (self.packet, *start), (*target, emit.c(0)), *count);
        }
    }
}

/// Reads fields of a message out of a packet of a length.
pub fn read<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    (message, named): (&str, &[Named<'c>]),
    (packet, length): (Bytes<'c, 'a>, Value<'c, 'a>),
) -> Read<'c, 'a> {
    let schema = &lowering.schema;
    let places: Vec<Place> = named
        .iter()
        .map(|named| Place::of(schema, message, &named.path).expect("verified: the message has it"))
        .collect();
    let mut frames = Vec::new();
    enter(schema, &mut frames, Frame { message: schema.nested(message), parent: 0, way: Vec::new() });
    let mut kept: Vec<Kept> = Vec::new();
    // The first words are where each frame ends.
    let mut slot = frames.len() as i64;
    for (place, named) in places.iter().zip(named) {
        if kept.iter().all(|kept| kept.way != place.way || kept.has != named.has) {
            let words = match place.field(schema, message).kind {
                Kind::Fixed64 | Kind::Packed64(_) | Kind::Bytes { .. } if !named.has => 2,
                _ => 1,
            };
            kept.push(Kept { way: place.way.clone(), has: named.has, slot, words });
            slot += words;
        }
    }
    let words = emit.scratch(slot as u64, 32);
    let reader = Reader { frames, kept, words, packet };
    let ok = reader.message(emit, length);
    let mut read = Read { ok, values: Vec::new(), packet, bytes: Vec::new() };
    for (place, named) in places.iter().zip(named) {
        let kept = reader.kept.iter().find(|kept| kept.way == place.way && kept.has == named.has);
        let slot = kept.expect("it was just put there").slot;
        let kind = &place.field(schema, message).kind;
        let value = reader.value(emit, (kind, place.bits, named.has), slot);
        if !named.array.is_empty() {
            let target = Bytes::new(emit, &named.array, lowering.variables[&named.array].elements());
            read.bytes.push((reader.word(emit, slot + 1), value, target));
        }
        let none = emit.constant(0, swarm_dialects::integer_bits(named.r#type).expect("verified: a number"));
        read.values.push(emit.select(ok, value, none));
    }
    read
}

/// All messages that may be in a message, each way once.
fn enter<'s>(schema: &'s Schema, frames: &mut Vec<Frame<'s>>, frame: Frame<'s>) {
    let (message, way, number) = (frame.message, frame.way.clone(), frames.len());
    frames.push(frame);
    for (place, field) in message.fields.iter().enumerate() {
        if let Kind::Message(name) = &field.kind {
            let way = way.iter().copied().chain([place]).collect();
            enter(schema, frames, Frame { message: schema.nested(name), parent: number, way });
        }
    }
}

impl<'c: 'a, 'a> Reader<'_, 'c, 'a> {
    fn word(&self, emit: &Emit<'c, 'a>, slot: i64) -> Value<'c, 'a> {
        emit.load(self.words, &[emit.c(slot)], 32)
    }

    fn keep(&self, emit: &Emit<'c, 'a>, slot: i64, value: Value<'c, 'a>) {
        emit.store(value, self.words, &[emit.c(slot)]);
    }

    /// What was kept, as the handler sees it.
    fn value(
        &self,
        emit: &Emit<'c, 'a>,
        (kind, bits, has): (&Kind, Option<usize>, bool),
        slot: i64,
    ) -> Value<'c, 'a> {
        let low = self.word(emit, slot);
        let wide = |high: Value<'c, 'a>| {
            let high = emit.shl(emit.extend_unsigned(high, 64), 32);
            emit.or(high, emit.extend_unsigned(low, 64))
        };
        match kind {
            _ if has => emit.compare_c(Compare::NotEqual, low, 0),
            Kind::Bool => emit.compare_c(Compare::NotEqual, low, 0),
            Kind::Fixed64 => wide(self.word(emit, slot + 1)),
            Kind::Packed32(parts) | Kind::Packed64(parts) => {
                let number = bits.expect("verified: a bit field is named");
                let width = if matches!(kind, Kind::Packed32(_)) { 32 } else { 64 };
                let whole = if width == 32 { low } else { wide(self.word(emit, slot + 1)) };
                let below: u32 = parts[..number].iter().map(|part| u32::from(part.bits)).sum();
                let part = &parts[number];
                let up = emit.shl(whole, width - below - u32::from(part.bits));
                let down = width - u32::from(part.bits);
                let cut =
                    if part.is_signed { emit.shr_signed(up, down) } else { emit.shr_unsigned(up, down) };
                emit.truncate(cut, 32)
            }
            _ => low,
        }
    }

    /// Reads the whole message; whether it is one.
    fn message(&self, emit: &Emit<'c, 'a>, length: Value<'c, 'a>) -> Value<'c, 'a> {
        let in_array = emit.compare_c(Compare::BelowUnsigned, length, self.packet.count + 1);
        for kept in &self.kept {
            (0..kept.words).for_each(|word| self.keep(emit, kept.slot + word, emit.c(0)));
        }
        self.keep(emit, 0, length);
        let initial = [emit.c(0), emit.c(0), emit.c(KEY), emit.c(0), in_array];
        // Each round takes a byte at least, or leaves a frame that two bytes have entered; the last one may find that
        // this is no message.
        let bytes = self.packet.count;
        let leaves = if self.frames.len() > 1 { bytes / 2 } else { 0 };
        emit.while_loop(
            Rounds::most(bytes + leaves + 1),
            &initial,
            |emit, round| {
                let [at, frame, reads, _, ok] = round[..] else { unreachable!("a round has five values") };
                let below = emit.compare(Compare::NotEqual, at, length);
                let inside = emit.compare_c(Compare::NotEqual, emit.or(frame, reads), 0);
                emit.and(ok, emit.or(below, inside))
            },
            |emit, round| self.round(emit, round),
        )[4]
    }

    fn round(&self, emit: &Emit<'c, 'a>, round: &[Value<'c, 'a>]) -> Round<'c, 'a> {
        let &[at, frame, reads, key, _] = round else { unreachable!("a round has five values") };
        let end = emit.load(self.words, &[frame], 32);
        let reads_key = emit.compare_c(Compare::Equal, reads, KEY);
        let leaves = emit.and(reads_key, emit.compare(Compare::Equal, at, end));
        let types = [emit.integer(32), emit.integer(32), emit.integer(32), emit.integer(32), emit.integer(1)];
        emit.if_else(
            leaves,
            &types,
            |emit| vec![at, self.parent(emit, frame), emit.c(KEY), key, emit.constant(1, 1)],
            |emit| {
                let (number, at, good) = self.varint(emit, at, end);
                let bad = |emit: &Emit<'c, 'a>| vec![at, frame, emit.c(KEY), key, emit.constant(0, 1)];
                emit.if_else(
                    good,
                    &types,
                    |emit| {
                        emit.if_else(
                            reads_key,
                            &types,
                            |emit| self.after_key(emit, (at, frame, end), number),
                            |emit| {
                                let is_number = emit.compare_c(Compare::Equal, reads, NUMBER);
                                emit.if_else(
                                    is_number,
                                    &types,
                                    |emit| {
                                        let ok = self.number(emit, (frame, key), number);
                                        vec![at, frame, emit.c(KEY), key, ok]
                                    },
                                    |emit| self.length(emit, (at, frame, end), (key, number)),
                                )
                            },
                        )
                    },
                    bad,
                )
            },
        )
    }

    fn parent(&self, emit: &Emit<'c, 'a>, frame: Value<'c, 'a>) -> Value<'c, 'a> {
        let frames = self.frames.iter().enumerate().filter(|(_, frame)| frame.parent != 0);
        frames.fold(emit.c(0), |other, (number, known)| {
            let here = emit.compare_c(Compare::Equal, frame, number as i64);
            emit.select(here, emit.c(known.parent as i64), other)
        })
    }

    /// A varint of up to 64 bits: its low and high word, where it ends, and whether it is one.
    fn varint(
        &self,
        emit: &Emit<'c, 'a>,
        at: Value<'c, 'a>,
        end: Value<'c, 'a>,
    ) -> ([Value<'c, 'a>; 2], Value<'c, 'a>, Value<'c, 'a>) {
        const GOES_ON: i64 = 0;
        const DONE: i64 = 1;
        const BAD: i64 = 2;
        let zero = emit.c(0);
        let read = emit.while_loop(
            // Each takes one of ten bytes, or finds the end of the frame, which ends the loop around this one.
            Rounds::most(10).in_all(self.packet.count + 1),
            &[at, zero, zero, zero, emit.c(GOES_ON)],
            |emit, carried| emit.compare_c(Compare::Equal, carried[4], GOES_ON),
            |emit, carried| {
                let &[at, shift, low, high, _] = carried else { unreachable!("five values are carried") };
                let types = [emit.integer(32); 5];
                let cut_short = emit.compare(Compare::Equal, at, end);
                emit.if_else(
                    cut_short,
                    &types,
                    |emit| vec![at, shift, low, high, emit.c(BAD)],
                    |emit| {
                        let byte = self.packet.byte(emit, at);
                        let part = emit.and_c(byte, 127);
                        let in_low = emit.compare_c(Compare::BelowUnsigned, shift, 32);
                        let own = emit.shl_by(part, emit.and_c(shift, 31));
                        let low = emit.or(low, emit.select(in_low, own, emit.c(0)));
                        // Of the high word only whether it is 0 matters.
                        let over = emit.shr_unsigned(part, 4);
                        let on_edge = emit.compare_c(Compare::Equal, shift, 28);
                        let above = emit.select(in_low, emit.select(on_edge, over, emit.c(0)), part);
                        let more = emit.compare_c(Compare::AboveEqualUnsigned, byte, 128);
                        let state = emit.select(more, emit.c(GOES_ON), emit.c(DONE));
                        // The tenth byte has room for the 64th bit alone.
                        let last = emit.compare_c(Compare::Equal, shift, 63);
                        let too_long = emit.and(last, emit.compare_c(Compare::AboveEqualUnsigned, byte, 2));
                        let state = emit.select(too_long, emit.c(BAD), state);
                        vec![emit.add_c(at, 1), emit.add_c(shift, 7), low, emit.or(high, above), state]
                    },
                )
            },
        );
        ([read[2], read[3]], read[0], emit.compare_c(Compare::Equal, read[4], DONE))
    }

    /// What follows a key: a number, a length, or four or eight bytes, which are taken at once.
    fn after_key(
        &self,
        emit: &Emit<'c, 'a>,
        (at, frame, end): (Value<'c, 'a>, Value<'c, 'a>, Value<'c, 'a>),
        [key, high]: [Value<'c, 'a>; 2],
    ) -> Round<'c, 'a> {
        let narrow = emit.compare_c(Compare::Equal, high, 0);
        let known = emit.compare_c(Compare::AboveEqualUnsigned, key, 8);
        let good = emit.and(narrow, known);
        let wire_type = emit.and_c(key, 7);
        let is = |emit: &Emit<'c, 'a>, wire: i64| emit.compare_c(Compare::Equal, wire_type, wire);
        let rest = emit.sub(end, at);
        let types = [emit.integer(32), emit.integer(1)];
        // By how much the position moves, and whether it may.
        let fixed = |emit: &Emit<'c, 'a>, bits: u32| {
            let bytes = i64::from(bits / 8);
            let there = emit.compare_c(Compare::AboveEqualUnsigned, rest, bytes);
            emit.if_then(emit.and(there, good), |emit| self.fixed(emit, (at, frame, key), bits));
            vec![emit.c(bytes), there]
        };
        let moved = emit.if_else(
            is(emit, 5),
            &types,
            |emit| fixed(emit, 32),
            |emit| {
                emit.if_else(
                    is(emit, 1),
                    &types,
                    |emit| fixed(emit, 64),
                    |emit| {
                        let follows = emit.or(is(emit, 0), is(emit, 2));
                        vec![emit.c(0), follows]
                    },
                )
            },
        );
        let number = emit.select(is(emit, 0), emit.c(NUMBER), emit.c(KEY));
        let reads = emit.select(is(emit, 2), emit.c(LENGTH), number);
        vec![emit.add(at, moved[0]), frame, reads, key, emit.and(good, moved[1])]
    }

    /// The known fields of these wire types, with their frames.
    fn fields(&self, wire_type: u32) -> impl Iterator<Item = (usize, usize, &Field)> {
        let wire = move |kind: &Kind| match kind {
            Kind::Fixed32 | Kind::Packed32(_) => 5,
            Kind::Fixed64 | Kind::Packed64(_) => 1,
            Kind::Bytes { .. } | Kind::Message(_) => 2,
            Kind::Uint32 | Kind::Sint32 | Kind::Bool | Kind::Enum(_) => 0,
        };
        self.frames.iter().enumerate().flat_map(move |(frame, known)| {
            let fields = known.message.fields.iter().enumerate();
            let fields = fields.filter(move |(_, field)| wire(&field.kind) == wire_type);
            fields.map(move |(place, field)| (frame, place, field))
        })
    }

    /// Whether a key in a frame is that of a field.
    fn is_field(
        &self,
        emit: &Emit<'c, 'a>,
        (frame, key): (Value<'c, 'a>, Value<'c, 'a>),
        (number, wire_type, field): (usize, u32, &Field),
    ) -> Value<'c, 'a> {
        let same = emit.compare_c(Compare::Equal, key, i64::from((field.number << 3 | wire_type) as i32));
        match self.frames.len() {
            1 => same,
            _ => emit.and(same, emit.compare_c(Compare::Equal, frame, number as i64)),
        }
    }

    /// Where a field's words are, if it is kept.
    fn slot(&self, (frame, place): (usize, usize), has: bool) -> Option<i64> {
        let is_here = |kept: &&Kept| {
            kept.has == has
                && kept
                    .way
                    .split_last()
                    .is_some_and(|(last, way)| *last == place && way == self.frames[frame].way)
        };
        self.kept.iter().find(is_here).map(|kept| kept.slot)
    }

    /// Notes that a field is there: what else is in its oneof is not, any more.
    fn present(&self, emit: &Emit<'c, 'a>, (frame, place, field): (usize, usize, &Field)) {
        let known = &self.frames[frame];
        let others = known.message.fields.iter().enumerate().filter(|(other, candidate)| {
            field.oneof.is_some() && candidate.oneof == field.oneof && *other != place
        });
        for (other, _) in others {
            let way: Vec<usize> = known.way.iter().copied().chain([other]).collect();
            for kept in self.kept.iter().filter(|kept| kept.way.starts_with(&way)) {
                (0..kept.words).for_each(|word| self.keep(emit, kept.slot + word, emit.c(0)));
            }
        }
        if let Some(slot) = self.slot((frame, place), true) {
            self.keep(emit, slot, emit.c(1));
        }
    }

    /// Keeps four or eight bytes, which are there.
    fn fixed(
        &self,
        emit: &Emit<'c, 'a>,
        (at, frame, key): (Value<'c, 'a>, Value<'c, 'a>, Value<'c, 'a>),
        bits: u32,
    ) {
        let wire_type = if bits == 32 { 5 } else { 1 };
        for (number, place, field) in self.fields(wire_type) {
            let slot = self.slot((number, place), false);
            if slot.is_none() && field.oneof.is_none() {
                continue;
            }
            let here = self.is_field(emit, (frame, key), (number, wire_type, field));
            emit.if_then(here, |emit| {
                self.present(emit, (number, place, field));
                let Some(slot) = slot else { return };
                self.keep(emit, slot, self.packet.load(emit, at, 32));
                if bits == 64 {
                    self.keep(emit, slot + 1, self.packet.load(emit, emit.add_c(at, 4), 32));
                }
            });
        }
    }

    /// Keeps a number; whether its field can hold it.
    fn number(
        &self,
        emit: &Emit<'c, 'a>,
        (frame, key): (Value<'c, 'a>, Value<'c, 'a>),
        [low, high]: [Value<'c, 'a>; 2],
    ) -> Value<'c, 'a> {
        let mut ok = emit.constant(1, 1);
        for (number, place, field) in self.fields(0) {
            let here = self.is_field(emit, (frame, key), (number, 0, field));
            let types = [emit.integer(1)];
            ok = emit.if_else(
                here,
                &types,
                |emit| {
                    let narrow = emit.compare_c(Compare::Equal, high, 0);
                    let (holds, value) = match field.kind {
                        Kind::Bool => (emit.constant(1, 1), emit.or(low, high)),
                        Kind::Sint32 => {
                            let sign = emit.sub(emit.c(0), emit.and_c(low, 1));
                            (narrow, emit.xor(emit.shr_unsigned(low, 1), sign))
                        }
                        // No number of an enum is negative.
                        Kind::Enum(_) => {
                            let positive = emit.compare_c(Compare::GreaterEqual, low, 0);
                            (emit.and(narrow, positive), low)
                        }
                        _ => (narrow, low),
                    };
                    self.present(emit, (number, place, field));
                    if let Some(slot) = self.slot((number, place), false) {
                        self.keep(emit, slot, value);
                    }
                    vec![holds]
                },
                |_| vec![ok],
            )[0];
        }
        ok
    }

    /// What follows a length: bytes, a message that is entered, or what is not known.
    fn length(
        &self,
        emit: &Emit<'c, 'a>,
        (at, frame, end): (Value<'c, 'a>, Value<'c, 'a>, Value<'c, 'a>),
        (key, [length, high]): (Value<'c, 'a>, [Value<'c, 'a>; 2]),
    ) -> Round<'c, 'a> {
        let narrow = emit.compare_c(Compare::Equal, high, 0);
        let rest = emit.sub(end, at);
        let inside = emit.compare(Compare::AboveEqualUnsigned, rest, length);
        let good = emit.and(narrow, inside);
        let after = emit.add(at, length);
        // Position, frame, and whether the field can hold it.
        let mut next = [after, frame, good];
        let types = [emit.integer(32), emit.integer(32), emit.integer(1)];
        for (number, place, field) in self.fields(2) {
            let here = emit.and(self.is_field(emit, (frame, key), (number, 2, field)), good);
            let skipped = next;
            let taken = emit.if_else(
                here,
                &types,
                |emit| {
                    self.present(emit, (number, place, field));
                    let Kind::Bytes { max } = field.kind else {
                        let inner = self.frame_of(number, place);
                        self.keep(emit, inner, after);
                        return vec![at, emit.c(inner), good];
                    };
                    if let Some(slot) = self.slot((number, place), false) {
                        self.keep(emit, slot, length);
                        self.keep(emit, slot + 1, at);
                    }
                    let holds = emit.compare_c(Compare::BelowUnsigned, length, max as i64 + 1);
                    vec![after, frame, holds]
                },
                |_| skipped.to_vec(),
            );
            next = [taken[0], taken[1], taken[2]];
        }
        vec![next[0], next[1], emit.c(KEY), key, next[2]]
    }

    /// The frame that a field of a frame enters.
    fn frame_of(&self, frame: usize, place: usize) -> i64 {
        let way = &self.frames[frame].way;
        let inner = self.frames.iter().position(|inner| {
            inner.way.split_last().is_some_and(|(last, outer)| *last == place && outer == way)
        });
        inner.expect("each message has its frame") as i64
    }
}
