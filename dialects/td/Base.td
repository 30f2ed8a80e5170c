// What both dialects share: the buildable scalar types that keep types out of the kernels' text.
#ifndef SWARM_BASE
#define SWARM_BASE

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// What a variable may hold.
def Scalar : AnyTypeOf<[I1, I8, I16, I32, I64]>;
// What a variable's value is in a handler: numbers are i32 unless they say otherwise.
def Held : AnyTypeOf<[I1, I32, I64]>;
// What `get` and `set` take: a number, or an array as a whole. Which tensors a kernel may have is checked in Rust.
def HeldOrWhole : AnyTypeOf<[I1, I32, I64, AnyRankedTensor]>;

#endif
