//! What no assignment can do better than, from the sum of all logarithms.

use super::{Problem, Room};
use crate::product::Product;

/// Logarithms are in units of 2^-16 bits.
const BYTE: u64 = 8 << 16;

/// Bytes as a logarithm.
pub(super) fn capacity(bytes: usize) -> u64 {
    bytes as u64 * BYTE
}

/// Bytes that hold a logarithm.
pub(super) fn bytes_of(logarithm: u64) -> usize {
    logarithm.div_ceil(BYTE) as usize
}

/// The fewest steps that could do; none when some item has no room even alone.
pub(super) fn fewest_steps(problem: &Problem) -> Option<usize> {
    let fits = |product: &Product, room: &Room| product.bytes() <= room.bytes;
    let alone = |item: &Product| {
        fits(&item.times(&problem.repeated), &problem.advert)
            || problem.response.as_ref().is_some_and(|room| fits(item, room))
    };
    if !fits(&problem.repeated, &problem.advert) || !problem.items.iter().all(alone) {
        return None;
    }
    (1..=problem.maximum_steps).find(|steps| responses(problem, *steps).is_some())
}

/// The fewest bytes that so many steps could need.
pub(super) fn fewest_bytes(problem: &Problem, steps: usize) -> usize {
    let around = responses(problem, steps).unwrap_or(0) * problem.response.map_or(0, |room| room.around);
    steps * problem.advert.around + around + states(problem, steps).bytes()
}

/// The fewest scan responses whose room could do, beside the adverts.
fn responses(problem: &Problem, steps: usize) -> Option<usize> {
    let needed = states(problem, steps).logarithm();
    let room = problem.response.map_or(0, |room| room.bytes);
    let most = if problem.response.is_some() { steps } else { 0 };
    (0..=most).find(|count| needed <= capacity(steps * problem.advert.bytes + count * room))
}

fn states(problem: &Problem, steps: usize) -> Product {
    let repeated = (0..steps).fold(Product::one(), |product, _| product.times(&problem.repeated));
    problem.items.iter().fold(repeated, |product, item| product.times(item))
}
