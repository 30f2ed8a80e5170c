//! How often handlers run in a window of time, at most.
//!
//! A window may be longer than an hour: a message that waits up to so long for its turn may come from a run so long before.

use super::HOUR_MS;
use super::model::{Handler, Model, Part, RequestModel, Trigger};

/// How long a host takes to store something, at most, in ms.
const STORING_MS: u64 = 1000;

/// How often something happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rate {
    /// In any window: a node starts once.
    Once,
    /// At least so many ms lie between two.
    Every(u64),
    /// As often as all of these together, each so many times.
    Sum(Vec<(Rate, u64)>),
    /// As often as that, each up to so many ms later.
    Late(Box<Rate>, u64),
    /// As the rarer of both.
    Rarer(Box<Rate>, Box<Rate>),
    /// As often as messages come on the channel of this number.
    Heard(usize),
    /// As often as adverts come.
    Adverts,
}

impl Rate {
    /// How often in a window of so many ms, at most; none: as often as something is received.
    pub fn count(&self, window_ms: u64) -> Option<u64> {
        match self {
            Self::Once => Some(1),
            Self::Every(ms) => Some(window_ms.div_ceil((*ms).max(1))),
            Self::Sum(parts) => parts.iter().try_fold(0u64, |sum, (rate, times)| {
                Some(sum.saturating_add(rate.count(window_ms)?.saturating_mul(*times)))
            }),
            Self::Late(rate, ms) => rate.count(window_ms.saturating_add(*ms)),
            Self::Rarer(one, other) => match (one.count(window_ms), other.count(window_ms)) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            },
            Self::Heard(_) | Self::Adverts => None,
        }
    }
}

/// How often a handler runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandlerRuns {
    pub name: String,
    /// In any hour, at most; none: as often as something is received.
    pub most: Option<u64>,
    /// In words.
    pub when: String,
}

/// How often each handler of a kernel runs, in the order of its text.
pub fn handler_runs(model: &Model) -> Vec<HandlerRuns> {
    let handlers = model.handlers.iter().enumerate();
    let runs = handlers.map(|(number, handler)| HandlerRuns {
        name: handler.name.clone(),
        most: runs(model, number),
        when: why(model, handler),
    });
    runs.collect()
}

fn runs(model: &Model, number: usize) -> Option<u64> {
    let most = of_handler(model, number).count(HOUR_MS)?;
    // A request's timer runs for each of its tries.
    let tries = match model.handlers[number].trigger {
        Trigger::Request(request) => of_retries(model, request).count(HOUR_MS)?,
        _ => 0,
    };
    Some(most.saturating_add(tries))
}

/// How often the handler of this number runs.
pub fn of_handler(model: &Model, number: usize) -> Rate {
    handler(model, number, &mut Vec::new())
}

/// How often a request is sent again: after its time-out, and no more than so often for each time it is asked.
pub fn of_retries(model: &Model, request: usize) -> Rate {
    let declared = &model.requests[request];
    let spaced = Rate::Every(declared.timeout_ms);
    let askers: Vec<usize> = (0..model.handlers.len())
        .filter(|number| times(&model.handlers[*number].body, &|part| asks(part, request)) > 0)
        .collect();
    let mut tries = declared.tries - 1;
    if let [asker] = askers[..]
        && let Trigger::Timer { ms, exact: true } = model.handlers[asker].trigger
    {
        // Asked anew each time, there is no room for more; and k periods without asking have no more than that each.
        tries = tries.min(ms / declared.timeout_ms);
    }
    // Of several asks in one run the last one stays open.
    let asked: Vec<_> = askers.iter().map(|number| (of_handler(model, *number), 1)).collect();
    let again = Rate::Sum(asked.into_iter().map(|(rate, times)| (rate, times * tries)).collect());
    Rate::Rarer(Box::new(Rate::Late(Box::new(again), lateness_ms(declared))), Box::new(spaced))
}

/// What the random delays of a request add to whole time-outs, in ms.
fn lateness_ms(declared: &RequestModel) -> u64 {
    declared.jitter_ms.saturating_mul(declared.tries)
}

fn handler(model: &Model, number: usize, open: &mut Vec<usize>) -> Rate {
    let callers = |open: &mut Vec<usize>, is_it: &dyn Fn(&Part) -> bool, (late_ms, most): (u64, Rate)| {
        if open.contains(&number) {
            // Its own runs bring about others: only time lies between them.
            return most;
        }
        open.push(number);
        let mut parts = Vec::new();
        for (caller, declared) in model.handlers.iter().enumerate() {
            let times = times(&declared.body, is_it);
            if times > 0 {
                parts.push((handler(model, caller, open), times));
            }
        }
        open.pop();
        let caused = Rate::Late(Box::new(Rate::Sum(parts)), late_ms);
        Rate::Rarer(Box::new(caused), Box::new(most))
    };
    match &model.handlers[number].trigger {
        Trigger::Start => Rate::Once,
        Trigger::LowBattery => Rate::Every(HOUR_MS),
        Trigger::Timer { ms, .. } => Rate::Every(*ms),
        Trigger::Message(channel) => Rate::Heard(*channel),
        Trigger::Advert => Rate::Adverts,
        // Storage is busy for a millisecond at least.
        Trigger::Stored(name) => {
            let is_it = |part: &Part| matches!(part, Part::Stores(store) if store == name);
            callers(open, &is_it, (STORING_MS, Rate::Every(1)))
        }
        Trigger::Request(request) => {
            let declared = &model.requests[*request];
            let most = Rate::Every(declared.timeout_ms.saturating_mul(declared.tries));
            callers(open, &|part| asks(part, *request), (lateness_ms(declared), most))
        }
    }
}

fn asks(part: &Part, request: usize) -> bool {
    matches!(part, Part::Send(send) if send.request == Some(request))
}

/// How often a run comes to such a part, both ways of each branch counted.
fn times(body: &[Part], is_it: &dyn Fn(&Part) -> bool) -> u64 {
    let of = |part: &Part| match part {
        Part::Loop(rounds, inner) => rounds.saturating_mul(times(inner, is_it)),
        Part::Either(ways) => ways.iter().fold(0, |sum: u64, way| sum.saturating_add(times(way, is_it))),
        part => u64::from(is_it(part)),
    };
    body.iter().fold(0, |sum, part| sum.saturating_add(of(part)))
}

/// The handler's own words for what makes it run: what a report shows.
pub fn why(model: &Model, handler: &Handler) -> String {
    match &handler.trigger {
        Trigger::Start => "once, at the start".into(),
        Trigger::LowBattery => "once an hour, when the battery is low".into(),
        Trigger::Timer { ms, .. } => format!("every {ms} ms"),
        Trigger::Message(channel) => format!("for each message on @{}", model.channels[*channel].name),
        Trigger::Advert => "for each advert".into(),
        Trigger::Stored(name) => format!("each time @{name} was stored or restored"),
        Trigger::Request(request) => {
            format!("when nobody answers @{}", model.requests[*request].name)
        }
    }
}
