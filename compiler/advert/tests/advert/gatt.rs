//! GATT services: the registry as it is for ever, bytes there and back, and what is refused.

use crate::random::Random;
use swarm_advert::gatt::{
    Access, Characteristic, Content, GattError, GattValue, Part, Service, Uuid, capability_registry, decode,
    encode,
};
use swarm_advert::{Number, Presence, Rounding};

const FUZZED: usize = 200_000;

fn number(low: i64, high: i64, step: i64) -> Content {
    let (unit, rounding) = (String::new(), Rounding::Nearest);
    Content::Number(Number { low, high, step, decimals: 0, unit, rounding })
}

fn part(name: &str, content: Content, presence: Presence) -> Part {
    Part { name: name.to_owned(), content, presence }
}

fn characteristic(name: &str, uuid: u16, parts: Vec<Part>) -> Characteristic {
    Characteristic { name: name.to_owned(), uuid: Uuid::Assigned(uuid), access: Access::Read, parts }
}

fn service(characteristics: Vec<Characteristic>) -> Service {
    Service { name: "test".to_owned(), uuid: Uuid::Own(1), characteristics }
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|name| format!("name{name}")).collect()
}

#[test]
fn the_registry_is_as_nodes_in_the_field_know_it() {
    let registry = capability_registry();
    assert_eq!(registry.check(), Ok(()));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!("gatt_registry", registry.table());
    });
}

#[test]
fn registry_values_have_these_bytes() {
    let registry = capability_registry();
    let bytes = |place: usize, values: &[GattValue]| {
        let characteristic = &registry.characteristics[place];
        let bytes = encode(characteristic, values).unwrap();
        assert_eq!(decode(characteristic, &bytes).as_deref(), Ok(values));
        bytes
    };
    assert_eq!(bytes(0, &[GattValue::Set(0b1010)]), [0b1010, 0]);
    assert_eq!(bytes(1, &[GattValue::Set(1 << 7)]), [0x80, 0, 0, 0]);
    assert_eq!(bytes(3, &[1, 2, 0x304].map(GattValue::Number)), [1, 2, 4, 3]);
    assert_eq!(bytes(4, &[GattValue::Number(97)]), [97]);
    assert_eq!(bytes(5, &[GattValue::Number(1500)]), [0xdc, 0x05]);
    assert_eq!(bytes(5, &[GattValue::Unknown]), [0xff, 0xff]);
}

#[test]
fn numbers_are_as_wide_as_their_range_and_what_is_not_known() {
    use Presence::{Always, MayBeMissing};
    let bytes = |low, high, presence| part("p", number(low, high, 1), presence).bytes();
    assert_eq!([bytes(0, 255, Always), bytes(0, 255, MayBeMissing), bytes(0, 254, MayBeMissing)], [1, 2, 1]);
    assert_eq!(
        [bytes(-128, 127, Always), bytes(-128, 0, MayBeMissing), bytes(-127, 127, MayBeMissing)],
        [1, 2, 1]
    );
    assert_eq!([bytes(-1, 128, Always), bytes(0, 65536, Always), bytes(-1, 1 << 31, Always)], [2, 4, 8]);
    assert_eq!([bytes(i64::MIN, i64::MAX, Always), bytes(0, i64::MAX, MayBeMissing)], [8, 8]);
}

#[test]
fn bytes_at_random_are_refused_or_come_back_the_same() {
    let mut random = Random::new(40);
    let (mut accepted, mut refused) = (0, 0);
    let mut all = capability_registry().characteristics;
    all.push(characteristic(
        "all",
        1,
        vec![
            part("signed", number(-40, 85, 5), Presence::MayBeMissing),
            part("choice", Content::Choice(names(200)), Presence::MayBeMissing),
            part("wide", number(i64::MIN, i64::MAX, 1), Presence::Always),
            part("some", Content::Set { names: names(3), bytes: 1 }, Presence::Always),
        ],
    ));
    for round in 0..FUZZED {
        let characteristic = &all[round % all.len()];
        let length = if random.once_in(8) { random.below(24) as usize } else { characteristic.bytes() };
        let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        match decode(characteristic, &bytes) {
            Ok(values) => {
                accepted += 1;
                assert_eq!(encode(characteristic, &values), Ok(bytes));
            }
            Err(_) => refused += 1,
        }
    }
    assert!(accepted > FUZZED / 4 && refused > FUZZED / 8, "{accepted} {refused}");
}

#[test]
fn values_of_other_parts_are_refused() {
    let registry = capability_registry();
    let battery = &registry.characteristics[4];
    assert_eq!(encode(battery, &[]), Err(GattError::Length { expected: 1, found: 0 }));
    assert_eq!(encode(battery, &[GattValue::Unknown]), Err(GattError::Value { part: 0 }));
    assert_eq!(encode(battery, &[GattValue::Set(1)]), Err(GattError::Value { part: 0 }));
    assert_eq!(encode(battery, &[GattValue::Number(120)]), Ok(vec![100]));
    assert_eq!(decode(battery, &[101]), Err(GattError::Value { part: 0 }));
    assert_eq!(decode(battery, &[1, 2]), Err(GattError::Length { expected: 1, found: 2 }));
}

#[test]
fn wrong_services_are_refused_with_their_errors() {
    use Presence::{Always, MayBeMissing};
    let byte = || vec![part("byte", number(0, 255, 1), Always)];
    let of =
        |content, presence| service(vec![characteristic("one", 1, vec![part("part", content, presence)])]);
    let wrong = [
        service(vec![]),
        service((0..17).map(|uuid| characteristic(&format!("c{uuid}"), uuid, byte())).collect()),
        service(vec![characteristic("one", 1, byte()), characteristic("one", 2, byte())]),
        service(vec![characteristic("one", 1, byte()), characteristic("two", 1, byte())]),
        Service { uuid: Uuid::Assigned(1), ..service(vec![characteristic("one", 1, byte())]) },
        service(vec![characteristic("one", 1, vec![])]),
        service(vec![characteristic("one", 1, vec![part("wide", number(-1, 1 << 40, 1), Always); 3])]),
        of(number(0, 9, 2), Always),
        of(number(i64::MIN, i64::MAX, 1), MayBeMissing),
        of(Content::Choice(vec![]), Always),
        of(Content::Set { names: names(9), bytes: 1 }, Always),
        of(Content::Set { names: names(3), bytes: 3 }, Always),
        of(Content::Set { names: names(3), bytes: 1 }, MayBeMissing),
    ];
    let errors: Vec<String> = wrong.iter().map(|service| service.check().unwrap_err().render()).collect();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!("gatt_errors", errors.join("\n"));
    });
}
