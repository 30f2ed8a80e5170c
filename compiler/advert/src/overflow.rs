//! The error of a beacon that does not fit: bytes per field, and the smallest change that would fit.

use crate::assign::Least;
use crate::plan::{Shape, shapes};
use crate::product::Product;
use crate::{AdvertError, Beacon, Field, Places, Repeat};

mod change;

/// Why the beacon has no layout. It has passed all checks; `open` is set when the search ended early.
pub(crate) fn error(beacon: &Beacon, open: Option<Least>) -> AdvertError {
    let Some((shape, room)) = roomiest(beacon) else { return name_too_long(beacon) };
    let details = table(beacon, &shape, room);
    let help = change::help(beacon);
    let repeated = beacon.fields.iter().filter(|field| field.repeat == Repeat::EveryAdvert);
    let repeated = Product::of_all(repeated.map(Field::count));
    let place = place_name(shape.places);
    if repeated.bytes() > room {
        let message = format!(
            "the fields that every advert repeats need {} bytes; {place} has room for {room}",
            repeated.bytes()
        );
        return AdvertError::new("advert-repeated", message).details(details).help(help);
    }
    let needed = Product::of_all(beacon.fields.iter().map(Field::count)).bytes();
    let room = room + shape.response().map_or(0, |room| room.bytes);
    let (code, message) = match beacon.rotation {
        None if needed > room => {
            ("advert-overflow", format!("the fields need {needed} bytes; {place} has room for {room}"))
        }
        None => ("advert-overflow", format!("the fields need {needed} of {room} bytes, {}", undivided(open))),
        Some(rotation) => {
            let steps = rotation.maximum_steps;
            let message = match open {
                None => format!("a rotation of {steps} adverts has not room for all fields"),
                Some(_) => format!("the fields may have room in {steps} adverts, {}", undivided(open)),
            };
            ("advert-rotation-overflow", message)
        }
    };
    AdvertError::new(code, message).details(details).help(help)
}

/// Why there is room, and yet not for each.
fn undivided(open: Option<Least>) -> &'static str {
    match open {
        None => "but none is divided between advert and response",
        Some(_) => "but no way was found to share them out; there may be one",
    }
}

fn name_too_long(beacon: &Beacon) -> AdvertError {
    let name = beacon.local_name.as_deref().unwrap_or_default();
    let shape = shapes(beacon).into_iter().max_by_key(|shape| shape.places.advert_bytes());
    let left = shape
        .map_or(0, |shape| shape.places.advert_bytes().saturating_sub(shape.before.len() + shape.around + 2));
    let message = format!("the local name '{name}' leaves no room for the beacon");
    AdvertError::new("advert-local-name", message)
        .help(format!("it may have {left} bytes with no field at all; shorten it, or take it away"))
}

/// The shape with the most room, and the bytes of its advert.
fn roomiest(beacon: &Beacon) -> Option<(Shape, usize)> {
    let all = |shape: &Shape| {
        let advert = shape.advert()?.bytes;
        Some((advert + shape.response().map_or(0, |room| room.bytes), advert))
    };
    let shapes = shapes(beacon);
    // The first of those with most room.
    let most = shapes.iter().rev().filter(|shape| all(shape).is_some()).max_by_key(|shape| all(shape))?;
    Some((most.clone(), most.advert()?.bytes))
}

fn place_name(places: Places) -> String {
    match places {
        Places::Legacy => "a legacy advert".to_owned(),
        Places::LegacyAndScanResponse => "a legacy advert with its scan response".to_owned(),
        Places::Extended { bytes } => format!("an extended advert of {bytes} bytes"),
    }
}

/// What takes the bytes: what is around the payload first, then each field.
fn table(beacon: &Beacon, shape: &Shape, room: usize) -> Vec<String> {
    let identity = beacon.identity.bytes().len();
    let mut rows: Vec<(String, usize)> = Vec::new();
    if !shape.before.is_empty() {
        rows.push(("flags".to_owned(), 8 * shape.before.len()));
    }
    rows.push(("length and type".to_owned(), 16));
    rows.push(("company or service".to_owned(), 8 * identity));
    rows.push(("layout id".to_owned(), 8));
    if !shape.after.is_empty() {
        rows.push(("local name".to_owned(), 8 * shape.after.len()));
    }
    for field in &beacon.fields {
        let often = if field.repeat == Repeat::EveryAdvert { ", in every advert" } else { "" };
        rows.push((format!("{} {}{often}", field.name, field.describe()), field.bits() as usize));
    }
    let states = Product::of_all(beacon.fields.iter().map(Field::count));
    rows.push(("all fields, packed".to_owned(), states.bits()));
    rows.push(("room for fields in an advert".to_owned(), 8 * room));
    let width = rows.iter().map(|(what, _)| what.chars().count()).max().unwrap_or(0);
    let row = |(what, bits): &(String, usize)| format!("{what:<width$} {bits:>5}  {:>5}", bytes(*bits));
    std::iter::once(format!("{:<width$}  bits  bytes", "what")).chain(rows.iter().map(row)).collect()
}

/// Eighths of a byte as a decimal, without zeros at the end.
fn bytes(bits: usize) -> String {
    let fraction = ["", ".125", ".25", ".375", ".5", ".625", ".75", ".875"][bits % 8];
    format!("{}{fraction}", bits / 8)
}
