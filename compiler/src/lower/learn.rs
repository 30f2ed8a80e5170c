//! Learning rules (NUMERICS, *Learning*).

use super::policy::{action_or_none, is_action, present};
use super::row::{self, Place, Row};
use super::{Lowering, draw, parts, parts::Parts, pending, scan, traces};
use crate::emit::{Compare, Emit};
use melior::ir::{OperationRef, Value};
use swarm_dialects::learning::{Learns, learns};
use swarm_dialects::numbers::q16;
use swarm_dialects::{Complete, OpView, Rounding, Rule, Update};

/// How an update counts: the encoded rates and the rounding.
#[derive(Clone, Copy)]
pub struct Rates {
    pub alpha: i64,
    pub gamma: i64,
    pub rounding: Rounding,
}

/// What is learned: of which action at which place, and the value of what follows, 0 at an end.
#[derive(Clone, Copy)]
pub struct Sample<'c, 'a> {
    pub place: Place<'c, 'a>,
    pub action: Value<'c, 'a>,
    pub reward: Value<'c, 'a>,
    pub follows: Value<'c, 'a>,
}

/// Lowers an op of this file.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    let learns = learns(op)?;
    let parts = &lowering.tables[learns.table];
    let rates = rates(parts, learns);
    if let Some(op) = Complete::cast(op) {
        complete(lowering, emit, (op, parts), rates);
    } else if let Some(op) = Update::cast(op) {
        update(emit, parts, op, rates);
    }
    Some(Vec::new())
}

fn rates(parts: &Parts, learns: Learns) -> Rates {
    // All tilings together move by alpha.
    let alpha = q16(learns.alpha / parts.shape.tilings() as f64);
    Rates { alpha, gamma: q16(learns.gamma), rounding: learns.rounding }
}

fn update<'c: 'a, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, op: Update<'c, 'a>, rates: Rates) {
    let (state, action, next) = (op.state(), op.action(), op.next());
    // All three at once: whichever is wrong, the fault is the same.
    let known = [&state, &next].into_iter().filter_map(|state| row::is_known(emit, parts, state));
    emit.check(known.fold(is_action(emit, parts, action), |all, known| emit.and(all, known)), 1);
    let next = row::checked(emit, parts, &next, op.mask());
    let (place, follows) = if parts.double {
        let updated = drawn_set(emit);
        let follows = unless(emit, op.terminated(), |emit| other_set(emit, parts, next, updated));
        (row::one_of(emit, parts, &state, updated), follows)
    } else {
        let follows = unless(emit, op.terminated(), |emit| scan::max(emit, parts, next));
        (row::place(emit, parts, &state), follows)
    };
    learn(emit, parts, rates, Sample { place, action, reward: op.reward(), follows });
}

/// A value, 0 where the flag is set.
fn unless<'c, 'a>(
    emit: &Emit<'c, 'a>,
    flag: Option<Value<'c, 'a>>,
    value: impl FnOnce(&Emit<'c, 'a>) -> Value<'c, 'a>,
) -> Value<'c, 'a> {
    let Some(flag) = flag else { return value(emit) };
    emit.if_else(flag, &[emit.integer(32)], |emit| vec![emit.c(0)], |emit| vec![value(emit)])[0]
}

fn complete<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    (op, parts): (Complete<'c, 'a>, &Parts),
    rates: Rates,
) {
    let state = op.state();
    row::check(emit, parts, &state);
    let next_action = op.next().map(|next| action_or_none(emit, parts, next));
    emit.if_then(pending::is_remembered(emit, parts), |emit| {
        let next = row::checked(emit, parts, &state, op.mask());
        let updated = matches!(op.rule(), Rule::Double).then(|| drawn_set(emit));
        let follows = unless(emit, op.terminated(), |emit| match (op.rule(), updated) {
            (Rule::Sarsa, _) => {
                let (next_action, none) = next_action.expect("verified: sarsa has its next action");
                let there = emit.select(none, emit.c(0), next_action);
                emit.select(none, emit.c(0), row::value(emit, parts, next.place, there))
            }
            (Rule::Expected, _) => {
                let epsilon = match op.schedule() {
                    Some(name) => present(emit, parts::schedule(&lowering.members, name)),
                    None => emit.c(q16(op.epsilon().unwrap_or(0.0))),
                };
                expected(emit, parts, next, epsilon)
            }
            (_, Some(updated)) => other_set(emit, parts, next, updated),
            _ => scan::max(emit, parts, next),
        });
        let taken = pending::load(emit, parts, "pending_action");
        let from = pending::state(emit, parts);
        let place = match updated {
            Some(set) => row::one_of(emit, parts, &from, set),
            None => row::place(emit, parts, &from),
        };
        let sample = Sample { place, action: taken, reward: op.reward(), follows };
        match op.lambda() {
            Some(lambda) => {
                let ends = [op.terminated(), op.truncated()];
                traces::learn(emit, parts, (rates, q16(lambda)), (sample, &ends));
            }
            None => learn(emit, parts, rates, sample),
        }
        pending::forget(emit, parts);
    });
}

/// Double Q: which set is updated.
fn drawn_set<'c, 'a>(emit: &Emit<'c, 'a>) -> Value<'c, 'a> {
    emit.shr_unsigned(draw::draw(emit), 31)
}

/// What the other set says of the best action of the one that is updated.
fn other_set<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    next: Row<'c, 'a>,
    updated: Value<'c, 'a>,
) -> Value<'c, 'a> {
    let Place::Both(base) = next.place else { unreachable!("verified: the table is double") };
    let elements = parts.shape.elements();
    let offset = emit.mul_c(updated, elements);
    let chooser = Row { place: Place::One(emit.add(base, offset)), mask: next.mask };
    let best = scan::best(emit, parts, chooser).1;
    let judge = emit.add(base, emit.sub(emit.c(elements), offset));
    let none = emit.compare_c(Compare::Less, best, 0);
    let there = emit.select(none, emit.c(0), best);
    emit.select(none, emit.c(0), row::element(emit, parts, emit.add(judge, there)))
}

/// Limits a value that usually needs no limits, of two that are not all numbers.
fn within<'c, 'a>(emit: &Emit<'c, 'a>, value: Value<'c, 'a>, (low, high): (i64, i64)) -> Value<'c, 'a> {
    let above = emit.add_c(value, -low);
    let inside = emit.usually(emit.compare_c(Compare::BelowUnsigned, above, high - low + 1));
    emit.if_else(
        inside,
        &[emit.integer(32)],
        |_| vec![value],
        |emit| {
            // What is not inside is on the same side of all that is; 0 costs no constant.
            let below = emit.compare_c(Compare::Less, value, 0.clamp(low, high));
            vec![emit.select(below, emit.c(low), emit.c(high))]
        },
    )[0]
}

/// A reward in raw units.
pub fn raw_reward<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, reward: Value<'c, 'a>) -> Value<'c, 'a> {
    // Then the factor, which may be beyond all shifts, does not matter.
    if parts.rewards == (0, 0) {
        return emit.c(0);
    }
    let reward = match parts.aim.is_speed() {
        true => within(emit, reward, parts.rewards),
        false => emit.clamp(reward, parts.rewards),
    };
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

fn learn<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, rates: Rates, sample: Sample<'c, 'a>) {
    let reward = raw_reward(emit, parts, sample.reward);
    let old = row::value(emit, parts, sample.place, sample.action);
    let moved = step(emit, parts, rates, (old, reward, sample.follows));
    match sample.place {
        Place::One(base) => {
            let index = emit.add(base, sample.action);
            settle(emit, parts, index, emit.add(old, moved));
            // The second set of a double table is counted with the first.
            count_visit(emit, parts, index);
        }
        Place::Both(_) => unreachable!("one set of a double table learns"),
        Place::Active(active) => {
            emit.repeat(parts.shape.tilings(), &[], |emit, tiling, _| {
                let index = emit.add(emit.load(active, &[tiling], 32), sample.action);
                settle(emit, parts, index, emit.add(row::element(emit, parts, index), moved));
                Vec::new()
            });
        }
    }
}

/// Writes an element, within its limits.
fn settle<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, index: Value<'c, 'a>, new: Value<'c, 'a>) {
    let new = if parts.saturate { emit.clamp(new, parts.limits) } else { new };
    emit.store(emit.truncate(new, parts.shape.bits), row::values(emit, parts), &[index]);
}

/// Counts an update of an element, where the table counts visits.
pub fn count_visit<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, index: Value<'c, 'a>) {
    if !parts.visits {
        return;
    }
    let index = match parts.double {
        true => {
            let second = emit.compare_c(Compare::GreaterEqual, index, parts.shape.elements());
            emit.select(second, emit.add_c(index, -parts.shape.elements()), index)
        }
        false => index,
    };
    let memory = emit.view(&parts.part("visits"), &[parts.elements()], 16);
    let visits = emit.extend_unsigned(emit.load(memory, &[index], 16), 32);
    let more = emit.cap(emit.add_c(visits, 1), 32767);
    emit.store(emit.truncate(more, 16), memory, &[index]);
}

/// By how much a value moves: `round( A * (R * 65536 + G * m - q * 65536) / 2^32 )`, in 32 bits where the exact
/// numerator fits.
///
/// Powers of two that the constants have in common are left out on both sides of the division: that is exact.
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
    let bound = error;
    // What is compared with the error of a saturating table is a value of 32 bits at most, so 64 always suffice.
    let error_bits = if fits(error) { 32 } else { 64 };
    let wide = |value| emit.extend(value, error_bits);
    let moved = emit.sub(wide(reward), wide(old));
    let error = match gamma > 1 && gamma + 1 == 1 << (16 - gamma_twos) {
        // One below a power of two: no product, and the shift serves both.
        true => emit.sub(emit.shl(emit.add(moved, wide(follows)), 16 - gamma_twos), wide(follows)),
        false => emit.add(emit.shl(moved, 16 - gamma_twos), emit.mul_c(wide(follows), gamma)),
    };
    let bits = if error_bits == 32 && fits(numerator) { 32 } else { 64 };
    if bits == 64 && parts.aim.product_bits == 32 && digits_fit(bound, alpha, shift) {
        return by_digits(emit, error, alpha, (rates.rounding, shift));
    }
    let exact = emit.mul_c(emit.extend(error, bits), alpha);
    emit.truncate(rounded(emit, exact, (rates.rounding, shift, bits)), 32)
}

/// Bits of the low digit where a product is made of two.
const DIGIT: u32 = 15;

/// Whether `by_digits` computes with 32 bits.
fn digits_fit(error: i128, factor: i64, shift: u32) -> bool {
    let low = ((1i128 << DIGIT) - 1) * i128::from(factor) + (1i128 << shift) - 1;
    let high = ((error >> DIGIT) + 1) * i128::from(factor) + (low >> DIGIT);
    shift >= DIGIT && error < 1 << 31 && low < 1 << 32 && high < 1 << 31
}

/// `round(error * factor / 2^shift)` in two digits of the error: what the low one leaves below 2^15 changes nothing.
fn by_digits<'c, 'a>(
    emit: &Emit<'c, 'a>,
    error: Value<'c, 'a>,
    factor: i64,
    (rounding, shift): (Rounding, u32),
) -> Value<'c, 'a> {
    let (low, high) = (emit.and_c(error, (1 << DIGIT) - 1), emit.shr_signed(error, DIGIT));
    let low = emit.mul_c(low, factor);
    let low = match rounding {
        Rounding::Floor => low,
        Rounding::Nearest => emit.add_c(low, 1 << (shift - 1)),
        Rounding::Stochastic => emit.add(low, emit.shr_unsigned(draw::draw(emit), 32 - shift)),
    };
    let exact = emit.add(emit.mul_c(high, factor), emit.shr_unsigned(low, DIGIT));
    emit.shr_signed(exact, shift - DIGIT)
}

/// `round(exact / 2^shift)`. A draw is taken even where nothing is left to round.
pub fn rounded<'c, 'a>(
    emit: &Emit<'c, 'a>,
    exact: Value<'c, 'a>,
    (rounding, shift, bits): (Rounding, u32, u32),
) -> Value<'c, 'a> {
    let drawn = (rounding == Rounding::Stochastic).then(|| draw::draw(emit));
    let exact = match (rounding, drawn) {
        _ if shift == 0 => exact,
        (_, Some(drawn)) => emit.add(exact, emit.extend_unsigned(emit.shr_unsigned(drawn, 32 - shift), bits)),
        (Rounding::Nearest, None) => emit.add_c(exact, 1 << (shift - 1)),
        _ => exact,
    };
    emit.shr_signed(exact, shift)
}

/// `near(((65536 - e) * n * max + e * sum) / (65536 * n))`, 0 when no action is available.
fn expected<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    next: Row<'c, 'a>,
    epsilon: Value<'c, 'a>,
) -> Value<'c, 'a> {
    let of = |emit: &Emit<'c, 'a>, n: Value<'c, 'a>| {
        let best = emit.extend(scan::best(emit, parts, next).0, 64);
        let sum = scan::each(emit, parts, next, &[emit.constant(0, 64)], |emit, _, value, carried| {
            let value = emit.select(scan::is_absent(emit, value), emit.c(0), value);
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
        |emit| vec![of(emit, scan::count(emit, parts, mask))],
    )[0]
}

/// `near(a / b)` for a positive `b`, in 64 bits.
pub fn nearest<'c, 'a>(emit: &Emit<'c, 'a>, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
    let (a, b) = (emit.add(emit.shl(a, 1), b), emit.shl(b, 1));
    let quotient = emit.div_signed(a, b);
    let rest = emit.sub(a, emit.mul(quotient, b));
    let below = emit.compare_c(Compare::Less, rest, 0);
    emit.select(below, emit.add_c(quotient, -1), quotient)
}
