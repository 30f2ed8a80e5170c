//! Sensors that read out a table: each row holds until the next one, an empty cell is no value.
//!
//! A repeating trace begins again one row's distance after its last row, so that learning may go on for longer than
//! the trace; otherwise the run ends there. The column `battery` (millivolts) may raise low-battery events.

use std::collections::BTreeMap;

use super::trace_csv::TraceTable;
use super::{LowBattery, Reading, World, WorldSummary};

/// The column that `low_battery` watches.
pub const BATTERY: &str = "battery";
/// The length of a trace of a single row.
const SINGLE_ROW_MS: u64 = 1000;

/// A scripted world.
#[derive(Debug)]
pub struct TraceWorld {
    table: TraceTable,
    repeat: bool,
    crossings: Vec<LowBattery>,
    acts: BTreeMap<i32, u64>,
}

impl TraceWorld {
    /// `low_mark`: millivolts below which the battery is low.
    pub fn new(table: TraceTable, low_mark: Option<i32>) -> Self {
        let crossings = match (low_mark, table.column(BATTERY)) {
            (Some(mark), Some(column)) => crossings(&table, column, mark),
            _ => Vec::new(),
        };
        Self { table, repeat: false, crossings, acts: BTreeMap::new() }
    }

    /// The same trace, over and over.
    #[must_use]
    pub fn repeating(self) -> Self {
        Self { repeat: true, ..self }
    }

    /// From time 0 to one row's distance after the last row, in ms.
    pub fn length_ms(&self) -> u64 {
        match self.table.rows.as_slice() {
            [.., before, last] => last.time_ms + (last.time_ms - before.time_ms),
            [only] => only.time_ms + SINGLE_ROW_MS,
            [] => SINGLE_ROW_MS,
        }
    }

    /// The row that holds at a time, and how long it has.
    fn row_at(&self, now_ms: u64) -> Option<(usize, u64)> {
        let rows = &self.table.rows;
        let length = self.length_ms();
        let (round, time) = if self.repeat { (now_ms / length, now_ms % length) } else { (0, now_ms) };
        match rows.partition_point(|row| row.time_ms <= time) {
            0 if round == 0 => None,
            0 => rows.last().map(|last| (rows.len() - 1, time + length - last.time_ms)),
            after => Some((after - 1, time - rows[after - 1].time_ms)),
        }
    }
}

/// The rows at which the battery is low and was not at the last value before.
fn crossings(table: &TraceTable, column: usize, mark: i32) -> Vec<LowBattery> {
    let mut was_low = false;
    let mut found = Vec::new();
    for row in &table.rows {
        if let Some(millivolts) = row.values[column] {
            let is_low = millivolts < mark;
            if is_low && !was_low {
                found.push(LowBattery { at_ms: row.time_ms, millivolts: millivolts.max(0) as u32 });
            }
            was_low = is_low;
        }
    }
    found
}

impl World for TraceWorld {
    fn sense(&self, port: &str, now_ms: u64) -> Option<Reading> {
        let column = self.table.column(port)?;
        let (row, age) = self.row_at(now_ms)?;
        let value = self.table.rows[row].values[column]?;
        // The one age that means "no value" is not an age.
        Some(Reading { value, age: age.min(u64::from(u32::MAX - 1)) as u32 })
    }

    fn act(&mut self, _port: &str, value: i32, _now_ms: u64) {
        *self.acts.entry(value).or_default() += 1;
    }

    fn sense_ports(&self) -> Option<Vec<String>> {
        Some(self.table.columns.clone())
    }

    fn low_battery(&self, after_ms: Option<u64>) -> Option<LowBattery> {
        let length = self.length_ms();
        let first_round = after_ms.filter(|_| self.repeat).map_or(0, |after| after / length);
        let rounds = if self.repeat { 2 } else { 1 };
        (first_round..first_round + rounds)
            .flat_map(|round| self.crossings.iter().map(move |crossing| (round * length, crossing)))
            .map(|(begin, crossing)| LowBattery { at_ms: begin + crossing.at_ms, ..*crossing })
            .find(|crossing| after_ms.is_none_or(|after| crossing.at_ms > after))
    }

    fn ends_at(&self) -> Option<u64> {
        (!self.repeat).then(|| self.length_ms())
    }

    fn summary(&self) -> WorldSummary {
        WorldSummary {
            kind: "trace".to_string(),
            actions: self.acts.iter().map(|(&value, &count)| (value, count)).collect(),
            ..WorldSummary::default()
        }
    }
}

#[cfg(test)]
#[path = "trace_tests.rs"]
mod tests;
