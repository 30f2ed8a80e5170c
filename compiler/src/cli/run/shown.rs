//! A run's report, for people and for programs.

use crate::cli::shown::Sizes;
use serde_json::json;
use swarm_harness::scheduler::RunReport;
use swarm_targets::Board;

/// Lines of a kernel's log that are printed for people.
const SHOWN_LINES: usize = 20;

/// The report as JSON.
pub fn to_json(report: &RunReport, board: &Board, sizes: &Sizes) -> serde_json::Value {
    let per_tick = instructions_per_tick(report);
    json!({
        "board": board.name, "checksum": report.checksum,
        "reward_first": report.mean_reward_first_tenth, "reward_last": report.mean_reward_last_tenth,
        "code_bytes": sizes.code, "image_bytes": sizes.image, "state_bytes": report.state_bytes,
        "instructions_per_tick": per_tick, "report": report,
    })
}

fn instructions_per_tick(report: &RunReport) -> Option<u64> {
    let counted = report.handlers.iter().filter_map(|handler| handler.instructions.map(|count| count.total));
    let total = counted.reduce(|a, b| a + b)?;
    (report.ticks > 0).then(|| total / report.ticks)
}

/// Prints the report.
pub fn print(report: &RunReport, board: &Board, sizes: &Sizes) {
    println!(
        "{} ticks on {}, seed {}: checksum of the state {}",
        report.ticks, board.name, report.seed, report.checksum
    );
    println!("code {} B, image {} B, state {} B", sizes.code, sizes.image, report.state_bytes);
    if let (Some(first), Some(last)) = (report.mean_reward_first_tenth, report.mean_reward_last_tenth) {
        println!("reward per tick: {first:.3} in the first tenth, {last:.3} in the last");
    }
    for handler in &report.handlers {
        match &handler.instructions {
            Some(count) => println!(
                "@{}: {} calls, {} to {} instructions, median {}",
                handler.name, handler.calls, count.min, count.max, count.median
            ),
            None => println!("@{}: {} calls", handler.name, handler.calls),
        }
    }
    for act in &report.acts {
        println!("@{}: {} acts, the last {}", act.port, act.count, act.last);
    }
    for line in report.logs.iter().take(SHOWN_LINES) {
        println!("{:>10} ms  {}", line.time_ms, line.text);
    }
    let more = report.logs.len().saturating_sub(SHOWN_LINES) as u64 + report.logs_dropped;
    if more > 0 {
        println!("and {more} lines more; --json gives the first thousand");
    }
}
