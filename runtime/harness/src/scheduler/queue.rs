//! What is to be served next: by time, then kind, then symbol; equals in the order in which they were asked for.

use std::collections::BTreeMap;

use swarm_abi::{Event, event};

use crate::node::{KernelFacts, Received};
use crate::world::LowBattery;

/// An event that is due, and the storage that it ends.
#[derive(Debug, Clone, Default)]
pub(super) struct Due {
    pub time_ms: u64,
    pub event: Event,
    /// Bytes that are stored now.
    pub persist: Option<Vec<u8>>,
    /// Offset and length in the state block that are read back now.
    pub restore: Option<(u32, u32)>,
    /// What is heard now.
    pub received: Option<Received>,
}

#[derive(Debug)]
struct Timer {
    period_ms: u64,
    shortest_ms: u64,
    longest_ms: u64,
    next_ms: u64,
}

/// Pending events: the one-off ones in a list, and each timer's next.
#[derive(Debug, Default)]
pub(super) struct Queue {
    once: BTreeMap<(u64, u32, u32, u64), Due>,
    timers: BTreeMap<u32, Timer>,
    low_battery: Option<LowBattery>,
    sequence: u64,
}

impl Queue {
    pub fn new(facts: &KernelFacts, seed: u32) -> Self {
        let mut queue = Self::default();
        for (kind, value) in [(event::INIT, seed), (event::START, 0)] {
            queue.push(Due { event: Event { kind, value, ..Event::default() }, ..Due::default() });
        }
        for handler in facts.handlers.iter().filter(|handler| u32::from(handler.kind) == event::TIMER) {
            // A period of 0 would stop the virtual time for ever.
            let period_ms = u64::from(handler.period).max(1);
            let (shortest_ms, longest_ms) = match (handler.period_min, handler.period_max) {
                (0, 0) => (period_ms, period_ms),
                (shortest, longest) => (u64::from(shortest).max(1), u64::from(longest.max(shortest)).max(1)),
            };
            let timer = Timer { period_ms, shortest_ms, longest_ms, next_ms: period_ms };
            queue.timers.insert(u32::from(handler.symbol), timer);
        }
        queue
    }

    pub fn set_low_battery(&mut self, crossing: Option<LowBattery>) {
        self.low_battery = crossing;
    }

    pub fn persist(&mut self, store: u32, bytes: Vec<u8>, time_ms: u64) {
        self.push(Due { time_ms, event: stored(store), persist: Some(bytes), ..Due::default() });
    }

    pub fn restore(&mut self, store: u32, place: (u32, u32), time_ms: u64) {
        self.push(Due { time_ms, event: stored(store), restore: Some(place), ..Due::default() });
    }

    /// A new period from now on, within the timer's bounds.
    pub fn rearm(&mut self, timer: u32, ms: u32, now_ms: u64) {
        if let Some(timer) = self.timers.get_mut(&timer) {
            timer.period_ms = u64::from(ms).clamp(timer.shortest_ms, timer.longest_ms);
            timer.next_ms = now_ms + timer.period_ms;
        }
    }

    pub fn hear(&mut self, time_ms: u64, event: Event, received: Received) {
        self.push(Due { time_ms, event, received: Some(received), ..Due::default() });
    }

    /// Time, kind and symbol of the next event.
    pub fn head(&self) -> Option<(u64, u32, u32)> {
        [self.first_once(), self.first_timer(), self.battery()].into_iter().flatten().min()
    }

    /// The next event; a timer is set for its next period at once, so that its own handler may rearm it.
    pub fn pop(&mut self) -> Option<Due> {
        let first = self.head()?;
        if self.first_once() == Some(first) {
            return self.once.pop_first().map(|(_, due)| due);
        }
        let (time_ms, kind, symbol) = first;
        let mut event = Event { kind, symbol, ..Event::default() };
        if self.battery() == Some(first) {
            event.value = self.low_battery.take().map_or(0, |crossing| crossing.millivolts);
        } else if let Some(timer) = self.timers.get_mut(&symbol) {
            timer.next_ms = time_ms + timer.period_ms;
        }
        Some(Due { time_ms, event, ..Due::default() })
    }

    fn first_once(&self) -> Option<(u64, u32, u32)> {
        self.once.keys().next().map(|&(time, kind, symbol, _)| (time, kind, symbol))
    }

    fn first_timer(&self) -> Option<(u64, u32, u32)> {
        self.timers.iter().map(|(&symbol, timer)| (timer.next_ms, event::TIMER, symbol)).min()
    }

    fn battery(&self) -> Option<(u64, u32, u32)> {
        self.low_battery.map(|crossing| (crossing.at_ms, event::LOW_BATTERY, 0))
    }

    fn push(&mut self, due: Due) {
        self.sequence += 1;
        self.once.insert((due.time_ms, due.event.kind, due.event.symbol, self.sequence), due);
    }
}

fn stored(store: u32) -> Event {
    Event { kind: event::STORED, symbol: store, ..Event::default() }
}
