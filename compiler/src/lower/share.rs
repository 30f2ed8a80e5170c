//! Merging what a peer has learned (NUMERICS, *Merging*).

use super::learn::nearest;
use super::parts::Parts;
use super::peers::{self, APPLIED, Identity};
use super::{Lowering, row};
use crate::emit::{Compare, Emit};
use melior::ir::{OperationRef, Value};
use swarm_dialects::{Mark, Merge, MergeBy, OpView};

/// Most visits, and the most that a weight counts.
const MOST_VISITS: i64 = 32767;

/// How contributions count.
#[derive(Clone, Copy)]
pub struct Combine {
    pub by: MergeBy,
    /// The largest weight of one contribution.
    pub bound: i64,
}

/// What a contribution says of an element: its value, and 1 to 32767 visits.
#[derive(Clone, Copy)]
pub struct Said<'c, 'a> {
    pub value: Value<'c, 'a>,
    pub visits: Value<'c, 'a>,
}

/// Lowers an op of this file.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    if let Some(op) = Merge::cast(op) {
        let (parts, peer) = (&lowering.tables[op.table()], &lowering.tables[op.peer()]);
        let identity = Identity { origin: op.origin(), epoch: op.epoch(), sequence: emit.c(0) };
        let status = peers::admit(emit, parts, identity);
        let applied = emit.compare_c(Compare::Equal, status, APPLIED);
        let how = Combine { by: op.by(), bound: op.bound() };
        emit.if_then(applied, |emit| merge(emit, parts, peer, how));
        return Some(vec![status]);
    }
    let op = Mark::cast(op)?;
    let parts = &lowering.tables[op.table()];
    let mark = mark(emit, parts);
    emit.repeat(parts.shape.elements(), &[], |emit, index, _| {
        let value = emit.load(row::values(emit, parts), &[index], parts.shape.bits);
        emit.store(value, mark, &[index]);
        Vec::new()
    });
    Some(Vec::new())
}

/// The memory of the values at the mark.
pub fn mark<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts) -> Value<'c, 'a> {
    emit.view(&parts.part("mark"), &[parts.elements()], parts.shape.bits)
}

/// The own visits of an element.
pub fn visits<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, index: Value<'c, 'a>) -> Value<'c, 'a> {
    let memory = emit.view(&parts.part("visits"), &[parts.elements()], 16);
    emit.extend_unsigned(emit.load(memory, &[index], 16), 32)
}

/// Whether a number of visits, of 16 bits, is one: 1 to 32767.
pub fn counts<'c, 'a>(emit: &Emit<'c, 'a>, visits: Value<'c, 'a>) -> Value<'c, 'a> {
    emit.compare_c(Compare::Greater, emit.truncate(visits, 16), 0)
}

fn merge<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, peer: &Parts, how: Combine) {
    emit.repeat(parts.shape.elements(), &[], |emit, index, _| {
        let visits = visits(emit, peer, index);
        emit.if_then(counts(emit, visits), |emit| {
            let value = emit.clamp(row::element(emit, peer, index), parts.accepted);
            combine(emit, parts, how, (index, Said { value, visits }));
        });
        Vec::new()
    });
}

/// Merges what was said into an element; the value is one that the table accepts.
pub fn combine<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    how: Combine,
    (index, said): (Value<'c, 'a>, Said<'c, 'a>),
) {
    let merged_memory = emit.view(&parts.part("merged"), &[parts.elements()], 16);
    let merged = emit.extend_unsigned(emit.load(merged_memory, &[index], 16), 32);
    let own = emit.add(visits(emit, parts, index), merged);
    let weight = emit.smin(said.visits, emit.c(how.bound));
    let old = row::element(emit, parts, index);
    let or_first = |both: Value<'c, 'a>| {
        let first = emit.compare_c(Compare::Equal, own, 0);
        emit.select(first, said.value, both)
    };
    let new = match how.by {
        MergeBy::Visits => {
            let own = emit.cap(own, MOST_VISITS);
            mean(emit, parts, (old, said.value), (own, weight))
        }
        MergeBy::Mean => or_first(emit.shr_signed(emit.add_c(emit.add(old, said.value), 1), 1)),
        MergeBy::Max => or_first(emit.smax(old, said.value)),
    };
    emit.store(emit.truncate(new, parts.shape.bits), row::values(emit, parts), &[index]);
    let merged = emit.cap(emit.add(merged, weight), MOST_VISITS);
    emit.store(emit.truncate(merged, 16), merged_memory, &[index]);
}

/// `near((old * ours + said * theirs) / (ours + theirs))`.
fn mean<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    (old, said): (Value<'c, 'a>, Value<'c, 'a>),
    (ours, theirs): (Value<'c, 'a>, Value<'c, 'a>),
) -> Value<'c, 'a> {
    let both = emit.add(ours, theirs);
    if parts.shape.bits == 32 {
        let wide = |value| emit.extend(value, 64);
        let exact = emit.mul(wide(emit.sub(said, old)), wide(theirs));
        return emit.add(old, emit.truncate(nearest(emit, exact, wide(both)), 32));
    }
    // Lifted by 2^15 all values are below 2^16, weights are below 2^15: what is divided is below 2^32, the half of the
    // divisor that rounds it with it, and the quotient is below 2^16.
    let exact = emit.add(emit.mul(old, ours), emit.mul(said, theirs));
    let lifted = emit.add(exact, emit.shl(both, 15));
    let rounded = emit.add(lifted, emit.shr_unsigned(both, 1));
    emit.add_c(emit.div_unsigned(rounded, both), -32768)
}
