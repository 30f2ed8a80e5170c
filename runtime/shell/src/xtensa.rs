//! Windowed Xtensa: files by `simcall`, CCOUNT for counting. The assembly stands in `xtensa.s`: the compiler has no
//! `asm!` for this machine.

use swarm_abi::{Event, Handler, Host};

unsafe extern "C" {
    static mut __state_start: u8;
    static mut __state_end: u8;
    /// The emulator's service: operation, then up to three arguments.
    fn shell_simcall(operation: usize, first: usize, second: usize, third: usize) -> isize;
    /// Calls a handler and gives CCOUNT before and after.
    fn shell_measure(
        handler: Handler,
        state: *mut u8,
        host: *const Host,
        event: *const Event,
        counts: *mut [u32; 2],
    ) -> u32;
    /// CCOUNT.
    fn shell_ticks() -> u32;
    /// A handler of two instructions, `entry` and `retw`.
    fn shell_nothing(state: *mut u8, host: *const Host, event: *const Event) -> u32;
}

const EXIT: usize = 1;
const READ: usize = 3;
const WRITE: usize = 4;

/// The pipes from and to the driver: the emulator's own input and output.
const INPUT: usize = 0;
const OUTPUT: usize = 1;

/// The memory for a state block: where it begins, and its bytes.
pub fn state_memory() -> (*mut u8, usize) {
    let (start, end) = (&raw mut __state_start, &raw mut __state_end);
    (start, end as usize - start as usize)
}

/// Reads exactly so many bytes. When the driver has gone, there is nothing left to do.
pub fn read(bytes: &mut [u8]) {
    let mut filled = 0;
    while filled < bytes.len() {
        let rest = &mut bytes[filled..];
        // SAFETY: the emulator writes at most `rest.len()` bytes there.
        let got = unsafe { shell_simcall(READ, INPUT, rest.as_mut_ptr() as usize, rest.len()) };
        if got <= 0 {
            stop(0);
        }
        filled += got as usize;
    }
}

/// Writes all bytes.
pub fn write(bytes: &[u8]) {
    // SAFETY: the emulator reads as many bytes there.
    unsafe { shell_simcall(WRITE, OUTPUT, bytes.as_ptr() as usize, bytes.len()) };
}

/// Ends the emulation.
pub fn stop(code: u32) -> ! {
    // SAFETY: does not come back.
    unsafe { shell_simcall(EXIT, code as usize, 0, 0) };
    loop {}
}

/// Instructions of an empty handler: it enters and leaves its window.
pub const EMPTY: u32 = 2;

/// Whether ticks tell instructions: this board is always an emulated one.
pub fn counts() -> bool {
    true
}

/// The emulator gives 1024 ns to an instruction: 40.96 ticks of 40 MHz.
pub fn instructions(ticks: u32) -> u32 {
    // In two halves: a product of 64 bits would be a call into a library that is not there.
    (ticks >> 10) * 25 + (((ticks & 0x3FF) * 25 + 512) >> 10)
}

pub fn ticks() -> u32 {
    // SAFETY: reads a counter.
    unsafe { shell_ticks() }
}

/// Ticks that measuring a call takes by itself.
pub fn overhead() -> u32 {
    let event = Event::default();
    measure(shell_nothing, core::ptr::null_mut(), core::ptr::null(), &event).1
}

/// Calls a handler: its result, and the ticks from before to after the call.
pub fn measure(handler: Handler, state: *mut u8, host: *const Host, event: &Event) -> (u32, u32) {
    let mut counts = [0; 2];
    // SAFETY: the caller found the handler in a descriptor that was checked.
    let result = unsafe { shell_measure(handler, state, host, event, &mut counts) };
    (result, counts[1].wrapping_sub(counts[0]))
}

// What LLVM calls for numbers of 64 bits, and after what cannot be: no library of it is linked.

#[unsafe(no_mangle)]
extern "C" fn __muldi3(a: u64, b: u64) -> u64 {
    let halves = |word: u64| [word as u32 & 0xFFFF, word as u32 >> 16];
    let ([a_low, a_high], [b_low, b_high]) = (halves(a), halves(b));
    // The lower words' product, by halves: the two in the middle begin at bit 16.
    let (middle, carry) = (a_low * b_high).overflowing_add(a_high * b_low);
    let (low, low_carry) = (a_low * b_low).overflowing_add(middle << 16);
    let high = (a_high * b_high)
        .wrapping_add(middle >> 16)
        .wrapping_add(u32::from(carry) << 16)
        .wrapping_add(u32::from(low_carry))
        .wrapping_add(((a >> 32) as u32).wrapping_mul(b as u32))
        .wrapping_add((a as u32).wrapping_mul((b >> 32) as u32));
    u64::from(low) | u64::from(high) << 32
}

/// Bit by bit: it is called a few times for each message.
#[unsafe(no_mangle)]
extern "C" fn __udivdi3(number: u64, divisor: u64) -> u64 {
    let (mut quotient, mut rest) = (number, 0u64);
    for _ in 0..64 {
        // What leaves the rest at its top stands for 2^64, which is more than any divisor.
        let above = rest >> 63;
        rest = rest << 1 | quotient >> 63;
        quotient <<= 1;
        if above == 1 || rest >= divisor {
            rest = rest.wrapping_sub(divisor);
            quotient |= 1;
        }
    }
    quotient
}

#[unsafe(no_mangle)]
extern "C" fn abort() -> ! {
    stop(3)
}
