//! The world of a kernel that needs none: every sensor is silent, every act is counted.

use std::collections::BTreeMap;

use super::{Reading, World, WorldSummary};

/// No sensor has a value; acts are counted by value.
#[derive(Debug, Default)]
pub struct Still {
    actions: BTreeMap<i32, u64>,
}

impl World for Still {
    fn sense(&self, _port: &str, _now_ms: u64) -> Option<Reading> {
        None
    }

    fn act(&mut self, _port: &str, value: i32, _now_ms: u64) {
        *self.actions.entry(value).or_default() += 1;
    }

    fn sense_ports(&self) -> Option<Vec<String>> {
        None
    }

    fn summary(&self) -> WorldSummary {
        WorldSummary {
            kind: "still".to_string(),
            actions: self.actions.iter().map(|(&value, &count)| (value, count)).collect(),
            ..WorldSummary::default()
        }
    }
}
