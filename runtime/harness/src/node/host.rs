//! A node in this process: the host's kernel image, mapped and called.
//!
//! Unsafe, as `fence` is: machine code is called, and calls back. Its state block and its events stand between fences.
#![allow(unsafe_code)]

use super::fence::Fenced;
use super::image::image;
use super::{Identity, Inputs, KernelFacts, Node, NodeError, Outcome, wire};
use memmap2::{Mmap, MmapMut};
use object::{Architecture, Object};
use swarm_abi::{
    BeaconEntry, ChannelEntry, CharacteristicEntry, Event, HOST_VERSION, Handler, Host, LOG_ARGUMENTS_MAX,
    event,
};
use swarm_link::{Outgoing, Session, Sink, StateSpan, session};

/// What services work on. The table that the kernel gets is its first field, so that one pointer serves for both.
#[repr(C)]
struct Served {
    table: Host,
    session: Session,
    now_ms: u32,
    /// Value and age of each port, as they go to a shell.
    ports: Vec<u8>,
    channels: Vec<ChannelEntry>,
    beacons: Vec<BeaconEntry>,
    characteristics: Vec<CharacteristicEntry>,
    records: Bytes,
    state: *mut u8,
    state_bytes: u32,
}

struct Bytes(Vec<u8>);

impl Sink for Bytes {
    fn append(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

/// A kernel in this process.
pub struct HostNode {
    facts: KernelFacts,
    identity: Identity,
    code: Mmap,
    state: Fenced,
    event: Fenced,
    served: Box<Served>,
}

impl HostNode {
    /// Maps a kernel image for the host, and makes a state block of zeros.
    ///
    /// # Errors
    /// When the image is for another machine, is refused, or cannot be mapped.
    pub fn new(elf: &[u8], identity: Identity) -> Result<Self, NodeError> {
        let file = object::File::parse(elf).map_err(|error| NodeError::Image(error.to_string()))?;
        if Some(file.architecture()) != native() {
            return Err(NodeError::Image("it is for another machine than this one".to_string()));
        }
        let (_, bytes) = image(elf)?;
        let facts = KernelFacts::parse(&bytes)?;
        let mut map = MmapMut::map_anon(bytes.len()).map_err(NodeError::Map)?;
        map.copy_from_slice(&bytes);
        let code = map.make_exec().map_err(NodeError::Map)?;
        // Its size is a multiple of its alignment, so that it begins aligned where it ends at a page.
        let mut state = Fenced::new(facts.state_bytes() as usize)?;
        let table = Host {
            version: HOST_VERSION,
            now,
            entropy,
            node_id,
            sense,
            sense_age,
            act,
            log,
            rearm,
            persist,
            restore,
            send,
            advertise,
            publish,
        };
        let served = Box::new(Served {
            table,
            session: session_of(identity, &facts),
            now_ms: 0,
            ports: Vec::new(),
            channels: facts.channels.clone(),
            beacons: facts.beacons.clone(),
            characteristics: facts.characteristics.clone(),
            records: Bytes(Vec::new()),
            state: state.all().as_mut_ptr(),
            state_bytes: facts.state_bytes(),
        });
        Ok(Self { facts, identity, code, state, event: Fenced::new(wire::EVENT_MAX)?, served })
    }
}

fn session_of(identity: Identity, facts: &KernelFacts) -> Session {
    let session = Session::new(identity.node_id, identity.entropy_seed, identity.deployment);
    session.with_channels(facts.channels.iter().copied())
}

fn native() -> Option<Architecture> {
    match std::env::consts::ARCH {
        "x86_64" => Some(Architecture::X86_64),
        "aarch64" => Some(Architecture::Aarch64),
        _ => None,
    }
}

impl Node for HostNode {
    fn facts(&self) -> &KernelFacts {
        &self.facts
    }

    fn dispatch(&mut self, event: &Event, inputs: &Inputs) -> Result<Outcome, NodeError> {
        if event.kind == event::INIT {
            self.state.all().fill(0);
            self.served.session = session_of(self.identity, &self.facts);
        }
        let Some(number) = self.facts.handler_of(event) else { return Ok(Outcome::default()) };
        let offset = usize::try_from(self.facts.handlers[number].offset).ok();
        let offset = offset.filter(|offset| *offset < self.code.len());
        let offset = offset.ok_or_else(|| NodeError::Image("a handler is outside the image".to_string()))?;
        let ports = self.facts.encode(inputs);
        let bytes = wire::event(event, inputs)?;
        let given = self.event.last(bytes.len());
        given.copy_from_slice(&bytes);
        let served = &mut *self.served;
        served.session.begin(event, inputs.now_ms);
        (served.now_ms, served.ports) = (inputs.now_ms, ports);
        served.records.0.clear();
        served.state = self.state.all().as_mut_ptr();
        // SAFETY: the offset is inside the image, which our compiler made for this machine and the descriptor
        // describes; a handler touches its state block and what it is given only. The services get the pointer to
        // the whole of `Served`, which nobody else uses during the call.
        let status = unsafe {
            let handler = std::mem::transmute::<*const u8, Handler>(self.code.as_ptr().add(offset));
            let served: *mut Served = served;
            handler(self.state.all().as_mut_ptr(), served.cast(), given.as_ptr().cast())
        };
        Ok(Outcome { status, instructions: None, records: wire::records(&self.served.records.0)? })
    }

    fn read_state(&mut self) -> Result<Vec<u8>, NodeError> {
        Ok(self.state.all().to_vec())
    }

    fn write_state(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NodeError> {
        let state = self.facts.state_bytes();
        let outside = NodeError::Bounds { offset, length: bytes.len(), state };
        let start = offset as usize;
        let place = start.checked_add(bytes.len()).and_then(|end| self.state.all().get_mut(start..end));
        place.ok_or(outside)?.copy_from_slice(bytes);
        Ok(())
    }
}

/// The node behind the pointer that a kernel hands back.
fn served<'s>(host: *const Host) -> &'s mut Served {
    // SAFETY: `dispatch` passes a pointer to a live `Served`, and kernels run on one thread.
    unsafe { &mut *host.cast_mut().cast::<Served>() }
}

fn inputs<'s>(host: *const Host) -> swarm_link::Inputs<'s> {
    let served = served(host);
    swarm_link::Inputs { now_ms: served.now_ms, ports: &served.ports }
}

unsafe extern "C" fn now(host: *const Host) -> u32 {
    inputs(host).now_ms
}

unsafe extern "C" fn entropy(host: *const Host) -> u32 {
    served(host).session.entropy()
}

unsafe extern "C" fn node_id(host: *const Host) -> u32 {
    served(host).session.node_id()
}

unsafe extern "C" fn sense(host: *const Host, port: u32) -> i32 {
    inputs(host).sense(port)
}

unsafe extern "C" fn sense_age(host: *const Host, port: u32) -> u32 {
    inputs(host).age(port)
}

unsafe extern "C" fn act(host: *const Host, port: u32, value: i32) {
    session::act(&mut served(host).records, port, value);
}

unsafe extern "C" fn log(host: *const Host, format: u32, count: u32, arguments: *const i32) {
    let count = (count as usize).min(LOG_ARGUMENTS_MAX);
    // SAFETY: the kernel passes `count` words; without any, the pointer may be null.
    let arguments = if count == 0 { &[] } else { unsafe { std::slice::from_raw_parts(arguments, count) } };
    session::log(&mut served(host).records, format, arguments);
}

unsafe extern "C" fn rearm(host: *const Host, timer: u32, ms: u32) {
    session::rearm(&mut served(host).records, timer, ms);
}

unsafe extern "C" fn persist(host: *const Host, store: u32, offset: u32, bytes: u32) -> u32 {
    let served = served(host);
    let Some(span) = StateSpan::within(served.state_bytes, offset, bytes) else { return 0 };
    if !served.session.claim(store) {
        return 0;
    }
    // SAFETY: the span lies in the state block, which the handler does not write while it waits for us.
    let bytes =
        unsafe { std::slice::from_raw_parts(served.state.add(span.offset as usize), span.length as usize) };
    session::persist(&mut served.records, store, offset, bytes);
    1
}

unsafe extern "C" fn restore(host: *const Host, store: u32, offset: u32, bytes: u32) -> u32 {
    let served = served(host);
    let Some(span) = StateSpan::within(served.state_bytes, offset, bytes) else { return 0 };
    if !served.session.claim(store) {
        return 0;
    }
    session::restore(&mut served.records, store, span);
    1
}

/// A kernel's bytes.
fn given<'k>(bytes: *const u8, length: u32) -> &'k [u8] {
    // SAFETY: the kernel passes that many bytes; without any, the pointer may be null.
    if length == 0 { &[] } else { unsafe { std::slice::from_raw_parts(bytes, length as usize) } }
}

unsafe extern "C" fn send(
    host: *const Host,
    channel: u32,
    to: u32,
    options: u32,
    bytes: *const u8,
    length: u32,
) -> u32 {
    let served = served(host);
    let message = Outgoing { channel, to, options, length };
    let sent = served.session.send(served.channels.get(channel as usize), &message);
    let bytes = if sent.id == 0 { &[] } else { given(bytes, length) };
    session::send(&mut served.records, &message, sent, bytes);
    sent.id
}

unsafe extern "C" fn advertise(host: *const Host, beacon: u32, turn: u32, bytes: *const u8, length: u32) {
    let served = served(host);
    if session::takes_turn(served.beacons.get(beacon as usize), turn, length) {
        session::advertise(&mut served.records, beacon, turn, given(bytes, length));
    }
}

unsafe extern "C" fn publish(host: *const Host, characteristic: u32, bytes: *const u8, length: u32) {
    let served = served(host);
    if session::takes_value(served.characteristics.get(characteristic as usize), length) {
        session::publish(&mut served.records, characteristic, given(bytes, length));
    }
}
