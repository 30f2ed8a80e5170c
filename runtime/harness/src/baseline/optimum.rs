//! The best that can be done, by value iteration over every situation: the place and the rewards that are gone.

use super::{GAMMA, available, greedy};
use crate::error::HarnessError;
use crate::world::GridMap;
use crate::world::grid::{ACTIONS, Situation};

/// With more rewards that can be consumed there are too many situations.
const MOST_CONSUMABLE: usize = 12;
const SMALL_ENOUGH: f64 = 1e-10;

/// The value of each action in each situation.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimum {
    values: Vec<[f64; ACTIONS]>,
    places: usize,
}

impl Optimum {
    /// The best return from the start.
    pub fn value(&self, map: &GridMap) -> f64 {
        self.best(map, &map.beginning())
    }

    /// The best return from a situation.
    pub fn best(&self, map: &GridMap, situation: &Situation) -> f64 {
        let values = &self.values[index(map, situation)];
        available(map.moves(situation.tile)).map(|action| values[action]).fold(f64::NEG_INFINITY, f64::max)
    }

    /// A best action in a situation.
    pub fn choose(&self, map: &GridMap, situation: &Situation) -> i32 {
        greedy(&self.values[index(map, situation)], map.moves(situation.tile))
    }

    /// The values of the actions at a place, nothing being consumed.
    pub fn at_place(&self, place: usize) -> &[f64; ACTIONS] {
        &self.values[place % self.places]
    }
}

/// Solves a map with discount [`GAMMA`], without regard to `max_steps`.
///
/// # Errors
/// When the map consumes and has more than 12 rewards.
pub fn value_iteration(map: &GridMap) -> Result<Optimum, HarnessError> {
    let consumable = if map.consume { map.rewards.len() } else { 0 };
    if consumable > MOST_CONSUMABLE {
        return Err(HarnessError::new(
            "baseline::too_many_rewards",
            format!("{consumable} rewards can be consumed, so there are too many situations to solve"),
        )
        .help(format!("solve maps with consume = false, or with at most {MOST_CONSUMABLE} rewards")));
    }
    let places = map.places();
    let situations: Vec<Situation> =
        (0..places << consumable).map(|index| situation(map, index, consumable)).collect();
    let successors: Vec<[Successor; ACTIONS]> = situations
        .iter()
        .map(|from| {
            std::array::from_fn(|action| {
                let mut to = from.clone();
                let effect = map.step(&mut to, action as i32);
                Successor { payoff: f64::from(effect.payoff), index: (!effect.done).then(|| index(map, &to)) }
            })
        })
        .collect();
    let mut best = vec![0.0; situations.len()];
    loop {
        let mut change: f64 = 0.0;
        for (number, from) in situations.iter().enumerate() {
            let highest = available(map.moves(from.tile))
                .map(|action| successors[number][action].value(&best))
                .fold(f64::NEG_INFINITY, f64::max);
            change = change.max((highest - best[number]).abs());
            best[number] = highest;
        }
        if change < SMALL_ENOUGH {
            break;
        }
    }
    let values = successors.iter().map(|actions| actions.map(|successor| successor.value(&best))).collect();
    Ok(Optimum { values, places })
}

#[derive(Clone, Copy)]
struct Successor {
    payoff: f64,
    index: Option<usize>,
}

impl Successor {
    fn value(&self, best: &[f64]) -> f64 {
        self.payoff + self.index.map_or(0.0, |index| GAMMA * best[index])
    }
}

/// Situations are numbered by place, then by the set of consumed rewards.
fn index(map: &GridMap, situation: &Situation) -> usize {
    let gone = situation.consumed.iter().enumerate().filter(|(_, gone)| **gone);
    let set = gone.fold(0usize, |set, (reward, _)| set | 1 << reward);
    set * map.places() + map.place(situation.tile)
}

fn situation(map: &GridMap, index: usize, consumable: usize) -> Situation {
    let set = index / map.places();
    let consumed =
        (0..map.rewards.len()).map(|reward| reward < consumable && set >> reward & 1 == 1).collect();
    Situation { tile: map.tile(index % map.places()), consumed }
}
