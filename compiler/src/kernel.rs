//! What a verified kernel declares, read once from its module.

use melior::ir::operation::OperationLike;
use melior::ir::{Module, OperationRef, RegionLike};
use swarm_dialects::adverts::model::gatt::{Access, Characteristic, Service};
use swarm_dialects::adverts::model::{Connectability, Places};
use swarm_dialects::adverts::{Plan, plan, service};
use swarm_dialects::radio::{Channel, OnMessage, Protocol, Relay};
use swarm_dialects::{
    Direction, Io, Kernel as KernelOp, OnLowBattery, OnStart, OnStored, OnTimer, OpView, Reported, Schedule,
    Severity, Storage, Var, VarType, adv, integer_bits, nested, operations, var_type,
};

/// The members of a kernel, in order of declaration.
pub fn members<'c: 'a, 'a>(kernel: OperationRef<'c, 'a>) -> Vec<OperationRef<'c, 'a>> {
    kernel.first_region().and_then(|region| region.first_block()).map(operations).unwrap_or_default()
}

/// The kernel of a module; the verifier has seen to it that there is one.
pub fn kernel_of<'c: 'a, 'a>(module: &'a Module<'c>) -> Option<KernelOp<'c, 'a>> {
    operations(module.body()).into_iter().find_map(KernelOp::cast)
}

/// The kind of event that a handler reacts to; the numbers are the binary interface's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    Init = 0,
    Start = 1,
    Timer = 2,
    LowBattery = 3,
    Stored = 4,
    Message = 5,
    Advert = 6,
}

/// A handler, as the descriptor lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    pub name: String,
    pub kind: EventKind,
    /// The number of the timer or store among its kind, else 0.
    pub symbol: usize,
    pub period: i64,
    pub shortest: i64,
    pub longest: i64,
}

/// A port, as the descriptor lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    pub name: String,
    pub direction: Direction,
    pub bits: u32,
}

/// A channel, as the descriptor lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelEntry {
    pub name: String,
    pub protocol: Protocol,
    pub hops: i64,
    /// Port, or MeshCore's data type.
    pub port: i64,
    /// Most bytes of a message.
    pub bytes: i64,
    pub relay: Relay,
    /// ms of air time in an hour; 0: as the region allows.
    pub budget: i64,
}

impl ChannelEntry {
    fn of(channel: Channel) -> Self {
        // Meshtastic's own default.
        let hops = if channel.protocol() == Protocol::Meshcore { 0 } else { 3 };
        Self {
            name: channel.sym_name().to_owned(),
            protocol: channel.protocol(),
            hops: channel.hops().unwrap_or(hops),
            port: channel.port().or(channel.data_type()).unwrap_or(0),
            bytes: channel.bytes().unwrap_or(0),
            relay: channel.relay().unwrap_or(Relay::Protocol),
            budget: channel.budget().unwrap_or(0),
        }
    }
}

/// A beacon, as the descriptor lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeaconEntry {
    pub name: String,
    pub interval_ms: u32,
    pub dwell_ms: u32,
    pub turns: usize,
    /// Bits: 0 connectable, 1 with a scan response, 2 extended.
    pub flags: u32,
    /// Most bytes of a turn.
    pub bytes: usize,
}

/// A characteristic, as the descriptor lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharacteristicEntry {
    /// The service, as the kernel names it.
    pub service_name: String,
    pub name: String,
    pub service: u128,
    pub uuid: u128,
    /// Bits: 0 readable, 1 notifies.
    pub flags: u32,
    pub bytes: usize,
}

/// What is allowed in a kernel, and hardly meant.
pub fn warnings(kernel: KernelOp) -> Vec<Reported> {
    let declared = Declared::read(kernel);
    if declared.handlers.iter().any(|handler| handler.kind != EventKind::Init) {
        return Vec::new();
    }
    let message = format!("[no-handler] @{} has no handler: it does nothing", declared.name);
    let place = swarm_dialects::place(kernel.op().location());
    vec![Reported { severity: Severity::Warning, message, place, notes: Vec::new() }]
}

/// What a kernel declares.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    pub name: String,
    pub ports: Vec<Port>,
    pub handlers: Vec<Handler>,
    pub channels: Vec<ChannelEntry>,
    /// Names of the timers, in order.
    pub timers: Vec<String>,
    /// Storages and what they keep, in order.
    pub storages: Vec<(String, String)>,
    pub beacons: Vec<BeaconEntry>,
    /// Of all GATT services, in order.
    pub characteristics: Vec<CharacteristicEntry>,
    /// Formats of `swarm.log`, in order, each once.
    pub formats: Vec<String>,
}

impl Declared {
    /// Reads the declarations of a kernel.
    pub fn read(kernel: KernelOp) -> Self {
        let mut declared = Self { name: kernel.sym_name().to_owned(), ..Self::default() };
        declared.handler(crate::descriptor::INIT, EventKind::Init, 0);
        let members = members(kernel.op());
        for &op in &members {
            if let Some(io) = Io::cast(op) {
                let bits = integer_bits(io.r#type()).unwrap_or(32);
                declared.ports.push(Port { name: io.sym_name().to_owned(), direction: io.direction(), bits });
            } else if let Some(channel) = Channel::cast(op) {
                declared.channels.push(ChannelEntry::of(channel));
            } else if let Some(storage) = Storage::cast(op) {
                declared.storages.push((storage.sym_name().to_owned(), storage.target().to_owned()));
            } else if let Some(beacon) = adv::Beacon::cast(op) {
                declared.beacons.extend(plan(beacon).ok().map(|plan| beacon_entry(&plan)));
            } else if let Some(Ok(service)) = adv::Gatt::cast(op).map(service) {
                declared
                    .characteristics
                    .extend(service.characteristics.iter().map(|one| entry(&service, one)));
            }
        }
        for &op in &members {
            declared.add_handler(op);
            for inner in nested(op) {
                if let Some(log) = swarm_dialects::Log::cast(inner) {
                    let format = log.format().to_owned();
                    if !declared.formats.contains(&format) {
                        declared.formats.push(format);
                    }
                }
            }
        }
        declared.handlers.sort_by_key(|handler| handler.kind);
        declared
    }

    fn handler(&mut self, name: &str, kind: EventKind, symbol: usize) {
        self.handlers.push(Handler {
            name: name.to_owned(),
            kind,
            symbol,
            period: 0,
            shortest: 0,
            longest: 0,
        });
    }

    fn add_handler(&mut self, op: OperationRef) {
        if let Some(start) = OnStart::cast(op) {
            self.handler(start.sym_name(), EventKind::Start, 0);
        } else if let Some(timer) = OnTimer::cast(op) {
            let period = timer.period();
            self.handlers.push(Handler {
                name: timer.sym_name().to_owned(),
                kind: EventKind::Timer,
                symbol: self.timers.len(),
                period,
                shortest: timer.shortest().unwrap_or(period),
                longest: timer.longest().unwrap_or(period),
            });
            self.timers.push(timer.sym_name().to_owned());
        } else if let Some(battery) = OnLowBattery::cast(op) {
            self.handler(battery.sym_name(), EventKind::LowBattery, 0);
            if let Some(handler) = self.handlers.last_mut() {
                // The threshold stands where timers have their period.
                handler.period = battery.below();
            }
        } else if let Some(stored) = OnStored::cast(op) {
            let symbol = self.storages.iter().position(|(name, _)| name == stored.storage()).unwrap_or(0);
            self.handler(stored.sym_name(), EventKind::Stored, symbol);
        } else if let Some(handler) = OnMessage::cast(op) {
            self.handler(handler.sym_name(), EventKind::Message, self.channel(handler.channel()));
        } else if let Some(observer) = adv::OnBleAdvert::cast(op) {
            self.handler(observer.sym_name(), EventKind::Advert, 0);
        }
    }

    /// A channel's number.
    pub fn channel(&self, name: &str) -> usize {
        self.channels.iter().position(|channel| channel.name == name).unwrap_or(0)
    }

    /// A port's number.
    pub fn port(&self, name: &str) -> i64 {
        self.ports.iter().position(|port| port.name == name).unwrap_or(0) as i64
    }
}

fn beacon_entry(plan: &Plan) -> BeaconEntry {
    let beacon = plan.beacon();
    let is_connectable = beacon.connectability == Connectability::Connectable;
    let is_extended = matches!(plan.places(), Places::Extended { .. });
    // A scannable advert without data in its scan response answers with none.
    let answers = plan.has_response() || beacon.connectability == Connectability::Scannable;
    let turns = (0..plan.turns()).flat_map(|turn| [plan.bytes(turn, false), plan.bytes(turn, true)]);
    BeaconEntry {
        name: beacon.name.clone(),
        interval_ms: beacon.interval_ms,
        dwell_ms: beacon.rotation.map_or(0, |rotation| rotation.dwell_ms),
        turns: plan.turns(),
        flags: u32::from(is_connectable) | u32::from(answers) << 1 | u32::from(is_extended) << 2,
        bytes: turns.flatten().max().unwrap_or(0),
    }
}

fn entry(service: &Service, characteristic: &Characteristic) -> CharacteristicEntry {
    CharacteristicEntry {
        service_name: service.name.clone(),
        name: characteristic.name.clone(),
        service: service.uuid.full(),
        uuid: characteristic.uuid.full(),
        flags: 1 | u32::from(characteristic.access == Access::ReadAndNotify) << 1,
        bytes: characteristic.bytes(),
    }
}

/// The variables of a kernel at stage `core`, in order of declaration.
pub fn variables<'c>(kernel: KernelOp<'c, '_>) -> Vec<(String, VarType)> {
    let vars = members(kernel.op()).into_iter().filter_map(Var::cast);
    vars.filter_map(|var| Some((var.sym_name().to_owned(), var_type(var.r#type())?))).collect()
}

/// The schedule of that name.
pub fn schedule<'c: 'a, 'a>(members: &[OperationRef<'c, 'a>], name: &str) -> Option<Schedule<'c, 'a>> {
    members.iter().filter_map(|op| Schedule::cast(*op)).find(|schedule| schedule.sym_name() == name)
}
