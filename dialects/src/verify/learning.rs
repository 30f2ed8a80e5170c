//! Ops that use a table: states, rules, rates and policies must be those of the table.

use super::Scope;
use crate::learning::{Policy, learns, policy, used_table};
use crate::{
    Apply, Argmax, Begin, Complete, Encode, Mark, Max, Merge, OpView, Places, Read, Remember, Rule, Schedule,
    Select, Table, TableShape, Update, Var, numbers, var_type,
};
use melior::ir::OperationRef;

/// Checks one op.
pub fn op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    let Some(name) = used_table(op) else { return };
    let Some(table) = scope.find::<Table>(op, name, "table") else { return };
    let Some(shape) = TableShape::of(table.r#type()) else { return };
    states(scope, op, (table, &shape));
    choice(scope, op, &shape);
    if let Some(learns) = learns(op) {
        for (name, rate) in [("alpha", learns.alpha), ("gamma", learns.gamma)] {
            rate_in_range(scope, op, (name, rate));
        }
        let per_tiling = learns.alpha / shape.tilings() as f64;
        if learns.alpha > 0.0 && numbers::q16(per_tiling) == 0 {
            let message =
                format!("an alpha of {} is less than half of 1/65536: nothing is learned", learns.alpha);
            scope.error(op, "rate", &message);
        }
    }
    if let Some(complete) = Complete::cast(op) {
        rule(scope, complete, (table, &shape));
    }
    sharing(scope, op, (table, &shape));
}

/// A state is one number, and of tile-coded weights one for each input.
fn states<'c: 'a, 'a>(
    scope: &Scope<'c, 'a>,
    op: OperationRef<'c, 'a>,
    (table, shape): (Table<'c, 'a>, &TableShape),
) {
    let state = Read::cast(op).map(|op| op.state());
    let state = state.or(Max::cast(op).map(|op| op.state())).or(Argmax::cast(op).map(|op| op.state()));
    let state = state.or(Select::cast(op).map(|op| op.state())).or(Begin::cast(op).map(|op| op.state()));
    let state = state.or(Remember::cast(op).map(|op| op.state())).or(Complete::cast(op).map(|op| op.state()));
    let update = Update::cast(op).map(|op| [op.state(), op.next()]);
    for state in state.into_iter().chain(update.into_iter().flatten()) {
        if state.len() != shape.inputs() {
            let (name, expected, given) = (table.sym_name(), shape.inputs(), state.len());
            let plural = if expected == 1 { "" } else { "s" };
            let message = format!("a state of @{name} is {expected} number{plural}, not {given}");
            return scope.error_with(op, "inputs", &message, (table.op(), "it is declared here"));
        }
    }
}

fn rate_in_range(scope: &Scope, op: OperationRef, (name, rate): (&str, f64)) {
    if !(0.0..=1.0).contains(&rate) {
        scope.error(op, "rate", &format!("{name} is 0 to 1, not {rate}"));
    }
}

fn choice<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>, shape: &TableShape) {
    let present = Complete::cast(op).map(|op| (op.epsilon(), op.schedule()));
    let present = present.map(|present| match present {
        (_, Some(schedule)) => Policy::Schedule(schedule),
        (Some(epsilon), None) => Policy::Epsilon(epsilon),
        (None, None) => Policy::Greedy,
    });
    match policy(op).or(present) {
        Some(Policy::Schedule(schedule)) => {
            scope.find::<Schedule>(op, schedule, "schedule");
        }
        Some(Policy::Epsilon(epsilon)) => rate_in_range(scope, op, ("epsilon", epsilon)),
        Some(Policy::Softmax(temperature)) if numbers::softmax_factor(temperature, shape.frac).is_none() => {
            let message = format!("a temperature of {temperature} is too far from the steps of the table");
            scope.error(op, "temperature", &message);
        }
        Some(Policy::Softmax(_) | Policy::Greedy) | None => {}
    }
}

fn rule<'c: 'a, 'a>(
    scope: &Scope<'c, 'a>,
    op: Complete<'c, 'a>,
    (table, shape): (Table<'c, 'a>, &TableShape),
) {
    let wrong = |message: &str| scope.error(op.op(), "rule", message);
    let declared = |message: &str| {
        scope.error_with(op.op(), "rule", message, (table.op(), "the table is declared here"));
    };
    if (op.rule() == Rule::Sarsa) != op.next().is_some() {
        wrong("rule sarsa, and no other, needs `next` with the action that was chosen");
    }
    if (op.rule() == Rule::Expected) != (op.epsilon().is_some() || op.schedule().is_some()) {
        wrong("rule expected, and no other, needs the `epsilon` that the policy uses");
    }
    if (op.rule() == Rule::QLambda) != op.lambda().is_some() {
        wrong("rule q_lambda, and no other, needs `lambda`");
    }
    if matches!(shape.places, Places::Tiles { .. }) && matches!(op.rule(), Rule::Double | Rule::QLambda) {
        return declared("tile-coded weights learn by the rules q, sarsa and expected");
    }
    if (op.rule() == Rule::Double) != table.double_values() {
        declared("rule double is for tables that say `double`, and they have no other");
    }
    if op.rule() == Rule::QLambda && table.traces().is_none() {
        declared("rule q_lambda is for tables that say `traces`");
    }
    if let Some(lambda) = op.lambda() {
        rate_in_range(scope, op.op(), ("lambda", lambda));
    }
}

/// Bytes of a packet before its first entry (NUMERICS, *Delta packet*).
pub const PACKET_HEADER: u64 = 20;

fn sharing<'c: 'a, 'a>(
    scope: &Scope<'c, 'a>,
    op: OperationRef<'c, 'a>,
    (table, shape): (Table<'c, 'a>, &TableShape),
) {
    let declared = (table.op(), "the table is declared here");
    let bound = Merge::cast(op).map(|op| op.bound()).or(Apply::cast(op).map(|op| op.bound()));
    if let Some(bound) = bound {
        if !(1..=32767).contains(&bound) {
            scope.error(op, "bound", &format!("a contribution weighs at most 1 to 32767, not {bound}"));
        }
        if table.peers().is_none() {
            scope.error_with(
                op,
                "peers",
                "merging must know whom it has heard: the table needs `peers`",
                declared,
            );
        }
    }
    if (Mark::cast(op).is_some() || Encode::cast(op).is_some()) && !table.marked() {
        scope.error_with(op, "marked", "changes are seen against a mark: the table needs `marked`", declared);
    }
    if let Some(merge) = Merge::cast(op) {
        let Some(peer) = scope.find::<Table>(op, merge.peer(), "table") else { return };
        let here = (peer.op(), "it is declared here");
        if peer.op() == table.op() {
            scope.error(op, "merge", "a table is not merged with itself");
        } else if peer.r#type() != table.r#type() || peer.scale() != table.scale() {
            let message = format!("@{} is not of the type and scale of @{}", merge.peer(), merge.table());
            scope.error_with(op, "merge", &message, here);
        } else if peer.double_values() {
            scope.error_with(
                op,
                "double",
                "a double table is not merged: it has two values for each action",
                here,
            );
        } else if !peer.visits() {
            scope.error_with(op, "visits", "a peer's values are weighed by its visits", here);
        }
    }
    let packet = Encode::cast(op).map(|op| op.packet()).or(Apply::cast(op).map(|op| op.packet()));
    if let Some(packet) = packet {
        let least = PACKET_HEADER + 4 + u64::from(shape.bits / 8);
        let Some(var) = scope.find::<Var>(op, packet, "variable") else { return };
        let Some(r#type) = var_type(var.r#type()) else { return };
        if r#type.bits != 8 || r#type.shape.len() != 1 || !(least..=65536).contains(&r#type.elements()) {
            let message = format!("a packet is a tensor of {least} to 65536 x i8, not {}", var.r#type());
            scope.error_with(op, "packet", &message, (var.op(), "it is declared here"));
        }
    }
}
