//! Encoding a message as protobuf has it: canonical bytes, fields in ascending order, defaults left out.

use super::Lowering;
use super::bytes::{Bytes, copy};
use crate::emit::{Compare, Emit};
use melior::ir::{OperationRef, Value};
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
    Writer { lowering, packet }.message(emit, (schema.nested(message), given), emit.c(0))
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
        let mut at = start;
        for (number, field) in message.fields.iter().enumerate() {
            let own: Vec<Given> = given.iter().filter(|given| given.way[0] == number).cloned().collect();
            if !own.is_empty() {
                at = self.field(emit, (field, own), at);
            }
        }
        at
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
                self.unless_default(emit, (field, value), at, |emit| {
                    self.varint(emit, value, self.key(emit, key(0), at))
                })
            }
        }
    }

    /// Outside of a oneof what is 0 is left out; where it ends.
    fn unless_default(
        self,
        emit: &Emit<'c, 'a>,
        (field, value): (&Field, Value<'c, 'a>),
        at: Value<'c, 'a>,
        write: impl FnOnce(&Emit<'c, 'a>) -> Value<'c, 'a>,
    ) -> Value<'c, 'a> {
        if field.oneof.is_some() {
            return write(emit);
        }
        let some = emit.compare_c(Compare::NotEqual, value, 0);
        emit.if_else(some, &[emit.integer(32)], |emit| vec![write(emit)], |_| vec![at])[0]
    }

    /// A field's key, a constant.
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
        let last = emit.while_loop(
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
        let content = self.varint(emit, length, at);
        if room == 1 {
            return end;
        }
        let shorter = emit.compare(Compare::Less, content, start);
        emit.if_then(shorter, |emit| copy(emit, (self.packet, start), (self.packet, content), length));
        emit.add(content, length)
    }
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
