//! Thumb's instructions of 32 bits, those of the floating point unit included: Armv7-M's manual, chapter A5.3.

mod memory;

use super::{PROGRAM_COUNTER, RETURN_ADDRESS, STACK_POINTER};
use crate::instruction::{Decoded, Effect, Linkage, Register, Source, Transfer, bits, signed};

/// Special registers of `msr` that are stack pointers, or choose one: MSP, PSP, CONTROL.
const STACK_POINTERS: [u32; 3] = [8, 9, 20];

pub(super) fn decode(first: u32, second: u32, address: u32) -> Option<Decoded> {
    match (bits(first, 11, 2), bits(first, 9, 2), second >> 15) {
        (1, 0, _) if first & 0x40 == 0 => memory::many(first, second),
        (1, 0, _) => memory::two(first, second),
        (1, 1, _) => shifted(first, second),
        (1, ..) | (3, 2.., _) => floating(first, second),
        (2, 0 | 2, 0) => modified(first, second),
        (2, _, 0) => plain(first, second, address),
        (2, ..) => control(first, second, address),
        (3, 0, _) => memory::one(first, second, address),
        (3, 1, _) => registers(first, second),
        _ => None,
    }
}

fn next(register: Register, source: Source) -> Option<Decoded> {
    // Of these instructions none jumps by writing the program counter.
    (register != PROGRAM_COUNTER).then(|| Decoded::set(4, register, source))
}

fn nothing() -> Option<Decoded> {
    Some(Decoded::next(4, Vec::new()))
}

/// What the sixteen operations of a kind leave in their result, by operand kind.
fn operation(first: u32, second: u32, source: impl Fn(u32, Register) -> Source) -> Option<Decoded> {
    let (kind, sets_flags) = (bits(first, 5, 4), first & 0x10 != 0);
    let (operand, result) = (bits(first, 0, 4) as Register, bits(second, 8, 4) as Register);
    match kind {
        // tst, teq, cmn, cmp.
        0 | 4 | 8 | 13 if result == PROGRAM_COUNTER => sets_flags.then(nothing)?,
        0..=4 | 6 | 8 | 10 | 11 | 13 | 14 => next(result, source(kind, operand)),
        _ => None,
    }
}

/// Data processing with a shifted register.
fn shifted(first: u32, second: u32) -> Option<Decoded> {
    let by = (bits(second, 12, 3) << 2 | bits(second, 6, 2)) as u8;
    let (kind, from) = (bits(second, 4, 2), bits(second, 0, 4) as Register);
    operation(first, second, |operation, operand| match (operation, kind, by) {
        (2, 0, _) if operand == PROGRAM_COUNTER => Source::ShiftLeft(from, by),
        (8, 0, 0) => Source::Add(operand, from),
        (13, 0, 0) => Source::Subtract(operand, from),
        _ => Source::Unknown,
    })
}

/// Data processing with a modified constant.
fn modified(first: u32, second: u32) -> Option<Decoded> {
    let constant = expand(bits(first, 10, 1) << 11 | bits(second, 12, 3) << 8 | second & 0xff);
    operation(first, second, |operation, operand| match operation {
        2 if operand == PROGRAM_COUNTER => Source::Constant(constant),
        3 if operand == PROGRAM_COUNTER => Source::Constant(!constant),
        8 => Source::Sum(operand, constant as i32),
        13 => Source::Sum(operand, (constant as i32).wrapping_neg()),
        _ => Source::Unknown,
    })
}

/// What twelve bits stand for: a byte in one of four patterns, or eight bits turned right.
fn expand(twelve: u32) -> u32 {
    let byte = twelve & 0xff;
    match twelve >> 8 {
        0 => byte,
        1 => byte << 16 | byte,
        2 => byte << 24 | byte << 8,
        3 => byte * 0x0101_0101,
        _ => (0x80 | byte & 0x7f).rotate_right(twelve >> 7),
    }
}

/// Data processing with a plain constant.
fn plain(first: u32, second: u32, address: u32) -> Option<Decoded> {
    let (operand, result) = (bits(first, 0, 4), bits(second, 8, 4) as Register);
    let twelve = bits(first, 10, 1) << 11 | bits(second, 12, 3) << 8 | second & 0xff;
    let sixteen = operand << 12 | twelve;
    let here = (address & !3).wrapping_add(4);
    match bits(first, 4, 5) {
        0 if operand == 15 => next(result, Source::Constant(here.wrapping_add(twelve))),
        10 if operand == 15 => next(result, Source::Constant(here.wrapping_sub(twelve))),
        0 => next(result, Source::Sum(operand as Register, twelve as i32)),
        10 => next(result, Source::Sum(operand as Register, -(twelve as i32))),
        4 => next(result, Source::Constant(sixteen)),
        12 => next(result, Source::High(result, sixteen as u16)),
        // Saturation and bit fields.
        16 | 18 | 20 | 22 | 24 | 26 | 28 => next(result, Source::Unknown),
        _ => None,
    }
}

/// Branches, and what steers the core.
fn control(first: u32, second: u32, address: u32) -> Option<Decoded> {
    let (sign, j1, j2) = (bits(first, 10, 1), bits(second, 13, 1), bits(second, 11, 1));
    let far = sign << 24
        | (1 ^ j1 ^ sign) << 23
        | (1 ^ j2 ^ sign) << 22
        | bits(first, 0, 10) << 12
        | bits(second, 0, 11) << 1;
    let to = |offset: i32| address.wrapping_add(4).wrapping_add_signed(offset);
    let end = |transfer| Some(Decoded::new(4, transfer, Vec::new()));
    match second & 0xd000 {
        0x9000 => end(Transfer::Jump(to(signed(far, 25)))),
        0xd000 => end(Transfer::Call(to(signed(far, 25)), Linkage::Link(RETURN_ADDRESS))),
        0x8000 if bits(first, 7, 3) != 7 => {
            let near = sign << 20 | j2 << 19 | j1 << 18 | bits(first, 0, 6) << 12 | bits(second, 0, 11) << 1;
            end(Transfer::Branch(to(signed(near, 21))))
        }
        0x8000 => match (first, second) {
            // udf.w
            (0xf7f0..=0xf7ff, 0xa000..) => end(Transfer::Trap),
            (0xf380..=0xf39f, _) if STACK_POINTERS.contains(&(second & 0xff)) => {
                next(STACK_POINTER, Source::Unknown)
            }
            (0xf380..=0xf39f, _) => nothing(),
            // Hints and barriers.
            (0xf3af, 0x8000..=0x80ff) | (0xf3bf, 0x8f00..=0x8fff) => nothing(),
            (0xf3ef, _) => next(bits(second, 8, 4) as Register, Source::Unknown),
            _ => None,
        },
        _ => None,
    }
}

/// Data processing with registers alone, and products.
fn registers(first: u32, second: u32) -> Option<Decoded> {
    let (high, low) = (bits(second, 8, 4) as Register, bits(second, 12, 4) as Register);
    match bits(first, 7, 2) {
        0 | 1 if low != 15 => None,
        0..=2 => next(high, Source::Unknown),
        _ => match bits(first, 4, 3) {
            // sdiv, udiv.
            1 | 3 => next(high, Source::Unknown),
            7 => None,
            _ if high == PROGRAM_COUNTER || low == PROGRAM_COUNTER => None,
            _ => {
                let effects = [low, high].map(|register| Effect::Set(register, Source::Unknown));
                Some(Decoded::next(4, effects.to_vec()))
            }
        },
    }
}

/// Floating point: its registers are of no interest, those of the core are.
fn floating(first: u32, second: u32) -> Option<Decoded> {
    let (base, register) = (bits(first, 0, 4) as Register, bits(second, 12, 4) as Register);
    if !matches!(bits(second, 8, 4), 10 | 11) || first & 0x1000 != 0 || first & 0x300 == 0x300 {
        return None;
    }
    if first & 0x200 != 0 {
        return match (second & 0x10 != 0, first & 0x10 != 0) {
            // From a floating point register, or its flags to those of the core.
            (true, true) if register != PROGRAM_COUNTER => next(register, Source::Unknown),
            _ => nothing(),
        };
    }
    let bytes = 4 * (second & 0xff);
    let store = |offset, bytes| Effect::Store { base, offset, bytes, value: None };
    let (is_load, is_up, by) = (first & 0x10 != 0, first & 0x80 != 0, bytes as i32);
    let moves = Effect::Set(base, Source::Sum(base, if is_up { by } else { -by }));
    let effects = match (bits(first, 8, 1), bits(first, 7, 1), bits(first, 5, 1)) {
        // Two registers of the core.
        (0, 0, 0) if first & 0x40 == 0 || !is_load => {
            return if first & 0x40 == 0 { None } else { nothing() };
        }
        (0, 0, 0) => {
            let effects = [register, base].map(|register| Effect::Set(register, Source::Unknown));
            return Some(Decoded::next(4, effects.to_vec()));
        }
        (1, _, 0) if is_load => Vec::new(),
        (1, _, 0) => {
            let size = if second & 0x100 == 0 { 4 } else { 8 };
            vec![store(if is_up { by } else { -by }, size)]
        }
        // vldm, vstm, and with the stack pointer vpop, vpush.
        (0, 1, 0) if is_load => Vec::new(),
        (0, 1, 0) => vec![store(0, bytes)],
        (0, 1, 1) | (1, 0, 1) if is_load => vec![moves],
        (0, 1, 1) => vec![store(0, bytes), moves],
        (1, 0, 1) => vec![moves, store(0, bytes)],
        _ => return None,
    };
    Some(Decoded::next(4, effects))
}
