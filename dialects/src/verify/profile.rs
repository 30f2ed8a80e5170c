//! The closed op profile: which ops a handler may use, and that every loop has a bound.

use super::{Scope, tensors};
use crate::{OpView, adv, dense_values, integer_bits, is_tensor, name, radio};
use melior::ir::operation::OperationLike;
use melior::ir::{OperationRef, Value, ValueLike};

/// `arith` without floating point. A shift or division by what may be wrong is a fault: see `guarded`.
const ARITH: &[&str] = &[
    "constant",
    "addi",
    "subi",
    "muli",
    "andi",
    "ori",
    "xori",
    "maxsi",
    "minsi",
    "maxui",
    "minui",
    "cmpi",
    "select",
    "extsi",
    "extui",
    "trunci",
    "index_cast",
    "index_castui",
];

/// Ops that have a result only for some right-hand sides: these must be constants that are known to be right.
pub const GUARDED: &[&str] = &["divsi", "divui", "remsi", "remui", "shli", "shrsi", "shrui"];

/// Ops of our own that no kernel holds before stage `core`.
const MADE_BY_LOWERING: &[&str] = &[
    crate::Check::NAME,
    crate::View::NAME,
    adv::Air::NAME,
    adv::Heard::NAME,
    adv::HeardBytes::NAME,
    adv::Tell::NAME,
    radio::Number::NAME,
    radio::Payload::NAME,
    radio::Transmit::NAME,
];

/// Checks one op of a handler.
pub fn op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, handler: OperationRef<'c, 'a>, op: OperationRef<'c, 'a>) {
    let full = name(op);
    let (dialect, short) = full.split_once('.').unwrap_or(("", &full));
    let allowed = match dialect {
        "swarm" | "radio" | "adv" => scope.core || !MADE_BY_LOWERING.contains(&full.as_str()),
        "rl" => true,
        "arith" => ARITH.contains(&short) || GUARDED.contains(&short),
        "scf" => ["for", "if", "while", "yield", "condition"].contains(&short),
        "tensor" => !scope.core && tensors::TENSOR.contains(&short),
        "linalg" => !scope.core && tensors::LINALG.contains(&short),
        // What the lowering makes, at stage `core`.
        "memref" => scope.core && ["load", "store", "alloca", "view"].contains(&short),
        _ => false,
    };
    let is_later = MADE_BY_LOWERING.contains(&full.as_str());
    if !allowed && is_later {
        let message = format!("'{full}' is of stage core: the compiler writes it, not a kernel");
        scope.error_with(op, "stage", &message, (handler, "in this handler"));
    } else if !allowed {
        let message = format!("'{full}' is not in the profile of kernels");
        scope.error_with(op, "profile", &message, (handler, "in this handler"));
    } else if dialect == "arith" {
        integers_only(scope, op);
        without_promises(scope, op);
        indices_count(scope, op, short);
        if GUARDED.contains(&short) {
            guarded(scope, op, short);
        }
    } else if full == "scf.for" {
        bounded(scope, op);
    } else if full == "scf.while" && !(scope.core && op.discardable_attribute("swarm.bounded").is_ok()) {
        scope.error(op, "unbounded-loop", "a while loop has no bound: kernels must end, so use scf.for");
    }
}

/// Widths that a kernel computes with; wider ones need routines that no board has.
const WIDTHS: &[u32] = &[1, 8, 16, 32, 64];

/// Attributes that promise what nobody checks: a broken promise has no result, and arithmetic here always has one.
const PROMISES: [&str; 3] = ["overflowFlags", "isExact", "nonNeg"];

fn without_promises(scope: &Scope, op: OperationRef) {
    for promise in PROMISES {
        let attribute = op.attribute(promise).map(|attribute| attribute.to_string());
        if attribute.is_ok_and(|attribute| !attribute.contains("<none>")) {
            let message = "arithmetic wraps: `overflow`, `exact` and `nneg` promise what is not checked";
            return scope.error(op, "promise", message);
        }
    }
}

/// An index is folded with 64 bits and runs with 32: it only counts and finds places, where the two are the same.
fn indices_count(scope: &Scope, op: OperationRef, short: &str) {
    let index = |r#type| melior::ir::r#type::TypeLike::is_index(&r#type);
    let used =
        op.operands().any(|value| index(value.r#type())) || op.results().any(|value| index(value.r#type()));
    if scope.core || !used {
        return;
    }
    match short {
        "index_cast" => {}
        "constant" => {
            let value = op.result(0).ok().and_then(|result| constant(result.into()));
            if value.is_none_or(|value| i32::try_from(value).is_err()) {
                scope.error(op, "number", "an index has 32 bits");
            }
        }
        _ => scope.error(op, "index", "an index counts and finds places: compute with i32, and cast"),
    }
}

fn integers_only(scope: &Scope, op: OperationRef) {
    let types = op.operands().map(|value| value.r#type()).chain(op.results().map(|value| value.r#type()));
    // Of tensors there are rules of their own.
    for r#type in types.filter(|r#type| !is_tensor(*r#type)) {
        let known = integer_bits(r#type).is_some_and(|bits| scope.core || WIDTHS.contains(&bits));
        if !known && !melior::ir::r#type::TypeLike::is_index(&r#type) {
            scope.error(
                op,
                "integers",
                &format!("kernels compute with integers of up to 64 bits, not with {type}"),
            );
            return;
        }
    }
}

/// The constant that a number is.
fn constant(value: Value) -> Option<i64> {
    constants(value).filter(|_| !is_tensor(value.r#type()))?.pop()
}

/// The constants that a number, or a tensor's elements are.
fn constants(value: Value) -> Option<Vec<i64>> {
    let result = melior::ir::operation::OperationResult::try_from(value).ok()?;
    let op = result.owner();
    let value = (name(op) == "arith.constant").then(|| op.attribute("value").ok())??;
    let number = melior::ir::attribute::IntegerAttribute::try_from(value).ok();
    number.map(|integer| vec![integer.value()]).or_else(|| dense_values(value))
}

fn guarded(scope: &Scope, op: OperationRef, short: &str) {
    // The lowering itself divides and shifts by what it knows to be right.
    if scope.core && op.discardable_attribute("swarm.proven").is_ok() {
        return;
    }
    let Ok(right) = op.operand(1) else { return };
    let element = tensors::element_bits(right.r#type());
    let bits = i64::from(integer_bits(right.r#type()).or(element).unwrap_or(32));
    let shift = short.starts_with("sh");
    let Some(numbers) = constants(right) else {
        return if shift {
            scope.error(op, "shift", "the distance of a shift must be a constant");
        } else {
            scope.error(op, "division", "the divisor must be a constant");
        };
    };
    if shift {
        if let Some(by) = numbers.iter().find(|by| !(0..bits).contains(*by)) {
            scope.error(op, "shift", &format!("a shift of i{bits} by {by} has no result"));
        }
    } else if numbers.contains(&0) {
        scope.error(op, "division", "a division by 0 has no result");
    } else if numbers.contains(&-1) && short.ends_with("si") {
        scope.error(op, "division", "a signed division by -1 may overflow: subtract from 0");
    }
}

/// Most rounds that a loop may have.
const ROUNDS: i64 = 1 << 20;

fn bounded(scope: &Scope, op: OperationRef) {
    let bound = |i| op.operand(i).ok().and_then(constant);
    let (Some(low), Some(high), Some(step)) = (bound(0), bound(1), bound(2)) else {
        let message = "a loop must have constant bounds and a positive constant step";
        return scope.error(op, "unbounded-loop", message);
    };
    // An index has 32 bits on every target.
    let bits = op.operand(0).ok().and_then(|value| crate::integer_bits(value.r#type())).unwrap_or(32).min(64);
    let most = i128::from(i64::MAX >> (64 - bits));
    let (low, high, step) = (i128::from(low), i128::from(high), i128::from(step));
    let rounds = if high > low { (high - low + step - 1) / step.max(1) } else { 0 };
    if step <= 0 {
        scope.error(op, "unbounded-loop", "a loop must have constant bounds and a positive constant step");
    } else if op.has_attribute("unsignedCmp") {
        scope.error(op, "unbounded-loop", "a loop counts in signed numbers");
    } else if rounds > i128::from(ROUNDS) {
        scope.error(op, "unbounded-loop", &format!("a loop has at most {ROUNDS} rounds"));
    } else if high > most || low + rounds * step > most {
        // The counter would wrap, and begin anew.
        scope.error(op, "unbounded-loop", &format!("a loop of i{bits} counts up to {most} at most"));
    }
}
