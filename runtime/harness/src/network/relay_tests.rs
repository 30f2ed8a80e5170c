//! Who relays what to whom, by policy and links, on scripted nodes.

use swarm_abi::{BROADCAST, ChannelEntry, event, protocol, relay};

use super::links::Links;
use super::messages::{Message, Messages, What};
use super::*;
use crate::node::Record;
use crate::progress::Silent;
use crate::scripted::{Scripted, handler};
use crate::world::Still;

const AIRTIME_US: u32 = 20_500;

fn channel(protocol: u8, relay: u8, hops: u8) -> ChannelEntry {
    ChannelEntry { protocol, port: 3, bytes: 50, relay, hops, ..ChannelEntry::default() }
}

/// Nodes with a tick each 10 s, which hear on one channel.
fn nodes(count: usize, entry: ChannelEntry) -> Vec<Scripted> {
    let node = || {
        let timer = handler(event::TIMER, 0, (10_000, 10_000, 10_000));
        let mut node = Scripted::new(vec![timer, handler(event::MESSAGE, 0, (0, 0, 0))]);
        node.facts.channels = vec![entry];
        node
    };
    (0..count).map(|_| node()).collect()
}

/// Sends at a time, and then at another one.
fn sends(node: &mut Scripted, messages: &'static [(u32, u32, u32)]) {
    node.script = Box::new(move |event, inputs| {
        let now = messages.iter().filter(|(time, ..)| event.kind == event::TIMER && *time == inputs.now_ms);
        let record = |&(_, to, id): &(u32, u32, u32)| {
            let (options, bytes) = (0, vec![id as u8, 2]);
            Record::Send { channel: 0, to, options, id, airtime_us: AIRTIME_US, bytes }
        };
        now.map(record).collect()
    });
}

/// With everything that is told of messages.
fn run(nodes: &mut [Scripted], links: Option<Links>, seed: u32) -> (NetworkReport, Vec<Message>) {
    let mut told = Vec::new();
    let mut tell = |message| told.push(message);
    let mut messages = Messages::new((1..=nodes.len() as u32).collect(), &mut tell);
    let mut worlds: Vec<Still> = nodes.iter().map(|_| Still::default()).collect();
    let participants = nodes.iter_mut().zip(&mut worlds).zip(1..).map(|((node, world), node_id)| {
        Participant { node, world, options: RunOptions { ticks: 9, ..RunOptions::default() }, node_id }
    });
    let conditions = Conditions { seed, links, ..Conditions::default() };
    let mut watch = Watch { progress: &mut Silent, observers: vec![&mut messages] };
    let report = run_network(participants.collect(), &conditions, &mut watch).expect("runs");
    (report, told)
}

/// Node 1 sends a message to all; who relayed it in which order, and who heard it.
fn flood(count: usize, entry: ChannelEntry, links: Option<Links>) -> (Vec<u32>, Vec<u32>) {
    let mut nodes = nodes(count, entry);
    sends(&mut nodes[0], &[(10_000, BROADCAST, 7)]);
    let (report, told) = run(&mut nodes, links, 1);
    let relays: Vec<u32> = report.relays.iter().map(|relay| relay.node_id).collect();
    let mut heard: Vec<u32> = told
        .iter()
        .filter(|message| matches!(message.what, What::Heard { from: 1, id: 7, .. }))
        .map(|message| message.node_id)
        .collect();
    heard.sort_unstable();
    let counted: Vec<u32> =
        report.nodes.iter().flat_map(|node| vec![node.node_id; node.report.radio.relayed as usize]).collect();
    let mut sorted = relays.clone();
    sorted.sort_unstable();
    assert_eq!(counted, sorted, "each node counts its own");
    assert_eq!(report.radio.airtime_us, u64::from(AIRTIME_US) * (1 + report.radio.relayed));
    (relays, heard)
}

const POLICIES: [u8; 3] = [relay::FLOOD, relay::SUPPRESS, relay::NEXT_HOP];

/// With `n` hops it is relayed `n` times, one node further each time, and comes as far as one more.
#[test]
fn hops_are_relays_on_a_line() {
    for policy in POLICIES {
        for hops in 0..=4 {
            let found = flood(8, channel(protocol::RAW, policy, hops), Some(Links::Line));
            let last = u32::from(hops) + 2;
            assert_eq!(found, ((2..last).collect(), (2..=last).collect()), "policy {policy}, {hops} hops");
        }
    }
}

#[test]
fn both_ways_round_a_ring_meet() {
    for policy in POLICIES {
        let (mut relays, heard) = flood(7, channel(protocol::RAW, policy, 15), Some(Links::Ring));
        relays.sort_unstable();
        assert_eq!(heard, [2, 3, 4, 5, 6, 7]);
        assert_eq!(relays, [2, 3, 4, 5, 6, 7], "each hears one other before its turn, or none");
        let (mut relays, heard) = flood(7, channel(protocol::RAW, policy, 1), Some(Links::Ring));
        relays.sort_unstable();
        assert_eq!((relays, heard), (vec![2, 7], vec![2, 3, 6, 7]));
    }
}

#[test]
fn where_all_hear_all_suppression_saves() {
    for links in [None, Some(Links::Full)] {
        let relays = |policy| {
            let (mut relays, heard) = flood(12, channel(protocol::RAW, policy, 3), links.clone());
            assert_eq!(heard, (2..=12).collect::<Vec<_>>(), "everybody, once");
            relays.sort_unstable();
            relays
        };
        let [flood, suppress, next_hop] = POLICIES.map(relays);
        assert_eq!(flood, (2..=12).collect::<Vec<_>>());
        assert_eq!(next_hop, flood, "what is to all has no next hop");
        assert!((2..8).contains(&suppress.len()), "{suppress:?}");
    }
}

#[test]
fn a_grid_is_crossed() {
    for policy in POLICIES {
        let (relays, heard) = flood(16, channel(protocol::RAW, policy, 15), Some(Links::Grid));
        assert_eq!(heard, (2..=16).collect::<Vec<_>>(), "policy {policy}");
        assert_eq!(relays.len() == 15, policy != relay::SUPPRESS, "{relays:?}");
    }
}

/// The question floods; the answer goes back the way on which it came first.
#[test]
fn an_answer_takes_the_learnt_way() {
    let answer = |policy| {
        let mut nodes = nodes(7, channel(protocol::RAW, policy, 15));
        sends(&mut nodes[0], &[(10_000, BROADCAST, 7)]);
        sends(&mut nodes[3], &[(40_000, 1, 8)]);
        let (report, told) = run(&mut nodes, Some(Links::Ring), 1);
        let heard = |id| {
            let heard = told.iter().filter(|one| matches!(one.what, What::Heard { id: it, .. } if it == id));
            heard.map(|message| message.node_id).collect::<Vec<_>>()
        };
        assert_eq!((heard(7).len(), heard(8)), (6, vec![1]));
        let hops = nodes[0]
            .seen
            .iter()
            .filter_map(|(_, inputs)| inputs.received.as_ref())
            .next()
            .expect("heard")
            .heard
            .hops;
        let way = report.relays.iter().filter(|relay| relay.id == 8).map(|relay| (relay.node_id, relay.hops));
        (way.collect::<Vec<_>>(), hops)
    };
    assert_eq!(answer(relay::NEXT_HOP), (vec![(3, 1), (2, 2)], 2), "three links, the shorter way");
    let (way, hops) = answer(relay::FLOOD);
    assert_eq!((way.len(), hops), (5, 2), "all but its sender and its receiver: {way:?}");
}

/// Nobody relays on a channel that says nothing, and a silent node in between ends the way.
#[test]
fn who_says_nothing_relays_nothing() {
    let silent = channel(protocol::RAW, relay::PROTOCOL, 15);
    assert_eq!(flood(4, silent, Some(Links::Line)), (vec![], vec![2]));
    let mut nodes = nodes(5, channel(protocol::RAW, relay::FLOOD, 15));
    sends(&mut nodes[0], &[(10_000, BROADCAST, 7)]);
    nodes[2].facts.channels = vec![silent];
    let (report, _) = run(&mut nodes, Some(Links::Line), 1);
    let heard: Vec<u64> = report.nodes.iter().map(|node| node.report.radio.heard).collect();
    assert_eq!((heard, report.radio.relayed), (vec![0, 1, 1, 0, 0], 1));
}

/// Meshtastic's and MeshCore's own relays, where links are given.
#[test]
fn protocols_relay_by_their_own_rules() {
    let meshtastic = channel(protocol::MESHTASTIC, relay::PROTOCOL, 3);
    let meshcore = channel(protocol::MESHCORE, relay::PROTOCOL, 0);
    for entry in [meshtastic, meshcore] {
        let all: Vec<u32> = (2..=9).collect();
        assert_eq!(flood(9, entry, None), (vec![], all), "all have heard it");
    }
    assert_eq!(flood(9, meshtastic, Some(Links::Line)), (vec![2, 3, 4], vec![2, 3, 4, 5]));
    let (relays, heard) = flood(9, meshtastic, Some(Links::Full));
    assert!(relays.len() < 4 && heard.len() == 8, "one that is heard is enough: {relays:?}");

    // MeshCore has no limit of hops, its paths grow, and nobody is suppressed.
    let mut nodes = nodes(30, meshcore);
    sends(&mut nodes[0], &[(10_000, BROADCAST, 7)]);
    let (report, _) = run(&mut nodes, Some(Links::Line), 1);
    assert_eq!(
        report.relays.iter().map(|relay| relay.hops).collect::<Vec<_>>(),
        (1..=29).collect::<Vec<_>>()
    );
    let airtimes: Vec<u32> = report.relays.iter().map(|relay| relay.airtime_us).collect();
    assert!(airtimes.is_sorted() && airtimes[28] > AIRTIME_US + 100_000, "{airtimes:?}");
}

#[test]
fn a_seed_says_all_of_it() {
    let once = |seed| {
        let mut nodes = nodes(9, channel(protocol::RAW, relay::SUPPRESS, 4));
        sends(&mut nodes[4], &[(10_000, BROADCAST, 7), (20_000, 1, 8)]);
        run(&mut nodes, Some(Links::Grid), seed)
    };
    assert!(once(1) == once(1));
    assert!(once(1).0.relays != once(2).0.relays);
}

/// In links, with when each node is switched on and its ticks.
fn run_lives(nodes: &mut [Scripted], links: Links, lives: &[(u64, u64)]) -> (NetworkReport, Vec<String>) {
    let mut told = Vec::new();
    let mut tell = |message: Message| told.push(message.to_string());
    let mut messages = Messages::new((1..=nodes.len() as u32).collect(), &mut tell);
    let mut worlds: Vec<Still> = nodes.iter().map(|_| Still::default()).collect();
    let participants = nodes.iter_mut().zip(&mut worlds).zip(lives).zip(1..).map(
        |(((node, world), &(starts_ms, ticks)), node_id)| {
            let options = RunOptions { ticks, starts_ms, ..RunOptions::default() };
            Participant { node, world, options, node_id }
        },
    );
    let conditions = Conditions { links: Some(links), ..Conditions::default() };
    let mut watch = Watch { progress: &mut Silent, observers: vec![&mut messages] };
    (run_network(participants.collect(), &conditions, &mut watch).expect("runs"), told)
}

/// A node that is off, or has stopped, relays nothing.
#[test]
fn only_nodes_that_are_on_relay() {
    let mut nodes = nodes(3, channel(protocol::RAW, relay::FLOOD, 3));
    sends(&mut nodes[0], &[(10_000, BROADCAST, 7), (50_000, BROADCAST, 8), (80_000, BROADCAST, 9)]);
    let (report, _) = run_lives(&mut nodes, Links::Line, &[(0, 9), (15_000, 5), (0, 9)]);
    let relays: Vec<_> = report.relays.iter().map(|relay| (relay.node_id, relay.id)).collect();
    assert_eq!(relays, [(2, 8), (3, 8)]);
    assert_eq!(report.nodes[2].report.radio.heard, 1);
}

/// Node 2 was the way to node 3 as long as node 4 was off; it has stopped when node 1 sends there.
#[test]
fn a_way_through_a_node_that_stopped_is_left() {
    let mut nodes = nodes(4, channel(protocol::RAW, relay::NEXT_HOP, 3));
    sends(&mut nodes[2], &[(10_000, BROADCAST, 7)]);
    sends(&mut nodes[0], &[(50_000, 3, 8)]);
    let (report, told) = run_lives(&mut nodes, Links::Ring, &[(0, 9), (0, 3), (0, 9), (15_000, 9)]);
    let relays = report.relays.iter().filter(|relay| relay.id == 8);
    assert_eq!(relays.map(|relay| (relay.node_id, relay.hops)).collect::<Vec<_>>(), [(1, 0), (4, 1)]);
    assert_eq!(report.nodes[2].report.radio.heard, 1);
    let again = "50063 ms  node 1 sends its message 8 on channel 0 again";
    assert!(told.iter().any(|line| line == again), "{told:?}");
}

#[test]
fn relays_are_told_and_drawn() {
    let mut nodes = nodes(3, channel(protocol::RAW, relay::FLOOD, 3));
    sends(&mut nodes[0], &[(10_000, BROADCAST, 7)]);
    let (report, told) = run(&mut nodes, Some(Links::Line), 1);
    let lines: Vec<String> = told.iter().map(ToString::to_string).collect();
    let [first, second] = [0, 1].map(|number| report.relays[number].time_ms);
    let expected = [
        "10000 ms  node 1 sends to all on channel 0: 2 bytes 0702".to_owned(),
        "10021 ms  node 2 hears node 1 on channel 0: 2 bytes 0702".to_owned(),
        format!("{first} ms  node 2 relays message 7 of node 1 on channel 0: hop 1"),
        format!("{} ms  node 3 hears node 1 on channel 0: 2 bytes 0702", first + 21),
        format!("{second} ms  node 3 relays message 7 of node 1 on channel 0: hop 2"),
    ];
    assert_eq!(lines, expected);
    assert!((10_021..=10_021 + 8 * 21).contains(&first), "{first}");
    let drawn = picture::svg("a line", &[1, 2, 3], &told, report.time_ms);
    let count = |part: &str| drawn.matches(part).count();
    assert_eq!([count("class=\"relay\""), count("class=\"sent\""), count("class=\"way\"")], [3, 2, 2]);
    let quiet = picture::svg("a line", &[1, 2, 3], &told[..2], report.time_ms);
    assert!(!quiet.contains("relay"));
}
