//! BTHome v2 as an output: the same fields as Home Assistant and phones read them without our decoder
//! (bthome.io/format). Plain, not encrypted.
//!
//! Each field becomes one object: an id that says what it is, and a little-endian number in a fixed unit. Objects stand
//! in ascending order of their ids. Fields that are called alike stay in one advert, for receivers number them there.

use crate::assign::{Problem, TRIES, assign};
use crate::plan::{Shape, shapes};
use crate::product::Product;
use crate::{AdvertError, Beacon, Identity, Places, Repeat, check};

mod choose;
mod data;
mod objects;
mod read;

pub use data::{Turn, pack};
pub use objects::{flags, numbers};
pub use read::{Content, Measurement, Message, ReadError, read};

/// The service that BTHome's data belongs to.
pub const SERVICE: u16 = 0xfcd2;

/// One measurement of BTHome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    pub id: u8,
    /// What receivers call it.
    pub property: &'static str,
    /// Nothing where it has none.
    pub unit: &'static str,
    /// Bytes of the number; raw bytes have none of their own.
    pub bytes: usize,
    pub is_signed: bool,
    /// The number times this, in units of `10^-decimals`, is the value.
    pub factor: i64,
    pub decimals: u32,
}

/// Whether the device sends by the clock, or when something happens: receivers then do not miss it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Updates {
    Regular,
    OnTrigger,
}

/// A beacon as BTHome has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BthomeLayout {
    /// As declared, but of BTHome's service.
    pub beacon: Beacon,
    pub places: Places,
    pub updates: Updates,
    /// For each field, what it becomes.
    pub fields: Vec<Encoding>,
    /// The fields of each advert of the rotation, in the order of their objects.
    pub steps: Vec<Vec<usize>>,
    /// Bytes of all packets of one rotation, as framed, when nothing is missing.
    pub bytes: usize,
    shape: Shape,
}

/// A field's object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    pub object: Object,
    /// With the object id.
    pub bytes: usize,
}

/// Plans the beacon's adverts. Its identity and layout id are BTHome's; data is never in a scan response, which some
/// receivers do not put together with its advert.
pub fn plan(beacon: &Beacon, updates: Updates) -> Result<BthomeLayout, AdvertError> {
    let beacon = Beacon { identity: Identity::Service16(SERVICE), layout_id: None, ..beacon.clone() };
    check::check(&beacon)?;
    let fields = choose::encodings(&beacon)?;
    let (once, repeated) = groups(&beacon, &fields);
    let mut best: Option<BthomeLayout> = None;
    for shape in shapes(&beacon) {
        let Some((steps, bytes)) = share_out(&beacon, &fields, &shape, (&once, &repeated)) else { continue };
        if best.as_ref().is_none_or(|best| (steps.len(), bytes) < (best.steps.len(), best.bytes)) {
            let (beacon, fields, places) = (beacon.clone(), fields.clone(), shape.places);
            best = Some(BthomeLayout { beacon, places, updates, fields, steps, bytes, shape });
        }
    }
    best.ok_or_else(|| overflow(&beacon, &fields))
}

/// Fields that stay together, as they are called alike; and all that each advert repeats.
fn groups(beacon: &Beacon, fields: &[Encoding]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut once: Vec<Vec<usize>> = Vec::new();
    let mut repeated = Vec::new();
    for (index, field) in beacon.fields.iter().enumerate() {
        if field.repeat == Repeat::EveryAdvert {
            repeated.push(index);
            continue;
        }
        match once.iter_mut().find(|group| are_alike(fields, group[0], index)) {
            Some(group) => group.push(index),
            None => once.push(vec![index]),
        }
    }
    (once, repeated)
}

/// Flags have names of their own.
fn are_alike(fields: &[Encoding], a: usize, b: usize) -> bool {
    let (a, b) = (fields[a].object, fields[b].object);
    a.property == b.property && objects::is_flag(a) == objects::is_flag(b)
}

/// The fields of each step, and the bytes of all packets.
fn share_out(
    beacon: &Beacon,
    fields: &[Encoding],
    shape: &Shape,
    (once, repeated): (&[Vec<usize>], &[usize]),
) -> Option<(Vec<Vec<usize>>, usize)> {
    // So many whole bytes are as many states.
    let states = |group: &Vec<usize>| Product::of_bytes(group.iter().map(|field| fields[*field].bytes).sum());
    let assignment = assign(&Problem {
        items: once.iter().map(states).collect(),
        repeated: states(&repeated.to_vec()),
        advert: shape.advert()?,
        response: None,
        maximum_steps: beacon.rotation.map_or(1, |rotation| usize::from(rotation.maximum_steps)),
        tries: TRIES,
    })
    .assignment?;
    let bytes = assignment.bytes + assignment.steps.len() * shape.after_response.len();
    let steps = assignment.steps.iter().map(|step| {
        let groups = step.advert.iter().flat_map(|group| &once[*group]);
        let mut step: Vec<usize> = repeated.iter().chain(groups).copied().collect();
        step.sort_by_key(|field| (fields[*field].object.id, *field));
        step
    });
    Some((steps.collect(), bytes))
}

fn overflow(beacon: &Beacon, fields: &[Encoding]) -> AdvertError {
    let room = shapes(beacon).iter().filter_map(Shape::advert).map(|room| room.bytes).max().unwrap_or(0);
    let needed: usize = fields.iter().map(|field| field.bytes).sum();
    let width = beacon.fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
    let mut details = vec![format!("{:<width$}  bytes  object", "field")];
    for (field, encoding) in beacon.fields.iter().zip(fields) {
        let object = encoding.object;
        details.push(format!(
            "{:<width$}  {:>5}  {:02x} {}",
            field.name, encoding.bytes, object.id, object.property
        ));
    }
    let message = format!("BTHome's objects need {needed} bytes; an advert has room for {room}");
    let help = match beacon.rotation {
        None => {
            "let several adverts take turns, by a rotation; or send it in our own format, which is smaller"
        }
        Some(_) => {
            "allow more adverts in the rotation; fields that BTHome calls alike, such as counts, have to fit into one"
        }
    };
    AdvertError::new("bthome-overflow", message).details(details).help(help)
}

impl BthomeLayout {
    /// What a receiver calls a field: the property, with a number where one advert has several of it.
    pub fn seen_as(&self, field: usize) -> String {
        let property = self.fields[field].object.property;
        let step = self.steps.iter().find(|step| step.contains(&field)).map_or(&[][..], Vec::as_slice);
        let alike: Vec<usize> =
            step.iter().copied().filter(|other| are_alike(&self.fields, *other, field)).collect();
        match alike.iter().position(|other| *other == field) {
            Some(place) if alike.len() > 1 => format!("{property}_{}", place + 1),
            _ => property.to_owned(),
        }
    }
}
