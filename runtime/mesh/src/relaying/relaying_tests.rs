//! What one node does, transmission by transmission.

use super::*;

const ME: u32 = 0x0A05;
const WINDOW: (u32, u32) = (100, 299);

type Node = Relaying<4, 4>;

/// As its sender 1 sent it, to everybody.
fn sent(id: u32) -> Transmission {
    Transmission { from: 1, to: None, id, left: 3, relay: 1, next_hop: 0 }
}

/// The same, relayed by another node.
fn relayed(by: u8, id: u32) -> Transmission {
    Transmission { relay: by, left: 2, ..sent(id) }
}

fn verdict(deliver: bool, relay: Relay) -> Verdict {
    Verdict { deliver, relay }
}

fn hear(node: &mut Node, heard: Transmission) -> Verdict {
    node.heard(&heard, WINDOW, 0)
}

const NOTHING: Verdict = Verdict { deliver: false, relay: Relay::Nothing };
const TO_ALL: Outgoing = Outgoing { next_hop: 0, watched: false };

#[test]
fn a_flood_is_delivered_and_relayed_once() {
    let mut node = Node::new(ME, Policy::Flood);
    assert_eq!(hear(&mut node, sent(7)), verdict(true, Relay::After(100)));
    assert_eq!([relayed(2, 7), relayed(3, 7), sent(7)].map(|heard| hear(&mut node, heard)), [NOTHING; 3]);
    assert_eq!([node.due(1, 7), node.due(1, 7), node.due(1, 8)], [Some(TO_ALL), None, None]);
    assert_eq!(hear(&mut node, relayed(4, 7)), NOTHING);
}

#[test]
fn delays_are_all_of_the_window_and_nothing_else() {
    let delay = |random| Node::new(ME, Policy::Flood).heard(&sent(1), WINDOW, random).relay;
    assert_eq!([0, u32::MAX].map(delay), [Relay::After(100), Relay::After(299)]);
    let mut seen = [false; 300];
    for step in 0..4000 {
        let Relay::After(ms) = delay(step * (u32::MAX / 4000)) else { panic!("it waits") };
        seen[ms as usize] = true;
    }
    assert!(seen[100..].iter().all(|seen| *seen) && !seen[..100].contains(&true));
    let widest = Node::new(ME, Policy::Flood).heard(&sent(1), (0, u32::MAX), u32::MAX).relay;
    assert_eq!(widest, Relay::After(u32::MAX));
}

#[test]
fn what_must_not_be_relayed_is_not() {
    let mut node = Node::new(ME, Policy::Flood);
    let mine = Transmission { to: Some(ME), ..sent(1) };
    assert_eq!(hear(&mut node, mine), verdict(true, Relay::Nothing));
    let others = Transmission { to: Some(9), ..sent(2) };
    assert_eq!(hear(&mut node, others), verdict(false, Relay::After(100)));
    let spent = Transmission { left: 0, ..sent(3) };
    assert_eq!(hear(&mut node, spent), verdict(true, Relay::Nothing));
    assert_eq!(node.due(1, 3), None);
    // Its own, known or forgotten.
    assert_eq!(node.sends(None, 4, 3), TO_ALL);
    for id in [4, 5] {
        let echo = Transmission { from: ME, ..relayed(2, id) };
        assert_eq!(hear(&mut node, echo), NOTHING);
    }
    assert_eq!([node.due(ME, 4), node.due(ME, 5)], [None, None]);
}

#[test]
fn a_silent_node_hears_once_and_relays_nothing() {
    let mut node = Node::new(ME, Policy::Silent);
    let named = Transmission { next_hop: last_byte(ME), ..sent(8) };
    assert_eq!([sent(7), named].map(|heard| hear(&mut node, heard)), [verdict(true, Relay::Nothing); 2]);
    assert_eq!((hear(&mut node, relayed(2, 7)), node.due(1, 7)), (NOTHING, None));
}

/// The first one to come had no hop left, as it came a long way round.
#[test]
fn a_later_one_with_hops_left_is_relayed() {
    let mut node = Node::new(ME, Policy::Flood);
    hear(&mut node, Transmission { left: 0, ..relayed(2, 7) });
    assert_eq!(hear(&mut node, relayed(3, 7)), verdict(false, Relay::After(100)));
    assert_eq!([node.due(1, 7), node.due(1, 7)], [Some(TO_ALL), None]);
}

#[test]
fn enough_others_suppress_a_relay_that_waits() {
    let mut node = Node::new(ME, Policy::Suppress { copies: 2 });
    assert_eq!(hear(&mut node, sent(7)), verdict(true, Relay::After(100)));
    assert_eq!(hear(&mut node, relayed(2, 7)), NOTHING);
    assert_eq!(hear(&mut node, relayed(3, 7)), verdict(false, Relay::Cancel));
    assert_eq!((hear(&mut node, relayed(4, 7)), node.due(1, 7)), (NOTHING, None));
    hear(&mut node, sent(8));
    hear(&mut node, relayed(2, 8));
    assert_eq!(node.due(1, 8), Some(TO_ALL), "one other is not enough");
    assert_eq!(hear(&mut node, relayed(3, 8)), NOTHING, "it is out");
}

/// Node 1 was heard through neighbour 2: packets to it go there, and who is named relays at once, alone.
#[test]
fn the_next_hop_is_learnt_and_named() {
    let mut node = Node::new(ME, Policy::NextHop);
    let to_1 = Transmission { from: 9, to: Some(1), id: 20, left: 3, relay: 9, next_hop: 0 };
    assert_eq!(node.sends(Some(1), 10, 3), TO_ALL, "nobody knows the way yet");
    hear(&mut node, relayed(2, 7));
    hear(&mut node, relayed(3, 7));
    assert_eq!(node.sends(Some(1), 11, 3), Outgoing { next_hop: 2, watched: true });
    assert_eq!(node.sends(Some(1), 12, 0), Outgoing { next_hop: 2, watched: false }, "2 may not relay it");
    assert_eq!(node.sends(None, 13, 3), TO_ALL);

    let mut named = |next_hop, id| hear(&mut node, Transmission { id, next_hop, ..to_1 });
    assert_eq!(named(4, 21), NOTHING, "another is named");
    assert_eq!(named(last_byte(ME), 22), verdict(false, Relay::After(0)));
    assert_eq!(node.due(9, 22), Some(Outgoing { next_hop: 2, watched: true }));
    assert_eq!(node.due(9, 21), None);
    // Where it came from is no next hop: it would come back.
    hear(&mut node, Transmission { id: 23, relay: 2, ..to_1 });
    assert_eq!(node.due(9, 23), Some(TO_ALL));
    hear(&mut node, Transmission { id: 24, ..to_1 });
    // Node 9 itself is next to us, and relays nothing that is for it.
    assert_eq!(node.sends(Some(9), 14, 3), Outgoing { next_hop: 9, watched: false });
}

#[test]
fn a_next_hop_that_says_nothing_is_given_up() {
    let mut node = Node::new(ME, Policy::NextHop);
    hear(&mut node, relayed(2, 7));
    let watched = Outgoing { next_hop: 2, watched: true };
    let echo = |by, id| Transmission { from: ME, to: Some(1), ..relayed(by, id) };
    assert_eq!(node.sends(Some(1), 10, 3), watched);
    hear(&mut node, echo(3, 10));
    hear(&mut node, echo(2, 10));
    assert_eq!(node.due(ME, 10), None, "it was heard");
    assert_eq!(node.sends(Some(1), 11, 3), watched);
    hear(&mut node, echo(3, 11));
    assert_eq!([node.due(ME, 11), node.due(ME, 11)], [Some(TO_ALL), None]);
    assert_eq!(node.sends(Some(1), 12, 3), TO_ALL, "that way is forgotten");
    // Who heard another being named takes what is sent to all then.
    let first = Transmission { from: 9, to: Some(8), id: 30, left: 3, relay: 9, next_hop: 4 };
    assert_eq!(hear(&mut node, first), NOTHING);
    let again = Transmission { next_hop: 0, ..first };
    assert_eq!(hear(&mut node, again), verdict(false, Relay::After(100)));
    assert_eq!(node.due(9, 30), Some(TO_ALL));
}

#[test]
fn the_window_is_of_so_many_packets() {
    let mut node = Node::new(ME, Policy::Flood);
    for id in 0..5 {
        assert!(hear(&mut node, sent(id)).deliver);
    }
    assert_eq!((node.due(1, 0), node.due(1, 1)), (None, Some(TO_ALL)), "the first one made room");
    assert!(!hear(&mut node, sent(1)).deliver && hear(&mut node, sent(0)).deliver);
    let mut nothing = Relaying::<0, 0>::new(ME, Policy::NextHop);
    assert!(nothing.heard(&sent(0), WINDOW, 0).deliver);
    assert_eq!(nothing.due(1, 0), None);
}

#[test]
fn frames_count_no_more_hops_than_their_bytes_can() {
    let frame = |left, made| raw::Frame {
        from: 1,
        to: Some(2),
        id: 3,
        hops: raw::Hops { left, made },
        relay: 4,
        next_hop: 5,
        want_ack: true,
        port: 6,
        answers: None,
        payload: &[],
    };
    let said = |left, made| Transmission::from(&frame(left, made));
    assert_eq!(said(3, 1), Transmission { from: 1, to: Some(2), id: 3, left: 3, relay: 4, next_hop: 5 });
    assert_eq!([said(15, 0).left, said(3, 14).left, said(9, 15).left], [15, 1, 0]);
    assert_eq!([last_byte(0x1200), last_byte(0x12FF), last_byte(0x1201)], [255, 255, 1]);
}
