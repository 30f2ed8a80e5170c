//! Sending on a channel, and the handlers of what comes on one (NUMERICS, *Messages*).

use super::Lowering;
use super::bytes::Bytes;
use super::parts::{array, scalar};
use super::{decode, encode};
use crate::emit::{Compare, Emit, Rounds};
use melior::ir::operation::OperationLike;
use melior::ir::{BlockLike, OperationRef, RegionLike, Value};
use swarm_dialects::OpView;
use swarm_dialects::radio::{Ask, Channel, OnMessage, Priority, Request, Send};
use swarm_dialects::schema::model::size_max;
use swarm_dialects::schema::{self, Named, Place, held_bits, keys};

/// Bytes that a message may have when it comes: what the host gives at most.
pub const MOST_HEARD: i64 = 256;
/// Whom a message is for that is for everybody.
const EVERYBODY: i64 = -1;
const WANT_ACK: i64 = 1 << 2;
const JITTER_SHIFT: u32 = 16;

/// The parts of a handler's window.
const SEEN: &str = "seen";
const NEXT: &str = "next";
const FILLED: &str = "filled";

/// Declares the windows of handlers.
pub fn declare<'c: 'a, 'a>(emit: &Emit<'c, 'a>, handler: OnMessage<'c, 'a>) {
    let Some(window) = handler.window() else { return };
    let words = window as u64 * keys(handler).len() as u64;
    array(emit, &part(handler, SEEN), words, 32);
    scalar(emit, &part(handler, NEXT), 0);
    scalar(emit, &part(handler, FILLED), 0);
}

fn part(handler: OnMessage, part: &str) -> String {
    format!("{}.{part}", handler.sym_name())
}

/// Lowers an op of this file.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    let send = Send::cast(op)?;
    let priority = match send.priority() {
        Some(Priority::Low) => 1,
        Some(Priority::High) => 2,
        Some(Priority::Normal) | None => 0,
    };
    let acknowledged = if send.acknowledged() { WANT_ACK } else { 0 };
    let options = priority | acknowledged | send.jitter().unwrap_or(0) << JITTER_SHIFT;
    let message = message(lowering, send.channel());
    let packet = Bytes::scratch(emit, most_bytes(lowering, message));
    let length = encode::write(lowering, emit, (message, op), packet);
    let to = send.to().unwrap_or_else(|| emit.c(EVERYBODY));
    Some(vec![transmit(emit, send.channel(), (packet, length), (to, options))])
}

/// Gives a packet to the host; its id, or 0.
pub fn transmit<'c: 'a, 'a>(
    emit: &Emit<'c, 'a>,
    channel: &str,
    (packet, length): (Bytes<'c, 'a>, Value<'c, 'a>),
    (to, options): (Value<'c, 'a>, i64),
) -> Value<'c, 'a> {
    let options = emit.number(i64::from(options as i32), 32);
    emit.value(
        emit.op("radio.transmit")
            .add_operands(&[packet.memory, length, to])
            .add_attributes(&[(emit.name("channel"), emit.symbol(channel)), (emit.name("options"), options)])
            .add_results(&[emit.integer(32)]),
    )
}

/// The message that a channel carries.
pub fn message<'l>(lowering: &'l Lowering, channel: &str) -> &'l str {
    let mut channels = lowering.members.iter().filter_map(|op| Channel::cast(*op));
    channels.find(|op| op.sym_name() == channel).expect("verified: the channel is declared").message()
}

/// The request that an op asks.
pub fn request<'c: 'a, 'a>(lowering: &Lowering<'c, 'a>, op: Ask<'c, 'a>) -> Request<'c, 'a> {
    let mut requests = lowering.members.iter().filter_map(|op| Request::cast(*op));
    requests.find(|request| request.sym_name() == op.request()).expect("verified: the request is declared")
}

/// Most bytes of a message.
pub fn most_bytes(lowering: &Lowering, message: &str) -> usize {
    size_max(&lowering.schema, lowering.schema.nested(message))
}

/// Puts before a handler's body what reads the message: its fields take the place of the body's arguments.
pub fn receive<'c: 'a, 'a>(lowering: &Lowering<'c, 'a>, handler: OnMessage<'c, 'a>) {
    let op = handler.op();
    let body = op.first_region().and_then(|region| region.first_block()).expect("a handler has a body");
    let first = body.first_operation().expect("a body has its end");
    let emit = Emit::before(lowering.context, first).on_behalf_of(op);
    let mut named = schema::read(op).expect("the op reads a message");
    let arguments = named.len();
    let word = emit.integer(32);
    let key = keys(handler).into_iter().map(|path| {
        let r#type = key_type(lowering, handler, &path).map_or(word, |bits| emit.integer(bits));
        Named { path, array: String::new(), has: false, r#type }
    });
    named.extend(key);
    let length = emit.value(emit.op("radio.length").add_results(&[word]));
    let memory = emit.value(emit.op("radio.payload").add_results(&[emit.memory(&[MOST_HEARD as u64], 8)]));
    let packet = Bytes { memory, count: MOST_HEARD };
    let message = message(lowering, handler.channel());
    let read = decode::read(lowering, &emit, (message, &named), (packet, length));
    // What is no message, and what has come before, ends the handler without a fault.
    emit.check(read.ok, 0);
    if handler.window().is_some() {
        let key = read.values[arguments..].iter().map(|value| emit.extend_unsigned(*value, 32));
        window(&emit, handler, &key.collect::<Vec<_>>());
    }
    read.copy(&emit);
    for (number, value) in read.values[..arguments].iter().enumerate() {
        let argument = body.argument(number).expect("a handler has its arguments");
        crate::raw::replace_all_uses(argument.into(), *value);
    }
    crate::raw::without_arguments(body);
    for (name, empty) in [("fields", "[]"), ("arrays", "[]"), ("presence", "array<i32>")] {
        crate::raw::set_attribute(op, name, emit.parsed(empty));
    }
    crate::raw::remove_attribute(op, "window");
    crate::raw::remove_attribute(op, "keys");
}

/// The bits of a field of a key.
fn key_type(lowering: &Lowering, handler: OnMessage, path: &str) -> Option<u32> {
    let message = message(lowering, handler.channel());
    let place = Place::of(&lowering.schema, message, path)?;
    Some(held_bits(&place.field(&lowering.schema, message).kind))
}

/// Ends the handler if the key is in the window; if not it takes the oldest one's place.
fn window<'c: 'a, 'a>(emit: &Emit<'c, 'a>, handler: OnMessage<'c, 'a>, key: &[Value<'c, 'a>]) {
    let entries = handler.window().expect("the handler has a window");
    let width = key.len() as i64;
    let seen = emit.view(&part(handler, SEEN), &[(entries * width) as u64], 32);
    let number = |part: &str| emit.view(&self::part(handler, part), &[], 32);
    let (next, filled) = (number(NEXT), number(FILLED));
    let count = emit.load(filled, &[], 32);
    // Carried: the next entry, and whether none was the key so far.
    let place = |emit: &Emit<'c, 'a>, entry| emit.mul(entry, emit.c(width));
    let found = emit.while_loop(
        // So many are filled at most: only this function counts them, below.
        Rounds::most(entries),
        &[emit.c(0), emit.constant(1, 1)],
        |emit, carried| {
            let is_left = emit.compare(Compare::Less, carried[0], count);
            emit.and(is_left, carried[1])
        },
        |emit, carried| {
            let start = place(emit, carried[0]);
            let mut same = emit.constant(1, 1);
            for (number, value) in key.iter().enumerate() {
                let known = emit.load(seen, &[emit.add_c(start, number as i64)], 32);
                same = emit.and(same, emit.compare(Compare::Equal, known, *value));
            }
            vec![emit.add_c(carried[0], 1), emit.xor(same, emit.constant(1, 1))]
        },
    );
    emit.check(found[1], 0);
    let at = emit.load(next, &[], 32);
    let start = place(emit, at);
    for (number, value) in key.iter().enumerate() {
        emit.store(*value, seen, &[emit.add_c(start, number as i64)]);
    }
    let after = emit.add_c(at, 1);
    let is_last = emit.compare_c(Compare::Equal, after, entries);
    emit.store(emit.select(is_last, emit.c(0), after), next, &[]);
    emit.store(emit.smin(emit.add_c(count, 1), emit.c(entries)), filled, &[]);
}
