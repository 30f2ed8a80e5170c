//! Choosing by Boltzmann weights from a table of exponentials (NUMERICS, *Softmax*).

use super::draw;
use super::parts::Parts;
use super::row::Row;
use super::scan;
use crate::emit::{Compare, Emit};
use melior::ir::{OperationRef, Value};
use swarm_dialects::learning::{Policy, policy};
use swarm_dialects::numbers::softmax_factor;

/// The constants' name.
const WEIGHTS: &str = "rl.exp";

/// Entries of the table; the last one stands for all that is further away.
const ENTRIES: i64 = 128;

/// Declares the constants, if an op needs them.
pub fn declare<'c: 'a, 'a>(emit: &Emit<'c, 'a>, bodies: &[OperationRef<'c, 'a>]) {
    if bodies.iter().any(|op| matches!(policy(*op), Some(Policy::Softmax(_)))) {
        emit.data(WEIGHTS, &(0..ENTRIES).map(weight_of).collect::<Vec<i64>>(), 16);
    }
}

/// `near(65535 * e^(-k/16))`: no entry is so near a tie that binary64 could err.
fn weight_of(k: i64) -> i64 {
    (65535.0 * (-(k as f64) / 16.0).exp() + 0.5).floor() as i64
}

/// Chooses among the available actions, of which there is at least one.
pub fn choose<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    row: Row<'c, 'a>,
    temperature: f64,
) -> Value<'c, 'a> {
    let factor = softmax_factor(temperature, parts.shape.frac).expect("verified: the temperature");
    let largest = scan::best(emit, parts, row).0;
    let weight = |emit: &Emit<'c, 'a>, value| {
        let weight = weight(emit, emit.sub(largest, value), factor);
        match row.mask {
            None => weight,
            Some(_) => emit.select(scan::is_absent(emit, value), emit.c(0), weight),
        }
    };
    let sum = scan::each(emit, parts, row, &[emit.c(0)], |emit, _, value, carried| {
        vec![emit.add(carried[0], weight(emit, value))]
    })[0];
    let drawn = draw::below_value(emit, sum);
    // The running sum goes down to the draw from above 0: the first action that takes it below 0 is the one.
    scan::each(emit, parts, row, &[drawn, emit.c(-1)], |emit, action, value, carried| {
        let left = emit.sub(carried[0], weight(emit, value));
        let passed = emit.compare_c(Compare::Less, left, 0);
        let first = emit.and(passed, emit.compare_c(Compare::Less, carried[1], 0));
        vec![left, emit.select(first, action, carried[1])]
    })[1]
}

/// The weight of a value so far below the largest, as unsigned.
fn weight<'c, 'a>(emit: &Emit<'c, 'a>, below: Value<'c, 'a>, factor: i64) -> Value<'c, 'a> {
    let last = ENTRIES - 1;
    // From here on the exponent stops; before, the product is below 2^23.
    let far = (last * 65536 + factor - 1) / factor;
    let stops = emit.compare_c(Compare::AboveEqualUnsigned, below, far);
    let near = emit.select(stops, emit.c(0), below);
    let exponent = emit.select(stops, emit.c(last), emit.shr_unsigned(emit.mul_c(near, factor), 16));
    let memory = emit.view(WEIGHTS, &[ENTRIES as u64], 16);
    emit.extend_unsigned(emit.load(memory, &[exponent], 16), 32)
}
