//! Beacons as files, so that cases can be read: TOML, one table for each field.

use serde::Deserialize;
use std::path::{Path, PathBuf};
use swarm_advert::{
    Beacon, Connectability, Field, Identity, Kind, Number, Places, Presence, Repeat, Rotation, Rounding,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BeaconText {
    name: String,
    #[serde(default)]
    company: Option<u16>,
    /// Four, eight or thirty-two hexadecimal digits.
    #[serde(default)]
    service: Option<String>,
    #[serde(default)]
    layout_id: Option<u8>,
    /// `legacy`, `scan-response` or `extended-` and its bytes.
    #[serde(default = "legacy")]
    places: Vec<String>,
    #[serde(default)]
    connectability: Option<String>,
    #[serde(default)]
    local_name: Option<String>,
    #[serde(default)]
    interval_ms: Option<u32>,
    #[serde(default)]
    dwell_ms: Option<u32>,
    #[serde(default)]
    maximum_steps: Option<u8>,
    #[serde(default)]
    fields: Vec<FieldText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldText {
    name: String,
    /// `-40.0 to 85.0 by 0.5 °C`: low, high, step, and a unit or none.
    #[serde(default)]
    range: Option<String>,
    #[serde(default)]
    choice: Option<Vec<String>>,
    #[serde(default)]
    id: Option<u32>,
    #[serde(default)]
    floor: bool,
    #[serde(default)]
    missing: bool,
    #[serde(default)]
    every_advert: bool,
    #[serde(default)]
    property: Option<String>,
}

fn legacy() -> Vec<String> {
    vec!["legacy".to_owned()]
}

/// A beacon from its text. Wrong text is a wrong test, and panics.
pub fn beacon(text: &str) -> Beacon {
    let text: BeaconText = toml::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    let fields = text.fields.into_iter().map(field).collect();
    let mut beacon = Beacon::new(text.name, identity(text.company, text.service.as_deref()), fields);
    beacon.layout_id = text.layout_id;
    beacon.places = text.places.iter().map(|places| place(places)).collect();
    match text.connectability.as_deref() {
        None => {}
        Some("without flags") => beacon.flags = None,
        Some("scannable") => beacon.connectability = Connectability::Scannable,
        Some("neither") => beacon.connectability = Connectability::Neither,
        Some(other) => panic!("connectability {other}"),
    }
    beacon.local_name = text.local_name;
    beacon.interval_ms = text.interval_ms.unwrap_or(beacon.interval_ms);
    beacon.rotation = text
        .maximum_steps
        .map(|maximum_steps| Rotation { dwell_ms: text.dwell_ms.unwrap_or(5000), maximum_steps });
    beacon
}

/// Each file of a folder in `tests/`, by name.
pub fn folder(name: &str) -> Vec<(String, String)> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    let mut files: Vec<(String, String)> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("it can be listed").path())
        .map(|path| {
            let stem = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
            (stem, std::fs::read_to_string(&path).expect("a file that is listed can be read"))
        })
        .collect();
    files.sort();
    files
}

fn identity(company: Option<u16>, service: Option<&str>) -> Identity {
    let Some(service) = service else { return Identity::Company(company.unwrap_or(0xffff)) };
    let number = u128::from_str_radix(service, 16).expect("it is hexadecimal");
    match service.len() {
        4 => Identity::Service16(number as u16),
        8 => Identity::Service32(number as u32),
        _ => Identity::Service128(number),
    }
}

fn place(text: &str) -> Places {
    match text {
        "legacy" => Places::Legacy,
        "scan-response" => Places::LegacyAndScanResponse,
        _ => {
            let bytes = text.strip_prefix("extended-").and_then(|bytes| bytes.parse().ok());
            Places::Extended { bytes: bytes.unwrap_or_else(|| panic!("place {text}")) }
        }
    }
}

fn field(text: FieldText) -> Field {
    let kind = match (text.range, text.choice, text.id) {
        (Some(range), None, None) => {
            let rounding = if text.floor { Rounding::Floor } else { Rounding::Nearest };
            Kind::Number(Number { rounding, ..number(&range) })
        }
        (None, Some(names), None) => Kind::Choice(names),
        (None, None, Some(bits)) => Kind::Id(bits),
        (None, None, None) => Kind::Flag,
        _ => panic!("'{}' is of two kinds", text.name),
    };
    let mut field = Field::new(text.name, kind);
    field.presence = if text.missing { Presence::MayBeMissing } else { Presence::Always };
    field.repeat = if text.every_advert { Repeat::EveryAdvert } else { Repeat::Once };
    field.property = text.property;
    field
}

fn number(text: &str) -> Number {
    let words: Vec<&str> = text.split(' ').collect();
    let (["to", "by"], unit) = ([words[1], words[3]], words.get(5).copied().unwrap_or("")) else {
        panic!("'{text}' is not 'LOW to HIGH by STEP UNIT'")
    };
    let numbers = [words[0], words[2], words[4]];
    let places = |number: &&str| number.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let decimals = numbers.iter().map(places).max().unwrap_or(0);
    let [low, high, step] = numbers.map(|number| {
        let zeros = "0".repeat(decimals - places(&number));
        let digits = format!("{}{zeros}", number.replace('.', ""));
        digits.parse().unwrap_or_else(|error| panic!("{number}: {error}"))
    });
    let rounding = Rounding::Nearest;
    Number { low, high, step, decimals: decimals as u32, unit: unit.to_owned(), rounding }
}
