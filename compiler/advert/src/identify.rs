//! The layout id: one byte by which a receiver finds the frame's layout, declared or made from the layout itself.
//!
//! A rotation has as many ids as frames, one after the other, so that each frame tells which one it is without
//! a bit more.

use crate::plan::Draft;
use crate::{AdvertError, Beacon, Field, Kind, Presence};

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
