//! Windowed Xtensa: what LLVM makes of integers for the LX6 and LX7, in two or three bytes.
//!
//! Left out, and so refused: call0 functions, hardware loops, floating point, vectors, and what writes windows.

#[cfg(test)]
mod tests;

use crate::instruction::{Decoded, Effect, Linkage, Register, Source, Transfer, signed};

pub(crate) const STACK_POINTER: Register = 1;
/// Of a handler's second argument, the host: a3 once the window has turned.
pub(crate) const HOST: Register = 3;

/// The special register that holds shift amounts; others steer windows and loops.
const SHIFT_AMOUNT: u8 = 3;

/// The instruction at the beginning of `bytes`; none if this is none that kernels are made of.
pub(crate) fn decode(bytes: &[u8], address: u32) -> Option<Decoded> {
    let &[first, second, ..] = bytes else { return None };
    let (t, s, r) = (first >> 4, second & 15, second >> 4);
    if matches!(first & 15, 8..=13) {
        return narrow(first & 15, [r, s, t], address);
    }
    let last = *bytes.get(2)?;
    let next = |register, source| Some(Decoded::set(3, register, source));
    let branch = |offset: i32| {
        let to = address.wrapping_add(4).wrapping_add_signed(offset);
        Some(Decoded::new(3, Transfer::Branch(to), Vec::new()))
    };
    // 18 bits of `j` and `call`.
    let far = signed(u32::from(first) >> 6 | u32::from(second) << 2 | u32::from(last) << 10, 18);
    match (first & 15, t & 3, t >> 2) {
        (0, ..) => registers(last, [r, s, t]),
        (1, ..) => {
            let words = i32::from(u16::from_le_bytes([second, last]));
            next(t, Source::Literal(literal(address, words)))
        }
        (2, ..) => memory(last, [r, s, t]),
        (5, 1..=3, _) => {
            let to = (address & !3).wrapping_add(4).wrapping_add_signed(far << 2);
            Some(Decoded::new(3, Transfer::Call(to, Linkage::Window(4 * (t & 3))), Vec::new()))
        }
        (6, 0, _) => {
            let to = address.wrapping_add(4).wrapping_add_signed(far);
            Some(Decoded::new(3, Transfer::Jump(to), Vec::new()))
        }
        // beqz, bnez, bltz, bgez.
        (6, 1, _) => branch(signed(u32::from(second) >> 4 | u32::from(last) << 4, 12)),
        // beqi, bnei, blti, bgei; bltui, bgeui; bf, bt; and those that compare two registers.
        (6, 2, _) | (6, 3, 2 | 3) | (7, ..) => branch(i32::from(last as i8)),
        (6, 3, 1) if r < 2 => branch(i32::from(last as i8)),
        (6, 3, 0) if s == STACK_POINTER => {
            let frame = (i32::from(second >> 4) | i32::from(last) << 4) * 8;
            let effect = Effect::Set(STACK_POINTER, Source::Sum(STACK_POINTER, -frame));
            Some(Decoded::new(3, Transfer::Enter, vec![effect]))
        }
        _ => None,
    }
}

/// Where `l32r` reads: always before it.
fn literal(address: u32, words: i32) -> u32 {
    (address.wrapping_add(3) & !3).wrapping_add_signed((words | !0xffff) << 2)
}

/// Instructions of two bytes.
fn narrow(operation: u8, [r, s, t]: [u8; 3], address: u32) -> Option<Decoded> {
    let next = |register, source| Some(Decoded::set(2, register, source));
    let end = |transfer| Some(Decoded::new(2, transfer, Vec::new()));
    match (operation, r, t) {
        (8, ..) => next(t, Source::Word(s, i32::from(r) * 4)),
        (9, ..) => {
            let offset = i32::from(r) * 4;
            Some(Decoded::next(2, vec![Effect::Store { base: s, offset, bytes: 4, value: Some(t) }]))
        }
        (10, ..) => next(r, Source::Add(s, t)),
        (11, ..) => next(r, Source::Sum(s, if t == 0 { -1 } else { i32::from(t) })),
        (12, _, 0..8) => {
            let value = i32::from(r | (t & 7) << 4);
            next(s, Source::Constant((if value < 96 { value } else { value - 128 }) as u32))
        }
        (12, ..) => {
            let offset = u32::from(r | (t & 3) << 4);
            end(Transfer::Branch(address.wrapping_add(4).wrapping_add(offset)))
        }
        (13, 0, _) => next(t, Source::Sum(s, 0)),
        (13, 15, 1) => end(Transfer::Leave),
        (13, 15, 2 | 6) => end(Transfer::Trap),
        (13, 15, 3) => end(Transfer::Next),
        _ => None,
    }
}

/// Instructions on registers alone.
fn registers(last: u8, [r, s, t]: [u8; 3]) -> Option<Decoded> {
    let next = |register, source| Some(Decoded::set(3, register, source));
    let nothing = || Some(Decoded::next(3, Vec::new()));
    match (last & 15, last >> 4) {
        (0, 0) => control([r, s, t]),
        (0, 2) if s == t => next(r, Source::Sum(s, 0)),
        (0, 4) => match r {
            // The shift amount, then nsa and nsau.
            0..=4 => nothing(),
            14 | 15 => next(t, Source::Unknown),
            _ => None,
        },
        (0, 6) if s == 0 => next(r, Source::Negate(t)),
        (0, 6) if s == 1 => next(r, Source::Unknown),
        (0, 8) => next(r, Source::Add(s, t)),
        (0, 12) => next(r, Source::Subtract(s, t)),
        (0, 1..=3 | 9..=11 | 13..=15) => next(r, Source::Unknown),
        (1, high @ (0 | 1)) => match high << 4 | t {
            0 => None,
            left => next(r, Source::ShiftLeft(s, 32 - left)),
        },
        (1, 2..=4 | 8..=13) | (2, 8 | 10..=15) | (3, 2..=14) | (4 | 5, _) => next(r, Source::Unknown),
        // Logic on booleans.
        (2, 0..=4) => nothing(),
        (3, 0) => next(t, Source::Unknown),
        (3, 1) if r << 4 | s == SHIFT_AMOUNT => nothing(),
        _ => None,
    }
}

fn control([r, s, t]: [u8; 3]) -> Option<Decoded> {
    let end = |transfer| Some(Decoded::new(3, transfer, Vec::new()));
    match (r, t) {
        (0, 0) if s == 0 => end(Transfer::Trap),
        (0, 9) => end(Transfer::Leave),
        (0, 10) => end(Transfer::JumpTo(s)),
        (0, 13..=15) => end(Transfer::CallTo(s, Linkage::Window(4 * (t & 3)))),
        (1, _) => Some(Decoded::set(3, t, Source::Sum(s, 0))),
        // Barriers and `nop`.
        (2, 0..=3 | 8 | 12 | 13 | 15) => end(Transfer::Next),
        (4, _) => end(Transfer::Trap),
        _ => None,
    }
}

/// Loads, stores, and what has an immediate of eight bits.
fn memory(last: u8, [r, s, t]: [u8; 3]) -> Option<Decoded> {
    let next = |source| Some(Decoded::set(3, t, source));
    let (offset, immediate) = (i32::from(last), i32::from(last as i8));
    let store = |bytes: u32| {
        let value = (bytes == 4).then_some(t);
        vec![Effect::Store { base: s, offset: offset * bytes as i32, bytes, value }]
    };
    match r {
        2 | 11 => next(Source::Word(s, offset * 4)),
        0 | 1 | 9 => next(Source::Unknown),
        4 => Some(Decoded::next(3, store(1))),
        5 => Some(Decoded::next(3, store(2))),
        6 | 15 => Some(Decoded::next(3, store(4))),
        10 => next(Source::Constant(signed(u32::from(s) << 8 | u32::from(last), 12) as u32)),
        12 => next(Source::Sum(s, immediate)),
        13 => next(Source::Sum(s, immediate << 8)),
        // Compares and swaps.
        14 => {
            let store = Effect::Store { base: s, offset: offset * 4, bytes: 4, value: None };
            Some(Decoded::next(3, vec![store, Effect::Set(t, Source::Unknown)]))
        }
        _ => None,
    }
}
