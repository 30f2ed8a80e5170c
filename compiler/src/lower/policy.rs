//! Reading a table and choosing from it (NUMERICS, *read, max, argmax* and *select*).

use super::draw::{self, Count};
use super::parts::{self, Parts};
use super::row::{self, Row};
use super::{Lowering, pending, softmax};
use crate::emit::{Compare, Emit};
use melior::ir::{OperationRef, Value};
use swarm_dialects::learning::{Policy, policy};
use swarm_dialects::numbers::q16;
use swarm_dialects::{Argmax, Begin, Max, OpView, Read, Remember, Schedule, Select};

/// Lowers an op of this file: the values that take its results' place.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    if let Some(op) = Read::cast(op) {
        let parts = &lowering.tables[op.table()];
        row::check(emit, parts, &op.state());
        let action = action(emit, parts, op.action());
        let place = row::place(emit, parts, &op.state());
        return Some(vec![row::value(emit, parts, place, action)]);
    }
    if let Some(op) = Max::cast(op) {
        let parts = &lowering.tables[op.table()];
        return Some(vec![row::max(emit, parts, row::row(emit, parts, &op.state(), op.mask()))]);
    }
    if let Some(op) = Argmax::cast(op) {
        let parts = &lowering.tables[op.table()];
        return Some(vec![row::best(emit, parts, row::row(emit, parts, &op.state(), op.mask())).1]);
    }
    if let Some(op) = Select::cast(op) {
        let parts = &lowering.tables[op.table()];
        let row = row::row(emit, parts, &op.state(), op.mask());
        return Some(vec![choose(lowering, emit, parts, (row, policy(op.op())?))]);
    }
    if let Some(op) = Begin::cast(op) {
        let parts = &lowering.tables[op.table()];
        let state = op.state();
        let row = row::row(emit, parts, &state, op.mask());
        let chosen = choose(lowering, emit, parts, (row, policy(op.op())?));
        // With no action available there is nothing to complete.
        let nothing = emit.compare_c(Compare::Less, chosen, 0);
        pending::remember(emit, parts, (&state, row), (nothing, chosen));
        return Some(vec![chosen]);
    }
    if let Some(op) = Remember::cast(op) {
        let parts = &lowering.tables[op.table()];
        let state = op.state();
        row::check(emit, parts, &state);
        let (taken, none) = action_or_none(emit, parts, op.action());
        let row = row::checked(emit, parts, &state, None);
        pending::remember(emit, parts, (&state, row), (none, taken));
        return Some(Vec::new());
    }
    None
}

/// An action given by the program, checked.
pub fn action<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, action: Value<'c, 'a>) -> Value<'c, 'a> {
    emit.check(emit.compare_c(Compare::BelowUnsigned, action, parts.shape.actions), 1);
    action
}

/// An action given by the program, or -1 for none; and whether it is none.
pub fn action_or_none<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    action: Value<'c, 'a>,
) -> (Value<'c, 'a>, Value<'c, 'a>) {
    let from_zero = emit.add_c(action, 1);
    emit.check(emit.compare_c(Compare::BelowUnsigned, from_zero, parts.shape.actions + 1), 1);
    (action, emit.compare_c(Compare::Equal, from_zero, 0))
}

/// Chooses an action of a row; -1 when none is available.
fn choose<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    (row, policy): (Row<'c, 'a>, Policy),
) -> Value<'c, 'a> {
    if matches!(policy, Policy::Greedy) {
        return row::best(emit, parts, row).1;
    }
    let explore = |emit: &Emit<'c, 'a>| {
        let epsilon = match policy {
            Policy::Schedule(name) => use_schedule(emit, parts::schedule(&lowering.members, name)),
            Policy::Epsilon(epsilon) => emit.c(q16(epsilon)),
            Policy::Softmax(temperature) => return vec![softmax::choose(emit, parts, row, temperature)],
            Policy::Greedy => unreachable!("a greedy policy has no epsilon"),
        };
        let drawn = draw::draw(emit);
        let coin = emit.and_c(drawn, 0xFFFF);
        let explores = emit.compare(Compare::BelowUnsigned, coin, epsilon);
        emit.if_else(
            explores,
            &[emit.integer(32)],
            |emit| vec![any(emit, parts, row, emit.shr_unsigned(drawn, 16))],
            |emit| vec![row::best(emit, parts, row).1],
        )
    };
    match row.mask {
        None => explore(emit)[0],
        Some(mask) => {
            let none = emit.compare_c(Compare::Equal, mask, 0);
            emit.if_else(none, &[emit.integer(32)], |emit| vec![emit.c(-1)], explore)[0]
        }
    }
}

/// Any available action, each as likely, from 16 random bits.
fn any<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, row: Row<'c, 'a>, bits: Value<'c, 'a>) -> Value<'c, 'a> {
    let actions = parts.shape.actions;
    match row.mask {
        None => draw::pick(emit, Count::Constant(actions), bits),
        Some(mask) => {
            let count = row::count(emit, parts, mask);
            let number = draw::pick(emit, Count::Value(count, actions), bits);
            row::nth(emit, parts, mask, number)
        }
    }
}

/// A schedule's present epsilon.
pub fn present<'c, 'a>(emit: &Emit<'c, 'a>, schedule: Schedule) -> Value<'c, 'a> {
    let memory = emit.view(&format!("{}.count", schedule.sym_name()), &[], 32);
    let count = emit.load(memory, &[], 32);
    let (from, to, over) = (q16(schedule.from()), q16(schedule.to()), schedule.over());
    let step = (from - to).abs() * 65536 / over;
    // Below `over` the product is below 2^32: it is unsigned.
    let moved = emit.shr_unsigned(emit.mul_c(count, step), 16);
    let on_the_way = if from >= to { emit.sub(emit.c(from), moved) } else { emit.add(emit.c(from), moved) };
    let arrived = emit.compare_c(Compare::GreaterEqual, count, over);
    emit.select(arrived, emit.c(to), on_the_way)
}

/// A schedule's present epsilon, which counts as one use.
fn use_schedule<'c, 'a>(emit: &Emit<'c, 'a>, schedule: Schedule) -> Value<'c, 'a> {
    let epsilon = present(emit, schedule);
    let memory = emit.view(&format!("{}.count", schedule.sym_name()), &[], 32);
    let count = emit.load(memory, &[], 32);
    let next = emit.smin(emit.add_c(count, 1), emit.c(schedule.over()));
    emit.store(next, memory, &[]);
    epsilon
}
