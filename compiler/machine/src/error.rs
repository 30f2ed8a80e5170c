//! Why the machine code of a kernel is not understood.

use std::fmt;

/// Each has a stable code ([`Error::code`]) and a next step ([`Error::help`]). Addresses are those of the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The bytes are no linked ELF file of 32 bits.
    Elf { reason: String },
    /// An ELF machine that this does not read.
    Machine { number: u16 },
    /// There is no descriptor (`runtime/abi/ABI.md`), or it is not one of version 1.
    Descriptor { reason: String },
    /// The code does something at a place from which no bound follows.
    Code { problem: Problem, at: Place },
    /// Functions that call each other in a circle, the first one again at the end.
    Recursion { cycle: Vec<String> },
    /// Calls nest deeper than this follows them.
    Nesting { function: String, most: usize },
    /// The code is larger, or more entangled, than kernels are.
    Size { steps: u64 },
}

/// An instruction: the function that it was reached in, and its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub function: String,
    pub address: u32,
}

/// What is wrong at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Control leaves the code, or runs on into another function.
    Outside,
    /// The bytes are no instruction that kernels are made of.
    Instruction { bytes: Vec<u8> },
    /// Control comes into the middle of an instruction, or of conditional ones.
    Overlap,
    /// A jump to an address that is computed: a table of a switch.
    Jump,
    /// A call of an address that is neither a function's nor a service's.
    Call,
    /// The stack pointer is set to what is not known.
    StackPointer,
    /// Ways that meet have different depths of stack, in bytes.
    Join { depths: [i64; 2] },
    /// The function returns without having put its stack back; the bytes that are left.
    Return { left: i64 },
    /// Memory below the stack pointer is written.
    Below,
    /// The window registers have no room in the frame, or are written over.
    SaveArea { frame: i64 },
    /// A function of windowed Xtensa that does not begin with `entry`, or an `entry` elsewhere.
    Entry,
    /// A loop for which no label says how many rounds it has at most.
    Loop,
}

impl Error {
    /// Stable, for programs and for the manual.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Elf { .. } => "machine::elf",
            Self::Machine { .. } => "machine::machine",
            Self::Descriptor { .. } => "machine::descriptor",
            Self::Recursion { .. } => "machine::recursion",
            Self::Nesting { .. } => "machine::nesting",
            Self::Size { .. } => "machine::size",
            Self::Code { problem, .. } => match problem {
                Problem::Outside => "machine::outside",
                Problem::Instruction { .. } => "machine::instruction",
                Problem::Overlap => "machine::overlap",
                Problem::Jump => "machine::jump",
                Problem::Call => "machine::call",
                Problem::StackPointer => "machine::stack_pointer",
                Problem::Join { .. } => "machine::join",
                Problem::Return { .. } => "machine::return",
                Problem::Below => "machine::below",
                Problem::SaveArea { .. } => "machine::save_area",
                Problem::Entry => "machine::entry",
                Problem::Loop => "machine::loop",
            },
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Elf { .. } | Self::Descriptor { .. } => "give the ELF file that `swarmc build` wrote",
            Self::Machine { .. } => "ARM (Thumb), RISC-V of 32 bits and Xtensa are read",
            Self::Recursion { .. } | Self::Nesting { .. } => "kernels do not recurse: make it a bounded loop",
            Self::Size { .. } => "make the kernel smaller",
            Self::Code { problem: Problem::Jump, .. } => "compile switches to comparisons, without tables",
            Self::Code { problem: Problem::StackPointer | Problem::Join { .. }, .. } => {
                "give every array on the stack a constant size"
            }
            Self::Code { problem: Problem::Loop, .. } => {
                "give the file with its debug information, as swarmc wrote it"
            }
            Self::Code { .. } => "this is not code that swarmc makes of kernels: report it with the kernel",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Elf { reason } => write!(to, "this is no linked ELF file of 32 bits: {reason}"),
            Self::Machine { number } => write!(to, "ELF machine {number} is none that kernels are read of"),
            Self::Descriptor { reason } => write!(to, "this is no kernel: {reason}"),
            Self::Code { problem, at } => write!(to, "{} at {:#x} {problem}", at.function, at.address),
            Self::Recursion { cycle } => {
                write!(to, "functions call each other in a circle: {}", cycle.join(" > "))
            }
            Self::Nesting { function, most } => write!(to, "calls nest deeper than {most} at {function}"),
            Self::Size { steps } => write!(to, "the code is not understood after {steps} steps"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Outside => write!(to, "leaves the function's code"),
            Self::Instruction { bytes } => {
                write!(to, "is no instruction known here:")?;
                bytes.iter().try_for_each(|byte| write!(to, " {byte:02x}"))
            }
            Self::Overlap => write!(to, "is in the middle of another instruction"),
            Self::Jump => write!(to, "jumps to a computed address"),
            Self::Call => write!(to, "calls what is neither a function nor a service of the host"),
            Self::StackPointer => write!(to, "sets the stack pointer to what is not known before it runs"),
            Self::Join { depths: [one, other] } => {
                write!(to, "is reached with {one} and with {other} bytes on the stack")
            }
            Self::Return { left } => write!(to, "returns with {left} bytes on the stack"),
            Self::Below => write!(to, "writes below the stack pointer"),
            Self::SaveArea { frame } => {
                write!(to, "leaves window registers no room in a frame of {frame} bytes")
            }
            Self::Entry => write!(to, "is not where a function's `entry` must be"),
            Self::Loop => write!(to, "is in a loop of which nobody says how many rounds it has at most"),
        }
    }
}

impl std::error::Error for Error {}
