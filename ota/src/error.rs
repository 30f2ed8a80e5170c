//! Why two ELFs do not make an image.

use std::ops::Range;
use thiserror::Error;

/// Each has a stable code ([`ImageError::code`]) and a next step ([`ImageError::help`]).
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ImageError {
    #[error("the {which} is no linked ELF file of 32 bits: {reason}")]
    Elf { which: &'static str, reason: String },
    #[error("shell and kernel are for different machines (ELF machines {shell} and {kernel})")]
    Machine { shell: u16, kernel: u16 },
    #[error("the kernel's ELF has no descriptor")]
    NoKernel,
    #[error(
        "shell and kernel overlap: {:#x}..{:#x} and {:#x}..{:#x}",
        shell.start, shell.end, kernel.start, kernel.end
    )]
    Overlap { shell: Range<u64>, kernel: Range<u64> },
    #[error("the image cannot be written: {0}")]
    Write(String),
}

impl ImageError {
    /// Stable, for programs and for the manual.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Elf { .. } => "image::elf",
            Self::Machine { .. } => "image::machine",
            Self::NoKernel => "image::no_kernel",
            Self::Overlap { .. } => "image::overlap",
            Self::Write(_) => "image::write",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Elf { .. } | Self::NoKernel => "give the ELF file that `swarmc build` wrote",
            Self::Machine { .. } => "build the kernel for the board whose shell this is",
            Self::Overlap { .. } => "link the kernel for one of the board's banks: see `swarmc boards show`",
            Self::Write(_) => "this is a defect of swarmc: report it together with the kernel",
        }
    }
}
