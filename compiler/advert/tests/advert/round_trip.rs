//! Values to bytes and back, and bytes that are no frame.

use crate::generate::{beacon, values};
use crate::random::Random;
use swarm_advert::{
    Beacon, Cell, Field, Identity, Kind, Layout, Misfit, PackError, Packet, Shift, UnpackError, Value,
    Widest, check_ids, pack, plan, unpack, unpack_frame,
};

const FUZZED: usize = 1_000_000;

fn layouts(seed: u64, number: usize) -> Vec<Layout> {
    let mut random = Random::new(seed);
    let mut layouts = Vec::new();
    while layouts.len() < number {
        let fields = random.between(1, 16) as usize;
        layouts.extend(plan(&beacon(&mut random, fields)));
    }
    layouts
}

#[test]
fn values_come_back_as_they_were() {
    let mut random = Random::new(5);
    for layout in layouts(6, 200) {
        for _ in 0..50 {
            let values = values(&mut random, &layout.beacon);
            let packets = pack(&layout, &values).unwrap();
            let mut seen = vec![false; values.len()];
            for (bytes, (_, packet)) in packets.iter().zip(layout.packets()) {
                assert_eq!(bytes.len(), packet.bytes());
                if packet.frame.is_none() {
                    assert_eq!(unpack(&layout, bytes), Err(UnpackError::Stranger));
                    continue;
                }
                for (field, value) in unpack(&layout, bytes).unwrap().values {
                    assert_eq!(value, values[field]);
                    seen[field] = true;
                }
            }
            assert!(seen.iter().all(|seen| *seen), "{:?}", layout.beacon);
        }
    }
}

#[test]
fn a_million_inputs_are_refused_or_are_exactly_what_pack_makes() {
    let mut random = Random::new(7);
    let layouts = layouts(8, 100);
    let mut accepted = 0;
    for round in 0..FUZZED {
        let layout = &layouts[round % layouts.len()];
        let input = input(&mut random, layout);
        let Ok(reading) = unpack_frame(layout, &input) else { continue };
        accepted += 1;
        let mut values: Vec<Value> = layout
            .beacon
            .fields
            .iter()
            .map(|field| field.value(0).expect("every field has a value"))
            .collect();
        for (field, value) in &reading.values {
            values[*field] = *value;
        }
        let frame = layout.frames().nth(reading.frame).unwrap();
        let packets = pack(layout, &values).unwrap();
        let data = |packet: &Vec<u8>| packet.windows(input.len()).any(|window| window == input);
        assert!(packets.iter().any(data), "{frame:?} {input:02x?}");
    }
    assert!(accepted > FUZZED / 20 && accepted < FUZZED / 2, "{accepted} of {FUZZED} were frames");
}

/// Bytes at random, or a frame with some bytes changed, cut off or added.
fn input(random: &mut Random, layout: &Layout) -> Vec<u8> {
    if random.once_in(4) {
        let length = random.below(40) as usize;
        return (0..length).map(|_| random.next() as u8).collect();
    }
    let frame = random.pick(&layout.frames().collect::<Vec<_>>());
    let mut bytes = vec![frame.id];
    bytes.extend((0..frame.payload_bytes).map(|_| if random.once_in(2) { 0 } else { random.next() as u8 }));
    match random.below(4) {
        0 => bytes.truncate(random.below(bytes.len() as u64 + 1) as usize),
        1 => bytes.push(random.next() as u8),
        _ => {
            let at = random.below(bytes.len() as u64) as usize;
            bytes[at] = random.pick(&[bytes[at], 0, 0xff]);
        }
    }
    bytes
}

#[test]
fn whole_adverts_at_random_never_panic() {
    let mut random = Random::new(9);
    for layout in layouts(10, 100) {
        for _ in 0..FUZZED / 100 {
            let mut advert = Vec::new();
            while advert.len() < 31 && !random.once_in(6) {
                let length = random.below(12) as u8;
                advert.extend([length, random.pick(&[1, 9, 0xff, 0x16, 0x20, 0x21])]);
                advert.extend((0..random.below(12)).map(|_| random.next() as u8));
            }
            // It is somebody else's company or service, or one bit of chance in 65536.
            if let Ok(reading) = unpack(&layout, &advert) {
                assert!(!reading.values.is_empty() || layout.beacon.fields.is_empty());
            }
        }
    }
}

fn small() -> Layout {
    let fields = vec![
        Field::new("model", Kind::Choice(["a", "b", "c"].map(String::from).to_vec())),
        Field::new("door", Kind::Flag),
    ];
    let mut beacon = Beacon::new("small", Identity::Company(0xffff), fields);
    beacon.layout_id = Some(7);
    plan(&beacon).unwrap()
}

#[test]
fn bytes_are_as_the_format_page_says() {
    let packets = pack(&small(), &[Value::Choice(2), Value::Flag(true)]).unwrap();
    assert_eq!(packets, [vec![2, 1, 6, 5, 0xff, 0xff, 0xff, 7, 0b110]]);
}

#[test]
fn each_kind_of_malformed_input_has_its_refusal() {
    let layout = small();
    let frame = |data: &[u8]| unpack_frame(&layout, data).unwrap_err();
    assert_eq!(frame(&[]), UnpackError::Length { expected: 1, found: 0 });
    assert_eq!(frame(&[8, 0]), UnpackError::UnknownFrame(8));
    assert_eq!(frame(&[7]), UnpackError::Length { expected: 1, found: 0 });
    assert_eq!(frame(&[7, 0, 0]), UnpackError::Length { expected: 1, found: 2 });
    assert_eq!(frame(&[7, 3]), UnpackError::Code { field: 0 });
    assert_eq!(frame(&[7, 8]), UnpackError::Padding);
    assert_eq!(unpack(&layout, &[2, 1, 6]), Err(UnpackError::Stranger));
    assert_eq!(unpack(&layout, &[2, 1, 6, 9, 0xff]), Err(UnpackError::Malformed));
}

#[test]
fn values_that_no_field_has_are_refused_with_its_place() {
    let layout = small();
    let refused = |values: &[Value]| pack(&layout, values).unwrap_err();
    assert_eq!(refused(&[Value::Flag(true)]), PackError::Count { fields: 2, values: 1 });
    assert_eq!(
        refused(&[Value::Choice(3), Value::Flag(true)]),
        PackError::Value { field: 0, misfit: Misfit::Range }
    );
    assert_eq!(
        refused(&[Value::Choice(0), Value::Number(1)]),
        PackError::Value { field: 1, misfit: Misfit::Kind }
    );
    assert_eq!(
        refused(&[Value::Choice(0), Value::Missing]),
        PackError::Value { field: 1, misfit: Misfit::Missing }
    );
}

#[test]
fn of_several_structures_of_one_owner_the_frame_is_found() {
    let layout = small();
    let frame = pack(&layout, &[Value::Choice(1), Value::Flag(false)]).unwrap().remove(0);
    // Another frame of the test company comes first.
    let advert = [&[4, 0xff, 0xff, 0xff, 99], &frame[3..]].concat();
    assert_eq!(unpack(&layout, &advert).unwrap().values, [(0, Value::Choice(1)), (1, Value::Flag(false))]);
    assert_eq!(unpack(&layout, &advert[..5]), Err(UnpackError::UnknownFrame(99)));
}

#[test]
fn two_layouts_of_one_owner_share_no_id() {
    let first = small();
    let mut beacon = first.beacon.clone();
    beacon.name = "other".to_owned();
    let same = plan(&beacon).unwrap();
    let error = check_ids(&[&first, &same]).unwrap_err();
    assert_eq!(
        error.render(),
        "error[advert-layout-clash]: 'other' and 'small' both have layout id 7\n  \
         help: declare a layout id for 'other' that no other has, such as 0\n"
    );
    beacon.layout_id = Some(8);
    assert_eq!(check_ids(&[&first, &plan(&beacon).unwrap()]), Ok(()));
    beacon.layout_id = Some(7);
    beacon.identity = Identity::Service16(0xffff);
    assert_eq!(check_ids(&[&first, &plan(&beacon).unwrap()]), Ok(()));
}

#[test]
fn stores_write_what_pack_makes() {
    let mut random = Random::new(12);
    let mut layouts = layouts(13, 200);
    // What a board would compute in several registers is left to the other tests.
    layouts.retain(|layout| layout.frames().all(|frame| frame.cells.iter().all(|cell| cell.width <= 128)));
    assert!(layouts.len() >= 150);
    for layout in layouts {
        for _ in 0..20 {
            let values = values(&mut random, &layout.beacon);
            let packets = pack(&layout, &values).unwrap();
            for (expected, (_, packet)) in packets.iter().zip(layout.packets()) {
                for widest in [Widest::Byte, Widest::HalfWord, Widest::Word] {
                    assert_eq!(&written(&layout, packet, &values, widest), expected, "{packet:?}");
                }
            }
        }
    }
}

/// Follows the list of stores; each is aligned, and they follow one another.
fn written(layout: &Layout, packet: &Packet, values: &[Value], widest: Widest) -> Vec<u8> {
    let mut bytes = Vec::new();
    for store in packet.stores(widest) {
        assert!(store.at == bytes.len() && store.at.is_multiple_of(store.bytes));
        let word = store.terms.iter().fold(store.constant, |word, term| {
            let cell = &packet.frame.as_ref().unwrap().cells[term.cell];
            word | shifted(layout, cell, values, term.shift)
        });
        bytes.extend(&word.to_le_bytes()[..store.bytes]);
    }
    bytes
}

/// 32 bits of a cell's number.
fn shifted(layout: &Layout, cell: &Cell, values: &[Value], shift: Shift) -> u32 {
    let number = cell.digits.iter().rev().fold(0u128, |number, digit| {
        let field = &layout.beacon.fields[digit.field];
        number * digit.count + u128::from(field.code(values[digit.field]).unwrap())
    });
    match shift {
        Shift::Left(bits) => (number << bits) as u32,
        Shift::Right(bits) => (number >> bits) as u32,
    }
}
