//! Channels, what is sent on them, and the handlers of what comes.

use super::{Scope, radio};
use crate::channel::{Reach, carrier};
use crate::radio::{
    Answered, Ask, Backoff, Channel, Every, Message, OnMessage, Protocol, Relay, Request, Reset, Send,
};
use crate::schema::{Place, held_bits, keys};
use crate::{OpView, name};
use melior::ir::OperationRef;
use swarm_mesh::carrier::Role;
use swarm_schema::{Kind, longest_field, size_max};

/// Longest random delay, in ms: it has 16 bits.
const MOST_JITTER: i64 = 65535;
/// Most entries of a window, and most fields of its key.
const MOST_ENTRIES: i64 = 1024;
const MOST_KEYS: usize = 4;

/// Checks one member.
pub fn member<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    if let Some(channel) = Channel::cast(op) {
        self::channel(scope, channel);
    } else if let Some(handler) = OnMessage::cast(op) {
        if let Some((_, message)) = carried(scope, op, handler.channel()) {
            radio::fields(scope, op, message, "");
            window(scope, handler, message);
        }
    } else if let Some(every) = Every::cast(op) {
        let (period, longest) = (every.period(), every.longest().unwrap_or(every.period()));
        if period < 1 || longest < period || longest + every.jitter() > i64::from(i32::MAX) {
            scope.error(
                op,
                "period",
                "a period is 1 to 2147483647 ms, with its jitter, and its longest is no shorter",
            );
        }
        jitter(scope, op, every.jitter());
    } else if let Some(request) = Request::cast(op) {
        if request.timeout() < 1 || request.timeout() + request.jitter() > i64::from(i32::MAX) {
            scope.error(op, "time-out", "a time-out is 1 to 2147483647 ms, with its jitter");
        }
        if !(1..=100).contains(&request.tries()) {
            scope.error(op, "tries", "a request is tried 1 to 100 times");
        }
        jitter(scope, op, request.jitter());
        if let Some((channel, message)) = carried(scope, op, request.channel()) {
            room(scope, op, (channel, message), Reach::Everybody);
        }
    }
}

/// Checks one op of a handler.
pub fn op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    if let Some(send) = Send::cast(op) {
        if let Some(most) = send.jitter() {
            jitter(scope, op, most);
        }
        let Some((channel, message)) = carried(scope, op, send.channel()) else { return };
        radio::fields(scope, op, message, "");
        let reach = if send.to().is_some() { Reach::Node } else { Reach::Everybody };
        room(scope, op, (channel, message), reach);
    } else if let Some(ask) = Ask::cast(op) {
        let Some(request) = scope.find::<Request>(op, ask.request(), "request") else { return };
        let Some((channel, message)) = carried(scope, op, request.channel()) else { return };
        radio::fields(scope, op, message, "");
        if ask.to().is_some() {
            room(scope, op, (channel, message), Reach::Node);
        }
    } else if let Some(answered) = Answered::cast(op) {
        scope.find::<Request>(op, answered.request(), "request");
    } else if let Some(name) = Backoff::cast(op).map(|op| op.every()).or(Reset::cast(op).map(|op| op.every()))
    {
        let every = scope.find::<Every>(op, name, "'radio.every'");
        if let Some(every) = every.filter(|every| every.longest().is_none()) {
            let note = (every.op(), "declare it here: `backoff LONGEST ms`");
            scope.error_with(op, "backoff", "this one does not say how long its period may become", note);
        }
    }
}

/// A channel and the message that it carries.
fn carried<'c: 'a, 'a>(
    scope: &Scope<'c, 'a>,
    op: OperationRef<'c, 'a>,
    name: &str,
) -> Option<(Channel<'c, 'a>, Message<'c, 'a>)> {
    let channel = scope.find::<Channel>(op, name, "channel")?;
    // At stage core, messages are gone; and what is wrong with a channel is said where it stands.
    let message = scope.members.get(channel.message()).and_then(|member| Message::cast(*member))?;
    Some((channel, message))
}

fn channel<'c: 'a, 'a>(scope: &Scope<'c, 'a>, channel: Channel<'c, 'a>) {
    let op = channel.op();
    if !scope.core {
        scope.find::<Message>(op, channel.message(), "message");
    }
    let clauses = [
        ("port", channel.port().is_some(), [true, true, false]),
        ("type", channel.data_type().is_some(), [false, false, true]),
        ("hops", channel.hops().is_some(), [true, true, false]),
        ("relay", channel.relay().is_some_and(|relay| relay != Relay::Protocol), [true, false, false]),
    ];
    let (number, word) = (channel.protocol() as usize, channel.protocol().word());
    for (clause, is_given, known) in clauses {
        if is_given && !known[number] {
            scope.error(op, "channel-clause", &format!("{word} knows no '{clause}'"));
        }
    }
    if channel.bytes().is_some() && !scope.core {
        scope.error(op, "stage", "'bytes' is of stage core: the compiler counts them");
    }
    let (most_hops, ports) = match channel.protocol() {
        Protocol::Raw => (i64::from(swarm_mesh::raw::HOP_MAX), 0..=255),
        Protocol::Meshtastic => (i64::from(swarm_mesh::meshtastic::HOP_MAX), 256..=511),
        Protocol::Meshcore => (0, 0xFF00..=0xFFFF),
    };
    let (clause, given) = match channel.protocol() {
        Protocol::Meshcore => ("type", channel.data_type()),
        _ => ("port", channel.port()),
    };
    if !given.is_some_and(|given| ports.contains(&given)) {
        let (low, high) = ports.into_inner();
        scope.error(op, "port", &format!("a channel on {word} has a {clause} of {low} to {high}"));
    }
    if channel.hops().is_some_and(|hops| !(0..=most_hops).contains(&hops)) && most_hops > 0 {
        scope.error(op, "hops", &format!("on {word} a message goes 0 to {most_hops} hops"));
    }
    if channel.budget().is_some_and(|budget| !(1..=3_600_000).contains(&budget)) {
        scope.error(op, "budget", "a budget is 1 to 3600000 ms of air time in an hour");
    }
}

/// Refuses a message that is longer than its channel carries.
fn room<'c: 'a, 'a>(
    scope: &Scope<'c, 'a>,
    op: OperationRef<'c, 'a>,
    (channel, message): (Channel<'c, 'a>, Message<'c, 'a>),
    reach: Reach,
) {
    let Some(schema) = &scope.schema else { return };
    let Some(declared) = schema.message(message.sym_name()) else { return };
    let most = size_max(schema, declared);
    let limit = carrier(channel, reach).payload_limit(Role::Message);
    if most > limit {
        let whom = match reach {
            Reach::Everybody => "everybody",
            Reach::Node => "one node",
        };
        let largest = longest_field(schema, declared)
            .map(|(name, bytes)| format!(": '{name}' takes {bytes} of them"))
            .unwrap_or_default();
        let text = format!(
            "@{} takes up to {most} bytes, and {} carries {limit} to {whom}{largest}",
            message.sym_name(),
            channel.protocol().word()
        );
        scope.error_with(op, "payload", &text, (message.op(), "it is declared here"));
    }
}

/// The key of a handler's window.
fn window<'c: 'a, 'a>(scope: &Scope<'c, 'a>, handler: OnMessage<'c, 'a>, message: Message<'c, 'a>) {
    let op = handler.op();
    let Some(window) = handler.window() else { return };
    if !(1..=MOST_ENTRIES).contains(&window) {
        scope.error(op, "entries", &format!("a window is of 1 to {MOST_ENTRIES} messages"));
    }
    let keys = keys(handler);
    if keys.is_empty() || keys.len() > MOST_KEYS {
        scope.error(op, "key", &format!("a key is 1 to {MOST_KEYS} fields"));
    }
    let Some(schema) = &scope.schema else { return };
    for path in keys {
        let Some(place) = Place::of(schema, message.sym_name(), &path) else {
            radio::unknown(scope, op, (schema, message), &path);
            continue;
        };
        let kind = &place.field(schema, message.sym_name()).kind;
        let is_packed = matches!(kind, Kind::Packed32(_) | Kind::Packed64(_));
        let is_number = !matches!(kind, Kind::Message(_) | Kind::Bytes { .. }) && held_bits(kind) <= 32;
        if !is_number || is_packed != place.bits.is_some() {
            scope.error(op, "key", &format!("'{path}' is no number of 32 bits, and cannot be in a key"));
        }
    }
}

fn jitter(scope: &Scope, op: OperationRef, most: i64) {
    if !(0..=MOST_JITTER).contains(&most) {
        let text = format!("the jitter of '{}' is 0 to {MOST_JITTER} ms", name(op));
        scope.error(op, "jitter", &text);
    }
}
