//! The order of cells in a frame: what a small board stores with the fewest instructions comes first.

use crate::layout::Cell;

/// A register of the smallest boards.
const WORD: usize = 32;

/// Widths that are filled exactly, in this order: words, half words and bytes each at a multiple of its own size when
/// the frame's payload begins at one. Three bytes are stored one by one.
const FILLED: [usize; 4] = [WORD, WORD / 2, 24, 8];

/// The cells as they should follow one another: whole words, then what fills words together, half words and bytes in
/// the same way, then what is left over, the widest first.
pub(super) fn by_words(cells: &mut [Cell]) -> Vec<&mut Cell> {
    let widths: Vec<usize> = cells.iter().map(|cell| cell.width).collect();
    let mut open: Vec<usize> = (0..widths.len()).collect();
    open.sort_by_key(|cell| (usize::MAX - widths[*cell], *cell));
    let mut order = take_multiples(&widths, &mut open, WORD);
    for filled in FILLED {
        order.extend(take_multiples(&widths, &mut open, filled));
        order.extend(take_groups(&widths, &mut open, filled));
    }
    order.extend(open);
    let mut cells: Vec<Option<&mut Cell>> = cells.iter_mut().map(Some).collect();
    order.into_iter().map(|cell| cells[cell].take().expect("each cell is ordered once")).collect()
}

/// Cells that fill such units alone: a cell of 64 bits is two words.
fn take_multiples(widths: &[usize], open: &mut Vec<usize>, unit: usize) -> Vec<usize> {
    let (taken, left) = open.iter().copied().partition(|cell| widths[*cell].is_multiple_of(unit));
    *open = left;
    taken
}

/// Groups of cells that are no whole bytes alone and fill a unit together, each begun by the widest open cell that
/// finds partners.
fn take_groups(widths: &[usize], open: &mut Vec<usize>, unit: usize) -> Vec<usize> {
    let mut taken = Vec::new();
    let is_partial = |cell: &usize| !widths[*cell].is_multiple_of(8) && widths[*cell] < unit;
    let mut begins: Vec<usize> = open.iter().copied().filter(is_partial).collect();
    while !begins.is_empty() {
        let widest = begins.remove(0);
        let Some(partners) = exactly(widths, &begins, unit - widths[widest]) else { continue };
        begins.retain(|cell| !partners.contains(cell));
        taken.push(widest);
        taken.extend(partners);
    }
    open.retain(|cell| !taken.contains(cell));
    taken
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
        let mut cells: Vec<Cell> =
            widths.iter().map(|width| Cell { bit: 0, width: *width, digits: Vec::new() }).collect();
        by_words(&mut cells).into_iter().map(|cell| cell.width).collect()
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
    fn what_fills_nothing_comes_last_the_widest_first() {
        assert_eq!(order(&[61, 2, 16, 5]), [16, 61, 5, 2]);
        assert_eq!(order(&[0, 61, 40]), [0, 40, 61]);
    }
}
