//! What a kernel says of sending, read once from its ops: plain data, of which the bound is computed.
//!
//! Input: a verified kernel at stage `source`. What must hold: each `radio.send` and `radio.ask` stands in one body.

use crate::fit::airtime::sizes::given_size;
use crate::kernel::members;
use melior::ir::attribute::IntegerAttribute;
use melior::ir::operation::{OperationLike, OperationResult};
use melior::ir::{OperationRef, RegionLike, Value};
use swarm_dialects::channel::{Reach, carrier};
use swarm_dialects::radio::{Ask, Channel, Every, OnMessage, Protocol, Relay, Request, Send};
use swarm_dialects::schema::schema;
use swarm_dialects::{
    Kernel, OnLowBattery, OnStart, OnStored, OnTimer, OpView, Persist, Rearm, Restore, adv, name, nested,
    operations, place,
};
use swarm_mesh::carrier::Carrier;

/// A kernel, as far as its radio is concerned.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub channels: Vec<ChannelModel>,
    pub handlers: Vec<Handler>,
    pub requests: Vec<RequestModel>,
}

/// A declared channel.
#[derive(Clone, Debug)]
pub struct ChannelModel {
    pub name: String,
    pub protocol: Protocol,
    /// ms in an hour, where one is declared.
    pub budget_ms: Option<u64>,
    /// That a message may make.
    pub hops: u64,
    pub relay: Relay,
    /// Of a message to everybody, and to one node.
    pub carriers: [Carrier; 2],
    /// Most bytes of a message, by its schema.
    pub most_bytes: usize,
    pub place: Option<swarm_dialects::Place>,
}

/// What makes a handler run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    Start,
    LowBattery,
    /// At least so many ms apart; `exact`: always a multiple of it apart.
    Timer {
        ms: u64,
        exact: bool,
    },
    /// The number of a channel.
    Message(usize),
    Advert,
    /// The name of a storage.
    Stored(String),
    /// The number of a request that nobody answered.
    Request(usize),
}

/// A handler.
#[derive(Clone, Debug)]
pub struct Handler {
    pub name: String,
    pub trigger: Trigger,
    pub body: Vec<Part>,
}

/// What matters of a body.
#[derive(Clone, Debug)]
pub enum Part {
    Send(SendModel),
    /// So often at most.
    Loop(u64, Vec<Part>),
    /// One of them.
    Either(Vec<Vec<Part>>),
    /// Makes the handler of a storage run once.
    Stores(String),
}

/// An op that sends.
#[derive(Clone, Debug)]
pub struct SendModel {
    /// The number of its channel.
    pub channel: usize,
    /// The number of its request, for `radio.ask`.
    pub request: Option<usize>,
    pub to_node: bool,
    /// Most bytes of the message, of the fields that it gives.
    pub bytes: usize,
    pub acknowledged: bool,
    pub jitter_ms: u64,
    pub place: Option<swarm_dialects::Place>,
}

/// A declared request.
#[derive(Clone, Debug)]
pub struct RequestModel {
    pub name: String,
    pub timeout_ms: u64,
    pub tries: u64,
    pub jitter_ms: u64,
}

impl Model {
    /// Reads a kernel; what its verifier refuses is left out.
    pub fn read(kernel: Kernel) -> Self {
        let members = members(kernel.op());
        let Ok(schema) = schema(&members) else { return Self::default() };
        let mut model = Self::default();
        for channel in members.iter().filter_map(|op| Channel::cast(*op)) {
            let declared = schema.message(channel.message());
            let most_bytes = declared.map_or(0, |message| swarm_schema::size_max(&schema, message));
            model.channels.push(ChannelModel::of(channel, most_bytes));
        }
        for request in members.iter().filter_map(|op| Request::cast(*op)) {
            model.requests.push(RequestModel {
                name: request.sym_name().to_owned(),
                timeout_ms: unsigned(request.timeout()).max(1),
                tries: unsigned(request.tries()).max(1),
                jitter_ms: unsigned(request.jitter()),
            });
        }
        let rearmed: Vec<String> = members
            .iter()
            .flat_map(|op| nested(*op))
            .filter_map(|op| Rearm::cast(op).map(|op| op.timer().to_owned()))
            .collect();
        let reader = Reader { members: &members, schema: &schema, model: &model };
        let mut handlers = Vec::new();
        for &op in &members {
            let Some((name, trigger)) = reader.trigger(op, &rearmed) else { continue };
            handlers.push(Handler { name, trigger, body: reader.regions(op).concat() });
        }
        Self { handlers, ..model }
    }
}

impl ChannelModel {
    fn of(channel: Channel, most_bytes: usize) -> Self {
        let is_meshcore = channel.protocol() == Protocol::Meshcore;
        let usual = if is_meshcore { swarm_mesh::meshcore::HOPS_MAX as u64 } else { 3 };
        Self {
            name: channel.sym_name().to_owned(),
            protocol: channel.protocol(),
            budget_ms: channel.budget().and_then(|budget| u64::try_from(budget).ok()),
            hops: channel.hops().map_or(usual, unsigned),
            relay: channel.relay().unwrap_or(Relay::Protocol),
            carriers: [carrier(channel, Reach::Everybody), carrier(channel, Reach::Node)],
            most_bytes,
            place: place(channel.op().location()),
        }
    }

    /// Whether nodes pass on what they hear on it.
    pub fn is_relayed(&self) -> bool {
        self.hops > 0 && (self.protocol != Protocol::Raw || self.relay != Relay::Protocol)
    }
}

struct Reader<'r, 'c, 'a> {
    members: &'r [OperationRef<'c, 'a>],
    schema: &'r swarm_schema::Schema,
    model: &'r Model,
}

impl<'c: 'a, 'a> Reader<'_, 'c, 'a> {
    fn trigger(&self, op: OperationRef<'c, 'a>, rearmed: &[String]) -> Option<(String, Trigger)> {
        let named = |name: &str, trigger| Some((name.to_owned(), trigger));
        if let Some(op) = OnStart::cast(op) {
            return named(op.sym_name(), Trigger::Start);
        }
        if let Some(op) = OnLowBattery::cast(op) {
            return named(op.sym_name(), Trigger::LowBattery);
        }
        if let Some(op) = OnTimer::cast(op) {
            let is_rearmed = rearmed.iter().any(|timer| timer == op.sym_name());
            let shortest = op.shortest().filter(|_| is_rearmed).unwrap_or(op.period());
            let ms = unsigned(shortest.min(op.period())).max(1);
            return named(op.sym_name(), Trigger::Timer { ms, exact: !is_rearmed });
        }
        if let Some(op) = Every::cast(op) {
            let exact = op.jitter() == 0 && op.longest().is_none();
            let ms = unsigned(op.period()).max(1);
            return named(op.sym_name(), Trigger::Timer { ms, exact });
        }
        if let Some(op) = OnStored::cast(op) {
            return named(op.sym_name(), Trigger::Stored(op.storage().to_owned()));
        }
        if let Some(op) = OnMessage::cast(op) {
            return named(op.sym_name(), Trigger::Message(self.channel(op.channel())?));
        }
        if let Some(op) = adv::OnBleAdvert::cast(op) {
            return named(op.sym_name(), Trigger::Advert);
        }
        let request = Request::cast(op)?;
        named(request.sym_name(), Trigger::Request(self.request(request.sym_name())?))
    }

    fn channel(&self, name: &str) -> Option<usize> {
        self.model.channels.iter().position(|channel| channel.name == name)
    }

    fn request(&self, name: &str) -> Option<usize> {
        self.model.requests.iter().position(|request| request.name == name)
    }

    /// What stands in each region of an op.
    fn regions(&self, op: OperationRef<'c, 'a>) -> Vec<Vec<Part>> {
        let mut found = Vec::new();
        for region in op.regions() {
            let block = region.first_block();
            let inner = block.map(operations).unwrap_or_default();
            found.push(inner.into_iter().flat_map(|op| self.part(op)).collect());
        }
        found
    }

    fn part(&self, op: OperationRef<'c, 'a>) -> Vec<Part> {
        if let Some(send) = Send::cast(op) {
            let jitter_ms = unsigned(send.jitter().unwrap_or(0));
            let is_to = (send.to().is_some(), send.acknowledged());
            return self.send((op, send.channel()), None, is_to, jitter_ms);
        }
        if let Some(ask) = Ask::cast(op) {
            let requests = self.members.iter().filter_map(|member| Request::cast(*member));
            let Some(request) = requests.into_iter().find(|request| request.sym_name() == ask.request())
            else {
                return Vec::new();
            };
            let number = self.request(ask.request());
            return self.send((op, request.channel()), number, (ask.to().is_some(), false), 0);
        }
        let storage = Persist::cast(op).map(|op| op.storage()).or(Restore::cast(op).map(|op| op.storage()));
        if let Some(storage) = storage {
            return vec![Part::Stores(storage.to_owned())];
        }
        let mut bodies = self.regions(op);
        if bodies.iter().all(Vec::is_empty) {
            return Vec::new();
        }
        match name(op).as_str() {
            "scf.if" => vec![Part::Either(bodies)],
            // The verifier has seen to constant bounds; without them a body counts as often as any loop may run.
            "scf.for" => vec![Part::Loop(rounds(op).unwrap_or(1 << 20), bodies.swap_remove(0))],
            _ => bodies.concat(),
        }
    }

    fn send(
        &self,
        (op, channel): (OperationRef<'c, 'a>, &str),
        request: Option<usize>,
        (to_node, acknowledged): (bool, bool),
        jitter_ms: u64,
    ) -> Vec<Part> {
        let Some(channel) = self.channel(channel) else { return Vec::new() };
        let declared = self.members.iter().filter_map(|member| Channel::cast(*member)).nth(channel);
        let message = declared.map_or("", |declared| declared.message());
        let most = self.model.channels[channel].most_bytes;
        let bytes = given_size(self.schema, message, op).unwrap_or(most).min(most);
        let place = place(op.location());
        vec![Part::Send(SendModel { channel, request, to_node, bytes, acknowledged, jitter_ms, place })]
    }
}

/// How often a loop with constant bounds runs.
fn rounds(op: OperationRef) -> Option<u64> {
    let bound = |number| op.operand(number).ok().and_then(constant).map(i128::from);
    let (low, high, step) = (bound(0)?, bound(1)?, bound(2)?.max(1));
    u64::try_from((high - low).max(0).checked_add(step - 1)? / step).ok()
}

fn constant(value: Value) -> Option<i64> {
    let op = OperationResult::try_from(value).ok()?.owner();
    let constant = Some(op).filter(|op| name(*op) == "arith.constant")?;
    IntegerAttribute::try_from(constant.attribute("value").ok()?).ok().map(|number| number.value())
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
