//! A run replays as it was; each way of being different is found, at its line.

use swarm_abi::{Heard, event};

use super::*;
use crate::node::{Received, Record};
use crate::progress::Silent;
use crate::record::Recorder;
use crate::scheduler::{Observer, RunOptions, Step, Watch, run_watched};
use crate::scripted::{Scripted, handler};
use crate::world::Still;

/// Acts at every timer event with the time, keeps two bytes and reads them back.
fn node() -> Scripted {
    let mut node = Scripted::new(vec![handler(event::TIMER, 0, (10, 10, 10))]);
    node.counts = 1;
    node.script = Box::new(|event, inputs| match (event.kind, inputs.now_ms) {
        (event::TIMER, 20) => vec![Record::Persist { store: 0, offset: 1, bytes: vec![5, 6] }],
        (event::TIMER, 30) => vec![Record::Restore { store: 0, offset: 1, length: 2 }],
        (event::TIMER, now) => vec![Record::Act { port: 0, value: now as i32 }],
        _ => vec![],
    });
    node
}

fn recorded() -> String {
    let mut recorder = Recorder::new(Vec::new());
    let options = RunOptions { ticks: 5, seed: 4, ..RunOptions::default() };
    let mut progress = Silent;
    let observers: Vec<&mut dyn Observer> = vec![&mut recorder];
    let mut watch = Watch { progress: &mut progress, observers };
    let report = run_watched(&mut node(), &mut Still::default(), &options, &mut watch).expect("runs");
    String::from_utf8(recorder.finish(&report).expect("a vector takes it")).expect("text")
}

#[test]
fn a_run_replays_as_it_was() {
    let text = recorded();
    let report = replay("r.jsonl", &text, &mut node()).expect("a good record");
    assert_eq!(report.difference, None);
    assert_eq!(report.events, 9, "init, start, five ticks, two of storage:\n{text}");
}

#[test]
fn another_act_is_found_at_its_line() {
    let mut other = node();
    let mut script = std::mem::replace(&mut other.script, Box::new(|_, _| vec![]));
    other.script = Box::new(move |event, inputs| {
        if inputs.now_ms == 40 { vec![Record::Act { port: 0, value: 41 }] } else { script(event, inputs) }
    });
    let report = replay("r.jsonl", &recorded(), &mut other).expect("a good record");
    let difference = report.difference.expect("a difference");
    assert_eq!((difference.line, difference.time_ms, difference.what.as_str()), (9, 40, "record 0"));
    assert!(difference.recorded.contains("40") && difference.replayed.contains("41"), "{difference:?}");
}

#[test]
fn a_missing_act_a_fault_and_another_state_are_found() {
    let what = |node: &mut Scripted| {
        let report = replay("r.jsonl", &recorded(), node).expect("a good record");
        report.difference.map(|difference| difference.what)
    };
    let mut silent = node();
    silent.script = Box::new(|_, _| vec![]);
    assert_eq!(what(&mut silent).as_deref(), Some("number of records"));
    let mut faulting = node();
    faulting.fault_at = Some((30, 1));
    assert_eq!(what(&mut faulting).as_deref(), Some("status"));
    let mut counting = node();
    counting.counts = 2;
    assert_eq!(what(&mut counting).as_deref(), Some("final state"));
}

#[test]
fn wrong_records_are_refused() {
    let text = recorded();
    let code = |text: &str| replay("r.jsonl", text, &mut node()).expect_err("refused").code;
    assert_eq!(code(""), "replay::format");
    assert_eq!(code(&text.replacen("swarm-record 1", "swarm-record 9", 1)), "replay::format");
    assert_eq!(code("not a record\n"), "replay::line");
    assert_eq!(code(&text.replacen("\"schema\":4660", "\"schema\":1", 1)), "replay::kernel");
    assert_eq!(code(&text.replacen("\"status\":0", "\"status\":\"good\"", 1)), "replay::line");
    let without_end: String = text.lines().take(5).map(|line| format!("{line}\n")).collect();
    assert_eq!(code(&without_end), "replay::truncated");
}

#[test]
fn a_run_that_a_fault_ended_replays_up_to_it() {
    let mut recorder = Recorder::new(Vec::new());
    let mut faulting = node();
    faulting.fault_at = Some((20, 3));
    let options = RunOptions { ticks: 5, seed: 4, ..RunOptions::default() };
    let observers: Vec<&mut dyn Observer> = vec![&mut recorder];
    let mut watch = Watch { progress: &mut Silent, observers };
    let error = run_watched(&mut faulting, &mut Still::default(), &options, &mut watch).expect_err("a fault");
    assert_eq!(error.code, "run::fault");
    let text = String::from_utf8(recorder.into_inner()).expect("text");
    let again = replay("r.jsonl", &text, &mut faulting).expect("a good record");
    assert_eq!((again.events, again.difference), (4, None));
    let sound = replay("r.jsonl", &text, &mut node()).expect("a good record");
    assert_eq!(sound.difference.map(|difference| difference.what).as_deref(), Some("status"));
}

/// Hears a message, and answers with the bytes turned round; nobody is asked what it was when this is replayed.
#[test]
fn what_was_heard_is_replayed() {
    let echo = || {
        let mut node = Scripted::new(vec![handler(event::MESSAGE, 0, (0, 0, 0))]);
        node.script = Box::new(|_, inputs| {
            let received = inputs.received.clone().unwrap_or_default();
            let bytes = received.payload.into_iter().rev().collect();
            vec![Record::Send {
                channel: 0,
                to: received.heard.from,
                options: 0,
                airtime_us: 0,
                id: received.heard.id,
                bytes,
            }]
        });
        node
    };
    let heard = Heard { from: 7, to: 8, id: 9, rssi: -90, snr: -3, hops: 2, flags: 1, reserved: [0; 3] };
    let received = Some(Received { heard, payload: vec![1, 2, 3] });
    let event = Event { kind: event::MESSAGE, value: 3, ..Event::default() };
    let inputs = Inputs { received, ..Inputs::default() };
    let mut node = echo();
    let outcome = node.dispatch(&event, &inputs).expect("serves");
    let step =
        Step { node: 0, time_ms: 0, starts_ms: 0, event, inputs: inputs.clone(), restored: None, outcome };
    let mut recorder = Recorder::new(Vec::new());
    recorder.served(&step, &mut node).expect("records");
    let mut report = run_watched(
        &mut echo(),
        &mut Still::default(),
        &RunOptions::default(),
        &mut Watch { progress: &mut Silent, observers: vec![] },
    )
    .expect("runs");
    report.checksum = checksum(&node.state);
    let text = String::from_utf8(recorder.finish(&report).expect("a vector takes it")).expect("text");
    let mut again = echo();
    assert_eq!(replay("r.jsonl", &text, &mut again).expect("a good record").difference, None);
    assert_eq!(again.seen, [(event, inputs)]);
    let changed = text.replacen("\"payload\":[1,", "\"payload\":[5,", 1);
    let difference = replay("r.jsonl", &changed, &mut echo()).expect("a good record").difference;
    assert_eq!(difference.map(|difference| difference.what).as_deref(), Some("record 0"));
}
