//! One state's row of a table: its largest value, and which action has it.

use super::parts::Parts;
use crate::emit::{Compare, Emit};
use melior::ir::Value;

/// Below every element, so that any action is better.
const NONE: i64 = i32::MIN as i64;

/// A row: the index of its first element, and which actions count.
#[derive(Clone, Copy)]
pub struct Row<'c, 'a> {
    pub base: Value<'c, 'a>,
    /// Bits from the number of actions on are 0. `None`: all actions.
    pub mask: Option<Value<'c, 'a>>,
}

/// The row of a state; a state outside the table is fault 1.
pub fn row<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    state: Value<'c, 'a>,
    mask: Option<Value<'c, 'a>>,
) -> Row<'c, 'a> {
    emit.check(emit.compare_c(Compare::BelowUnsigned, state, parts.shape.states), 1);
    Row { base: base(emit, parts, state), mask: mask.map(|mask| known_actions(emit, parts, mask)) }
}

/// Index of a state's first element.
pub fn base<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, state: Value<'c, 'a>) -> Value<'c, 'a> {
    emit.mul_c(state, parts.shape.actions)
}

fn known_actions<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, mask: Value<'c, 'a>) -> Value<'c, 'a> {
    match parts.shape.actions {
        32 => mask,
        actions => emit.and_c(mask, (1 << actions) - 1),
    }
}

/// The memory of the table's values.
pub fn values<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts) -> Value<'c, 'a> {
    emit.view(&parts.part("values"), &[parts.elements()], parts.shape.bits)
}

/// An element, sign-extended.
pub fn element<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, index: Value<'c, 'a>) -> Value<'c, 'a> {
    let memory = values(emit, parts);
    emit.extend(emit.load(memory, &[index], parts.shape.bits), 32)
}

/// Whether an action is available, as a flag.
fn available<'c, 'a>(emit: &Emit<'c, 'a>, mask: Value<'c, 'a>, action: Value<'c, 'a>) -> Value<'c, 'a> {
    emit.truncate(emit.shr_by(mask, action), 1)
}

/// The largest value of a row and the lowest action that has it; (lowest `i32`, -1) when no action is available.
pub fn best<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, row: Row<'c, 'a>) -> (Value<'c, 'a>, Value<'c, 'a>) {
    let found = each(emit, parts, row, &[emit.c(NONE), emit.c(-1)], |emit, action, value, carried| {
        let better = emit.compare(Compare::Greater, value, carried[0]);
        vec![emit.select(better, value, carried[0]), emit.select(better, action, carried[1])]
    });
    (found[0], found[1])
}

/// The largest value of a row, 0 when no action is available.
pub fn max<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, row: Row<'c, 'a>) -> Value<'c, 'a> {
    let found =
        each(emit, parts, row, &[emit.c(NONE)], |emit, _, value, carried| vec![emit.smax(value, carried[0])]);
    match row.mask {
        None => found[0],
        Some(mask) => emit.select(emit.compare_c(Compare::Equal, mask, 0), emit.c(0), found[0]),
    }
}

/// Goes over a row's actions, lowest first; what is not available has a value below every element.
pub fn each<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    row: Row<'c, 'a>,
    initial: &[Value<'c, 'a>],
    body: impl Fn(&Emit<'c, 'a>, Value<'c, 'a>, Value<'c, 'a>, &[Value<'c, 'a>]) -> Vec<Value<'c, 'a>>,
) -> Vec<Value<'c, 'a>> {
    emit.repeat(emit.c(parts.shape.actions), initial, |emit, action, carried| {
        let value = element(emit, parts, emit.add(row.base, action));
        let value = match row.mask {
            None => value,
            Some(mask) => emit.select(available(emit, mask, action), value, emit.c(NONE)),
        };
        body(emit, action, value, carried)
    })
}

/// How many actions a mask makes available.
pub fn count<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, mask: Value<'c, 'a>) -> Value<'c, 'a> {
    emit.repeat(emit.c(parts.shape.actions), &[emit.c(0)], |emit, action, carried| {
        vec![emit.add(carried[0], emit.and_c(emit.shr_by(mask, action), 1))]
    })[0]
}

/// The available action with the given number, counted from 0, lowest first.
pub fn nth<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    mask: Value<'c, 'a>,
    number: Value<'c, 'a>,
) -> Value<'c, 'a> {
    emit.repeat(emit.c(parts.shape.actions), &[number, emit.c(-1)], |emit, action, carried| {
        let bit = emit.and_c(emit.shr_by(mask, action), 1);
        let here = emit.compare_c(Compare::Equal, carried[0], 0);
        let hit = emit.and(here, emit.truncate(bit, 1));
        vec![emit.sub(carried[0], bit), emit.select(hit, action, carried[1])]
    })[1]
}
