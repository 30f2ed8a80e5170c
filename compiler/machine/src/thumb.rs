//! Thumb of Armv6-M and Armv7E-M: the instructions of 16 bits. Those of 32 bits are in `thumb/wide.rs`.

#[cfg(test)]
mod tests;
mod wide;

use crate::instruction::{Decoded, Effect, Linkage, Register, Source, TARGET, Transfer, bits, signed};

pub(crate) const STACK_POINTER: Register = 13;
pub(crate) const RETURN_ADDRESS: Register = 14;
/// Of a handler's second argument, the host.
pub(crate) const HOST: Register = 1;
const PROGRAM_COUNTER: Register = 15;

/// What a call may change: r0 to r3, r12, lr.
pub(crate) fn is_lost_in_calls(register: Register) -> bool {
    matches!(register, 0..=3 | 12 | 14)
}

/// The instruction at the beginning of `bytes`, of which an `it` before it makes so many conditional; none if this is
/// none that kernels are made of.
pub(crate) fn decode(bytes: &[u8], address: u32, conditions: u8) -> Option<Decoded> {
    let half = |at: usize| Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    let first = half(0)?;
    let mut decoded =
        if first >> 11 < 0b11101 { narrow(first, address)? } else { wide::decode(first, half(2)?, address)? };
    if conditions > 0 {
        match decoded.transfer {
            // Conditions do not nest, and what has one of its own is not made conditional.
            Transfer::Branch(_) => return None,
            _ if decoded.conditions > 0 => return None,
            Transfer::Jump(to) => decoded.transfer = Transfer::Branch(to),
            _ => decoded.conditional = true,
        }
        decoded.conditions = conditions - 1;
    }
    Some(decoded)
}

fn narrow(half: u32, address: u32) -> Option<Decoded> {
    let [low, middle, high] = [0, 3, 6].map(|at| bits(half, at, 3) as Register);
    let wide = bits(half, 8, 3) as Register;
    let (byte, five) = (bits(half, 0, 8), bits(half, 6, 5) as u8);
    let next = |register, source| Some(Decoded::set(2, register, source));
    let behind = (address & !3).wrapping_add(4);
    match half >> 11 {
        0 => next(low, Source::ShiftLeft(middle, five)),
        1 | 2 => next(low, Source::Unknown),
        3 => match bits(half, 9, 2) {
            0 => next(low, Source::Add(middle, high)),
            1 => next(low, Source::Subtract(middle, high)),
            2 => next(low, Source::Sum(middle, i32::from(high))),
            _ => next(low, Source::Sum(middle, -i32::from(high))),
        },
        4 => next(wide, Source::Constant(byte)),
        5 => Some(Decoded::next(2, Vec::new())),
        6 => next(wide, Source::Sum(wide, byte as i32)),
        7 => next(wide, Source::Sum(wide, -(byte as i32))),
        8 if half & 0x400 == 0 => match bits(half, 6, 4) {
            // tst, cmp, cmn.
            8 | 10 | 11 => Some(Decoded::next(2, Vec::new())),
            9 => next(low, Source::Negate(middle)),
            _ => next(low, Source::Unknown),
        },
        8 => any_register(half, address),
        9 => next(wide, Source::Literal(behind.wrapping_add(byte * 4))),
        10 | 11 => by_register(bits(half, 9, 3), [low, middle, high]),
        12..=18 => {
            let (base, unit) = if half >> 11 == 18 {
                (STACK_POINTER, 4)
            } else {
                (middle, [4, 4, 1, 1, 2, 2][(half >> 11) as usize - 12])
            };
            match half >> 11 {
                12 | 14 | 16 => Some(Decoded::next(2, vec![store(base, i32::from(five), unit, low)])),
                13 => next(low, Source::Word(base, i32::from(five) * 4)),
                18 => Some(Decoded::next(2, vec![store(base, byte as i32, 4, wide)])),
                _ => next(low, Source::Unknown),
            }
        }
        19 => next(wide, Source::Word(STACK_POINTER, byte as i32 * 4)),
        20 => next(wide, Source::Constant(behind.wrapping_add(byte * 4))),
        21 => next(wide, Source::Sum(STACK_POINTER, byte as i32 * 4)),
        22 | 23 => miscellaneous(half, address),
        24 => Some(Decoded::next(2, store_many(wide, byte, true))),
        25 => load_many(2, wide, byte, byte & 1 << wide == 0),
        26 | 27 => {
            let to = address.wrapping_add(4).wrapping_add_signed(signed(byte, 8) * 2);
            match bits(half, 8, 4) {
                14 => Some(Decoded::new(2, Transfer::Trap, Vec::new())),
                15 => None,
                _ => Some(Decoded::new(2, Transfer::Branch(to), Vec::new())),
            }
        }
        _ => {
            let to = address.wrapping_add(4).wrapping_add_signed(signed(bits(half, 0, 11), 11) * 2);
            Some(Decoded::new(2, Transfer::Jump(to), Vec::new()))
        }
    }
}

/// A store of a register at a base and so many units.
fn store(base: Register, units: i32, bytes: u32, value: Register) -> Effect {
    Effect::Store { base, offset: units * bytes as i32, bytes, value: (bytes == 4).then_some(value) }
}

/// add, cmp and mov of any registers, bx and blx.
fn any_register(half: u32, address: u32) -> Option<Decoded> {
    let to = (bits(half, 0, 3) | bits(half, 4, 4) & 8) as Register;
    let from = bits(half, 3, 4) as Register;
    let here = Effect::Set(TARGET, Source::Constant(address.wrapping_add(4)));
    let is_counter = from == PROGRAM_COUNTER;
    match bits(half, 8, 2) {
        0 if to == PROGRAM_COUNTER => {
            Some(Decoded::new(2, Transfer::JumpTo(TARGET), vec![Effect::Set(TARGET, Source::Unknown)]))
        }
        0 if is_counter => Some(Decoded::next(2, vec![here, Effect::Set(to, Source::Add(to, TARGET))])),
        0 => Some(Decoded::set(2, to, Source::Add(to, from))),
        1 => Some(Decoded::next(2, Vec::new())),
        2 if is_counter => None,
        2 if to == PROGRAM_COUNTER => Some(Decoded::new(2, Transfer::JumpTo(from), Vec::new())),
        2 => Some(Decoded::set(2, to, Source::Sum(from, 0))),
        _ if is_counter || half & 7 != 0 => None,
        _ if half & 0x80 == 0 => Some(Decoded::new(2, Transfer::JumpTo(from), Vec::new())),
        _ => {
            let link = Linkage::Link(RETURN_ADDRESS);
            Some(Decoded::new(2, Transfer::CallTo(from, link), Vec::new()))
        }
    }
}

/// Loads and stores at the sum of two registers.
fn by_register(operation: u32, [register, base, index]: [Register; 3]) -> Option<Decoded> {
    let address = Effect::Set(TARGET, Source::Add(base, index));
    Some(Decoded::next(
        2,
        match operation {
            0..=2 => vec![address, store(TARGET, 0, [4, 2, 1][operation as usize], register)],
            4 => vec![address, Effect::Set(register, Source::Word(TARGET, 0))],
            _ => vec![Effect::Set(register, Source::Unknown)],
        },
    ))
}

fn miscellaneous(half: u32, address: u32) -> Option<Decoded> {
    let nothing = || Some(Decoded::next(2, Vec::new()));
    let low = bits(half, 0, 3) as Register;
    match bits(half, 8, 4) {
        0 => {
            let by = bits(half, 0, 7) as i32 * 4;
            let by = if half & 0x80 == 0 { by } else { -by };
            Some(Decoded::set(2, STACK_POINTER, Source::Sum(STACK_POINTER, by)))
        }
        // cbz, cbnz.
        1 | 3 | 9 | 11 => {
            let to = address.wrapping_add(4 + bits(half, 9, 1) * 64 + bits(half, 3, 5) * 2);
            Some(Decoded::new(2, Transfer::Branch(to), Vec::new()))
        }
        2 => Some(Decoded::set(2, low, Source::Unknown)),
        4 | 5 => Some(Decoded::next(2, push(half & 0xff | (half & 0x100) << 6)?)),
        6 if half & 0xe0 == 0x60 => nothing(),
        10 if bits(half, 6, 2) != 2 => Some(Decoded::set(2, low, Source::Unknown)),
        12 | 13 => load_many(2, STACK_POINTER, half & 0xff | (half & 0x100) << 7, true),
        14 => Some(Decoded::new(2, Transfer::Trap, Vec::new())),
        15 => match half & 15 {
            0 if half & 0xff <= 0x40 => nothing(),
            0 => None,
            mask => {
                let mut it = Decoded::next(2, Vec::new());
                it.conditions = 4 - mask.trailing_zeros() as u8;
                Some(it)
            }
        },
        _ => None,
    }
}

/// The registers of a list, with the offset of each.
fn list(registers: u32) -> impl Iterator<Item = (Register, i32)> {
    (0..16).filter(move |register| registers & 1 << register != 0).zip((0..).step_by(4))
}

fn push(registers: u32) -> Option<Vec<Effect>> {
    let bytes = 4 * registers.count_ones() as i32;
    let mut effects = vec![Effect::Set(STACK_POINTER, Source::Sum(STACK_POINTER, -bytes))];
    effects.extend(list(registers).map(|(register, at)| store(STACK_POINTER, at / 4, 4, register)));
    (registers != 0).then_some(effects)
}

fn store_many(base: Register, registers: u32, writes_back: bool) -> Vec<Effect> {
    let mut effects: Vec<_> =
        list(registers).map(|(register, at)| store(base, at / 4, 4, register)).collect();
    if writes_back {
        effects.push(Effect::Set(base, Source::Sum(base, 4 * registers.count_ones() as i32)));
    }
    effects
}

/// Loads a list, upwards, with the program counter as a jump. What is loaded into the base comes last.
fn load_many(size: u8, base: Register, registers: u32, writes_back: bool) -> Option<Decoded> {
    let load = |(register, at)| Effect::Set(register, Source::Word(base, at));
    let (last, others): (Vec<_>, Vec<_>) = list(registers).partition(|(register, _)| *register == base);
    if registers == 0 || registers & 1 << STACK_POINTER != 0 || writes_back && !last.is_empty() {
        return None;
    }
    let mut effects: Vec<_> = others.into_iter().chain(last).map(load).collect();
    if writes_back {
        effects.push(Effect::Set(base, Source::Sum(base, 4 * registers.count_ones() as i32)));
    }
    let is_jump = registers & 1 << PROGRAM_COUNTER != 0;
    let transfer = if is_jump { Transfer::JumpTo(PROGRAM_COUNTER) } else { Transfer::Next };
    Some(Decoded::new(size, transfer, effects))
}
