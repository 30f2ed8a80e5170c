//! Bounds that are reckoned by hand, and changes that are said to fit.

use super::model::{Handler, Part, SendModel, Trigger};
use super::*;
use crate::kernel::kernel_of;
use swarm_dialects::radio::Relay;
use swarm_dialects::{collect, parse};
use swarm_mesh::carrier::{Carrier, Role};
use swarm_mesh::meshtastic::Encryption;
use swarm_targets::load_deployment;

/// Bytes of the one message.
const BYTES: usize = 20;

fn send() -> SendModel {
    let (channel, request, jitter_ms, place) = (0, None, 0, None);
    SendModel { channel, request, to_node: false, bytes: BYTES, acknowledged: false, jitter_ms, place }
}

/// A kernel that runs `body` each minute.
fn each_minute(protocol: Protocol, body: Vec<Part>) -> Model {
    let port = 256;
    let carriers = match protocol {
        Protocol::Raw => [Carrier::RawBroadcast, Carrier::RawNode],
        Protocol::Meshtastic => [Encryption::Channel, Encryption::PublicKey]
            .map(|encryption| Carrier::Meshtastic { port, encryption }),
        Protocol::Meshcore => [Carrier::MeshCoreChannel, Carrier::MeshCoreNode],
    };
    let channel = model::ChannelModel {
        name: "near".into(),
        protocol,
        budget_ms: None,
        hops: 3,
        relay: Relay::Protocol,
        carriers,
        most_bytes: BYTES,
        place: None,
    };
    let trigger = Trigger::Timer { ms: 60_000, exact: true };
    let handlers = vec![Handler { name: "tick".into(), trigger, body }];
    Model { channels: vec![channel], handlers, requests: Vec::new() }
}

fn of(model: &Model, nodes: Option<u32>) -> ChannelAirtime {
    let site = Site { nodes, ..Site::of(None) };
    bound(model, &site).channels.swap_remove(0)
}

fn us(model: &Model, to_node: bool, bytes: usize) -> u64 {
    let channel = &model.channels[0];
    let modulation = Site::of(None).modulation(channel.protocol);
    let carrier = channel.carriers[usize::from(to_node)];
    carrier.time_on_air_us(Role::Message, bytes, modulation).expect("it fits")
}

#[test]
fn sixty_minutes_are_sixty_messages_and_a_jitter_one_more() {
    let mut model = each_minute(Protocol::Raw, vec![Part::Send(send())]);
    assert_eq!(of(&model, None).bound_us, 60 * us(&model, false, BYTES));
    model.handlers[0].body = vec![Part::Send(SendModel { jitter_ms: 2000, ..send() })];
    assert_eq!(of(&model, None).bound_us, 61 * us(&model, false, BYTES));
}

#[test]
fn loops_multiply_and_of_two_ways_the_longer_counts() {
    let ways = vec![vec![Part::Send(SendModel { bytes: 4, ..send() }); 2], vec![Part::Send(send()); 3]];
    let model = each_minute(Protocol::Raw, vec![Part::Loop(7, vec![Part::Either(ways)])]);
    let three = 3 * us(&model, false, BYTES);
    assert!(three > 2 * us(&model, false, 4));
    assert_eq!(of(&model, None).bound_us, 60 * 7 * three);
}

/// Three times in all; one acknowledgement of 24 bytes with its header for each that another node sends here.
#[test]
fn meshtastic_repeats_what_wants_to_be_acknowledged() {
    let wanted = SendModel { to_node: true, acknowledged: true, ..send() };
    let mut model = each_minute(Protocol::Meshtastic, vec![Part::Send(wanted)]);
    model.channels[0].hops = 0;
    let each = us(&model, true, BYTES);
    let alone = of(&model, Some(1));
    assert_eq!((alone.sends_us, alone.acknowledgements_us, alone.relays_us), (60 * each, 0, 0));
    // Those of a minute before, too, of which the hour begins with the second and the third.
    assert!((120 * each..=124 * each).contains(&alone.repeats_us), "{}", alone.repeats_us);
    assert!(alone.beacons_us > 0);
    let three = of(&model, Some(3));
    let (each_way, two) = (of(&model, Some(2)).acknowledgements_us, three.acknowledgements_us);
    assert!(each_way > 0 && two == 2 * each_way, "{each_way} and {two}");
    assert!(of(&model, None).acknowledgements_us > two, "as many as come");
}

/// Who relays passes on once what each other sends; a way that is broken costs a message twice.
#[test]
fn relays_grow_with_the_nodes_and_stop_at_half_the_hour() {
    let mut model = each_minute(Protocol::Raw, vec![Part::Send(SendModel { to_node: true, ..send() })]);
    assert_eq!(of(&model, None).relays_us, 0, "nobody relays");
    model.channels[0].relay = Relay::Flood;
    let (two, five) = (of(&model, Some(2)).relays_us, of(&model, Some(5)).relays_us);
    let each = us(&model, true, BYTES);
    assert!((60 * each..62 * each).contains(&two), "{two}");
    assert!((4 * two..=4 * 62 * each).contains(&five), "{five}");
    assert_eq!([None, Some(1000)].map(|nodes| of(&model, nodes).relays_us), [HOUR_US / 2; 2]);
    model.channels[0].relay = Relay::NextHop;
    let next_hop = of(&model, Some(2));
    assert!(next_hop.relays_us >= 2 * two && next_hop.repeats_us >= 60 * each, "{next_hop:?}");
    model.channels[0].hops = 0;
    assert_eq!(of(&model, None).relays_us, 0, "nothing travels");
}

#[test]
fn what_is_received_needs_a_budget() {
    let mut model = each_minute(Protocol::Raw, vec![Part::Send(send())]);
    model.handlers[0].trigger = Trigger::Message(0);
    let (each, heard) = (us(&model, false, BYTES), us(&model, false, 0));
    let count = HOUR_US.div_ceil(each + heard);
    assert_eq!(of(&model, None).bound_us, count * each);
    model.handlers[0].trigger = Trigger::Advert;
    assert_eq!(of(&model, None).bound_us, HOUR_US);
    model.channels[0].budget_ms = Some(36_000);
    assert_eq!(of(&model, None).bound_us, 36_000_000);
    // Nine tenths come back in an hour: as much of them as comes in the two seconds that a message may wait.
    model.handlers[0].body = vec![Part::Send(SendModel { jitter_ms: 2000, ..send() })];
    assert_eq!(of(&model, None).bound_us, 36_000_000 + 32_400_000 * 2000 / HOUR_MS + 1);
}

/// Loops of a million rounds in each other: more than any number holds is an hour.
#[test]
fn what_has_no_number_is_an_hour() {
    let wanted = SendModel { to_node: true, acknowledged: true, jitter_ms: 65_535, ..send() };
    let loops = (0..5).fold(vec![Part::Send(wanted)], |inner, _| vec![Part::Loop(1 << 20, inner)]);
    for protocol in [Protocol::Raw, Protocol::Meshtastic, Protocol::Meshcore] {
        let mut model = each_minute(protocol, loops.clone());
        model.channels[0].relay = Relay::NextHop;
        for trigger in [Trigger::Timer { ms: 1, exact: true }, Trigger::Message(0), Trigger::Advert] {
            model.handlers[0].trigger = trigger;
            model.channels.push(model.channels[0].clone());
            for nodes in [None, Some(10_000)] {
                let site = Site { nodes, ..Site::of(None) };
                let airtime = bound(&model, &site);
                assert_eq!(airtime.bound_us, HOUR_US);
                assert!(airtime.channels[0].own_us() >= HOUR_US && !airtime.to_text().is_empty());
            }
        }
    }
}

const SPEAKER: &str = "swarm.kernel @speaker version 1 {
  radio.message @Level { level = 1 : fixed32 }
  radio.channel @near carries @Level on raw port 7CLAUSES
  swarm.on_timer @tick every PERIOD ms {
    %me = swarm.node_id
    %id = radio.send on @near (level = %me)
  }
}
";

/// What `check` says of the kernel in a place: its error, or nothing.
fn said(period: &str, clauses: &str, place: &str) -> Option<String> {
    let text = SPEAKER.replace("PERIOD", period).replace("CLAUSES", clauses);
    let deployment = load_deployment("deploy.toml", place).expect("the place is right");
    let context = swarm_dialects::context();
    let (module, reported) = collect(&context, || parse(&context, &text, "speaker.mlir"));
    let module = module.unwrap_or_else(|| panic!("{reported:?}"));
    let errors = check(kernel_of(&module).expect("a kernel"), &deployment).err()?;
    Some(errors.into_iter().map(|error| error.message).collect())
}

#[test]
fn what_is_said_to_fit_fits_and_a_little_more_does_not() {
    let place = "region = \"EU_868\"\n";
    let wrong = said("1000", "", place).expect("it is too much");
    assert!(wrong.contains("@tick every 4370 ms; "), "{wrong}");
    assert_eq!(said("4370", "", place), None);
    assert!(said("4300", "", place).is_some());
    assert!(wrong.contains("`budget 360000 ms` of @near"), "{wrong}");
    assert_eq!(said("1000", " budget 360000 ms", &format!("{place}nodes = 1\n")), None);
}

#[test]
fn relays_fit_up_to_a_number_of_nodes() {
    let place = |nodes: &str| format!("region = \"EU_868\"\n{nodes}");
    let wrong = said("600000", " relay flood", &place("")).expect("nobody says how many nodes there are");
    let (_, after) = wrong.split_once("`nodes = ").expect("it says how many");
    let nodes: u32 = after.split('`').next().and_then(|number| number.parse().ok()).expect("a number");
    let of = |nodes| said("600000", " relay flood", &place(&format!("nodes = {nodes}\n")));
    assert_eq!(of(nodes), None);
    let wrong = of(nodes + 1).expect("one more is too many");
    assert!(wrong.starts_with("[swarm-load]") && wrong.contains("allow = [\"swarm-load\"]"), "{wrong}");
    let allowed = place(&format!("nodes = {}\nallow = [\"swarm-load\"]\n", nodes + 1));
    assert_eq!(said("600000", " relay flood", &allowed), None);
}
