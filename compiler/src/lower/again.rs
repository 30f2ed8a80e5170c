//! What is done again and again: rounds at random moments, and requests until they are answered. Both become timers.

use super::Lowering;
use super::bytes::Bytes;
use super::channel::{message, most_bytes, request, transmit};
use super::encode;
use super::parts::{array, scalar};
use crate::emit::{Compare, Emit};
use crate::kernel::members;
use melior::ir::operation::OperationLike;
use melior::ir::{Block, BlockLike, OperationRef, Region, RegionLike, Value};
use swarm_dialects::radio::{Answered, Ask, Backoff, Every, Request, Reset};
use swarm_dialects::{Kernel, OnStart, OpView, operations};

/// The longest period of a timer, in ms.
const NEVER: i64 = i32::MAX as i64;

/// The parts of a `radio.every`, and of a `radio.request`.
const PERIOD: &str = "period";
const PACKET: &str = "packet";
const LENGTH: &str = "length";
const TO: &str = "to";
const TRIES: &str = "tries";

/// Declares what rounds and requests keep.
pub fn declare<'c: 'a, 'a>(emit: &Emit<'c, 'a>, op: OperationRef<'c, 'a>, bytes: impl Fn(&str) -> usize) {
    if let Some(every) = Every::cast(op).filter(|every| every.longest().is_some()) {
        scalar(emit, &part(every.sym_name(), PERIOD), every.period());
    } else if let Some(request) = Request::cast(op) {
        let name = request.sym_name();
        array(emit, &part(name, PACKET), bytes(request.channel()).max(1) as u64, 8);
        for number in [LENGTH, TO, TRIES] {
            scalar(emit, &part(name, number), 0);
        }
    }
}

fn part(name: &str, part: &str) -> String {
    format!("{name}.{part}")
}

/// Lowers an op of this file.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    if let Some(op) = Backoff::cast(op) {
        let every = every(lowering, op.every());
        let period = emit.view(&part(op.every(), PERIOD), &[], 32);
        let longest = every.longest().expect("verified: it has a longest period");
        // As an unsigned number it cannot wrap.
        let twice = emit.shl(emit.load(period, &[], 32), 1);
        let is_within = emit.compare_c(Compare::BelowUnsigned, twice, longest);
        emit.store(emit.select(is_within, twice, emit.c(longest)), period, &[]);
        return Some(Vec::new());
    }
    if let Some(op) = Reset::cast(op) {
        let every = every(lowering, op.every());
        let period = emit.view(&part(op.every(), PERIOD), &[], 32);
        let was_longer = emit.compare_c(Compare::NotEqual, emit.load(period, &[], 32), every.period());
        emit.if_then(was_longer, |emit| {
            emit.store(emit.c(every.period()), period, &[]);
            rearm(emit, op.every(), later(emit, emit.c(every.period()), every.jitter()));
        });
        return Some(Vec::new());
    }
    if let Some(ask) = Ask::cast(op) {
        let request = request(lowering, ask);
        let (name, channel) = (request.sym_name(), request.channel());
        let message = message(lowering, channel);
        let packet = packet(lowering, emit, request);
        let length = encode::write(lowering, emit, (message, op), packet);
        let to = ask.to().unwrap_or_else(|| emit.c(-1));
        for (number, value) in [(LENGTH, length), (TO, to), (TRIES, emit.c(request.tries()))] {
            emit.store(value, emit.view(&part(name, number), &[], 32), &[]);
        }
        rearm(emit, name, later(emit, emit.c(request.timeout()), request.jitter()));
        return Some(vec![transmit(emit, channel, (packet, length), (to, 0))]);
    }
    let op = Answered::cast(op)?;
    let tries = emit.view(&part(op.request(), TRIES), &[], 32);
    let was_open = emit.compare_c(Compare::NotEqual, emit.load(tries, &[], 32), 0);
    emit.if_then(was_open, |emit| {
        emit.store(emit.c(0), tries, &[]);
        rearm(emit, op.request(), emit.c(NEVER));
    });
    Some(vec![was_open])
}

fn every<'c: 'a, 'a>(lowering: &Lowering<'c, 'a>, name: &str) -> Every<'c, 'a> {
    let mut all = lowering.members.iter().filter_map(|op| Every::cast(*op));
    all.find(|every| every.sym_name() == name).expect("verified: it is declared")
}

/// Where a request is kept until it is answered.
fn packet<'c: 'a, 'a>(lowering: &Lowering<'c, 'a>, emit: &Emit<'c, 'a>, request: Request) -> Bytes<'c, 'a> {
    let bytes = most_bytes(lowering, message(lowering, request.channel()));
    let mut packet = Bytes::new(emit, &part(request.sym_name(), PACKET), bytes.max(1) as u64);
    packet.count = bytes as i64;
    packet
}

fn rearm<'c: 'a, 'a>(emit: &Emit<'c, 'a>, timer: &str, ms: Value<'c, 'a>) {
    let timer = [(emit.name("timer"), emit.symbol(timer))];
    emit.put(emit.op("swarm.rearm").add_operands(&[ms]).add_attributes(&timer));
}

/// Sixteen bits of the host's entropy.
fn entropy<'c: 'a, 'a>(emit: &Emit<'c, 'a>) -> Value<'c, 'a> {
    emit.shr_unsigned(emit.value(emit.op("swarm.entropy").add_results(&[emit.integer(32)])), 16)
}

/// A time, and a random one of up to `jitter` more.
fn later<'c: 'a, 'a>(emit: &Emit<'c, 'a>, time: Value<'c, 'a>, jitter: i64) -> Value<'c, 'a> {
    if jitter == 0 {
        return time;
    }
    let more = emit.shr_unsigned(emit.mul(entropy(emit), emit.c(jitter + 1)), 16);
    emit.add(time, more)
}

/// A random part of a time, 1 at least: a product of 16 and 32 bits, by halves.
fn part_of<'c: 'a, 'a>(emit: &Emit<'c, 'a>, time: i64) -> Value<'c, 'a> {
    let bits = entropy(emit);
    let high = emit.mul(bits, emit.c(time >> 16));
    let low = emit.shr_unsigned(emit.mul(bits, emit.c(time & 0xFFFF)), 16);
    emit.add_c(emit.add(high, low), 1)
}

/// Whether an op is a member that becomes a timer.
pub fn is_member(op: OperationRef) -> bool {
    Every::cast(op).is_some() || Request::cast(op).is_some()
}

/// Makes a timer of a member of this file; its ops have been lowered.
pub fn timer<'c: 'a, 'a>(lowering: &Lowering<'c, 'a>, kernel: Kernel<'c, 'a>, op: OperationRef<'c, 'a>) {
    let place = Emit::before(lowering.context, op);
    if let Some(every) = Every::cast(op) {
        let name = every.sym_name();
        let longest = every.longest().unwrap_or(every.period()) + every.jitter();
        let handler = on_timer(&place, name, (every.period(), longest));
        take_body(handler, op);
        let emit = Emit::before(lowering.context, last(handler));
        let period = match every.longest() {
            Some(_) => emit.load(emit.view(&part(name, PERIOD), &[], 32), &[], 32),
            None => emit.c(every.period()),
        };
        // At the end: a period that the body has changed counts at once.
        rearm(&emit, name, later(&emit, period, every.jitter()));
        // Nodes that are switched on together do not begin together.
        let start = at_start(lowering, kernel);
        rearm(&start, name, part_of(&start, every.period()));
        crate::raw::erase(op);
    } else if let Some(request) = Request::cast(op) {
        let handler = on_timer(&place, request.sym_name(), (NEVER, NEVER));
        take_body(handler, op);
        let first = body(handler).first_operation().expect("a body has its end");
        again(lowering, &Emit::before(lowering.context, first).on_behalf_of(op), request);
        crate::raw::erase(op);
    }
}

/// Sends a request again, and ends the handler; goes on where nobody has answered.
fn again<'c: 'a, 'a>(lowering: &Lowering<'c, 'a>, emit: &Emit<'c, 'a>, request: Request<'c, 'a>) {
    let name = request.sym_name();
    let number = |number: &str| emit.view(&part(name, number), &[], 32);
    let tries = number(TRIES);
    let left = emit.load(tries, &[], 32);
    emit.check(emit.compare_c(Compare::NotEqual, left, 0), 0);
    let left = emit.add_c(left, -1);
    emit.store(left, tries, &[]);
    let is_over = emit.compare_c(Compare::Equal, left, 0);
    let sends = emit.xor(is_over, emit.constant(1, 1));
    emit.if_then(sends, |emit| {
        rearm(emit, name, later(emit, emit.c(request.timeout()), request.jitter()));
        let kept = |number: &str| emit.load(emit.view(&part(name, number), &[], 32), &[], 32);
        let packet = packet(lowering, emit, request);
        transmit(emit, request.channel(), (packet, kept(LENGTH)), (kept(TO), 0));
    });
    emit.check(is_over, 0);
    // The body may ask anew.
    rearm(emit, name, emit.c(NEVER));
}

/// A timer that may be rearmed to anything up to `longest`.
fn on_timer<'c: 'a, 'a>(
    emit: &Emit<'c, 'a>,
    name: &str,
    (period, longest): (i64, i64),
) -> OperationRef<'c, 'a> {
    let number = |name: &str, value: i64| (emit.name(name), emit.number(value, 32));
    emit.put(
        emit.op("swarm.on_timer")
            .add_attributes(&[
                (emit.name("sym_name"), emit.string(name)),
                number("period", period),
                number("shortest", 1),
                number("longest", longest),
            ])
            .add_regions([Region::new()]),
    )
}

/// Moves the body of one handler into another that has none.
fn take_body<'c: 'a, 'a>(handler: OperationRef<'c, 'a>, from: OperationRef<'c, 'a>) {
    let region = handler.region(0).expect("a handler has a region");
    let body = region.append_block(Block::new(&[]));
    for op in operations(self::body(from)) {
        crate::raw::move_to_end(op, body);
    }
}

fn body<'c: 'a, 'a>(handler: OperationRef<'c, 'a>) -> melior::ir::BlockRef<'c, 'a> {
    handler.first_region().and_then(|region| region.first_block()).expect("a handler has a body")
}

fn last<'c: 'a, 'a>(handler: OperationRef<'c, 'a>) -> OperationRef<'c, 'a> {
    operations(body(handler)).into_iter().last().expect("a body has its end")
}

/// The beginning of what runs at the start, which is made where a kernel has nothing of it.
fn at_start<'c: 'a, 'a>(lowering: &Lowering<'c, 'a>, kernel: Kernel<'c, 'a>) -> Emit<'c, 'a> {
    let members = members(kernel.op());
    let handler = members.iter().copied().find(|op| OnStart::cast(*op).is_some()).unwrap_or_else(|| {
        let place = Emit::before(lowering.context, members[0]);
        let name = (place.name("sym_name"), place.string("swarm.start"));
        let handler =
            place.put(place.op("swarm.on_start").add_attributes(&[name]).add_regions([Region::new()]));
        let body = handler.region(0).expect("a handler has a region").append_block(Block::new(&[]));
        let inside = Emit::end(lowering.context, place.location, body);
        inside.put(inside.op("swarm.end"));
        handler
    });
    Emit::before(lowering.context, body(handler).first_operation().expect("a body has its end"))
}
