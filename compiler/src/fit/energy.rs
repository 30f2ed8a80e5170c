//! What a kernel takes of a battery: a model of an hour, from data sheets' currents and from how long each thing lasts.
//!
//! Input: a board's `[energy]`, and an hour of its kernel ([`Hour`]). Nothing of it is measured: every figure is modelled,
//! as `compiler/FIT.md` says, and the report says so each time.

mod hour;
mod shown;

pub use hour::{Advert, HandlerUse, Hour};

use swarm_targets::{Board, Energy as Currents};

/// Seconds of an hour.
pub const HOUR_S: f64 = 3600.0;

/// A board's hour.
#[derive(Clone, Debug, PartialEq)]
pub struct Energy {
    pub board: String,
    pub supply_mv: u32,
    pub items: Vec<Draw>,
    /// Of all items, in one hour.
    pub mah: f64,
    /// Of the battery that the board comes with, or that was given.
    pub battery_mah: Option<u32>,
    /// Until it is empty; none without a battery, or without a current.
    pub days: Option<f64>,
    /// What the model takes for granted here, in words.
    pub assumed: Vec<String>,
}

/// What something draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    pub part: Part,
    /// In an hour.
    pub seconds: f64,
    pub microamperes: u32,
    pub mah: f64,
}

/// What draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The chip in handlers, and waiting.
    Run,
    Sleep,
    /// The LoRa radio.
    Transmit,
    Receive,
    /// The BLE radio, sending and listening.
    Advert,
    Scan,
}

/// Models an hour of a board; none where nothing is known of its currents.
pub fn energy(board: &Board, hour: &Hour) -> Option<Energy> {
    let currents = board.energy?;
    let mut assumed =
        vec!["typical currents of data sheets; no LEDs, sensors, displays, regulators".to_owned()];
    let run_s = run_seconds(&currents, hour);
    let mut items =
        vec![draw(Part::Run, run_s, currents.run), draw(Part::Sleep, HOUR_S - run_s, currents.sleep)];
    assumed.push("an instruction takes a cycle".into());
    if hour.handlers.is_empty() {
        assumed.push("handlers take no time".into());
    }
    items.extend(lora(&currents, hour, &mut assumed));
    items.extend(ble(&currents, hour, &mut assumed));
    items.retain(|item| item.seconds > 0.0);
    let mah = items.iter().map(|item| item.mah).sum();
    let battery_mah = hour.battery_mah.or(currents.battery);
    let days = battery_mah.filter(|_| mah > 0.0).map(|battery| f64::from(battery) / mah / 24.0);
    let (board, supply_mv) = (board.name.clone(), currents.supply);
    Some(Energy { board, supply_mv, items, mah, battery_mah, days, assumed })
}

/// How long handlers run in an hour.
fn run_seconds(currents: &Currents, hour: &Hour) -> f64 {
    let instructions = |handler: &HandlerUse| handler.instructions as f64 * handler.runs as f64;
    let all: f64 = hour.handlers.iter().map(instructions).sum();
    (all / f64::from(currents.clock.max(1))).min(HOUR_S)
}

fn lora(currents: &Currents, hour: &Hour, assumed: &mut Vec<String>) -> Vec<Draw> {
    if !hour.has_channels {
        return Vec::new();
    }
    let levels = currents.transmit();
    let Some(&loudest) = levels.last() else {
        assumed.push("the board has no LoRa radio that is known: its part is left out".into());
        return Vec::new();
    };
    let (level, transmit) = match hour.power_dbm {
        Some(power) => levels.iter().copied().find(|(level, _)| *level >= power).unwrap_or(loudest),
        None => loudest,
    };
    assumed.push(format!("LoRa is sent at {level} dBm"));
    let transmit_s = (hour.transmit_us as f64 / 1e6).min(HOUR_S);
    let mut items = vec![draw(Part::Transmit, transmit_s, transmit)];
    let listen = hour.listen_percent.min(100);
    assumed.push(match listen {
        100 => "the LoRa radio always listens".into(),
        listen => format!("the LoRa radio listens {listen} % of the time, as the deployment says"),
    });
    if let Some(receive) = currents.receive {
        items.push(draw(Part::Receive, (HOUR_S - transmit_s) * f64::from(listen) / 100.0, receive));
    }
    items
}

fn ble(currents: &Currents, hour: &Hour, assumed: &mut Vec<String>) -> Vec<Draw> {
    if hour.adverts.is_empty() && !hour.scans {
        return Vec::new();
    }
    let Some(current) = currents.advert else {
        assumed.push("no current of BLE is known: its part is left out".into());
        return Vec::new();
    };
    let sent_s: f64 = hour.adverts.iter().map(Advert::seconds).sum::<f64>().min(HOUR_S);
    let mut items = Vec::new();
    if sent_s > 0.0 {
        assumed.push(
            "adverts go out on three channels, each event with 1 ms to begin; nobody asks or connects".into(),
        );
        items.push(draw(Part::Advert, sent_s, current));
    }
    if hour.scans {
        assumed.push("BLE always listens, with the current of sending".into());
        items.push(draw(Part::Scan, HOUR_S - sent_s, current));
    }
    items
}

fn draw(part: Part, seconds: f64, microamperes: u32) -> Draw {
    let mah = seconds / HOUR_S * f64::from(microamperes) / 1000.0;
    Draw { part, seconds, microamperes, mah }
}

#[cfg(test)]
#[path = "energy/energy_tests.rs"]
mod tests;
