//! What a handler is told by its event, and by what follows it (runtime/abi/ABI.md).

use super::functions::Function;
use crate::emit::Emit;
use crate::lower::channel::MOST_HEARD;
use melior::ir::{OperationRef, Value};
use swarm_dialects::adv::{self, Address, Heard, HeardBytes};
use swarm_dialects::radio::{Hops, Length, Packet, Payload, Receiver, Rssi, Sender, Snr};
use swarm_dialects::{Battery, Missed, OpView, Outcome};

/// Places of what is said, from the event on.
const VALUE: i32 = 8;
const MISSED: i32 = 12;
const FROM: i32 = 16;
const TO: i32 = 20;
const ID: i32 = 24;
const SIGNAL: i32 = 28;
const HOPS: i32 = 32;
const PAYLOAD: i32 = 40;

/// Lowers a question about the event.
pub fn lower<'c: 'a, 'a>(
    function: &Function<'c, 'a, '_>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    let whole = [
        (Missed::cast(op).is_some(), MISSED),
        (Battery::cast(op).is_some(), VALUE),
        (Length::cast(op).is_some(), VALUE),
        (Sender::cast(op).is_some(), FROM),
        (Receiver::cast(op).is_some(), TO),
        (Packet::cast(op).is_some(), ID),
        (HeardBytes::cast(op).is_some(), VALUE),
    ];
    if let Some((_, offset)) = whole.into_iter().find(|(is_it, _)| *is_it) {
        return Some(vec![function.event_field(emit, offset)]);
    }
    if Outcome::cast(op).is_some() {
        let value = function.event_field(emit, VALUE);
        return Some(vec![emit.truncate(value, 1), emit.truncate(emit.shr_unsigned(value, 1), 1)]);
    }
    if Rssi::cast(op).is_some() || adv::Rssi::cast(op).is_some() {
        let signal = function.event_field(emit, SIGNAL);
        return Some(vec![emit.shr_signed(emit.shl(signal, 16), 16)]);
    }
    if Snr::cast(op).is_some() {
        return Some(vec![emit.shr_signed(function.event_field(emit, SIGNAL), 16)]);
    }
    if Hops::cast(op).is_some() {
        return Some(vec![emit.and_c(function.event_field(emit, HOPS), 0xFF)]);
    }
    if Address::cast(op).is_some() {
        return Some([FROM, TO].map(|half| function.event_field(emit, half)).to_vec());
    }
    if let Some(heard) = Heard::cast(op) {
        let payload = function.offset(emit, function.event, PAYLOAD);
        let place = function.at(emit, payload, heard.at());
        let byte = emit.op("llvm.load").add_operands(&[place]).add_results(&[emit.integer(8)]);
        return Some(vec![emit.extend_unsigned(emit.value(byte), 32)]);
    }
    Payload::cast(op)?;
    let bytes = function.offset(emit, function.event, PAYLOAD);
    Some(vec![function.bytes_at(emit, bytes, MOST_HEARD)])
}
