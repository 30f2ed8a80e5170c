//! What an observer hears, whole and damaged, and what it is to make of it.

use super::{Adverts, Tells, held_bits};
use crate::random::Random;
use swarm_abi::Heard;
use swarm_advert::structures::structures;
use swarm_advert::{Layout, Value, pack, unpack};
use swarm_harness::node::{Received, Record};

impl Adverts {
    /// What is heard, and what the observer does.
    pub(super) fn hear(&mut self) -> Option<(Received, Vec<Record>)> {
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
        match random.below(13) {
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
            11 => {
                // No code is as large as that.
                let last = payload.len().min(1 + random.below(8) as usize);
                let from = payload.len() - last;
                payload[from..].fill(255);
            }
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
