//! A run as JSON lines: what each event was told, and what came of it. `replay` feeds it to a node again.
//!
//! The first line is a [`Header`], each further one a [`RecordedStep`], or a [`RecordedRelay`], which replays pass over; the
//! last one is a [`Footer`].

use std::io::Write;

use serde::{Deserialize, Serialize};
use swarm_abi::Heard;

use crate::error::HarnessError;
use crate::network::relays::Relayed;
use crate::node::{Node, PortInput, Received, Record};
use crate::scheduler::{Observer, RunReport, Step};

/// The format's name and version, first in every record.
pub const FORMAT: &str = "swarm-record 1";

/// Which kernel it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    pub format: String,
    pub kernel_id: u32,
    /// Hash of the state block's layout.
    pub schema: u32,
}

/// One event: inputs are `[value, age]` for each port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedStep {
    pub time_ms: u64,
    /// Kind, symbol, value, missed.
    pub event: [u32; 4],
    pub inputs: Vec<(i32, u32)>,
    /// What was heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<RecordedReceived>,
    /// Offset and bytes that a restore wrote just before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<(u32, Vec<u8>)>,
    pub status: u32,
    pub records: Vec<RecordedAct>,
}

/// A message that the node's radio passed on, without its kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedRelay {
    /// In the network's time.
    pub relayed: Relayed,
}

/// A message or an advert, as the binary interface has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedReceived {
    pub from: u32,
    pub to: u32,
    pub id: u32,
    pub rssi: i16,
    pub snr: i16,
    pub hops: u8,
    pub flags: u8,
    pub payload: Vec<u8>,
}

/// What a handler did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RecordedAct {
    Act { port: u32, value: i32 },
    Log { format: u32, args: Vec<i32> },
    Rearm { timer: u32, ms: u32 },
    Persist { store: u32, offset: u32, bytes: Vec<u8> },
    Restore { store: u32, offset: u32, length: u32 },
    Send { channel: u32, to: u32, options: u32, id: u32, airtime_us: u32, bytes: Vec<u8> },
    Advertise { beacon: u32, turn: u32, bytes: Vec<u8> },
    Publish { characteristic: u32, bytes: Vec<u8> },
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Footer {
    /// Of the final state block, as in a run's report.
    pub checksum: String,
}

impl From<&Record> for RecordedAct {
    fn from(record: &Record) -> Self {
        match record.clone() {
            Record::Act { port, value } => Self::Act { port, value },
            Record::Log { format, args } => Self::Log { format, args },
            Record::Rearm { timer, ms } => Self::Rearm { timer, ms },
            Record::Persist { store, offset, bytes } => Self::Persist { store, offset, bytes },
            Record::Restore { store, offset, length } => Self::Restore { store, offset, length },
            Record::Send { channel, to, options, id, airtime_us, bytes } => {
                Self::Send { channel, to, options, id, airtime_us, bytes }
            }
            Record::Advertise { beacon, turn, bytes } => Self::Advertise { beacon, turn, bytes },
            Record::Publish { characteristic, bytes } => Self::Publish { characteristic, bytes },
        }
    }
}

impl From<&Received> for RecordedReceived {
    fn from(received: &Received) -> Self {
        let Heard { from, to, id, rssi, snr, hops, flags, reserved: _ } = received.heard;
        Self { from, to, id, rssi, snr, hops, flags, payload: received.payload.clone() }
    }
}

impl From<&RecordedReceived> for Received {
    fn from(recorded: &RecordedReceived) -> Self {
        let RecordedReceived { from, to, id, rssi, snr, hops, flags, ref payload } = *recorded;
        let heard = Heard { from, to, id, rssi, snr, hops, flags, ..Heard::default() };
        Self { heard, payload: payload.clone() }
    }
}

impl From<&Step> for RecordedStep {
    fn from(step: &Step) -> Self {
        let event = &step.event;
        Self {
            time_ms: step.time_ms,
            event: [event.kind, event.symbol, event.value, event.missed],
            inputs: step.inputs.ports.iter().map(|PortInput { value, age }| (*value, *age)).collect(),
            received: step.inputs.received.as_ref().map(RecordedReceived::from),
            restored: step.restored.as_ref().map(|restored| (restored.offset, restored.bytes.clone())),
            status: step.outcome.status,
            records: step.outcome.records.iter().map(RecordedAct::from).collect(),
        }
    }
}

/// Writes a run down while it goes on. Give it to a run as an observer, then call [`Recorder::finish`].
pub struct Recorder<W: Write> {
    out: W,
    has_header: bool,
}

impl<W: Write> Recorder<W> {
    /// `out` should be buffered.
    pub fn new(out: W) -> Self {
        Self { out, has_header: false }
    }

    /// Writes the last line, and gives the output back.
    ///
    /// # Errors
    /// `record::write`, when the output does not take it.
    pub fn finish(mut self, report: &RunReport) -> Result<W, HarnessError> {
        self.line(&Footer { checksum: report.checksum.clone() })?;
        self.out.flush().map_err(|error| write_error(&error.to_string()))?;
        Ok(self.out)
    }

    /// The output as it is, without a last line: of a run that ended with an error.
    pub fn into_inner(self) -> W {
        self.out
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), HarnessError> {
        serde_json::to_writer(&mut self.out, value).map_err(|error| write_error(&error.to_string()))?;
        self.out.write_all(b"\n").map_err(|error| write_error(&error.to_string()))
    }
}

impl<W: Write> Observer for Recorder<W> {
    fn served(&mut self, step: &Step, node: &mut dyn Node) -> Result<(), HarnessError> {
        if !self.has_header {
            let descriptor = node.facts().descriptor;
            let (kernel_id, schema) = (descriptor.kernel_id, descriptor.schema);
            self.line(&Header { format: FORMAT.to_string(), kernel_id, schema })?;
            self.has_header = true;
        }
        self.line(&RecordedStep::from(step))
    }

    fn relayed(&mut self, relayed: &Relayed) -> Result<(), HarnessError> {
        self.line(&RecordedRelay { relayed: relayed.clone() })
    }
}

fn write_error(reason: &str) -> HarnessError {
    HarnessError::new("record::write", format!("the record cannot be written: {reason}"))
        .help("look at the place where it goes: is it full, or read-only?")
}
