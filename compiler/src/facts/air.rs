//! What `swarmc check` says of beacons and GATT services: what is on air, byte for byte.

use crate::kernel::members;
use serde_json::{Value, json};
use std::fmt::Write;
use swarm_dialects::adverts::model::gatt::Service;
use swarm_dialects::adverts::model::{Layout, bthome::BthomeLayout};
use swarm_dialects::adverts::{Plan, plan, service};
use swarm_dialects::{Kernel, OpView, adv};

/// A kernel's beacons and services.
#[derive(Default)]
pub struct AirFacts {
    pub beacons: Vec<Plan>,
    pub services: Vec<Service>,
}

impl AirFacts {
    /// Reads them.
    pub fn read(kernel: Kernel) -> Self {
        let members = members(kernel.op());
        let beacons = members.iter().filter_map(|op| plan(adv::Beacon::cast(*op)?).ok());
        let services = members.iter().filter_map(|op| service(adv::Gatt::cast(*op)?).ok());
        Self { beacons: beacons.collect(), services: services.collect() }
    }

    /// For people: a table for each.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for plan in &self.beacons {
            let table = match plan {
                Plan::Own(layout) => layout.table(),
                Plan::Bthome(layout) => bthome(layout),
            };
            let _ = write!(text, "\n{table}");
        }
        for service in &self.services {
            let _ = write!(text, "\n{}", service.table());
        }
        text
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let beacon = |plan: &Plan| {
            let beacon = plan.beacon();
            let turns = (0..plan.turns()).map(|turn| {
                json!({ "advert_bytes": plan.bytes(turn, false), "scan_response_bytes": plan.bytes(turn, true) })
            });
            let layout_id = if let Plan::Own(layout) = plan { Some(layout.id()) } else { None };
            json!({
                "name": beacon.name, "interval_ms": beacon.interval_ms, "layout_id": layout_id,
                "dwell_ms": beacon.rotation.map(|rotation| rotation.dwell_ms), "turns": turns.collect::<Vec<_>>(),
                "fields": beacon.fields.iter().map(|field| json!({
                    "name": field.name, "values": field.describe(), "bits": field.bits(),
                })).collect::<Vec<_>>(),
            })
        };
        self.beacons.iter().map(beacon).collect()
    }

    /// The pictures of the beacons that have our own format, by their names.
    pub fn pictures(&self) -> Vec<(String, String)> {
        let picture = |plan: &Plan| match plan {
            Plan::Own(layout) => Some(named(layout)),
            Plan::Bthome(_) => None,
        };
        self.beacons.iter().filter_map(picture).collect()
    }
}

fn named(layout: &Layout) -> (String, String) {
    (layout.beacon.name.clone(), layout.svg())
}

/// A line for each object of each advert.
fn bthome(layout: &BthomeLayout) -> String {
    let name = &layout.beacon.name;
    let every = layout.beacon.interval_ms;
    let mut text = format!("beacon '{name}' in BTHome v2: {} bytes in all, every {every} ms\n", layout.bytes);
    for (number, turn) in layout.packets().iter().enumerate() {
        let _ = writeln!(text, "\nadvert {}: up to {} bytes", number + 1, turn.most_bytes);
        let mut at = turn.before.len() + 2 + turn.data.len();
        for &field in &turn.fields {
            let (declared, encoding) = (&layout.beacon.fields[field], layout.fields[field]);
            let (id, bytes, seen) = (encoding.object.id, encoding.bytes, layout.seen_as(field));
            let _ = writeln!(
                text,
                "  {at:>3}  {bytes}  {id:02x} {seen:<16}  {} {}",
                declared.name,
                declared.describe()
            );
            at += bytes;
        }
    }
    text
}
