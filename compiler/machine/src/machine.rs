//! The three cores, and what their conventions say.

use crate::instruction::{Decoded, Linkage, Register};
use crate::{riscv, thumb, xtensa};

/// A family of cores, of which one decoder knows the instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// Armv6-M and Armv7E-M, with the instructions of its floating point unit.
    Thumb,
    /// RV32IMAC.
    Riscv,
    /// Windowed Xtensa: LX6 and LX7.
    Xtensa,
}

impl Machine {
    /// The instruction at the beginning of `bytes`. `conditions`: how many from here on an `it` makes conditional.
    pub(crate) fn decode(self, bytes: &[u8], address: u32, conditions: u8) -> Option<Decoded> {
        match self {
            Self::Thumb => thumb::decode(bytes, address, conditions),
            Self::Riscv => riscv::decode(bytes, address),
            Self::Xtensa => xtensa::decode(bytes, address),
        }
    }

    /// Without the bit that says that it is Thumb code.
    pub(crate) fn address(self, value: u32) -> u32 {
        if self == Self::Thumb { value & !1 } else { value }
    }

    pub(crate) fn stack_pointer(self) -> Register {
        match self {
            Self::Thumb => thumb::STACK_POINTER,
            Self::Riscv => riscv::STACK_POINTER,
            Self::Xtensa => xtensa::STACK_POINTER,
        }
    }

    /// The register in which a handler is given its host.
    pub(crate) fn host(self) -> Register {
        match self {
            Self::Thumb => thumb::HOST,
            Self::Riscv => riscv::HOST,
            Self::Xtensa => xtensa::HOST,
        }
    }

    /// How the host calls a handler, and handlers call services.
    pub(crate) fn linkage(self) -> Linkage {
        match self {
            Self::Thumb => Linkage::Link(thumb::RETURN_ADDRESS),
            Self::Riscv => Linkage::Link(riscv::RETURN_ADDRESS),
            Self::Xtensa => Linkage::Window(8),
        }
    }

    /// Where a caller puts the first three arguments.
    pub(crate) fn arguments(self) -> [Register; 3] {
        match self {
            Self::Thumb => [0, 1, 2],
            Self::Riscv | Self::Xtensa => [10, 11, 12],
        }
    }

    /// A service of the host may change the register, when it is called so.
    pub(crate) fn is_lost(self, register: Register, linkage: Linkage) -> bool {
        match (self, linkage) {
            (_, Linkage::Window(by)) => register >= by,
            (Self::Riscv, _) => riscv::is_lost_in_calls(register),
            _ => thumb::is_lost_in_calls(register),
        }
    }

    /// Bytes below the stack pointer that belong to a function, beside its frame: windowed Xtensa saves the first four
    /// registers of its caller there.
    pub fn below(self) -> u32 {
        if self == Self::Xtensa { 16 } else { 0 }
    }

    /// Bytes at the top of a function's frame in which window registers are saved when it calls so: below the first
    /// four of its caller's caller the further ones of its own that the callee does not see.
    pub(crate) fn saved(self, linkage: Option<Linkage>) -> u32 {
        match linkage {
            Some(Linkage::Window(by)) => self.below() + 4 * (u32::from(by) - 4),
            _ => self.below(),
        }
    }
}
