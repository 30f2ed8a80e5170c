//! What the decoders say of one instruction: its length, where control goes, what happens to registers and stack.
//!
//! Only what stack and calls depend on is exact: constants, addresses relative to the stack pointer, words loaded.
//! Any other result makes a register unknown. A decoder names every register that an instruction writes.

/// A general register's number, as the core counts them.
pub(crate) type Register = u8;

/// A register that no core has: addresses that an instruction computes for itself go through it.
pub(crate) const TARGET: Register = 32;

/// The registers of a state: those of RISC-V, and [`TARGET`].
pub(crate) const REGISTERS: usize = 33;

/// One instruction as decoded, before it is known what its registers hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// In bytes.
    pub size: u8,
    pub transfer: Transfer,
    /// One after the other.
    pub effects: Vec<Effect>,
    /// It happens, or nothing does.
    pub conditional: bool,
    /// How many of the instructions that follow are conditional (Thumb's `it`).
    pub conditions: u8,
}

/// Where control goes after the effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transfer {
    Next,
    /// There, or on to the next one.
    Branch(u32),
    Jump(u32),
    JumpTo(Register),
    Call(u32, Linkage),
    CallTo(Register, Linkage),
    /// Windowed Xtensa: begins a function, whose frame the effects make.
    Enter,
    /// Windowed Xtensa: back to the caller, whose registers come back.
    Leave,
    /// Never goes on.
    Trap,
}

/// How a call hands its return address over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Linkage {
    /// In a register.
    Link(Register),
    /// Windowed Xtensa: the callee's registers begin that many registers further on (4, 8, 12).
    Window(u8),
}

/// What an instruction does to a register or to memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Set(Register, Source),
    /// Writes at a register's value and an offset: a whole register, or bytes of no interest.
    Store {
        base: Register,
        offset: i32,
        bytes: u32,
        value: Option<Register>,
    },
}

/// Where a register's new value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Constant(u32),
    /// A register and a constant.
    Sum(Register, i32),
    Add(Register, Register),
    Subtract(Register, Register),
    Negate(Register),
    ShiftLeft(Register, u8),
    /// The low half stays, the high half is this.
    High(Register, u16),
    /// The word at a register's value and an offset.
    Word(Register, i32),
    /// The word at an address in the image.
    Literal(u32),
    Unknown,
}

impl Decoded {
    pub fn new(size: u8, transfer: Transfer, effects: Vec<Effect>) -> Self {
        Self { size, transfer, effects, conditional: false, conditions: 0 }
    }

    /// Goes on to the next one.
    pub fn next(size: u8, effects: Vec<Effect>) -> Self {
        Self::new(size, Transfer::Next, effects)
    }

    /// Goes on to the next one with something new in a register.
    pub fn set(size: u8, register: Register, source: Source) -> Self {
        Self::next(size, vec![Effect::Set(register, source)])
    }

    /// Control may go on to the instruction behind it.
    pub fn goes_on(&self) -> bool {
        use Transfer::{Branch, Call, CallTo, Enter, Next};
        self.conditional || matches!(self.transfer, Next | Branch(_) | Call(..) | CallTo(..) | Enter)
    }
}

/// The bits `low..low + count` of a number.
pub(crate) fn bits(word: u32, low: u32, count: u32) -> u32 {
    (word >> low) & ((1 << count) - 1)
}

/// A number of so many bits with its sign.
pub(crate) fn signed(value: u32, bits: u32) -> i32 {
    ((value << (32 - bits)) as i32) >> (32 - bits)
}
