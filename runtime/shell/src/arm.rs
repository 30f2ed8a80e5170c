//! Cortex-M: semihosting for the link, or where nobody answers it, a serial port; a timer of the board for counting.

#[cfg_attr(feature = "microbit", path = "serial/nrf51.rs")]
#[cfg_attr(not(feature = "microbit"), path = "serial/none.rs")]
mod serial;

use core::arch::{asm, global_asm};
use swarm_abi::{Event, Handler, Host};

global_asm!(
    ".section .vectors, \"a\"",
    ".word __stack_top",
    ".word reset",
    ".rept 46",
    ".word crashed",
    ".endr",
    ".section .text.reset, \"ax\"",
    ".global reset",
    ".thumb_func",
    "reset:",
    "  ldr r0, =__bss_start",
    "  ldr r1, =__bss_end",
    "  movs r2, #0",
    "1: cmp r0, r1",
    "  bhs 2f",
    "  str r2, [r0]",
    "  adds r0, #4",
    "  b 1b",
    "2: bl shell_main",
    ".thumb_func",
    "crashed:",
    // The exception's frame: the program counter is its seventh word. The cause is the exception's number.
    "  mrs r0, ipsr",
    "  ldr r1, [sp, #24]",
    "  cmp r0, #3",
    "  bne 1f",
    // A fault because nobody answers the shell's semihosting (`bkpt 0xab`): the answer is -1, and it goes on behind
    // the call. Only the shell's code is looked at: what a kernel jumps to may not be there.
    "  ldr r2, =__code_end",
    "  cmp r1, r2",
    "  bhs 1f",
    "  ldrh r2, [r1]",
    "  ldr r3, =0xbeab",
    "  cmp r2, r3",
    "  bne 1f",
    "  adds r1, #2",
    "  str r1, [sp, #24]",
    "  movs r0, #0",
    "  mvns r0, r0",
    "  str r0, [sp]",
    "  bx lr",
    "1: bl shell_trapped",
    ".global shell_nothing",
    ".thumb_func",
    "shell_nothing:",
    "  movs r0, #0",
    "  bx lr",
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
fn semihost(operation: usize, arguments: *const usize) -> usize {
    let result;
    // SAFETY: the emulator reads the block, and what it points to, before it returns.
    unsafe { asm!("bkpt 0xab", inout("r0") operation => result, in("r1") arguments) }
    result
}

include!("semihosting.rs");

/// Instructions of an empty handler.
pub const EMPTY: u32 = 2;

#[cfg(feature = "microbit")]
mod timer {
    const TIMER0: usize = 0x4000_8000;
    fn register(offset: usize) -> *mut u32 {
        (TIMER0 + offset) as *mut u32
    }
    /// TIMER0, 32 bits at 16 MHz.
    pub fn start() {
        // SAFETY: registers of the nRF51's TIMER0: BITMODE, PRESCALER, START.
        unsafe {
            register(0x508).write_volatile(3);
            register(0x510).write_volatile(0);
            register(0x000).write_volatile(1);
        }
    }
    /// Whether ticks tell instructions: on the chip itself a tick is a cycle, and an empty call has some twenty.
    pub fn counts() -> bool {
        super::overhead() > 64
    }
    /// The emulator gives 1024 ns to an instruction: 16.384 ticks.
    pub fn instructions(ticks: u32) -> u32 {
        ((u64::from(ticks) * 125 + 1024) >> 11) as u32
    }
    #[inline(always)]
    pub fn ticks() -> u32 {
        // SAFETY: CAPTURE[0], CC[0].
        unsafe {
            register(0x040).write_volatile(1);
            register(0x540).read_volatile()
        }
    }
}

#[cfg(not(feature = "microbit"))]
mod timer {
    const TIMER0: usize = 0x4000_0000;
    fn register(offset: usize) -> *mut u32 {
        (TIMER0 + offset) as *mut u32
    }
    /// The CMSDK timer, 32 bits downwards at 25 MHz.
    pub fn start() {
        // SAFETY: registers of the CMSDK timer: RELOAD, VALUE, CTRL.
        unsafe {
            register(0x8).write_volatile(u32::MAX);
            register(0x4).write_volatile(u32::MAX);
            register(0x0).write_volatile(1);
        }
    }
    /// Whether ticks tell instructions: this board is always an emulated one.
    pub fn counts() -> bool {
        true
    }
    /// The emulator gives 1024 ns to an instruction: 25.6 ticks.
    pub fn instructions(ticks: u32) -> u32 {
        ((u64::from(ticks) * 5 + 64) >> 7) as u32
    }
    #[inline(always)]
    pub fn ticks() -> u32 {
        // SAFETY: VALUE.
        unsafe { !register(0x4).read_volatile() }
    }
}
use timer::start as start_counting;
pub use timer::{counts, instructions, ticks};
