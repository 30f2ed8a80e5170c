//! Stage `core`: nothing is left of what the lowering takes apart, and views are of variables that are there.
//!
//! The lowering's own result passes; a text that somebody starts from at this stage may not.

use super::Scope;
use crate::{
    Assert, Data, Get, OpView, Random, Set, Var, VarType, View, adv, dense_values, name, radio, tensor_shape,
    var_type,
};
use melior::ir::operation::{OperationLike, OperationResult};
use melior::ir::{AttributeLike, OperationRef, Value, ValueLike};

/// Ops of dialects `swarm` and `adv` that become others at this stage.
const LOWERED: &[&str] = &[
    Assert::NAME,
    Get::NAME,
    Random::NAME,
    Set::NAME,
    adv::Advertise::NAME,
    adv::Pack::NAME,
    adv::Publish::NAME,
    adv::Read::NAME,
];

/// Ops of dialect `radio` that do not.
const OF_RADIO: &[&str] = &[
    radio::Channel::NAME,
    radio::Hops::NAME,
    radio::Length::NAME,
    radio::Number::NAME,
    radio::OnMessage::NAME,
    radio::Packet::NAME,
    radio::Payload::NAME,
    radio::Receiver::NAME,
    radio::Rssi::NAME,
    radio::Sender::NAME,
    radio::Snr::NAME,
    radio::Transmit::NAME,
];

/// Checks one member.
pub fn member<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    is_lowered(scope, op);
    let Some(data) = Data::cast(op) else { return };
    let bits = tensor_shape(data.values().r#type()).map(|(bits, _)| bits);
    if !bits.is_some_and(|bits| [8, 16, 32, 64].contains(&bits)) || dense_values(data.values()).is_none() {
        scope.error(op, "constants", "constants are a dense tensor of i8, i16, i32 or i64");
    }
}

/// Checks one op of a handler.
pub fn op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    is_lowered(scope, op);
    if name(op) == "memref.store" && op.operand(1).is_ok_and(|memory| is_constant(scope, memory)) {
        scope.error(op, "constants", "constants are read only");
    }
    if name(op) == "memref.alloca" && op.operand_count() != 0 {
        scope.error(op, "own-memory", "a handler's own memory has a size that is known");
    }
    let Some(view) = View::cast(op) else { return };
    let Some((held, declared)) = viewed(scope, op, view) else { return };
    let Ok(memory) = op.result(0) else { return };
    let shape: String = held.shape.iter().map(|size| format!("{size}x")).collect();
    let (expected, given) = (format!("memref<{shape}i{}>", held.bits.max(8)), memory.r#type().to_string());
    if expected != given {
        let message = format!("@{} is seen as {expected}, not as {given}", view.var());
        scope.error_with(op, "view-type", &message, (declared, "it is declared here"));
    }
}

/// What a view is of: a variable, or constants.
fn viewed<'c: 'a, 'a>(
    scope: &Scope<'c, 'a>,
    op: OperationRef<'c, 'a>,
    view: View<'c, 'a>,
) -> Option<(VarType, OperationRef<'c, 'a>)> {
    if let Some(data) = scope.members.get(view.var()).and_then(|member| Data::cast(*member)) {
        let (bits, shape) = tensor_shape(data.values().r#type())?;
        return Some((VarType { bits, shape }, data.op()));
    }
    let var = scope.find::<Var>(op, view.var(), "variable")?;
    Some((var_type(var.r#type())?, var.op()))
}

/// Whether memory is a view of constants.
fn is_constant(scope: &Scope, memory: Value) -> bool {
    let owner = OperationResult::try_from(memory).ok();
    let Some(view) = owner.as_ref().and_then(|result| View::cast(result.owner())) else { return false };
    scope.members.get(view.var()).is_some_and(|member| Data::cast(*member).is_some())
}

fn is_lowered(scope: &Scope, op: OperationRef) {
    let full = name(op);
    let has_fields =
        radio::OnMessage::cast(op).is_some() && crate::schema::read(op).is_some_and(|read| !read.is_empty());
    let is_left = full.starts_with("radio.") && !OF_RADIO.contains(&full.as_str());
    if full.starts_with("rl.") || is_left || has_fields || LOWERED.contains(&full.as_str()) {
        let message = format!("'{full}' is lowered before stage core: the kernel cannot be at this stage");
        scope.error(op, "stage", &message);
    }
}
