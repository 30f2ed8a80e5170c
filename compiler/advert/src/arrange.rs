//! The bits of one frame: which fields share a mixed radix, and the order that makes small code.
//!
//! Among layouts of equally many bytes: plain bit fields where they do; else the mixed radix of the fewest fields,
//! within 32 bits, else within 64, else as wide as it takes. Then the order: cells that fill words come first, alone or
//! together, then half words, bytes, and what is left over. A board of 32 bits so puts a word together in a register and
//! stores it at once.

use crate::layout::{Cell, Digit};
use crate::product::Product;

mod order;
mod radix;

/// Cells for these digits in so many bytes, which begin at this byte of the packet. The caller has seen that the product
/// of the counts fits.
pub(crate) fn arrange(digits: &[Digit], bytes: usize, start: usize) -> Vec<Cell> {
    let groups = radix::groups(digits, 8 * bytes);
    let grouped: Vec<usize> = groups.iter().flatten().copied().collect();
    let alone = (0..digits.len()).filter(|digit| !grouped.contains(digit)).map(|digit| vec![digit]);
    let mut cells: Vec<Cell> = groups.into_iter().chain(alone).map(|group| cell(digits, &group)).collect();
    cells.sort_by_key(|cell| cell.digits[0].field);
    let mut bit = 0;
    for cell in order::by_words(&mut cells, start) {
        cell.bit = bit;
        bit += cell.width;
    }
    cells.sort_by_key(|cell| (cell.bit, cell.width));
    cells
}

fn cell(digits: &[Digit], group: &[usize]) -> Cell {
    let digits: Vec<Digit> = group.iter().map(|index| digits[*index]).collect();
    let width = Product::of_all(digits.iter().map(|digit| digit.count)).bits();
    Cell { bit: 0, width, digits }
}
