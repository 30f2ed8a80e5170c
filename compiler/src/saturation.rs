//! Stage `llvm`, for cores with Arm's saturation: one instruction limits a number to so many bits.
//!
//! LLVM finds it only where both ends are limited, and forgets the lower one where it knows that nothing is below.

use crate::emit::{CAP, Emit};
use crate::raw;
use melior::Context;
use melior::ir::attribute::IntegerAttribute;
use melior::ir::operation::{OperationLike, OperationResult};
use melior::ir::{Module, OperationRef};
use swarm_dialects::{name, nested, operations};

/// Replaces what is marked and ends below a power of two.
pub fn caps_to_intrinsics<'c>(context: &'c Context, module: &Module<'c>) {
    for function in operations(module.body()).into_iter().filter(|op| name(*op) == "func.func") {
        for cap in nested(function).into_iter().filter(|op| op.discardable_attribute(CAP).is_ok()) {
            if let Some(bits) = bits(cap) {
                saturate(context, cap, bits);
            }
        }
    }
}

/// How many bits a number is limited to.
fn bits(cap: OperationRef) -> Option<u32> {
    let most = OperationResult::try_from(cap.operand(1).ok()?).ok()?.owner();
    let most = IntegerAttribute::try_from(most.attribute("value").ok()?).ok()?.value() as u64;
    (most + 1).is_power_of_two().then(|| most.count_ones())
}

fn saturate<'c: 'a, 'a>(context: &'c Context, cap: OperationRef<'c, 'a>, bits: u32) {
    let (Ok(number), Ok(old)) = (cap.operand(0), cap.result(0)) else { return };
    let emit = Emit::before(context, cap);
    let limited = emit.value(
        emit.op("llvm.call_intrinsic")
            .add_operands(&[number, emit.c(i64::from(bits))])
            .add_attributes(&[
                (emit.name("intrin"), emit.string("llvm.arm.usat")),
                (emit.name("operandSegmentSizes"), emit.parsed("array<i32: 2, 0>")),
                (emit.name("op_bundle_sizes"), emit.parsed("array<i32>")),
            ])
            .add_results(&[emit.integer(32)]),
    );
    raw::replace_all_uses(old.into(), limited);
    raw::erase(cap);
}
