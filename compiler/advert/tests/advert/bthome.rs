//! BTHome adverts, read by the parser that Home Assistant uses, and how much smaller ours are.

use crate::generate::values;
use crate::random::Random;
use crate::{peer, spec};
use swarm_advert::bthome::{self, BthomeLayout, Content, Measurement, Object, ReadError, Updates};
use swarm_advert::structures::structures;
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

/// Our own reader, which observers have.
fn assert_we_read(question: &Question) {
    let found = structures(&question.advert).unwrap();
    let data = found.iter().find_map(|part| part.data.strip_prefix(&[0xd2, 0xfc])).unwrap();
    let message = bthome::read(data).unwrap();
    let mut words: Vec<String> = message.measurements.iter().map(Measurement::shown).collect();
    if message.updates == Updates::OnTrigger {
        words.push(String::new());
    }
    assert_eq!((words.len(), message.unread), (question.expected.len(), 0));
    for ((name, expected), found) in question.expected.iter().zip(words) {
        assert!(is_same(expected, &found, 0.0), "{name}: {expected}, but {found}");
    }
}

fn assert_peer_reads(questions: &[Question]) {
    let input: String = questions.iter().map(|question| peer::hexadecimal(&question.advert) + "\n").collect();
    let answers = peer::ask("bthome_adverts.py", input);
    assert_eq!(answers.len(), questions.len());
    for (question, answer) in questions.iter().zip(answers) {
        assert_we_read(question);
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
fn of_the_objects_that_hold_a_field_exactly_the_shortest_is_taken() {
    let chosen = |range: &str, property: &str| {
        let text = format!(
            "name = \"b\"\n[[fields]]\nname = \"f\"\nrange = \"{range}\"\nproperty = \"{property}\"\n"
        );
        bthome::plan(&spec::beacon(&text), Updates::Regular).unwrap().fields[0].object.id
    };
    assert_eq!(
        [chosen("0 to 100 by 1 %", "humidity"), chosen("0.0 to 100.0 by 0.5 %", "humidity")],
        [0x2e, 0x03]
    );
    assert_eq!(
        [chosen("-20 to 60 by 1 °C", "temperature"), chosen("-20 to 200 by 1 °C", "temperature")],
        [0x57, 0x02]
    );
    assert_eq!(
        [chosen("-400 to 400 by 1 °C", "temperature"), chosen("0.0 to 700.0 by 0.7 °C", "temperature")],
        [0x45, 0x45]
    );
    assert_eq!(
        [
            chosen("0 to 255 by 1", "count"),
            chosen("-1 to 255 by 1", "count"),
            chosen("0 to 256 by 1", "count")
        ],
        [0x09, 0x5a, 0x3d]
    );
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

#[test]
fn the_reader_passes_over_what_is_no_measurement_and_stops_at_what_is_newer() {
    let data = [
        &[0x44, 0x00, 9][..],   // packet id
        &[0x01, 97],            // battery
        &[0x3a, 1],             // button
        &[0x3b, 2, 5, 6, 7],    // command of two arguments
        &[0x53, 2, b'h', b'i'], // text
        &[0x5a, 0xff, 0xff],    // count, with a sign
        &[0xf2, 1, 2, 3],       // firmware
        &[0xee, 1, 2],          // not yet invented
    ];
    let message = bthome::read(&data.concat()).unwrap();
    let words: Vec<String> =
        message.measurements.iter().map(|one| format!("{} {}", one.object.property, one.shown())).collect();
    assert_eq!(
        (words, message.unread, message.updates),
        (vec!["battery 97".to_owned(), "count -1".to_owned()], 3, Updates::OnTrigger)
    );
    let refused = |data: &[u8]| bthome::read(data).unwrap_err();
    assert_eq!(
        [refused(&[]), refused(&[0x60]), refused(&[0x41])],
        [ReadError::Version, ReadError::Version, ReadError::Encrypted]
    );
    assert_eq!(refused(&[0x40, 0x02, 1]), ReadError::Truncated { object: 0x02 });
    assert_eq!(refused(&[0x40, 0x54, 3, 1, 2]), ReadError::Truncated { object: 0x54 });
    assert_eq!(refused(&[0x40, 0x1a, 2]), ReadError::Flag { object: 0x1a });
}

#[test]
fn a_million_messages_at_random_are_read_or_refused() {
    let mut random = Random::new(23);
    let ids: Vec<u8> =
        bthome::numbers().chain(bthome::flags()).map(|object| object.id).chain([0, 0x54, 0x3b]).collect();
    let mut read = 0;
    for _ in 0..1_000_000 {
        let mut data = vec![if random.once_in(8) { random.next() as u8 } else { 0x40 }];
        for _ in 0..random.below(5) {
            data.push(random.pick(&ids));
            data.extend((0..random.below(5)).map(|_| random.below(4) as u8));
        }
        let Ok(message) = bthome::read(&data) else { continue };
        read += 1;
        let bytes = |content: &Content| if let Content::Bytes(bytes) = content { 1 + bytes.len() } else { 0 };
        let least: usize =
            message.measurements.iter().map(|one| 1 + one.object.bytes + bytes(&one.content)).sum();
        assert!(1 + least + message.unread <= data.len(), "{data:02x?}");
    }
    assert!((100_000..900_000).contains(&read), "{read}");
}
