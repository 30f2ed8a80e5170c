//! What is known of a board.

use serde::{Deserialize, Serialize};

/// A board with everything that it inherits.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Board {
    /// What users call it: the file's name.
    #[serde(default)]
    pub name: String,
    /// One line for people.
    pub description: String,
    pub kind: Kind,
    /// The emulated board that runs the same code.
    #[serde(default)]
    pub emulated_by: Option<String>,
    pub core: Core,
    pub flash: Memory,
    pub ram: Memory,
    /// What the resident runtime takes.
    #[serde(default)]
    pub reserved: Reserved,
    pub banks: Banks,
    #[serde(default)]
    pub emulator: Option<Emulator>,
}

/// Whether a board can be held.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Real,
    Emulated,
    Host,
}

/// An instruction set, as far as linking and shells differ by it.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Isa {
    Thumbv6m,
    Thumbv7em,
    Riscv32imc,
    Riscv32imac,
    Xtensa,
    Host,
}

/// How code addresses its constants.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Addresses {
    Fixed,
    ReadOnlyRelative,
    PositionIndependent,
}

/// What code is generated for, in LLVM's words.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Core {
    pub isa: Isa,
    pub triple: String,
    pub cpu: String,
    pub features: String,
    pub addresses: Addresses,
}

impl Core {
    /// Bytes of a pointer.
    pub fn pointer_bytes(&self) -> u32 {
        if self.isa == Isa::Host { usize::BITS / 8 } else { 4 }
    }
}

/// A range of memory, in bytes.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Memory {
    pub origin: u64,
    pub size: u64,
}

/// Bytes that are not the kernel's.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub struct Reserved {
    pub flash: u64,
    pub ram: u64,
}

/// Where kernel images live: two addresses (the same where an MMU maps the one in use), and the bytes of each.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Banks {
    pub a: u64,
    pub b: u64,
    pub size: u64,
}

/// How the board is emulated.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Emulator {
    pub program: String,
    /// The Debian package that has the program.
    pub package: String,
    pub arguments: Vec<String>,
}
