//! The linker script of a kernel image, for LLD and, on Xtensa, for GNU ld.
//!
//! The image is one piece: descriptor, code, constants. Where code and constants are read through two buses
//! (`banks.data_address`), the constants have addresses on the data bus, and load addresses (`p_paddr`) that
//! follow the code: laid out by load address, the image is one piece there too.
//!
//! Beside the image, in sections that no board loads, the ELF says what it is (`.swarm.guest`) and keeps the log's
//! formats (`.swarm.log`).

use super::{BESIDE, Bank};
use crate::{Board, Isa};
use std::fmt::Write;

/// What a kernel brings along beside its code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Contents<'a> {
    /// The descriptor, as data commands (`LONG(...)`). In them `function - swarm_descriptor` is a function's offset; on
    /// Thumb write `(function - swarm_descriptor) | 1`, which is right whether or not a linker keeps bit 0 of the
    /// symbol. Symbols that the commands name are kept by `--gc-sections`.
    pub descriptor: &'a str,
    /// The formats of its log, in order.
    pub formats: &'a [String],
}

/// What the linker says of an image that its bank does not hold.
pub const TOO_LARGE: &str = "the kernel image is larger than its bank";

/// The script of a kernel image: descriptor, code, constants, and nothing that is written.
///
/// Symbols: `swarm_descriptor`, where the image begins, and `swarm_image_end`, which is that plus the image's bytes.
pub fn kernel(board: &Board, bank: Bank, contents: &Contents) -> String {
    let origin = bank.address(board);
    // An l32r reaches backwards only: literals stand before the code.
    let literals = if board.core.isa == Isa::Xtensa { "    *(.literal .literal.*)\n" } else { "" };
    let data_bus = board.banks.data_address.filter(|data| *data != origin);
    // Named segments: else a linker may load the ELF's own headers in front of the image.
    let segment = if data_bus.is_some() { "  constants PT_LOAD FLAGS(4);\n" } else { "" };
    let constants = constants(data_bus);
    // GNU ld takes a section of data commands for variables; LLD does not, nor does it know the word.
    let read_only = if board.core.isa == Isa::Xtensa { " (READONLY)" } else { "" };
    let guest = text(&format!("guest kernel for {}", board.name));
    let formats: String = contents.formats.iter().map(|format| text(format)).collect();
    format!(
        "/* Made from board '{name}', bank {bank:?}. */
PHDRS
{{
  image PT_LOAD FLAGS(5);
{segment}}}
SECTIONS
{{
  . = {origin:#x};
  .swarm.descriptor{read_only} : ALIGN(64) {{
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
  .swarm.log 0 (INFO) : {{
    KEEP(*(.swarm.log))
{formats}  }}
  .swarm.guest 0 (INFO) : {{
{guest}  }}
{BESIDE}  ASSERT(SIZEOF(.data) == 0, \"swarm: a kernel image has no variables (.data is not empty)\")
  ASSERT(SIZEOF(.bss) == 0, \"swarm: a kernel image has no variables (.bss is not empty)\")
  ASSERT(SIZEOF(.got) == 0, \"swarm: a kernel image has no table of addresses (.got is not empty)\")
  ASSERT(swarm_image_end - swarm_descriptor <= {size:#x}, \"swarm: {TOO_LARGE}\")
}}
",
        name = board.name,
        descriptor = contents.descriptor,
        size = board.banks.size,
    )
}

/// A text that ends with a zero, as data commands.
fn text(text: &str) -> String {
    let bytes = text.bytes().chain([0]);
    bytes.fold(String::from("   "), |mut commands, byte| {
        let _ = write!(commands, " BYTE({byte})");
        commands
    }) + "\n"
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
