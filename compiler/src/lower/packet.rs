//! Delta packets: what changed most since the mark, and applying a peer's (NUMERICS, *Delta packet*).

use super::bytes::Bytes;
use super::parts::Parts;
use super::peers::{self, APPLIED, Identity, status};
use super::share::{self, Combine, Said};
use super::{Lowering, row};
use crate::emit::{Compare, Emit, Rounds};
use melior::ir::{OperationRef, Value};
use swarm_dialects::{Apply, Encode, OpView};

/// Bytes before the first entry.
const HEADER: i64 = 20;
/// Most entries of a packet.
const MOST_ENTRIES: i64 = 255;
/// Version of what operations compute.
const VERSION: i64 = 1;

/// Why nothing is applied.
const MALFORMED: i64 = 2;
const OTHER_TABLE: i64 = 3;
const OTHER_VERSION: i64 = 4;
const OWN: i64 = 6;

/// The array that holds a packet of a table.
#[derive(Clone, Copy)]
struct Packet<'c, 'a, 'p> {
    parts: &'p Parts,
    bytes: Bytes<'c, 'a>,
}

/// Lowers an op of this file.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    let packet = |name: &str, table: &str| {
        let bytes = Bytes::new(emit, name, lowering.variables[name].elements());
        Packet { parts: &lowering.tables[table], bytes }
    };
    if let Some(op) = Encode::cast(op) {
        let packet = packet(op.packet(), op.table());
        return Some(vec![encode(emit, packet, (op.epoch(), op.sequence()))]);
    }
    let op = Apply::cast(op)?;
    let how = Combine { by: op.by(), bound: op.bound() };
    Some(vec![apply(emit, packet(op.packet(), op.table()), op.length(), how)])
}

impl<'c, 'a> Packet<'c, 'a, '_> {
    /// Bytes of an entry: index, value, visits.
    fn entry_bytes(&self) -> i64 {
        4 + i64::from(self.parts.shape.bits) / 8
    }

    /// Most entries.
    fn room(&self) -> i64 {
        ((self.bytes.count - HEADER) / self.entry_bytes()).clamp(0, MOST_ENTRIES)
    }

    /// Where an entry begins.
    fn entry(&self, emit: &Emit<'c, 'a>, number: Value<'c, 'a>) -> Value<'c, 'a> {
        emit.add_c(emit.mul_c(number, self.entry_bytes()), HEADER)
    }

    /// An entry's value, sign-extended, and its visits.
    fn said(&self, emit: &Emit<'c, 'a>, entry: Value<'c, 'a>) -> Said<'c, 'a> {
        let bits = self.parts.shape.bits;
        let value = self.bytes.load(emit, emit.add_c(entry, 2), bits);
        let value = emit.shr_signed(emit.shl(value, 32 - bits), 32 - bits);
        let visits = self.bytes.load(emit, emit.add_c(entry, 2 + i64::from(bits) / 8), 16);
        Said { value, visits }
    }
}

/// How much the change of an element counts: `|value - value at the mark| * own visits`.
fn weight<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, index: Value<'c, 'a>) -> Value<'c, 'a> {
    let value = row::element(emit, parts, index);
    let marked = emit.extend(emit.load(share::mark(emit, parts), &[index], parts.shape.bits), 32);
    let change = emit.sub(value, marked);
    let change = emit.smax(change, emit.sub(emit.c(0), change));
    let visits = share::visits(emit, parts, index);
    match parts.shape.bits {
        // A change is below 2^31 there, below 2^16 elsewhere; visits are below 2^15.
        32 => emit.mul(emit.extend(change, 64), emit.extend(visits, 64)),
        _ => emit.mul(change, visits),
    }
}

/// Writes the packet; its length.
fn encode<'c, 'a>(
    emit: &Emit<'c, 'a>,
    packet: Packet<'c, 'a, '_>,
    (epoch, sequence): (Value<'c, 'a>, Value<'c, 'a>),
) -> Value<'c, 'a> {
    let parts = packet.parts;
    let room = packet.room();
    // The entries hold indices first, kept in order while the elements go by.
    let kept = emit.repeat(parts.shape.elements(), &[emit.c(0)], |emit, index, kept| {
        let weight_here = weight(emit, parts, index);
        let changed = emit.compare_c(Compare::NotEqual, weight_here, 0);
        emit.if_else(
            changed,
            &[emit.integer(32)],
            |emit| vec![insert(emit, packet, (index, weight_here), (kept[0], room))],
            |_| vec![kept[0]],
        )
    })[0];
    let some = emit.compare_c(Compare::NotEqual, kept, 0);
    status(
        emit,
        some,
        |emit| {
            fill(emit, packet, kept);
            let head = emit.add_c(emit.shl(kept, 8), VERSION);
            let origin = emit.value(emit.op("swarm.node_id").add_results(&[emit.integer(32)]));
            let words = [emit.c(i64::from(parts.schema as i32)), head, origin, epoch, sequence];
            for (number, word) in words.into_iter().enumerate() {
                packet.bytes.store(emit, emit.c(4 * number as i64), (word, 32));
            }
            packet.entry(emit, kept)
        },
        |emit| emit.c(0),
    )
}

/// Puts an index in its place among the entries, if it has one: how many there are then.
fn insert<'c, 'a>(
    emit: &Emit<'c, 'a>,
    packet: Packet<'c, 'a, '_>,
    (index, weight_here): (Value<'c, 'a>, Value<'c, 'a>),
    (kept, room): (Value<'c, 'a>, i64),
) -> Value<'c, 'a> {
    let more = emit.smin(emit.add_c(kept, 1), emit.c(room));
    let size = packet.entry_bytes();
    // Lighter entries move down from the last place on, at most `room` of them; of a full packet the last one is lost.
    // The element with number n comes upon n entries at most.
    let elements = packet.parts.shape.elements();
    let filling = elements.min(room);
    let all = filling * (filling - 1) / 2 + (elements - filling) * room;
    let free = emit.while_loop(
        Rounds::most(room).in_all(all),
        &[packet.entry(emit, kept)],
        |emit, place| {
            let behind = emit.compare_c(Compare::Greater, place[0], HEADER);
            let types = [emit.integer(1)];
            emit.if_else(
                behind,
                &types,
                |emit| {
                    let above = packet.bytes.load(emit, emit.add_c(place[0], -size), 16);
                    let above = weight(emit, packet.parts, above);
                    vec![emit.compare(Compare::BelowUnsigned, above, weight_here)]
                },
                |emit| vec![emit.constant(0, 1)],
            )[0]
        },
        |emit, place| {
            let above = packet.bytes.load(emit, emit.add_c(place[0], -size), 16);
            let inside = emit.compare_c(Compare::Less, place[0], HEADER + room * size);
            emit.if_then(inside, |emit| packet.bytes.store(emit, place[0], (above, 16)));
            vec![emit.add_c(place[0], -size)]
        },
    )[0];
    let inside = emit.compare_c(Compare::Less, free, HEADER + room * size);
    emit.if_then(inside, |emit| packet.bytes.store(emit, free, (index, 16)));
    more
}

/// Completes the entries: the values and visits of their indices.
fn fill<'c, 'a>(emit: &Emit<'c, 'a>, packet: Packet<'c, 'a, '_>, kept: Value<'c, 'a>) {
    let bits = packet.parts.shape.bits;
    for_entries(emit, packet, kept, |emit, entry| {
        let index = packet.bytes.load(emit, entry, 16);
        let value = row::element(emit, packet.parts, index);
        packet.bytes.store(emit, emit.add_c(entry, 2), (value, bits));
        let visits = share::visits(emit, packet.parts, index);
        packet.bytes.store(emit, emit.add_c(entry, 2 + i64::from(bits) / 8), (visits, 16));
    });
}

/// Goes over as many entries: at most as many as the array has room for.
fn for_entries<'c, 'a>(
    emit: &Emit<'c, 'a>,
    packet: Packet<'c, 'a, '_>,
    count: Value<'c, 'a>,
    body: impl FnOnce(&Emit<'c, 'a>, Value<'c, 'a>),
) {
    let end = packet.entry(emit, count);
    emit.while_loop(
        Rounds::most(packet.room()),
        &[emit.c(HEADER)],
        |emit, entry| emit.compare(Compare::Less, entry[0], end),
        |emit, entry| {
            body(emit, entry[0]);
            vec![emit.add_c(entry[0], packet.entry_bytes())]
        },
    );
}

/// Merges the packet when all of it is right: the status.
fn apply<'c, 'a>(
    emit: &Emit<'c, 'a>,
    packet: Packet<'c, 'a, '_>,
    length: Value<'c, 'a>,
    how: Combine,
) -> Value<'c, 'a> {
    let word = |emit: &Emit<'c, 'a>, number: i64| packet.bytes.load(emit, emit.c(4 * number), 32);
    let in_array =
        emit.compare_c(Compare::BelowUnsigned, emit.add_c(length, -HEADER), packet.bytes.count - HEADER + 1);
    unless(emit, in_array, MALFORMED, |emit| {
        let schema = i64::from(packet.parts.schema as i32);
        let ours = emit.compare_c(Compare::Equal, word(emit, 0), schema);
        unless(emit, ours, OTHER_TABLE, |emit| {
            let head = word(emit, 1);
            let known = emit.compare_c(Compare::Equal, emit.and_c(head, 255), VERSION);
            unless(emit, known, OTHER_VERSION, |emit| {
                let count = emit.shr_unsigned(head, 8);
                unless(emit, is_sound(emit, packet, (count, length)), MALFORMED, |emit| {
                    let node = emit.value(emit.op("swarm.node_id").add_results(&[emit.integer(32)]));
                    let origin = word(emit, 2);
                    let foreign = emit.compare(Compare::NotEqual, origin, node);
                    unless(emit, foreign, OWN, |emit| {
                        let identity = Identity { origin, epoch: word(emit, 3), sequence: word(emit, 4) };
                        let status = peers::admit(emit, packet.parts, identity);
                        let applied = emit.compare_c(Compare::Equal, status, APPLIED);
                        emit.if_then(applied, |emit| {
                            for_entries(emit, packet, count, |emit, entry| {
                                let index = packet.bytes.load(emit, entry, 16);
                                share::combine(emit, packet.parts, how, (index, packet.said(emit, entry)));
                            });
                        });
                        status
                    })
                })
            })
        })
    })
}

/// What comes next if the condition holds, else a status.
fn unless<'c, 'a>(
    emit: &Emit<'c, 'a>,
    holds: Value<'c, 'a>,
    otherwise: i64,
    then: impl FnOnce(&Emit<'c, 'a>) -> Value<'c, 'a>,
) -> Value<'c, 'a> {
    status(emit, holds, then, |emit| emit.c(otherwise))
}

/// Whether a number of entries goes with the packet's length, and all of them are right.
fn is_sound<'c, 'a>(
    emit: &Emit<'c, 'a>,
    packet: Packet<'c, 'a, '_>,
    (count, length): (Value<'c, 'a>, Value<'c, 'a>),
) -> Value<'c, 'a> {
    let some = emit.compare_c(Compare::BelowUnsigned, emit.add_c(count, -1), MOST_ENTRIES);
    let types = [emit.integer(1)];
    let no = |emit: &Emit<'c, 'a>| vec![emit.constant(0, 1)];
    emit.if_else(
        some,
        &types,
        |emit| {
            let end = packet.entry(emit, count);
            let whole = emit.compare(Compare::Equal, end, length);
            emit.if_else(whole, &types, |emit| vec![are_right(emit, packet, end)], no)
        },
        no,
    )[0]
}

/// Whether all entries up to an end are right, and their indices different.
fn are_right<'c, 'a>(emit: &Emit<'c, 'a>, packet: Packet<'c, 'a, '_>, end: Value<'c, 'a>) -> Value<'c, 'a> {
    // The entries end where the packet does, and that is in the array.
    let right = emit.while_loop(
        Rounds::most(packet.room()),
        &[emit.c(HEADER), emit.constant(1, 1)],
        |emit, carried| emit.and(emit.compare(Compare::Less, carried[0], end), carried[1]),
        |emit, carried| {
            let entry = carried[0];
            let index = packet.bytes.load(emit, entry, 16);
            let said = packet.said(emit, entry);
            let in_table = emit.compare_c(Compare::BelowUnsigned, index, packet.parts.shape.elements());
            let (low, high) = packet.parts.accepted;
            let above = emit.compare_c(Compare::GreaterEqual, said.value, low);
            let below = emit.compare_c(Compare::Less, said.value, high + 1);
            let sound =
                emit.and(emit.and(in_table, share::counts(emit, said.visits)), emit.and(above, below));
            let new = emit.if_else(
                sound,
                &[emit.integer(1)],
                |emit| vec![is_new(emit, packet, (index, entry))],
                |emit| vec![emit.constant(0, 1)],
            )[0];
            vec![emit.add_c(entry, packet.entry_bytes()), new]
        },
    );
    right[1]
}

/// Whether no entry before this one has the index.
fn is_new<'c, 'a>(
    emit: &Emit<'c, 'a>,
    packet: Packet<'c, 'a, '_>,
    (index, entry): (Value<'c, 'a>, Value<'c, 'a>),
) -> Value<'c, 'a> {
    let size = packet.entry_bytes();
    // Back to the header, or to an entry with the same index.
    let room = packet.room();
    let reached = emit.while_loop(
        Rounds::most(room - 1).in_all(room * (room - 1) / 2),
        &[emit.add_c(entry, -size)],
        |emit, before| {
            let inside = emit.compare_c(Compare::GreaterEqual, before[0], HEADER);
            emit.if_else(
                inside,
                &[emit.integer(1)],
                |emit| {
                    let other = packet.bytes.load(emit, before[0], 16);
                    vec![emit.compare(Compare::NotEqual, other, index)]
                },
                |emit| vec![emit.constant(0, 1)],
            )[0]
        },
        |emit, before| vec![emit.add_c(before[0], -size)],
    )[0];
    emit.compare_c(Compare::Less, reached, HEADER)
}
