//! Beacons and values at random, in shapes that people declare and in some that they would not.

use crate::random::Random;
use swarm_advert::{
    Beacon, Connectability, Field, Identity, Kind, Number, Places, Presence, Repeat, Rotation, Rounding,
    Value,
};

/// A beacon of so many fields; it passes all checks, but may not fit.
pub fn beacon(random: &mut Random, fields: usize) -> Beacon {
    let identity = match random.below(6) {
        0 => Identity::Service16(random.next() as u16),
        1 => Identity::Service32(random.next() as u32),
        2 => Identity::Service128(u128::from(random.next()) << 64 | u128::from(random.next())),
        _ => Identity::Company(random.next() as u16),
    };
    let widths = random.pick(&[[1, 8], [1, 24], [10, 32], [1, 62], [24, 62], [24, 62]]);
    let fields = (0..fields).map(|index| field(random, index, widths)).collect();
    let mut beacon = Beacon::new("generated", identity, fields);
    beacon.connectability = random.pick(&[Connectability::Connectable, Connectability::Scannable]);
    if beacon.connectability == Connectability::Scannable && random.once_in(2) {
        beacon.flags = None;
    }
    beacon.places = random.pick(&[
        vec![Places::Legacy],
        vec![Places::Legacy],
        vec![Places::LegacyAndScanResponse],
        vec![Places::Legacy, Places::LegacyAndScanResponse],
    ]);
    if beacon.connectability == Connectability::Connectable && random.once_in(8) {
        beacon.places.push(Places::Extended { bytes: random.between(31, 60) as u16 });
    }
    if random.once_in(4) {
        beacon.local_name = Some("x".repeat(random.between(1, 9) as usize));
    }
    if !random.once_in(5) {
        beacon.rotation = Some(Rotation { dwell_ms: 5000, maximum_steps: random.between(2, 5) as u8 });
    }
    beacon
}

fn field(random: &mut Random, index: usize, widths: [i64; 2]) -> Field {
    let kind = match random.below(8) {
        0 => Kind::Flag,
        1 => Kind::Choice((0..random.between(1, 20)).map(|name| format!("choice{name}")).collect()),
        2 => Kind::Id(random.between(widths[0], widths[1]) as u32),
        _ => Kind::Number(number(random, widths)),
    };
    let mut field = Field::new(format!("field{index}"), kind);
    if random.once_in(6) && field.count() < 1 << 64 {
        field.presence = Presence::MayBeMissing;
    }
    if random.once_in(8) {
        field.repeat = Repeat::EveryAdvert;
    }
    field
}

fn number(random: &mut Random, widths: [i64; 2]) -> Number {
    let bits = random.between(widths[0], widths[1].min(40));
    let low = random.between(-1000, 1000);
    let step = random.pick(&[1, 1, 1, 5, 10, 25]);
    let steps = random.between(0, (1 << bits) - 1);
    // Just above a power of two is where a mixed radix saves most.
    let steps = if random.once_in(3) { (1 << (bits - 1)) + random.between(0, 3) } else { steps };
    let rounding = random.pick(&[Rounding::Nearest, Rounding::Floor]);
    let decimals = random.below(3) as u32;
    Number { low, high: low + steps * step, step, decimals, unit: String::new(), rounding }
}

/// A value for each field, of those that come back as they were.
pub fn values(random: &mut Random, beacon: &Beacon) -> Vec<Value> {
    beacon.fields.iter().map(|field| value(random, field)).collect()
}

fn value(random: &mut Random, field: &Field) -> Value {
    let count = field.count();
    let code = match random.below(8) {
        0 => 0,
        1 => count - 1,
        _ => u128::from(random.next()) % count,
    };
    field.value(code as u64).expect("it is below the count")
}
