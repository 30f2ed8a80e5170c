//! Errors as programs read them.

use super::{Excerpt, Problem};
use serde_json::{Value, json};

/// The document that a command with `--json` prints instead of its result.
pub fn document(problems: &[Problem]) -> Value {
    json!({ "errors": problems.iter().map(error).collect::<Vec<_>>() })
}

fn error(problem: &Problem) -> Value {
    json!({
        "code": problem.code, "message": problem.message, "places": problem.source.as_ref().map_or(Vec::new(), places),
        "help": problem.help, "ours": problem.ours,
    })
}

/// Places, the one that is meant first.
fn places(excerpt: &Excerpt) -> Vec<Value> {
    let place = |(span, label): &(std::ops::Range<usize>, String)| {
        let before = excerpt.text.get(..span.start).unwrap_or(&excerpt.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        json!({
            "file": excerpt.file,
            "line": before.matches('\n').count() + 1,
            "column": line.chars().count() + 1,
            "length": excerpt.text.get(span.clone()).unwrap_or_default().chars().count(),
            "label": label,
        })
    };
    excerpt.labels.iter().map(place).collect()
}
