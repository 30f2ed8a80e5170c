//! What code is to be, and what the core has instructions for: all that a lowering may know of the board.

use crate::pipeline::Optimise;
use swarm_targets::{Board, Isa};

/// What a lowering chooses by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aim {
    pub optimise: Optimise,
    /// Bits of the largest product that takes no library routine.
    pub product_bits: u32,
    /// Whether a difference says for nothing that it went below 0, which a comparison with -1 says for four bytes.
    pub borrows: bool,
}

impl Aim {
    pub fn new(board: &Board, optimise: Optimise) -> Self {
        let product_bits = match board.core.isa {
            // LLVM's back end for Xtensa does without the high half, too.
            Isa::Thumbv6m | Isa::Xtensa => 32,
            Isa::Thumbv7em | Isa::Riscv32imc | Isa::Riscv32imac | Isa::Host => 64,
        };
        Self { optimise, product_bits, borrows: board.core.isa == Isa::Thumbv7em }
    }

    /// For those who look at what is declared only.
    pub fn of_declarations() -> Self {
        Self { optimise: Optimise::Size, product_bits: 64, borrows: false }
    }

    pub fn is_speed(self) -> bool {
        self.optimise == Optimise::Speed
    }
}
