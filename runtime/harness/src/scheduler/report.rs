//! What a run was like, ready to be printed or serialised.

use serde::{Deserialize, Serialize};

use crate::world::WorldSummary;

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// Timer events served.
    pub ticks: u64,
    /// Virtual time of the last event.
    pub time_ms: u64,
    pub seed: u32,
    /// FNV-1a 64 of the final state block, 16 hexadecimal digits.
    pub checksum: String,
    pub state_bytes: u64,
    pub handlers: Vec<HandlerReport>,
    /// Mean payoff per tick along the run; empty where the world does not pay.
    pub curve: Vec<CurvePoint>,
    pub mean_reward_first_tenth: Option<f64>,
    pub mean_reward_last_tenth: Option<f64>,
    pub acts: Vec<ActReport>,
    pub logs: Vec<LogLine>,
    /// Logs beyond those that are kept.
    pub logs_dropped: u64,
    pub world: WorldSummary,
    #[serde(default, skip_serializing_if = "RadioReport::is_silent")]
    pub radio: RadioReport,
}

/// What a node has sent and heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RadioReport {
    /// Messages, but for the refused ones.
    pub sent: u64,
    /// Messages of others that it passed on, and its own that it sent again.
    #[serde(default, skip_serializing_if = "is_none")]
    pub relayed: u64,
    pub refused: u64,
    pub heard: u64,
    pub adverts_heard: u64,
    /// Of the messages that it sent or relayed.
    pub airtime_us: u64,
}

impl RadioReport {
    /// Whether nothing was sent or heard, nor tried.
    pub fn is_silent(&self) -> bool {
        *self == Self::default()
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            sent: self.sent + other.sent,
            relayed: self.relayed + other.relayed,
            refused: self.refused + other.refused,
            heard: self.heard + other.heard,
            adverts_heard: self.adverts_heard + other.adverts_heard,
            airtime_us: self.airtime_us + other.airtime_us,
        }
    }
}

/// What no node has done is not shown.
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// How often a handler ran, and how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandlerReport {
    pub name: String,
    pub calls: u64,
    /// `None` where instructions cannot be counted exactly.
    pub instructions: Option<InstructionReport>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstructionReport {
    pub min: u64,
    /// The lower one of the two in the middle.
    pub median: u64,
    pub max: u64,
    pub total: u64,
}

/// A stretch of ticks, from `tick` on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    pub tick: u64,
    pub mean: f64,
}

/// What a kernel did at an act port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActReport {
    pub port: String,
    pub count: u64,
    pub last: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    pub time_ms: u64,
    pub text: String,
}

/// FNV-1a 64 (offset basis 0xCBF29CE484222325, prime 0x100000001B3) as 16 hexadecimal digits.
pub fn checksum(bytes: &[u8]) -> String {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
    format!("{:016x}", bytes.iter().fold(0xCBF2_9CE4_8422_2325, step))
}
