//! From beacon to layout: tries each allowed place, and takes the fewest steps, then the fewest bytes, then plain bit
//! fields.

use crate::arrange::arrange;
use crate::assign::{Assignment, Least, Outcome, Problem, Proof, Room, TRIES, assign};
use crate::layout::{Digit, Frame, Layout, Packet, Step};
use crate::product::Product;
use crate::structures::{LEGACY_BYTES, TYPE_COMPLETE_NAME, TYPE_FLAGS, structure};
use crate::{AdvertError, Beacon, Field, Places, Repeat, check, identify, overflow};

/// Bytes of a frame beside its payload and identity: length, type, layout id.
const FRAME_BYTES: usize = 3;

/// Plans a beacon. The same beacon gives the same layout, always.
pub fn plan(beacon: &Beacon) -> Result<Layout, AdvertError> {
    check::check(beacon)?;
    let Drafts { best, open } = drafts(beacon, TRIES);
    let Some(draft) = best else { return Err(overflow::error(beacon, open)) };
    let first_id = identify::first_id(beacon, &draft)?;
    let mut layout = draft.layout(beacon, first_id);
    if let Some((steps, bytes)) = open.filter(|open| *open < draft.least()) {
        layout.proof = Proof::AtLeast { steps, bytes };
    }
    Ok(layout)
}

/// What was found over all places.
pub(crate) struct Drafts {
    pub best: Option<Draft>,
    /// Set when some search ended early: what was not seen needs no less than this.
    pub open: Option<Least>,
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
pub(crate) fn drafts(beacon: &Beacon, tries: u32) -> Drafts {
    let mut drafts = Drafts { best: None, open: None };
    for shape in shapes(beacon) {
        let (draft, open) = draft(beacon, shape, tries);
        let rank = |draft: &Draft| (draft.least(), !draft.is_plain);
        if let Some(draft) = draft
            && drafts.best.as_ref().is_none_or(|best| rank(&draft) < rank(best))
        {
            drafts.best = Some(draft);
        }
        drafts.open = drafts.open.into_iter().chain(open).min();
    }
    drafts
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

/// The best for one shape, and what its search has left open.
fn draft(beacon: &Beacon, shape: Shape, tries: u32) -> (Option<Draft>, Option<Least>) {
    let (repeated, once): (Vec<usize>, Vec<usize>) =
        (0..beacon.fields.len()).partition(|field| beacon.fields[*field].repeat == Repeat::EveryAdvert);
    let Some(advert) = shape.advert() else { return (None, None) };
    let packed = |states: fn(&Field) -> u128, tries: u32| {
        let count = |field: &usize| states(&beacon.fields[*field]);
        assign(&Problem {
            items: once.iter().map(|field| Product::of(count(field))).collect(),
            repeated: Product::of_all(repeated.iter().map(count)),
            advert,
            response: shape.response(),
            maximum_steps: beacon.rotation.map_or(1, |rotation| usize::from(rotation.maximum_steps)),
            tries,
        })
    };
    let Outcome { assignment, open } = packed(Field::count, tries);
    let in_responses = |steps: usize| steps * shape.after_response.len();
    let open = open.map(|(steps, bytes)| (steps, bytes + in_responses(steps)));
    let Some(mixed) = assignment else { return (None, open) };
    // Where fields can be shared out so that plain bit fields do as well, none needs a mixed radix.
    let plain = packed(|field| 1 << field.bits(), tries / 8)
        .assignment
        .filter(|plain| (plain.steps.len(), plain.bytes) <= (mixed.steps.len(), mixed.bytes));
    let is_plain = plain.is_some();
    let assignment = plain.unwrap_or(mixed);
    let bytes = assignment.bytes + in_responses(assignment.steps.len());
    (Some(Draft { shape, assignment, bytes, is_plain, once, repeated }), open)
}

impl Draft {
    pub fn least(&self) -> Least {
        (self.assignment.steps.len(), self.bytes)
    }

    /// Frames that get an id.
    pub fn frames(&self) -> usize {
        self.assignment.steps.iter().map(|step| 1 + usize::from(!step.response.is_empty())).sum()
    }

    /// With the proof still to be looked at.
    pub fn layout(&self, beacon: &Beacon, first_id: u8) -> Layout {
        let mut ids = first_id..=u8::MAX;
        let mut next = || ids.next().expect("the ids of all frames were reserved");
        let mut steps = Vec::new();
        for step in &self.assignment.steps {
            let advert = [&*self.repeated, &*self.fields(&step.advert)].concat();
            let advert = frame(beacon, advert, next(), self.shape.before.len());
            let response = self.fields(&step.response);
            let response = (!response.is_empty()).then(|| frame(beacon, response, next(), 0));
            steps.push(self.step(advert, response));
        }
        Layout {
            beacon: beacon.clone(),
            places: self.shape.places,
            steps,
            bytes: self.bytes,
            proof: Proof::Optimal,
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

    fn fields(&self, items: &[usize]) -> Vec<usize> {
        items.iter().map(|item| self.once[*item]).collect()
    }
}

/// The frame of these fields, with so many bytes before it.
fn frame(beacon: &Beacon, mut fields: Vec<usize>, id: u8, before: usize) -> Frame {
    fields.sort_unstable();
    let digits: Vec<Digit> =
        fields.into_iter().map(|field| Digit { field, count: beacon.fields[field].count() }).collect();
    let payload_bytes = Product::of_all(digits.iter().map(|digit| digit.count)).bytes();
    let identity = beacon.identity.bytes();
    let length = FRAME_BYTES - 1 + identity.len() + payload_bytes;
    let length = u8::try_from(length).expect("a frame fits its packet, which has at most 255 bytes");
    let head = [&[length, beacon.identity.structure()], &*identity, &[id]].concat();
    let cells = arrange(&digits, payload_bytes, before + head.len());
    Frame { id, head, payload_bytes, cells }
}
