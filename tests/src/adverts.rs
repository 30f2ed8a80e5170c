//! Random kernels that advertise, publish and observe, and the same done by the planner's slow and obvious packing.

use crate::random::Random;
use crate::steps::Reads;
use std::fmt::Write;
use swarm_abi::{Event, Heard, event};
use swarm_advert::bthome::{self, BthomeLayout, Updates};
use swarm_advert::gatt::{Access, Characteristic, Content, GattValue, Part, Service, Uuid, encode};
use swarm_advert::structures::structures;
use swarm_advert::{
    Beacon, Connectability, Field, Identity, Kind, Layout, Number, Places, Presence, Repeat, Rotation,
    Rounding, Value, decimal, pack, plan, unpack,
};
use swarm_dialects::adverts::computable;
use swarm_harness::node::{Inputs, Node, PortInput, Received, Record};

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

    /// The kernel's text.
    pub fn kernel(&self) -> String {
        let mut text = String::from("swarm.kernel @test version 1 {\n");
        for value in 0..self.values() {
            for port in ["l", "h", "m"] {
                let _ = writeln!(text, "  swarm.io @{port}{value} : sense i32");
            }
        }
        let _ = writeln!(text, "  swarm.io @out : act i32\n  swarm.var @packet : tensor<{MOST}xi8>");
        self.declare(&mut text);
        text += "  swarm.on_timer @tick every 1000 ms {\n";
        let fields = self.beacon().fields.iter();
        let mut given: Vec<String> = Vec::new();
        for (number, field) in fields.enumerate() {
            let held = sense(&mut text, number, held_bits(&field.kind));
            let condition = condition(&mut text, number, field.presence);
            given.push(format!("{} = {held}{condition}", field.name));
        }
        let given = given.join(", ");
        let _ = writeln!(text, "    adv.advertise @b ({given})");
        for (number, (turn, _)) in self.packets(&self.least()).iter().enumerate() {
            let which = if turn & RESPONSE != 0 { " response" } else { "" };
            let turn = turn & !RESPONSE;
            let _ = writeln!(
                text,
                "    %n{number} = adv.pack @b turn {turn}{which} into @packet ({given})\n    swarm.act @out, %n{number}"
            );
        }
        let mut number = self.beacon().fields.len();
        let mut published = Vec::new();
        for characteristic in &self.service.characteristics {
            for part in &characteristic.parts {
                let held = sense(&mut text, number, part_bits(part));
                let condition = condition(&mut text, number, part.presence);
                published.push(format!("{}.{} = {held}{condition}", characteristic.name, part.name));
                number += 1;
            }
        }
        let _ = writeln!(text, "    adv.publish @s ({})\n  }}", published.join(", "));
        self.observer(&mut text);
        text + "}\n"
    }

    fn declare(&self, text: &mut String) {
        let beacon = self.beacon();
        let _ = write!(text, "  adv.beacon @b every {} ms", beacon.interval_ms);
        let owner = owner(beacon.identity);
        match &self.tells {
            Tells::Own(_) => text.push_str(&owner),
            Tells::Bthome(layout) if layout.updates == Updates::OnTrigger => {
                text.push_str(" bthome on_trigger")
            }
            Tells::Bthome(_) => text.push_str(" bthome"),
        }
        text.push_str(match beacon.connectability {
            Connectability::Connectable => " connectable",
            Connectability::Scannable => " scannable",
            Connectability::Neither => "",
        });
        for places in &beacon.places {
            let _ = match places {
                Places::Legacy => Ok(()),
                Places::LegacyAndScanResponse => write!(text, " scan_response"),
                Places::Extended { bytes } => write!(text, " extended {bytes}"),
            };
        }
        if beacon.flags.is_none() {
            text.push_str(" no_flags");
        }
        if let Some(name) = &beacon.local_name {
            let _ = write!(text, " local_name \"{name}\"");
        }
        if let Some(id) = beacon.layout_id {
            let _ = write!(text, " layout {id}");
        }
        if let Some(rotation) = beacon.rotation {
            let _ = write!(text, " rotate {} dwell {} ms", rotation.maximum_steps, rotation.dwell_ms);
        }
        let fields: Vec<String> = beacon.fields.iter().map(field_text).collect();
        let _ = writeln!(text, " {{ {} }}", fields.join(", "));
        let uuid = |uuid: Uuid| match uuid {
            Uuid::Assigned(id) => format!("{id:#x}"),
            Uuid::Own(_) => format!("\"{uuid}\""),
        };
        let one = |one: &Characteristic| {
            let notify = if one.access == Access::ReadAndNotify { " notify" } else { "" };
            let parts: Vec<String> = one.parts.iter().map(part_text).collect();
            format!("{} = {} read{notify} : [{}]", one.name, uuid(one.uuid), parts.join(", "))
        };
        let all: Vec<String> = self.service.characteristics.iter().map(one).collect();
        let _ = writeln!(text, "  adv.gatt @s service {} {{ {} }}", uuid(self.service.uuid), all.join(", "));
    }

    fn observer(&self, text: &mut String) {
        let Tells::Own(layout) = &self.tells else { return };
        let owner = owner(layout.beacon.identity);
        let _ = writeln!(text, "  adv.on_ble_advert @seen{owner} rssi {} {{", self.rssi);
        let mut asked = Vec::new();
        for (field, has) in &self.asked {
            let field = &layout.beacon.fields[*field];
            asked.push(match (has, held_bits(&field.kind)) {
                (true, _) => format!("has {}", field.name),
                (_, 32) => field.name.clone(),
                (_, bits) => format!("{} : i{bits}", field.name),
            });
        }
        let results: String = (0..asked.len()).map(|number| format!(", %r{number}")).collect();
        let _ = writeln!(text, "    %ok{results} = adv.read @b ({})", asked.join(", "));
        text.push_str("    %dbm = adv.rssi\n    %low, %high = adv.address\n    swarm.act @out, %dbm\n");
        text.push_str("    swarm.act @out, %low\n    swarm.act @out, %high\n");
        text.push_str("    %a = arith.extui %ok : i1 to i32\n    swarm.act @out, %a\n");
        for (number, (field, has)) in self.asked.iter().enumerate() {
            let bits = if *has { 1 } else { held_bits(&layout.beacon.fields[*field].kind) };
            let _ = match bits {
                1 => writeln!(
                    text,
                    "    %a{number} = arith.extui %r{number} : i1 to i32\n    swarm.act @out, %a{number}"
                ),
                64 => writeln!(
                    text,
                    "    %a{number} = arith.trunci %r{number} : i64 to i32\n    swarm.act @out, %a{number}\n    \
                     %c{number} = arith.constant 32 : i64\n    %g{number} = arith.shrui %r{number}, %c{number} : i64\n    \
                     %b{number} = arith.trunci %g{number} : i64 to i32\n    swarm.act @out, %b{number}"
                ),
                _ => writeln!(text, "    swarm.act @out, %r{number}"),
            };
        }
        text.push_str("  }\n");
    }

    /// Values that every field has.
    fn least(&self) -> Vec<Value> {
        let fields = self.beacon().fields.iter();
        fields.map(|field| field.value(0).expect("each field has a value")).collect()
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

    /// What is heard, and what the observer does.
    fn hear(&mut self) -> Option<(Received, Vec<Record>)> {
        let Tells::Own(layout) = &self.tells else { return None };
        let layout = layout.clone();
        let (mut payload, other) = (self.any_advert(&layout), self.any_advert(&layout));
        self.damage(&mut payload, &other);
        payload.truncate(swarm_abi::heard::PAYLOAD_MAX);
        let heard = Heard {
            from: self.random.draw(),
            to: self.random.draw() & 0x1FFFF,
            rssi: self.rssi - 3 + self.random.below(12) as i16,
            ..Heard::default()
        };
        let records = self.seen(&layout, &heard, &payload);
        Some((Received { heard, payload }, records))
    }

    /// An advert of any values.
    fn any_advert(&mut self, layout: &Layout) -> Vec<u8> {
        let random = &mut self.random;
        let values = layout.beacon.fields.iter().map(|field| {
            let draw = u64::from(random.draw()) << 32 | u64::from(random.draw());
            let code = (u128::from(draw >> random.below(64)) % field.count()) as u64;
            field.value(code).expect("it is below the count")
        });
        let packets = pack(layout, &values.collect::<Vec<_>>()).expect("values fit");
        packets[random.below(packets.len() as u32) as usize].clone()
    }

    fn damage(&mut self, payload: &mut Vec<u8>, other: &[u8]) {
        let random = &mut self.random;
        let place =
            |random: &mut Random, payload: &Vec<u8>| random.below(payload.len().max(1) as u32) as usize;
        match random.below(12) {
            0 => payload.truncate(place(random, payload)),
            1 => payload.extend([0, 0, 0]),
            2 => payload.extend([0, 3, 0]),
            3 => payload.splice(0..0, [2, 10, 4]).for_each(drop),
            4 => payload.extend(other),
            5 => payload.push(random.draw() as u8),
            6..9 if !payload.is_empty() => {
                let at = place(random, payload);
                payload[at] ^= 1 << random.below(8);
            }
            9 if payload.len() > 8 => {
                // The last bytes are where unused bits and odd codes are.
                let last = payload.len() - 1;
                payload[last] = random.draw() as u8;
            }
            10 => lengthen(payload, random.draw() as u8),
            _ => {}
        }
    }

    fn seen(&self, layout: &Layout, heard: &Heard, payload: &[u8]) -> Vec<Record> {
        let identity = layout.beacon.identity;
        let ours = structures(payload).is_ok_and(|found| {
            found
                .iter()
                .any(|one| one.kind == identity.structure() && one.data.starts_with(&identity.bytes()))
        });
        if heard.rssi < self.rssi || !ours {
            return Vec::new();
        }
        let reading = unpack(layout, payload).ok();
        let mut acts =
            vec![i32::from(heard.rssi), heard.from as i32, heard.to as i32, reading.is_some().into()];
        for (field, has) in &self.asked {
            let value = reading.as_ref().and_then(|reading| {
                reading.values.iter().find(|(carried, _)| carried == field).map(|(_, value)| *value)
            });
            if *has {
                acts.push(value.is_some_and(|value| value != Value::Missing).into());
                continue;
            }
            let number = match value {
                None | Some(Value::Missing) => 0,
                Some(Value::Number(number)) => number,
                Some(Value::Flag(flag)) => flag.into(),
                Some(Value::Choice(code) | Value::Id(code)) => code as i64,
            };
            acts.push(number as i32);
            if held_bits(&layout.beacon.fields[*field].kind) == 64 {
                acts.push((number >> 32) as i32);
            }
        }
        let port = 3 * self.values() as u32;
        acts.into_iter().map(|value| Record::Act { port, value }).collect()
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

/// Makes the last structure longer by a byte.
fn lengthen(payload: &mut Vec<u8>, byte: u8) {
    let mut at = 0;
    while let Some(&length) = payload.get(at) {
        let next = at + usize::from(length) + 1;
        if next == payload.len() && length < 255 {
            payload[at] += 1;
            payload.push(byte);
            return;
        }
        at = next;
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

/// Reads a value's ports; what it is called, with its type.
fn sense(text: &mut String, value: usize, bits: u32) -> String {
    let _ = writeln!(text, "    %l{value} = swarm.sense @l{value}");
    match bits {
        1 => {
            let _ = writeln!(text, "    %v{value} = arith.trunci %l{value} : i32 to i1");
            format!("%v{value} : i1")
        }
        64 => {
            let _ = writeln!(
                text,
                "    %h{value} = swarm.sense @h{value}\n    %x{value} = arith.extui %l{value} : i32 to i64\n    \
                 %y{value} = arith.extui %h{value} : i32 to i64\n    %c{value} = arith.constant 32 : i64\n    \
                 %z{value} = arith.shli %y{value}, %c{value} : i64\n    %v{value} = arith.ori %x{value}, %z{value} : i64"
            );
            format!("%v{value} : i64")
        }
        _ => format!("%l{value}"),
    }
}

fn condition(text: &mut String, value: usize, presence: Presence) -> String {
    if presence == Presence::Always {
        return String::new();
    }
    let _ = writeln!(
        text,
        "    %p{value} = swarm.sense @m{value}\n    %m{value} = arith.trunci %p{value} : i32 to i1"
    );
    format!(" if %m{value}")
}

fn owner(identity: Identity) -> String {
    match identity {
        Identity::Company(id) => format!(" company {id}"),
        Identity::Service16(id) => format!(" service {id:#x}"),
        Identity::Service32(id) => format!(" service {id}"),
        Identity::Service128(id) => format!(" service \"{}\"", Uuid::Own(id)),
    }
}

fn names(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    names.join(", ")
}

fn number_text(number: &Number) -> String {
    let Number { low, high, step, decimals, unit, rounding } = number;
    let shown = |value: &i64| decimal(*value, *decimals);
    let mut text = format!("{} to {} by {}", shown(low), shown(high), shown(step));
    if !unit.is_empty() {
        let _ = write!(text, " unit \"{unit}\"");
    }
    text + if *rounding == Rounding::Floor { " floor" } else { "" }
}

fn missing(presence: Presence) -> &'static str {
    if presence == Presence::MayBeMissing { " missing" } else { "" }
}

fn field_text(field: &Field) -> String {
    let kind = match &field.kind {
        Kind::Flag => "flag".to_owned(),
        Kind::Id(bits) => format!("id {bits}"),
        Kind::Choice(choices) => format!("one_of [{}]", names(choices)),
        Kind::Number(number) => number_text(number),
    };
    let property = field.property.as_ref().map(|property| format!(" as \"{property}\"")).unwrap_or_default();
    let repeated = if field.repeat == Repeat::EveryAdvert { " repeated" } else { "" };
    format!("{} = {kind}{}{repeated}{property}", field.name, missing(field.presence))
}

fn part_text(part: &Part) -> String {
    let content = match &part.content {
        Content::Number(number) => number_text(number),
        Content::Choice(choices) => format!("one_of [{}]", names(choices)),
        Content::Set { names: all, bytes } => format!("set [{}] bytes {bytes}", names(all)),
    };
    format!("{} = {content}{}", part.name, missing(part.presence))
}

fn beacon(random: &mut Random, fields: u32, is_bthome: bool) -> Beacon {
    let draw = |random: &mut Random| u128::from(random.draw());
    let identity = match random.below(6) {
        0 => Identity::Service16(random.draw() as u16),
        1 => Identity::Service32(random.draw() | 1 << 16),
        2 => {
            Identity::Service128(draw(random) << 96 | draw(random) << 64 | draw(random) << 32 | draw(random))
        }
        _ => Identity::Company(random.draw() as u16),
    };
    let fields = (0..fields).map(|number| match is_bthome {
        true => bthome_field(random, number),
        false => field(random, number),
    });
    let mut beacon = Beacon::new("b", identity, fields.collect());
    beacon.interval_ms = 20 + random.below(3000);
    beacon.connectability = random.of(&[
        Connectability::Connectable,
        Connectability::Connectable,
        Connectability::Scannable,
        Connectability::Neither,
    ]);
    if beacon.connectability != Connectability::Connectable && random.below(2) == 0 {
        beacon.flags = None;
    }
    if beacon.connectability != Connectability::Neither && random.below(3) == 0 {
        beacon.places.push(Places::LegacyAndScanResponse);
        // So much that the response is needed.
        if !is_bthome && random.below(2) == 0 {
            beacon.fields.extend((0..3).map(|number| Field::new(format!("wide{number}"), Kind::Id(64))));
        }
    }
    if beacon.connectability != Connectability::Scannable && random.below(4) == 0 {
        beacon.places.push(Places::Extended { bytes: 31 + random.below(225) as u16 });
    }
    if random.below(4) == 0 {
        beacon.local_name = Some("n".repeat(1 + random.below(9) as usize));
    }
    if random.below(4) == 0 {
        beacon.layout_id = Some(random.draw() as u8);
    }
    if random.below(2) == 0 {
        let maximum_steps = 2 + random.below(4) as u8;
        beacon.rotation = Some(Rotation { dwell_ms: beacon.interval_ms + 10, maximum_steps });
    }
    beacon
}

fn field(random: &mut Random, number: u32) -> Field {
    let kind = match random.below(8) {
        0 => Kind::Flag,
        1 => Kind::Choice((0..=random.below(20)).map(|name| format!("name {name}")).collect()),
        2 => Kind::Id(1 + random.below(64)),
        3 => Kind::Id(1 + random.below(12)),
        _ => Kind::Number(range(random)),
    };
    let mut field = Field::new(format!("f{number}"), kind);
    if random.below(4) == 0 && field.count() < 1 << 64 {
        field.presence = Presence::MayBeMissing;
    }
    if random.below(8) == 0 {
        field.repeat = Repeat::EveryAdvert;
    }
    field
}

/// Most ranges are small; some have more than 32 bits.
fn range(random: &mut Random) -> Number {
    let bits = random.of(&[4, 7, 8, 10, 12, 16, 20, 31, 32, 33, 50]);
    let step = random.of(&[1, 1, 1, 5, 10, 25, 3, 1000]);
    let most = u64::from(random.draw()) << 32 | u64::from(random.draw());
    let mut steps = (most >> (64 - bits)) as i64;
    if random.below(3) == 0 {
        // Just above a power of two is where a mixed radix saves most.
        steps = (1 << (bits - 1)) + i64::from(random.below(4));
    }
    let low = match random.below(4) {
        0 => 0,
        1 => i64::from(random.draw() as i32 >> random.below(32)),
        2 => i64::from(i32::MIN) + i64::from(random.below(3)),
        _ => -i64::from(random.below(1000)),
    };
    let high = low + steps * step;
    let decimals = if high < 1 << 40 { random.below(4) } else { 0 };
    let rounding = random.of(&[Rounding::Nearest, Rounding::Floor]);
    Number { low, high, step, decimals, unit: random.of(&["", "", "°C"]).to_owned(), rounding }
}

/// Fields that BTHome has objects for.
fn bthome_field(random: &mut Random, number: u32) -> Field {
    let of = |low: i64, high: i64, step: i64, decimals: u32, unit: &str| {
        let (unit, rounding) = (unit.to_owned(), Rounding::Nearest);
        Kind::Number(Number { low, high, step, decimals, unit, rounding })
    };
    let (kind, property) = match random.below(9) {
        0 => (Kind::Flag, Some("door")),
        1 => (of(0, 100, 1, 0, "%"), Some("battery")),
        2 => (of(-400, 850, 5, 1, "°C"), Some("temperature")),
        3 => (of(-4000, 8500, 25, 2, "°C"), Some("temperature")),
        4 => (of(0, 100, 1, 0, "%"), Some("humidity")),
        5 => (Kind::Id(1 + random.below(56)), None),
        6 => (Kind::Choice(vec!["a".into(), "b".into(), "c".into()]), None),
        7 => (of(30000, 110_000, 5, 2, "hPa"), Some("pressure")),
        _ => (of(-1000, i64::from(random.draw() >> 4), 1, 0, ""), None),
    };
    let mut field = Field::new(format!("f{number}"), kind);
    field.property = property.map(str::to_owned);
    if random.below(3) == 0 {
        field.presence = Presence::MayBeMissing;
    }
    field
}

fn service(random: &mut Random) -> Service {
    loop {
        let uuid = |random: &mut Random| match random.below(3) {
            0 => Uuid::Assigned(random.draw() as u16),
            _ => Uuid::Own(u128::from(random.draw()) << 96 | u128::from(random.draw())),
        };
        let part = |random: &mut Random, number: u32| {
            let content = match random.below(3) {
                0 => Content::Choice((0..=random.below(9)).map(|name| format!("c{name}")).collect()),
                1 => Content::Set { names: vec!["x".into(), "y".into()], bytes: random.of(&[1, 2, 4, 8]) },
                _ => Content::Number(range(random)),
            };
            let is_set = matches!(content, Content::Set { .. });
            let missing = !is_set && random.below(3) == 0;
            let presence = if missing { Presence::MayBeMissing } else { Presence::Always };
            Part { name: format!("p{number}"), content, presence }
        };
        let characteristic = |random: &mut Random, number: u32| Characteristic {
            name: format!("c{number}"),
            uuid: uuid(random),
            access: random.of(&[Access::Read, Access::ReadAndNotify]),
            parts: (0..=random.below(3)).map(|number| part(random, number)).collect(),
        };
        let characteristics = (0..=random.below(3)).map(|number| characteristic(random, number)).collect();
        let service = Service { name: "s".into(), uuid: uuid(random), characteristics };
        if service.check().is_ok() {
            return service;
        }
    }
}
