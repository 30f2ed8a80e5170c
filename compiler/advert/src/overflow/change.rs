//! The smallest change that makes a beacon fit. Each that is named was planned: it does fit.

use crate::assign::TRIES_FOR_HELP;
use crate::plan::drafts;
use crate::product::Product;
use crate::{Beacon, Connectability, Identity, Kind, Number, Places, Repeat, Rotation, check, decimal};

/// How many times as wide a step may become; more is no small change.
const COARSER: [i64; 9] = [2, 3, 4, 5, 8, 10, 20, 40, 50];

/// One or more changes, any of which is enough; the smallest comes first.
pub(super) fn help(beacon: &Beacon) -> String {
    let changes: Vec<String> = [
        coarser_step,
        narrower_id,
        carried_once,
        scan_response,
        rotation,
        shorter_name,
        shorter_identity,
        fewer_fields,
    ]
    .iter()
    .filter_map(|change| change(beacon))
    .collect();
    match changes.split_first() {
        None => "declare several beacons: no single change makes this one fit".to_owned(),
        Some((first, others)) => {
            let others: String = others.iter().map(|other| format!("; or {other}")).collect();
            format!("{first}{others}")
        }
    }
}

fn fits(beacon: &Beacon) -> bool {
    check::check(beacon).is_ok() && drafts(beacon, TRIES_FOR_HELP).best.is_some()
}

/// The number that loses the fewest bits when its step is widened until all fits.
fn coarser_step(beacon: &Beacon) -> Option<String> {
    let mut least: Option<(u64, String)> = None;
    for (index, field) in beacon.fields.iter().enumerate() {
        let Kind::Number(number) = &field.kind else { continue };
        let with = |times: i64| {
            let mut changed = beacon.clone();
            let wider = wider(number, times)?;
            changed.fields[index].kind = Kind::Number(wider.clone());
            fits(&changed).then_some(wider)
        };
        let Some((times, wider)) = COARSER.iter().find_map(|times| Some((*times, with(*times)?))) else {
            continue;
        };
        let lost = logarithm(number).saturating_sub(logarithm(&wider));
        if least.as_ref().is_none_or(|(least, _)| lost < *least) {
            let shown = |value: i64| decimal(value, number.decimals);
            let end = if wider.high == number.high {
                String::new()
            } else {
                format!(" up to {}", shown(wider.high))
            };
            let step = shown(wider.step);
            let text = format!(
                "let '{}' have steps of {step}{end}, {times} times as wide: then all fits",
                field.name
            );
            least = Some((lost, text));
        }
    }
    least.map(|(_, text)| text)
}

/// The same range in steps so many times as wide, ending at or just above the same end.
fn wider(number: &Number, times: i64) -> Option<Number> {
    let step = number.step.checked_mul(times)?;
    let steps = (i128::from(number.high) - i128::from(number.low) + i128::from(step) - 1) / i128::from(step);
    let high = i128::from(number.low) + steps * i128::from(step);
    Some(Number { step, high: i64::try_from(high).ok()?, ..number.clone() })
}

fn logarithm(number: &Number) -> u64 {
    Product::of(number.count()).logarithm()
}

/// The id that keeps most of its bits.
fn narrower_id(beacon: &Beacon) -> Option<String> {
    let mut least: Option<(u32, String)> = None;
    for (index, field) in beacon.fields.iter().enumerate() {
        let Kind::Id(bits) = field.kind else { continue };
        let with = |bits: u32| {
            let mut changed = beacon.clone();
            changed.fields[index].kind = Kind::Id(bits);
            fits(&changed)
        };
        // What fits with so many bits fits with fewer.
        let (mut narrower, mut too_wide) = (0, bits);
        while too_wide - narrower > 1 {
            let middle = narrower.midpoint(too_wide);
            if with(middle) { narrower = middle } else { too_wide = middle }
        }
        if narrower == 0 {
            continue;
        }
        let lost = bits - narrower;
        if least.as_ref().is_none_or(|(least, _)| lost < *least) {
            least = Some((lost, format!("let '{}' have {narrower} bits, {lost} fewer", field.name)));
        }
    }
    least.map(|(_, text)| text)
}

/// The smallest field that need not be in every advert.
fn carried_once(beacon: &Beacon) -> Option<String> {
    let repeated = |index: &usize| beacon.fields[*index].repeat == Repeat::EveryAdvert;
    let with = |index: &usize| {
        let mut changed = beacon.clone();
        changed.fields[*index].repeat = Repeat::Once;
        fits(&changed)
    };
    let smallest = (0..beacon.fields.len())
        .filter(|index| repeated(index) && with(index))
        .min_by_key(|index| beacon.fields[*index].count())?;
    Some(format!("let '{}' be in one of the adverts alone", beacon.fields[smallest].name))
}

fn scan_response(beacon: &Beacon) -> Option<String> {
    if beacon.connectability == Connectability::Neither
        || beacon.places.contains(&Places::LegacyAndScanResponse)
    {
        return None;
    }
    let changed = Beacon { places: vec![Places::LegacyAndScanResponse], ..beacon.clone() };
    fits(&changed).then(|| "allow a scan response: 31 bytes more for receivers that ask".to_owned())
}

fn rotation(beacon: &Beacon) -> Option<String> {
    let dwell_ms = beacon.rotation.map_or(beacon.interval_ms * 4, |rotation| rotation.dwell_ms);
    let allowed = beacon.rotation.map_or(1, |rotation| rotation.maximum_steps);
    let maximum_steps = check::MAXIMUM_STEPS;
    let changed = Beacon { rotation: Some(Rotation { dwell_ms, maximum_steps }), ..beacon.clone() };
    let steps = drafts(&changed, TRIES_FOR_HELP).best?.assignment.steps.len();
    (steps > usize::from(allowed)).then(|| format!("let {steps} adverts take turns, by a rotation"))
}

fn shorter_name(beacon: &Beacon) -> Option<String> {
    let name = beacon.local_name.as_ref()?;
    let with = |name: Option<String>| fits(&Beacon { local_name: name, ..beacon.clone() });
    let shorter = (1..name.len())
        .rev()
        .filter(|length| name.is_char_boundary(*length))
        .find(|length| with(Some(name[..*length].to_owned())));
    match shorter {
        Some(length) => Some(format!("shorten the local name to {length} bytes")),
        None => with(None).then(|| "take the local name away".to_owned()),
    }
}

fn shorter_identity(beacon: &Beacon) -> Option<String> {
    let bytes = beacon.identity.bytes().len();
    let changed = Beacon { identity: Identity::Company(u16::MAX), ..beacon.clone() };
    (bytes > 2 && fits(&changed))
        .then(|| format!("take a company id or a UUID of 16 bits: {} bytes less", bytes - 2))
}

/// The smallest field without which all fits.
fn fewer_fields(beacon: &Beacon) -> Option<String> {
    let without = |index: &usize| {
        let mut changed = beacon.clone();
        changed.fields.remove(*index);
        fits(&changed)
    };
    let smallest =
        (0..beacon.fields.len()).filter(without).min_by_key(|index| beacon.fields[*index].count())?;
    Some(format!("leave out '{}'", beacon.fields[smallest].name))
}
