//! Reading adverts: one pass over the structures of what was heard, and the fields of the first one that is a frame.
//!
//! Nothing is read behind the advert's end. An advert whose lengths contradict one another is none at all.

use super::Lowering;
use super::advert::{code_bits, declared, divide, wrapped};
use super::channel::MOST_HEARD;
use crate::emit::{Compare, Emit, Rounds};
use melior::ir::operation::OperationLike;
use melior::ir::{OperationRef, RegionLike, Value};
use swarm_dialects::adverts::model::{Cell, Field, Frame, Identity, Kind, Layout, Presence};
use swarm_dialects::adverts::{Asked, Plan, asked, filter, held_bits};
use swarm_dialects::{OpView, adv, operations};

/// Lowers an op of this file.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    let read = adv::Read::cast(op)?;
    let Plan::Own(layout) = declared(lowering, read.beacon()) else {
        unreachable!("verified: kernels do not read BTHome")
    };
    let asked = asked(read);
    let mut words = 0;
    let slots = asked.iter().map(|asked| {
        words += if bits(&layout, asked) == 64 { 2 } else { 1 };
        words - 1
    });
    let slots: Vec<i64> = slots.collect();
    let reader =
        Reader { layout: &layout, asked: &asked, slots, words: emit.scratch(words.max(1) as u64, 32) };
    let ok = scan(emit, layout.beacon.identity, |emit, structure| reader.frames(emit, structure));
    let mut results = vec![ok];
    for (number, asked) in asked.iter().enumerate() {
        let none = emit.constant(0, bits(&layout, asked));
        results.push(emit.select(ok, reader.value(emit, number), none));
    }
    Some(results)
}

/// Puts what an observer filters by before its body.
pub fn narrow<'c: 'a, 'a>(emit: &Emit<'c, 'a>, handler: OperationRef<'c, 'a>) {
    let Some(observer) = adv::OnBleAdvert::cast(handler) else { return };
    let (owner, rssi) = filter(observer).expect("verified: the clauses are sound");
    let block = handler.first_region().and_then(|region| region.first_block());
    let body = block.map(operations).unwrap_or_default();
    let Some((_, body)) = body.split_last().filter(|(_, body)| !body.is_empty()) else { return };
    if owner.is_none() && rssi.is_none() {
        return;
    }
    let emit = Emit::before(emit.context, body[0]).on_behalf_of(handler);
    let strong = rssi.map(|rssi| {
        let dbm = emit.value(emit.op("adv.rssi").add_results(&[emit.integer(32)]));
        emit.compare_c(Compare::GreaterEqual, dbm, rssi)
    });
    let ours = |emit: &Emit<'c, 'a>| owner.map(|owner| scan(emit, owner, |emit, _| emit.constant(1, 1)));
    let taken = match (strong, owner) {
        (Some(strong), Some(_)) => {
            let nothing = |emit: &Emit<'c, 'a>| vec![emit.constant(0, 1)];
            let scanned = |emit: &Emit<'c, 'a>| ours(emit).into_iter().collect();
            emit.if_else(strong, &[emit.integer(1)], scanned, nothing)[0]
        }
        (Some(strong), None) => strong,
        (None, _) => ours(&emit).expect("one of both is there"),
    };
    emit.if_then(taken, |inner| {
        for op in body {
            crate::raw::move_to_end(*op, inner.block());
        }
    });
}

fn bits(layout: &Layout, asked: &Asked) -> u32 {
    let field = layout.beacon.fields.iter().find(|field| field.name == asked.name);
    if asked.has { 1 } else { field.map_or(32, |field| held_bits(&field.kind)) }
}

/// A structure of what was heard: the place of its length, and the length.
#[derive(Clone, Copy)]
struct Structure<'c, 'a> {
    at: Value<'c, 'a>,
    length: Value<'c, 'a>,
}

fn byte<'c: 'a, 'a>(emit: &Emit<'c, 'a>, at: Value<'c, 'a>, further: usize) -> Value<'c, 'a> {
    let at = emit.add_c(at, further as i64);
    emit.value(emit.op("adv.heard").add_operands(&[at]).add_results(&[emit.integer(32)]))
}

/// Looks at the structures with data of this owner until one is taken; whether one was, and the advert is well-formed.
fn scan<'c: 'a, 'a>(
    emit: &Emit<'c, 'a>,
    owner: Identity,
    take: impl FnOnce(&Emit<'c, 'a>, Structure<'c, 'a>) -> Value<'c, 'a>,
) -> Value<'c, 'a> {
    let bytes = emit.value(emit.op("adv.heard_bytes").add_results(&[emit.integer(32)]));
    let (no, yes) = (emit.constant(0, 1), emit.constant(1, 1));
    let flag = [emit.integer(1)];
    // Place, whether all is well so far, whether only padding may follow, whether a structure was taken.
    let last = emit.while_loop(
        // A structure has a byte at least.
        Rounds::most(MOST_HEARD),
        &[emit.c(0), yes, no, no],
        |emit, carried| {
            let inside = emit.compare(Compare::Less, carried[0], bytes);
            emit.and(inside, carried[1])
        },
        |emit, carried| {
            let [at, padding, taken] = [carried[0], carried[2], carried[3]];
            let length = byte(emit, at, 0);
            let next = emit.add_c(emit.add(at, length), 1);
            let empty = emit.compare_c(Compare::Equal, length, 0);
            let fits = emit.compare(Compare::GreaterEqual, bytes, next);
            let well = emit.and(fits, emit.or(empty, emit.xor(padding, emit.constant(1, 1))));
            let wanted = emit.compare_c(Compare::GreaterEqual, length, 1 + owner.bytes().len() as i64);
            let open = emit.and(emit.and(well, wanted), emit.xor(taken, emit.constant(1, 1)));
            let found = emit.if_else(
                open,
                &flag,
                |emit| {
                    let expected = [&[owner.structure()], &*owner.bytes()].concat();
                    let same = expected.iter().enumerate().map(|(number, expected)| {
                        emit.compare_c(Compare::Equal, byte(emit, at, 1 + number), i64::from(*expected))
                    });
                    let same = same.reduce(|a, b| emit.and(a, b)).expect("a structure has a type");
                    emit.if_else(
                        same,
                        &flag,
                        |emit| vec![take(emit, Structure { at, length })],
                        |emit| vec![emit.constant(0, 1)],
                    )
                },
                |_| vec![taken],
            );
            vec![next, well, emit.or(padding, empty), emit.or(taken, found[0])]
        },
    );
    emit.and(last[1], last[3])
}

struct Reader<'r, 'c, 'a> {
    layout: &'r Layout,
    asked: &'r [Asked<'c>],
    /// The word of each that is asked for; one of 64 bits has the word before it, too.
    slots: Vec<i64>,
    words: Value<'c, 'a>,
}

impl<'c: 'a, 'a> Reader<'_, 'c, 'a> {
    /// Keeps what is asked for, if a structure is one of the beacon's frames; whether it is.
    fn frames(&self, emit: &Emit<'c, 'a>, structure: Structure<'c, 'a>) -> Value<'c, 'a> {
        let mut found = emit.constant(0, 1);
        for frame in self.layout.frames() {
            let right = emit.compare_c(Compare::Equal, structure.length, i64::from(frame.head[0]));
            let id_at = frame.head.len() - 1;
            let earlier = found;
            let flag = [emit.integer(1)];
            found = emit.if_else(
                right,
                &flag,
                |emit| {
                    let id = byte(emit, structure.at, id_at);
                    let ours = emit.compare_c(Compare::Equal, id, i64::from(frame.id));
                    emit.if_else(
                        ours,
                        &flag,
                        |emit| {
                            let payload = emit.add_c(structure.at, frame.head.len() as i64);
                            vec![self.frame(emit, payload, frame)]
                        },
                        |_| vec![earlier],
                    )
                },
                |_| vec![earlier],
            )[0];
        }
        found
    }

    /// Reads one frame; whether every code stands for a value, and bits of no field are 0.
    fn frame(&self, emit: &Emit<'c, 'a>, payload: Value<'c, 'a>, frame: &Frame) -> Value<'c, 'a> {
        let mut codes: Vec<(usize, Value<'c, 'a>)> = Vec::new();
        let mut well = emit.constant(1, 1);
        for cell in &frame.cells {
            let good = self.cell(emit, payload, (cell, &mut codes));
            well = good.map_or(well, |good| emit.and(well, good));
        }
        let unused = frame.unused_bits();
        if unused > 0 {
            let bits = bits_at(emit, payload, 8 * frame.payload_bytes - unused, unused);
            well = emit.and(well, emit.compare_c(Compare::Equal, bits, 0));
        }
        // What is kept of a frame that is none is not looked at, or overwritten by the next.
        for (number, asked) in self.asked.iter().enumerate() {
            let fields = &self.layout.beacon.fields;
            let code = codes.iter().find(|(field, _)| fields[*field].name == asked.name);
            self.keep(emit, number, code.map(|(field, code)| (&fields[*field], *code)));
        }
        well
    }

    /// The codes of a cell; whether all are codes of values, unless they cannot be others.
    fn cell(
        &self,
        emit: &Emit<'c, 'a>,
        payload: Value<'c, 'a>,
        (cell, codes): (&Cell, &mut Vec<(usize, Value<'c, 'a>)>),
    ) -> Option<Value<'c, 'a>> {
        let [others @ .., last] = cell.digits.as_slice() else { return None };
        let part = |emit: &Emit<'c, 'a>, from: usize| {
            bits_at(emit, payload, cell.bit + from, (cell.width - from).min(32))
        };
        if cell.width > 64 {
            return Some(self.wide(emit, payload, (cell, codes)));
        }
        let bits = if cell.width <= 32 { 32 } else { 64 };
        let mut number = emit.extend_unsigned(part(emit, 0), bits);
        if bits == 64 {
            let high = emit.shl(emit.extend_unsigned(part(emit, 32), 64), 32);
            number = emit.or(number, high);
        }
        let mut most = u64::MAX >> (64 - cell.width.max(1));
        for digit in others {
            let count = digit.count as u64;
            let rest = if bits == 32 {
                divide(emit, number, (most, count))
            } else {
                emit.div_unsigned(number, emit.constant(wrapped(digit.count, 64), 64))
            };
            let code = emit.sub(number, emit.mul_c(rest, wrapped(digit.count, bits)));
            codes.push((digit.field, self.sized(emit, digit.field, code)));
            (number, most) = (rest, most / count);
        }
        codes.push((last.field, self.sized(emit, last.field, number)));
        let is_any_code_a_value = u128::from(most) < last.count;
        let limit = wrapped(last.count, bits);
        (!is_any_code_a_value).then(|| emit.compare_c(Compare::BelowUnsigned, number, limit))
    }

    /// The same of a cell of more than 64 bits.
    fn wide(
        &self,
        emit: &Emit<'c, 'a>,
        payload: Value<'c, 'a>,
        (cell, codes): (&Cell, &mut Vec<(usize, Value<'c, 'a>)>),
    ) -> Value<'c, 'a> {
        let places = (0..cell.width).step_by(32);
        let part = |from: usize| bits_at(emit, payload, cell.bit + from, (cell.width - from).min(32));
        let mut parts: Vec<Value> = places.map(|from| emit.extend_unsigned(part(from), 64)).collect();
        for digit in &cell.digits {
            let by = emit.constant(wrapped(digit.count, 64), 64);
            let mut rest = emit.constant(0, 64);
            for part in parts.iter_mut().rev() {
                let dividend = emit.or(emit.shl(rest, 32), *part);
                *part = emit.div_unsigned(dividend, by);
                rest = emit.sub(dividend, emit.mul(*part, by));
            }
            codes.push((digit.field, self.sized(emit, digit.field, rest)));
        }
        let left = parts.into_iter().reduce(|a, b| emit.or(a, b)).expect("a cell has bits");
        emit.compare_c(Compare::Equal, left, 0)
    }

    /// A code in the bits that its field's codes have.
    fn sized(&self, emit: &Emit<'c, 'a>, field: usize, code: Value<'c, 'a>) -> Value<'c, 'a> {
        let bits = code_bits(&self.layout.beacon.fields[field]);
        if bits == 32 { emit.truncate(code, 32) } else { emit.extend_unsigned(code, 64) }
    }

    /// Keeps what is asked of a field; of one that this frame does not carry, zeros.
    fn keep(&self, emit: &Emit<'c, 'a>, number: usize, code: Option<(&Field, Value<'c, 'a>)>) {
        let asked = &self.asked[number];
        let bits = bits(self.layout, asked);
        let value = match code {
            None => emit.constant(0, bits.max(32)),
            Some((field, code)) => {
                let count = wrapped(field.kind.count(), code_bits(field));
                let there = (field.presence == Presence::MayBeMissing)
                    .then(|| emit.compare_c(Compare::NotEqual, code, count));
                if asked.has {
                    there.map_or_else(|| emit.c(1), |there| emit.extend_unsigned(there, 32))
                } else {
                    let value = meaning(emit, field, code);
                    there.map_or(value, |there| emit.select(there, value, emit.constant(0, bits.max(32))))
                }
            }
        };
        let slot = self.slots[number];
        emit.store(emit.truncate(value, 32), self.words, &[emit.c(slot)]);
        if bits == 64 {
            let high = emit.truncate(emit.shr_unsigned(value, 32), 32);
            emit.store(high, self.words, &[emit.c(slot - 1)]);
        }
    }

    /// What was kept, as the handler holds it.
    fn value(&self, emit: &Emit<'c, 'a>, number: usize) -> Value<'c, 'a> {
        let word = |slot: i64| emit.load(self.words, &[emit.c(slot)], 32);
        let slot = self.slots[number];
        match bits(self.layout, &self.asked[number]) {
            1 => emit.compare_c(Compare::NotEqual, word(slot), 0),
            64 => {
                let high = emit.shl(emit.extend_unsigned(word(slot - 1), 64), 32);
                emit.or(high, emit.extend_unsigned(word(slot), 64))
            }
            _ => word(slot),
        }
    }
}

/// The value of a code, of 32 bits at least.
fn meaning<'c: 'a, 'a>(emit: &Emit<'c, 'a>, field: &Field, code: Value<'c, 'a>) -> Value<'c, 'a> {
    let bits = held_bits(&field.kind).max(32);
    let code = if bits == 32 { emit.truncate(code, 32) } else { emit.extend_unsigned(code, 64) };
    let Kind::Number(number) = &field.kind else { return code };
    let steps = emit.mul_c(code, wrapped(number.step as u128, bits));
    if number.low == 0 { steps } else { emit.add_c(steps, number.low) }
}

/// At most 32 bits of a payload, from a bit on.
fn bits_at<'c: 'a, 'a>(
    emit: &Emit<'c, 'a>,
    payload: Value<'c, 'a>,
    bit: usize,
    width: usize,
) -> Value<'c, 'a> {
    let end = bit + width;
    let bytes = bit / 8..end.div_ceil(8);
    let moved = bytes.clone().map(|number| {
        let byte = byte(emit, payload, number);
        match (8 * number).checked_sub(bit) {
            Some(up) => emit.shl(byte, up as u32),
            None => emit.shr_unsigned(byte, (bit - 8 * number) as u32),
        }
    });
    let joined = moved.reduce(|a, b| emit.or(a, b)).unwrap_or_else(|| emit.c(0));
    // The last byte may have bits of what follows.
    if end.is_multiple_of(8) || width == 32 { joined } else { emit.and_c(joined, (1 << width) - 1) }
}
