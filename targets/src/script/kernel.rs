//! The linker script of a kernel image, for LLD and, on Xtensa, for GNU ld.
//!
//! The image is one piece: descriptor, code, constants. Where code and constants are read through two buses
//! (`banks.data_address`), the constants have addresses on the data bus, and load addresses (`p_paddr`) that
//! follow the code: laid out by load address, the image is one piece there too.

use super::{BESIDE, Bank};
use crate::{Board, Isa};

/// The script of a kernel image: descriptor, code, constants, and nothing that is written.
///
/// `descriptor` is a block of data commands (`LONG(...)`). In them `function - swarm_descriptor` is a function's
/// offset; on Thumb write `(function - swarm_descriptor) | 1`, which is right whether or not a linker keeps bit 0
/// of the symbol. Symbols that the commands name are kept by `--gc-sections`.
///
/// Symbols: `swarm_descriptor`, where the image begins, and `swarm_image_end`, which is that plus the image's bytes.
pub fn kernel(board: &Board, bank: Bank, descriptor: &str) -> String {
    let origin = bank.address(board);
    // An l32r reaches backwards only: literals stand before the code.
    let literals = if board.core.isa == Isa::Xtensa { "    *(.literal .literal.*)\n" } else { "" };
    let data_bus = board.banks.data_address.filter(|data| *data != origin);
    // Named segments: else a linker may load the ELF's own headers in front of the image.
    let segment = if data_bus.is_some() { "  constants PT_LOAD FLAGS(4);\n" } else { "" };
    let constants = constants(data_bus);
    format!(
        "/* Made from board '{name}', bank {bank:?}. */
PHDRS
{{
  image PT_LOAD FLAGS(5);
{segment}}}
SECTIONS
{{
  . = {origin:#x};
  .swarm.descriptor : ALIGN(64) {{
    swarm_descriptor = .;
{descriptor}    . = ALIGN(4);
  }} :image
  .text : ALIGN(4) {{
{literals}    KEEP(*kernel.o(.text .text.*))
    *(.text .text.*)
    . = ALIGN(4);
  }} :image
{constants}  .data : {{ *(.data .data.* .sdata .sdata.* .tdata .tdata.*) }}
  .bss : {{ *(.bss .bss.* .sbss .sbss.* .tbss .tbss.* COMMON) }}
  .got : {{ *(.got .got.plt .igot .igot.plt) }}
  .swarm.log 0 (INFO) : {{ KEEP(*(.swarm.log)) }}
{BESIDE}  ASSERT(SIZEOF(.data) == 0, \"swarm: a kernel image has no variables (.data is not empty)\")
  ASSERT(SIZEOF(.bss) == 0, \"swarm: a kernel image has no variables (.bss is not empty)\")
  ASSERT(SIZEOF(.got) == 0, \"swarm: a kernel image has no table of addresses (.got is not empty)\")
  ASSERT(swarm_image_end - swarm_descriptor <= {size:#x}, \"swarm: the kernel image is larger than its bank\")
}}
",
        name = board.name,
        size = board.banks.size,
    )
}

/// The constants, behind the code, or where the data bus sees what is behind the code.
fn constants(data_bus: Option<u64>) -> String {
    let input = "*(.rodata .rodata.* .srodata .srodata.*)";
    let Some(data_bus) = data_bus else {
        return format!(
            "  .rodata : ALIGN(4) {{
    {input}
    . = ALIGN(4);
  }} :image
  swarm_image_end = .;
"
        );
    };
    format!(
        "  swarm_constants = ALIGN(16);
  .rodata (swarm_constants - swarm_descriptor + {data_bus:#x}) : AT(swarm_constants) {{
    {input}
    . = ALIGN(4);
  }} :constants
  swarm_image_end = swarm_constants + SIZEOF(.rodata);
  ASSERT(SIZEOF(.rodata) == 0 || ADDR(.rodata) - {data_bus:#x} == swarm_constants - swarm_descriptor,
    \"swarm: constants are aligned to 16 bytes at most\")
"
    )
}
