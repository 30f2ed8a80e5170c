//! Ops in handlers: the names that they use must be of the right kind, and their numbers in range.

use super::{Scope, adv, channels, learning, radio};
use crate::{
    Act, Age, Battery, Direction, Get, Io, Log, Missed, OnLowBattery, OnStored, OnTimer, OpView, Outcome,
    Persist, Random, Rearm, Restore, Sense, Set, Storage, Valid, Var, integer_bits, is_tensor, name,
    var_type,
};
use melior::ir::operation::OperationLike;
use melior::ir::{OperationRef, ValueLike};

/// Checks one op.
pub fn op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, handler: OperationRef<'c, 'a>, op: OperationRef<'c, 'a>) {
    ports(scope, op);
    variables(scope, op);
    learning::op(scope, op);
    radio::op(scope, op);
    channels::op(scope, op);
    adv::op(scope, handler, op);
    event(scope, handler, op);
    // An empty text is no memory at all in the C API: it must not be asked for its value.
    if Log::cast(op).is_some() && op.attribute("format").is_ok_and(|format| format.to_string() == "\"\"") {
        scope.error(op, "log", "a line is not empty");
    } else if let Some(log) = Log::cast(op) {
        let places = log.format().matches("{}").count();
        let given = log.args().len();
        if places != given {
            scope.error(op, "log", &format!("the line has {places} places '{{}}' and {given} arguments"));
        } else if given > 8 {
            scope.error(op, "log", "a line has at most 8 arguments");
        }
        if log.format().contains('\0') {
            scope.error(op, "log", "a line has no zero bytes");
        }
    }
    if let Some(limit) = Random::cast(op).and_then(|random| random.below())
        && limit < 1
    {
        scope.error(op, "random", "a number is drawn below 1 at least");
    }
    if let Some(rearm) = Rearm::cast(op)
        && let Some(timer) = scope.find::<OnTimer>(op, rearm.timer(), "timer")
        && timer.shortest().is_none()
    {
        let note = (timer.op(), "declare bounds here: `rearm SHORTEST to LONGEST ms`");
        scope.error_with(op, "rearm", "this timer does not say how far its period may change", note);
    }
    let storage = Persist::cast(op).map(|op| op.storage()).or(Restore::cast(op).map(|op| op.storage()));
    if let Some(storage) = storage {
        scope.find::<Storage>(op, storage, "storage");
    }
}

fn ports<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    let sensed = Sense::cast(op).map(|op| op.port()).or(Valid::cast(op).map(|op| op.port()));
    let sensed = sensed.or(Age::cast(op).map(|op| op.port()));
    let acted = Act::cast(op).map(|op| op.port());
    let Some(port) = sensed.or(acted) else { return };
    let Some(io) = scope.find::<Io>(op, port, "port") else { return };
    let wanted = if acted.is_some() { Direction::Act } else { Direction::Sense };
    if io.direction() != wanted {
        let message = format!("@{port} is a port to {}, not to {}", io.direction().word(), wanted.word());
        scope.error_with(op, "port-direction", &message, (io.op(), "it is declared here"));
    }
}

fn variables<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    let used = Get::cast(op)
        .map(|get| (get.var(), get.indices().len(), op.result(0).ok().map(|value| value.r#type())));
    let used = used.or(Set::cast(op).map(|set| (set.var(), set.indices().len(), Some(set.value().r#type()))));
    let Some((name, indices, held)) = used else { return };
    let Some(var) = scope.find::<Var>(op, name, "variable") else { return };
    let Some(r#type) = var_type(var.r#type()) else { return };
    if let Some(whole) = held.filter(|held| is_tensor(*held)) {
        if indices != 0 || whole != var.r#type() {
            let message = format!("@{name} as a whole is a {}, not a {whole}", var.r#type());
            scope.error_with(op, "whole", &message, (var.op(), "it is declared here"));
        }
        return;
    }
    if r#type.shape.len() != indices {
        let message =
            format!("@{name} has {} dimensions, and {indices} indices are given", r#type.shape.len());
        scope.error_with(op, "indices", &message, (var.op(), "it is declared here"));
    }
    let held = held.and_then(integer_bits).unwrap_or(32);
    let natural = match r#type.bits {
        1 => held == 1 || held == 32,
        64 => held == 64,
        _ => held == 32,
    };
    if !natural {
        let message =
            format!("an element of @{name} is an i{}, which a handler does not hold as i{held}", r#type.bits);
        scope.error_with(op, "held-type", &message, (var.op(), "it is declared here"));
    }
}

/// What a message says of itself.
const OF_MESSAGES: &[&str] = &[
    crate::radio::Hops::NAME,
    crate::radio::Length::NAME,
    crate::radio::Packet::NAME,
    crate::radio::Payload::NAME,
    crate::radio::Receiver::NAME,
    crate::radio::Rssi::NAME,
    crate::radio::Sender::NAME,
    crate::radio::Snr::NAME,
];

/// What an event says is known in its own handler only.
fn event<'c: 'a, 'a>(scope: &Scope<'c, 'a>, handler: OperationRef<'c, 'a>, op: OperationRef<'c, 'a>) {
    let wrong = if Missed::cast(op).is_some() && OnTimer::cast(handler).is_none() {
        Some("swarm.on_timer")
    } else if Battery::cast(op).is_some() && OnLowBattery::cast(handler).is_none() {
        Some("swarm.on_low_battery")
    } else if Outcome::cast(op).is_some() && OnStored::cast(handler).is_none() {
        Some("swarm.on_stored")
    } else if OF_MESSAGES.contains(&name(op).as_str()) && crate::radio::OnMessage::cast(handler).is_none() {
        Some("radio.on_message")
    } else {
        None
    };
    if let Some(right) = wrong {
        let message = format!("only a handler of kind {right} knows this");
        scope.error_with(op, "event", &message, (handler, "this handler is another"));
    }
}
