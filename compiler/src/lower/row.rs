//! One state's row of values: where it is, and what an element of it is worth. `scan` goes over it.

use super::parts::Parts;
use super::tiles;
use crate::emit::{Compare, Emit};
use melior::ir::Value;
use swarm_dialects::Places;

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
    if let Some(known) = is_known(emit, parts, state) {
        emit.check(known, 1);
    }
}

/// Whether a state is inside the table, if it can be outside.
pub fn is_known<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    state: &[Value<'c, 'a>],
) -> Option<Value<'c, 'a>> {
    match parts.shape.places {
        Places::States(states) => Some(emit.compare_c(Compare::BelowUnsigned, state[0], states)),
        Places::Tiles { .. } => None,
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
        Place::Active(active) => emit.repeat(parts.shape.tilings(), &[emit.c(0)], |emit, tiling, carried| {
            let index = emit.add(emit.load(active, &[tiling], 32), action);
            vec![emit.add(carried[0], element(emit, parts, index))]
        })[0],
    }
}
