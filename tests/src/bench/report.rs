//! The table, and the same as JSON.

use super::{Build, Figure, Goal};
use serde_json::{Value, json};
use std::fmt::Write;

/// One job on one board.
#[derive(Clone, Debug)]
pub struct Row {
    pub board: String,
    pub job: &'static str,
    /// Built for speed, and for size.
    pub fast: Figure,
    pub small: Figure,
    pub by_hand: Vec<(Build, Figure)>,
}

impl Row {
    /// The fastest of the builds for speed.
    pub fn fastest(&self) -> Option<&(Build, Figure)> {
        let fast = self.by_hand.iter().filter(|(build, _)| build.goal == Goal::Speed);
        fast.min_by(|a, b| {
            a.1.instructions.total_cmp(&b.1.instructions).then(a.1.bytes.total.cmp(&b.1.bytes.total))
        })
    }

    /// The smallest of the builds for size.
    pub fn smallest(&self) -> Option<&(Build, Figure)> {
        let small = self.by_hand.iter().filter(|(build, _)| build.goal == Goal::Size);
        small.min_by_key(|(_, figure)| figure.bytes.total)
    }

    /// Ours to the best by hand: instructions and bytes built for speed, bytes built for size.
    pub fn ratios(&self) -> Option<[f64; 3]> {
        let (fastest, smallest) = (&self.fastest()?.1, &self.smallest()?.1);
        let bytes = |ours: &Figure, theirs: &Figure| ours.bytes.total as f64 / theirs.bytes.total as f64;
        Some([
            self.fast.instructions / fastest.instructions,
            bytes(&self.fast, fastest),
            bytes(&self.small, smallest),
        ])
    }

    /// No slower and no larger than the fastest, and built for size no larger than the smallest.
    pub fn holds(&self) -> bool {
        self.ratios().is_some_and(|ratios| ratios.iter().all(|ratio| *ratio <= 1.0))
    }
}

/// One line for each row, the boards apart.
pub fn table(rows: &[Row]) -> String {
    let mut text = String::new();
    let mut board = "";
    for row in rows {
        if board != row.board {
            board = &row.board;
            let _ = writeln!(
                text,
                "\n{board:<15} {:>15} {:>22} {:>6} {:>6}   {:>8} {:>19} {:>6}",
                "for speed", "fastest by hand", "instr", "bytes", "for size", "smallest by hand", "bytes"
            );
        }
        let _ = writeln!(text, "{}", line(row));
    }
    text
}

fn line(row: &Row) -> String {
    let cost = |figure: &Figure| format!("{:.1} / {}", figure.instructions, figure.bytes.total);
    let (Some(fastest), Some(smallest), Some([slower, larger, large])) =
        (row.fastest(), row.smallest(), row.ratios())
    else {
        return format!("{:<15} {:>15} {:>42} {:>8}", row.job, cost(&row.fast), "", row.small.bytes.total);
    };
    format!(
        "{:<15} {:>15} {:>22} {slower:>6.2} {larger:>6.2}   {:>8} {:>19} {large:>6.2}  {}",
        row.job,
        cost(&row.fast),
        format!("{} {}", fastest.0.name(), cost(&fastest.1)),
        row.small.bytes.total,
        format!("{} {}", smallest.0.name(), smallest.1.bytes.total),
        if row.holds() { "holds" } else { "LOSES" }
    )
}

/// All figures.
pub fn json(rows: &[Row]) -> Value {
    let figure = |figure: &Figure| {
        json!({
            "instructions": figure.instructions,
            "bytes": figure.bytes.total,
            "library_bytes": figure.bytes.library,
        })
    };
    let rows = rows.iter().map(|row| {
        let by_hand: serde_json::Map<String, Value> =
            row.by_hand.iter().map(|(build, cost)| (build.name(), figure(cost))).collect();
        json!({
            "board": row.board,
            "job": row.job,
            "for_speed": figure(&row.fast),
            "for_size": figure(&row.small),
            "by_hand": by_hand,
            "ratios": row.ratios().map(|[slower, larger, large]| json!({
                "instructions_for_speed": slower, "bytes_for_speed": larger, "bytes_for_size": large
            })),
            "holds": row.holds(),
        })
    });
    rows.collect()
}
