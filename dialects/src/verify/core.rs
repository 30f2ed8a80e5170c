//! Stage `core`: nothing is left of what the lowering takes apart, and views are of variables that are there.
//!
//! The lowering's own result passes; a text that somebody starts from at this stage may not.

use super::Scope;
use crate::{Assert, Get, OpView, Random, Set, Var, View, name, var_type};
use melior::ir::{OperationRef, ValueLike};

/// Ops of dialect `swarm` that become others at this stage.
const LOWERED: &[&str] = &[Assert::NAME, Get::NAME, Random::NAME, Set::NAME];

/// Checks one member.
pub fn member<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    is_lowered(scope, op);
}

/// Checks one op of a handler.
pub fn op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    is_lowered(scope, op);
    let Some(view) = View::cast(op) else { return };
    let Some(var) = scope.find::<Var>(op, view.var(), "variable") else { return };
    let (Some(r#type), Ok(memory)) = (var_type(var.r#type()), op.result(0)) else { return };
    let shape: String = r#type.shape.iter().map(|size| format!("{size}x")).collect();
    let (expected, given) = (format!("memref<{shape}i{}>", r#type.bits.max(8)), memory.r#type().to_string());
    if expected != given {
        let message = format!("@{} is seen as {expected}, not as {given}", view.var());
        scope.error_with(op, "held-type", &message, (var.op(), "it is declared here"));
    }
}

fn is_lowered(scope: &Scope, op: OperationRef) {
    let full = name(op);
    if full.starts_with("rl.") || LOWERED.contains(&full.as_str()) {
        let message = format!("'{full}' is lowered before stage core: the kernel cannot be at this stage");
        scope.error(op, "stage", &message);
    }
}
