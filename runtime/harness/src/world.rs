//! What surrounds a node: sensors it reads, motors it drives, and what comes of it.
//!
//! A world is a TOML text with either a `[grid]` or a `[trace]` table, and its tick budget `ticks`.
//! It lives on the host's side, whatever board the kernel runs on, and knows ports by their names.

mod file;
pub mod grid;
pub mod grid_world;
pub mod still;
pub mod trace;
mod trace_csv;

pub use file::{LoadedWorld, load};
pub use grid::{GridMap, OnDone, Reward};
pub use grid_world::GridWorld;
pub use still::Still;
pub use trace::TraceWorld;

use serde::{Deserialize, Serialize};

/// A sensor's value, and how long ago it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub value: i32,
    /// Milliseconds.
    pub age: u32,
}

/// A crossing of the battery's low mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LowBattery {
    pub at_ms: u64,
    pub millivolts: u32,
}

/// What became of the world in a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WorldSummary {
    /// `grid`, `trace` or `still`.
    pub kind: String,
    /// Episodes that the node ended itself.
    pub episodes_ended: u64,
    /// Episodes that `max_steps` cut.
    pub episodes_cut: u64,
    /// Sum of all payoffs.
    pub total_payoff: i64,
    /// Actions taken, by value.
    pub actions: Vec<(i32, u64)>,
}

/// The world's side of a run. Time is virtual: milliseconds since the start of the run.
pub trait World {
    /// The value at a sensor port, `None` where there is none now.
    fn sense(&self, port: &str, now_ms: u64) -> Option<Reading>;

    /// The kernel drives an act port.
    fn act(&mut self, port: &str, value: i32, now_ms: u64);

    /// A tick (the service of one timer event) is over: the payoff since the last one, where this world pays.
    fn after_tick(&mut self, _now_ms: u64) -> Option<i64> {
        None
    }

    /// The sense ports that it has; `None`: it takes any name.
    fn sense_ports(&self) -> Option<Vec<String>>;

    /// The first crossing of the battery's low mark later than `after_ms` (`None`: from the start on).
    fn low_battery(&self, _after_ms: Option<u64>) -> Option<LowBattery> {
        None
    }

    /// When the world ends, if it does before the tick budget.
    fn ends_at(&self) -> Option<u64> {
        None
    }

    /// The map, where there is one.
    fn map(&self) -> Option<&GridMap> {
        None
    }

    fn summary(&self) -> WorldSummary;
}
