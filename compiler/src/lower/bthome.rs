//! Packing an advert of BTHome: one object after the other, what is missing left out.

use super::advert::{Values, code_bits};
use super::bytes::Bytes;
use crate::emit::Emit;
use melior::ir::Value;
use swarm_dialects::adverts::model::bthome::{BthomeLayout, Turn};
use swarm_dialects::adverts::model::{Kind, structures::TYPE_SERVICE_DATA_16};

/// Bytes that the object id and, for bytes as they are, their number take.
const RAW_HEAD: usize = 2;

/// Writes an advert, or the scan response that goes with it; its length.
pub fn packet<'c: 'a, 'a>(
    values: &Values<'_, 'c, 'a>,
    emit: &Emit<'c, 'a>,
    (layout, turn, response): (&BthomeLayout, &Turn, bool),
    target: Bytes<'c, 'a>,
) -> Value<'c, 'a> {
    if response {
        let bytes = turn.response.as_ref().expect("verified: the turn has one");
        return constants(emit, target, emit.c(0), bytes);
    }
    let length_at = turn.before.len() as i64;
    let at = constants(emit, target, emit.c(0), &turn.before);
    let head = [&[0, TYPE_SERVICE_DATA_16], &*turn.data].concat();
    let at = constants(emit, target, at, &head);
    let end = turn.fields.iter().fold(at, |at, field| object(values, emit, (layout, *field), (target, at)));
    let length = emit.add_c(end, -length_at - 1);
    target.store(emit, emit.c(length_at), (length, 8));
    constants(emit, target, end, &turn.after)
}

fn constants<'c: 'a, 'a>(
    emit: &Emit<'c, 'a>,
    target: Bytes<'c, 'a>,
    at: Value<'c, 'a>,
    bytes: &[u8],
) -> Value<'c, 'a> {
    for (number, byte) in bytes.iter().enumerate() {
        target.store(emit, emit.add_c(at, number as i64), (emit.c(i64::from(*byte)), 8));
    }
    emit.add_c(at, bytes.len() as i64)
}

/// Writes a field's object, unless it is missing; where it ends.
fn object<'c: 'a, 'a>(
    values: &Values<'_, 'c, 'a>,
    emit: &Emit<'c, 'a>,
    (layout, place): (&BthomeLayout, usize),
    (target, at): (Bytes<'c, 'a>, Value<'c, 'a>),
) -> Value<'c, 'a> {
    let field = &layout.beacon.fields[place];
    let Some(given) = values.given(field) else { return at };
    let encoding = layout.fields[place];
    let write = |emit: &Emit<'c, 'a>| {
        let code = values.code(emit, place);
        let id = i64::from(encoding.object.id);
        // An id that is wider than any count goes as bytes, with their number before them.
        if let Kind::Id(33..) = field.kind {
            let bytes = encoding.bytes - RAW_HEAD;
            let start = constants(emit, target, at, &[id as u8, bytes as u8]);
            let number = emit.extend_unsigned(code, 64);
            for byte in 0..bytes {
                let part = emit.truncate(emit.shr_unsigned(number, 8 * byte as u32), 32);
                target.store(emit, emit.add_c(start, byte as i64), (part, 8));
            }
            return emit.add_c(start, bytes as i64);
        }
        let (low, step) = layout.numbers(place);
        // Objects have 32 bits at most: what is above is cut off.
        let code = if code_bits(field) == 32 { code } else { emit.truncate(code, 32) };
        let scaled = emit.mul_c(code, i64::from(step as i32));
        let number = if low == 0 { scaled } else { emit.add_c(scaled, i64::from(low as i32)) };
        let start = constants(emit, target, at, &[id as u8]);
        let bytes = encoding.object.bytes as u32;
        target.store(emit, start, (number, 8 * bytes));
        emit.add_c(start, i64::from(bytes))
    };
    match given.condition {
        Some(condition) => {
            emit.if_else(condition, &[emit.integer(32)], |emit| vec![write(emit)], |_| vec![at])[0]
        }
        None => write(emit),
    }
}
