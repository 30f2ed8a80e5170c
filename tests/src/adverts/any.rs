//! Beacons and services of any kind.

use crate::random::Random;
use swarm_advert::gatt::{Access, Characteristic, Content, Part, Service, Uuid};
use swarm_advert::{
    Beacon, Connectability, Field, Identity, Kind, Number, Places, Presence, Repeat, Rotation, Rounding,
};

pub fn beacon(random: &mut Random, fields: u32, is_bthome: bool) -> Beacon {
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

pub fn service(random: &mut Random) -> Service {
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
