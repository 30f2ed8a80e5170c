//! Which messages a session lets go: by the channel's bytes, what its protocol carries, and its budget.

use swarm_abi::{BROADCAST, ChannelEntry, Event, protocol};
use swarm_link::{Deployment, Entropy, Outgoing, Sent, Session};

/// Of 50 bytes in LongFast, by hand: a packet of 73 bytes has 98.25 symbols of 8192 us.
const LONG_FAST_50: u32 = 804_864;

fn meshtastic(budget_ms: u32) -> ChannelEntry {
    ChannelEntry {
        protocol: protocol::MESHTASTIC,
        port: 256,
        bytes: 100,
        budget_ms,
        ..ChannelEntry::default()
    }
}

fn message(length: u32) -> Outgoing {
    Outgoing { channel: 0, to: BROADCAST, options: 0, length }
}

fn session(entry: ChannelEntry, limit_ms: u32) -> Session {
    let deployment = Deployment { limit_ms, ..Deployment::standard() };
    Session::new(1, 2, deployment).with_channels([entry].into_iter())
}

/// How many messages of 50 bytes go at a time, one after the other.
fn burst(session: &mut Session, entry: &ChannelEntry, now_ms: u32) -> usize {
    session.begin(&Event::default(), now_ms);
    (0..).find(|_| session.send(Some(entry), &message(50)) == Sent::REFUSED).expect("it ends")
}

#[test]
fn only_what_a_channel_takes_is_sent() {
    let entry = meshtastic(0);
    let mut session = session(entry, 3_600_000);
    let mut entropy = Entropy::new(2);
    let sent = session.send(Some(&entry), &message(50));
    assert_eq!(sent, Sent { id: entropy.draw(), airtime_us: LONG_FAST_50 });
    assert_eq!(session.send(Some(&entry), &message(0)).id, entropy.draw());
    let refused = [Some((&entry, 101)), Some((&entry, u32::MAX)), None];
    for channel in refused {
        let (entry, length) = channel.unzip();
        assert_eq!(session.send(entry, &message(length.unwrap_or(1))), Sent::REFUSED);
    }
    assert_eq!(session.send(Some(&entry), &message(1)).id, entropy.draw(), "a refusal draws nothing");
}

/// The most that each protocol carries, to everybody and to one, whatever the channel declares.
#[test]
fn no_packet_is_longer_than_its_protocol_has_it() {
    for (number, all, one) in
        [(protocol::RAW, 237, 233), (protocol::MESHTASTIC, 231, 231), (protocol::MESHCORE, 165, 163)]
    {
        let entry = ChannelEntry { protocol: number, port: 256, bytes: 999, ..ChannelEntry::default() };
        let mut session = session(entry, 3_600_000);
        let mut goes = |to, length| session.send(Some(&entry), &Outgoing { to, ..message(length) }).id != 0;
        let found = [goes(BROADCAST, all), goes(BROADCAST, all + 1), goes(7, one), goes(7, one + 1)];
        assert_eq!(found, [true, false, true, false], "protocol {number}");
    }
    let unknown = ChannelEntry { protocol: 3, ..meshtastic(0) };
    assert_eq!(session(unknown, 3_600_000).send(Some(&unknown), &message(1)), Sent::REFUSED);
}

/// 36 s an hour: 3.6 s at once, the rest comes back at 9 ms a second.
#[test]
fn a_budget_is_spent_and_comes_back() {
    let entry = meshtastic(36_000);
    let mut session = session(entry, 3_600_000);
    assert_eq!(burst(&mut session, &entry, 1000), 4);
    // Of 3.6 s four messages leave 380.544 ms; what is missing to the next comes in 47.147 s.
    assert_eq!(burst(&mut session, &entry, 1000 + 47_146), 0);
    assert_eq!(burst(&mut session, &entry, 1000 + 47_147), 1);
    assert_eq!(burst(&mut session, &entry, 3_600_000), 4, "no more than fits");
}

#[test]
fn the_clock_goes_round() {
    let entry = meshtastic(36_000);
    let mut session = session(entry, 3_600_000);
    assert_eq!(burst(&mut session, &entry, u32::MAX - 5000), 4);
    assert_eq!(burst(&mut session, &entry, 5000), 0);
    assert_eq!(burst(&mut session, &entry, 500_000), 4);
}

#[test]
fn the_region_is_a_budget_too() {
    let sends = |budget_ms, limit_ms| {
        let entry = meshtastic(budget_ms);
        burst(&mut session(entry, limit_ms), &entry, 0)
    };
    assert_eq!([sends(0, 36_000), sends(360_000, 36_000), sends(36_000, 360_000)], [4; 3]);
    // The longest message, of about a second, is more than a tenth: it goes once.
    assert_eq!(sends(4000, 3_600_000), 1);
    // Half of a budget is the most at once: too little for any such message.
    assert_eq!(sends(1000, 3_600_000), 0);
}

#[test]
fn channels_have_budgets_of_their_own() {
    let entries = [meshtastic(36_000), meshtastic(0), meshtastic(36_000)];
    let mut session = Session::new(1, 2, Deployment::standard()).with_channels(entries.into_iter());
    session.begin(&Event::default(), 0);
    let mut count = |channel: usize| {
        let message = Outgoing { channel: channel as u32, ..message(50) };
        (0..20).filter(|_| session.send(Some(&entries[channel]), &message).id != 0).count()
    };
    assert_eq!([count(0), count(1), count(2), count(0)], [4, 20, 4, 0]);
}
