//! The planner against the least that trying everything finds.

use crate::exhaustive::{MOST_FIELDS, bytes, least};
use crate::generate::beacon;
use crate::random::Random;
use std::time::Duration;
use swarm_advert::{Beacon, Connectability, Layout, Places, Proof, plan};

const SPECIFICATIONS: usize = 500;
/// So many of them, at least, need more than one advert.
const ROTATIONS: usize = 150;
const OVERFLOWS: [&str; 4] =
    ["advert-overflow", "advert-rotation-overflow", "advert-repeated", "advert-local-name"];

#[test]
fn five_hundred_layouts_need_the_least_steps_and_bytes() {
    let mut random = Random::new(2);
    let (mut fitting, mut several_steps, mut mixed, mut refused) = (0, 0, 0, 0);
    let mut slowest = Duration::ZERO;
    while fitting < SPECIFICATIONS {
        let fields =
            random.between(2, MOST_FIELDS as i64).max(random.between(2, MOST_FIELDS as i64)) as usize;
        let beacon = beacon(&mut random, fields);
        let start = on_processor();
        let planned = plan(&beacon);
        slowest = slowest.max(on_processor() - start);
        let counts: Vec<u128> = beacon.fields.iter().map(|field| field.count()).collect();
        let expected = least(&beacon, &counts);
        let layout = match planned {
            Ok(layout) => layout,
            Err(error) => {
                assert!(OVERFLOWS.contains(&error.code), "{}", error.render());
                assert_eq!(expected, None, "refused, and yet it fits: {beacon:?}");
                refused += 1;
                continue;
            }
        };
        let is_rotation = layout.steps.len() > 1;
        if !is_rotation && fitting - several_steps == SPECIFICATIONS - ROTATIONS {
            continue;
        }
        fitting += 1;
        assert_eq!(Some((layout.steps.len(), layout.bytes)), expected, "{beacon:?}");
        assert_eq!(layout.proof, Proof::Optimal, "{beacon:?}");
        several_steps += usize::from(is_rotation);
        assert_is_sound(&layout);

        // With plain bit fields alone it is as if each count were the next power of two.
        let plain: Vec<u128> = counts.iter().map(|count| count.next_power_of_two()).collect();
        let is_mixed = is_mixed(&layout);
        mixed += usize::from(is_mixed);
        assert_eq!(is_mixed, least(&beacon, &plain) != expected, "a mixed radix where it saves: {beacon:?}");
    }
    println!("{fitting} fit ({several_steps} by a rotation, {mixed} by a mixed radix), {refused} do not");
    println!("the slowest plan took {slowest:?}");
    assert!(
        several_steps >= ROTATIONS && mixed >= 50 && refused >= 50,
        "the specifications are of all kinds"
    );
}

#[test]
fn large_beacons_are_never_below_the_bound_and_say_when_they_may_be_above() {
    let mut random = Random::new(3);
    let (mut fitting, mut proven) = (0, 0);
    let (mut slowest, mut slowest_refusal) = (Duration::ZERO, Duration::ZERO);
    for round in 0..150 {
        let fields = random.between(13, 64) as usize;
        let mut beacon = beacon(&mut random, fields);
        beacon.rotation =
            beacon.rotation.map(|rotation| swarm_advert::Rotation { maximum_steps: 16, ..rotation });
        if round % 3 == 0 {
            beacon.connectability = Connectability::Neither;
            beacon.places = vec![Places::Extended { bytes: 255 }];
        }
        let start = on_processor();
        let planned = plan(&beacon);
        let Ok(layout) = planned else {
            slowest_refusal = slowest_refusal.max(on_processor() - start);
            continue;
        };
        slowest = slowest.max(on_processor() - start);
        fitting += 1;
        assert_is_sound(&layout);
        let information = bytes(beacon.fields.iter().map(|field| field.count()));
        assert!(layout.bytes > information, "less than there is to tell: {beacon:?}");
        match layout.proof {
            Proof::Optimal => proven += 1,
            Proof::AtLeast { steps, bytes } => {
                assert!((steps, bytes) <= (layout.steps.len(), layout.bytes), "{:?}", layout.proof);
                assert!(bytes >= information);
            }
        }
    }
    println!(
        "{proven} of {fitting} large layouts are proven; the slowest took {slowest:?}, a refusal {slowest_refusal:?}"
    );
    assert!(fitting >= 50 && proven * 4 >= fitting * 3, "{proven} of {fitting}");
}

/// How long this thread has been on a processor: other programs do not count. Elsewhere than on Linux nothing is shown.
fn on_processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0))
}

#[test]
fn the_same_beacon_gives_the_same_layout() {
    let mut random = Random::new(4);
    for _ in 0..50 {
        let beacon = beacon(&mut random, 9);
        assert_eq!(plan(&beacon), plan(&beacon.clone()));
    }
}

fn is_mixed(layout: &Layout) -> bool {
    layout.frames().any(|frame| frame.cells.iter().any(|cell| cell.digits.len() > 1))
}

/// Everything that a receiver relies on.
fn assert_is_sound(layout: &Layout) {
    let beacon = &layout.beacon;
    let total: usize = layout.packets().map(|(_, packet)| packet.bytes()).sum();
    assert_eq!(total, layout.bytes);
    for step in &layout.steps {
        assert!(step.advert.bytes() <= layout.places.advert_bytes());
        assert!(step.response.as_ref().is_none_or(|response| response.bytes() <= 31));
        assert!(step.response.is_none() || layout.places == Places::LegacyAndScanResponse);
    }
    let ids: Vec<u8> = layout.frames().map(|frame| frame.id).collect();
    assert!(ids.windows(2).all(|pair| pair[1] == pair[0] + 1), "{ids:?}");
    for frame in layout.frames() {
        let mut bit = 0;
        for cell in &frame.cells {
            assert_eq!(cell.bit, bit, "cells follow one another");
            bit += cell.width;
        }
        assert!(bit <= 8 * frame.payload_bytes && frame.unused_bits() < 8);
        assert_eq!(usize::from(frame.head[0]) + 1, frame.bytes(), "the structure's length");
    }
    assert_each_field_is_where_it_belongs(layout, beacon);
}

fn assert_each_field_is_where_it_belongs(layout: &Layout, beacon: &Beacon) {
    for (index, field) in beacon.fields.iter().enumerate() {
        let count = |packet: &swarm_advert::Packet| {
            packet.frame.iter().flat_map(|frame| frame.fields()).filter(|found| *found == index).count()
        };
        let adverts: Vec<usize> = layout.steps.iter().map(|step| count(&step.advert)).collect();
        let responses: usize = layout.steps.iter().filter_map(|step| step.response.as_ref()).map(count).sum();
        match field.repeat {
            swarm_advert::Repeat::EveryAdvert => {
                assert!(adverts.iter().all(|count| *count == 1) && responses == 0, "{}", field.name);
            }
            swarm_advert::Repeat::Once => {
                assert_eq!(adverts.iter().sum::<usize>() + responses, 1, "{}", field.name);
            }
        }
    }
}
