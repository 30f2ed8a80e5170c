//! Variables, draws and assertions.

use super::{Lowering, draw};
use crate::emit::{Compare, Emit};
use melior::ir::{OperationRef, Value, ValueLike};
use swarm_dialects::{Assert, Get, OpView, Random, Set, integer_bits};

/// Lowers an op of this file.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    if let Some(op) = Get::cast(op) {
        let bits = integer_bits(op.op().result(0).ok()?.r#type())?;
        let (memory, at, kept) = place(lowering, emit, op.var(), op.indices());
        let value = emit.load(memory, &at, kept.max(8));
        return Some(vec![if bits < kept.max(8) {
            emit.truncate(value, bits)
        } else {
            emit.extend(value, bits)
        }]);
    }
    if let Some(op) = Set::cast(op) {
        let bits = integer_bits(op.value().r#type())?;
        let (memory, at, kept) = place(lowering, emit, op.var(), op.indices());
        // A flag is kept as 0 or 1.
        let value = if kept == 1 { emit.truncate(op.value(), 1) } else { op.value() };
        let stored = kept.max(8);
        let value = match bits.min(if kept == 1 { 1 } else { 64 }) {
            1 => emit.extend_unsigned(value, stored),
            bits if bits < stored => emit.extend(value, stored),
            _ => emit.truncate(value, stored),
        };
        emit.store(value, memory, &at);
        return Some(Vec::new());
    }
    if let Some(op) = Random::cast(op) {
        return Some(vec![match op.below() {
            Some(limit) => draw::below(emit, limit),
            None => draw::draw(emit),
        }]);
    }
    let op = Assert::cast(op)?;
    emit.check(op.condition(), 5);
    Some(Vec::new())
}

/// A variable's memory, the checked indices, and the bits of an element.
fn place<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    var: &str,
    at: Vec<Value<'c, 'a>>,
) -> (Value<'c, 'a>, Vec<Value<'c, 'a>>, u32) {
    let r#type = &lowering.variables[var];
    for (index, size) in at.iter().zip(&r#type.shape) {
        emit.check(emit.compare_c(Compare::BelowUnsigned, *index, *size as i64), 1);
    }
    (emit.view(var, &r#type.shape, r#type.bits), at, r#type.bits)
}
