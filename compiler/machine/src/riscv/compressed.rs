//! RV32C: the instructions of 16 bits, as those of 32 bits for which they stand.

use super::{jump, jump_to, set, store};
use crate::instruction::{Decoded, Register, Source, Transfer, bits, signed};

pub(super) fn decode(half: u32, address: u32) -> Option<Decoded> {
    let [high, low] = [7, 2].map(|at| bits(half, at, 5) as Register);
    // The eight registers that three bits can name: x8 to x15.
    let [high3, low3] = [7, 2].map(|at| bits(half, at, 3) as Register + 8);
    let immediate = signed(bits(half, 12, 1) << 5 | bits(half, 2, 5), 6);
    let next = |register, source| Some(Decoded::next(2, set(register, source)));
    let word = (bits(half, 5, 1) << 6 | bits(half, 10, 3) << 3 | bits(half, 6, 1) << 2) as i32;
    match (half & 3, half >> 13) {
        (0, 0) => {
            let offset = bits(half, 7, 4) << 6
                | bits(half, 11, 2) << 4
                | bits(half, 5, 1) << 3
                | bits(half, 6, 1) << 2;
            match offset {
                0 if half == 0 => Some(Decoded::new(2, Transfer::Trap, Vec::new())),
                0 => None,
                _ => next(low3, Source::Sum(2, offset as i32)),
            }
        }
        (0, 2) => next(low3, Source::Word(high3, word)),
        (0, 6) => Some(Decoded::next(2, vec![store(high3, word, 4, low3)])),
        (1, 0) => next(high, Source::Sum(high, immediate)),
        (1, 1) => jump(2, 1, to(half, address)),
        (1, 2) => next(high, Source::Constant(immediate as u32)),
        (1, 3) if immediate == 0 => None,
        (1, 3) if high == 2 => next(2, Source::Sum(2, stack_adjustment(half))),
        (1, 3) => next(high, Source::Constant((immediate << 12) as u32)),
        (1, 4) => match (bits(half, 10, 2), bits(half, 12, 1), bits(half, 5, 2)) {
            (0 | 1, 0, _) | (2, _, _) | (3, 0, 1..=3) => next(high3, Source::Unknown),
            (3, 0, 0) => next(high3, Source::Subtract(high3, low3)),
            _ => None,
        },
        (1, 5) => jump(2, 0, to(half, address)),
        (1, _) => {
            let to = bits(half, 12, 1) << 8
                | bits(half, 5, 2) << 6
                | bits(half, 2, 1) << 5
                | bits(half, 10, 2) << 3
                | bits(half, 3, 2) << 1;
            let to = address.wrapping_add_signed(signed(to, 9));
            Some(Decoded::new(2, Transfer::Branch(to), Vec::new()))
        }
        (2, 0) if bits(half, 12, 1) == 0 => next(high, Source::ShiftLeft(high, low)),
        (2, 2) if high != 0 => {
            let offset = bits(half, 2, 2) << 6 | bits(half, 12, 1) << 5 | bits(half, 4, 3) << 2;
            next(high, Source::Word(2, offset as i32))
        }
        (2, 4) => match (bits(half, 12, 1), high, low) {
            (0, 0, _) => None,
            (0, _, 0) => jump_to(2, 0, high, 0),
            (0, ..) => next(high, Source::Sum(low, 0)),
            (_, 0, 0) => Some(Decoded::new(2, Transfer::Trap, Vec::new())),
            (_, _, 0) => jump_to(2, 1, high, 0),
            _ => next(high, Source::Add(high, low)),
        },
        (2, 6) => {
            let offset = bits(half, 7, 2) << 6 | bits(half, 9, 4) << 2;
            Some(Decoded::next(2, vec![store(2, offset as i32, 4, low)]))
        }
        _ => None,
    }
}

/// Where `c.j` and `c.jal` go.
fn to(half: u32, address: u32) -> u32 {
    let to = bits(half, 12, 1) << 11
        | bits(half, 8, 1) << 10
        | bits(half, 9, 2) << 8
        | bits(half, 6, 1) << 7
        | bits(half, 7, 1) << 6
        | bits(half, 2, 1) << 5
        | bits(half, 11, 1) << 4
        | bits(half, 3, 3) << 1;
    address.wrapping_add_signed(signed(to, 12))
}

/// By how much `c.addi16sp` moves the stack pointer.
fn stack_adjustment(half: u32) -> i32 {
    let by = bits(half, 12, 1) << 9
        | bits(half, 3, 2) << 7
        | bits(half, 5, 1) << 6
        | bits(half, 2, 1) << 5
        | bits(half, 6, 1) << 4;
    signed(by, 10)
}
