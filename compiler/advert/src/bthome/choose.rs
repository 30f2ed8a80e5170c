//! Which object a field becomes: of those that hold each of its values exactly, the one of the fewest bytes.

use super::objects::{RAW, flags, numbers};
use super::{Encoding, Object, are_alike};
use crate::{AdvertError, Beacon, Field, Kind, Number, Presence, Rounding, decimal};

/// Units that are written in two ways.
const SAME_UNITS: [(&str, &str); 1] = [("hPa", "mbar")];

/// The objects of all fields.
pub(super) fn encodings(beacon: &Beacon) -> Result<Vec<Encoding>, AdvertError> {
    let encoded = beacon.fields.iter().map(|field| encoding(field).map_err(|error| error.field(&field.name)));
    let fields: Vec<Encoding> = encoded.collect::<Result<_, _>>()?;
    for (index, field) in beacon.fields.iter().enumerate() {
        let alike: Vec<usize> = (0..fields.len()).filter(|other| are_alike(&fields, *other, index)).collect();
        let unit = fields[index].object.unit;
        if let Some(other) = alike.iter().find(|other| fields[**other].object.unit != unit) {
            let other = &beacon.fields[*other].name;
            let message = format!("'{}' and '{other}' have one name at receivers, and two units", field.name);
            return Err(AdvertError::new("bthome-two-units", message)
                .field(&field.name)
                .help("declare both in the same unit"));
        }
        if let Some(other) = alike.iter().find(|other| beacon.fields[**other].repeat != field.repeat) {
            let other = &beacon.fields[*other].name;
            let message =
                format!("of '{}' and '{other}', which have one name, one is in every advert", field.name);
            return Err(AdvertError::new("bthome-repeat", message)
                .field(&field.name)
                .help("receivers count those of one advert: repeat both or none"));
        }
        if alike.len() > 1 && field.presence == Presence::MayBeMissing {
            let message = format!("'{}' may be missing, and others have the same name", field.name);
            return Err(AdvertError::new("bthome-missing", message).field(&field.name).help(
                "receivers count those that are there: let it never be missing, or have another property",
            ));
        }
    }
    Ok(fields)
}

fn encoding(field: &Field) -> Result<Encoding, AdvertError> {
    if field.kind == Kind::Flag {
        let property = field.property.as_deref().unwrap_or("generic");
        let known = || flags().map(|object| object.property.to_owned());
        let found = flags().find(|object| object.property == property);
        let object = found.ok_or_else(|| unknown(property, "flag", known().collect()))?;
        return Ok(Encoding { object, bytes: 2 });
    }
    let number = as_number(field);
    let Some(number) = number else {
        let Kind::Id(bits) = field.kind else { return Err(too_wide(field)) };
        return Ok(Encoding { object: RAW, bytes: 2 + bits.div_ceil(8) as usize });
    };
    let property = field.property.as_deref().unwrap_or("count");
    let candidates: Vec<Object> = numbers().filter(|object| object.property == property).collect();
    if candidates.is_empty() {
        let mut known: Vec<String> = numbers().map(|object| object.property.to_owned()).collect();
        known.sort();
        known.dedup();
        return Err(unknown(property, "number", known));
    }
    let of_unit = of_unit(&candidates, &number.unit)?;
    let holding = of_unit.iter().copied().filter(|object| holds(object, &number));
    let object = holding.min_by_key(|object| (object.bytes, object.id));
    match object {
        Some(object) => Ok(Encoding { object, bytes: 1 + object.bytes }),
        None => Err(out_of_range(field, &number, &of_unit)),
    }
}

/// Any field but a flag as a number; none for an id that is wider than every count.
pub(super) fn as_number(field: &Field) -> Option<Number> {
    let high = match &field.kind {
        Kind::Number(number) => return Some(number.clone()),
        Kind::Choice(names) => names.len() as i64 - 1,
        Kind::Id(bits) if *bits <= 32 => (1 << bits) - 1,
        Kind::Id(_) | Kind::Flag => return None,
    };
    Some(Number { low: 0, high, step: 1, decimals: 0, unit: String::new(), rounding: Rounding::Nearest })
}

fn of_unit(candidates: &[Object], unit: &str) -> Result<Vec<Object>, AdvertError> {
    let unit = SAME_UNITS.iter().find(|(other, _)| *other == unit).map_or(unit, |(_, same)| same);
    let mut units: Vec<&str> = candidates.iter().map(|object| object.unit).collect();
    units.dedup();
    if unit.is_empty() && units.len() == 1 {
        return Ok(candidates.to_vec());
    }
    let found: Vec<Object> = candidates.iter().copied().filter(|object| object.unit == unit).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let property = candidates[0].property;
    let message = match unit {
        "" => format!("BTHome has a {property} in several units"),
        _ => format!("BTHome has no {property} in {unit}"),
    };
    let units: Vec<&str> =
        units.into_iter().map(|unit| if unit.is_empty() { "no unit" } else { unit }).collect();
    Err(AdvertError::new("bthome-unit", message).help(format!("declare it in {}", units.join(" or "))))
}

/// Whether each value of the range is one of the object's, exactly.
fn holds(object: &Object, number: &Number) -> bool {
    let (Some((low, 0)), Some((_, 0))) = (raw(object, number, number.low), raw(object, number, number.step))
    else {
        return false;
    };
    let Some((high, 0)) = raw(object, number, number.high) else { return false };
    let (least, most) = bounds(object);
    least <= low && high <= most
}

/// The object's number for a value, and what is left over.
pub(super) fn raw(object: &Object, number: &Number, value: i64) -> Option<(i128, i128)> {
    let numerator = i128::from(value).checked_mul(10i128.pow(object.decimals))?;
    let denominator = i128::from(object.factor) * 10i128.pow(number.decimals);
    Some((numerator.div_euclid(denominator), numerator.rem_euclid(denominator)))
}

fn bounds(object: &Object) -> (i128, i128) {
    let states = 1i128 << (8 * object.bytes);
    if object.is_signed { (-states / 2, states / 2 - 1) } else { (0, states - 1) }
}

fn unknown(property: &str, what: &str, known: Vec<String>) -> AdvertError {
    AdvertError::new("bthome-property", format!("BTHome has no {what} called '{property}'"))
        .help(format!("take one of {}", known.join(", ")))
}

fn too_wide(field: &Field) -> AdvertError {
    AdvertError::new("bthome-range", format!("BTHome has no number for {}", field.describe()))
        .help("send it in our own format")
}

fn out_of_range(field: &Field, number: &Number, objects: &[Object]) -> AdvertError {
    let shown = |object: &Object| {
        let (least, most) = bounds(object);
        let text = |number: i128| {
            let value = i64::try_from(number * i128::from(object.factor)).unwrap_or(i64::MAX);
            decimal(value, object.decimals)
        };
        format!("{:02x}: {} to {} by {}", object.id, text(least), text(most), text(1))
    };
    let message = format!("no {} of BTHome holds {} exactly", objects[0].property, field.describe());
    let help = if number.decimals > 0 && field.property.is_none() {
        "a count has no digits after the point: name a property such as \"temperature\""
    } else {
        "take a range and a step that one of these has"
    };
    AdvertError::new("bthome-range", message).details(objects.iter().map(shown).collect()).help(help)
}
