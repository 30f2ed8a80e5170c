//! How code writes a packet: as few aligned stores as the board allows, each of constants and shifted cells.
//!
//! Whoever generates code computes each cell's number (a code, or a mixed radix of several) and follows this list. The
//! last store of a packet may be of fewer bytes; nothing is written beside the packet.

use crate::{Cell, Packet};

/// The widest store that the board makes, and what the packet's buffer is aligned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Widest {
    Byte,
    HalfWord,
    Word,
}

/// One store: the constant, with the terms put in by "or". Bits beyond its bytes are cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// Byte of the packet.
    pub at: usize,
    /// 1, 2 or 4.
    pub bytes: usize,
    pub constant: u32,
    pub terms: Vec<Term>,
}

/// A cell's number, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Place among the frame's cells.
    pub cell: usize,
    pub shift: Shift,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// The cell begins in the store, at this bit.
    Left(usize),
    /// So many of the cell's bits are in stores before.
    Right(usize),
}

impl Packet {
    /// The stores that write the packet, in the order of its bytes.
    pub fn stores(&self, widest: Widest) -> Vec<Store> {
        let widths: &[usize] = match widest {
            Widest::Byte => &[1],
            Widest::HalfWord => &[1, 2],
            Widest::Word => &[1, 2, 4],
        };
        let length = self.bytes();
        // From the end: the cheapest way to write all bytes from each place on.
        let mut best: Vec<(usize, Option<Store>)> = vec![(0, None); length + 1];
        for at in (0..length).rev() {
            let possible = widths.iter().filter(|bytes| at % *bytes == 0 && at + *bytes <= length);
            let ways = possible.map(|bytes| {
                let store = self.store(at, *bytes);
                (best[at + bytes].0 + store.cost(), store)
            });
            let (cost, store) = ways
                .min_by_key(|(cost, store)| (*cost, 4 - store.bytes))
                .expect("a byte can always be stored");
            best[at] = (cost, Some(store));
        }
        let mut stores = Vec::new();
        let mut at = 0;
        while let Some(store) = best[at].1.take() {
            at += store.bytes;
            stores.push(store);
        }
        stores
    }

    fn store(&self, at: usize, bytes: usize) -> Store {
        let payload = self.payload_start();
        let cells = self.frame.iter().flat_map(|frame| &frame.cells).enumerate();
        let terms =
            cells.filter_map(|(cell, of)| Some(Term { cell, shift: shift(of, payload, (at, bytes))? }));
        let constant = (0..bytes).map(|byte| u32::from(self.constant_at(at + byte)) << (8 * byte)).sum();
        Store { at, bytes, constant, terms: terms.collect() }
    }

    /// Where the frame's cells begin.
    fn payload_start(&self) -> usize {
        self.before.len() + self.frame.as_ref().map_or(0, |frame| frame.head.len())
    }

    /// The byte as it is when all codes are 0.
    fn constant_at(&self, at: usize) -> u8 {
        let head = self.frame.as_ref().map_or(&[][..], |frame| &frame.head);
        let payload = self.frame.as_ref().map_or(0, |frame| frame.payload_bytes);
        let start = self.before.len() + head.len();
        if at < start {
            return self.before.iter().chain(head).copied().nth(at).unwrap_or(0);
        }
        at.checked_sub(start + payload).and_then(|after| self.after.get(after)).copied().unwrap_or(0)
    }
}

impl Store {
    /// About as many instructions, beside those that compute the cells.
    fn cost(&self) -> usize {
        let moved = self.terms.iter().filter(|term| term.shift != Shift::Left(0)).count();
        let constant = usize::from(self.terms.is_empty() || self.constant != 0);
        let joined = (self.terms.len() + constant).saturating_sub(1);
        1 + moved + joined
    }
}

/// Where a cell is in a store, if it is.
fn shift(cell: &Cell, payload: usize, (at, bytes): (usize, usize)) -> Option<Shift> {
    let (first, end) = (8 * payload + cell.bit, 8 * payload + cell.bit + cell.width);
    let (from, to) = (8 * at, 8 * (at + bytes));
    if cell.width == 0 || end <= from || first >= to {
        return None;
    }
    Some(if first >= from { Shift::Left(first - from) } else { Shift::Right(from - first) })
}
