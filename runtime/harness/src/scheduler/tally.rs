//! Counts along a run, in bounded memory, however long it is.

use std::collections::BTreeMap;

use swarm_abi::event;

use super::report::{
    ActReport, CurvePoint, HandlerReport, InstructionReport, LogLine, RadioReport, RunReport, checksum,
};
use super::resolve::{KernelNames, name_hash};
use super::{RunOptions, Step};
use crate::node::KernelFacts;
use crate::world::WorldSummary;

const BUCKETS: u64 = 60;
const TENTHS: u64 = 10;
const LOGS_KEPT: usize = 1000;

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    total: i64,
    count: u64,
}

impl Sum {
    fn add(&mut self, payoff: i64) {
        self.total += payoff;
        self.count += 1;
    }

    fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.total as f64 / self.count as f64)
    }
}

#[derive(Debug, Clone, Default)]
struct Calls {
    name: String,
    count: u64,
    /// How often each number of instructions was seen.
    instructions: BTreeMap<u64, u64>,
}

#[derive(Debug)]
pub(super) struct Tally {
    pub ticks: u64,
    pub radio: RadioReport,
    planned: u64,
    seed: u32,
    formats: Vec<String>,
    handlers: Vec<Calls>,
    buckets: Vec<Sum>,
    tenths: [Sum; TENTHS as usize],
    acts: BTreeMap<String, ActReport>,
    logs: Vec<LogLine>,
    logs_dropped: u64,
}

impl Tally {
    pub fn new(facts: &KernelFacts, options: &RunOptions) -> Self {
        let handlers = (0..facts.handlers.len())
            .map(|number| Calls { name: handler_name(facts, &options.names, number), ..Calls::default() })
            .collect();
        Self {
            ticks: 0,
            radio: RadioReport::default(),
            planned: options.ticks.max(1),
            seed: options.seed,
            formats: options.names.formats.clone(),
            handlers,
            buckets: vec![Sum::default(); BUCKETS.min(options.ticks.max(1)) as usize],
            tenths: [Sum::default(); TENTHS as usize],
            acts: BTreeMap::new(),
            logs: Vec::new(),
            logs_dropped: 0,
        }
    }

    pub fn handler_name(&self, number: usize) -> String {
        self.handlers.get(number).map_or_else(|| format!("number {number}"), |calls| calls.name.clone())
    }

    pub fn served(&mut self, handler: Option<usize>, step: &Step) {
        match step.event.kind {
            event::MESSAGE => self.radio.heard += 1,
            event::ADVERT => self.radio.adverts_heard += 1,
            _ => {}
        }
        let Some(calls) = handler.and_then(|number| self.handlers.get_mut(number)) else { return };
        calls.count += 1;
        if let Some(instructions) = step.outcome.instructions {
            *calls.instructions.entry(instructions).or_default() += 1;
        }
    }

    pub fn tick(&mut self, payoff: Option<i64>) {
        if let Some(payoff) = payoff {
            let part =
                |parts: u64| (u128::from(self.ticks) * u128::from(parts) / u128::from(self.planned)) as usize;
            let (bucket, tenth) = (part(self.buckets.len() as u64), part(TENTHS));
            self.buckets[bucket].add(payoff);
            self.tenths[tenth].add(payoff);
        }
        self.ticks += 1;
    }

    pub fn act(&mut self, port: &str, value: i32) {
        if !self.acts.contains_key(port) {
            self.acts.insert(port.to_string(), ActReport { port: port.to_string(), count: 0, last: 0 });
        }
        if let Some(act) = self.acts.get_mut(port) {
            act.count += 1;
            act.last = value;
        }
    }

    /// A message; the packet id 0 says that it was refused.
    pub fn send(&mut self, id: u32, airtime_us: u32) {
        let count = if id == 0 { &mut self.radio.refused } else { &mut self.radio.sent };
        *count += 1;
        self.radio.airtime_us += u64::from(airtime_us);
    }

    pub fn relay(&mut self, airtime_us: u32) {
        self.radio.relayed += 1;
        self.radio.airtime_us += u64::from(airtime_us);
    }

    pub fn log(&mut self, time_ms: u64, format: u32, args: &[i32]) {
        if self.logs.len() == LOGS_KEPT {
            self.logs_dropped += 1;
            return;
        }
        let text = match self.formats.get(format as usize) {
            Some(format) => render(format, args),
            None => format!("log {format} {args:?}"),
        };
        self.logs.push(LogLine { time_ms, text });
    }

    pub fn report(self, time_ms: u64, state: &[u8], world: WorldSummary) -> RunReport {
        let parts = self.buckets.len() as u64;
        let first_tick =
            |bucket: u64| (u128::from(bucket) * u128::from(self.planned)).div_ceil(u128::from(parts)) as u64;
        let curve = (0..)
            .zip(&self.buckets)
            .filter_map(|(bucket, sum)| Some(CurvePoint { tick: first_tick(bucket), mean: sum.mean()? }));
        RunReport {
            ticks: self.ticks,
            time_ms,
            seed: self.seed,
            checksum: checksum(state),
            state_bytes: state.len() as u64,
            curve: curve.collect(),
            mean_reward_first_tenth: self.tenths.iter().find_map(|sum| sum.mean()),
            mean_reward_last_tenth: self.tenths.iter().rev().find_map(|sum| sum.mean()),
            handlers: self.handlers.into_iter().map(handler_report).collect(),
            acts: self.acts.into_values().collect(),
            logs: self.logs,
            logs_dropped: self.logs_dropped,
            world,
            radio: self.radio,
        }
    }
}

fn handler_name(facts: &KernelFacts, names: &KernelNames, number: usize) -> String {
    let handler = &facts.handlers[number];
    if let Some(name) = names.handlers.iter().find(|name| name_hash(name) == handler.name) {
        return name.clone();
    }
    match u32::from(handler.kind) {
        event::INIT => "init".to_string(),
        event::START => "start".to_string(),
        event::TIMER => format!("timer {}", handler.symbol),
        event::LOW_BATTERY => "low battery".to_string(),
        event::STORED => format!("stored {}", handler.symbol),
        event::MESSAGE => format!("message {}", handler.symbol),
        event::ADVERT => "advert".to_string(),
        kind => format!("kind {kind}"),
    }
}

fn handler_report(calls: Calls) -> HandlerReport {
    let counted: u64 = calls.instructions.values().sum();
    let median = || {
        let mut before = 0;
        calls.instructions.iter().find_map(|(&instructions, &count)| {
            before += count;
            (before >= counted.div_ceil(2)).then_some(instructions)
        })
    };
    let instructions = (counted > 0 && counted == calls.count).then(|| InstructionReport {
        min: calls.instructions.keys().next().copied().unwrap_or(0),
        median: median().unwrap_or(0),
        max: calls.instructions.keys().next_back().copied().unwrap_or(0),
        total: calls.instructions.iter().map(|(instructions, count)| instructions * count).sum(),
    });
    HandlerReport { name: calls.name, calls: calls.count, instructions }
}

/// Each `{}` becomes the next argument; arguments without one follow in brackets.
fn render(format: &str, args: &[i32]) -> String {
    let mut pieces = format.split("{}");
    let mut text = pieces.next().unwrap_or("").to_string();
    let mut args = args.iter();
    for piece in pieces {
        match args.next() {
            Some(value) => text.push_str(&value.to_string()),
            None => text.push_str("{}"),
        }
        text.push_str(piece);
    }
    for value in args {
        text.push_str(&format!(" [{value}]"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_rendered_with_their_arguments() {
        assert_eq!(render("moisture {} after {} ms", &[-5, 900]), "moisture -5 after 900 ms");
        assert_eq!(render("{}", &[]), "{}");
        assert_eq!(render("up", &[3]), "up [3]");
    }

    #[test]
    fn the_median_is_the_lower_middle_one() {
        let report = |seen: &[(u64, u64)]| {
            let count = seen.iter().map(|pair| pair.1).sum();
            handler_report(Calls { count, instructions: seen.iter().copied().collect(), ..Calls::default() })
        };
        let expected = InstructionReport { min: 10, median: 10, max: 30, total: 80 };
        assert_eq!(report(&[(10, 2), (30, 2)]).instructions, Some(expected));
        assert_eq!(report(&[(10, 1), (20, 3)]).instructions.map(|found| found.median), Some(20));
        assert_eq!(report(&[]).instructions, None);
    }

    #[test]
    fn the_checksum_is_the_published_one() {
        assert_eq!(checksum(b""), "cbf29ce484222325");
        assert_eq!(checksum(b"foobar"), "85944171f73967e8");
    }
}
