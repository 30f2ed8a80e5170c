//! What is refused: a node that may speak longer than the law allows, and nodes that together fill the air.

use super::model::{Model, Trigger};
use super::site::LOAD;
use super::{Airtime, ChannelAirtime, HOUR_MS, Item, LOAD_PERMILLE, Site, Source, bound};
use swarm_dialects::radio::Protocol;
use swarm_dialects::{Kernel, Reported, Severity};
use swarm_targets::Deployment;

mod changes;

/// Refuses a kernel that may be on the air longer than its deployment allows; otherwise the bound.
///
/// # Errors
/// `airtime`: longer than the region's share of an hour; `swarm-load`: all nodes together take more of a network's air than
/// is good for anybody.
pub fn check(kernel: Kernel, deployment: &Deployment) -> Result<Airtime, Vec<Reported>> {
    let (model, site) = (Model::read(kernel), Site::of(Some(deployment)));
    let airtime = Airtime { kernel: kernel.sym_name().to_owned(), ..bound(&model, &site) };
    let mut found = Vec::new();
    if airtime.bound_us > airtime.limit_us() {
        found.extend(law(&airtime, &model, &site));
    } else if let Some(load) = overload(&airtime, &site) {
        found.extend(crowd(&airtime, load, (&model, &site)));
    }
    if found.is_empty() { Ok(airtime) } else { Err(found) }
}

/// Whether nothing of it is refused.
fn fits(airtime: &Airtime, site: &Site) -> bool {
    airtime.bound_us <= airtime.limit_us() && overload(airtime, site).is_none()
}

/// The network that the nodes load too much, and how much.
fn overload(airtime: &Airtime, site: &Site) -> Option<(Protocol, u64)> {
    let over = airtime.loads.iter().filter(|load| load.permille > LOAD_PERMILLE && !site.allows_load);
    over.max_by_key(|load| load.permille).map(|load| (load.protocol, load.permille))
}

fn law(airtime: &Airtime, model: &Model, site: &Site) -> Option<Reported> {
    let (number, channel) = dearest(airtime, |_| true)?;
    let (us, limit_us) = (airtime.bound_us, airtime.limit_us());
    let law = site.region.map_or("an hour", |region| region.name);
    let what = if channel.bound_us > limit_us {
        format!("@{} may be on the air {} in an hour", channel.name, seconds(channel.bound_us))
    } else {
        format!("all channels together may be on the air {} in an hour", seconds(us))
    };
    let text = format!("[airtime] {what}, and {law} allows {}", seconds(limit_us));
    Some(report(text, (number, channel), (model, site)))
}

fn crowd(airtime: &Airtime, load: (Protocol, u64), (model, site): (&Model, &Site)) -> Option<Reported> {
    let (protocol, permille) = load;
    let found = dearest(airtime, |channel| channel.protocol == protocol)?;
    let (nodes, percent) = (airtime.nodes.unwrap_or(1), permille as f64 / 10.0);
    let text = format!(
        "[swarm-load] {nodes} nodes may take {percent:.1} % of the air of {}, and {} % is the most",
        protocol.word(),
        LOAD_PERMILLE as f64 / 10.0
    );
    let mut reported = report(text, found, (model, site));
    reported.message +=
        &format!("; or, where nobody else is to speak, `allow = [\"{LOAD}\"]` in the deployment");
    Some(reported)
}

/// The channel that costs most, among some.
fn dearest(airtime: &Airtime, is_one: impl Fn(&ChannelAirtime) -> bool) -> Option<(usize, &ChannelAirtime)> {
    let channels = airtime.channels.iter().enumerate().filter(|(_, channel)| is_one(channel));
    channels.max_by_key(|(number, channel)| (channel.bound_us, usize::MAX - number))
}

/// The sentence, what costs most, and what would fit.
fn report(
    mut text: String,
    (number, channel): (usize, &ChannelAirtime),
    (model, site): (&Model, &Site),
) -> Reported {
    let cost = |item: &&Item| match item.source {
        Source::Send | Source::Retry => item.us.min(channel.sends_us),
        Source::Repeat => item.us.min(channel.repeats_us),
        _ => item.us,
    };
    // The first of equals.
    let item = channel.items.iter().rev().max_by_key(cost);
    let mut place = channel.place.clone();
    if let Some(item) = item {
        let of = if item.handler.is_empty() { String::new() } else { format!(" of @{}", item.handler) };
        let name = if item.source == Source::Relay { "relaying" } else { item.source.word() };
        text += &format!(": most of it is {name}{of}, {} ({})", seconds(cost(&item)), item.when);
        place = item.place.clone().or(place);
    }
    let changes = item.map(|item| changes::that_fit((number, item), model, site)).unwrap_or_default();
    let help = match &changes[..] {
        [] => {
            "send less often, and shorter; declare a budget for each channel; say `nodes` in the deployment"
                .to_owned()
        }
        [one] => format!("this fits: {one}"),
        several => format!("any of these fits: {}", several.join("; ")),
    };
    let message = format!("{text}\nhelp: {help}");
    Reported { severity: Severity::Error, message, place, notes: Vec::new() }
}

fn seconds(us: u64) -> String {
    format!("{:.1} s", us as f64 / 1e6)
}
