//! Linker scripts for kernel images, for LLD and, on Xtensa, for GNU ld.

use crate::{Board, Isa};

/// One of the two places of a kernel image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bank {
    A,
    B,
}

impl Bank {
    /// Where the bank begins.
    pub fn address(self, board: &Board) -> u64 {
        match self {
            Self::A => board.banks.a,
            Self::B => board.banks.b,
        }
    }
}

/// The script of a kernel image: descriptor, code, constants, and nothing that is written.
///
/// `descriptor` is a block of data commands. In them a function's symbol is its address without the Thumb bit.
pub fn kernel(board: &Board, bank: Bank, descriptor: &str) -> String {
    let origin = bank.address(board);
    let size = board.banks.size;
    // An l32r reaches backwards only: literals stand before the code.
    let literals = if board.core.isa == Isa::Xtensa { "    *(.literal .literal.*)\n    . = ALIGN(4);\n" } else { "" };
    format!(
        "/* Made from board '{name}'. */
SECTIONS
{{
  . = {origin:#x};
  .swarm.descriptor : ALIGN(64) {{
    swarm_descriptor = .;
{descriptor}    . = ALIGN(4);
  }}
  .text : ALIGN(4) {{
{literals}    KEEP(*kernel.o(.text .text.*))
    *(.text .text.*)
    . = ALIGN(4);
  }}
  .rodata : ALIGN(4) {{
    *(.rodata .rodata.* .srodata .srodata.*)
    . = ALIGN(4);
  }}
  swarm_image_end = .;
  .forbidden : {{
    *(.data .data.* .sdata .sdata.* .bss .bss.* .sbss .sbss.* COMMON .got .got.* .data.rel.ro .data.rel.ro.*)
  }}
  ASSERT(SIZEOF(.forbidden) == 0, \"a kernel image has no writable data\")
  ASSERT(swarm_image_end - swarm_descriptor <= {size:#x}, \"the kernel image is larger than its bank\")
  /DISCARD/ : {{
    *(.ARM.exidx .ARM.exidx.* .eh_frame .eh_frame_hdr .note .note.* .xtensa.info .xt.lit .xt.lit.* .xt.prop .xt.prop.*)
  }}
}}
",
        name = board.name
    )
}
