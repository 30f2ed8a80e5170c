//! The smallest change of each kind with which a kernel fits: the bound is asked again, so what is said is true.

use super::{HOUR_MS, Item, Model, Site, Source, Trigger, bound, fits};
use crate::fit::airtime::bound::each_us;
use crate::fit::airtime::model::Part;

/// A week: no period is longer.
const LONGEST_MS: u64 = 7 * 24 * HOUR_MS;
/// More nodes than this are no single swarm.
const MOST_NODES: u64 = 10_000;

/// What would fit, in words, for an item of the channel of that number.
pub fn that_fit((channel, item): (usize, &Item), model: &Model, site: &Site) -> Vec<String> {
    let kinds = [
        period(item, model, site),
        tries(item, model, site),
        bytes((channel, item), model, site),
        preset(channel, model, site),
        budget(channel, model, site),
        nodes(model, site),
    ];
    kinds.into_iter().flatten().collect()
}

/// The smallest number of a range that fits, where larger ones do too.
fn least((low, high): (u64, u64), is_fit: impl Fn(u64) -> bool) -> Option<u64> {
    if low > high || !is_fit(high) {
        return None;
    }
    let (mut low, mut high) = (low, high);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_fit(middle) { high = middle } else { low = middle + 1 }
    }
    Some(low)
}

/// The largest number of a range that fits, where smaller ones do too.
fn most((low, high): (u64, u64), is_fit: impl Fn(u64) -> bool) -> Option<u64> {
    least((0, high.checked_sub(low)?), |less| is_fit(high - less)).map(|less| high - less)
}

fn period(item: &Item, model: &Model, site: &Site) -> Option<String> {
    let handler = model.handlers.iter().position(|handler| handler.name == item.handler)?;
    let Trigger::Timer { ms, exact } = model.handlers[handler].trigger else { return None };
    let is_fit = |ms: u64| {
        let mut changed = model.clone();
        changed.handlers[handler].trigger = Trigger::Timer { ms, exact };
        fits(&bound(&changed, site), site)
    };
    let least = least((ms + 1, LONGEST_MS), is_fit)?;
    // Three digits are enough.
    let step = 10u64.pow((least.ilog10() + 1).saturating_sub(3));
    let rounded = least.div_ceil(step) * step;
    let ms = if is_fit(rounded) { rounded } else { least };
    Some(format!("@{} every {ms} ms", item.handler))
}

fn tries(item: &Item, model: &Model, site: &Site) -> Option<String> {
    let request = model.requests.iter().position(|request| request.name == item.handler)?;
    let declared = &model.requests[request];
    let is_fit = |tries: u64| {
        let mut changed = model.clone();
        changed.requests[request].tries = tries;
        fits(&bound(&changed, site), site)
    };
    let tries = most((1, declared.tries.checked_sub(1)?), is_fit)?;
    Some(format!("`tries {tries}` of @{}", item.handler))
}

fn bytes((channel, item): (usize, &Item), model: &Model, site: &Site) -> Option<String> {
    if !matches!(item.source, Source::Send | Source::Retry | Source::Repeat) {
        return None;
    }
    let is_fit = |bytes: u64| {
        let mut changed = model.clone();
        let most = usize::try_from(bytes).unwrap_or(usize::MAX);
        changed.channels[channel].most_bytes = changed.channels[channel].most_bytes.min(most);
        changed.handlers.iter_mut().for_each(|handler| shorten(&mut handler.body, (channel, most)));
        fits(&bound(&changed, site), site)
    };
    let bytes = most((1, (item.bytes as u64).checked_sub(1)?), is_fit)?;
    Some(format!("messages of {bytes} B instead of {} B", item.bytes))
}

fn shorten(body: &mut [Part], (channel, most): (usize, usize)) {
    for part in body {
        match part {
            Part::Send(send) if send.channel == channel => send.bytes = send.bytes.min(most),
            Part::Send(_) | Part::Stores(_) => {}
            Part::Loop(_, inner) => shorten(inner, (channel, most)),
            Part::Either(ways) => ways.iter_mut().for_each(|way| shorten(way, (channel, most))),
        }
    }
}

/// The slowest preset that fits, since it reaches farthest.
fn preset(channel: usize, model: &Model, site: &Site) -> Option<String> {
    let declared = &model.channels[channel];
    let us = |modulation| each_us(declared.carriers[0], declared.most_bytes, modulation);
    let present_us = us(site.modulation(declared.protocol));
    let mut presets = site.presets(declared.protocol);
    presets.retain(|preset| us(preset.modulation) < present_us);
    presets.sort_by_key(|preset| std::cmp::Reverse(us(preset.modulation)));
    let is_fit = |preset: &&&swarm_mesh::preset::Preset| {
        let mut changed = site.clone();
        changed.networks[declared.protocol as usize] = (preset.name.to_owned(), preset.modulation);
        fits(&bound(model, &changed), &changed)
    };
    presets.iter().find(is_fit).map(|preset| format!("the preset {}", preset.name))
}

fn budget(channel: usize, model: &Model, site: &Site) -> Option<String> {
    let declared = &model.channels[channel];
    let present = declared.budget_ms.unwrap_or(HOUR_MS);
    let is_fit = |budget: u64| {
        let mut changed = model.clone();
        changed.channels[channel].budget_ms = Some(budget);
        fits(&bound(&changed, site), site)
    };
    // Beyond the law a budget is refused for itself.
    let law = site.region.map_or(HOUR_MS, |region| region.budget_us_per_hour() / 1000);
    let budget = most((1, present.checked_sub(1)?.min(law)), is_fit)?;
    // A bucket must hold a message.
    let us = each_us(declared.carriers[0], declared.most_bytes, site.modulation(declared.protocol));
    (budget * 1000 / 2 >= us).then(|| format!("`budget {budget} ms` of @{}", declared.name))
}

fn nodes(model: &Model, site: &Site) -> Option<String> {
    let present = site.nodes.map_or(MOST_NODES, u64::from);
    let is_fit = |nodes: u64| {
        let changed = Site { nodes: u32::try_from(nodes).ok(), ..site.clone() };
        fits(&bound(model, &changed), &changed)
    };
    let nodes = most((2, present.checked_sub(1)?), is_fit)?;
    let of = if nodes + 1 == MOST_NODES { "" } else { " or less" };
    Some(match site.nodes {
        None => format!("the number of nodes in the deployment, `nodes = {nodes}`{of}"),
        Some(_) => format!("{nodes} nodes{of}"),
    })
}
