//! Reading a table and choosing from it (NUMERICS, *read, max, argmax* and *select*).

use super::draw::{self, Count};
use super::parts::{self, Parts};
use super::row::{self, Row};
use super::{Lowering, pending, scan, softmax};
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
        return Some(vec![scan::max(emit, parts, row::row(emit, parts, &op.state(), op.mask()))]);
    }
    if let Some(op) = Argmax::cast(op) {
        let parts = &lowering.tables[op.table()];
        return Some(vec![scan::best(emit, parts, row::row(emit, parts, &op.state(), op.mask())).1]);
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
        let policy = policy(op.op())?;
        let begin = |emit: &Emit<'c, 'a>| {
            let chosen = some(lowering, emit, parts, (row, policy));
            pending::remember(emit, parts, (&state, row), chosen);
            vec![chosen]
        };
        let chosen = some_or(emit, row, begin, |emit| pending::forget(emit, parts));
        return Some(vec![chosen]);
    }
    if let Some(op) = Remember::cast(op) {
        let parts = &lowering.tables[op.table()];
        let state = op.state();
        row::check(emit, parts, &state);
        let (taken, none) = action_or_none(emit, parts, op.action());
        let row = row::checked(emit, parts, &state, None);
        emit.if_else(
            none,
            &[],
            |emit| {
                pending::forget(emit, parts);
                Vec::new()
            },
            |emit| {
                pending::remember(emit, parts, (&state, row), taken);
                Vec::new()
            },
        );
        return Some(Vec::new());
    }
    None
}

/// An action given by the program, checked.
pub fn action<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, action: Value<'c, 'a>) -> Value<'c, 'a> {
    emit.check(is_action(emit, parts, action), 1);
    action
}

/// Whether a number is an action's.
pub fn is_action<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, action: Value<'c, 'a>) -> Value<'c, 'a> {
    emit.compare_c(Compare::BelowUnsigned, action, parts.shape.actions)
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
        return scan::best(emit, parts, row).1;
    }
    some_or(emit, row, |emit| vec![some(lowering, emit, parts, (row, policy))], |_| ())
}

/// An action, or -1 where none is available; then something else is done, too.
fn some_or<'c, 'a>(
    emit: &Emit<'c, 'a>,
    row: Row<'c, 'a>,
    some: impl FnOnce(&Emit<'c, 'a>) -> Vec<Value<'c, 'a>>,
    none: impl FnOnce(&Emit<'c, 'a>),
) -> Value<'c, 'a> {
    let Some(mask) = row.mask else { return some(emit)[0] };
    let available = emit.usually(emit.compare_c(Compare::NotEqual, mask, 0));
    let no_action = |emit: &Emit<'c, 'a>| {
        none(emit);
        vec![emit.c(-1)]
    };
    emit.if_else(available, &[emit.integer(32)], some, no_action)[0]
}

/// Chooses an action of a row that has some.
fn some<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    (row, policy): (Row<'c, 'a>, Policy),
) -> Value<'c, 'a> {
    let (drawn, explores) = match policy {
        Policy::Greedy => return scan::best(emit, parts, row).1,
        Policy::Softmax(temperature) => return softmax::choose(emit, parts, row, temperature),
        Policy::Epsilon(epsilon) => {
            let drawn = draw::draw(emit);
            (drawn, draw::is_below(emit, drawn, q16(epsilon)))
        }
        Policy::Schedule(name) => {
            let epsilon = use_schedule(emit, parts::schedule(&lowering.members, name));
            let drawn = draw::draw(emit);
            (drawn, emit.compare(Compare::BelowUnsigned, emit.and_c(drawn, 0xFFFF), epsilon))
        }
    };
    emit.if_else(
        explores,
        &[emit.integer(32)],
        |emit| vec![any(emit, parts, row, emit.shr_unsigned(drawn, 16))],
        |emit| vec![scan::best(emit, parts, row).1],
    )[0]
}

/// Any available action, each as likely, from 16 random bits.
fn any<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, row: Row<'c, 'a>, bits: Value<'c, 'a>) -> Value<'c, 'a> {
    let actions = parts.shape.actions;
    match row.mask {
        None => draw::pick(emit, Count::Constant(actions), bits),
        Some(mask) => {
            let (count, reject) = scan::count_to_draw(emit, parts, mask);
            let number = draw::pick(emit, Count::Value(count, reject), bits);
            scan::nth(emit, parts, mask, number)
        }
    }
}

/// A schedule's present epsilon.
pub fn present<'c, 'a>(emit: &Emit<'c, 'a>, schedule: Schedule) -> Value<'c, 'a> {
    at_use(emit, schedule, |_, _| ())
}

/// A schedule's present epsilon, which counts as one use.
fn use_schedule<'c, 'a>(emit: &Emit<'c, 'a>, schedule: Schedule) -> Value<'c, 'a> {
    let memory = emit.view(&count(schedule), &[], 32);
    at_use(emit, schedule, |emit, count| emit.store(emit.add_c(count, 1), memory, &[]))
}

/// The name of a schedule's count of uses.
fn count(schedule: Schedule) -> String {
    format!("{}.count", schedule.sym_name())
}

/// Epsilon after as many uses as are counted; something is done where it has not arrived.
fn at_use<'c, 'a>(
    emit: &Emit<'c, 'a>,
    schedule: Schedule,
    under_way: impl FnOnce(&Emit<'c, 'a>, Value<'c, 'a>),
) -> Value<'c, 'a> {
    let count = emit.load(emit.view(&count(schedule), &[], 32), &[], 32);
    let (from, to, over) = (q16(schedule.from()), q16(schedule.to()), schedule.over());
    let arrived = emit.compare_c(Compare::GreaterEqual, count, over);
    let types = [emit.integer(32)];
    emit.if_else(
        arrived,
        &types,
        |emit| vec![emit.c(to)],
        |emit| {
            under_way(emit, count);
            // Below `over` the product is below 2^32: it is unsigned.
            let moved = emit.shr_unsigned(emit.mul_c(count, (from - to).abs() * 65536 / over), 16);
            vec![if from >= to { emit.sub(emit.c(from), moved) } else { emit.add(emit.c(from), moved) }]
        },
    )[0]
}
