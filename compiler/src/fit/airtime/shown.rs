//! The bound for people and for programs.

use super::{Airtime, ChannelAirtime, Item, LOAD_PERMILLE, Source};
use serde_json::{Value, json};
use std::fmt::Write;

impl Source {
    /// Its word, for people and programs alike.
    pub fn word(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Retry => "retry",
            Self::Repeat => "repeat",
            Self::Acknowledgement => "acknowledgement",
            Self::Beacon => "beacon",
            Self::Relay => "relay",
        }
    }
}

/// Seconds, as reports show them.
fn seconds(us: u64) -> String {
    format!("{:.1} s", us as f64 / 1e6)
}

impl Airtime {
    /// For people: a line for each channel, and one for each source below it. Empty where nothing is sent.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        if self.channels.is_empty() {
            return text;
        }
        let law = match self.region {
            Some(region) => format!(" of {} that {} allows", seconds(self.limit_us()), region.name),
            None => String::new(),
        };
        let _ = writeln!(text, "air time, at most in any hour: {}{law}", seconds(self.bound_us));
        for channel in &self.channels {
            let ChannelAirtime { name, protocol, preset, bound_us, .. } = channel;
            let _ = writeln!(text, "  @{name} on {} in {preset}: {}", protocol.word(), seconds(*bound_us));
            for item in &channel.items {
                let _ = writeln!(text, "    {item}");
            }
            if let Some(budget_us) = channel.budget_us {
                let _ = writeln!(text, "    its budget lets {} of its messages through", seconds(budget_us));
            }
        }
        for load in &self.loads {
            let (percent, allowed) = (load.permille as f64 / 10.0, LOAD_PERMILLE as f64 / 10.0);
            let (word, nodes) = (load.protocol.word(), self.nodes.unwrap_or(1));
            let _ = writeln!(text, "  {nodes} nodes take {percent:.1} % of {word}'s air, of {allowed} %");
        }
        text
    }

    /// For programs; times in microseconds.
    pub fn to_json(&self) -> Value {
        let loads = self
            .loads
            .iter()
            .map(|load| json!({ "protocol": load.protocol.word(), "permille": load.permille }));
        json!({
            "kernel": self.kernel, "bound_us": self.bound_us, "limit_us": self.limit_us(),
            "region": self.region.map(|region| region.name), "nodes": self.nodes,
            "loads": loads.collect::<Vec<_>>(), "load_limit_permille": LOAD_PERMILLE,
            "channels": self.channels.iter().map(ChannelAirtime::to_json).collect::<Vec<_>>(),
        })
    }
}

impl ChannelAirtime {
    fn to_json(&self) -> Value {
        json!({
            "name": self.name, "protocol": self.protocol.word(), "preset": self.preset,
            "bound_us": self.bound_us, "budget_us": self.budget_us, "sends_us": self.sends_us,
            "repeats_us": self.repeats_us, "acknowledgements_us": self.acknowledgements_us,
            "beacons_us": self.beacons_us, "relays_us": self.relays_us,
            "items": self.items.iter().map(Item::to_json).collect::<Vec<_>>(),
        })
    }
}

impl Item {
    fn to_json(&self) -> Value {
        let place = self.place.as_ref();
        json!({
            "source": self.source.word(), "handler": self.handler, "when": self.when, "bytes": self.bytes,
            "each_us": self.each_us, "count": self.count, "us": self.us,
            "line": place.map(|place| place.line), "column": place.map(|place| place.column),
        })
    }
}

impl std::fmt::Display for Item {
    fn fmt(&self, out: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(out, "{:>10}  {}", seconds(self.us), self.source.word())?;
        if !self.handler.is_empty() {
            write!(out, " of @{}", self.handler)?;
        }
        if let Some(place) = self.place.as_ref().filter(|_| !self.handler.is_empty()) {
            write!(out, " (line {})", place.line)?;
        }
        if self.count > 0 {
            write!(out, ": {} of {:.1} ms", self.count, self.each_us as f64 / 1000.0)?;
        }
        if self.bytes > 0 {
            write!(out, " and {} B", self.bytes)?;
        }
        write!(out, ", {}", self.when)
    }
}
