//! The order of events, timers, storage, faults, and what the report says of them, on scripted nodes.

use swarm_abi::{Event, event, fault};

use super::resolve::name_hash;
use super::*;
use crate::error::HarnessError;
use crate::node::{KernelFacts, Record};
use crate::progress::Silent;
use crate::scripted::{Scripted, handler, port};
use crate::world::{LoadedWorld, Still, load};

fn options(ticks: u64) -> RunOptions {
    RunOptions { ticks, seed: 9, ..RunOptions::default() }
}

fn served(node: &Scripted) -> Vec<(u32, u32, u32, u32)> {
    node.seen.iter().map(|(event, inputs)| (inputs.now_ms, event.kind, event.symbol, event.value)).collect()
}

fn run_still(node: &mut Scripted, ticks: u64) -> Result<RunReport, HarnessError> {
    run(node, &mut Still::default(), &options(ticks), &mut Silent)
}

fn world(toml: &str, csv: &'static str) -> LoadedWorld {
    load("w.toml", toml, &|_| Ok(csv.to_string())).expect("a good world")
}

const TIMER_10: (u32, u32, u32) = (10, 5, 20);
const TIMER_20: (u32, u32, u32) = (20, 20, 20);

#[test]
fn events_come_by_time_then_kind_then_symbol() {
    let mut node =
        Scripted::new(vec![handler(event::TIMER, 1, TIMER_20), handler(event::TIMER, 0, TIMER_10)]);
    let report = run_still(&mut node, 6).expect("runs");
    let expected = [
        (0, event::INIT, 0, 9),
        (0, event::START, 0, 0),
        (10, event::TIMER, 0, 0),
        (20, event::TIMER, 0, 0),
        (20, event::TIMER, 1, 0),
        (30, event::TIMER, 0, 0),
        (40, event::TIMER, 0, 0),
        (40, event::TIMER, 1, 0),
    ];
    assert_eq!(served(&node), expected);
    assert_eq!((report.ticks, report.time_ms, report.seed), (6, 40, 9));
}

#[test]
fn rearming_counts_from_now_within_the_bounds() {
    let mut node = Scripted::new(vec![handler(event::TIMER, 0, TIMER_10)]);
    let rearms = [(10, 7), (17, 1), (22, 1000)];
    node.script = Box::new(move |event, inputs| {
        let rearm = rearms.iter().find(|(at, _)| event.kind == event::TIMER && *at == inputs.now_ms);
        rearm.map(|&(_, ms)| Record::Rearm { timer: 0, ms }).into_iter().collect()
    });
    run_still(&mut node, 6).expect("runs");
    let times: Vec<u32> = served(&node).iter().skip(2).map(|event| event.0).collect();
    assert_eq!(times, [10, 17, 22, 42, 62, 82], "a new period holds on");
}

#[test]
fn storage_ends_with_an_event_and_restores_what_was_kept() {
    let mut node = Scripted::new(vec![handler(event::TIMER, 0, TIMER_10)]);
    node.script = Box::new(|event, inputs| match (event.kind, inputs.now_ms) {
        (event::START, _) => vec![Record::Restore { store: 3, offset: 1, length: 2 }],
        (event::TIMER, 10) => vec![Record::Persist { store: 3, offset: 1, bytes: vec![7, 8] }],
        (event::TIMER, 20) => vec![
            Record::Restore { store: 3, offset: 2, length: 2 },
            Record::Restore { store: 3, offset: 0, length: 3 },
        ],
        _ => vec![],
    });
    run_still(&mut node, 3).expect("runs");
    let stored: Vec<_> = served(&node).into_iter().filter(|event| event.1 == event::STORED).collect();
    let expected = [
        (1, event::STORED, 3, event::STORED_RESTORE),
        (11, event::STORED, 3, event::STORED_OK),
        (21, event::STORED, 3, event::STORED_OK | event::STORED_RESTORE),
        (21, event::STORED, 3, event::STORED_RESTORE),
    ];
    assert_eq!(stored, expected, "nothing kept yet; kept; restored; of another length");
    assert_eq!(node.state, [0, 0, 7, 8]);
}

#[test]
fn a_low_battery_is_told_once_per_crossing() {
    let csv = "time_ms,battery\n0,4000\n15,3300\n25,3200\n35,4000\n45,3100\n55,3100\n";
    let mut world = world("ticks = 9\n[trace]\nfile = \"b.csv\"\nlow_battery = 3400\n", csv);
    let mut node = Scripted::new(vec![handler(event::TIMER, 0, TIMER_10)]);
    node.facts.ports = vec![port("battery", 0)];
    let report = run(&mut node, world.world.as_mut(), &options(9), &mut Silent).expect("runs");
    let low: Vec<_> = served(&node).into_iter().filter(|event| event.1 == event::LOW_BATTERY).collect();
    assert_eq!(low, [(15, event::LOW_BATTERY, 0, 3300), (45, event::LOW_BATTERY, 0, 3100)]);
    assert_eq!(report.ticks, 6, "the trace ends at 65 ms");
    let input = &node.seen.last().expect("an event").1.ports[0];
    assert_eq!((input.value, input.age), (3100, 5));
}

#[test]
fn a_fault_ends_the_run_and_names_handler_fault_and_time() {
    let mut node = Scripted::new(vec![handler(event::TIMER, 0, TIMER_10)]);
    node.facts.handlers[0].name = name_hash("tick");
    node.fault_at = Some((20, fault::INDEX));
    let names = KernelNames { handlers: vec!["tick".to_string()], ..KernelNames::default() };
    let options = RunOptions { names, ..options(9) };
    let error = run(&mut node, &mut Still::default(), &options, &mut Silent).expect_err("a fault");
    assert_eq!(error.code, "run::fault");
    let expected =
        "the handler tick ended with fault 1 (an index, state or action outside its bounds) at 20 ms";
    assert_eq!(error.message, expected);
    assert_eq!(served(&node).len(), 4);
}

#[test]
fn a_port_that_the_world_lacks_is_refused_with_those_it_has() {
    let mut world = world("ticks = 9\n[trace]\nfile = \"b.csv\"\n", "time_ms,moisture,battery\n0,1,2\n");
    let mut node = Scripted::new(vec![]);
    node.facts.ports = vec![port("lamp", 1), port("moistness", 0)];
    let names = KernelNames { ports: vec!["lamp".into(), "moistness".into()], ..KernelNames::default() };
    let options = RunOptions { names, ..options(1) };
    let error = run(&mut node, world.world.as_mut(), &options, &mut Silent).expect_err("a missing port");
    assert_eq!((error.code, error.help.as_str()), ("run::unknown_port", "this world has moisture, battery"));
    assert!(error.message.contains("moistness"), "{error}");
}

#[test]
fn a_grid_run_reports_payoffs_acts_and_instructions() {
    let toml = "ticks = 1\n[grid]\nwidth = 5\nheight = 3\nstart = [1, 1]\non_done = \"reset\"\n[[reward]]\nx = 2\ny = 1\nvalue = 6\n";
    let mut world = world(toml, "");
    let mut node = Scripted::new(vec![handler(event::TIMER, 0, TIMER_10)]);
    node.facts.ports = vec![port("place", 0), port("motor", 1)];
    // One step to the right, then work.
    node.script = Box::new(|event, inputs| match event.kind {
        event::TIMER if inputs.now_ms == 10 => vec![Record::Act { port: 1, value: 0 }],
        event::TIMER if inputs.now_ms == 20 => vec![Record::Act { port: 1, value: 3 }],
        event::TIMER => vec![
            Record::Act { port: 1, value: 4 },
            Record::Log { format: 0, args: vec![inputs.ports[0].value] },
        ],
        _ => vec![],
    });
    let names = KernelNames { formats: vec!["at {}".to_string()], ..KernelNames::default() };
    let options = RunOptions { names, ..options(20) };
    let report = run(&mut node, world.world.as_mut(), &options, &mut Silent).expect("runs");
    assert_eq!(report.curve.len(), 20);
    assert_eq!(report.curve[0], CurvePoint { tick: 0, mean: -1.0 });
    assert_eq!(report.curve[19], CurvePoint { tick: 19, mean: 6.0 });
    assert_eq!((report.mean_reward_first_tenth, report.mean_reward_last_tenth), (Some(2.5), Some(6.0)));
    assert_eq!(report.acts, [ActReport { port: "motor".to_string(), count: 20, last: 4 }]);
    assert_eq!(report.logs[0], LogLine { time_ms: 30, text: "at 1".to_string() });
    assert_eq!(report.world.total_payoff, 19 * 6 - 1);
    let timer = &report.handlers[0];
    assert_eq!((timer.name.as_str(), timer.calls), ("timer 0", 20));
    assert_eq!(timer.instructions.map(|counted| (counted.min, counted.max)), Some((100, 100)));
}

#[test]
fn the_report_names_its_state_by_a_checksum() {
    let mut node = Scripted::new(vec![]);
    let report = run_still(&mut node, 5).expect("runs");
    assert_eq!(report.ticks, 0, "without a timer nothing more happens");
    assert_eq!(report.checksum, checksum(&[0; 4]));
    let text = serde_json::to_string(&report).expect("serialises");
    assert_eq!(serde_json::from_str::<RunReport>(&text).expect("parses"), report);
}

#[test]
fn facts_of_a_scripted_node_are_plain() {
    let facts: KernelFacts = Scripted::new(vec![handler(event::TIMER, 4, TIMER_10)]).facts;
    assert_eq!(facts.handler_of(&Event { kind: event::TIMER, symbol: 4, ..Event::default() }), Some(0));
}
