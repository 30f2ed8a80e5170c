//! Going over one state's row of values: its largest value, which action has it, and which actions are available.
//!
//! Where a mask says which actions count, loops end with its last bit, and each round looks at the lowest one.

use super::draw;
use super::parts::Parts;
use super::row::{Row, value};
use crate::emit::{Compare, Emit, Rounds};
use melior::ir::Value;

/// Below every value, so that any action is better.
const NONE: i64 = i32::MIN as i64;

/// Up to so many actions are looked at one after the other, without a loop.
const WITHOUT_LOOP: i64 = 4;

/// Up to so many bits are counted with two products.
const BITS_OF_PRODUCT: i64 = 7;

/// The largest value of a row and the lowest action that has it; (lowest `i32`, -1) when no action is available.
pub fn best<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, row: Row<'c, 'a>) -> (Value<'c, 'a>, Value<'c, 'a>) {
    let found = search(emit, parts, row, &[emit.c(NONE), emit.c(-1)], |emit, action, value, carried| {
        let no_better = emit.apart(emit.compare(Compare::GreaterEqual, carried[0], value));
        let types = [emit.integer(32), emit.integer(32)];
        emit.if_else(no_better, &types, |_| carried.to_vec(), |_| vec![value, action])
    });
    (found[0], found[1])
}

/// The largest value of a row, 0 when no action is available.
pub fn max<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, row: Row<'c, 'a>) -> Value<'c, 'a> {
    let of = |emit: &Emit<'c, 'a>| {
        search(emit, parts, row, &[emit.c(NONE)], |emit, _, value, carried| {
            vec![emit.smax(value, carried[0])]
        })
    };
    match row.mask {
        None => of(emit)[0],
        Some(mask) => {
            let none = emit.compare_c(Compare::Equal, mask, 0);
            emit.if_else(none, &[emit.integer(32)], |emit| vec![emit.c(0)], of)[0]
        }
    }
}

/// What a round makes of an action, its value and what was found before.
trait Round<'c, 'a>:
    Fn(&Emit<'c, 'a>, Value<'c, 'a>, Value<'c, 'a>, &[Value<'c, 'a>]) -> Vec<Value<'c, 'a>>
{
}

impl<'c, 'a, F> Round<'c, 'a> for F where
    F: Fn(&Emit<'c, 'a>, Value<'c, 'a>, Value<'c, 'a>, &[Value<'c, 'a>]) -> Vec<Value<'c, 'a>>
{
}

/// Goes over the available actions only, lowest first.
fn search<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    row: Row<'c, 'a>,
    initial: &[Value<'c, 'a>],
    round: impl Round<'c, 'a>,
) -> Vec<Value<'c, 'a>> {
    let actions = parts.shape.actions;
    match row.mask {
        None if actions <= WITHOUT_LOOP => {
            let first = emit.c(0);
            // The first one is better than nothing.
            let mut found = first_round(value(emit, parts, row.place, first), first, initial.len());
            for action in 1..actions {
                let action = emit.c(action);
                found = round(emit, action, value(emit, parts, row.place, action), &found);
            }
            found
        }
        None => emit.repeat(actions, initial, |emit, action, carried| {
            round(emit, action, value(emit, parts, row.place, action), carried)
        }),
        Some(mask) => {
            let types: Vec<_> = initial.iter().map(|_| emit.integer(32)).collect();
            bits(emit, (mask, actions), initial, |emit, action, available, carried| {
                emit.if_else(
                    available,
                    &types,
                    |emit| round(emit, action, value(emit, parts, row.place, action), carried),
                    |_| carried.to_vec(),
                )
            })
        }
    }
}

/// What is found in a row's first action: its value, and itself where that is asked for.
fn first_round<'c, 'a>(value: Value<'c, 'a>, action: Value<'c, 'a>, asked: usize) -> Vec<Value<'c, 'a>> {
    [value, action][..asked].to_vec()
}

/// Goes over a mask's bits, of which there are so many at most, up to the last one that is set: the body gets the bit's number, and the bit as a flag.
fn bits<'c, 'a>(
    emit: &Emit<'c, 'a>,
    (mask, most): (Value<'c, 'a>, i64),
    initial: &[Value<'c, 'a>],
    body: impl FnOnce(&Emit<'c, 'a>, Value<'c, 'a>, Value<'c, 'a>, &[Value<'c, 'a>]) -> Vec<Value<'c, 'a>>,
) -> Vec<Value<'c, 'a>> {
    let begin = [&[mask, emit.c(0)], initial].concat();
    let end = emit.do_while(Rounds::most(most), &begin, |emit, carried| {
        let found = body(emit, carried[1], emit.truncate(carried[0], 1), &carried[2..]);
        let left = emit.shr_unsigned(carried[0], 1);
        let next = [vec![left, emit.add_c(carried[1], 1)], found].concat();
        (emit.compare_c(Compare::NotEqual, left, 0), next)
    });
    end[2..].to_vec()
}

/// Goes over a row's actions, lowest first; what is not available has a value below every other.
pub fn each<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    row: Row<'c, 'a>,
    initial: &[Value<'c, 'a>],
    body: impl Fn(&Emit<'c, 'a>, Value<'c, 'a>, Value<'c, 'a>, &[Value<'c, 'a>]) -> Vec<Value<'c, 'a>>,
) -> Vec<Value<'c, 'a>> {
    emit.repeat(parts.shape.actions, initial, |emit, action, carried| {
        let value = value(emit, parts, row.place, action);
        let value = match row.mask {
            None => value,
            Some(mask) => {
                let available = emit.truncate(emit.shr_by(mask, action), 1);
                emit.select(available, value, emit.c(NONE))
            }
        };
        body(emit, action, value, carried)
    })
}

/// Whether `each` gave the value of an action that is not available.
pub fn is_absent<'c, 'a>(emit: &Emit<'c, 'a>, value: Value<'c, 'a>) -> Value<'c, 'a> {
    emit.compare_c(Compare::Equal, value, NONE)
}

/// How many actions a mask makes available, which are some.
pub fn count<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, mask: Value<'c, 'a>) -> Value<'c, 'a> {
    if is_product(parts) {
        // Four copies put each bit at the end of a hexadecimal digit once, and the last digit, too, may be set: so both
        // constants stay the same. The digits' sum comes out on top.
        let digits = emit.and_c(emit.mul_c(mask, 1 | 1 << 7 | 1 << 14 | 1 << 25), 0x1111_1111);
        return emit.shr_unsigned(emit.mul_c(digits, 0x1111_1111), 28);
    }
    // Each takes a bit away, and there are none above those of the actions.
    emit.do_while(Rounds::most(parts.shape.actions), &[mask, emit.c(0)], |emit, carried| {
        let left = emit.and(carried[0], emit.add_c(carried[0], -1));
        (emit.compare_c(Compare::NotEqual, left, 0), vec![left, emit.add_c(carried[1], 1)])
    })[1]
}

/// Whether a count takes no loop.
fn is_product(parts: &Parts) -> bool {
    parts.aim.is_speed() && parts.shape.actions <= BITS_OF_PRODUCT
}

/// How many actions a mask makes available, which are some, and `65536 mod` that number.
pub fn count_to_draw<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    mask: Value<'c, 'a>,
) -> (Value<'c, 'a>, Value<'c, 'a>) {
    let most = parts.shape.actions;
    if is_product(parts) || most > draw::MOST_OF_DIGITS {
        let count = count(emit, parts, mask);
        return (count, draw::rejected(emit, count, most));
    }
    // A digit goes with each bit; behind the last one there is 0, which is what 8 leaves.
    let first = [mask, emit.c(0), emit.c(draw::digits(most))];
    let counted = emit.do_while(Rounds::most(most), &first, |emit, carried| {
        let left = emit.and(carried[0], emit.add_c(carried[0], -1));
        let next = vec![left, emit.add_c(carried[1], 1), emit.shr_unsigned(carried[2], 4)];
        (emit.compare_c(Compare::NotEqual, left, 0), next)
    });
    (counted[1], emit.and_c(counted[2], 15))
}

/// The available action with the given number, counted from 0, lowest first. There are more than that.
pub fn nth<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    mask: Value<'c, 'a>,
    number: Value<'c, 'a>,
) -> Value<'c, 'a> {
    emit.do_while(Rounds::most(parts.shape.actions), &[mask, number, emit.c(-1)], |emit, carried| {
        let bit = emit.and_c(carried[0], 1);
        let before = emit.sub(carried[1], bit);
        let more = match parts.aim.borrows {
            true => emit.compare(Compare::AboveEqualUnsigned, carried[1], bit),
            false => emit.compare_c(Compare::GreaterEqual, before, 0),
        };
        (more, vec![emit.shr_unsigned(carried[0], 1), before, emit.add_c(carried[2], 1)])
    })[2]
}
