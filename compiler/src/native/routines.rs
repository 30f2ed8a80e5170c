//! Routines of a kernel's own, which its handlers share: LLVM decides what is better called and what is put in place.

use super::functions::{Function, pointer};
use crate::emit::Emit;
use melior::Context;
use melior::ir::{BlockLike, Module, OperationRef, Value};
use swarm_dialects::OpView;
use swarm_dialects::radio::Number;

/// Writes a key and a number, seven bits in each byte, unless it is 0: where it ends.
const NUMBER: &str = r#"
llvm.func internal @swarm.number(%at: !llvm.ptr, %key: i32, %value: i32) -> !llvm.ptr {
  %zero = llvm.mlir.constant(0 : i32) : i32
  %seven = llvm.mlir.constant(7 : i32) : i32
  %more = llvm.mlir.constant(128 : i32) : i32
  %is_left_out = llvm.icmp "eq" %value, %zero : i32
  llvm.cond_br %is_left_out, ^end(%at : !llvm.ptr), ^key
^key:
  %first = llvm.trunc %key : i32 to i8
  llvm.store %first, %at : i8, !llvm.ptr
  %behind = llvm.getelementptr %at[1] : (!llvm.ptr) -> !llvm.ptr, i8
  llvm.br ^round(%behind, %value : !llvm.ptr, i32)
^round(%to: !llvm.ptr, %left: i32):
  llvm.call @swarm.again.4() : () -> ()
  %is_long = llvm.icmp "uge" %left, %more : i32
  llvm.cond_br %is_long, ^middle, ^last
^middle:
  %marked = llvm.or %left, %more : i32
  %byte = llvm.trunc %marked : i32 to i8
  llvm.store %byte, %to : i8, !llvm.ptr
  %rest = llvm.lshr %left, %seven : i32
  %next = llvm.getelementptr %to[1] : (!llvm.ptr) -> !llvm.ptr, i8
  llvm.br ^round(%next, %rest : !llvm.ptr, i32)
^last:
  %low = llvm.trunc %left : i32 to i8
  llvm.store %low, %to : i8, !llvm.ptr
  %done = llvm.getelementptr %to[1] : (!llvm.ptr) -> !llvm.ptr, i8
  llvm.br ^end(%done : !llvm.ptr)
^end(%reached: !llvm.ptr):
  llvm.return %reached : !llvm.ptr
}
llvm.func @swarm.again.4()
"#;

/// Writes a key and a number, in four bytes, unless it is 0: where it ends.
const FIXED: &str = r#"
llvm.func internal @swarm.fixed(%at: !llvm.ptr, %key: i32, %value: i32) -> !llvm.ptr {
  %zero = llvm.mlir.constant(0 : i32) : i32
  %eight = llvm.mlir.constant(8 : i32) : i32
  %sixteen = llvm.mlir.constant(16 : i32) : i32
  %last = llvm.mlir.constant(24 : i32) : i32
  %is_left_out = llvm.icmp "eq" %value, %zero : i32
  llvm.cond_br %is_left_out, ^end(%at : !llvm.ptr), ^key
^key:
  %first = llvm.trunc %key : i32 to i8
  llvm.store %first, %at : i8, !llvm.ptr
  %to0 = llvm.getelementptr %at[1] : (!llvm.ptr) -> !llvm.ptr, i8
  %byte0 = llvm.trunc %value : i32 to i8
  llvm.store %byte0, %to0 : i8, !llvm.ptr
  %to1 = llvm.getelementptr %at[2] : (!llvm.ptr) -> !llvm.ptr, i8
  %rest1 = llvm.lshr %value, %eight : i32
  %byte1 = llvm.trunc %rest1 : i32 to i8
  llvm.store %byte1, %to1 : i8, !llvm.ptr
  %to2 = llvm.getelementptr %at[3] : (!llvm.ptr) -> !llvm.ptr, i8
  %rest2 = llvm.lshr %value, %sixteen : i32
  %byte2 = llvm.trunc %rest2 : i32 to i8
  llvm.store %byte2, %to2 : i8, !llvm.ptr
  %to3 = llvm.getelementptr %at[4] : (!llvm.ptr) -> !llvm.ptr, i8
  %rest3 = llvm.lshr %value, %last : i32
  %byte3 = llvm.trunc %rest3 : i32 to i8
  llvm.store %byte3, %to3 : i8, !llvm.ptr
  %done = llvm.getelementptr %at[5] : (!llvm.ptr) -> !llvm.ptr, i8
  llvm.br ^end(%done : !llvm.ptr)
^end(%reached: !llvm.ptr):
  llvm.return %reached : !llvm.ptr
}
"#;

/// Puts the routines that ops need before the handlers.
pub fn declare<'c>(context: &'c Context, module: &Module<'c>, ops: &[OperationRef<'c, '_>]) {
    let numbers: Vec<Number> = ops.iter().filter_map(|op| Number::cast(*op)).collect();
    for (is_fixed, routine) in [(false, NUMBER), (true, FIXED)] {
        if numbers.iter().all(|number| number.fixed() != is_fixed) {
            continue;
        }
        let parsed = Module::parse(context, routine).expect("the routine is the llvm dialect's");
        let routine = parsed.body().first_operation().expect("the text has a function");
        crate::raw::move_to_end(routine, module.body());
    }
}

/// Lowers an op that is a call of a routine.
pub fn lower<'c: 'a, 'a>(
    function: &Function<'c, 'a, '_>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    let number = Number::cast(op)?;
    let memory = function.address(emit, number.memory());
    let at = function.at(emit, memory, number.at());
    let end = emit.value(
        emit.op("llvm.call")
            .add_operands(&[at, emit.c(number.key()), number.value()])
            .add_attributes(&[
                (
                    emit.name("callee"),
                    emit.symbol(if number.fixed() { "swarm.fixed" } else { "swarm.number" }),
                ),
                (emit.name("operandSegmentSizes"), emit.parsed("array<i32: 3, 0>")),
                (emit.name("op_bundle_sizes"), emit.parsed("array<i32>")),
            ])
            .add_results(&[pointer(function.context)]),
    );
    let address = |pointer| {
        emit.value(emit.op("llvm.ptrtoint").add_operands(&[pointer]).add_results(&[emit.integer(32)]))
    };
    Some(vec![emit.sub(address(end), address(memory))])
}
