//! A run's report, for people and for programs.

use crate::cli::shown::Sizes;
use serde_json::json;
use swarm_harness::scheduler::RunReport;
use swarm_targets::Board;

/// Lines of a kernel's log that are printed for people.
pub const LINES: usize = 20;

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

/// The report for people.
pub fn to_text(report: &RunReport, board: &Board, sizes: &Sizes) -> String {
    let mut lines = vec![
        format!(
            "{} ticks on {}, seed {}: checksum of the state {}",
            report.ticks, board.name, report.seed, report.checksum
        ),
        format!("code {} B, image {} B, state {} B", sizes.code, sizes.image, report.state_bytes),
    ];
    if let (Some(first), Some(last)) = (report.mean_reward_first_tenth, report.mean_reward_last_tenth) {
        lines.push(format!("reward per tick: {first:.3} in the first tenth, {last:.3} in the last"));
    }
    lines.extend(report.handlers.iter().map(|handler| match &handler.instructions {
        Some(count) => format!(
            "@{}: {} calls, {} to {} instructions, median {}",
            handler.name, handler.calls, count.min, count.max, count.median
        ),
        None => format!("@{}: {} calls", handler.name, handler.calls),
    }));
    lines.extend(
        report.acts.iter().map(|act| format!("@{}: {} acts, the last {}", act.port, act.count, act.last)),
    );
    let shown = report.logs.iter().take(LINES);
    lines.extend(shown.map(|line| format!("{:>10} ms  {}", line.time_ms, line.text)));
    let more = report.logs.len().saturating_sub(LINES) as u64 + report.logs_dropped;
    if more > 0 {
        lines.push(format!("and {more} lines more; --json gives the first thousand"));
    }
    lines.join("\n") + "\n"
}
