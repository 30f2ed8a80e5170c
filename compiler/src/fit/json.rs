//! The report for programs, and what grew since an earlier one.

use super::Fit;
use super::text::service;
use serde_json::{Value, json};
use std::fmt::Write;

impl Fit {
    /// All figures, in bytes.
    pub fn to_json(&self, source: &str) -> Value {
        let parts = self.flash.parts.iter().map(|part| {
            json!({ "name": part.name, "kind": part.kind.word(), "section": part.section, "bytes": part.bytes })
        });
        let ops =
            self.flash.ops.iter().map(|op| json!({ "line": op.line, "text": op.text, "bytes": op.bytes }));
        let variables = self.ram.variables.iter().map(|variable| {
            let parts = variable.parts.iter().map(|(name, bytes)| json!({ "name": name, "bytes": bytes }));
            json!({
                "name": variable.name, "bytes": variable.bytes, "line": variable.line,
                "declared": variable.text(source), "parts": parts.collect::<Value>(),
            })
        });
        let stack = self.stack.as_ref().map(|stack| {
            let handlers = stack.handlers.iter().map(|handler| {
                let path = handler
                    .path
                    .iter()
                    .map(|frame| json!({ "function": frame.function, "bytes": frame.bytes }));
                json!({
                    "name": handler.name, "bytes": handler.bytes, "path": path.collect::<Value>(),
                    "service": handler.service.map(service), "service_bytes": handler.service_bytes,
                })
            });
            json!({ "bytes": stack.bytes, "room": stack.room, "handlers": handlers.collect::<Value>() })
        });
        let times = self.times.iter().map(|time| {
            let loops = time
                .loops
                .iter()
                .map(|one| json!({ "line": one.line, "rounds": one.rounds, "instructions_each": one.each }));
            json!({
                "name": time.name, "instructions": time.instructions, "period_ms": time.period,
                "microseconds_modelled": time.microseconds, "loops": loops.collect::<Value>(),
            })
        });
        json!({
            "kernel": self.kernel, "board": self.board.name,
            "flash": {
                "bytes": self.flash.bytes, "room": self.flash.room,
                "parts": parts.collect::<Value>(), "lines": ops.collect::<Value>(),
            },
            "ram": {
                "bytes": self.ram.state, "room": self.ram.room, "reserved": self.ram.reserved,
                "variables": variables.collect::<Value>(), "gaps": self.ram.gaps,
            },
            "stack": stack,
            "times": times.collect::<Value>(),
            "airtime": self.airtime.to_json(),
            "energy": self.energy.as_ref().map(super::energy::Energy::to_json),
        })
    }
}

/// What is compared, by what programs call it, and its unit.
const FIGURES: [(&str, &str, &str); 4] = [
    ("flash", "/flash/bytes", "B"),
    ("RAM", "/ram/bytes", "B"),
    ("stack", "/stack/bytes", "B"),
    ("air time", "/airtime/bound_us", "us"),
];

/// Lists that are compared, element by element: where they are, what names an element.
const LISTS: [(&str, &str, &str); 3] = [
    ("flash", "/flash/parts", "name"),
    ("RAM", "/ram/variables", "name"),
    ("stack", "/stack/handlers", "name"),
];

/// What is other than in an earlier report, for people; the figures of boards that only one of them has are named so.
///
/// Errors: the earlier one is no report.
pub fn compare(old: &Value, new: &Value) -> Result<String, String> {
    let (old, new) = (reports(old), reports(new));
    if old.is_empty() {
        return Err("it has no reports in it: `swarmc report --json` writes some".to_owned());
    }
    let mut text = String::new();
    for report in &new {
        let board = report["board"].as_str().unwrap_or_default();
        let Some(before) = old.iter().find(|old| old["board"] == report["board"]) else {
            let _ = writeln!(text, "{board}: not in the earlier report");
            continue;
        };
        let mut lines = String::new();
        for (name, at, unit) in FIGURES {
            lines.extend(changed(name, [before.pointer(at), report.pointer(at)], unit));
        }
        for (list, at, name) in LISTS {
            let elements =
                |report: &Value| report.pointer(at).and_then(Value::as_array).cloned().unwrap_or_default();
            let (before, now) = (elements(before), elements(report));
            let find = |list: &[Value], element: &Value| {
                list.iter().find(|other| other[name] == element[name]).map(|found| found["bytes"].clone())
            };
            let gone = before.iter().filter(|element| find(&now, element).is_none());
            for element in now.iter().chain(gone) {
                let shown = format!("  {list} {}", element[name].as_str().unwrap_or_default());
                let [old, new] = [find(&before, element), find(&now, element)];
                lines.extend(changed(&shown, [old.as_ref(), new.as_ref()], "B"));
            }
        }
        let same = if lines.is_empty() { " the same\n" } else { "\n" };
        let _ = write!(text, "{board}:{same}{lines}");
    }
    Ok(text)
}

/// One report, or several in a list.
fn reports(value: &Value) -> Vec<Value> {
    let all = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    all.into_iter().filter(|report| report["board"].is_string() && report["flash"].is_object()).collect()
}

/// A line, if the figures differ.
fn changed(name: &str, figures: [Option<&Value>; 2], unit: &str) -> Option<String> {
    let [old, new] = figures.map(|figure| figure.and_then(Value::as_i64).unwrap_or(0));
    (old != new).then(|| format!("  {name}: {old} -> {new} {unit} ({:+})\n", new - old))
}
