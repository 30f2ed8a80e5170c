//! Relaying in networks: every node of a random one hears each packet once, and policies keep to their transmissions.
//!
//! A network here is links and nothing else: a transmission is on the air for [`AIRTIME`], and whoever is linked hears it.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use swarm_mesh::relaying::{Outgoing, Policy, Relay, Relaying, Transmission, last_byte};

const AIRTIME: u64 = 50;
const WINDOW: (u32, u32) = (0, 400);
/// Longer than a next hop needs.
const WATCH: u64 = 3 * AIRTIME;
const HOPS: u8 = 15;

type Links = BTreeSet<(usize, usize)>;

enum Event {
    Heard(usize, Transmission),
    Due(usize, (u32, u32)),
}

struct Network {
    nodes: Vec<Relaying<16, 16>>,
    links: Links,
    events: BTreeMap<(u64, u64), Event>,
    /// What a node keeps of a packet until it relays it.
    kept: BTreeMap<(usize, u32, u32), Transmission>,
    random: u32,
    now: u64,
    order: u64,
    /// Node and packet of each transmission, and of each delivery.
    sent: Vec<(usize, u32)>,
    delivered: Vec<(usize, u32)>,
}

/// Nodes have the numbers from 1.
fn number(node: usize) -> u32 {
    node as u32 + 1
}

impl Network {
    fn new(count: usize, links: Links, policy: Policy, random: u32) -> Self {
        Self {
            nodes: (0..count).map(|node| Relaying::new(number(node), policy)).collect(),
            links,
            events: BTreeMap::new(),
            kept: BTreeMap::new(),
            random,
            now: 0,
            order: 0,
            sent: Vec::new(),
            delivered: Vec::new(),
        }
    }

    /// Sends a packet, and lets the network come to rest.
    fn send(&mut self, node: usize, to: Option<usize>, id: u32) {
        let (from, to) = (number(node), to.map(number));
        let outgoing = self.nodes[node].sends(to, id, HOPS);
        let first = Transmission { from, to, id, left: HOPS, relay: last_byte(from), next_hop: 0 };
        self.transmit(node, first, outgoing);
        while let Some(((time, _), event)) = self.events.pop_first() {
            self.now = time;
            match event {
                Event::Heard(node, heard) => self.hear(node, heard),
                Event::Due(node, (from, id)) => {
                    let Some(outgoing) = self.nodes[node].due(from, id) else { continue };
                    let kept = self.kept[&(node, from, id)];
                    self.transmit(node, kept, outgoing);
                }
            }
        }
    }

    fn hear(&mut self, node: usize, heard: Transmission) {
        self.random = self.random.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        let verdict = self.nodes[node].heard(&heard, WINDOW, self.random);
        if verdict.deliver {
            self.delivered.push((node, heard.id));
        }
        if let Relay::After(ms) = verdict.relay {
            let relay = last_byte(number(node));
            self.kept
                .insert((node, heard.from, heard.id), Transmission { left: heard.left - 1, relay, ..heard });
            self.later(u64::from(ms), Event::Due(node, (heard.from, heard.id)));
        }
    }

    fn transmit(&mut self, node: usize, packet: Transmission, outgoing: Outgoing) {
        let packet = Transmission { next_hop: outgoing.next_hop, ..packet };
        self.sent.push((node, packet.id));
        self.kept.insert((node, packet.from, packet.id), packet);
        for other in self.neighbours(node) {
            self.later(AIRTIME, Event::Heard(other, packet));
        }
        if outgoing.watched {
            self.later(WATCH, Event::Due(node, (packet.from, packet.id)));
        }
    }

    fn neighbours(&self, node: usize) -> Vec<usize> {
        let linked = |other: &usize| self.links.contains(&(node.min(*other), node.max(*other)));
        (0..self.nodes.len()).filter(|other| *other != node).filter(linked).collect()
    }

    fn later(&mut self, after: u64, event: Event) {
        self.order += 1;
        self.events.insert((self.now + after, self.order), event);
    }

    fn senders(&self, id: u32) -> Vec<usize> {
        self.sent.iter().filter(|sent| sent.1 == id).map(|sent| sent.0).collect()
    }
}

fn line(count: usize) -> Links {
    (1..count).map(|node| (node - 1, node)).collect()
}

fn full(count: usize) -> Links {
    (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other))).collect()
}

/// Connected: each node is linked with one before it, some with more.
fn connected() -> impl Strategy<Value = (usize, Links)> {
    (2usize..=14).prop_flat_map(|count| {
        let first: Vec<_> = (1..count).map(|node| (0..node).prop_map(move |other| (other, node))).collect();
        let more = prop::collection::btree_set((0..count, 0..count), 0..count);
        (Just(count), first, more).prop_map(|(count, first, more)| {
            let more = more.into_iter().filter(|(one, other)| one < other);
            (count, first.into_iter().chain(more).collect())
        })
    })
}

proptest! {
    #[test]
    fn a_flood_reaches_everybody_once((count, links) in connected(), seed: u32, from in 0usize..14) {
        let from = from % count;
        let mut network = Network::new(count, links, Policy::Flood, seed);
        for id in 1..4 {
            network.send(from, None, id);
        }
        let each: Vec<_> = (1..4).flat_map(|id| (0..count).map(move |node| (node, id))).collect();
        let sorted = |mut list: Vec<(usize, u32)>| { list.sort_by_key(|one| (one.1, one.0)); list };
        prop_assert_eq!(sorted(network.sent), each.clone());
        let others: Vec<_> = each.into_iter().filter(|one| one.0 != from).collect();
        prop_assert_eq!(sorted(network.delivered), others);
    }

    /// Whatever is suppressed: nobody gets a packet twice or sends it twice, and a flood would have sent more.
    #[test]
    fn suppression_only_saves((count, links) in connected(), seed: u32, copies in 1u8..4) {
        let mut network = Network::new(count, links, Policy::Suppress { copies }, seed);
        network.send(0, None, 1);
        let different = |list: &[(usize, u32)]| list.iter().collect::<BTreeSet<_>>().len() == list.len();
        prop_assert!(different(&network.sent) && different(&network.delivered));
        prop_assert!(network.sent.len() <= count);
        // Who sent was heard.
        prop_assert!(network.sent.len() <= network.delivered.len() + 1);
    }

    /// After a packet of each, another one goes a way: from node to node, each once, and nobody else says a word.
    #[test]
    fn answers_go_the_way_that_was_learnt((count, links) in connected(), seed: u32, to in 1usize..14) {
        let to = (to - 1) % (count - 1) + 1;
        let mut network = Network::new(count, links, Policy::NextHop, seed);
        network.send(to, None, 1);
        network.send(0, Some(to), 2);
        let way = network.senders(2);
        prop_assert_eq!(network.delivered.iter().filter(|one| one.1 == 2).collect::<Vec<_>>(), [&(to, 2)]);
        prop_assert_eq!(way[0], 0);
        prop_assert!(way.iter().collect::<BTreeSet<_>>().len() == way.len() && !way.contains(&to));
        let steps: Vec<_> = way.windows(2).map(|pair| (pair[0], pair[1])).chain([(way[way.len() - 1], to)]).collect();
        for (one, other) in steps {
            prop_assert!(network.neighbours(one).contains(&other), "{:?}", way);
        }
    }
}

/// The one between them has gone: the next packet finds the way round, and the one after it goes there at once.
#[test]
fn a_broken_way_is_left() {
    let mut links: Links = [(0, 1), (1, 2), (2, 5), (0, 3), (3, 4), (4, 5)].into();
    let mut network = Network::new(6, links.clone(), Policy::NextHop, 1);
    network.send(5, None, 1);
    network.send(0, Some(5), 2);
    let first = network.senders(2);
    assert_eq!(first.len(), 3);
    links.retain(|link| link.0 != first[1] && link.1 != first[1]);
    network.links = links;
    network.send(0, Some(5), 3);
    assert_eq!(network.delivered.last(), Some(&(5, 3)));
    assert_eq!(network.senders(3)[..2], [0, 0], "to nobody that answers, then to all");
    network.send(5, Some(0), 4);
    network.send(0, Some(5), 5);
    let again = network.senders(5);
    assert!(again.len() == 3 && again[1] != first[1], "{again:?}");
}

#[test]
fn a_line_is_crossed() {
    let mut network = Network::new(14, line(14), Policy::Suppress { copies: 2 }, 3);
    network.send(0, None, 1);
    assert_eq!((network.sent.len(), network.delivered.len()), (14, 13));
}

#[test]
fn where_all_hear_all_most_are_suppressed() {
    let sent = |policy| {
        let mut network = Network::new(12, full(12), policy, 5);
        network.send(0, None, 1);
        assert_eq!(network.delivered.len(), 11);
        network.sent.len()
    };
    let [flood, two, one] =
        [Policy::Flood, Policy::Suppress { copies: 2 }, Policy::Suppress { copies: 1 }].map(sent);
    assert!(flood == 12 && (3..8).contains(&two) && one <= two, "{flood} {two} {one}");
}
