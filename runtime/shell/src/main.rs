//! The shell: hosts one kernel on an emulated board, and does what the machine that drives it says.
//!
//! It waits for a frame, acts, answers (`swarm_link` has the commands). Sensors stand still within an event, because
//! their values come with it; what a handler asks for is recorded and sent when it has ended. Bare-metal code: every
//! file here works on memory and registers, which is why `unsafe` is not confined to one.
#![no_std]
#![no_main]

#[cfg_attr(target_arch = "arm", path = "arm.rs")]
#[cfg_attr(target_arch = "riscv32", path = "riscv.rs")]
#[cfg_attr(target_arch = "xtensa", path = "xtensa.rs")]
mod machine;
mod serve;

use core::panic::PanicInfo;

#[panic_handler]
fn panicked(_: &PanicInfo) -> ! {
    machine::stop(3)
}

/// Called by the start-up code once memory is set up.
#[unsafe(no_mangle)]
extern "C" fn shell_main() -> ! {
    serve::forever()
}
