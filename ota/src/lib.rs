//! Flash images: a resident shell and a guest kernel in one ELF.
//!
//! What is loaded comes from both; entry and vectors are the shell's; symbols, log formats and debug information are the
//! kernel's, so that a debugger on the image steps through the kernel's source. Bytes in, bytes out: no files, no clock.

mod error;
mod parts;
mod write;

pub use error::ImageError;

use parts::Parts;

/// One ELF with what both load.
///
/// # Errors
/// When one of them is no linked ELF of 32 bits, they are for different machines, or their places overlap.
pub fn flash_image(shell_elf: &[u8], kernel_elf: &[u8]) -> Result<Vec<u8>, ImageError> {
    let mut shell = Parts::read("shell", shell_elf)?;
    shell.sections.retain(|section| section.is_in_memory());
    let mut kernel = Parts::read("kernel", kernel_elf)?;
    // With the shell beside it the file is no guest any more.
    kernel.sections.retain(|section| section.name != b".swarm.guest");
    if shell.machine != kernel.machine {
        return Err(ImageError::Machine { shell: shell.machine.0, kernel: kernel.machine.0 });
    }
    if !kernel.symbols.iter().any(|symbol| symbol.name == b"swarm_descriptor") {
        return Err(ImageError::NoKernel);
    }
    for ours in shell.sections.iter().filter(|section| section.is_loaded()) {
        for theirs in kernel.sections.iter().filter(|section| section.is_loaded()) {
            if ours.range().start < theirs.range().end && theirs.range().start < ours.range().end {
                return Err(ImageError::Overlap { shell: ours.range(), kernel: theirs.range() });
            }
        }
    }
    write::elf(&shell, &kernel)
}
