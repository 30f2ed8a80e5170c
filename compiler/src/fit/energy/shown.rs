//! The modelled hour for people and for programs.

use super::{Draw, Energy, Part};
use serde_json::{Value, json};
use std::fmt::Write;

impl Part {
    /// Its word, as the board's key has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Sleep => "sleep",
            Self::Transmit => "transmit",
            Self::Receive => "receive",
            Self::Advert => "advert",
            Self::Scan => "scan",
        }
    }
}

impl Energy {
    /// For people.
    pub fn to_text(&self) -> String {
        let (mah, volts) = (self.mah, f64::from(self.supply_mv) / 1000.0);
        let mut text = format!("energy on {}, modelled: {mah:.3} mAh an hour at {volts:.1} V\n", self.board);
        for Draw { part, seconds, microamperes, mah } in &self.items {
            let ma = f64::from(*microamperes) / 1000.0;
            let _ = writeln!(text, "  {:<9} {mah:>9.4} mAh: {seconds:.3} s at {ma:.3} mA", part.word());
        }
        if let (Some(battery), Some(days)) = (self.battery_mah, self.days) {
            let _ = writeln!(text, "  {battery} mAh last {days:.1} days, modelled");
        }
        let _ = writeln!(text, "  taken for granted: {}", self.assumed.join("; "));
        text
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let items = self.items.iter().map(|Draw { part, seconds, microamperes, mah }| {
            json!({ "part": part.word(), "seconds": seconds, "microamperes": microamperes, "mah": mah })
        });
        json!({
            "board": self.board, "modelled": true, "supply_mv": self.supply_mv,
            "items": items.collect::<Vec<_>>(), "mah_per_hour": self.mah, "battery_mah": self.battery_mah,
            "days": self.days, "assumed": self.assumed,
        })
    }
}
