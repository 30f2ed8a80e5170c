//! A kernel's state block: variables in order of declaration, aligned, gaps 0, as the page lays it out.

use crate::layout::{self, Part};
use crate::random::Generator;
use crate::schedule::Schedule;
use crate::table::Table;
use crate::tiles::Tiles;

/// Where a variable stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub name: String,
    pub offset: usize,
    pub element_bytes: usize,
    pub bytes: usize,
}

/// A state block under construction. Add what the kernel declares in its order; a kernel in which
/// something draws begins with [`StateBlock::generator`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateBlock {
    bytes: Vec<u8>,
    slots: Vec<Slot>,
}

impl StateBlock {
    /// An empty block.
    pub fn new() -> StateBlock {
        StateBlock::default()
    }

    /// `swarm.random`, first of all.
    pub fn generator(self, generator: &Generator) -> StateBlock {
        assert!(self.slots.is_empty(), "the generator stands first");
        self.variable("swarm.random", 4, &generator.0.to_le_bytes())
    }

    /// A scalar or array, given as its little-endian bytes; an `i1` is one byte, 0 or 1.
    pub fn variable(mut self, name: &str, element_bytes: usize, bytes: &[u8]) -> StateBlock {
        assert!([1, 2, 4, 8].contains(&element_bytes) && bytes.len().is_multiple_of(element_bytes));
        let start = if bytes.len() > element_bytes { element_bytes.max(4) } else { element_bytes };
        let offset = self.bytes.len().next_multiple_of(start);
        self.bytes.resize(offset, 0);
        self.bytes.extend_from_slice(bytes);
        self.slots.push(Slot { name: name.to_string(), offset, element_bytes, bytes: bytes.len() });
        self
    }

    /// A table with its parts.
    pub fn table(self, name: &str, table: &Table) -> StateBlock {
        self.parts(name, &table.parts())
    }

    /// Tile-coded weights with their parts.
    pub fn tiles(self, name: &str, tiles: &Tiles) -> StateBlock {
        self.parts(name, &tiles.parts())
    }

    /// A schedule's counter.
    pub fn schedule(self, name: &str, schedule: &Schedule) -> StateBlock {
        self.parts(name, &[layout::of_schedule(schedule)])
    }

    /// Where each variable stands so far.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The block's alignment: the largest element's size, at least 4.
    pub fn alignment(&self) -> usize {
        self.slots.iter().map(|slot| slot.element_bytes).fold(4, usize::max)
    }

    /// The whole block, its size rounded up to its alignment.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes.resize(bytes.len().next_multiple_of(self.alignment()), 0);
        bytes
    }

    fn parts(self, owner: &str, parts: &[Part]) -> StateBlock {
        parts.iter().fold(self, |block, part| {
            block.variable(&format!("{owner}.{}", part.name), part.element_bytes, &part.bytes)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::Identity;
    use crate::spec::{Element, TableSpec};

    #[test]
    fn padding_and_rounding() {
        let block =
            StateBlock::new().variable("flag", 1, &[1]).variable("big", 8, &[7; 8]).variable("x", 2, &[3, 3]);
        assert_eq!(block.alignment(), 8);
        assert_eq!(
            block.to_bytes(),
            [1, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 7, 7, 7, 3, 3, 0, 0, 0, 0, 0, 0]
        );
        assert_eq!(StateBlock::new().variable("flag", 1, &[1]).to_bytes(), [1, 0, 0, 0]);
    }

    #[test]
    fn a_table_with_everything_shareable() {
        let spec = TableSpec {
            visits: true,
            peers: Some(1),
            marked: true,
            traces: Some(2),
            saturate: true,
            ..TableSpec::plain(3, 1, Element::I8, 2)
        };
        let block = StateBlock::new()
            .generator(&Generator::from_seed(1))
            .table("q", &Table::new(spec).unwrap())
            .schedule("e", &Schedule::new(65_536, 0, 10));
        let places: Vec<(&str, usize)> =
            block.slots().iter().map(|slot| (slot.name.as_str(), slot.offset)).collect();
        let expected = [
            ("swarm.random", 0),
            ("q.values", 4),
            ("q.visits", 8),
            ("q.merged", 16),
            ("q.peers", 24),
            ("q.peer_count", 40),
            ("q.mark", 44),
            ("q.pending_state", 48),
            ("q.pending_action", 52),
            ("q.pending_greedy", 56),
            ("q.trace_count", 60),
            ("q.trace_index", 64),
            ("q.trace_e", 72),
            ("e.count", 80),
        ];
        assert_eq!(places, expected);
        let bytes = block.to_bytes();
        assert_eq!((bytes.len(), &bytes[..4], &bytes[48..52]), (84, &[1, 0, 0, 0][..], &[255; 4][..]));
    }

    #[test]
    fn a_double_table_without_pending() {
        let spec = TableSpec { double: true, pending: false, ..TableSpec::plain(2, 1, Element::I16, 2) };
        let block = StateBlock::new().variable("c", 1, &[9]).table("q", &Table::new(spec).unwrap());
        let places: Vec<(&str, usize)> =
            block.slots().iter().map(|slot| (slot.name.as_str(), slot.offset)).collect();
        assert_eq!(places, [("c", 0), ("q.values", 4)]);
        assert_eq!(block.to_bytes().len(), 12);
    }

    #[test]
    fn peers_are_four_words_each() {
        let spec = TableSpec {
            visits: true,
            peers: Some(2),
            pending: false,
            ..TableSpec::plain(1, 1, Element::I8, 0)
        };
        let mut table = Table::new(spec).unwrap();
        let peers = table.peers.as_mut().unwrap();
        for sequence in [4, 6] {
            peers.admit(Identity { origin: 1, epoch: 3, sequence });
        }
        let part = table.parts().into_iter().find(|part| part.name == "peers").unwrap();
        let words: Vec<u8> = part.bytes.iter().step_by(4).copied().collect();
        assert_eq!((words, part.element_bytes), (vec![1, 3, 6, 0b10, 0, 0, 0, 0], 4));
    }
}
