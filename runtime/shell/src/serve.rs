//! Commands, services, records.

use crate::machine;
use core::mem::MaybeUninit;
use core::ptr::{addr_of, addr_of_mut};
use swarm_abi::{Descriptor, Event, HOST_VERSION, Handler, Host, LOG_ARGUMENTS_MAX};
use swarm_link::frame::{
    self, BODY_MAX, CHUNK_MAX, ENDED_BYTES, EVENT_HEAD, HEADER_BYTES, UNKNOWN, command, ended, reply, word,
};
use swarm_link::{
    Deployment, Inputs, Outgoing, Refusal, Session, Sink, StateSpan, Tables, refuse, session, tables,
};

/// Bytes of an answer that are kept before they go out.
const OUTPUT_BYTES: usize = 256;

/// All that the shell keeps. The kernel's state block lies behind the shell's own memory.
struct Shell {
    descriptor: *const Descriptor,
    /// Written before anything is served.
    session: MaybeUninit<Session>,
    now_ms: u32,
    /// Bytes of the present event's port values.
    ports: usize,
    input: Input,
    output: Output,
}

/// The body of a command; kernels read their events in it.
#[repr(C, align(4))]
struct Input([u8; BODY_MAX]);

/// A reply in the making, and what it cost to send parts of it early.
struct Output {
    body: [u8; OUTPUT_BYTES],
    used: usize,
    /// Instructions.
    paused: u32,
}

/// A stack that has grown too far leaves something else there.
const GUARD: u32 = 0x5AFE_57AC;

static mut SHELL: Shell = Shell {
    descriptor: core::ptr::null(),
    session: MaybeUninit::uninit(),
    now_ms: 0,
    ports: 0,
    input: Input([0; BODY_MAX]),
    output: Output { body: [0; OUTPUT_BYTES], used: 0, paused: 0 },
};

static HOST: Host = Host {
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

fn shell() -> &'static mut Shell {
    // SAFETY: one thread, no interrupts; services run while `event` waits for the handler and holds no reference.
    unsafe { &mut *addr_of_mut!(SHELL) }
}

fn services() -> &'static mut Session {
    // SAFETY: `forever` has written it.
    unsafe { shell().session.assume_init_mut() }
}

impl Sink for Output {
    /// Records that do not fit go out early; the clock that counts instructions stands still meanwhile.
    fn append(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.used == OUTPUT_BYTES {
                let before = machine::ticks();
                answer(reply::RECORDS, &self.body[ENDED_BYTES..]);
                self.used = ENDED_BYTES;
                let spent = machine::ticks().wrapping_sub(before);
                self.paused = self.paused.wrapping_add(machine::instructions(spent));
            }
            let fits = rest.len().min(OUTPUT_BYTES - self.used);
            self.body[self.used..self.used + fits].copy_from_slice(&rest[..fits]);
            self.used += fits;
            rest = &rest[fits..];
        }
    }
}

fn answer(tag: u8, body: &[u8]) {
    machine::write(&frame::header(tag, body.len()));
    machine::write(body);
}

/// Serves until the driver says to stop, or goes away.
pub fn forever() -> ! {
    first();
    loop {
        let mut header = [0; HEADER_BYTES];
        machine::read(&mut header);
        let Some((tag, length)) = frame::parse_header(header) else { machine::stop(2) };
        machine::read(&mut shell().input.0[..length]);
        if serve(tag, length).is_none() {
            answer(reply::REJECTED, &[]);
        }
    }
}

fn argument(index: usize) -> u32 {
    word(&shell().input.0, 4 * index).unwrap_or(0)
}

/// Acts on a command and replies; `None`: it cannot be done.
fn serve(tag: u8, length: usize) -> Option<()> {
    match tag {
        command::KERNEL => kernel(argument(0)),
        command::INIT => init(length)?,
        command::EVENT => event(length)?,
        command::READ => answer(reply::DATA, state(argument(0), chunk(argument(1))?)?),
        command::WRITE => {
            let bytes = shell().input.0.get(4..length)?;
            state(argument(0), bytes.len() as u32)?.copy_from_slice(bytes);
            answer(reply::DONE, &[]);
        }
        command::IMAGE => answer(reply::DATA, image(argument(0), chunk(argument(1))?)?),
        command::EXIT => machine::stop(0),
        _ => return None,
    }
    Some(())
}

/// A session before any kernel was taken.
#[inline(never)]
fn first() {
    shell().session.write(Session::new(0, 0, Deployment::standard()));
}

/// Begins a session of the kernel that was taken. A function of its own: handlers run on the stack below its callers.
#[inline(never)]
fn init(length: usize) -> Option<()> {
    let deployment = shell().input.0[..length].get(8..)?.first_chunk()?;
    let session = Session::new(argument(0), argument(1), Deployment::from_bytes(deployment)?);
    *services() = session.with_channels(entries()?.channels());
    state(0, state_bytes())?.fill(0);
    answer(reply::DONE, &[]);
    Some(())
}

fn chunk(length: u32) -> Option<u32> {
    (length as usize <= CHUNK_MAX).then_some(length)
}

/// Takes the kernel at an address for the one that events go to.
#[inline(never)]
fn kernel(address: u32) {
    let descriptor = address as usize as *const Descriptor;
    // SAFETY: the driver names an address in the board's memory; the magic number is checked before anything else.
    let read = unsafe { descriptor.read() };
    let room = machine::state_memory().1 as u32;
    let too_large = (read.state_bytes > room).then_some(Refusal::State);
    let refusal = refuse(&read).or(too_large);
    let mut body = [0; 8 + size_of::<Descriptor>()];
    body[0] = refusal.map_or(0, |refusal| refusal as u8);
    body[4..8].copy_from_slice(&room.to_le_bytes());
    // SAFETY: a descriptor is 48 plain bytes.
    body[8..].copy_from_slice(unsafe {
        core::slice::from_raw_parts(addr_of!(read).cast(), size_of::<Descriptor>())
    });
    shell().descriptor = if refusal.is_none() { descriptor } else { core::ptr::null() };
    answer(reply::KERNEL, &body);
}

/// The descriptor of the kernel that was taken.
fn descriptor() -> Option<&'static Descriptor> {
    // SAFETY: `kernel` has checked what it points to, in memory that nobody writes.
    unsafe { shell().descriptor.as_ref() }
}

fn state_bytes() -> u32 {
    descriptor().map_or(0, |descriptor| descriptor.state_bytes)
}

/// A part of the state block.
fn state(offset: u32, length: u32) -> Option<&'static mut [u8]> {
    let span = StateSpan::within(state_bytes(), offset, length)?;
    let start = machine::state_memory().0;
    // SAFETY: `kernel` has seen to it that the block fits behind the shell's memory.
    Some(unsafe { core::slice::from_raw_parts_mut(start.add(span.offset as usize), span.length as usize) })
}

/// What the kernel's descriptor lists.
fn entries() -> Option<Tables<'static>> {
    Tables::of(image(0, tables::bytes(descriptor()?) as u32)?)
}

/// A part of the kernel image.
fn image(offset: u32, length: u32) -> Option<&'static [u8]> {
    let descriptor = descriptor()?;
    let span = StateSpan::within(descriptor.image_bytes, offset, length)?;
    let start = core::ptr::from_ref(descriptor).cast::<u8>();
    // SAFETY: the image begins with its descriptor, which says how long it is.
    Some(unsafe { core::slice::from_raw_parts(start.add(span.offset as usize), span.length as usize) })
}

fn event(length: usize) -> Option<()> {
    let descriptor = descriptor()?;
    let node = shell();
    node.ports = 8 * usize::from(descriptor.ports);
    node.now_ms = argument(1);
    let place = EVENT_HEAD + node.ports;
    let (kind, value) = (argument(place / 4), argument(place / 4 + 2));
    // What was heard follows the event, as long as the event says it is.
    if length != place + frame::event_bytes(kind, value)? {
        return None;
    }
    // SAFETY: the bytes are there, at a whole word.
    let event = unsafe { &*node.input.0.as_ptr().add(place).cast::<Event>() };
    services().begin(event, node.now_ms);
    (node.output.used, node.output.paused) = (ENDED_BYTES, 0);
    let address = core::ptr::from_ref(descriptor) as usize + argument(0) as usize;
    // SAFETY: the driver has the offset from the descriptor.
    let handler = unsafe { core::mem::transmute::<usize, Handler>(address) };
    guard().fill(GUARD);
    let (status, ticks) = machine::measure(handler, machine::state_memory().0, addr_of!(HOST), event);
    // Each span by itself: a span of ticks is within a tick of exact, and only then rounds to the right instruction.
    let own = machine::instructions(machine::overhead()).wrapping_add(shell().output.paused);
    let count = machine::instructions(ticks).wrapping_sub(own).wrapping_add(machine::EMPTY);
    let count = if machine::counts() { count } else { UNKNOWN };
    let how = if guard().iter().all(|word| *word == GUARD) { ended::RETURNED } else { ended::STACK };
    finish([how, status, count, 0, UNKNOWN]);
    Some(())
}

/// What stands between the memory for state blocks and, on Cortex-M, the stack, which grows towards it.
fn guard() -> &'static mut [u32; 16] {
    let (start, bytes) = machine::state_memory();
    // SAFETY: the scripts leave more than these 64 bytes behind that memory, aligned, where nothing else lies.
    unsafe { &mut *start.add(bytes).cast() }
}

/// Sends the reply to an event: five words, then the records.
fn finish(words: [u32; 5]) {
    let output = &mut shell().output;
    output.used = output.used.max(ENDED_BYTES);
    for (place, word) in output.body.chunks_exact_mut(4).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    answer(reply::EVENT, &output.body[..output.used]);
}

/// Called when the CPU trapped: tells the driver, and stops.
#[unsafe(no_mangle)]
extern "C" fn shell_trapped(cause: u32, counter: u32) -> ! {
    finish([ended::TRAPPED, cause, UNKNOWN, counter, UNKNOWN]);
    machine::stop(4)
}

fn inputs() -> Inputs<'static> {
    let node = shell();
    Inputs { now_ms: node.now_ms, ports: &node.input.0[EVENT_HEAD..EVENT_HEAD + node.ports] }
}

unsafe extern "C" fn now(_: *const Host) -> u32 {
    inputs().now_ms
}

unsafe extern "C" fn entropy(_: *const Host) -> u32 {
    services().entropy()
}

unsafe extern "C" fn node_id(_: *const Host) -> u32 {
    services().node_id()
}

unsafe extern "C" fn sense(_: *const Host, port: u32) -> i32 {
    inputs().sense(port)
}

unsafe extern "C" fn sense_age(_: *const Host, port: u32) -> u32 {
    inputs().age(port)
}

unsafe extern "C" fn act(_: *const Host, port: u32, value: i32) {
    session::act(&mut shell().output, port, value);
}

unsafe extern "C" fn log(_: *const Host, format: u32, count: u32, arguments: *const i32) {
    let count = (count as usize).min(LOG_ARGUMENTS_MAX);
    // SAFETY: the kernel passes `count` words; without any, the pointer may be null.
    let arguments = if count == 0 { &[] } else { unsafe { core::slice::from_raw_parts(arguments, count) } };
    session::log(&mut shell().output, format, arguments);
}

unsafe extern "C" fn rearm(_: *const Host, timer: u32, ms: u32) {
    session::rearm(&mut shell().output, timer, ms);
}

unsafe extern "C" fn persist(_: *const Host, store: u32, offset: u32, bytes: u32) -> u32 {
    let Some(saved) = state(offset, bytes).filter(|_| services().claim(store)) else { return 0 };
    session::persist(&mut shell().output, store, offset, saved);
    1
}

unsafe extern "C" fn restore(_: *const Host, store: u32, offset: u32, bytes: u32) -> u32 {
    let span = StateSpan::within(state_bytes(), offset, bytes);
    let Some(span) = span.filter(|_| services().claim(store)) else { return 0 };
    session::restore(&mut shell().output, store, span);
    1
}

/// A kernel's bytes.
fn given<'k>(bytes: *const u8, length: u32) -> &'k [u8] {
    // SAFETY: the kernel passes that many bytes; without any, the pointer may be null.
    if length == 0 { &[] } else { unsafe { core::slice::from_raw_parts(bytes, length as usize) } }
}

unsafe extern "C" fn send(_: *const Host, channel: u32, to: u32, options: u32, bytes: *const u8, length: u32) -> u32 {
    let entry = entries().and_then(|tables| tables.channels().nth(channel as usize));
    let message = Outgoing { channel, to, options, length };
    let sent = services().send(entry.as_ref(), &message);
    let bytes = if sent.id == 0 { &[] } else { given(bytes, length) };
    session::send(&mut shell().output, &message, sent, bytes);
    sent.id
}

unsafe extern "C" fn advertise(_: *const Host, beacon: u32, turn: u32, bytes: *const u8, length: u32) {
    let entry = entries().and_then(|tables| tables.beacons().nth(beacon as usize));
    if session::takes_turn(entry.as_ref(), turn, length) {
        session::advertise(&mut shell().output, beacon, turn, given(bytes, length));
    }
}

unsafe extern "C" fn publish(_: *const Host, characteristic: u32, bytes: *const u8, length: u32) {
    let entry = entries().and_then(|tables| tables.characteristics().nth(characteristic as usize));
    if session::takes_value(entry.as_ref(), length) {
        session::publish(&mut shell().output, characteristic, given(bytes, length));
    }
}
