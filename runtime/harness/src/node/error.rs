//! Why a node could not be started or did not serve an event.

use std::path::PathBuf;
use swarm_link::Refusal;
use thiserror::Error;

/// Each has a stable code ([`NodeError::code`]) and a next step ([`NodeError::help`]).
#[derive(Debug, Error)]
pub enum NodeError {
    #[error("the kernel image is no ELF file that this node can load: {0}")]
    Image(String),
    #[error("the kernel is refused: {}", refusal_text(*.0))]
    Refused(Refusal),
    #[error("the emulator `{program}` cannot be started: {source}")]
    Start { program: PathBuf, source: std::io::Error },
    #[error("a file for the emulator cannot be written: {0}")]
    File(std::io::Error),
    #[error("the emulated board did not answer within {seconds} s{}", said(.emulator))]
    Timeout { seconds: u64, emulator: String },
    #[error("the emulated board is gone{}", said(.emulator))]
    Gone { emulator: String },
    #[error("the shell on the board sent what its driver does not understand: {0}")]
    Protocol(String),
    #[error("the kernel's handler trapped at {pc:#010x} (the CPU's cause: {cause:#x})")]
    Trapped { pc: u32, cause: u32 },
    #[error("the kernel's handler ran out of stack: it reached the state block")]
    Stack,
    #[error("{length} bytes at {offset} are outside of the state block of {state} bytes")]
    Bounds { offset: u32, length: usize, state: u32 },
    #[error("a payload of {length} bytes was heard: the binary interface has room for 256")]
    Heard { length: usize },
    #[error("this machine cannot map the kernel image: {0}")]
    Map(std::io::Error),
}

impl NodeError {
    /// Stable, for programs and for the manual.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Image(_) => "node::image",
            Self::Refused(_) => "node::refused",
            Self::Start { .. } => "node::start",
            Self::File(_) => "node::file",
            Self::Timeout { .. } => "node::timeout",
            Self::Gone { .. } => "node::gone",
            Self::Protocol(_) => "node::protocol",
            Self::Trapped { .. } => "node::trapped",
            Self::Stack => "node::stack",
            Self::Bounds { .. } => "node::bounds",
            Self::Heard { .. } => "node::heard",
            Self::Map(_) => "node::map",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Image(_) => "give the ELF file that `swarmc build` wrote for this board",
            Self::Refused(Refusal::State) => "make the tables smaller, or choose a board with more RAM",
            Self::Refused(_) => "build the kernel anew with the swarmc that runs it",
            Self::Start { .. } => {
                "install the emulator: on Debian `apt install qemu-system-arm qemu-system-misc`"
            }
            Self::File(_) => "make room in the folder for temporary files, or point TMPDIR at another",
            Self::Timeout { .. } => "look for a handler that runs very long, or raise the time-out",
            Self::Gone { .. } => "run it once more; if it goes again, report it together with the kernel",
            Self::Protocol(_) | Self::Map(_) => {
                "this is a defect of swarmc: report it together with the kernel"
            }
            Self::Trapped { .. } | Self::Stack => {
                "this should have been refused at build time: report it together with the kernel"
            }
            Self::Heard { .. } => "give what a radio can carry: shorter payloads",
            Self::Bounds { .. } => "take offsets and lengths from the kernel's own state layout",
        }
    }
}

fn said(emulator: &str) -> String {
    let text = emulator.trim();
    if text.is_empty() { String::new() } else { format!("; the emulator says: {text}") }
}

fn refusal_text(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Magic => "there is no kernel at the address of the bank",
        Refusal::Version => "it was built for another version of the binary interface",
        Refusal::Service => "it uses a host service that this host does not have",
        Refusal::State => "its state block does not fit the board's RAM",
        Refusal::Ports => "it has more ports than this host can serve",
        Refusal::Channels => "it has more channels than this host can serve",
        Refusal::Alignment => "the alignment of its state block is none of 1, 2, 4 and 8",
    }
}
