//! The layout id: one byte by which a receiver finds the frame's layout, declared or made from the layout itself.
//!
//! A rotation has as many ids as frames, one after the other, so that each frame tells which one it is without
//! a bit more.

use crate::plan::Draft;
use crate::{AdvertError, Beacon, Field, Kind, Layout, Presence};
use std::collections::BTreeSet;

/// FNV-1a, 32 bits (draft-eastlake-fnv): start and factor.
const FNV_START: u32 = 0x811c_9dc5;
const FNV_FACTOR: u32 = 0x0100_0193;

/// The first frame's id.
pub(crate) fn first_id(beacon: &Beacon, draft: &Draft) -> Result<u8, AdvertError> {
    let frames = draft.frames();
    let last = 256 - frames;
    let Some(declared) = beacon.layout_id else {
        let id = hash(&canonical(beacon, draft)) as usize % (last + 1);
        return Ok(u8::try_from(id).expect("it is below 256"));
    };
    if usize::from(declared) <= last {
        return Ok(declared);
    }
    let message =
        format!("layout id {declared} leaves no ids for all of the {frames} frames: they end at 255");
    Err(AdvertError::new("advert-layout-id", message).help(format!("take one up to {last}")))
}

/// Whether receivers can tell the frames of these layouts apart: two of the same company or service share no id.
pub fn check_ids(layouts: &[&Layout]) -> Result<(), AdvertError> {
    for (index, layout) in layouts.iter().enumerate() {
        let of_one_owner =
            layouts[..index].iter().filter(|other| other.beacon.identity == layout.beacon.identity);
        for other in of_one_owner {
            let Some(shared) = layout.frames().find(|frame| other.frames().any(|same| same.id == frame.id))
            else {
                continue;
            };
            let (name, other_name) = (&layout.beacon.name, &other.beacon.name);
            let message = format!("'{name}' and '{other_name}' both have layout id {}", shared.id);
            return Err(AdvertError::new("advert-layout-clash", message)
                .help(format!("declare a layout id for '{name}' that {}", free_id(layouts, layout))));
        }
    }
    Ok(())
}

/// The lowest that leaves room for all of the layout's frames.
fn free_id(layouts: &[&Layout], layout: &Layout) -> String {
    let others = layouts
        .iter()
        .filter(|other| !std::ptr::eq(**other, layout) && other.beacon.identity == layout.beacon.identity);
    let taken: BTreeSet<usize> =
        others.flat_map(|other| other.frames().map(|frame| usize::from(frame.id))).collect();
    let frames = layout.frames().count();
    match (0..=256 - frames).find(|first| (*first..first + frames).all(|id| !taken.contains(&id))) {
        Some(id) => format!("no other has, such as {id}"),
        None => "another company or service has: of this one too many are taken".to_owned(),
    }
}

/// All that a receiver has to agree on, as text: `FORMAT.md` fixes it.
pub(crate) fn canonical(beacon: &Beacon, draft: &Draft) -> String {
    let mut text = String::from("1");
    for field in &beacon.fields {
        text += &format!("\n{}|{}", field.name, kind(field));
        text += if field.presence == Presence::MayBeMissing { "|missing" } else { "" };
    }
    let layout = draft.layout(beacon, 0);
    for frame in layout.frames() {
        text += "\n";
        for cell in &frame.cells {
            let digits: Vec<String> = cell.digits.iter().map(|digit| digit.field.to_string()).collect();
            text += &format!("{}+{}:{};", cell.bit, cell.width, digits.join(","));
        }
    }
    text
}

fn kind(field: &Field) -> String {
    match &field.kind {
        Kind::Number(number) => {
            let (low, high, step) = (number.low, number.high, number.step);
            format!("number|{low}|{high}|{step}|{}|{}", number.decimals, number.unit)
        }
        Kind::Flag => "flag".to_owned(),
        Kind::Choice(names) => format!("choice|{}", names.join("\t")),
        Kind::Id(bits) => format!("id|{bits}"),
    }
}

fn hash(text: &str) -> u32 {
    text.bytes().fold(FNV_START, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(FNV_FACTOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // Test vectors of the draft's appendix.
        assert_eq!((hash(""), hash("a"), hash("foobar")), (0x811c_9dc5, 0xe40c_292c, 0xbf9c_f968));
    }
}
