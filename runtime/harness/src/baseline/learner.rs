//! Compotastic's learner as it stands there, in f64:
//! `Q(s,a) <- (1 - alpha) Q(s,a) + alpha (r + gamma max Q(s',a'))`, the max over the actions available in `s'`.
//!
//! As in the kernels, an action that ends the episode has no successor, and exploration follows a schedule.
//! It meets the world through the same ports as a kernel does.

use super::{GAMMA, Random, available, greedy};
use crate::world::grid::ACTIONS;
use crate::world::{GridMap, GridWorld, World};

/// Exploration falls from `from` to `to` in a straight line over `uses` actions, and stays there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    pub from: f64,
    pub to: f64,
    pub uses: u64,
}

impl Schedule {
    /// Epsilon of use number `count`, from 0 on.
    pub fn at(&self, count: u64) -> f64 {
        if count >= self.uses {
            return self.to;
        }
        self.from + (self.to - self.from) * count as f64 / self.uses as f64
    }
}

/// How it learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearnerOptions {
    pub alpha: f64,
    pub gamma: f64,
    pub epsilon: Schedule,
    pub ticks: u64,
    pub seed: u64,
}

impl Default for LearnerOptions {
    /// The forager's: alpha 0.1, gamma 0.9, epsilon from 1 to 0.05 over 20000 actions.
    fn default() -> Self {
        let epsilon = Schedule { from: 1.0, to: 0.05, uses: 20_000 };
        Self { alpha: 0.1, gamma: GAMMA, epsilon, ticks: 100_000, seed: 1 }
    }
}

/// What was learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Learner {
    /// One row per place.
    pub values: Vec<[f64; ACTIONS]>,
}

impl Learner {
    /// The action of the greedy policy.
    pub fn choose(&self, place: usize, mask: u8) -> i32 {
        greedy(&self.values[place], mask)
    }

    fn update(&mut self, (place, action): (usize, usize), target: f64, alpha: f64) {
        let value = &mut self.values[place][action];
        *value = (1.0 - alpha) * *value + alpha * target;
    }
}

/// Learns for a number of ticks, one action each.
pub fn learn(map: &GridMap, options: &LearnerOptions) -> Learner {
    let mut world = GridWorld::new(map.clone());
    let mut learner = Learner { values: vec![[0.0; ACTIONS]; map.places()] };
    let mut random = Random::new(options.seed);
    let mut pending: Option<(usize, usize)> = None;
    let port = |world: &GridWorld, name: &str| world.sense(name, 0).map_or(0, |reading| reading.value);
    for tick in 0..options.ticks {
        let place = port(&world, "place") as usize;
        let mask = port(&world, "moves") as u8;
        if let Some(pair) = pending {
            let best =
                available(mask).map(|action| learner.values[place][action]).fold(f64::NEG_INFINITY, f64::max);
            let next = if port(&world, "ended") == 1 || mask == 0 { 0.0 } else { best };
            let target = f64::from(port(&world, "payoff")) + options.gamma * next;
            learner.update(pair, target, options.alpha);
        }
        let explores = random.unit() < options.epsilon.at(tick);
        let action = if explores { random.action(mask) } else { learner.choose(place, mask) };
        pending = Some((place, action as usize));
        world.act("motor", action, 0);
    }
    learner
}
