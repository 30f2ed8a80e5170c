//! One state's row of values: its largest value, and which action has it.

use super::parts::Parts;
use super::tiles;
use crate::emit::{Compare, Emit};
use melior::ir::Value;
use swarm_dialects::Places;

/// Below every value, so that any action is better.
const NONE: i64 = i32::MIN as i64;

/// Where a state's values are.
#[derive(Clone, Copy)]
pub enum Place<'c, 'a> {
    /// From an index on: one set of values.
    One(Value<'c, 'a>),
    /// From an index on, in both sets of a double table: their sum counts.
    Both(Value<'c, 'a>),
    /// Tile-coded: the memory that holds the index of the active row of each tiling.
    Active(Value<'c, 'a>),
}

/// A row: its place, and which actions count.
#[derive(Clone, Copy)]
pub struct Row<'c, 'a> {
    pub place: Place<'c, 'a>,
    /// Bits from the number of actions on are 0. `None`: all actions.
    pub mask: Option<Value<'c, 'a>>,
}

/// Checks a state: one outside the table is fault 1. Tile-coded inputs are clamped instead.
pub fn check<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, state: &[Value<'c, 'a>]) {
    if let Places::States(states) = parts.shape.places {
        emit.check(emit.compare_c(Compare::BelowUnsigned, state[0], states), 1);
    }
}

/// Where the values of a checked state are. Of tile-coded weights one place is known at a time.
pub fn place<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, state: &[Value<'c, 'a>]) -> Place<'c, 'a> {
    match &parts.shape.places {
        Places::Tiles { tilings, inputs } => {
            Place::Active(tiles::active(emit, &parts.shape, (*tilings, inputs), state))
        }
        Places::States(_) if parts.double => Place::Both(emit.mul_c(state[0], parts.shape.actions)),
        Places::States(_) => Place::One(emit.mul_c(state[0], parts.shape.actions)),
    }
}

/// Where the values of a checked state are in one set of a double table, 0 or 1.
pub fn one_of<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    state: &[Value<'c, 'a>],
    set: Value<'c, 'a>,
) -> Place<'c, 'a> {
    let base = emit.mul_c(state[0], parts.shape.actions);
    Place::One(emit.add(base, emit.mul_c(set, parts.shape.elements())))
}

/// The row of a state, checked.
pub fn row<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    state: &[Value<'c, 'a>],
    mask: Option<Value<'c, 'a>>,
) -> Row<'c, 'a> {
    check(emit, parts, state);
    checked(emit, parts, state, mask)
}

/// The row of a state that was checked.
pub fn checked<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    state: &[Value<'c, 'a>],
    mask: Option<Value<'c, 'a>>,
) -> Row<'c, 'a> {
    Row { place: place(emit, parts, state), mask: mask.map(|mask| known_actions(emit, parts, mask)) }
}

fn known_actions<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, mask: Value<'c, 'a>) -> Value<'c, 'a> {
    match parts.shape.actions {
        32 => mask,
        actions => emit.and_c(mask, (1 << actions) - 1),
    }
}

/// The memory of the table's values.
pub fn values<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts) -> Value<'c, 'a> {
    let sets = if parts.double { 2 } else { 1 };
    emit.view(&parts.part("values"), &[sets * parts.elements()], parts.shape.bits)
}

/// An element, sign-extended.
pub fn element<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, index: Value<'c, 'a>) -> Value<'c, 'a> {
    let memory = values(emit, parts);
    emit.extend(emit.load(memory, &[index], parts.shape.bits), 32)
}

/// The value of an action: an element, or a sum of elements.
pub fn value<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    place: Place<'c, 'a>,
    action: Value<'c, 'a>,
) -> Value<'c, 'a> {
    match place {
        Place::One(base) => element(emit, parts, emit.add(base, action)),
        Place::Both(base) => {
            let index = emit.add(base, action);
            let second = element(emit, parts, emit.add_c(index, parts.shape.elements()));
            emit.add(element(emit, parts, index), second)
        }
        Place::Active(active) => {
            let tilings = emit.c(parts.shape.tilings());
            emit.repeat(tilings, &[emit.c(0)], |emit, tiling, carried| {
                let index = emit.add(emit.load(active, &[tiling], 32), action);
                vec![emit.add(carried[0], element(emit, parts, index))]
            })[0]
        }
    }
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

/// Goes over a row's actions, lowest first; what is not available has a value below every other.
pub fn each<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    row: Row<'c, 'a>,
    initial: &[Value<'c, 'a>],
    body: impl Fn(&Emit<'c, 'a>, Value<'c, 'a>, Value<'c, 'a>, &[Value<'c, 'a>]) -> Vec<Value<'c, 'a>>,
) -> Vec<Value<'c, 'a>> {
    emit.repeat(emit.c(parts.shape.actions), initial, |emit, action, carried| {
        let value = value(emit, parts, row.place, action);
        let value = match row.mask {
            None => value,
            Some(mask) => emit.select(available(emit, mask, action), value, emit.c(NONE)),
        };
        body(emit, action, value, carried)
    })
}

/// Whether `each` gave the value of an action that is not available.
pub fn is_absent<'c, 'a>(emit: &Emit<'c, 'a>, value: Value<'c, 'a>) -> Value<'c, 'a> {
    emit.compare_c(Compare::Equal, value, NONE)
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
