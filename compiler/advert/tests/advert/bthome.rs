//! BTHome adverts, read by the parser that Home Assistant uses, and how much smaller ours are.

use crate::generate::values;
use crate::random::Random;
use crate::{peer, spec};
use swarm_advert::bthome::{self, BthomeLayout, Object, Updates};
use swarm_advert::{
    Beacon, Field, Identity, Kind, Number, Places, Presence, Repeat, Rotation, Rounding, Value, decimal, plan,
};

const ROUNDS: usize = 40;
/// A temperature in steps of 0.35 °C, of which the peer gives one digit after the point.
const ROUNDED_BY_THE_PEER: u8 = 0x58;

/// An advert, and what a receiver is to say of it.
struct Question {
    advert: Vec<u8>,
    expected: Vec<(String, String)>,
    /// How far off its numbers may be.
    tolerance: f64,
}

fn questions(layout: &BthomeLayout, values: &[Value]) -> Vec<Question> {
    let packets = bthome::pack(layout, values).unwrap();
    let total: usize = packets.iter().map(Vec::len).sum();
    assert!(
        total <= layout.bytes && packets.iter().all(|packet| packet.len() <= layout.places.advert_bytes())
    );
    let adverts =
        packets.into_iter().filter(|packet| packet.windows(3).any(|part| part == [0x16, 0xd2, 0xfc]));
    let expected = |step: &Vec<usize>| {
        let there = step.iter().filter(|field| values[**field] != Value::Missing);
        let mut words: Vec<(String, String)> =
            there.map(|field| (layout.seen_as(*field), shown(layout, *field, values[*field]))).collect();
        if layout.updates == Updates::OnTrigger {
            words.push(("sleepy".to_owned(), String::new()));
        }
        words
    };
    let pair = |(advert, step): (Vec<u8>, &Vec<usize>)| Question {
        advert,
        expected: expected(step),
        tolerance: 0.0,
    };
    let questions: Vec<Question> = adverts.zip(&layout.steps).map(pair).collect();
    assert_eq!(questions.len(), layout.steps.len());
    questions
}

fn shown(layout: &BthomeLayout, field: usize, value: Value) -> String {
    let raw_bytes = layout.fields[field].bytes - 2;
    match (value, &layout.beacon.fields[field].kind) {
        (Value::Flag(flag), _) => if flag { "on" } else { "off" }.to_owned(),
        (Value::Id(id), Kind::Id(33..)) => peer::hexadecimal(&id.to_le_bytes()[..raw_bytes]),
        (Value::Id(number) | Value::Choice(number), _) => number.to_string(),
        (Value::Number(value), Kind::Number(number)) => decimal(value, number.decimals),
        _ => panic!("{value:?} of {:?}", layout.beacon.fields[field]),
    }
}

fn assert_peer_reads(questions: &[Question]) {
    let input: String = questions.iter().map(|question| peer::hexadecimal(&question.advert) + "\n").collect();
    let answers = peer::ask("bthome_adverts.py", input);
    assert_eq!(answers.len(), questions.len());
    for (question, answer) in questions.iter().zip(answers) {
        let mut words: Vec<(&str, &str)> =
            answer.split_whitespace().map(|word| word.split_once('=').unwrap_or((word, ""))).collect();
        for (name, expected) in &question.expected {
            let place = words.iter().position(|(word, _)| word == name);
            let found = place.map(|place| words.remove(place).1);
            let found = found.unwrap_or_else(|| panic!("no {name} in '{answer}': {:02x?}", question.advert));
            let same = is_same(expected, found, question.tolerance);
            assert!(same, "{name}: {expected}, but {found}: {:02x?}", question.advert);
        }
        assert!(words.is_empty(), "{words:?} are not ours: {:02x?}", question.advert);
    }
}

/// The peer calculates in doubles: 0.1 times 235 may be 23.500000000000004.
fn is_same(expected: &str, found: &str, tolerance: f64) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    match (number(expected), number(found)) {
        (Some(a), Some(b)) => (a - b).abs() <= tolerance + 1e-12 * a.abs().max(b.abs()),
        _ => expected == found,
    }
}

#[test]
fn home_assistant_s_parser_reads_realistic_beacons() {
    let mut random = Random::new(20);
    let mut all = Vec::new();
    for (name, text) in spec::folder("realistic") {
        let updates = random.pick(&[Updates::Regular, Updates::OnTrigger]);
        let layout = bthome::plan(&spec::beacon(&text), updates)
            .unwrap_or_else(|error| panic!("{name}: {}", error.render()));
        for _ in 0..ROUNDS {
            all.extend(questions(&layout, &values(&mut random, &layout.beacon)));
        }
    }
    assert!(all.len() >= 1000);
    assert_peer_reads(&all);
}

/// A number of all values that an object has.
fn whole_range(object: &Object) -> Number {
    let states = 1i64 << (8 * object.bytes);
    let (low, high) = if object.is_signed { (-states / 2, states / 2 - 1) } else { (0, states - 1) };
    Number {
        low: low * object.factor,
        high: high * object.factor,
        step: object.factor,
        decimals: object.decimals,
        unit: object.unit.to_owned(),
        rounding: Rounding::Nearest,
    }
}

#[test]
fn home_assistant_s_parser_reads_every_object_at_both_ends() {
    let numbers = bthome::numbers().map(|object| (object, Kind::Number(whole_range(&object))));
    let flags = bthome::flags().map(|object| (object, Kind::Flag));
    let mut all = Vec::new();
    for (object, kind) in numbers.chain(flags) {
        let mut field = Field::new("value", kind);
        field.property = Some(object.property.to_owned());
        field.presence = Presence::MayBeMissing;
        let beacon = Beacon::new("one", Identity::Service16(bthome::SERVICE), vec![field.clone()]);
        let layout =
            bthome::plan(&beacon, Updates::Regular).unwrap_or_else(|error| panic!("{}", error.render()));
        assert_eq!(layout.fields[0].object.property, object.property);
        let last = field.count() as u64 - 2;
        for code in [0, 1, last / 2, last] {
            let mut question = questions(&layout, &[field.value(code).unwrap()]).remove(0);
            if object.id == ROUNDED_BY_THE_PEER {
                question.tolerance = 0.05;
            }
            all.push(question);
        }
    }
    assert_peer_reads(&all);
}

#[test]
fn alike_fields_wide_ids_missing_values_and_rotations_are_read() {
    let number = |low: i64, high: i64| {
        let (unit, rounding) = (String::new(), Rounding::Nearest);
        Kind::Number(Number { low, high, step: 1, decimals: 0, unit, rounding })
    };
    let mut fields: Vec<Field> = vec![
        Field::new("small", number(0, 9)),
        Field::new("signed", number(-9, 9)),
        Field::new("large", number(0, 70_000)),
        Field::new("serial", Kind::Id(64)),
        Field::new("node", Kind::Id(33)),
        Field::new("model", Kind::Choice(vec!["a".to_owned(), "b".to_owned()])),
        Field::new("sometimes", number(0, 100)),
        Field::new("door", Kind::Flag),
    ];
    fields[6].property = Some("battery".to_owned());
    fields[6].presence = Presence::MayBeMissing;
    fields[7].repeat = Repeat::EveryAdvert;
    let mut beacon = Beacon::new("many", Identity::Company(1), fields);
    beacon.rotation = Some(Rotation { dwell_ms: 5000, maximum_steps: 3 });
    beacon.places = vec![Places::LegacyAndScanResponse];
    beacon.local_name = Some("swarm".to_owned());
    let layout = bthome::plan(&beacon, Updates::Regular).unwrap();
    assert_eq!(layout.steps.len(), 2);
    assert_eq!([0, 2, 1, 5].map(|field| layout.seen_as(field)), ["count_1", "count_3", "count_4", "count_2"]);
    let mut random = Random::new(21);
    let mut all = Vec::new();
    for round in 0..100 {
        let mut values = values(&mut random, &beacon);
        if round % 2 == 0 {
            values[6] = Value::Missing;
        }
        all.extend(questions(&layout, &values));
    }
    assert_peer_reads(&all);
}

#[test]
fn ours_need_thirty_percent_fewer_bytes_than_bthome_on_median() {
    let mut shares = Vec::new();
    for (name, text) in spec::folder("realistic") {
        let beacon = spec::beacon(&text);
        let (ours, theirs) = (plan(&beacon).unwrap(), bthome::plan(&beacon, Updates::Regular).unwrap());
        assert!((ours.steps.len(), ours.bytes) <= (theirs.steps.len(), theirs.bytes), "{name}");
        let share = 100.0 * ours.bytes as f64 / theirs.bytes as f64;
        println!(
            "{name:<18} {:>2} bytes, {} advert; BTHome {:>2}, {}; {share:.0}%",
            ours.bytes,
            ours.steps.len(),
            theirs.bytes,
            theirs.steps.len()
        );
        shares.push(share);
    }
    shares.sort_by(f64::total_cmp);
    let median = shares[shares.len() / 2];
    println!("median of {}: {median:.1}% of BTHome's bytes", shares.len());
    assert!(shares.len() >= 20 && median <= 70.0, "{median:.1}%");
}
