//! Every record that a session writes is read back, and no cut or random stream is mistaken for one.

use swarm_abi::{AGE_NONE, BROADCAST, BeaconEntry, CharacteristicEntry, Event, beacon, event};
use swarm_link::record::{Record, split};
use swarm_link::{Deployment, Inputs, Outgoing, Sent, Session, Sink, StateSpan, session};

#[derive(Default)]
struct Stream(Vec<u8>);

impl Sink for Stream {
    fn append(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

fn all() -> Stream {
    let mut stream = Stream::default();
    session::act(&mut stream, 3, -7);
    session::log(&mut stream, 2, &[1, -1]);
    session::rearm(&mut stream, 1, 500);
    session::persist(&mut stream, 4, 16, &[9, 8, 7]);
    session::restore(&mut stream, 5, StateSpan { offset: 8, length: 12 });
    session::send(&mut stream, &OUTGOING, Sent { id: 77, airtime_us: 5 }, &[1, 2]);
    session::send(&mut stream, &OUTGOING, Sent::REFUSED, &[]);
    session::advertise(&mut stream, 1, 2, &[3]);
    session::publish(&mut stream, 6, &[4, 5]);
    stream
}

const OUTGOING: Outgoing = Outgoing { channel: 1, to: BROADCAST, options: 4, length: 2 };

#[test]
fn records_come_back() {
    let stream = all();
    let mut rest = stream.0.as_slice();
    let mut records = Vec::new();
    while let Some((record, after)) = split(rest) {
        records.push(record);
        rest = after;
    }
    assert!(rest.is_empty());
    assert_eq!(
        records,
        [
            Record::Act { port: 3, value: -7 },
            Record::Log { format: 2, arguments: &[1, 0, 0, 0, 255, 255, 255, 255] },
            Record::Rearm { timer: 1, ms: 500 },
            Record::Persist { store: 4, offset: 16, bytes: &[9, 8, 7] },
            Record::Restore { store: 5, offset: 8, length: 12 },
            Record::Send { channel: 1, to: BROADCAST, options: 4, id: 77, airtime_us: 5, bytes: &[1, 2] },
            Record::Send { channel: 1, to: BROADCAST, options: 4, id: 0, airtime_us: 0, bytes: &[] },
            Record::Advertise { beacon: 1, turn: 2, bytes: &[3] },
            Record::Publish { characteristic: 6, bytes: &[4, 5] },
        ]
    );
}

#[test]
fn a_cut_record_is_none() {
    let mut rest = all().0;
    while let Some((_, after)) = split(&rest) {
        let length = rest.len() - after.len();
        for cut in 0..length {
            assert_eq!(split(&rest[..cut]), None, "tag {} cut at {cut}", rest[0]);
        }
        rest.drain(..length);
    }
    assert!(rest.is_empty());
}

#[test]
fn a_log_has_at_most_eight_arguments() {
    let mut stream = Stream::default();
    session::log(&mut stream, 0, &[5; 12]);
    let Some((Record::Log { arguments, .. }, rest)) = split(&stream.0) else { panic!("no log record") };
    assert_eq!((arguments.len(), rest.len()), (32, 0));
}

#[test]
fn inputs_without_a_value_are_zero() {
    let mut ports = Vec::new();
    for (value, age) in [(-5i32, 10u32), (77, AGE_NONE)] {
        ports.extend_from_slice(&value.to_le_bytes());
        ports.extend_from_slice(&age.to_le_bytes());
    }
    let inputs = Inputs { now_ms: 0, ports: &ports };
    assert_eq!([inputs.sense(0), inputs.sense(1), inputs.sense(2)], [-5, 0, 0]);
    assert_eq!([inputs.age(0), inputs.age(1), inputs.age(u32::MAX)], [10, AGE_NONE, AGE_NONE]);
}

#[test]
fn a_store_is_busy_until_its_event() {
    let mut session = Session::new(1, 2, Deployment::standard());
    let event = |kind| Event { kind, symbol: 3, ..Event::default() };
    assert!(session.claim(3));
    assert!(!session.claim(3));
    assert!(session.claim(4));
    session.begin(&event(event::TIMER), 0);
    assert!(!session.claim(3));
    session.begin(&event(event::STORED), 0);
    assert!(session.claim(3));
    assert!(!session.claim(32));
}

#[test]
fn spans_stay_within_the_block() {
    assert_eq!(StateSpan::within(64, 0, 64), Some(StateSpan { offset: 0, length: 64 }));
    assert_eq!(StateSpan::within(64, 60, 4), Some(StateSpan { offset: 60, length: 4 }));
    for (offset, length) in [(64, 1), (0, 65), (61, 4), (1, u32::MAX)] {
        assert_eq!(StateSpan::within(64, offset, length), None);
    }
}

#[test]
fn beacons_and_characteristics_take_what_they_declare() {
    let quiet = BeaconEntry { turns: 2, bytes: 24, ..BeaconEntry::default() };
    let answers = BeaconEntry { flags: beacon::SCAN_RESPONSE, ..quiet };
    let response = beacon::TURN_SCAN_RESPONSE;
    for (entry, turn, length, takes) in [
        (Some(&quiet), 1, 24, true),
        (Some(&quiet), 1, 25, false),
        (Some(&quiet), 2, 1, false),
        (Some(&quiet), response, 1, false),
        (Some(&answers), response | 1, 31, true),
        (Some(&answers), response, 32, false),
        (Some(&answers), response | 2, 1, false),
        (None, 0, 0, false),
    ] {
        assert_eq!(session::takes_turn(entry, turn, length), takes, "{entry:?} {turn:#x} {length}");
    }
    let value = CharacteristicEntry { bytes: 4, ..CharacteristicEntry::default() };
    let takes = [(Some(&value), 4), (Some(&value), 5), (None, 0)];
    assert_eq!(takes.map(|(entry, length)| session::takes_value(entry, length)), [true, false, false]);
}
