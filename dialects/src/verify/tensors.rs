//! Tensors in handlers: static, of integers, never carried by loops or branches, and never read outside their sizes.
//!
//! What is right by these rules becomes loops over memory of known size (`compiler/src/lower/tensors.rs`).

use super::Scope;
use crate::{dense_values, is_tensor, name, nested, tensor_shape, tensor_type};
use melior::ir::operation::OperationLike;
use melior::ir::{OperationRef, Type, ValueLike};

/// Ops of `tensor` that a kernel may use.
pub const TENSOR: &[&str] = &["empty", "extract", "from_elements", "insert", "splat"];

/// Ops of `linalg` that a kernel may use.
pub const LINALG: &[&str] =
    &["fill", "generic", "index", "map", "matmul", "matvec", "reduce", "vecmat", "yield"];

/// The bits of a tensor's elements.
pub fn element_bits(r#type: Type) -> Option<u32> {
    tensor_shape(r#type).map(|(bits, _)| bits)
}

/// Whether an op computes with tensors that kernels do not have, in words of its own.
pub fn is_refused(op: OperationRef) -> bool {
    name(op).starts_with("linalg.") && tensors(op).into_iter().any(|r#type| tensor_type(r#type).is_none())
}

fn tensors<'c: 'a, 'a>(op: OperationRef<'c, 'a>) -> Vec<Type<'c>> {
    let given = op.operands().map(|value| value.r#type());
    given.chain(op.results().map(|value| value.r#type())).filter(|r#type| is_tensor(*r#type)).collect()
}

/// Checks one op.
pub fn op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    let full = name(op);
    let linalg = full.starts_with("linalg.");
    let tensors = tensors(op);
    if scope.core && (linalg || !tensors.is_empty()) {
        return scope.error(op, "stage", "tensors are lowered before stage core");
    }
    if let Some(wrong) = tensors.iter().find(|r#type| tensor_type(**r#type).is_none()) {
        return scope.error(op, "tensor", &format!("kernels do not compute with {wrong}"));
    }
    if linalg {
        body(scope, op);
        places(scope, op);
    } else if !tensors.is_empty() {
        outside(scope, op, &full);
    }
}

/// What other ops may do with tensors.
fn outside(scope: &Scope, op: OperationRef, full: &str) {
    if full.starts_with("scf.") {
        let message = "a tensor goes through no loop and no branch";
        scope.error(op, "tensor-carried", message);
    } else if full == "arith.select" {
        scope.error(op, "tensor-select", "arith.select chooses between numbers, not between tensors");
    } else if full == "arith.constant" {
        let count = op.attribute("value").ok().and_then(dense_values).map(|values| values.len() as u64);
        let right = op.result(0).ok().and_then(|result| tensor_type(result.r#type()));
        if count.is_none() || count != right.map(|r#type| r#type.elements()) {
            scope.error(op, "tensor", "a constant tensor is written as dense<...>");
        }
    }
}

/// The body of a `linalg` op computes with numbers.
fn body<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    for inner in nested(op) {
        let full = name(inner);
        let numbers = inner.operands().all(|value| !is_tensor(value.r#type()))
            && inner.results().all(|result| !is_tensor(result.r#type()));
        let known = full.starts_with("arith.") || full == "linalg.index" || full == "linalg.yield";
        if !known || !numbers {
            let note = (op, "in the body of this");
            let message = format!("'{full}' computes with more than the numbers of one round");
            return scope.error_with(inner, "tensor-body", &message, note);
        }
    }
}

/// Where a `linalg.generic` reads and writes: MLIR looks at the first and the last round, between which all places lie
/// when they never go back.
fn places(scope: &Scope, op: OperationRef) {
    let written =
        |attribute: &str| op.attribute(attribute).map(|value| value.to_string()).unwrap_or_default();
    let maps = written("indexing_maps").replace("->", "");
    if maps.contains('-') || ["mod", "floordiv", "ceildiv"].iter().any(|word| maps.contains(word)) {
        scope.error(
            op,
            "tensor-map",
            "places in a tensor are sums of the loops' numbers, and multiples of them",
        );
    } else if written("iterator_types") == "[]" {
        scope.error(op, "tensor-map", "a linalg.generic has one loop at least");
    }
}
