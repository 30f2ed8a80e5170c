//! How well a grid can be played: the best possible, the textbook learner in floating point, and chance.
//!
//! The *return* of a policy is the discounted sum of its payoffs from the start tile, `sum over t of gamma^t * r(t)`,
//! until it stops, or for [`HORIZON`] actions: with gamma 0.9 what comes later is below 1e-9 of the whole.

mod learner;
mod optimum;

pub use learner::{Learner, LearnerOptions, Schedule, learn};
pub use optimum::{Optimum, value_iteration};

use crate::world::GridMap;
use crate::world::grid::{ACTIONS, Situation};

/// The discount that returns are measured with.
pub const GAMMA: f64 = 0.9;
/// Actions after which a return is not looked at any further.
pub const HORIZON: u32 = 200;

/// A generator of random numbers for baselines (SplitMix64), apart from the kernel's own.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 1, without 1.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One of the actions of a mask that has some.
    pub fn action(&mut self, mask: u8) -> i32 {
        let chosen = (self.next_u64() % u64::from(mask.count_ones().max(1))) as usize;
        available(mask).nth(chosen).unwrap_or(0) as i32
    }
}

/// The actions of a mask, lowest first.
pub fn available(mask: u8) -> impl Iterator<Item = usize> {
    (0..ACTIONS).filter(move |action| mask >> action & 1 == 1)
}

/// The return of a policy: `choose` gives the action for a place and its mask.
pub fn evaluate_policy(map: &GridMap, mut choose: impl FnMut(usize, u8) -> i32) -> f64 {
    evaluate_situations(map, |map, situation| choose(map.place(situation.tile), map.moves(situation.tile)))
}

/// The return of a policy that also sees which rewards are gone.
pub fn evaluate_situations(map: &GridMap, mut choose: impl FnMut(&GridMap, &Situation) -> i32) -> f64 {
    let mut situation = map.beginning();
    let (mut total, mut weight) = (0.0, 1.0);
    for _ in 0..HORIZON {
        let action = choose(map, &situation);
        let effect = map.step(&mut situation, action);
        total += weight * f64::from(effect.payoff);
        weight *= GAMMA;
        if effect.done {
            break;
        }
    }
    total
}

/// The mean return of choosing any available action, over a number of episodes.
pub fn random_policy(map: &GridMap, episodes: u32, seed: u64) -> f64 {
    let mut random = Random::new(seed);
    let total: f64 = (0..episodes).map(|_| evaluate_policy(map, |_, mask| random.action(mask))).sum();
    total / f64::from(episodes.max(1))
}

/// The lowest of the available actions with the highest value, as the kernels break ties.
pub fn greedy(values: &[f64], mask: u8) -> i32 {
    available(mask)
        .fold(None, |best: Option<usize>, action| match best {
            Some(so_far) if values[so_far] >= values[action] => Some(so_far),
            _ => Some(action),
        })
        .map_or(-1, |action| action as i32)
}

#[cfg(test)]
#[path = "baseline/baseline_tests.rs"]
mod tests;
