//! Packets between nodes: loss, duplication, reordering and damage.

use proptest::prelude::*;
use swarm_reference::delta::Incoming;
use swarm_reference::merge::{By, Combine, Identity, Status};
use swarm_reference::spec::{Element, TableSpec};
use swarm_reference::table::Table;

const US: u32 = 77;

fn table(element: Element) -> Table {
    let spec = TableSpec {
        reward: (-10, 10),
        visits: true,
        peers: Some(3),
        marked: true,
        ..TableSpec::plain(6, 4, element, 0)
    };
    Table::new(spec).unwrap()
}

fn elements() -> impl Strategy<Value = Element> {
    prop_oneof![Just(Element::I8), Just(Element::I16), Just(Element::I32)]
}

fn combines() -> impl Strategy<Value = Combine> {
    let by = prop_oneof![Just(By::Visits), Just(By::Mean), Just(By::Max)];
    (by, prop_oneof![1..=32_767_u16, 1..20_u16]).prop_map(|(by, bound)| Combine { by, bound })
}

/// Values within V of the table above (100), with visits of which some are 0.
fn contents() -> impl Strategy<Value = (Vec<i32>, Vec<u16>)> {
    let visits = prop_oneof![Just(0_u16), 1..=32_767_u16];
    (prop::collection::vec(-100..=100_i32, 24), prop::collection::vec(visits, 24))
}

fn filled(element: Element, (values, visits): (Vec<i32>, Vec<u16>)) -> Table {
    let mut table = table(element);
    table.values = values;
    table.visits = Some(visits);
    table
}

fn packet(from: &Table, origin: u32, sequence: u32, room: usize) -> Vec<u8> {
    let mut array = vec![0; room];
    let length = from.encode(&mut array, Identity { origin, epoch: 1, sequence });
    array.truncate(length as usize);
    array
}

fn apply(table: &mut Table, packet: &[u8], combine: Combine) -> Status {
    table.apply(Incoming { array: packet, length: packet.len() as i32, node: US }, combine)
}

proptest! {
    #[test]
    fn an_empty_table_takes_over_what_was_sent(element in elements(), contents in contents(), combine in combines()) {
        let sender = filled(element, contents);
        let mut receiver = table(element);
        let changes = sender.changes();
        let packet = packet(&sender, 5, 3, 400);
        prop_assume!(!packet.is_empty());
        prop_assert_eq!(apply(&mut receiver, &packet, combine), Status::Applied);
        for index in 0..24 {
            let sent = changes.iter().any(|change| change.element == index);
            prop_assert_eq!(receiver.values[index], if sent { sender.values[index] } else { 0 });
            let weight = sender.visits.as_ref().unwrap()[index].min(combine.bound);
            prop_assert_eq!(receiver.merged.as_ref().unwrap()[index], if sent { weight } else { 0 });
        }
        prop_assert!(receiver.visits.iter().flatten().all(|visits| *visits == 0));
    }

    #[test]
    fn a_small_packet_takes_the_most_important(element in elements(), contents in contents(), room in 1..24_usize) {
        let sender = filled(element, contents);
        let importance = |index: usize| sender.values[index].unsigned_abs() * u32::from(sender.visits.as_ref().unwrap()[index]);
        let packet = packet(&sender, 5, 3, 20 + room * (4 + element.bytes()));
        let sent: Vec<usize> = packet.get(20..).unwrap_or(&[]).chunks(4 + element.bytes()).map(|entry| usize::from(entry[0])).collect();
        prop_assert_eq!(sent.len(), room.min((0..24).filter(|index| importance(*index) > 0).count()));
        let ordered = |pair: &[usize]| {
            let (one, two) = (importance(pair[0]), importance(pair[1]));
            one > two || one == two && pair[0] < pair[1]
        };
        prop_assert!(sent.windows(2).all(ordered));
        if let Some(last) = sent.last() {
            prop_assert!((0..24).filter(|index| !sent.contains(index)).all(|index| ordered(&[*last, index])));
        }
    }

    /// A sender in the order sent, against the same with loss, duplicates and reordering.
    #[test]
    fn any_delivery_counts_each_packet_once(
        element in elements(),
        contents in prop::collection::vec(contents(), 1..12),
        delivery in prop::collection::vec((0..12_usize, 0..3_u32), 0..60),
        combine in combines(),
    ) {
        let senders: Vec<Table> = contents.into_iter().map(|contents| filled(element, contents)).collect();
        let mut receiver = table(element);
        let mut taken = std::collections::HashSet::new();
        for (number, origin) in delivery {
            let sequence = number % senders.len();
            let packet = packet(&senders[sequence], origin, sequence as u32, 400);
            if packet.is_empty() {
                continue;
            }
            let before = receiver.clone();
            let expected = if taken.insert((origin, sequence)) { Status::Applied } else { Status::Duplicate };
            prop_assert_eq!(apply(&mut receiver, &packet, combine), expected);
            if expected == Status::Duplicate {
                prop_assert_eq!(&receiver, &before);
            }
            prop_assert!(receiver.values.iter().all(|value| (-100..=100).contains(value)));
        }
    }

    /// The largest is the same whatever the order, and never less than what was there.
    #[test]
    fn the_largest_does_not_depend_on_the_order(contents in prop::collection::vec(contents(), 2..6), by_turns in any::<bool>()) {
        let combine = Combine { by: By::Max, bound: 9 };
        let mut senders: Vec<(u32, Table)> =
            contents.into_iter().enumerate().map(|(n, contents)| (n as u32, filled(Element::I16, contents))).collect();
        let mut deliver = |receiver: &mut Table| {
            for (sequence, sender) in &senders {
                let packet = packet(sender, 1, *sequence, 400);
                if !packet.is_empty() {
                    apply(receiver, &packet, combine);
                }
            }
            if by_turns { senders.reverse() } else { senders.rotate_left(1) }
        };
        let (mut one, mut two) = (table(Element::I16), table(Element::I16));
        deliver(&mut one);
        deliver(&mut two);
        prop_assert_eq!((one.values, one.merged), (two.values, two.merged));
    }

    #[test]
    fn damage_is_refused_or_in_range(element in elements(), contents in contents(), at in 0..164_usize, byte in any::<u8>(), cut in 0..8_usize) {
        let sender = filled(element, contents);
        let mut packet = packet(&sender, 5, 3, 400);
        prop_assume!(!packet.is_empty());
        let at = at % packet.len();
        packet[at] = byte;
        packet.truncate(packet.len().saturating_sub(cut.saturating_sub(4)));
        let mut receiver = table(element);
        let before = receiver.clone();
        match apply(&mut receiver, &packet, Combine { by: By::Visits, bound: 9 }) {
            Status::Applied => prop_assert!(receiver.values.iter().all(|value| (-100..=100).contains(value))),
            _ => prop_assert_eq!(receiver, before),
        }
    }

    #[test]
    fn noise_changes_nothing(bytes in prop::collection::vec(any::<u8>(), 0..120), length in any::<i32>()) {
        let mut receiver = table(Element::I16);
        let before = receiver.clone();
        let combine = Combine { by: By::Visits, bound: 9 };
        for length in [length, bytes.len() as i32] {
            let status = receiver.apply(Incoming { array: &bytes, length, node: US }, combine);
            prop_assert!(status == Status::Malformed || status == Status::OtherTable);
        }
        prop_assert_eq!(receiver, before);
    }

    #[test]
    fn merging_counts_once_for_an_epoch(ours in contents(), theirs in contents(), combine in combines(), epoch in any::<u32>()) {
        let mut receiver = filled(Element::I16, ours);
        let sender = filled(Element::I16, theirs);
        let own = receiver.clone();
        prop_assert_eq!(receiver.merge(&sender, combine, 4, epoch), Status::Applied);
        for index in 0..24 {
            let (a, b) = (own.values[index], sender.values[index]);
            let found = receiver.values[index];
            prop_assert!(found >= a.min(b) && found <= a.max(b));
            if sender.visits.as_ref().unwrap()[index] == 0 {
                prop_assert_eq!(found, a);
            }
        }
        prop_assert_eq!(&receiver.visits, &own.visits);
        let once = receiver.clone();
        prop_assert_eq!(receiver.merge(&sender, combine, 4, epoch), Status::Duplicate);
        prop_assert_eq!(receiver, once);
    }
}
