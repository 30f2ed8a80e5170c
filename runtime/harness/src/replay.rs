//! Feeds a recorded run to a node again, and finds the first difference.

use serde::Serialize;
use serde::de::DeserializeOwned;
use swarm_abi::Event;

use crate::error::{HarnessError, Source};
use crate::node::{Inputs, Node, PortInput, Received};
use crate::record::{FORMAT, Footer, Header, RecordedAct, RecordedRelay, RecordedStep};
use crate::scheduler::{checksum, node_error};

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplayReport {
    /// Events served.
    pub events: u64,
    /// Checksum of the state block after the last of them.
    pub checksum: String,
    /// `None`: everything was as recorded.
    pub difference: Option<Difference>,
}

/// The first thing that was not as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Line of the record, counted from 1.
    pub line: usize,
    pub time_ms: u64,
    /// `status`, `record 0`, `number of records`, `final state`.
    pub what: String,
    pub recorded: String,
    pub replayed: String,
}

/// Replays a record up to its first difference. `file` is its name in messages.
///
/// # Errors
/// `replay::…` when the text is no record of this kernel; `node::…` when the node does not serve an event.
pub fn replay(file: &str, text: &str, node: &mut dyn Node) -> Result<ReplayReport, HarnessError> {
    let source = Source { file, text };
    let mut lines = numbered_lines(text);
    let first = lines.next().ok_or_else(|| not_a_record(&source, 0..0))?;
    let header: Header = parse(&source, &first)?;
    check_kernel(&source, &first, &header, node)?;
    let mut last = None;
    let mut report = ReplayReport { events: 0, checksum: String::new(), difference: None };
    let mut time_ms = 0;
    for line in lines {
        if let Some(step_line) = last.replace(line) {
            let step: RecordedStep = parse(&source, &step_line)?;
            time_ms = step.time_ms;
            report.events += 1;
            report.difference = replay_step(&step_line, &step, node)?;
            if report.difference.is_some() {
                break;
            }
        }
    }
    report.checksum = checksum(&node.read_state().map_err(|error| node_error(&error))?);
    if report.difference.is_some() {
        return Ok(report);
    }
    let last = last.ok_or_else(|| truncated(&source))?;
    let Ok(footer) = parse::<Footer>(&source, &last) else {
        return replay_fault((&source, &last), report, node);
    };
    if footer.checksum != report.checksum {
        report.difference = Some(Difference {
            line: last.number,
            time_ms,
            what: "final state".to_string(),
            recorded: footer.checksum,
            replayed: report.checksum.clone(),
        });
    }
    Ok(report)
}

/// A run that a fault ended has no last line of its own: its last event is the faulting one.
fn replay_fault(
    (source, line): (&Source<'_>, &Line<'_>),
    mut report: ReplayReport,
    node: &mut dyn Node,
) -> Result<ReplayReport, HarnessError> {
    let step: RecordedStep = parse(source, line).map_err(|_| truncated(source))?;
    if step.status == 0 {
        return Err(truncated(source));
    }
    report.events += 1;
    report.difference = replay_step(line, &step, node)?;
    report.checksum = checksum(&node.read_state().map_err(|error| node_error(&error))?);
    Ok(report)
}

struct Line<'a> {
    number: usize,
    start: usize,
    text: &'a str,
}

impl Line<'_> {
    fn span(&self) -> std::ops::Range<usize> {
        self.start..self.start + self.text.len()
    }
}

fn numbered_lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').enumerate().map(move |(index, line)| {
        let piece = Line { number: index + 1, start, text: line.trim_end() };
        start += line.len();
        piece
    });
    let is_relay = |line: &Line<'_>| serde_json::from_str::<RecordedRelay>(line.text).is_ok();
    lines.filter(move |line| !line.text.is_empty() && !is_relay(line))
}

fn parse<T: DeserializeOwned>(source: &Source<'_>, line: &Line<'_>) -> Result<T, HarnessError> {
    serde_json::from_str(line.text).map_err(|error| {
        HarnessError::new("replay::line", format!("line {} is not as a record has it: {error}", line.number))
            .at(source, line.span())
            .help("replay what `--record` wrote, unchanged")
    })
}

fn not_a_record(source: &Source<'_>, span: std::ops::Range<usize>) -> HarnessError {
    HarnessError::new("replay::format", format!("this is no record of the format {FORMAT:?}"))
        .at(source, span)
        .help("record the run anew with this version")
}

fn truncated(source: &Source<'_>) -> HarnessError {
    let end = source.text.len();
    HarnessError::new("replay::truncated", "the record ends before the run did")
        .at(source, end..end)
        .help("its last line has the checksum of the final state: record the run anew")
}

fn check_kernel(
    source: &Source<'_>,
    line: &Line<'_>,
    header: &Header,
    node: &dyn Node,
) -> Result<(), HarnessError> {
    if header.format != FORMAT {
        return Err(not_a_record(source, line.span()));
    }
    let descriptor = &node.facts().descriptor;
    if (header.kernel_id, header.schema) == (descriptor.kernel_id, descriptor.schema) {
        return Ok(());
    }
    let message = if header.kernel_id == descriptor.kernel_id {
        "the kernel's variables have changed since this was recorded"
    } else {
        "this was recorded with another kernel"
    };
    Err(HarnessError::new("replay::kernel", message)
        .at(source, line.span())
        .help("replay with the kernel of the record, or record anew"))
}

fn replay_step(
    line: &Line<'_>,
    step: &RecordedStep,
    node: &mut dyn Node,
) -> Result<Option<Difference>, HarnessError> {
    if let Some((offset, bytes)) = &step.restored {
        node.write_state(*offset, bytes).map_err(|error| node_error(&error))?;
    }
    let [kind, symbol, value, missed] = step.event;
    let ports = step.inputs.iter().map(|&(value, age)| PortInput { value, age }).collect();
    let received = step.received.as_ref().map(Received::from);
    let inputs = Inputs { now_ms: step.time_ms as u32, ports, received };
    let outcome =
        node.dispatch(&Event { kind, symbol, value, missed }, &inputs).map_err(|error| node_error(&error))?;
    let replayed: Vec<RecordedAct> = outcome.records.iter().map(RecordedAct::from).collect();
    let differs = |what: String, recorded: String, replayed: String| {
        Some(Difference { line: line.number, time_ms: step.time_ms, what, recorded, replayed })
    };
    if let Some(number) =
        (0..replayed.len().min(step.records.len())).find(|&i| replayed[i] != step.records[i])
    {
        let show = |act: &RecordedAct| format!("{act:?}");
        return Ok(differs(format!("record {number}"), show(&step.records[number]), show(&replayed[number])));
    }
    if replayed.len() != step.records.len() {
        let what = "number of records".to_string();
        return Ok(differs(what, step.records.len().to_string(), replayed.len().to_string()));
    }
    if outcome.status != step.status {
        return Ok(differs("status".to_string(), step.status.to_string(), outcome.status.to_string()));
    }
    Ok(None)
}

#[cfg(test)]
#[path = "replay_tests.rs"]
mod tests;
