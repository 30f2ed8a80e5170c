//! What random kernels had on the air, and what it says.

use crate::expected::{Expected, frame, record};
use std::sync::OnceLock;
use swarm_abi::{Event, event};
use swarm_advert::structures::structures;
use swarm_advert::{Layout, unpack_frame};
use swarm_harness::node::{Inputs, Node, Record as Done};
use swarm_schema::{Record, Schema, decode};
use swarm_tests::adverts::Adverts;
use swarm_tests::leaves::TOP;
use swarm_tests::messages::Messages;
use swarm_tests::random::Random;
use swarm_tests::speaking::Speaking;
use swarm_tests::steps::{Cause, Step, Subject, dispatch};
use swarm_tests::{build, start};
use swarmc::pipeline::Optimise;
use swarmc::stage::Stage;

/// Kernels of each kind, and events of each.
const KERNELS: u32 = 12;
const EVENTS: usize = 80;

pub struct Cases {
    /// Their texts.
    pub kernels: Vec<String>,
    pub inputs: Vec<Input>,
}

/// Bytes for a decoder of a kernel, and what it must say.
pub struct Input {
    pub kernel: usize,
    pub item: &'static str,
    pub bytes: Vec<u8>,
    pub expected: Option<Expected>,
}

/// The same for all languages; kernels run once.
pub fn cases() -> &'static Cases {
    static CASES: OnceLock<Cases> = OnceLock::new();
    CASES.get_or_init(|| {
        let mut cases = Cases { kernels: Vec::new(), inputs: Vec::new() };
        for seed in 1..=KERNELS {
            adverts(&mut cases, seed);
            messages(&mut cases, seed);
            speaking(&mut cases, seed);
        }
        let read = cases.inputs.iter().filter(|input| input.expected.is_some()).count();
        let refused = cases.inputs.len() - read;
        assert!(read > 1200 && refused > 800, "{read} were read, {refused} refused");
        cases
    })
}

fn node(text: &str) -> Box<dyn Node> {
    let compiled = build(text, "host", Optimise::Size);
    let elf = compiled.stage(Stage::Elf).expect("the image was linked");
    let mut node = start(elf, "host", None);
    let init = Event { kind: event::INIT, symbol: 0, value: 1, missed: 0 };
    node.dispatch(&init, &Inputs::default()).expect("the kernel begins");
    node
}

impl Cases {
    fn add(&mut self, item: &'static str, bytes: Vec<u8>, expected: Option<Expected>) {
        self.inputs.push(Input { kernel: self.kernels.len() - 1, item, bytes, expected });
    }
}

/// Damages bytes.
fn spoil(random: &mut Random, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = random.below(bytes.len().max(1) as u32) as usize;
    match random.below(4) {
        0 => bytes.truncate(at),
        1 => bytes.push(random.draw() as u8),
        2 => bytes.extend(bytes.clone()),
        _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = random.draw() as u8),
    }
    bytes
}

fn adverts(cases: &mut Cases, seed: u32) {
    let mut adverts = Adverts::random(seed);
    let Some(layout) = adverts.layout().cloned() else { return };
    cases.kernels.push(adverts.kernel());
    let mut node = node(&adverts.kernel());
    let mut random = Random::new(seed.into());
    for _ in 0..EVENTS {
        let (ports, _) = adverts.tick();
        let event = Event { kind: event::TIMER, symbol: 0, value: 0, missed: 0 };
        let outcome = node.dispatch(&event, &Inputs { ports, ..Inputs::default() }).expect("it runs");
        for done in outcome.records {
            let Done::Advertise { bytes, .. } = done else { continue };
            let Some(bytes) = scanned(&layout, &bytes) else { continue };
            cases.add("b", bytes.clone(), Some(frame(&layout, bytes[0], adverts.told())));
            let spoilt = spoil(&mut random, &bytes);
            // What the reference reads of it, for nobody has given it.
            let expected = unpack_frame(&layout, &spoilt).ok().map(|reading| {
                let mut values = adverts.told().to_vec();
                reading.values.iter().for_each(|(field, value)| values[*field] = *value);
                frame(&layout, spoilt[0], &values)
            });
            cases.add("b", spoilt, expected);
        }
    }
}

/// What a scanner hands out of an advert: the bytes after the company or UUID.
fn scanned(layout: &Layout, advert: &[u8]) -> Option<Vec<u8>> {
    let identity = layout.beacon.identity;
    let found = structures(advert).expect("an advert is made of structures");
    let ours = found.iter().find(|one| one.kind == identity.structure())?;
    Some(ours.data.strip_prefix(identity.bytes().as_slice()).expect("it is the beacon's").to_vec())
}

fn messages(cases: &mut Cases, seed: u32) {
    let mut subject = Messages::random(seed);
    cases.kernels.push(subject.kernel());
    let mut node = node(&subject.kernel());
    for number in 0..EVENTS {
        let step = subject.step();
        let outcome = dispatch(node.as_mut(), &step, number).expect("it runs");
        let Some(record) = subject.composed(&step) else { continue };
        let Some(Done::Act { value: length, .. }) = outcome.records.first() else { panic!("{outcome:?}") };
        let block = subject.state();
        let at = block.slots().iter().find(|slot| slot.name == "packet").expect("the kernel has it").offset;
        let state = node.read_state().expect("the node answers");
        let schema = subject.schema().clone();
        sent(cases, &schema, (&state[at..at + *length as usize], &record), seed + number as u32);
    }
}

fn speaking(cases: &mut Cases, seed: u32) {
    let mut subject = Speaking::random(seed);
    cases.kernels.push(subject.kernel());
    let mut node = node(&subject.kernel());
    let schema = subject.schema().clone();
    for number in 0..EVENTS {
        let step = subject.step();
        let given = subject.composed(&step);
        let outcome = dispatch(node.as_mut(), &step, number).expect("it runs");
        if let Some(record) = given {
            let bytes = outcome.records.iter().find_map(|done| match done {
                Done::Send { bytes, .. } => Some(bytes),
                _ => None,
            });
            sent(cases, &schema, (bytes.expect("it was sent"), &record), seed + number as u32);
        }
        if let Step { cause: Cause::Message(received), .. } = step {
            read(cases, &schema, received.payload);
        }
    }
}

/// Bytes that a kernel made of a record; and the same, damaged.
fn sent(cases: &mut Cases, schema: &Schema, (bytes, given): (&[u8], &Record), seed: u32) {
    cases.add(TOP, bytes.to_vec(), Some(record(schema, given)));
    let mut random = Random::new(seed.into());
    read(cases, schema, spoil(&mut random, bytes));
}

/// Bytes that are a message, or none: the reference knows.
fn read(cases: &mut Cases, schema: &Schema, bytes: Vec<u8>) {
    let read = decode(schema, schema.nested(TOP), &bytes).ok();
    let expected = read.map(|read| record(schema, &read));
    cases.add(TOP, bytes, expected);
}
