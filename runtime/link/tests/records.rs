//! Every record that a session writes is read back, and no cut or random stream is mistaken for one.

use swarm_abi::{AGE_NONE, event};
use swarm_link::record::{Record, split};
use swarm_link::{Inputs, Session, Sink, StateSpan, session};

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
    stream
}

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
        ]
    );
}

#[test]
fn a_cut_record_is_none() {
    let mut stream = Stream::default();
    session::persist(&mut stream, 4, 16, &[9, 8, 7]);
    for length in 0..stream.0.len() {
        assert_eq!(split(&stream.0[..length]), None, "cut at {length}");
    }
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
    let mut session = Session::new(1, 2);
    assert!(session.claim(3));
    assert!(!session.claim(3));
    assert!(session.claim(4));
    session.begin(event::TIMER, 3);
    assert!(!session.claim(3));
    session.begin(event::STORED, 3);
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
