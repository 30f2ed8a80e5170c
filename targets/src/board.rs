//! What is known of a board, with everything that it inherits. Addresses and sizes are in bytes.

use serde::{Deserialize, Serialize};

/// A board with everything that it inherits.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// What users call it: the file's name.
    pub name: String,
    /// One line for people.
    pub description: String,
    pub kind: Kind,
    /// The chip's name as its maker writes it.
    #[serde(default)]
    pub chip: Option<String>,
    /// The emulated board that runs the same code.
    #[serde(default)]
    pub emulated_by: Option<String>,
    pub core: Core,
    pub flash: Flash,
    pub ram: Memory,
    /// What the resident runtime takes.
    pub reserved: Reserved,
    pub banks: Banks,
    #[serde(default)]
    pub emulator: Option<Emulator>,
    #[serde(default)]
    pub shell: Option<Shell>,
    /// Currents, as data sheets have them.
    #[serde(default)]
    pub energy: Option<Energy>,
}

impl Board {
    /// Bytes of RAM that a kernel's state block may have.
    pub fn state_capacity(&self) -> u64 {
        self.ram.size - self.reserved.ram - self.reserved.stack
    }
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
#[serde(deny_unknown_fields)]
pub struct Core {
    pub isa: Isa,
    /// LLVM's triple; empty on the host, whose own it is.
    pub triple: String,
    pub cpu: String,
    /// LLVM's features, as in `+m,+c`.
    pub features: String,
    pub addresses: Addresses,
}

impl Core {
    /// Bytes of a pointer.
    pub fn pointer_bytes(&self) -> u32 {
        if self.isa == Isa::Host { usize::BITS / 8 } else { 4 }
    }
}

/// The part of the flash that is ours. ESP chips: offsets in the flash chip.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Flash {
    pub origin: u64,
    pub size: u64,
    /// A bank begins at a multiple of this: the page that is erased, or that the MMU maps.
    pub page: u64,
}

/// A range of memory.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    pub origin: u64,
    pub size: u64,
}

/// Bytes that are not the kernel's.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reserved {
    /// Flash of the runtime.
    pub flash: u64,
    /// RAM of the runtime, without the stack.
    pub ram: u64,
    /// The stack that handlers run on.
    pub stack: u64,
    /// Of it, what a service of the host takes at most, below the stack pointer of the handler that calls it.
    pub service_stack: u32,
}

/// Where kernel images live: two places in the flash, and the bytes of each.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Banks {
    pub a: u64,
    pub b: u64,
    pub size: u64,
    /// Where the bank in use is mapped, and so linked. None: a bank runs where it is.
    #[serde(default)]
    pub link_address: Option<u64>,
    /// The same bytes, seen from the data bus, where that is another address.
    #[serde(default)]
    pub data_address: Option<u64>,
}

/// How the board is emulated.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Emulator {
    pub program: String,
    /// The Debian package that has the program.
    pub package: String,
    pub arguments: Vec<String>,
}

/// Where the bare-metal shell of an emulated board has its code and constants. Its variables are at
/// the start of the RAM, within `reserved.ram`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Shell {
    pub origin: u64,
    pub size: u64,
    /// Xtensa: the vectors' base (VECBASE).
    #[serde(default)]
    pub vectors: Option<u64>,
    /// Xtensa: where the core begins after reset.
    #[serde(default)]
    pub reset: Option<u64>,
}

/// What a board draws: currents in microamperes at its supply, typical values of data sheets. What is not of the chip is of
/// the board's LoRa radio.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Energy {
    /// Hz, while a handler runs.
    pub clock: u32,
    /// mV.
    pub supply: u32,
    /// The chip, while it runs.
    pub run: u32,
    /// The chip with its RAM kept, waiting for timers and its radio.
    pub sleep: u32,
    /// The chip's BLE radio, while it sends.
    #[serde(default)]
    pub advert: Option<u32>,
    /// The LoRa radio while it sends, by its power in dBm.
    #[serde(default)]
    pub transmit_14: Option<u32>,
    #[serde(default)]
    pub transmit_17: Option<u32>,
    #[serde(default)]
    pub transmit_20: Option<u32>,
    #[serde(default)]
    pub transmit_22: Option<u32>,
    /// The LoRa radio while it listens.
    #[serde(default)]
    pub receive: Option<u32>,
    /// mAh, of a board that comes with one.
    #[serde(default)]
    pub battery: Option<u32>,
}

impl Energy {
    /// The levels at which the radio sends: dBm and microamperes, from the weakest on.
    pub fn transmit(&self) -> Vec<(i8, u32)> {
        let levels =
            [(14, self.transmit_14), (17, self.transmit_17), (20, self.transmit_20), (22, self.transmit_22)];
        levels.into_iter().filter_map(|(dbm, current)| Some((dbm, current?))).collect()
    }
}
