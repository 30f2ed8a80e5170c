//! What the kernel itself sends on a channel in a window of time: op by op, and as much of it as the budget lets through.

use super::bound::{each_us, smallest_us, total};
use super::model::{Handler, Model, Part, SendModel};
use super::rates::{self, Rate};
use super::{HOUR_MS, HOUR_US, Item, Site, Source};
use swarm_mesh::airtime::Modulation;

/// What a channel's bucket holds, as the node's radio has it: a tenth of its budget, or its longest message, up to a half.
const BURST_LEAST: u64 = 10;
const BURST_MOST: u64 = 2;

/// What is sent in a window.
pub struct Sent {
    pub items: Vec<Item>,
    /// What the budget lets through; none where none is declared.
    pub budget_us: Option<u64>,
    /// Of all items, with the budget counted.
    pub us: u64,
}

/// What is sent on the channel of that number in any window of so many ms.
pub fn sends_in((model, site): (&Model, &Site), channel: usize, window_ms: u64) -> Sent {
    let declared = &model.channels[channel];
    let mut items = Vec::new();
    for handler in 0..model.handlers.len() {
        items.extend(sent((model, site), (handler, channel), window_ms));
    }
    items.extend(retries(model, site.modulation(declared.protocol), (channel, window_ms)));
    let budget_us =
        declared.budget_ms.map(|budget| budget_bound((model, site), (channel, budget), window_ms));
    let us = budget_us.map_or(total(&items), |budget| total(&items).min(budget));
    Sent { items, budget_us, us }
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
fn sent((model, site): (&Model, &Site), (number, channel): (usize, usize), window_ms: u64) -> Vec<Item> {
    let handler = &model.handlers[number];
    let us = |send: &SendModel| {
        let declared = &model.channels[send.channel];
        let carrier = declared.carriers[usize::from(send.to_node)];
        each_us(carrier, send.bytes, site.modulation(declared.protocol))
    };
    let (sends, _) = run(&handler.body, channel, &us);
    let waits_ms = sends.iter().map(|(send, _)| send.jitter_ms).max().unwrap_or(0);
    let rate = rates::of_handler(model, number);
    let runs = rate.count(window_ms + waits_ms).unwrap_or_else(|| {
        let each = (0..model.channels.len()).map(|other| run(&handler.body, other, &us).1);
        let once = each.fold(0, u64::saturating_add);
        received(model, site, (&rate, once), window_ms + waits_ms)
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
    (window_ms * 1000).div_ceil(heard_us.saturating_add(once_us).max(1))
}

/// Requests of a channel that are sent again.
fn retries(model: &Model, modulation: Modulation, (channel, window_ms): (usize, u64)) -> Vec<Item> {
    let mut items = Vec::new();
    for (number, request) in model.requests.iter().enumerate() {
        let mut asks = Vec::new();
        model.handlers.iter().for_each(|handler| sends(&handler.body, &mut asks));
        asks.retain(|send| send.request == Some(number) && send.channel == channel);
        let us = |send: &&SendModel| {
            each_us(model.channels[channel].carriers[usize::from(send.to_node)], send.bytes, modulation)
        };
        let Some(longest) = asks.iter().copied().max_by_key(us) else { continue };
        let count = rates::of_retries(model, number).count(window_ms).unwrap_or(u64::MAX);
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

/// What a channel's bucket lets through in a window, in microseconds: a full bucket and what fills it, until the last
/// message has waited its random delay.
fn budget_bound((model, site): (&Model, &Site), (channel, budget_ms): (usize, u64), window_ms: u64) -> u64 {
    let declared = &model.channels[channel];
    let limit = (budget_ms * 1000).min(site.region.map_or(HOUR_US, |region| region.budget_us_per_hour()));
    if limit >= HOUR_US {
        return window_ms * 1000;
    }
    let longest = each_us(declared.carriers[0], declared.most_bytes, site.modulation(declared.protocol));
    let burst = longest.clamp(limit / BURST_LEAST, limit / BURST_MOST);
    let mut all = Vec::new();
    model.handlers.iter().for_each(|handler| sends(&handler.body, &mut all));
    let waits_ms =
        all.iter().filter(|send| send.channel == channel).map(|send| send.jitter_ms).max().unwrap_or(0);
    let filled = u128::from(limit - burst) * u128::from(window_ms + waits_ms) / u128::from(HOUR_MS);
    burst + u64::try_from(filled).unwrap_or(HOUR_US) + u64::from(window_ms + waits_ms > HOUR_MS)
}
