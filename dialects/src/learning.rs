//! What the ops of the rl dialect have in common: the table that they use, the policy, the rates.

use crate::numbers::q16;
use crate::{
    Apply, Argmax, Begin, Complete, Encode, Mark, Max, Merge, OpView, Read, Remember, Rounding, Select,
    Update,
};
use melior::ir::OperationRef;

/// The table that an op uses.
pub fn used_table<'c: 'a, 'a>(op: OperationRef<'c, 'a>) -> Option<&'c str> {
    Read::cast(op)
        .map(|op| op.table())
        .or_else(|| Max::cast(op).map(|op| op.table()))
        .or_else(|| Argmax::cast(op).map(|op| op.table()))
        .or_else(|| Select::cast(op).map(|op| op.table()))
        .or_else(|| Begin::cast(op).map(|op| op.table()))
        .or_else(|| Remember::cast(op).map(|op| op.table()))
        .or_else(|| Complete::cast(op).map(|op| op.table()))
        .or_else(|| Update::cast(op).map(|op| op.table()))
        .or_else(|| Merge::cast(op).map(|op| op.table()))
        .or_else(|| Mark::cast(op).map(|op| op.table()))
        .or_else(|| Encode::cast(op).map(|op| op.table()))
        .or_else(|| Apply::cast(op).map(|op| op.table()))
}

/// How an action is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Policy<'s> {
    Greedy,
    Epsilon(f64),
    Schedule(&'s str),
    Softmax(f64),
}

/// The policy of an op that chooses an action.
pub fn policy<'c: 'a, 'a>(op: OperationRef<'c, 'a>) -> Option<Policy<'c>> {
    let parts = Select::cast(op).map(|op| (op.epsilon(), op.schedule(), op.temperature()));
    let parts = parts.or(Begin::cast(op).map(|op| (op.epsilon(), op.schedule(), op.temperature())));
    parts.map(|parts| match parts {
        (.., Some(temperature)) => Policy::Softmax(temperature),
        (_, Some(schedule), None) => Policy::Schedule(schedule),
        (Some(epsilon), None, None) => Policy::Epsilon(epsilon),
        (None, None, None) => Policy::Greedy,
    })
}

/// An op that learns into a table, with its rates as written.
#[derive(Clone, Copy, Debug)]
pub struct Learns<'c> {
    pub table: &'c str,
    pub alpha: f64,
    pub gamma: f64,
    pub rounding: Rounding,
}

/// How an op learns, if it does.
pub fn learns<'c: 'a, 'a>(op: OperationRef<'c, 'a>) -> Option<Learns<'c>> {
    let parts = Complete::cast(op).map(|op| (op.table(), op.alpha(), op.gamma(), op.rounding()));
    let parts = parts.or(Update::cast(op).map(|op| (op.table(), op.alpha(), op.gamma(), op.rounding())));
    parts.map(|(table, alpha, gamma, rounding)| Learns {
        table,
        alpha,
        gamma,
        rounding: rounding.unwrap_or(Rounding::Nearest),
    })
}

/// The op with the largest gamma among those that learn into a table, and that gamma, encoded.
pub fn largest_gamma<'c: 'a, 'a>(
    ops: &[OperationRef<'c, 'a>],
    table: &str,
) -> Option<(OperationRef<'c, 'a>, i64)> {
    let rules = ops.iter().filter_map(|op| Some((*op, learns(*op)?)));
    rules
        .filter(|(_, learns)| learns.table == table)
        .map(|(op, learns)| (op, q16(learns.gamma)))
        .max_by_key(|found| found.1)
}
