//! Linker scripts made from board facts: of kernel images, and of the shells that host them in emulators.

mod kernel;
mod shell;

pub use kernel::{Contents, TOO_LARGE, kernel};
pub use shell::shell;

use crate::Board;

/// One of the two places of a kernel image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bank {
    A,
    B,
}

impl Bank {
    /// Where an image in this bank runs, and is linked: the one address of both banks where an MMU maps the
    /// one in use, else the bank itself.
    pub fn address(self, board: &Board) -> u64 {
        board.banks.link_address.unwrap_or(self.storage(board))
    }

    /// Where the bank is in the flash.
    pub fn storage(self, board: &Board) -> u64 {
        match self {
            Self::A => board.banks.a,
            Self::B => board.banks.b,
        }
    }
}

/// Sections that no image has, and sections that stay in the ELF beside it. Both linkers would else place
/// them where they like.
const BESIDE: &str = "  /DISCARD/ : {
    *(.ARM.exidx .ARM.exidx.* .ARM.extab .ARM.extab.* .eh_frame .eh_frame_hdr .comment .note .note.*
      .xtensa.info .xt.lit .xt.lit.* .xt.prop .xt.prop.* .llvm_addrsig .llvm.*)
  }
";
