//! The bound: what each op sends in any hour, then what others and the protocol add.

use super::model::{ChannelModel, Handler, Model, Part, SendModel};
use super::others::{self, Own};
use super::rates::{self, Rate};
use super::{Airtime, ChannelAirtime, HOUR_MS, HOUR_US, Item, Load, Site, Source};
use swarm_dialects::radio::{Protocol, Relay};
use swarm_mesh::PACKET_MAX;
use swarm_mesh::airtime::{Modulation, time_on_air_us};
use swarm_mesh::carrier::{Carrier, Role};

/// Times that Meshtastic sends a packet that wants an acknowledgement, at most (`NUM_RELIABLE_RETX`).
pub(super) const RELIABLE_TRIES: u64 = 3;
/// What a channel's bucket holds, as the node's radio has it: a tenth of its budget, or its longest message, up to a half.
const BURST_LEAST: u64 = 10;
const BURST_MOST: u64 = 2;

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
    let mut items = Vec::new();
    for handler in 0..model.handlers.len() {
        items.extend(sent(model, site, (handler, number)));
    }
    items.extend(retries(model, modulation, number));
    let sent_us = total(&items);
    let budget_us = declared.budget_ms.map(|budget| budget_bound(model, site, (number, budget)));
    let sends_us = budget_us.map_or(sent_us, |budget| sent_us.min(budget));
    let repeats = repeats(declared, &items);
    // The bucket takes a message once, however often it goes out.
    let again = if declared.protocol == Protocol::Meshtastic { RELIABLE_TRIES - 1 } else { 1 };
    let repeats_us = total(&repeats).min(sends_us.saturating_mul(again));
    items.extend(repeats);
    let is_first = !model.channels[..number].iter().any(|other| other.protocol == declared.protocol);
    let own = Own { declared, modulation, sends_us, items: items.clone(), is_first };
    let beacons = others::beacons(&own);
    let acknowledgements = others::acknowledgements(&own, site.nodes);
    let beacons_us = total(&beacons);
    let relays = others::relays(&own, (&beacons, &acknowledgements), site.nodes);
    let (acknowledgements_us, relays_us) = (total(&acknowledgements), total(&relays));
    items.extend(beacons.into_iter().chain(acknowledgements).chain(relays));
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

/// A send, and how often one run of a handler comes to it.
type Times<'m> = (&'m SendModel, u64);

/// What one run sends on a channel at most, and its microseconds: of a branch the longer way.
fn run<'m>(body: &'m [Part], channel: usize, us: &dyn Fn(&SendModel) -> u64) -> (Vec<Times<'m>>, u64) {
    let (mut found, mut sum) = (Vec::new(), 0u64);
    for part in body {
        let (sends, more) = match part {
            Part::Send(send) if send.channel == channel => (vec![(send, 1)], us(send)),
            Part::Send(_) | Part::Stores(_) => continue,
            Part::Loop(rounds, inner) => {
                let (sends, once) = run(inner, channel, us);
                let all = sends.into_iter().map(|(send, times)| (send, times.saturating_mul(*rounds)));
                (all.filter(|(_, times)| *times > 0).collect(), once.saturating_mul(*rounds))
            }
            Part::Either(ways) => {
                let ways = ways.iter().map(|way| run(way, channel, us));
                ways.max_by_key(|(_, us)| *us).unwrap_or_default()
            }
        };
        found.extend(sends);
        sum = sum.saturating_add(more);
    }
    (found, sum)
}

/// What a handler sends on a channel, op by op.
fn sent(model: &Model, site: &Site, (number, channel): (usize, usize)) -> Vec<Item> {
    let handler = &model.handlers[number];
    let us = |send: &SendModel| {
        let declared = &model.channels[send.channel];
        let carrier = declared.carriers[usize::from(send.to_node)];
        each_us(carrier, send.bytes, site.modulation(declared.protocol))
    };
    let (sends, _) = run(&handler.body, channel, &us);
    let waits_ms = sends.iter().map(|(send, _)| send.jitter_ms).max().unwrap_or(0);
    let rate = rates::of_handler(model, number);
    let runs = rate.count(HOUR_MS + waits_ms).unwrap_or_else(|| {
        let once: u64 = (0..model.channels.len()).map(|other| run(&handler.body, other, &us).1).sum();
        received(model, site, (&rate, once), HOUR_MS + waits_ms)
    });
    let item = |(send, times): Times| {
        let (each_us, count) = (us(send), runs.saturating_mul(times));
        Item {
            source: Source::Send,
            handler: handler.name.clone(),
            when: when(model, handler, times),
            bytes: send.bytes,
            each_us,
            count,
            us: each_us.saturating_mul(count),
            place: send.place.clone(),
            is_to_node: send.to_node,
            is_acknowledged: send.acknowledged,
        }
    };
    sends.into_iter().map(item).collect()
}

fn when(model: &Model, handler: &Handler, times: u64) -> String {
    let why = rates::why(model, handler);
    if times > 1 { format!("{times} times {why}") } else { why }
}

/// Runs of a handler for what is received, packets back to back: a radio does not hear while it sends what `once_us` of a
/// run's messages take.
fn received(model: &Model, site: &Site, (rate, once_us): (&Rate, u64), window_ms: u64) -> u64 {
    let heard_us = match rate {
        Rate::Heard(channel) => {
            let declared = &model.channels[*channel];
            smallest_us(declared, site.modulation(declared.protocol))
        }
        // Another radio hears them.
        _ => 0,
    };
    (window_ms * 1000).div_ceil((heard_us + once_us).max(1))
}

/// Requests of a channel that are sent again.
fn retries(model: &Model, modulation: Modulation, channel: usize) -> Vec<Item> {
    let mut items = Vec::new();
    for (number, request) in model.requests.iter().enumerate() {
        let mut asks = Vec::new();
        model.handlers.iter().for_each(|handler| sends(&handler.body, &mut asks));
        asks.retain(|send| send.request == Some(number) && send.channel == channel);
        let us = |send: &&SendModel| {
            each_us(model.channels[channel].carriers[usize::from(send.to_node)], send.bytes, modulation)
        };
        let Some(longest) = asks.iter().copied().max_by_key(us) else { continue };
        let count = rates::of_retries(model, number).count(HOUR_MS).unwrap_or(u64::MAX);
        if count == 0 {
            continue;
        }
        let each_us = us(&longest);
        items.push(Item {
            source: Source::Retry,
            handler: request.name.clone(),
            when: format!("unanswered, after {} ms, {} tries in all", request.timeout_ms, request.tries),
            bytes: longest.bytes,
            each_us,
            count,
            us: each_us.saturating_mul(count),
            place: longest.place.clone(),
            is_to_node: asks.iter().any(|send| send.to_node),
            is_acknowledged: false,
        });
    }
    items
}

/// All sends of a body.
fn sends<'m>(body: &'m [Part], found: &mut Vec<&'m SendModel>) {
    for part in body {
        match part {
            Part::Send(send) => found.push(send),
            Part::Loop(_, inner) => sends(inner, found),
            Part::Either(ways) => ways.iter().for_each(|way| sends(way, found)),
            Part::Stores(_) => {}
        }
    }
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

/// What a channel's bucket lets through in any hour, in microseconds: a full bucket and what fills it, until the last
/// message has waited its random delay.
fn budget_bound(model: &Model, site: &Site, (channel, budget_ms): (usize, u64)) -> u64 {
    let declared = &model.channels[channel];
    let limit = (budget_ms * 1000).min(site.region.map_or(HOUR_US, |region| region.budget_us_per_hour()));
    if limit >= HOUR_US {
        return HOUR_US;
    }
    let longest = each_us(declared.carriers[0], declared.most_bytes, site.modulation(declared.protocol));
    let burst = longest.clamp(limit / BURST_LEAST, limit / BURST_MOST);
    let mut all = Vec::new();
    model.handlers.iter().for_each(|handler| sends(&handler.body, &mut all));
    let waits_ms =
        all.iter().filter(|send| send.channel == channel).map(|send| send.jitter_ms).max().unwrap_or(0);
    let filled = u128::from(limit - burst) * u128::from(HOUR_MS + waits_ms) / u128::from(HOUR_MS);
    burst + u64::try_from(filled).unwrap_or(HOUR_US) + u64::from(waits_ms > 0)
}
