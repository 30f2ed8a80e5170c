//! Encoding a message as protobuf has it: canonical bytes, fields in ascending order, defaults left out.

use super::Lowering;
use super::bytes::{Bytes, copy};
use crate::emit::{Compare, Emit, Rounds};
use melior::ir::attribute::IntegerAttribute;
use melior::ir::operation::{OperationLike, OperationResult};
use melior::ir::{Attribute, OperationRef, Value};
use swarm_dialects::OpView;
use swarm_dialects::radio::Encode;
use swarm_dialects::schema::model::{BitField, Field, Kind, Message, enum_bits, size_max};
use swarm_dialects::schema::{Place, written};

/// A field that is written: the way to it from the message at hand, and its value.
#[derive(Clone)]
struct Given<'c, 'a> {
    way: Vec<usize>,
    bits: Option<usize>,
    value: Value<'c, 'a>,
    /// Where a field of bytes comes from; the value is their count.
    array: Option<Bytes<'c, 'a>>,
}

/// Lowers an op of this file.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    let encode = Encode::cast(op)?;
    let packet = Bytes::new(emit, encode.packet(), lowering.variables[encode.packet()].elements());
    Some(vec![write(lowering, emit, (encode.message(), op), packet)])
}

/// Writes the fields that an op names into a packet; how many bytes they take.
pub fn write<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    (message, op): (&str, OperationRef<'c, 'a>),
    packet: Bytes<'c, 'a>,
) -> Value<'c, 'a> {
    let schema = &lowering.schema;
    let bytes = |name: &str| Bytes::new(emit, name, lowering.variables[name].elements());
    let mut given = Vec::new();
    let (fields, values) = written(op).expect("the op writes a message");
    for (named, value) in fields.into_iter().zip(values) {
        let place = Place::of(schema, message, &named.path).expect("verified: the message has it");
        let array = (!named.array.is_empty()).then(|| bytes(&named.array));
        if let (Some(array), Kind::Bytes { max }) = (array, &place.field(schema, message).kind) {
            let most = array.count.min(*max as i64);
            emit.check(emit.compare_c(Compare::BelowUnsigned, value, most + 1), 1);
        }
        given.push(Given { way: place.way, bits: place.bits, value, array });
    }
    let writer = Writer { lowering, packet };
    let message = schema.nested(message);
    let (constants, fields) = writer.constants(message, &given);
    let start = writer.head(emit, &constants);
    writer.fields(emit, (&message.fields[fields..], fields), &given, start)
}

#[derive(Clone, Copy)]
struct Writer<'l, 'c, 'a> {
    lowering: &'l Lowering<'c, 'a>,
    packet: Bytes<'c, 'a>,
}

impl<'c: 'a, 'a> Writer<'_, 'c, 'a> {
    /// Writes a message's fields; where they end.
    fn message(
        self,
        emit: &Emit<'c, 'a>,
        (message, given): (&Message, Vec<Given<'c, 'a>>),
        start: Value<'c, 'a>,
    ) -> Value<'c, 'a> {
        self.fields(emit, (&message.fields, 0), &given, start)
    }

    /// The fields of a message from one of that number on.
    fn fields(
        self,
        emit: &Emit<'c, 'a>,
        (fields, first): (&[Field], usize),
        given: &[Given<'c, 'a>],
        start: Value<'c, 'a>,
    ) -> Value<'c, 'a> {
        let mut at = start;
        for (number, field) in fields.iter().enumerate() {
            let own: Vec<Given> =
                given.iter().filter(|given| given.way[0] == first + number).cloned().collect();
            if !own.is_empty() {
                at = self.field(emit, (field, own), at);
            }
        }
        at
    }

    /// What a message always begins with, and how many of its fields that is.
    fn constants(self, message: &Message, given: &[Given<'c, 'a>]) -> (Vec<u8>, usize) {
        let mut bytes = Vec::new();
        for (number, field) in message.fields.iter().enumerate() {
            let Some(own) = given.iter().find(|given| given.way[0] == number) else { continue };
            let Some(value) = constant(own.value) else { return (bytes, number) };
            let value = match field.kind {
                Kind::Uint32 | Kind::Bool => value as u32,
                Kind::Sint32 => ((value as i32) << 1 ^ (value as i32) >> 31) as u32,
                Kind::Enum(_) => {
                    value as u32 & ((1u64 << enum_bits(&self.lowering.schema, field)) - 1) as u32
                }
                _ => return (bytes, number),
            };
            if value != 0 || field.oneof.is_some() {
                bytes.extend(varint(field.number << 3).chain(varint(value)));
            }
        }
        (bytes, message.fields.len())
    }

    /// Writes a packet's first bytes, by words: packets begin with one. Where they end.
    fn head(self, emit: &Emit<'c, 'a>, bytes: &[u8]) -> Value<'c, 'a> {
        let words = bytes.chunks_exact(4);
        let rest = words.remainder();
        if bytes.len() >= 4 {
            let memory = emit.seen_as(self.packet.memory, self.packet.count as u64 / 4, 32);
            for (place, word) in words.enumerate() {
                let word = i32::from_le_bytes(word.try_into().expect("chunks have four bytes"));
                emit.store(emit.c(i64::from(word)), memory, &[emit.c(place as i64)]);
            }
        }
        for (place, byte) in (bytes.len() - rest.len()..).zip(rest) {
            self.packet.store(emit, emit.c(place as i64), (emit.c(i64::from(*byte)), 8));
        }
        emit.c(bytes.len() as i64)
    }

    fn field(
        self,
        emit: &Emit<'c, 'a>,
        (field, own): (&Field, Vec<Given<'c, 'a>>),
        at: Value<'c, 'a>,
    ) -> Value<'c, 'a> {
        let value = own[0].value;
        let key = |wire_type| i64::from(field.number << 3 | wire_type);
        match &field.kind {
            Kind::Message(name) => {
                let message = self.lowering.schema.nested(name);
                let inner = own.into_iter().map(|given| Given { way: given.way[1..].to_vec(), ..given });
                let at = self.key(emit, key(2), at);
                self.nested(emit, (message, inner.collect()), at)
            }
            Kind::Bytes { .. } => {
                let from = own[0].array.expect("verified: bytes come from an array");
                self.unless_default(emit, (field, value), at, |emit| {
                    let at = self.varint(emit, value, self.key(emit, key(2), at));
                    copy(emit, (from, emit.c(0)), (self.packet, at), value);
                    emit.add(at, value)
                })
            }
            Kind::Fixed64 => self.unless_default(emit, (field, value), at, |emit| {
                self.fixed(emit, (value, 64), self.key(emit, key(1), at))
            }),
            Kind::Packed64(bits) => {
                let value = packed(emit, bits, &own, 64);
                self.unless_default(emit, (field, value), at, |emit| {
                    self.fixed(emit, (value, 64), self.key(emit, key(1), at))
                })
            }
            Kind::Fixed32 | Kind::Packed32(_) => {
                let value = match &field.kind {
                    Kind::Packed32(bits) => packed(emit, bits, &own, 32),
                    _ => value,
                };
                if field.oneof.is_none() && constant(value).is_none() && key(5) < 128 {
                    return self.number(emit, (key(5), value), at);
                }
                self.unless_default(emit, (field, value), at, |emit| {
                    self.fixed(emit, (value, 32), self.key(emit, key(5), at))
                })
            }
            Kind::Bool => {
                let value = emit.extend_unsigned(value, 32);
                self.unless_default(emit, (field, value), at, |emit| {
                    self.fixed(emit, (value, 8), self.key(emit, key(0), at))
                })
            }
            Kind::Uint32 | Kind::Sint32 | Kind::Enum(_) => {
                let value = match field.kind {
                    Kind::Sint32 => emit.xor(emit.shl(value, 1), emit.shr_signed(value, 31)),
                    // What is no number of the enum is cut to the bytes that there are for one.
                    Kind::Enum(_) => emit.and_c(value, (1 << enum_bits(&self.lowering.schema, field)) - 1),
                    _ => value,
                };
                // A key of one byte: most are.
                if field.oneof.is_none() && constant(value).is_none() && key(0) < 128 {
                    return self.number(emit, (key(0), value), at);
                }
                self.unless_default(emit, (field, value), at, |emit| {
                    self.varint(emit, value, self.key(emit, key(0), at))
                })
            }
        }
    }

    /// A key of one byte and its number, where it is not 0: a varint, or four bytes, as the key says.
    fn number(
        self,
        emit: &Emit<'c, 'a>,
        (key, value): (i64, Value<'c, 'a>),
        at: Value<'c, 'a>,
    ) -> Value<'c, 'a> {
        let fixed = (emit.name("fixed"), Attribute::unit(self.lowering.context));
        let fixed = if key & 7 == 5 { vec![fixed] } else { Vec::new() };
        emit.value(
            emit.op("radio.number")
                .add_operands(&[value, self.packet.memory, at])
                .add_attributes(&[(emit.name("key"), emit.number(key, 32))])
                .add_attributes(&fixed)
                .add_results(&[emit.integer(32)]),
        )
    }

    /// Outside of a oneof what is 0 is left out; where it ends.
    fn unless_default(
        self,
        emit: &Emit<'c, 'a>,
        (field, value): (&Field, Value<'c, 'a>),
        at: Value<'c, 'a>,
        write: impl FnOnce(&Emit<'c, 'a>) -> Value<'c, 'a>,
    ) -> Value<'c, 'a> {
        match constant(value) {
            _ if field.oneof.is_some() => return write(emit),
            Some(0) => return at,
            Some(_) => return write(emit),
            None => {}
        }
        let some = emit.compare_c(Compare::NotEqual, value, 0);
        emit.if_else(some, &[emit.integer(32)], |emit| vec![write(emit)], |_| vec![at])[0]
    }

    /// A constant, such as a field's key.
    fn key(self, emit: &Emit<'c, 'a>, mut key: i64, mut at: Value<'c, 'a>) -> Value<'c, 'a> {
        loop {
            let more = key >= 128;
            let byte = emit.c(key & 127 | if more { 128 } else { 0 });
            self.packet.store(emit, at, (byte, 8));
            at = emit.add_c(at, 1);
            key >>= 7;
            if !more {
                return at;
            }
        }
    }

    fn fixed(
        self,
        emit: &Emit<'c, 'a>,
        (value, bits): (Value<'c, 'a>, u32),
        at: Value<'c, 'a>,
    ) -> Value<'c, 'a> {
        self.packet.store(emit, at, (value, bits));
        emit.add_c(at, i64::from(bits / 8))
    }

    /// A number of 32 bits, seven in each byte: five rounds at most.
    fn varint(self, emit: &Emit<'c, 'a>, value: Value<'c, 'a>, at: Value<'c, 'a>) -> Value<'c, 'a> {
        if let Some(value) = constant(value) {
            return self.key(emit, i64::from(value as u32), at);
        }
        let last = emit.while_loop(
            // 32 bits are five times seven at most; the last seven are written behind the loop.
            Rounds::most(4),
            &[value, at],
            |emit, carried| emit.compare_c(Compare::AboveEqualUnsigned, carried[0], 128),
            |emit, carried| {
                let byte = emit.or(carried[0], emit.c(128));
                self.packet.store(emit, carried[1], (byte, 8));
                vec![emit.shr_unsigned(carried[0], 7), emit.add_c(carried[1], 1)]
            },
        );
        self.packet.store(emit, last[1], (last[0], 8));
        emit.add_c(last[1], 1)
    }

    /// A message with its length before it. Room is left for the longest length, and what is left of it closed.
    fn nested(
        self,
        emit: &Emit<'c, 'a>,
        (message, given): (&Message, Vec<Given<'c, 'a>>),
        at: Value<'c, 'a>,
    ) -> Value<'c, 'a> {
        let room = match size_max(&self.lowering.schema, message) {
            0..128 => 1,
            128..16384 => 2,
            _ => 3,
        };
        let start = emit.add_c(at, room);
        let end = self.message(emit, (message, given), start);
        let length = emit.sub(end, start);
        if room == 1 {
            self.packet.store(emit, at, (length, 8));
            return end;
        }
        let content = self.varint(emit, length, at);
        let shorter = emit.compare(Compare::Less, content, start);
        emit.if_then(shorter, |emit| copy(emit, (self.packet, start), (self.packet, content), length));
        emit.add(content, length)
    }
}

/// A number, seven bits in each byte.
fn varint(mut value: u32) -> impl Iterator<Item = u8> {
    let mut bytes = Vec::new();
    while value >= 128 {
        bytes.push(value as u8 | 128);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes.into_iter()
}

/// The number that a value always is.
fn constant(value: Value) -> Option<i64> {
    let op = OperationResult::try_from(value).ok()?.owner();
    let constant = Some(op).filter(|op| swarm_dialects::name(*op) == "arith.constant")?;
    IntegerAttribute::try_from(constant.attribute("value").ok()?).ok().map(|number| number.value())
}

/// Bit fields put together, each cut to its bits; those that are not given are 0.
fn packed<'c, 'a>(
    emit: &Emit<'c, 'a>,
    bits: &[BitField],
    own: &[Given<'c, 'a>],
    width: u32,
) -> Value<'c, 'a> {
    let mut shift = 0;
    let mut all = emit.constant(0, width);
    for (number, part) in bits.iter().enumerate() {
        if let Some(given) = own.iter().find(|given| given.bits == Some(number)) {
            let width_of_part = u32::from(part.bits);
            let cut = match width_of_part {
                32 => given.value,
                bits => emit.and_c(given.value, (1 << bits) - 1),
            };
            all = emit.or(all, emit.shl(emit.extend_unsigned(cut, width), shift));
        }
        shift += u32::from(part.bits);
    }
    all
}
