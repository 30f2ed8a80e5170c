//! RV32IMC: semihosting for files, `minstret` for counting.

#[path = "serial/none.rs"]
mod serial;

use core::arch::{asm, global_asm};
use swarm_abi::{Event, Handler, Host};

global_asm!(
    ".section .text.reset, \"ax\"",
    ".global reset",
    "reset:",
    "  la t0, crashed",
    "  csrw mtvec, t0",
    "  la sp, __stack_top",
    "  la t0, __bss_start",
    "  la t1, __bss_end",
    "1: bgeu t0, t1, 2f",
    "  sw zero, 0(t0)",
    "  addi t0, t0, 4",
    "  j 1b",
    "2: call shell_main",
    ".balign 4",
    "crashed:",
    "  csrr a0, mcause",
    "  csrr a1, mepc",
    "  la sp, __stack_top",
    "  call shell_trapped",
    ".global shell_nothing",
    "shell_nothing:",
    "  li a0, 0",
    "  ret",
);

unsafe extern "C" {
    static mut __state_start: u8;
    static mut __state_end: u8;
}

/// The memory for a state block: where it begins, and its bytes.
pub fn state_memory() -> (*mut u8, usize) {
    let (start, end) = (&raw mut __state_start, &raw mut __state_end);
    (start, end as usize - start as usize)
}

/// Semihosting: operation and its block of arguments.
#[inline(never)]
fn semihost(operation: usize, arguments: *const usize) -> usize {
    let result;
    // SAFETY: the emulator reads the block, and what it points to, before it returns. The three instructions are the
    // mark that it looks for: not compressed, in one page.
    unsafe {
        asm!(
            ".option push", ".option norvc", ".balign 16",
            "slli x0, x0, 0x1f", "ebreak", "srai x0, x0, 7",
            ".option pop",
            inout("a0") operation => result, in("a1") arguments
        );
    }
    result
}

include!("semihosting.rs");

/// Instructions of an empty handler.
pub const EMPTY: u32 = 2;

fn start_counting() {}

/// Whether ticks tell instructions.
pub fn counts() -> bool {
    true
}

/// A tick is an instruction.
pub fn instructions(ticks: u32) -> u32 {
    ticks
}

#[inline(always)]
pub fn ticks() -> u32 {
    let count: u32;
    // SAFETY: reads a counter.
    unsafe { asm!("csrr {}, minstret", out(reg) count) }
    count
}
