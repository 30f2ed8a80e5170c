//! Who hears what, when and in which order, on scripted nodes.

use swarm_abi::{BROADCAST, BeaconEntry, ChannelEntry, Event, Heard, beacon, event, heard, protocol, send};

use super::ether::{ADDRESS_HIGH, ADVERT_RSSI, MESSAGE_RSSI, MESSAGE_SNR};
use super::*;
use crate::node::{Inputs, Received, Record};
use crate::progress::Silent;
use crate::scripted::{Scripted, handler};
use crate::world::Still;

const NEVER: (u32, u32, u32) = (0, 0, 0);

fn channel(protocol: u8, port: u16) -> ChannelEntry {
    ChannelEntry { protocol, port, bytes: 50, ..ChannelEntry::default() }
}

/// A tick each 100 ms, two channels, messages of both served.
fn node() -> Scripted {
    let mut node = Scripted::new(vec![
        handler(event::TIMER, 0, (100, 100, 100)),
        handler(event::MESSAGE, 0, NEVER),
        handler(event::MESSAGE, 1, NEVER),
    ]);
    node.facts.channels = vec![channel(protocol::MESHTASTIC, 256), channel(protocol::RAW, 3)];
    node
}

fn sending(to: u32, options: u32, id: u32) -> Record {
    Record::Send { channel: 0, to, options, id, airtime_us: 20_500, bytes: vec![id as u8, 2] }
}

/// Sends at a time.
fn at(time: u32, record: Record) -> crate::scripted::Script {
    Box::new(
        move |event, inputs| {
            if event.kind == event::TIMER && inputs.now_ms == time { vec![record.clone()] } else { vec![] }
        },
    )
}

fn run(nodes: &mut [Scripted], ticks: u64, seed: u32) -> Result<NetworkReport, HarnessError> {
    run_apart(nodes, (ticks, seed), 0)
}

/// With nodes that are switched on so much apart.
fn run_apart(
    nodes: &mut [Scripted],
    (ticks, seed): (u64, u32),
    apart_ms: u64,
) -> Result<NetworkReport, HarnessError> {
    let mut worlds: Vec<Still> = nodes.iter().map(|_| Still::default()).collect();
    let participants = nodes.iter_mut().zip(&mut worlds).zip(0..).map(|((node, world), number)| {
        let starts_ms = apart_ms * u64::from(number);
        let options = RunOptions { ticks, seed, starts_ms, ..RunOptions::default() };
        Participant { node, world, options, node_id: number + 1 }
    });
    let conditions = Conditions { seed, ..Conditions::default() };
    run_network(participants.collect(), &conditions, &mut Watch { progress: &mut Silent, observers: vec![] })
}

/// Time, symbol, and what was heard.
fn heard_by(node: &Scripted) -> Vec<(u32, u32, Received)> {
    let heard = |(event, inputs): &(Event, Inputs)| {
        inputs.received.clone().map(|received| (inputs.now_ms, event.symbol, received))
    };
    node.seen.iter().filter_map(heard).collect()
}

#[test]
fn everybody_else_hears_a_message_after_its_time_on_the_air() {
    let mut nodes = [node(), node(), node()];
    nodes[1].script = at(100, sending(BROADCAST, send::WANT_ACK, 7));
    let report = run(&mut nodes, 3, 1).expect("runs");
    let heard = Heard {
        from: 2,
        to: BROADCAST,
        id: 7,
        rssi: MESSAGE_RSSI,
        snr: MESSAGE_SNR,
        flags: heard::WANT_ACK,
        ..Heard::default()
    };
    let expected = vec![(121, 0, Received { heard, payload: vec![7, 2] })];
    assert_eq!([0, 1, 2].map(|number| heard_by(&nodes[number])), [expected.clone(), vec![], expected]);
    let event = nodes[0].seen.iter().find(|(event, _)| event.kind == event::MESSAGE).expect("heard").0;
    assert_eq!(event.value, 2);
    let radios: Vec<_> =
        report.nodes.iter().map(|node| (node.report.radio.sent, node.report.radio.heard)).collect();
    assert_eq!(radios, [(0, 1), (1, 0), (0, 1)]);
    let all = RadioReport { sent: 1, heard: 2, airtime_us: 20_500, ..RadioReport::default() };
    assert_eq!((report.radio, report.time_ms), (all, 300));
}

/// A node's own clock begins when it is switched on, and nothing is heard before.
#[test]
fn nodes_may_be_switched_on_one_after_another() {
    let mut nodes = [node(), node()];
    let (mut early, mut late) = (at(100, sending(BROADCAST, 0, 7)), at(300, sending(BROADCAST, 0, 8)));
    nodes[0].script = Box::new(move |event, inputs| {
        [early(event, inputs), late(event, inputs)].into_iter().flatten().collect()
    });
    nodes[1].script = at(100, sending(BROADCAST, 0, 9));
    let report = run_apart(&mut nodes, (5, 1), 250).expect("runs");
    let times = |node| heard_by(node).iter().map(|(time, _, one)| (*time, one.heard.id)).collect::<Vec<_>>();
    assert_eq!((times(&nodes[0]), times(&nodes[1])), (vec![(371, 9)], vec![(71, 8)]));
    assert_eq!(report.time_ms, 750);
}

#[test]
fn only_its_receiver_hears_what_is_for_one() {
    let mut nodes = [node(), node(), node()];
    nodes[0].script = at(100, sending(3, 0, 7));
    run(&mut nodes, 3, 1).expect("runs");
    assert_eq!([0, 1, 2].map(|number| heard_by(&nodes[number]).len()), [0, 0, 1]);
}

#[test]
fn a_refused_message_is_heard_by_nobody() {
    let mut nodes = [node(), node()];
    let refused = Record::Send { channel: 0, to: BROADCAST, options: 0, id: 0, airtime_us: 0, bytes: vec![] };
    nodes[0].script = at(100, refused);
    let report = run(&mut nodes, 3, 1).expect("runs");
    assert_eq!((report.radio.refused, report.radio.sent, report.radio.heard), (1, 0, 0));
}

/// The same channel under another number; one of another protocol or port hears nothing, nor does one without a handler.
#[test]
fn channels_are_known_by_protocol_and_port() {
    let mut nodes = [node(), node(), node(), node(), node()];
    nodes[0].script = at(100, sending(BROADCAST, 0, 7));
    nodes[1].facts.channels.reverse();
    nodes[2].facts.channels[0].port = 257;
    nodes[3].facts.channels[0].protocol = protocol::MESHCORE;
    nodes[4].facts.handlers.remove(1);
    run(&mut nodes, 3, 1).expect("runs");
    let symbols = nodes.each_ref().map(|node| heard_by(node).iter().map(|heard| heard.1).collect::<Vec<_>>());
    assert_eq!(symbols, [vec![], vec![1], vec![], vec![], vec![]]);
}

#[test]
fn delays_are_random_bounded_and_of_the_seed() {
    let times = |seed| {
        let mut nodes = [node(), node()];
        nodes[0].script = Box::new(|event, _| match event.kind {
            event::TIMER => vec![sending(BROADCAST, 30 << send::JITTER_SHIFT, 7)],
            _ => vec![],
        });
        run(&mut nodes, 200, seed).expect("runs");
        heard_by(&nodes[1]).iter().map(|heard| heard.0 % 100).collect::<Vec<_>>()
    };
    let (first, other) = (times(1), times(2));
    assert_eq!((first.len(), first.iter().min(), first.iter().max()), (199, Some(&21), Some(&51)));
    assert_eq!(first, times(1));
    assert_ne!(first, other);
}

/// Two at one moment: both are heard, in the order of their senders; and a node's timer is before what it hears then.
#[test]
fn events_of_one_moment_have_an_order() {
    let mut nodes = [node(), node(), node()];
    let slow =
        |id| Record::Send { channel: 0, to: BROADCAST, options: 0, id, airtime_us: 100_000, bytes: vec![] };
    nodes[0].script = at(100, slow(5));
    nodes[2].script = at(100, slow(4));
    run(&mut nodes, 3, 1).expect("runs");
    let order: Vec<_> = nodes[1].seen[3..6]
        .iter()
        .map(|(event, inputs)| {
            (inputs.now_ms, event.kind, inputs.received.as_ref().map_or(0, |received| received.heard.id))
        })
        .collect();
    assert_eq!(order, [(200, event::TIMER, 0), (200, event::MESSAGE, 5), (200, event::MESSAGE, 4)]);
}

#[test]
fn each_node_has_its_ticks_and_those_without_timers_follow() {
    let mut nodes = [node(), node(), node()];
    nodes[1].facts.handlers[0].period = 250;
    nodes[1].facts.handlers[0].period_max = 250;
    nodes[2].facts.handlers.remove(0);
    nodes[1].script = Box::new(|event, _| match event.kind {
        event::TIMER => vec![sending(BROADCAST, 0, 7)],
        _ => vec![],
    });
    let report = run(&mut nodes, 4, 1).expect("runs");
    let ends: Vec<_> = report.nodes.iter().map(|node| (node.report.ticks, node.report.time_ms)).collect();
    assert_eq!(ends, [(4, 400), (4, 1000), (0, 771)]);
    assert_eq!((report.time_ms, report.nodes[0].report.radio.heard), (1000, 1), "it had stopped at 400 ms");
}

/// Nodes that only answer would never end by themselves.
#[test]
fn without_timers_what_is_heard_counts() {
    let mut nodes = [node(), node()];
    for node in &mut nodes {
        node.facts.handlers.remove(0);
        node.script = Box::new(|event, _| match event.kind {
            event::START | event::MESSAGE => vec![sending(BROADCAST, 0, 7)],
            _ => vec![],
        });
    }
    let report = run(&mut nodes, 10, 1).expect("runs");
    assert_eq!(report.nodes.iter().map(|node| node.report.radio.heard).collect::<Vec<_>>(), [10, 10]);
}

#[test]
fn a_fault_names_its_node() {
    let mut nodes = [node(), node()];
    nodes[1].fault_at = Some((200, 3));
    let error = run(&mut nodes, 9, 1).expect_err("a fault");
    assert_eq!(error.code, "run::fault");
    assert!(error.message.starts_with("node 2: the handler timer 0 ended with fault 3"), "{error}");
}

#[test]
fn two_nodes_of_one_number_are_refused() {
    let (mut first, mut second) = (node(), node());
    let (mut world, mut other) = (Still::default(), Still::default());
    let options = RunOptions::default();
    let participants = vec![
        Participant { node: &mut first, world: &mut world, options: options.clone(), node_id: 4 },
        Participant { node: &mut second, world: &mut other, options, node_id: 4 },
    ];
    let mut watch = Watch { progress: &mut Silent, observers: vec![] };
    assert_eq!(
        run_network(participants, &Conditions::default(), &mut watch).expect_err("refused").code,
        "network::node_id"
    );
}

fn beaconing() -> Scripted {
    let mut node = node();
    let flags = beacon::CONNECTABLE | beacon::SCAN_RESPONSE;
    let entry = BeaconEntry { interval_ms: 150, dwell_ms: 400, turns: 2, flags, ..BeaconEntry::default() };
    node.facts.beacons = vec![entry];
    node.script = Box::new(|event, _| match event.kind {
        event::START => vec![
            Record::Advertise { beacon: 0, turn: 0, bytes: vec![1] },
            Record::Advertise { beacon: 0, turn: 1, bytes: vec![2] },
            Record::Advertise { beacon: 0, turn: 1 | beacon::TURN_SCAN_RESPONSE, bytes: vec![3] },
        ],
        _ => vec![],
    });
    node
}

#[test]
fn adverts_come_each_interval_turn_by_turn() {
    let mut observer = node();
    observer.facts.handlers.push(handler(event::ADVERT, 0, NEVER));
    let mut nodes = [beaconing(), observer, node()];
    run(&mut nodes, 9, 1).expect("runs");
    let heard: Vec<_> = heard_by(&nodes[1])
        .into_iter()
        .map(|(time, _, received)| (time, received.payload[0], received.heard.flags))
        .collect();
    let turn = |time| [(time, 2, 2), (time, 3, 3)];
    let expected = [[(150, 1, 2), (300, 1, 2)], turn(450), turn(600), turn(750)].concat();
    assert_eq!(heard, expected);
    let first = heard_by(&nodes[1])[0].2.heard;
    assert_eq!((first.from, first.to, first.rssi), (1, ADDRESS_HIGH, ADVERT_RSSI));
    assert_eq!(heard_by(&nodes[2]), [], "it does not observe");
}

/// A trace tells who sent and who heard; the picture shows each once.
#[test]
fn messages_are_told_and_drawn() {
    let mut nodes = [node(), node()];
    nodes[0].script = Box::new(|event, inputs| match (event.kind, inputs.now_ms) {
        (event::TIMER, 100) => vec![sending(BROADCAST, 0, 7), sending(2, 0, 8)],
        (event::TIMER, 200) => {
            vec![Record::Send { channel: 1, to: 2, options: 0, id: 0, airtime_us: 0, bytes: vec![] }]
        }
        _ => vec![],
    });
    let mut told = Vec::new();
    let mut tell = |message| told.push(message);
    let mut messages = messages::Messages::new(vec![1, 2], &mut tell);
    let mut worlds = [Still::default(), Still::default()];
    let options = RunOptions { ticks: 3, ..RunOptions::default() };
    let participants = nodes
        .iter_mut()
        .zip(&mut worlds)
        .zip(1..)
        .map(|((node, world), node_id)| Participant { node, world, options: options.clone(), node_id });
    let participants = participants.collect();
    let mut watch = Watch { progress: &mut Silent, observers: vec![&mut messages] };
    run_network(participants, &Conditions::default(), &mut watch).expect("runs");
    let lines: Vec<String> = told.iter().map(ToString::to_string).collect();
    let expected = [
        "100 ms  node 1 sends to all on channel 0: 2 bytes 0702",
        "100 ms  node 1 sends to node 2 on channel 0: 2 bytes 0802",
        "121 ms  node 2 hears node 1 on channel 0: 2 bytes 0702",
        "121 ms  node 2 hears node 1 on channel 0: 2 bytes 0802",
        "200 ms  node 1 is refused a message on channel 1",
    ];
    assert_eq!(lines, expected);
    let drawn = picture::svg("two & more", &[1, 2], &told, 300);
    let count = |part: &str| drawn.matches(part).count();
    assert!(drawn.contains("two &amp; more") && drawn.ends_with("</svg>\n"), "{drawn}");
    // The legend has one of each.
    let kinds = ["class=\"sent\"", "class=\"one\"", "class=\"refused\"", "<circle", "class=\"way\""];
    assert_eq!(kinds.map(count), [2, 2, 2, 2, 2]);
}
