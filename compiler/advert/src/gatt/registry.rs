//! The capability registry: what a node can compute, and on what power, for whoever looks for help.

use super::{Access, Characteristic, Content, Part, Service, Uuid};
use crate::{Number, Presence, Rounding};

/// The service; its characteristics have the same UUID but for the fifth to eighth digit: 1, 2, and so on.
const SERVICE: u128 = 0x486f_0000_acae_4684_832f_8fd6_5c19_0ba2;
/// Bluetooth's own "Battery Level", which phones know.
const BATTERY_LEVEL: u16 = 0x2a19;

/// Names keep their places for ever; new ones come at the end.
pub const ACCELERATORS: [&str; 6] = ["fpu", "dsp", "simd", "npu", "gpu", "crypto"];
pub const FAMILIES: [&str; 8] =
    ["tabular", "tile_coding", "linear", "forest", "perceptron", "convolution", "recurrent", "transformer"];
pub const PRECISIONS: [&str; 9] =
    ["binary", "ternary", "int4", "int8", "int16", "int32", "float16", "bfloat16", "float32"];

/// The service that every node offers in the same way.
pub fn capability_registry() -> Service {
    let uuid = |number: u128| Uuid::Own(SERVICE | number << 96);
    let power_budget = Part { presence: Presence::MayBeMissing, ..number("power_budget", 65534, "mW") };
    let version = vec![number("major", 255, ""), number("minor", 255, ""), number("patch", 65535, "")];
    use Access::{Read, ReadAndNotify};
    let characteristics = vec![
        of(uuid(1), Read, "accelerators", vec![set("accelerators", &ACCELERATORS, 2)]),
        of(uuid(2), Read, "model_families", vec![set("model_families", &FAMILIES, 4)]),
        of(uuid(3), Read, "precisions", vec![set("precisions", &PRECISIONS, 2)]),
        of(uuid(4), Read, "firmware_version", version),
        of(Uuid::Assigned(BATTERY_LEVEL), ReadAndNotify, "battery", vec![number("battery", 100, "%")]),
        of(uuid(5), ReadAndNotify, "power_budget", vec![power_budget]),
    ];
    Service { name: "capability".to_owned(), uuid: uuid(0), characteristics }
}

fn of(uuid: Uuid, access: Access, name: &str, parts: Vec<Part>) -> Characteristic {
    Characteristic { name: name.to_owned(), uuid, access, parts }
}

fn set(name: &str, names: &[&str], bytes: usize) -> Part {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Part { name: name.to_owned(), content: Content::Set { names, bytes }, presence: Presence::Always }
}

/// 0 to this, in whole units.
fn number(name: &str, high: i64, unit: &str) -> Part {
    let number =
        Number { low: 0, high, step: 1, decimals: 0, unit: unit.to_owned(), rounding: Rounding::Nearest };
    Part { name: name.to_owned(), content: Content::Number(number), presence: Presence::Always }
}
