//! Where buffers are: what lives at the same time has its own scratch in the state block, behind all variables.
//!
//! A handler runs to completion, and what it leaves in scratch is read by nobody: so handlers share it.

use super::{nested, owner, position, result, uses};
use crate::emit::Emit;
use crate::layout::SCRATCH;
use crate::lower::{erase, replace};
use melior::Context;
use melior::ir::operation::OperationLike;
use melior::ir::r#type::{DimSize, MemRefType, ShapedTypeLike};
use melior::ir::{OperationRef, RegionLike, Type, Value, ValueLike};
use swarm_dialects::{Kernel, OpView, VarType, View, integer_bits, name};

/// Gives all buffers of the handlers their places, and makes loops of copies.
pub fn place<'c: 'a, 'a>(context: &'c Context, kernel: Kernel<'c, 'a>, handlers: &[OperationRef<'c, 'a>]) {
    let mut places: Vec<VarType> = Vec::new();
    for &handler in handlers {
        let ops = nested(handler);
        // Until which of the handler's own ops each place is taken.
        let mut taken: Vec<Option<usize>> = vec![None; places.len()];
        for &op in ops.iter().filter(|op| name(**op) == "memref.alloc") {
            let first = position(handler, op);
            let last = uses(result(op), &ops).map(|(user, _)| position(handler, user)).max().unwrap_or(first);
            let held = held(result(op).r#type()).expect("a buffer's type is a tensor's");
            let free = |at: &usize| places[*at] == held && taken[*at].is_none_or(|until| until < first);
            let at = (0..places.len()).find(free).unwrap_or_else(|| {
                places.push(held.clone());
                taken.push(None);
                places.len() - 1
            });
            taken[at] = Some(last);
            let view = Emit::before(context, op).view(&format!("{SCRATCH}{at}"), &held.shape, held.bits);
            replace(op, &[view]);
        }
        for op in nested(handler) {
            if name(op) == "memref.copy" {
                copy(&Emit::before(context, op), op);
            }
        }
    }
    let Some(block) = kernel.op().first_region().and_then(|region| region.first_block()) else { return };
    let emit = Emit::end(context, kernel.op().location(), block);
    for (at, VarType { bits, shape }) in places.iter().enumerate() {
        let r#type = emit.type_attribute(emit.tensor(shape, *bits));
        emit.put(emit.op("swarm.var").add_attributes(&[
            (emit.name("sym_name"), emit.string(&format!("{SCRATCH}{at}"))),
            (emit.name("type"), r#type),
        ]));
    }
}

/// The bits and sizes of memory.
fn held(r#type: Type) -> Option<VarType> {
    let memory = MemRefType::try_from(r#type).ok()?;
    let size = |i| match memory.dim_size(i).ok()? {
        DimSize::Static(size) => Some(size),
        DimSize::Dynamic => None,
    };
    let shape = (0..memory.rank()).map(size).collect::<Option<_>>()?;
    Some(VarType { bits: integer_bits(memory.element())?, shape })
}

/// What a view of memory is of.
pub fn root<'c: 'a, 'a>(memory: Value<'c, 'a>) -> Option<&'c str> {
    owner(memory).and_then(View::cast).map(|view| view.var())
}

fn copy<'c: 'a, 'a>(emit: &Emit<'c, 'a>, op: OperationRef<'c, 'a>) {
    let operands: Vec<Value> = op.operands().collect();
    let (from, to) = (operands[0], operands[1]);
    if root(from) != root(to) {
        let held = held(from.r#type()).expect("a copy is of what a tensor holds");
        elements(emit, (from, to), &held, Vec::new());
    }
    erase(op);
}

fn elements<'c: 'a, 'a>(
    emit: &Emit<'c, 'a>,
    (from, to): (Value<'c, 'a>, Value<'c, 'a>),
    held: &VarType,
    at: Vec<Value<'c, 'a>>,
) {
    let Some(size) = held.shape.get(at.len()) else {
        emit.store(emit.load(from, &at, held.bits), to, &at);
        return;
    };
    emit.repeat(*size as i64, &[], |emit, i, _| {
        elements(emit, (from, to), held, [at, vec![i]].concat());
        Vec::new()
    });
}
