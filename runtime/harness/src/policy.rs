//! What was learnt on a grid: the greedy action of each place, as text and as a picture.

mod curve;
mod picture;

pub(crate) use picture::escape;
pub use picture::svg;

use crate::error::HarnessError;
use crate::trace::ArrayLayout;
use crate::world::grid::{ACTIONS, Tile};
use crate::world::{GridMap, Reward};

/// Values of the actions of each place, in units of `2^-fraction`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub values: Vec<[i64; ACTIONS]>,
    pub fraction: u32,
}

impl Policy {
    /// Reads a learnt table from a state block: one row per place, one column per action.
    ///
    /// # Errors
    /// `policy::shape` when the table does not cover the map, or lies outside of the block.
    pub fn from_state(
        state: &[u8],
        table: &ArrayLayout,
        fraction: u32,
        map: &GridMap,
    ) -> Result<Self, HarnessError> {
        let (rows, columns) = (table.rows, table.columns);
        if rows < map.places() || columns != ACTIONS || table.offset + table.bytes() > state.len() {
            let message = format!(
                "the table {} of {rows} x {columns} is no policy for {} places and {ACTIONS} actions",
                table.name,
                map.places()
            );
            return Err(HarnessError::new("policy::shape", message)
                .help("a policy is shown for tables with a row per place and a column per action"));
        }
        let row = |place| std::array::from_fn(|action| i64::from(table.element(state, place, action)));
        Ok(Self { values: (0..map.places()).map(row).collect(), fraction })
    }

    /// Whether anything was learnt at a place.
    pub fn knows(&self, place: usize) -> bool {
        self.values[place].iter().any(|&value| value != 0)
    }

    /// The lowest of the available actions with the highest value.
    pub fn action(&self, map: &GridMap, place: usize) -> usize {
        let mask = map.moves(map.tile(place));
        let values = &self.values[place];
        crate::baseline::available(mask)
            .reduce(|best, action| if values[action] > values[best] { action } else { best })
            .unwrap_or(0)
    }

    /// The value of that action, in units of reward.
    pub fn value(&self, map: &GridMap, place: usize) -> f64 {
        self.values[place][self.action(map, place)] as f64 / f64::from(1u32 << self.fraction.min(31))
    }
}

/// One character for each tile: `#` border, `^ v < >` moves, `*` work, `.` stop, `!` call for help,
/// a space where nothing was learnt.
pub fn ascii(map: &GridMap, policy: &Policy) -> String {
    const SIGNS: [char; ACTIONS] = ['^', 'v', '<', '>', '*', '.', '!'];
    let mut text = String::new();
    for y in 0..map.height {
        for x in 0..map.width {
            let tile = Tile { x, y };
            text.push(match map.is_interior(tile).then(|| map.place(tile)) {
                None => '#',
                Some(place) if policy.knows(place) => SIGNS[policy.action(map, place)],
                Some(_) => ' ',
            });
        }
        text.push('\n');
    }
    text
}

fn is_gain(reward: &Reward) -> bool {
    reward.value > 0
}

#[cfg(test)]
#[path = "policy/policy_tests.rs"]
mod tests;
