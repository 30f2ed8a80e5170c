//! Watkins's Q(lambda): replacing traces in a list of bounded length (NUMERICS, *Traces*).

use super::draw;
use super::learn::{Rates, Sample, count_visit, raw_reward};
use super::parts::Parts;
use super::pending::{load, store};
use super::row::{self, Place};
use crate::emit::{Compare, Emit};
use melior::ir::Value;
use swarm_dialects::Rounding;

/// Entries below this eligibility are dropped: 0.01.
const SMALLEST: i64 = 655;
/// The eligibility of what was just done.
const FULL: i64 = 65536;

/// The list in the state block.
#[derive(Clone, Copy)]
struct List<'c, 'a> {
    length: i64,
    index: Value<'c, 'a>,
    eligibility: Value<'c, 'a>,
}

/// Learns from a sample, and from it for what was done before. `ends` are the flags that end an episode.
pub fn learn<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    (rates, lambda): (Rates, i64),
    (sample, ends): (Sample<'c, 'a>, &[Option<Value<'c, 'a>>]),
) {
    let Place::One(base) = sample.place else { unreachable!("verified: a plain table has traces") };
    let length = parts.traces.expect("verified: the table has traces");
    let list = List {
        length,
        index: emit.view(&parts.part("trace_index"), &[length as u64], 32),
        eligibility: emit.view(&parts.part("trace_e"), &[length as u64], 32),
    };
    let element = emit.add(base, sample.action);
    let push = push(emit, parts, rates, (row::element(emit, parts, element), sample));
    let noise = match rates.rounding {
        Rounding::Floor => emit.constant(0, 64),
        Rounding::Nearest => emit.constant(1 << 31, 64),
        Rounding::Stochastic => emit.extend_unsigned(draw::draw(emit), 64),
    };
    count_visit(emit, parts, element);
    let listed = load(emit, parts, "trace_count");
    let greedy = emit.compare_c(Compare::NotEqual, load(emit, parts, "pending_greedy"), 0);
    let listed = emit.select(greedy, listed, emit.c(0));
    let listed = replace(emit, list, listed, element);
    let decay = (rates.gamma * lambda + 32768) / 65536;
    let kept = emit.repeat(length, &[emit.c(0)], |emit, slot, kept| {
        let live = emit.compare(Compare::Less, slot, listed);
        emit.if_else(
            live,
            &[emit.integer(32)],
            |emit| {
                let index = emit.load(list.index, &[slot], 32);
                let eligibility = emit.load(list.eligibility, &[slot], 32);
                follow(emit, parts, index, step(emit, push, eligibility, noise));
                let decayed = match decay {
                    FULL => eligibility,
                    // Below 2^32, as unsigned.
                    decay => emit.shr_unsigned(emit.mul_c(eligibility, decay), 16),
                };
                emit.store(decayed, list.eligibility, &[slot]);
                // What is kept moves up; the place is at or before this one.
                let keeps = emit.compare_c(Compare::GreaterEqual, decayed, SMALLEST);
                emit.if_then(keeps, |emit| {
                    emit.store(index, list.index, &[kept[0]]);
                    emit.store(decayed, list.eligibility, &[kept[0]]);
                });
                vec![emit.add(kept[0], emit.extend_unsigned(keeps, 32))]
            },
            |_| vec![kept[0]],
        )
    })[0];
    let count = ends.iter().flatten().fold(kept, |count, end| emit.select(*end, emit.c(0), count));
    store(emit, parts, "trace_count", count);
}

/// `P = floor(A * (R * 65536 + G * m - q * 65536) / 65536)`, in 64 bits.
fn push<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    rates: Rates,
    (old, sample): (Value<'c, 'a>, Sample<'c, 'a>),
) -> Value<'c, 'a> {
    let wide = |value| emit.extend(value, 64);
    let reward = raw_reward(emit, parts, sample.reward);
    let kept = emit.shl(emit.sub(wide(reward), wide(old)), 16);
    let error = emit.add(kept, emit.mul_c(wide(sample.follows), rates.gamma));
    emit.shr_signed(emit.mul_c(error, rates.alpha), 16)
}

/// `round(P * e / 2^32)`, in 64 bits; `noise` is what the rounding adds before it cuts off.
fn step<'c, 'a>(
    emit: &Emit<'c, 'a>,
    push: Value<'c, 'a>,
    eligibility: Value<'c, 'a>,
    noise: Value<'c, 'a>,
) -> Value<'c, 'a> {
    let exact = emit.mul(push, emit.extend(eligibility, 64));
    emit.shr_signed(emit.add(exact, noise), 32)
}

/// Adds to an element, within its limits. The sum may be beyond 32 bits before it is limited.
fn follow<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, index: Value<'c, 'a>, moved: Value<'c, 'a>) {
    let bits = if parts.shape.bits == 32 { 64 } else { 32 };
    let old = emit.extend(row::element(emit, parts, index), bits);
    let moved = if bits == 64 { moved } else { emit.truncate(moved, 32) };
    let new = emit.clamp(emit.add(old, moved), parts.limits);
    emit.store(emit.truncate(new, parts.shape.bits), row::values(emit, parts), &[index]);
}

/// Gives an element the full eligibility: in its place, else appended, else in place of the lowest; how many there are.
fn replace<'c, 'a>(
    emit: &Emit<'c, 'a>,
    list: List<'c, 'a>,
    listed: Value<'c, 'a>,
    element: Value<'c, 'a>,
) -> Value<'c, 'a> {
    let none = emit.c(-1);
    let initial = [none, emit.c(0), emit.c(i64::from(i32::MAX))];
    let found = emit.repeat(list.length, &initial, |emit, slot, carried| {
        let live = emit.compare(Compare::Less, slot, listed);
        let same = emit.compare(Compare::Equal, emit.load(list.index, &[slot], 32), element);
        let place = emit.select(emit.and(live, same), slot, carried[0]);
        let eligibility = emit.load(list.eligibility, &[slot], 32);
        let lower = emit.compare(Compare::Less, eligibility, carried[2]);
        vec![place, emit.select(lower, slot, carried[1]), emit.select(lower, eligibility, carried[2])]
    });
    let new = emit.compare_c(Compare::Less, found[0], 0);
    let room = emit.compare_c(Compare::Less, listed, list.length);
    let slot = emit.select(new, emit.select(room, listed, found[1]), found[0]);
    emit.store(element, list.index, &[slot]);
    emit.store(emit.c(FULL), list.eligibility, &[slot]);
    emit.add(listed, emit.extend_unsigned(emit.and(new, room), 32))
}
