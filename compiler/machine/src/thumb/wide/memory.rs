//! Loads and stores of 32 bits: of one register, of two, of many.

use super::nothing;
use crate::instruction::{Decoded, Effect, Register, Source, TARGET, Transfer, bits};
use crate::thumb::{PROGRAM_COUNTER, STACK_POINTER, list, load_many, push, store, store_many};

/// Where an instruction finds its memory: an offset from a register, which may move before or after.
struct Place {
    offset: i32,
    moves: i32,
    moves_first: bool,
}

impl Place {
    /// The three bits before (P), up (U), write back (W), and a distance.
    fn indexed([before, up, writes_back]: [bool; 3], distance: u32) -> Option<Self> {
        let by = if up { distance as i32 } else { -(distance as i32) };
        match (before, writes_back) {
            (true, true) => Some(Self { offset: 0, moves: by, moves_first: true }),
            (true, false) => Some(Self { offset: by, moves: 0, moves_first: false }),
            (false, true) => Some(Self { offset: 0, moves: by, moves_first: false }),
            (false, false) => None,
        }
    }

    /// The base's move around what is done there.
    fn around(&self, base: Register, effects: impl IntoIterator<Item = Effect>) -> Vec<Effect> {
        let moves = Effect::Set(base, Source::Sum(base, self.moves));
        let [first, last] = [self.moves_first, !self.moves_first].map(|is_now| is_now && self.moves != 0);
        let middle = effects.into_iter();
        first.then_some(moves).into_iter().chain(middle).chain(last.then_some(moves)).collect()
    }
}

/// ldm, stm, and with the stack pointer pop, push.
pub(super) fn many(first: u32, second: u32) -> Option<Decoded> {
    let (base, writes_back) = (bits(first, 0, 4) as Register, first & 0x20 != 0);
    let (is_load, bytes) = (first & 0x10 != 0, 4 * second.count_ones() as i32);
    let lowered = Effect::Set(base, Source::Sum(base, -bytes));
    let is_stored = !is_load && second & 0xa000 == 0 && second != 0;
    match (bits(first, 7, 2), is_load) {
        (1, true) => load_many(4, base, second, writes_back),
        (1, false) if is_stored => Some(Decoded::next(4, store_many(base, second, writes_back))),
        (2, false) if is_stored && base == STACK_POINTER && writes_back => {
            Some(Decoded::next(4, push(second)?))
        }
        (2, false) if is_stored => {
            let mut effects = if writes_back { vec![lowered] } else { Vec::new() };
            let below = if writes_back { 0 } else { -bytes / 4 };
            effects.extend(list(second).map(|(register, at)| store(base, below + at / 4, 4, register)));
            Some(Decoded::next(4, effects))
        }
        // Downwards, which LLVM does not make of loads.
        _ => None,
    }
}

/// ldrd, strd; exclusive loads and stores; table branches.
pub(super) fn two(first: u32, second: u32) -> Option<Decoded> {
    let base = bits(first, 0, 4) as Register;
    let [low, high, last] = [12, 8, 0].map(|at| bits(second, at, 4) as Register);
    let bit = |at: u32| first & 1 << at != 0;
    let unknown = |registers: &[Register]| {
        registers.iter().map(|register| Effect::Set(*register, Source::Unknown)).collect::<Vec<_>>()
    };
    let is_load = bit(4);
    if bit(8) || bit(5) {
        let distance = 4 * (second & 0xff);
        let place = Place::indexed([bit(8), bit(7), bit(5)], distance)?;
        if low == PROGRAM_COUNTER || high == PROGRAM_COUNTER || is_load && low == high {
            return None;
        }
        let (at, next) = (place.offset, place.offset + 4);
        let effects = match is_load {
            false => [(at, low), (next, high)].map(|(offset, value)| Effect::Store {
                base,
                offset,
                bytes: 4,
                value: Some(value),
            }),
            // The base is read before it is written.
            true if low == base => {
                [Effect::Set(high, Source::Word(base, next)), Effect::Set(low, Source::Word(base, at))]
            }
            true => [Effect::Set(low, Source::Word(base, at)), Effect::Set(high, Source::Word(base, next))],
        };
        return Some(Decoded::next(4, place.around(base, effects)));
    }
    let store = Effect::Store { base, offset: 0, bytes: 8, value: None };
    let effects = match (bit(7), is_load, bits(second, 4, 4)) {
        (false, false, _) => [vec![store], unknown(&[high])].concat(),
        (false, true, _) => unknown(&[low]),
        (true, false, 4 | 5 | 7) => [vec![store], unknown(&[last])].concat(),
        (true, true, 4 | 5) => unknown(&[low]),
        (true, true, 7) => unknown(&[low, high]),
        (true, true, 0 | 1) => {
            return Some(Decoded::new(4, Transfer::JumpTo(TARGET), unknown(&[TARGET])));
        }
        _ => return None,
    };
    Some(Decoded::next(4, effects))
}

/// ldr, str and those of bytes and half words.
pub(super) fn one(first: u32, second: u32, address: u32) -> Option<Decoded> {
    let (base, register) = (bits(first, 0, 4) as Register, bits(second, 12, 4) as Register);
    let (size, is_load, is_signed) = (bits(first, 5, 2), first & 0x10 != 0, first & 0x100 != 0);
    if size == 3 || is_signed && (!is_load || size == 2) || !is_load && register == PROGRAM_COUNTER {
        return None;
    }
    let is_jump = register == PROGRAM_COUNTER && size == 2;
    let end = |effects| {
        let transfer = if is_jump { Transfer::JumpTo(PROGRAM_COUNTER) } else { Transfer::Next };
        Some(Decoded::new(4, transfer, effects))
    };
    let twelve = second & 0xfff;
    if base == PROGRAM_COUNTER {
        let here = (address & !3).wrapping_add(4);
        let from = if first & 0x80 != 0 { here.wrapping_add(twelve) } else { here.wrapping_sub(twelve) };
        return match (is_load, size) {
            (false, _) => None,
            (true, 2) => end(vec![Effect::Set(register, Source::Literal(from))]),
            (true, _) if register == PROGRAM_COUNTER => nothing(),
            (true, _) => end(vec![Effect::Set(register, Source::Unknown)]),
        };
    }
    let access = |base, offset| match (is_load, size) {
        (false, _) => {
            Effect::Store { base, offset, bytes: 1 << size, value: (size == 2).then_some(register) }
        }
        (true, 2) => Effect::Set(register, Source::Word(base, offset)),
        // Into no register: a hint.
        (true, _) if register == PROGRAM_COUNTER => Effect::Set(TARGET, Source::Unknown),
        (true, _) => Effect::Set(register, Source::Unknown),
    };
    if first & 0x80 != 0 {
        return end(vec![access(base, twelve as i32)]);
    }
    if second & 0x800 != 0 {
        let bit = |at: u32| second & 1 << at != 0;
        let place = Place::indexed([bit(10), bit(9), bit(8)], second & 0xff)?;
        if is_load && register == base && place.moves != 0 {
            return None;
        }
        return end(place.around(base, [access(base, place.offset)]));
    }
    if second & 0x7c0 != 0 {
        return None;
    }
    let (index, by) = (bits(second, 0, 4) as Register, bits(second, 4, 2));
    let sum = if by == 0 { Source::Add(base, index) } else { Source::Unknown };
    end(vec![Effect::Set(TARGET, sum), access(TARGET, 0)])
}
