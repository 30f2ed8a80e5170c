//! The grid as a node meets it: ports, episodes, resets.
//!
//! | port | direction | what |
//! | --- | --- | --- |
//! | `place` | sense | number of the tile stood on |
//! | `moves` | sense | mask of the available actions, 7 bits |
//! | `payoff` | sense | what the last action paid |
//! | `ended` | sense | 1: the last action ended the episode |
//! | `cut` | sense | 1: `max_steps` is reached |
//! | `motor` | act | the action to take |
//!
//! *Ended.* After a `stop`, `ended` is 1 until the next action. With `on_done = "reset"` the node is at the start
//! already, so `place` is the new episode's first one: a kernel completes its transition with `terminated`
//! (which does not look at `place`), then begins at `place`.
//!
//! *Cut.* When an episode reaches `max_steps`, `cut` is 1, `ended` is 0, and `place` is the place reached, so that
//! a kernel can complete with `truncated` and learn from the place it got to. The reset comes with the next action,
//! whichever it is: it is not performed, pays 0, and leaves `ended` at 1. A kernel that looks at `cut` begins nothing
//! then; one that does not look learns, once an episode, that its action ended it with 0.

use std::collections::BTreeMap;

use super::grid::{GridMap, OnDone, Situation};
use super::{Reading, World, WorldSummary};

const MOTOR: &str = "motor";

/// A node on a grid.
#[derive(Debug)]
pub struct GridWorld {
    map: GridMap,
    situation: Situation,
    steps: u32,
    payoff: i32,
    ended: bool,
    cut: bool,
    since_tick: i64,
    summary: WorldSummary,
    actions: BTreeMap<i32, u64>,
}

impl GridWorld {
    pub fn new(map: GridMap) -> Self {
        let situation = map.beginning();
        let summary = WorldSummary { kind: "grid".to_string(), ..WorldSummary::default() };
        Self {
            map,
            situation,
            steps: 0,
            payoff: 0,
            ended: false,
            cut: false,
            since_tick: 0,
            summary,
            actions: BTreeMap::new(),
        }
    }

    fn reset(&mut self) {
        self.situation = self.map.beginning();
        self.steps = 0;
    }

    fn take_action(&mut self, action: i32) {
        if self.cut {
            self.reset();
            (self.payoff, self.ended, self.cut) = (0, true, false);
            return;
        }
        let effect = self.map.step(&mut self.situation, action);
        (self.payoff, self.ended) = (effect.payoff, effect.done);
        self.steps += 1;
        if effect.done {
            self.summary.episodes_ended += 1;
            match self.map.on_done {
                OnDone::Reset => self.reset(),
                OnDone::Stay => self.steps = 0,
            }
        } else if self.map.max_steps.is_some_and(|most| self.steps >= most) {
            self.cut = true;
            self.summary.episodes_cut += 1;
        }
    }
}

impl World for GridWorld {
    fn sense(&self, port: &str, _now_ms: u64) -> Option<Reading> {
        let value = match port {
            "place" => self.map.place(self.situation.tile) as i32,
            "moves" => i32::from(self.map.moves(self.situation.tile)),
            "payoff" => self.payoff,
            "ended" => i32::from(self.ended),
            "cut" => i32::from(self.cut),
            _ => return None,
        };
        Some(Reading { value, age: 0 })
    }

    fn act(&mut self, port: &str, value: i32, _now_ms: u64) {
        if port != MOTOR {
            return;
        }
        self.take_action(value);
        self.since_tick += i64::from(self.payoff);
        self.summary.total_payoff += i64::from(self.payoff);
        *self.actions.entry(value).or_default() += 1;
    }

    fn after_tick(&mut self, _now_ms: u64) -> Option<i64> {
        Some(std::mem::take(&mut self.since_tick))
    }

    fn sense_ports(&self) -> Option<Vec<String>> {
        Some(["place", "moves", "payoff", "ended", "cut"].map(String::from).to_vec())
    }

    fn map(&self) -> Option<&GridMap> {
        Some(&self.map)
    }

    fn summary(&self) -> WorldSummary {
        let actions = self.actions.iter().map(|(&value, &count)| (value, count)).collect();
        WorldSummary { actions, ..self.summary.clone() }
    }
}
