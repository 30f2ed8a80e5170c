//! NUMERICS.md in plain Rust: what every target is compared with.
//!
//! Written from that page alone, never from the lowering: one file per topic, exact integers (`i128`
//! where a product is meant to be exact), slow and obvious. A kernel hands `i32` to every operation;
//! masks use all bits (-1: everything is available). Constants come in as encoded, see [`constants`].
//!
//! What must hold: the same calls in the same order give the same bytes as a kernel on any target,
//! [`state::StateBlock`] included.

pub mod constants;
pub mod delta;
pub mod layout;
pub mod merge;
pub mod policy;
pub mod random;
pub mod range;
pub mod rules;
pub mod schedule;
pub mod spec;
pub mod state;
pub mod table;
pub mod tensor;
pub mod tiles;
pub mod traces;

/// Why a handler ends early; the number is what it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An index outside of its table or array.
    Index = 1,
}

impl Fault {
    /// The code that the handler returns.
    pub fn code(self) -> u32 {
        self as u32
    }
}
