//! The linker script of a bare-metal shell: the program that hosts a kernel on an emulated board.
//!
//! Code and constants are in the shell's part of the flash, variables at the start of the RAM; between them and
//! the stack at the RAM's end is the kernel's state.

use super::BESIDE;
use crate::{Board, Isa, Shell, TargetError};

/// Bytes from VECBASE that Xtensa's vectors may take; the code follows.
const VECTORS: u64 = 0x400;

/// The script of a board's shell. Sections for the shell to fill, beside the usual ones:
///
/// - Cortex-M: `.vectors`, the vector table (its first word is `__stack_top`), at the start of the flash;
/// - RISC-V: `.text.start`, first, where the reset vector jumps to;
/// - Xtensa: `.vectors`, at VECBASE, and `.reset`, at the reset vector.
///
/// Symbols: `__data_start`, `__data_end`, `__data_load`; `__bss_start`, `__bss_end`; `__state_start`,
/// `__state_end` (RAM for the kernel's state, 16-byte aligned); `__stack_bottom`, `__stack_top`;
/// `__bank_a`, `__bank_b`, `__bank_size`, and `__kernel`, where an image in bank A runs.
pub fn shell(board: &Board) -> Result<String, TargetError> {
    let Some(place) = &board.shell else { return Err(none(board)) };
    let (memories, first) = flash(board, place);
    // An l32r reaches backwards only: literals stand before the code.
    let literals = if board.core.isa == Isa::Xtensa { "    *(.literal .literal.*)\n" } else { "" };
    let ram = board.ram;
    Ok(format!(
        "/* Made from board '{name}'. */
MEMORY
{{
{memories}  RAM : ORIGIN = {ram_origin:#x}, LENGTH = {ram_size:#x}
}}
__bank_a = {bank_a:#x};
__bank_b = {bank_b:#x};
__bank_size = {bank_size:#x};
__kernel = {kernel:#x};
__stack_top = {ram_end:#x};
__stack_bottom = __stack_top - {stack:#x};
SECTIONS
{{
{first}  .text : ALIGN(4) {{
{literals}    KEEP(*(.text.start))
    *(.text .text.*)
  }} > FLASH
  .rodata : ALIGN(16) {{ *(.rodata .rodata.* .srodata .srodata.*) }} > FLASH
  .data : ALIGN(16) {{
    __data_start = .;
    *(.data .data.* .sdata .sdata.*)
    . = ALIGN(4);
    __data_end = .;
  }} > RAM AT > FLASH
  __data_load = LOADADDR(.data);
  .bss (NOLOAD) : ALIGN(4) {{
    __bss_start = .;
    *(.bss .bss.* .sbss .sbss.* COMMON)
    . = ALIGN(4);
    __bss_end = .;
  }} > RAM
  __state_start = ALIGN(__bss_end, 16);
  __state_end = __stack_bottom;
{BESIDE}  ASSERT(__bss_end - {ram_origin:#x} <= {reserved:#x}, \"swarm: the shell's variables are more than reserved.ram\")
}}
",
        name = board.name,
        ram_origin = ram.origin,
        ram_size = ram.size,
        ram_end = ram.origin + ram.size,
        bank_a = board.banks.a,
        bank_b = board.banks.b,
        bank_size = board.banks.size,
        kernel = super::Bank::A.address(board),
        stack = board.reserved.stack,
        reserved = board.reserved.ram,
    ))
}

/// The memories beside RAM, and the sections that come before the code.
fn flash(board: &Board, place: &Shell) -> (String, String) {
    let range =
        |name: &str, origin: u64, size: u64| format!("  {name} : ORIGIN = {origin:#x}, LENGTH = {size:#x}\n");
    match (board.core.isa, place.vectors, place.reset) {
        (Isa::Thumbv6m | Isa::Thumbv7em, ..) => {
            (range("FLASH", place.origin, place.size), "  .vectors : { KEEP(*(.vectors)) } > FLASH\n".into())
        }
        (_, Some(vectors), Some(reset)) => {
            // Where the vectors are at the start of the shell's part, the code comes behind them.
            let behind = if vectors == place.origin { VECTORS } else { 0 };
            let memories = range("VECTORS", vectors, VECTORS)
                + &range("RESET", reset, 0x40)
                + &range("FLASH", place.origin + behind, place.size - behind);
            let sections =
                "  .vectors : { KEEP(*(.vectors)) } > VECTORS\n  .reset : { KEEP(*(.reset)) } > RESET\n";
            (memories, sections.into())
        }
        _ => (range("FLASH", place.origin, place.size), String::new()),
    }
}

fn none(board: &Board) -> TargetError {
    TargetError {
        code: "board-no-shell",
        message: format!("board '{}' has no shell: a runtime hosts its kernels", board.name),
        label: None,
        help: match &board.emulated_by {
            Some(stand_in) => format!("'{stand_in}' runs the same code in an emulator"),
            None => "give the board a section [shell]".into(),
        },
    }
}
