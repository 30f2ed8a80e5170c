//! What must hold before a beacon is planned. Each rule is a function of the same shape; the first that fails is
//! reported.

use crate::structures::{EXTENDED_BYTES, LEGACY_BYTES};
use crate::{AdvertError, Beacon, Connectability, Field, Kind, Number, Places, decimal};
use std::collections::BTreeSet;

type Checked = Result<(), AdvertError>;

const RULES: &[fn(&Beacon) -> Checked] = &[
    beacon_has_a_plain_name,
    fields_are_few,
    fields_have_plain_names,
    fields_are_different,
    fields_have_values,
    places_are_there,
    extended_adverts_have_a_size,
    places_suit_the_connectability,
    connectable_adverts_have_flags,
    local_name_is_readable,
    interval_is_legal,
    rotation_is_possible,
];

/// Fields of a beacon.
pub const MAXIMUM_FIELDS: usize = 64;
/// Characters of a name.
pub const MAXIMUM_NAME: usize = 32;
/// Adverts of a rotation.
pub const MAXIMUM_STEPS: u8 = 16;
/// Names of a choice.
pub const MAXIMUM_CHOICES: usize = 256;
/// Digits after the point, so that ten to their number stays within 32 bits.
pub const MAXIMUM_DECIMALS: u32 = 9;
/// Characters of a unit.
pub const MAXIMUM_UNIT: usize = 12;
/// Numbers below this many of their last digit are exact in a double, which many receivers calculate in.
const EXACT_DECIMALS: u64 = 1_000_000_000_000_000;
/// A controller may delay each advert by up to this (Core Specification, Vol 6, Part B, 4.4.2.2.1).
const ADVERT_DELAY_MS: u32 = 10;

/// Applies every rule.
pub(crate) fn check(beacon: &Beacon) -> Checked {
    RULES.iter().try_for_each(|rule| rule(beacon))
}

/// A name that is an identifier in every language that decoders are written in.
fn is_plain(name: &str) -> bool {
    let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= MAXIMUM_NAME && name.chars().all(rest)
}

fn is_unit_character(c: char) -> bool {
    c.is_alphanumeric() || "°%/²³·.-^ ".contains(c)
}

fn beacon_has_a_plain_name(beacon: &Beacon) -> Checked {
    if is_plain(&beacon.name) {
        return Ok(());
    }
    Err(AdvertError::new(
        "advert-name",
        format!("a beacon cannot be called '{}'", beacon.name.escape_debug()),
    )
    .help(NAME_HELP))
}

const NAME_HELP: &str = "take a to z, 0 to 9 and '_', beginning with a letter, at most 32";

fn fields_are_few(beacon: &Beacon) -> Checked {
    let count = beacon.fields.len();
    if count <= MAXIMUM_FIELDS {
        return Ok(());
    }
    Err(AdvertError::new("advert-fields", format!("{count} fields are more than {MAXIMUM_FIELDS}"))
        .help("declare a second beacon"))
}

fn fields_have_plain_names(beacon: &Beacon) -> Checked {
    let Some(field) = beacon.fields.iter().find(|field| !is_plain(&field.name)) else { return Ok(()) };
    let message = format!("a field cannot be called '{}'", field.name.escape_debug());
    Err(AdvertError::new("advert-field-name", message).field(&field.name).help(NAME_HELP))
}

fn fields_are_different(beacon: &Beacon) -> Checked {
    let mut names = BTreeSet::new();
    let Some(twice) = beacon.fields.iter().find(|field| !names.insert(&field.name)) else { return Ok(()) };
    Err(AdvertError::new("advert-field-twice", format!("there are two fields called '{}'", twice.name))
        .field(&twice.name)
        .help("give one of them another name"))
}

fn fields_have_values(beacon: &Beacon) -> Checked {
    beacon.fields.iter().try_for_each(|field| {
        match &field.kind {
            Kind::Number(number) => number_has_values(number),
            Kind::Flag => Ok(()),
            Kind::Choice(names) => choice_has_names(names),
            Kind::Id(bits) if (1..=64).contains(bits) => Ok(()),
            Kind::Id(bits) => {
                Err(AdvertError::new("advert-id", format!("an id of {bits} bits")).help("take 1 to 64 bits"))
            }
        }
        .and_then(|()| codes_fit_64_bits(field))
        .map_err(|error| error.field(&field.name))
    })
}

pub(crate) fn number_has_values(number: &Number) -> Checked {
    let Number { low, high, step, decimals, unit, .. } = number;
    if *decimals > MAXIMUM_DECIMALS {
        let message = format!("{decimals} digits after the point");
        return Err(AdvertError::new("advert-decimals", message).help("take at most 9, or another unit"));
    }
    let shown = |value: i64| decimal(value, *decimals);
    if *decimals > 0 && low.unsigned_abs().max(high.unsigned_abs()) >= EXACT_DECIMALS {
        let message = format!("{} to {} has more than 15 digits", shown(*low), shown(*high));
        return Err(AdvertError::new("advert-decimals", message)
            .help("take fewer digits after the point: receivers hold 15 digits exactly"));
    }
    if unit.chars().count() > MAXIMUM_UNIT || !unit.chars().all(is_unit_character) {
        let message = format!("the unit '{}' is long or unreadable", unit.escape_debug());
        return Err(AdvertError::new("advert-unit", message)
            .help("take at most 12 letters, digits and signs such as °C, %, m/s², µg/m³; or none"));
    }
    if *step <= 0 {
        return Err(AdvertError::new("advert-step", format!("the step {} is not above 0", shown(*step)))
            .help("give the smallest difference that a receiver needs"));
    }
    if low > high {
        let message = format!("the range goes from {} down to {}", shown(*low), shown(*high));
        return Err(AdvertError::new("advert-range", message).help("give the low end first"));
    }
    let beyond = (i128::from(*high) - i128::from(*low)) % i128::from(*step);
    if beyond == 0 {
        return Ok(());
    }
    let below = i128::from(*high) - beyond;
    let mut help = format!("let it end at {}", shown(i64::try_from(below).unwrap_or(*low)));
    if let Ok(above) = i64::try_from(below + i128::from(*step)) {
        help += &format!(" or {}", shown(above));
    }
    let message = format!("steps of {} from {} on do not end at {}", shown(*step), shown(*low), shown(*high));
    Err(AdvertError::new("advert-range-end", message).help(help))
}

pub(crate) fn choice_has_names(names: &[String]) -> Checked {
    if names.is_empty() || names.len() > MAXIMUM_CHOICES {
        let message = format!("a choice among {} names", names.len());
        return Err(AdvertError::new("advert-choice", message).help("give 1 to 256 names"));
    }
    let mut seen = BTreeSet::new();
    let wrong = names.iter().find(|name| {
        let readable = name.chars().all(|c| !c.is_control()) && (1..=MAXIMUM_NAME).contains(&name.len());
        !readable || !seen.insert(name.as_str())
    });
    let Some(wrong) = wrong else { return Ok(()) };
    let message =
        format!("the name '{}' is empty, too long, unreadable or there twice", wrong.escape_debug());
    Err(AdvertError::new("advert-choice-name", message).help("give each a name of its own, of 1 to 32 bytes"))
}

fn codes_fit_64_bits(field: &Field) -> Checked {
    if field.count() <= 1 << 64 {
        return Ok(());
    }
    Err(AdvertError::new("advert-width", "with 'missing' it has 2^64 + 1 values, one too many")
        .help("take a range of one bit less, or let it never be missing"))
}

fn places_are_there(beacon: &Beacon) -> Checked {
    if !beacon.places.is_empty() {
        return Ok(());
    }
    Err(AdvertError::new("advert-places", "there is no place that the beacon may be put into")
        .help("allow legacy adverts: every board has them"))
}

fn extended_adverts_have_a_size(beacon: &Beacon) -> Checked {
    for places in &beacon.places {
        let Places::Extended { bytes } = places else { continue };
        if !(LEGACY_BYTES..=EXTENDED_BYTES).contains(&usize::from(*bytes)) {
            let message = format!("an extended advert of {bytes} bytes");
            let help = "give what the board's controller has, between 31 and 255";
            return Err(AdvertError::new("advert-extended", message).help(help));
        }
    }
    Ok(())
}

fn places_suit_the_connectability(beacon: &Beacon) -> Checked {
    for places in &beacon.places {
        let (message, help) = match (places, beacon.connectability) {
            (Places::LegacyAndScanResponse, Connectability::Neither) => {
                ("an advert that answers nothing has no scan response", "make it scannable or connectable")
            }
            (Places::Extended { .. }, Connectability::Scannable) => (
                "an extended advert that answers scans carries no data of its own",
                "make it connectable, or neither connectable nor scannable",
            ),
            _ => continue,
        };
        return Err(AdvertError::new("advert-connectability", message).help(help));
    }
    Ok(())
}

fn connectable_adverts_have_flags(beacon: &Beacon) -> Checked {
    if beacon.connectability != Connectability::Connectable || beacon.flags.is_some() {
        return Ok(());
    }
    Err(AdvertError::new("advert-flags", "a connectable advert has flags")
        .help("give flags 0x06 (general discoverable, LE only), or let it not be connectable"))
}

fn local_name_is_readable(beacon: &Beacon) -> Checked {
    let Some(name) = &beacon.local_name else { return Ok(()) };
    let longest = beacon.places.iter().map(|places| places.advert_bytes()).max().unwrap_or(LEGACY_BYTES) - 2;
    if !name.is_empty() && name.len() <= longest && !name.chars().any(char::is_control) {
        return Ok(());
    }
    let message = format!("the local name '{}' has {} bytes", name.escape_debug(), name.len());
    Err(AdvertError::new("advert-local-name", message)
        .help(format!("give 1 to {longest} bytes without control characters, or none")))
}

fn interval_is_legal(beacon: &Beacon) -> Checked {
    if (20..=10_240).contains(&beacon.interval_ms) {
        return Ok(());
    }
    let message = format!("an advert every {} ms", beacon.interval_ms);
    Err(AdvertError::new("advert-interval", message).help("Bluetooth allows 20 to 10240 ms"))
}

fn rotation_is_possible(beacon: &Beacon) -> Checked {
    let Some(rotation) = beacon.rotation else { return Ok(()) };
    if !(2..=MAXIMUM_STEPS).contains(&rotation.maximum_steps) {
        let message = format!("a rotation of at most {} adverts", rotation.maximum_steps);
        return Err(AdvertError::new("advert-rotation", message)
            .help(format!("allow 2 to {MAXIMUM_STEPS}, or declare no rotation")));
    }
    let least = beacon.interval_ms + ADVERT_DELAY_MS;
    if (least..=3_600_000).contains(&rotation.dwell_ms) {
        return Ok(());
    }
    let message = format!(
        "a dwell of {} ms: with one advert every {} ms some would never be sent, or only once an hour",
        rotation.dwell_ms, beacon.interval_ms
    );
    Err(AdvertError::new("advert-dwell", message).help(format!("let each stay {least} to 3600000 ms")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Identity, Rotation};

    #[test]
    fn times_are_allowed_up_to_their_bounds() {
        let mut beacon = Beacon::new("b", Identity::Company(1), Vec::new());
        let codes = |beacon: &Beacon| check(beacon).err().map(|error| error.code);
        for (interval_ms, dwell_ms, expected) in [
            (20, 30, None),
            (20, 29, Some("advert-dwell")),
            (19, 100, Some("advert-interval")),
            (10_240, 3_600_000, None),
            (10_240, 3_600_001, Some("advert-dwell")),
            (10_241, 3_600_000, Some("advert-interval")),
        ] {
            beacon.interval_ms = interval_ms;
            beacon.rotation = Some(Rotation { dwell_ms, maximum_steps: 2 });
            assert_eq!(codes(&beacon), expected, "{interval_ms} {dwell_ms}");
        }
    }
}
