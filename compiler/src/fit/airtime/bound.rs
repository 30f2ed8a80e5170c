//! The bound: what each op sends in any hour, then what others and the protocol add.

use super::model::{ChannelModel, Model};
use super::others::{self, Own};
use super::own;
use super::{Airtime, ChannelAirtime, HOUR_MS, HOUR_US, Item, Load, Site, Source};
use swarm_dialects::radio::{Protocol, Relay};
use swarm_mesh::PACKET_MAX;
use swarm_mesh::airtime::{Modulation, time_on_air_us};
use swarm_mesh::carrier::{Carrier, Role};

/// Times that Meshtastic sends a packet that wants an acknowledgement, at most (`NUM_RELIABLE_RETX`).
pub(super) const RELIABLE_TRIES: u64 = 3;

/// The most that a node with this kernel is on the air in any hour.
pub fn bound(model: &Model, site: &Site) -> Airtime {
    let channels: Vec<ChannelAirtime> =
        (0..model.channels.len()).map(|number| channel(model, site, number)).collect();
    let all = channels.iter().fold(0u64, |sum, channel| sum.saturating_add(channel.bound_us));
    Airtime {
        kernel: String::new(),
        bound_us: all.min(HOUR_US),
        region: site.region,
        nodes: site.nodes,
        loads: loads(&channels, site.nodes),
        channels,
    }
}

/// What the nodes take together of each protocol's network: its channels share its air.
fn loads(channels: &[ChannelAirtime], nodes: Option<u32>) -> Vec<Load> {
    let Some(nodes) = nodes else { return Vec::new() };
    let mut loads = Vec::new();
    for protocol in [Protocol::Raw, Protocol::Meshtastic, Protocol::Meshcore] {
        let own = channels.iter().filter(|channel| channel.protocol == protocol);
        let each = own.map(|channel| channel.bound_us).reduce(u64::saturating_add);
        if let Some(each) = each {
            let all = u128::from(each) * u128::from(nodes) * 1000;
            let permille = u64::try_from(all.div_ceil(u128::from(HOUR_US))).unwrap_or(u64::MAX);
            loads.push(Load { protocol, permille });
        }
    }
    loads
}

fn channel(model: &Model, site: &Site, number: usize) -> ChannelAirtime {
    let declared = &model.channels[number];
    let modulation = site.modulation(declared.protocol);
    let own::Sent { mut items, budget_us, us: sends_us } = own::sends_in((model, site), number, HOUR_MS);
    // What follows a message comes later, and may come in an hour in which the message did not.
    let late_ms = others::lateness_ms(declared, modulation, site.nodes);
    let earlier = own::sends_in((model, site), number, HOUR_MS + late_ms);
    let repeats = repeats(declared, &earlier.items);
    // The bucket takes a message once, however often it goes out.
    let again = if declared.protocol == Protocol::Meshtastic { RELIABLE_TRIES - 1 } else { 1 };
    let repeats_us = total(&repeats).min(earlier.us.saturating_mul(again));
    let is_first = !model.channels[..number].iter().any(|other| other.protocol == declared.protocol);
    let own = Own { declared, modulation, sends_us: earlier.us, items: &earlier.items, is_first };
    let beacons = others::beacons(&own);
    let acknowledgements = others::acknowledgements(&own, site.nodes);
    let relays = others::relays(&own, (&beacons, &acknowledgements), site.nodes);
    let (acknowledgements_us, relays_us) = (total(&acknowledgements), total(&relays));
    let beacons_us = total(&beacons);
    items.extend([repeats, beacons, acknowledgements, relays].concat());
    let parts = [sends_us, repeats_us, acknowledgements_us, beacons_us, relays_us];
    ChannelAirtime {
        name: declared.name.clone(),
        protocol: declared.protocol,
        preset: site.preset(declared.protocol).to_owned(),
        items,
        budget_us,
        sends_us,
        repeats_us,
        acknowledgements_us,
        beacons_us,
        relays_us,
        bound_us: parts.iter().fold(0u64, |sum, part| sum.saturating_add(*part)).min(HOUR_US),
        place: declared.place.clone(),
    }
}

pub(super) fn total(items: &[Item]) -> u64 {
    items.iter().fold(0, |sum, item| sum.saturating_add(item.us))
}

/// Microseconds of a message; of what no packet carries, those of the longest packet.
pub(super) fn each_us(carrier: Carrier, bytes: usize, modulation: Modulation) -> u64 {
    let framing = carrier.framing(modulation);
    let longest = || time_on_air_us(modulation, framing, PACKET_MAX);
    carrier.time_on_air_us(Role::Message, bytes, modulation).or_else(|_| longest()).unwrap_or(HOUR_US)
}

/// Microseconds of the smallest message that a channel carries.
pub(super) fn smallest_us(declared: &ChannelModel, modulation: Modulation) -> u64 {
    let times = declared.carriers.map(|carrier| each_us(carrier, 0, modulation));
    times.into_iter().min().unwrap_or(1).max(1)
}

/// What goes out again by itself: on Meshtastic what wants an acknowledgement, on a channel with next hops what was for
/// one node, once, where the way is broken.
fn repeats(declared: &ChannelModel, items: &[Item]) -> Vec<Item> {
    let by_next_hop = declared.protocol == Protocol::Raw && declared.relay == Relay::NextHop;
    let again = |item: &Item| match declared.protocol {
        Protocol::Meshtastic if item.is_acknowledged => RELIABLE_TRIES - 1,
        _ => u64::from(by_next_hop && item.is_to_node),
    };
    let repeat = |item: &Item| Item {
        source: Source::Repeat,
        when: if by_next_hop { "the next hop is silent" } else { "nobody acknowledges it" }.into(),
        count: item.count.saturating_mul(again(item)),
        us: item.us.saturating_mul(again(item)),
        ..item.clone()
    };
    items.iter().map(repeat).filter(|item| item.count > 0).collect()
}
