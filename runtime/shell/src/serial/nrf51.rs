//! The nRF51's UART0, polled: 115200 baud, 8 data bits, no parity, no flow control, on the micro:bit's two pins towards
//! its USB chip. Nothing is lost without flow control, because the driver waits for each answer.

const CLOCK: usize = 0x4000_0000;
const UART0: usize = 0x4000_2000;
const GPIO: usize = 0x5000_0000;

/// P0.24 and P0.25.
const SEND_PIN: u32 = 24;
const RECEIVE_PIN: u32 = 25;

fn register(base: usize, offset: usize) -> *mut u32 {
    (base + offset) as *mut u32
}

fn set(base: usize, offset: usize, value: u32) {
    // SAFETY: registers of the nRF51, named where this is called.
    unsafe { register(base, offset).write_volatile(value) }
}

/// Waits for an event of the hardware, and takes it back.
fn wait(base: usize, offset: usize) {
    // SAFETY: an event register of the nRF51.
    while unsafe { register(base, offset).read_volatile() } == 0 {}
    set(base, offset, 0);
}

const RECEIVED: usize = 0x108;
const SENT: usize = 0x11C;

/// Switches the UART on.
pub fn start() {
    // The crystal: the oscillator of the chip alone is not exact enough. HFCLKSTART, HFCLKSTARTED.
    set(CLOCK, 0x000, 1);
    wait(CLOCK, 0x100);
    // The line rests high: OUTSET, DIRSET.
    set(GPIO, 0x508, 1 << SEND_PIN);
    set(GPIO, 0x518, 1 << SEND_PIN);
    // PSELTXD, PSELRXD, BAUDRATE, ENABLE, STARTTX, STARTRX.
    set(UART0, 0x50C, SEND_PIN);
    set(UART0, 0x514, RECEIVE_PIN);
    set(UART0, 0x524, 0x01D7_E000);
    set(UART0, 0x500, 4);
    set(UART0, 0x008, 1);
    set(UART0, 0x000, 1);
}

pub fn read(bytes: &mut [u8]) {
    for byte in bytes {
        wait(UART0, RECEIVED);
        // SAFETY: RXD.
        *byte = unsafe { register(UART0, 0x518).read_volatile() } as u8;
    }
}

pub fn write(bytes: &[u8]) {
    for &byte in bytes {
        // TXD.
        set(UART0, 0x51C, u32::from(byte));
        wait(UART0, SENT);
    }
}

/// Begins anew, as after power-up: the next driver finds a shell that waits.
pub fn restart() -> ! {
    // AIRCR: the key, and SYSRESETREQ.
    set(0xE000_E000, 0xD0C, 0x05FA_0004);
    loop {}
}
