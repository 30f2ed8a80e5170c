//! The order of cells in a frame: what a small board stores with the fewest instructions.

use crate::layout::Cell;

/// A register of the smallest boards.
const WORD: usize = 32;

/// The cells as they should follow one another, from this byte of the packet on: whole words, then what fills words
/// together, half words and bytes in the same way, then what is left over, the widest first. Where the frame begins
/// beside a word, a byte and a half word come before, so that the words are at multiples of their size.
pub(super) fn by_words(cells: &mut [Cell], start: usize) -> Vec<&mut Cell> {
    let widths: Vec<usize> = cells.iter().map(|cell| cell.width).collect();
    let mut open: Vec<usize> = (0..widths.len()).collect();
    open.sort_by_key(|cell| (usize::MAX - widths[*cell], *cell));
    let mut units = |unit: usize| {
        let mut units: Vec<Vec<usize>> =
            take_multiples(&widths, &mut open, unit).into_iter().map(|cell| vec![cell]).collect();
        units.extend(take_groups(&widths, &mut open, unit));
        units
    };
    // Three bytes are stored one by one.
    let (words, mut half_words, threes, mut bytes) = (units(WORD), units(WORD / 2), units(24), units(8));
    let mut before = Vec::new();
    let mut at = start;
    let is_worth_it = !words.is_empty() || !half_words.is_empty();
    if at % 2 == 1 && is_worth_it && !bytes.is_empty() {
        before.push(bytes.remove(0));
        at += before.iter().flatten().map(|cell| widths[*cell]).sum::<usize>() / 8;
    }
    if at % 4 == 2 && !words.is_empty() && !half_words.is_empty() {
        before.push(half_words.remove(0));
    }
    let order = [before, words, half_words, threes, bytes].concat().concat();
    let mut cells: Vec<Option<&mut Cell>> = cells.iter_mut().map(Some).collect();
    order.into_iter().chain(open).map(|cell| cells[cell].take().expect("each cell is ordered once")).collect()
}

/// Cells that fill such units alone: a cell of 64 bits is two words.
fn take_multiples(widths: &[usize], open: &mut Vec<usize>, unit: usize) -> Vec<usize> {
    let (taken, left) = open.iter().copied().partition(|cell| widths[*cell].is_multiple_of(unit));
    *open = left;
    taken
}

/// Groups of cells that are no whole bytes alone and fill a unit together, each begun by the widest open cell that
/// finds partners.
fn take_groups(widths: &[usize], open: &mut Vec<usize>, unit: usize) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let is_partial = |cell: &usize| !widths[*cell].is_multiple_of(8) && widths[*cell] < unit;
    let mut begins: Vec<usize> = open.iter().copied().filter(is_partial).collect();
    while !begins.is_empty() {
        let widest = begins.remove(0);
        let Some(partners) = exactly(widths, &begins, unit - widths[widest]) else { continue };
        begins.retain(|cell| !partners.contains(cell));
        groups.push(std::iter::once(widest).chain(partners).collect());
    }
    open.retain(|cell| !groups.iter().flatten().any(|taken| taken == cell));
    groups
}

/// The fewest cells whose widths add up to the target; of equally few, the first.
fn exactly(widths: &[usize], open: &[usize], target: usize) -> Option<Vec<usize>> {
    let mut found: Vec<Option<Vec<usize>>> = vec![None; target + 1];
    found[0] = Some(Vec::new());
    for cell in open {
        for sum in (widths[*cell]..=target).rev() {
            let Some(before) = &found[sum - widths[*cell]] else { continue };
            if found[sum].as_ref().is_none_or(|now| before.len() + 1 < now.len()) {
                let with: Vec<usize> = before.iter().copied().chain([*cell]).collect();
                found[sum] = Some(with);
            }
        }
    }
    found.pop().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(widths: &[usize]) -> Vec<usize> {
        order_from(8, widths)
    }

    fn order_from(start: usize, widths: &[usize]) -> Vec<usize> {
        let mut cells: Vec<Cell> =
            widths.iter().map(|width| Cell { bit: 0, width: *width, digits: Vec::new() }).collect();
        by_words(&mut cells, start).into_iter().map(|cell| cell.width).collect()
    }

    #[test]
    fn words_come_before_half_words_before_bytes() {
        assert_eq!(order(&[4, 32, 12, 10, 16, 10, 4]), [32, 12, 10, 10, 16, 4, 4]);
        assert_eq!(order(&[8, 16, 24, 32, 64, 40]), [64, 32, 16, 24, 40, 8]);
        assert_eq!(order(&[3, 8, 7, 1]), [8, 7, 1, 3]);
        assert_eq!(order(&[9, 7, 20, 4, 12]), [20, 12, 9, 7, 4]);
        assert_eq!(order(&[]), [0usize; 0]);
    }

    #[test]
    fn words_are_at_multiples_of_their_size_where_something_can_come_before() {
        assert_eq!(order_from(10, &[32, 16, 16, 8]), [16, 32, 16, 8]);
        assert_eq!(order_from(10, &[32, 8]), [32, 8]);
        assert_eq!(order_from(5, &[32, 16, 8, 8]), [8, 16, 32, 8]);
        assert_eq!(order_from(5, &[32, 7, 1]), [7, 1, 32]);
        assert_eq!(order_from(5, &[16, 12, 4, 8]), [8, 16, 12, 4]);
        assert_eq!(order_from(7, &[32, 16, 8]), [8, 32, 16]);
        assert_eq!(order_from(5, &[8, 3]), [8, 3]);
    }

    #[test]
    fn what_fills_nothing_comes_last_the_widest_first() {
        assert_eq!(order(&[61, 2, 16, 5]), [16, 61, 5, 2]);
        assert_eq!(order(&[0, 61, 40]), [0, 40, 61]);
    }
}
