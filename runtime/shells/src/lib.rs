//! The shells of the emulated boards, built once by `build.rs` and embedded.
//!
//! A shell is a board's whole firmware but for the kernel: it waits for commands (`swarm_link::frame`), and the first of
//! them says where the kernel lies.

const SHELLS: [(&str, &[u8]); 4] = [
    ("microbit-v1", include_bytes!(concat!(env!("OUT_DIR"), "/microbit-v1.elf"))),
    ("qemu-cortex-m4", include_bytes!(concat!(env!("OUT_DIR"), "/qemu-cortex-m4.elf"))),
    ("qemu-riscv32", include_bytes!(concat!(env!("OUT_DIR"), "/qemu-riscv32.elf"))),
    ("qemu-xtensa", include_bytes!(concat!(env!("OUT_DIR"), "/qemu-xtensa.elf"))),
];

/// The ELF of a board's shell, with symbols for debuggers; `None` when the board has none.
pub fn shell(board: &str) -> Option<&'static [u8]> {
    SHELLS.iter().find(|(name, _)| *name == board).map(|(_, elf)| *elf)
}

/// The boards that have a shell.
pub fn boards() -> impl Iterator<Item = &'static str> {
    SHELLS.iter().map(|(name, _)| *name)
}
