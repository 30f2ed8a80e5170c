//! What is known of registers and of the stack's words at an instruction.
//!
//! Assumed, beside the core's manual: what a kernel stores through pointers stays within what they point to, and so
//! leaves alone the words in which functions keep registers. The compiler checks or proves every access.

use crate::Machine;
use crate::elf::Image;
use crate::error::Problem;
use crate::instruction::{Effect, REGISTERS, Register, Source};
use std::collections::BTreeMap;

/// Services have their bit in a word of the descriptor.
const SERVICES: i32 = 32;

/// What is known of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Unknown,
    Constant(u32),
    /// An address: so many bytes from where the stack pointer was when the function was called.
    Stack(i32),
    /// What a register held when the function was called.
    Entry(Register),
    /// The word that was then in the caller's frame: so many bytes from where the stack pointer was.
    Above(i32),
    /// An address: so many bytes into the host's table of services.
    Host(i32),
    /// The address of a service of the host.
    Service(u8),
}

pub(crate) type Registers = [Value; REGISTERS];

/// Registers and the words of the frame, whose places are as in [`Value::Stack`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub registers: Registers,
    pub slots: BTreeMap<i32, Value>,
    /// Of the caller's frame so many bytes may have been written to.
    pub written_above: i32,
    /// Bytes at the top of the frame that window registers may be saved in at any time.
    saved: i32,
}

impl State {
    /// At the beginning of a function whose registers hold this. `saved`: bytes at the top of its frame, in which
    /// window registers are saved.
    /// `above`: what is known of the caller's frame.
    pub fn new(
        machine: Machine,
        (registers, above): (&Registers, &BTreeMap<i32, Value>),
        saved: u32,
    ) -> Self {
        let mut registers = *registers;
        registers[machine.stack_pointer() as usize] = Value::Stack(0);
        if machine == Machine::Riscv {
            registers[0] = Value::Constant(0);
        }
        Self { registers, slots: above.clone(), written_above: 0, saved: saved as i32 }
    }

    pub fn get(&self, register: Register) -> Value {
        self.registers[register as usize]
    }

    /// Bytes of stack in use, as every checked state knows them.
    pub fn depth(&self, machine: Machine) -> i64 {
        match self.get(machine.stack_pointer()) {
            Value::Stack(at) => -i64::from(at),
            _ => 0,
        }
    }

    /// What both know. The depths of stack must be the same.
    pub fn join(&mut self, other: &Self, machine: Machine) -> Result<(), Problem> {
        let depths = [self, other].map(|state| state.depth(machine));
        if depths[0] != depths[1] {
            return Err(Problem::Join { depths });
        }
        for (mine, its) in self.registers.iter_mut().zip(&other.registers) {
            if mine != its {
                *mine = Value::Unknown;
            }
        }
        self.slots.retain(|at, value| other.slots.get(at) == Some(value));
        self.written_above = self.written_above.max(other.written_above);
        Ok(())
    }

    /// One effect of an instruction.
    pub fn apply(&mut self, effect: &Effect, image: &Image) -> Result<(), Problem> {
        let machine = image.machine;
        match *effect {
            Effect::Set(register, source) => {
                let value = self.value(source, image);
                if register == machine.stack_pointer() {
                    // Above 0 is the caller's.
                    let is_known = matches!(value, Value::Stack(..=0));
                    is_known.then_some(()).ok_or(Problem::StackPointer)?;
                }
                self.registers[register as usize] = value;
            }
            Effect::Store { base, offset, bytes, value } => {
                let Value::Stack(from) = self.get(base) else { return Ok(()) };
                let from = from.checked_add(offset).ok_or(Problem::Below)?;
                let to = from.checked_add_unsigned(bytes).ok_or(Problem::Below)?;
                let depth = self.depth(machine);
                if i64::from(from) < -depth {
                    return Err(Problem::Below);
                }
                if from < 0 && to > -self.saved {
                    return Err(Problem::SaveArea { frame: depth });
                }
                self.written_above = self.written_above.max(to);
                let hit: Vec<i32> = self.slots.range(from.saturating_sub(3)..to).map(|(at, _)| *at).collect();
                for at in hit {
                    self.slots.remove(&at);
                }
                if let Some(value) = value {
                    self.slots.insert(from, self.get(value));
                }
            }
        }
        Ok(())
    }

    fn value(&self, source: Source, image: &Image) -> Value {
        match source {
            Source::Constant(value) => Value::Constant(value),
            Source::Sum(register, by) => moved(self.get(register), by),
            Source::Add(one, other) => match (self.get(one), self.get(other)) {
                (value, Value::Constant(by)) | (Value::Constant(by), value) => moved(value, by as i32),
                _ => Value::Unknown,
            },
            Source::Subtract(one, other) => match (self.get(one), self.get(other)) {
                (value, Value::Constant(by)) => moved(value, (by as i32).wrapping_neg()),
                _ => Value::Unknown,
            },
            Source::Negate(register) => self.constant(register, u32::wrapping_neg),
            Source::ShiftLeft(register, 0) => self.get(register),
            Source::ShiftLeft(register, by) => {
                self.constant(register, |value| value.checked_shl(u32::from(by)).unwrap_or_default())
            }
            Source::High(register, high) => {
                self.constant(register, |value| value & 0xffff | u32::from(high) << 16)
            }
            Source::Literal(address) => image.word(address).map_or(Value::Unknown, Value::Constant),
            Source::Word(base, offset) => match moved(self.get(base), offset) {
                Value::Stack(at) => self.word(at),
                Value::Constant(at) => image.word(at).map_or(Value::Unknown, Value::Constant),
                // The table begins with its version.
                Value::Host(at) if at % 4 == 0 && (4..4 + 4 * SERVICES).contains(&at) => {
                    Value::Service((at / 4 - 1) as u8)
                }
                _ => Value::Unknown,
            },
            Source::Unknown => Value::Unknown,
        }
    }

    /// A word of the stack: of the function's frame, or of its caller's.
    pub fn word(&self, at: i32) -> Value {
        let above = if at >= self.written_above { Value::Above(at) } else { Value::Unknown };
        self.slots.get(&at).copied().unwrap_or(above)
    }

    fn constant(&self, register: Register, result: impl Fn(u32) -> u32) -> Value {
        match self.get(register) {
            Value::Constant(value) => Value::Constant(result(value)),
            _ => Value::Unknown,
        }
    }
}

/// A value and a constant.
fn moved(value: Value, by: i32) -> Value {
    match value {
        _ if by == 0 => value,
        Value::Constant(value) => Value::Constant(value.wrapping_add_signed(by)),
        Value::Stack(at) => at.checked_add(by).map_or(Value::Unknown, Value::Stack),
        Value::Host(at) => at.checked_add(by).map_or(Value::Unknown, Value::Host),
        _ => Value::Unknown,
    }
}
