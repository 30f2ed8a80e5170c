//! Random kernels that advertise, publish and observe, and the same done by the planner's slow and obvious packing.

mod any;
mod heard;
mod text;

use crate::random::Random;
use crate::steps::Reads;
use any::{beacon, service};
use swarm_abi::{Event, event};
use swarm_advert::bthome::{self, BthomeLayout, Updates};
use swarm_advert::gatt::{Content, GattValue, Part, Service, encode};
use swarm_advert::{Beacon, Kind, Layout, Number, Presence, Value, pack, plan};
use swarm_dialects::adverts::computable;
use swarm_harness::node::{Inputs, Node, PortInput, Record};

/// Most bytes of an advert.
const MOST: usize = 255;
/// Bit of the service's turn: the data is that of the scan response.
const RESPONSE: u32 = 1 << 31;

/// A kernel that advertises, with its model.
pub struct Adverts {
    random: Random,
    tells: Tells,
    service: Service,
    /// What the observer asks for: a field, and whether it is there.
    asked: Vec<(usize, bool)>,
    rssi: i16,
    /// The values of the beacon's fields in the last event.
    told: Vec<Value>,
}

enum Tells {
    Own(Layout),
    Bthome(BthomeLayout),
}

impl Adverts {
    /// A kernel that the verifier accepts.
    pub fn random(seed: u32) -> Self {
        let mut random = Random::new(u64::from(seed).wrapping_mul(0xA11CE));
        let tells = loop {
            let fields = 1 + random.below(9);
            if seed.is_multiple_of(5) {
                let updates = random.of(&[Updates::Regular, Updates::OnTrigger]);
                let beacon = beacon(&mut random, fields, true);
                if let Ok(layout) = bthome::plan(&beacon, updates) {
                    break Tells::Bthome(layout);
                }
            } else if let Ok(layout) = plan(&beacon(&mut random, fields, false)).and_then(computable) {
                break Tells::Own(layout);
            }
        };
        let service = service(&mut random);
        let mut adverts = Self { random, tells, service, asked: Vec::new(), rssi: 0, told: Vec::new() };
        let fields = adverts.beacon().fields.len();
        for field in 0..fields {
            if adverts.can_be_absent(field) && adverts.random.below(2) == 0 {
                adverts.asked.push((field, true));
            }
            if adverts.random.below(4) != 0 {
                adverts.asked.push((field, false));
            }
        }
        adverts.rssi = -100 + adverts.random.below(40) as i16;
        adverts
    }

    /// The beacon's layout, if it is of our own format.
    pub fn layout(&self) -> Option<&Layout> {
        match &self.tells {
            Tells::Own(layout) => Some(layout),
            Tells::Bthome(_) => None,
        }
    }

    /// The values of the beacon's fields in the last event, in their order.
    pub fn told(&self) -> &[Value] {
        &self.told
    }

    fn beacon(&self) -> &Beacon {
        match &self.tells {
            Tells::Own(layout) => &layout.beacon,
            Tells::Bthome(layout) => &layout.beacon,
        }
    }

    fn can_be_absent(&self, field: usize) -> bool {
        let everywhere = match &self.tells {
            Tells::Own(layout) => layout.frames().all(|frame| frame.fields().any(|other| other == field)),
            Tells::Bthome(_) => true,
        };
        !everywhere || self.beacon().fields[field].presence == Presence::MayBeMissing
    }

    /// Every value has two ports, its low and high word, and one that says whether it is there.
    fn values(&self) -> usize {
        self.beacon().fields.len()
            + self.service.characteristics.iter().map(|one| one.parts.len()).sum::<usize>()
    }

    /// Adverts, each with its scan response: the number that the host is told, and the bytes.
    fn packets(&self, values: &[Value]) -> Vec<(u32, Vec<u8>)> {
        let (bytes, responses): (Vec<Vec<u8>>, Vec<bool>) = match &self.tells {
            Tells::Own(layout) => (
                pack(layout, values).expect("values fit"),
                layout.steps.iter().map(|step| step.response.is_some()).collect(),
            ),
            Tells::Bthome(layout) => (
                bthome::pack(layout, values).expect("values fit"),
                layout.packets().iter().map(|turn| turn.response.is_some()).collect(),
            ),
        };
        let turns = responses
            .iter()
            .zip(0u32..)
            .flat_map(|(response, turn)| std::iter::once(turn).chain(response.then_some(turn | RESPONSE)));
        turns.zip(bytes).collect()
    }

    /// What the ports show for a value: anything, mostly near the range.
    fn number(&mut self, range: Option<&Number>) -> i64 {
        let draw = u64::from(self.random.draw()) << 32 | u64::from(self.random.draw());
        let Some(Number { low, high, step, .. }) = range else { return draw as i64 >> self.random.below(64) };
        let span = (i128::from(*high) - i128::from(*low)) as u128 + 1;
        match self.random.below(8) {
            0 => *low,
            1 => *high,
            2 => low.wrapping_sub(draw as i64 >> self.random.below(64)),
            3 => high.wrapping_add(draw as i64 >> self.random.below(64)),
            4 => low.wrapping_add(step / 2),
            _ => (i128::from(*low) + (u128::from(draw) % span) as i128) as i64,
        }
    }

    /// An event, what the handler returns and does.
    pub fn tick(&mut self) -> (Vec<PortInput>, Vec<Record>) {
        let mut ports = Vec::new();
        let mut show = |value: i64, there: u32| {
            let words = [value as i32, (value >> 32) as i32, there as i32];
            ports.extend(words.map(|value| PortInput { value, age: 0 }));
        };
        let fields = self.beacon().fields.clone();
        let mut values = Vec::new();
        for field in &fields {
            let range = if let Kind::Number(number) = &field.kind { Some(number) } else { None };
            let (value, there) = (self.number(range), self.random.draw());
            show(value, there);
            let held = if held_bits(&field.kind) == 64 { value } else { i64::from(value as i32) };
            let absent = field.presence == Presence::MayBeMissing && there & 1 == 0;
            values.push(if absent { Value::Missing } else { given(&field.kind, held) });
        }
        let packets = self.packets(&values);
        self.told = values;
        let mut records: Vec<Record> = packets
            .iter()
            .map(|(turn, bytes)| Record::Advertise { beacon: 0, turn: *turn, bytes: bytes.clone() })
            .collect();
        records.extend(packets.iter().map(|(_, bytes)| Record::Act { port: 0, value: bytes.len() as i32 }));
        let out = 3 * self.values() as u32;
        for record in &mut records {
            if let Record::Act { port, .. } = record {
                *port = out;
            }
        }
        let service = self.service.clone();
        for (characteristic, number) in service.characteristics.iter().zip(0u32..) {
            let mut told = Vec::new();
            for part in &characteristic.parts {
                let range = if let Content::Number(number) = &part.content { Some(number) } else { None };
                let (value, there) = (self.number(range), self.random.draw());
                show(value, there);
                let held = if part_bits(part) == 64 { value } else { i64::from(value as i32) };
                let absent = part.presence == Presence::MayBeMissing && there & 1 == 0;
                told.push(if absent { GattValue::Unknown } else { part_given(part, held) });
            }
            let bytes = encode(characteristic, &told).expect("values fit");
            records.push(Record::Publish { characteristic: number, bytes });
        }
        (ports, records)
    }
}

/// Runs a kernel on a node: each event must do what the model does. Says what was heard, and how much of it held no beacon.
pub fn follow(node: &mut dyn Node, adverts: &mut Adverts, events: usize) -> Result<Reads, String> {
    let run = |node: &mut dyn Node, kind: u32, inputs: &Inputs| {
        let event = Event { kind, symbol: 0, value: 0, missed: 0 };
        node.dispatch(&event, inputs).map_err(|error| error.to_string())
    };
    run(node, event::INIT, &Inputs::default())?;
    let mut reads = Reads::default();
    let mut last: Option<Vec<u8>> = None;
    for number in 0..events {
        let heard = if adverts.random.below(3) == 0 { None } else { adverts.hear() };
        let (kind, inputs, expected) = match heard {
            Some((received, records)) => {
                let inputs = Inputs { received: Some(received), ..Inputs::default() };
                (event::ADVERT, inputs, records)
            }
            None => {
                let (ports, records) = adverts.tick();
                let mut packets = records.iter().filter_map(|record| match record {
                    Record::Advertise { bytes, .. } => Some(bytes.clone()),
                    _ => None,
                });
                last = packets.next_back().or(last);
                (event::TIMER, Inputs { ports, ..Inputs::default() }, records)
            }
        };
        let outcome = run(node, kind, &inputs)?;
        if (outcome.status, &outcome.records) != (0, &expected) {
            return Err(format!("event {number} {inputs:?}: {outcome:?} instead of {expected:?}"));
        }
        if kind == event::ADVERT {
            reads.count(matches!(expected.get(3), Some(Record::Act { value: 1, .. })));
        }
    }
    // The last one that was packed is in the array, too.
    let state = node.read_state().map_err(|error| error.to_string())?;
    match last {
        Some(bytes) if !state.starts_with(&bytes) => Err(format!("{state:?} does not begin with {bytes:?}")),
        _ => Ok(reads),
    }
}

/// A value as the kernel takes it: clamped or cut.
fn given(kind: &Kind, held: i64) -> Value {
    match kind {
        Kind::Flag => Value::Flag(held & 1 == 1),
        Kind::Choice(names) => Value::Choice(held.clamp(0, names.len() as i64 - 1) as u64),
        Kind::Id(bits) => Value::Id(held as u64 & (u64::MAX >> (64 - bits))),
        Kind::Number(_) => Value::Number(held),
    }
}

fn part_given(part: &Part, held: i64) -> GattValue {
    match &part.content {
        Content::Number(_) => GattValue::Number(held),
        Content::Choice(names) => GattValue::Choice(held.clamp(0, names.len() as i64 - 1) as u64),
        Content::Set { bytes, .. } => GattValue::Set(held as u64 & (u64::MAX >> (64 - 8 * bytes))),
    }
}

fn held_bits(kind: &Kind) -> u32 {
    match kind {
        Kind::Flag => 1,
        Kind::Id(33..) => 64,
        Kind::Number(number) => number_bits(number),
        Kind::Choice(_) | Kind::Id(_) => 32,
    }
}

fn part_bits(part: &Part) -> u32 {
    match &part.content {
        Content::Number(number) => number_bits(number),
        Content::Set { bytes: 8, .. } => 64,
        Content::Choice(_) | Content::Set { .. } => 32,
    }
}

fn number_bits(number: &Number) -> u32 {
    let is_narrow = |value: i64| i32::try_from(value).is_ok();
    if is_narrow(number.low) && is_narrow(number.high) { 32 } else { 64 }
}
