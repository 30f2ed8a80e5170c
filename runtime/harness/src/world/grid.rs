//! Compotastic's grid as a decision process: tiles, masks, and what one action does.
//!
//! The border is impassable, a node stands on interior tiles only. `place` numbers these densely,
//! row by row: `(y - 1) * (width - 2) + (x - 1)`, so that 25 x 25 tiles make 529 places.
//! A move pays the reward of the tile entered, work that of the tile stood on; what is not available
//! changes nothing and costs 1.

use std::collections::BTreeMap;

/// The node's actions, by number.
pub const FORWARD: i32 = 0;
pub const BACKWARD: i32 = 1;
pub const LEFT: i32 = 2;
pub const RIGHT: i32 = 3;
pub const WORK: i32 = 4;
pub const STOP: i32 = 5;
pub const CALL: i32 = 6;
/// How many actions there are.
pub const ACTIONS: usize = 7;

const MOVES: [(i32, i32); 4] = [(0, -1), (0, 1), (-1, 0), (1, 0)];
const ALWAYS_AVAILABLE: u8 = 1 << WORK | 1 << STOP | 1 << CALL;
const REFUSED_PAYOFF: i32 = -1;

/// A tile by column and row, counted from the upper left corner of the border.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    pub x: u16,
    pub y: u16,
}

/// What a tile pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reward {
    pub tile: Tile,
    pub value: i16,
}

/// What happens to a node that stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDone {
    /// It begins again at the start, and consumed rewards are back.
    Reset,
    /// It stays where it is, and so does everything else.
    Stay,
}

/// The map and its rules; checked when it was loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct GridMap {
    pub width: u16,
    pub height: u16,
    pub start: Tile,
    /// Work that pays takes the reward away, until the next reset.
    pub consume: bool,
    pub on_done: OnDone,
    /// Actions in an episode before it is cut.
    pub max_steps: Option<u32>,
    /// At most one per tile.
    pub rewards: Vec<Reward>,
    by_tile: BTreeMap<Tile, usize>,
}

/// Where a node is, and which rewards are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    pub tile: Tile,
    /// One for each reward of the map.
    pub consumed: Vec<bool>,
}

/// What an action led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    pub payoff: i32,
    pub done: bool,
}

/// Size, start, and rules, apart from the rewards.
#[derive(Debug, Clone, PartialEq)]
pub struct GridRules {
    pub width: u16,
    pub height: u16,
    pub start: Tile,
    pub consume: bool,
    pub on_done: OnDone,
    pub max_steps: Option<u32>,
}

impl GridMap {
    /// A map from checked parts: start and rewards on interior tiles, one reward a tile.
    pub(super) fn new(rules: GridRules, rewards: Vec<Reward>) -> Self {
        let GridRules { width, height, start, consume, on_done, max_steps } = rules;
        let by_tile = rewards.iter().enumerate().map(|(index, reward)| (reward.tile, index)).collect();
        Self { width, height, start, consume, on_done, max_steps, rewards, by_tile }
    }

    /// How many places there are: the interior tiles.
    pub fn places(&self) -> usize {
        usize::from(self.width - 2) * usize::from(self.height - 2)
    }

    pub fn is_interior(&self, tile: Tile) -> bool {
        (1..self.width - 1).contains(&tile.x) && (1..self.height - 1).contains(&tile.y)
    }

    /// The dense number of an interior tile.
    pub fn place(&self, tile: Tile) -> usize {
        usize::from(tile.y - 1) * usize::from(self.width - 2) + usize::from(tile.x - 1)
    }

    /// The tile of a place.
    pub fn tile(&self, place: usize) -> Tile {
        let columns = usize::from(self.width - 2);
        Tile { x: (place % columns) as u16 + 1, y: (place / columns) as u16 + 1 }
    }

    /// Bit `i`: action `i` is available.
    pub fn moves(&self, tile: Tile) -> u8 {
        (0..MOVES.len())
            .filter(|&action| self.neighbour(tile, action).is_some())
            .fold(ALWAYS_AVAILABLE, |mask, action| mask | 1 << action)
    }

    /// The reward of a tile, by its index in `rewards`.
    pub fn reward_at(&self, tile: Tile) -> Option<usize> {
        self.by_tile.get(&tile).copied()
    }

    /// The beginning of an episode.
    pub fn beginning(&self) -> Situation {
        Situation { tile: self.start, consumed: vec![false; self.rewards.len()] }
    }

    /// One action. Whether a finished episode begins anew is not decided here.
    pub fn step(&self, situation: &mut Situation, action: i32) -> Effect {
        match action {
            FORWARD..=RIGHT => match self.neighbour(situation.tile, action as usize) {
                Some(entered) => {
                    situation.tile = entered;
                    Effect { payoff: self.payoff(situation), done: false }
                }
                None => Effect { payoff: REFUSED_PAYOFF, done: false },
            },
            WORK => {
                let payoff = self.payoff(situation);
                if let Some(index) = self.reward_at(situation.tile).filter(|_| self.consume && payoff > 0) {
                    situation.consumed[index] = true;
                }
                Effect { payoff, done: false }
            }
            STOP => Effect { payoff: 0, done: true },
            _ => Effect { payoff: REFUSED_PAYOFF, done: false },
        }
    }

    /// The tile that a move leads to, `None` into the border.
    fn neighbour(&self, tile: Tile, action: usize) -> Option<Tile> {
        let (dx, dy) = MOVES[action];
        let entered = Tile {
            x: u16::try_from(i32::from(tile.x) + dx).ok()?,
            y: u16::try_from(i32::from(tile.y) + dy).ok()?,
        };
        self.is_interior(entered).then_some(entered)
    }

    fn payoff(&self, situation: &Situation) -> i32 {
        match self.reward_at(situation.tile) {
            Some(index) if !situation.consumed[index] => i32::from(self.rewards[index].value),
            _ => 0,
        }
    }
}

#[cfg(test)]
#[path = "grid_tests.rs"]
mod tests;
