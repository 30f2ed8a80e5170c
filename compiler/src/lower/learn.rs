//! Learning rules (NUMERICS, *Learning*).

use super::policy::{action, action_or_none, present, store};
use super::row::{self, Row};
use super::{Lowering, draw, parts, parts::Parts};
use crate::emit::{Compare, Emit};
use melior::ir::{OperationRef, Value};
use swarm_dialects::numbers::q16;
use swarm_dialects::{Complete, OpView, Rounding, Rule, Update};

/// How an update counts: the encoded rates and the rounding.
#[derive(Clone, Copy)]
struct Rates {
    alpha: i64,
    gamma: i64,
    rounding: Rounding,
}

/// What an update learns from, once the checks are done.
#[derive(Clone, Copy)]
struct Sample<'c, 'a> {
    /// Index of the element.
    index: Value<'c, 'a>,
    reward: Value<'c, 'a>,
    /// The value of what follows, 0 at an end.
    follows: Value<'c, 'a>,
}

/// Lowers an op of this file.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    if let Some(op) = Complete::cast(op) {
        complete(lowering, emit, op);
        return Some(Vec::new());
    }
    let op = Update::cast(op)?;
    let parts = &lowering.tables[op.table()];
    let from = row::row(emit, parts, op.state(), None);
    let index = emit.add(from.base, action(emit, parts, op.action()));
    let next = row::row(emit, parts, op.next(), op.mask());
    let follows = unless(emit, op.terminated(), row::max(emit, parts, next));
    let rates = rates(op.alpha(), op.gamma(), op.rounding());
    learn(emit, parts, rates, Sample { index, reward: op.reward(), follows });
    Some(Vec::new())
}

fn rates(alpha: f64, gamma: f64, rounding: Option<Rounding>) -> Rates {
    Rates { alpha: q16(alpha), gamma: q16(gamma), rounding: rounding.unwrap_or(Rounding::Nearest) }
}

/// 0 where the flag is set.
fn unless<'c, 'a>(emit: &Emit<'c, 'a>, flag: Option<Value<'c, 'a>>, value: Value<'c, 'a>) -> Value<'c, 'a> {
    flag.map_or(value, |flag| emit.select(flag, emit.c(0), value))
}

fn complete<'c: 'a, 'a>(lowering: &Lowering<'c, 'a>, emit: &Emit<'c, 'a>, op: Complete<'c, 'a>) {
    let parts = &lowering.tables[op.table()];
    let next = row::row(emit, parts, op.state(), op.mask());
    let next_action = op.next().map(|next| action_or_none(emit, parts, next));
    let pending = emit.load(emit.view(&parts.part("pending_state"), &[], 32), &[], 32);
    let remembered = emit.compare_c(Compare::GreaterEqual, pending, 0);
    emit.if_then(remembered, |emit| {
        let value = match op.rule() {
            Rule::Sarsa => {
                let (next_action, none) = next_action.expect("verified: sarsa has its next action");
                let there = emit.select(none, emit.c(0), next_action);
                emit.select(none, emit.c(0), row::element(emit, parts, emit.add(next.base, there)))
            }
            Rule::Expected => {
                let epsilon = match op.schedule() {
                    Some(name) => present(emit, parts::schedule(&lowering.members, name)),
                    None => emit.c(q16(op.epsilon().unwrap_or(0.0))),
                };
                expected(emit, parts, next, epsilon)
            }
            Rule::Q => row::max(emit, parts, next),
        };
        let follows = unless(emit, op.terminated(), value);
        let taken = emit.load(emit.view(&parts.part("pending_action"), &[], 32), &[], 32);
        let index = emit.add(row::base(emit, parts, pending), taken);
        let rates = rates(op.alpha(), op.gamma(), op.rounding());
        learn(emit, parts, rates, Sample { index, reward: op.reward(), follows });
        store(emit, parts, "pending_state", emit.c(-1));
    });
}

/// A reward in raw units.
fn raw_reward<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, reward: Value<'c, 'a>) -> Value<'c, 'a> {
    let reward = emit.clamp(reward, parts.rewards);
    let factor = parts.reach.factor;
    if factor % 65536 == 0 {
        return match (factor / 65536) as u64 {
            whole if whole.is_power_of_two() => emit.shl(reward, whole.trailing_zeros()),
            whole => emit.mul_c(reward, whole as i64),
        };
    }
    let exact = emit.mul_c(emit.extend(reward, 64), factor);
    emit.truncate(emit.shr_signed(emit.add_c(exact, 32768), 16), 32)
}

/// `q' = q + round(A * (R * 65536 + G * m - q * 65536) / 2^32)`, in 32 bits where the exact numerator fits.
///
/// Powers of two that the constants have in common are left out on both sides of the division: that is exact.
fn learn<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, rates: Rates, sample: Sample<'c, 'a>) {
    let memory = row::values(emit, parts);
    let old = emit.extend(emit.load(memory, &[sample.index], parts.shape.bits), 32);
    let reward = raw_reward(emit, parts, sample.reward);
    let moved = step(emit, parts, rates, (old, reward, sample.follows));
    let new = emit.add(old, moved);
    let new = if parts.saturate { emit.clamp(new, parts.limits) } else { new };
    emit.store(emit.truncate(new, parts.shape.bits), memory, &[sample.index]);
    if parts.visits {
        let memory = emit.view(&parts.part("visits"), &[parts.elements()], 16);
        let visits = emit.extend_unsigned(emit.load(memory, &[sample.index], 16), 32);
        let more = emit.smin(emit.add_c(visits, 1), emit.c(32767));
        emit.store(emit.truncate(more, 16), memory, &[sample.index]);
    }
}

/// By how much an element moves.
fn step<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    rates: Rates,
    (old, reward, follows): (Value<'c, 'a>, Value<'c, 'a>, Value<'c, 'a>),
) -> Value<'c, 'a> {
    let alpha_twos = rates.alpha.trailing_zeros().min(16);
    let gamma_twos = rates.gamma.trailing_zeros().min(16);
    let (alpha, gamma) = (rates.alpha >> alpha_twos, rates.gamma >> gamma_twos);
    let shift = 32 - alpha_twos - gamma_twos;
    let most = i128::from(parts.most());
    let rewards = i128::from(parts.reach.rewards.0.abs().max(parts.reach.rewards.1.abs()));
    let error = ((rewards + most) << (16 - gamma_twos)) + i128::from(gamma) * most;
    let numerator = error * i128::from(alpha) + (1i128 << shift);
    let fits = |bound: i128| bound < 1 << 31;
    // What is compared with the error of a saturating table is a value of 32 bits at most, so 64 always suffice.
    let error_bits = if fits(error) { 32 } else { 64 };
    let wide = |value| emit.extend(value, error_bits);
    let kept = emit.shl(emit.sub(wide(reward), wide(old)), 16 - gamma_twos);
    let error = emit.add(kept, emit.mul_c(wide(follows), gamma));
    let bits = if error_bits == 32 && fits(numerator) { 32 } else { 64 };
    let exact = emit.mul_c(emit.extend(error, bits), alpha);
    let exact = match rates.rounding {
        Rounding::Floor => exact,
        Rounding::Nearest if shift == 0 => exact,
        Rounding::Nearest => emit.add_c(exact, 1 << (shift - 1)),
        Rounding::Stochastic => {
            // The draw is taken even where nothing is left to round.
            let drawn = draw::draw(emit);
            if shift == 0 {
                exact
            } else {
                emit.add(exact, emit.extend_unsigned(emit.shr_unsigned(drawn, 32 - shift), bits))
            }
        }
    };
    emit.truncate(emit.shr_signed(exact, shift), 32)
}

/// `near(((65536 - e) * n * max + e * sum) / (65536 * n))`, 0 when no action is available.
fn expected<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    next: Row<'c, 'a>,
    epsilon: Value<'c, 'a>,
) -> Value<'c, 'a> {
    let of = |emit: &Emit<'c, 'a>, n: Value<'c, 'a>| {
        let best = emit.extend(row::best(emit, parts, next).0, 64);
        let sum = row::each(emit, parts, next, &[emit.constant(0, 64)], |emit, _, value, carried| {
            let absent = emit.compare_c(Compare::Equal, value, i64::from(i32::MIN));
            let value = emit.select(absent, emit.c(0), value);
            vec![emit.add(carried[0], emit.extend(value, 64))]
        })[0];
        let (n, epsilon) = (emit.extend(n, 64), emit.extend(epsilon, 64));
        let greedy = emit.mul(emit.sub(emit.constant(65536, 64), epsilon), emit.mul(n, best));
        let numerator = emit.add(greedy, emit.mul(epsilon, sum));
        emit.truncate(nearest(emit, numerator, emit.shl(n, 16)), 32)
    };
    let Some(mask) = next.mask else { return of(emit, emit.c(parts.shape.actions)) };
    let none = emit.compare_c(Compare::Equal, mask, 0);
    emit.if_else(
        none,
        &[emit.integer(32)],
        |emit| vec![emit.c(0)],
        |emit| vec![of(emit, row::count(emit, parts, mask))],
    )[0]
}

/// `near(a / b)` for a positive `b`, in 64 bits.
fn nearest<'c, 'a>(emit: &Emit<'c, 'a>, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
    let (a, b) = (emit.add(emit.shl(a, 1), b), emit.shl(b, 1));
    let quotient = emit.div_signed(a, b);
    let rest = emit.sub(a, emit.mul(quotient, b));
    let below = emit.compare_c(Compare::Less, rest, 0);
    emit.select(below, emit.add_c(quotient, -1), quotient)
}
