//! From beacon to layout: tries each allowed place, and takes the fewest steps, then the fewest bytes, then plain bit
//! fields.

use crate::arrange::arrange;
use crate::assign::{Assignment, Problem, Room, TRIES, assign};
use crate::layout::{Digit, Frame, Layout, Packet, Step};
use crate::product::Product;
use crate::structures::{LEGACY_BYTES, TYPE_COMPLETE_NAME, TYPE_FLAGS, structure};
use crate::{AdvertError, Beacon, Field, Places, Repeat, check, identify, overflow};

/// Bytes of a frame beside its payload and identity: length, type, layout id.
const FRAME_BYTES: usize = 3;

/// Plans a beacon. The same beacon gives the same layout, always.
pub fn plan(beacon: &Beacon) -> Result<Layout, AdvertError> {
    check::check(beacon)?;
    let Some(draft) = best(beacon, TRIES) else { return Err(overflow::error(beacon)) };
    let first_id = identify::first_id(beacon, &draft)?;
    Ok(draft.layout(beacon, first_id))
}

/// An assignment of fields with the place that it is for; frames have no ids yet.
pub(crate) struct Draft {
    pub shape: Shape,
    pub assignment: Assignment,
    /// Bytes of all packets.
    pub bytes: usize,
    /// Without a mixed radix.
    is_plain: bool,
    once: Vec<usize>,
    repeated: Vec<usize>,
}

/// Where the name goes, and what that leaves to data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub places: Places,
    /// Constant bytes in each advert before and after the frame, and in each scan response.
    pub before: Vec<u8>,
    pub after: Vec<u8>,
    pub after_response: Vec<u8>,
    /// Bytes around the payload of a frame, its identity and id included.
    pub around: usize,
}

/// The best draft over all places.
pub(crate) fn best(beacon: &Beacon, tries: u32) -> Option<Draft> {
    let mut best: Option<Draft> = None;
    for shape in shapes(beacon) {
        let Some(draft) = draft(beacon, shape, tries) else { continue };
        let rank = |draft: &Draft| (draft.assignment.steps.len(), draft.bytes, !draft.is_plain);
        if best.as_ref().is_none_or(|best| rank(&draft) < rank(best)) {
            best = Some(draft);
        }
    }
    best
}

/// All ways to place the name, the preferred first: where there is a scan response, the name is best there.
pub(crate) fn shapes(beacon: &Beacon) -> Vec<Shape> {
    let name = beacon.local_name.as_ref().map(|name| structure(TYPE_COMPLETE_NAME, name.as_bytes()));
    let name = name.unwrap_or_default();
    let before = beacon.flags.map(|flags| structure(TYPE_FLAGS, &[flags])).unwrap_or_default();
    let around = FRAME_BYTES + beacon.identity.bytes().len();
    let mut shapes = Vec::new();
    for places in &beacon.places {
        let shape = Shape {
            places: *places,
            before: before.clone(),
            after: Vec::new(),
            after_response: Vec::new(),
            around,
        };
        if *places == Places::LegacyAndScanResponse && (1..=LEGACY_BYTES).contains(&name.len()) {
            shapes.push(Shape { after_response: name.clone(), ..shape.clone() });
        }
        shapes.push(Shape { after: name.clone(), ..shape });
    }
    shapes
}

impl Shape {
    /// Room for the payload in an advert; none when not even an empty frame fits.
    pub fn advert(&self) -> Option<Room> {
        let around = self.before.len() + self.around + self.after.len();
        self.places.advert_bytes().checked_sub(around).map(|bytes| Room { bytes, around })
    }

    /// Room for the payload in a scan response.
    pub fn response(&self) -> Option<Room> {
        if self.places != Places::LegacyAndScanResponse {
            return None;
        }
        let bytes = LEGACY_BYTES.checked_sub(self.around + self.after_response.len())?;
        Some(Room { bytes, around: self.around })
    }
}

fn draft(beacon: &Beacon, shape: Shape, tries: u32) -> Option<Draft> {
    let (repeated, once): (Vec<usize>, Vec<usize>) =
        (0..beacon.fields.len()).partition(|field| beacon.fields[*field].repeat == Repeat::EveryAdvert);
    let packed = |states: fn(&Field) -> u128, tries: u32| {
        let count = |field: &usize| states(&beacon.fields[*field]);
        let items = once.iter().map(|field| Product::of(count(field))).collect();
        let repeated = Product::of_all(repeated.iter().map(count));
        let maximum_steps = beacon.rotation.map_or(1, |rotation| usize::from(rotation.maximum_steps));
        let (advert, response) = (shape.advert()?, shape.response());
        assign(&Problem { items, repeated, advert, response, maximum_steps, tries })
    };
    let mut assignment = packed(Field::count, tries)?;
    // Where fields can be shared out so that plain bit fields do as well, none needs a mixed radix.
    let plain = packed(|field| 1 << field.bits(), tries / 8)
        .filter(|plain| (plain.steps.len(), plain.bytes) == (assignment.steps.len(), assignment.bytes));
    let is_plain = plain.is_some();
    assignment.steps = plain.map_or(assignment.steps, |plain| plain.steps);
    let bytes = assignment.bytes + assignment.steps.len() * shape.after_response.len();
    Some(Draft { shape, assignment, bytes, is_plain, once, repeated })
}

impl Draft {
    /// Frames that get an id.
    pub fn frames(&self) -> usize {
        self.assignment.steps.iter().map(|step| 1 + usize::from(!step.response.is_empty())).sum()
    }

    pub fn layout(&self, beacon: &Beacon, first_id: u8) -> Layout {
        let mut ids = first_id..=u8::MAX;
        let mut next = || ids.next().expect("the ids of all frames were reserved");
        let mut steps = Vec::new();
        for step in &self.assignment.steps {
            let advert = self.frame(beacon, &self.repeated, &step.advert, next());
            let response =
                (!step.response.is_empty()).then(|| self.frame(beacon, &[], &step.response, next()));
            steps.push(self.step(advert, response));
        }
        Layout {
            beacon: beacon.clone(),
            places: self.shape.places,
            steps,
            bytes: self.bytes,
            proof: self.assignment.proof,
        }
    }

    fn step(&self, advert: Frame, response: Option<Frame>) -> Step {
        let shape = &self.shape;
        let silent = response.is_none() && shape.after_response.is_empty();
        let response = (!silent).then(|| Packet {
            before: Vec::new(),
            frame: response,
            after: shape.after_response.clone(),
        });
        let advert = Packet { before: shape.before.clone(), frame: Some(advert), after: shape.after.clone() };
        Step { advert, response }
    }

    fn frame(&self, beacon: &Beacon, repeated: &[usize], items: &[usize], id: u8) -> Frame {
        let fields = repeated.iter().copied().chain(items.iter().map(|item| self.once[*item]));
        let mut digits: Vec<Digit> =
            fields.map(|field| Digit { field, count: beacon.fields[field].count() }).collect();
        digits.sort_by_key(|digit| digit.field);
        let payload_bytes = Product::of_all(digits.iter().map(|digit| digit.count)).bytes();
        let identity = beacon.identity.bytes();
        let length = FRAME_BYTES - 1 + identity.len() + payload_bytes;
        let length = u8::try_from(length).expect("a frame fits its packet, which has at most 255 bytes");
        let head = [&[length, beacon.identity.structure()], &*identity, &[id]].concat();
        Frame { id, head, payload_bytes, cells: arrange(&digits, payload_bytes) }
    }
}
