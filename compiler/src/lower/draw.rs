//! The kernel's generator and what draws from it (NUMERICS, *Drawing*).

use super::parts::scalar;
use crate::emit::{Compare, Emit, Rounds};
use crate::kernel::members;
use melior::Context;
use melior::ir::Value;
use swarm_dialects::{Kernel, OpView};

/// The generator's variable.
pub const GENERATOR: &str = "swarm.random";

/// Declares the generator, first of all variables. The host's seed goes in at initialisation.
pub fn declare<'c: 'a, 'a>(context: &'c Context, kernel: Kernel<'c, 'a>) {
    if let Some(first) = members(kernel.op()).first() {
        scalar(&Emit::before(context, *first), GENERATOR, 0);
    }
}

/// The next 32 bits: xorshift32 with 13, 17, 5.
pub fn draw<'c, 'a>(emit: &Emit<'c, 'a>) -> Value<'c, 'a> {
    let memory = emit.view(GENERATOR, &[], 32);
    let x = emit.load(memory, &[], 32);
    let x = emit.xor(x, emit.shl(x, 13));
    let x = emit.xor(x, emit.shr_unsigned(x, 17));
    let x = emit.xor(x, emit.shl(x, 5));
    emit.store(x, memory, &[]);
    x
}

/// Whether the low 16 bits of a draw are below a constant of 0 to 65536.
pub fn is_below<'c, 'a>(emit: &Emit<'c, 'a>, drawn: Value<'c, 'a>, limit: i64) -> Value<'c, 'a> {
    match limit {
        65536 => emit.constant(1, 1),
        // Of 16 bits, LLVM takes those that are there; of 32 it masks those that count, with a constant of its own.
        _ => emit.compare_c(Compare::BelowUnsigned, emit.truncate(drawn, 16), limit),
    }
}

/// How many a `pick` chooses from.
#[derive(Clone, Copy)]
pub enum Count<'c, 'a> {
    Constant(i64),
    /// At least 1, and `65536 mod` it.
    Value(Value<'c, 'a>, Value<'c, 'a>),
}

/// A number below `count` from 16 random bits, without bias.
pub fn pick<'c, 'a>(emit: &Emit<'c, 'a>, count: Count<'c, 'a>, bits: Value<'c, 'a>) -> Value<'c, 'a> {
    let (n, reject) = match count {
        Count::Constant(n) => (emit.c(n), emit.c(65536 % n)),
        Count::Value(n, reject) => (n, reject),
    };
    if matches!(count, Count::Constant(n) if 65536 % n == 0) {
        return emit.shr_unsigned(emit.mul(bits, n), 16);
    }
    let last = emit.while_loop(
        Rounds::most(2),
        &[bits, emit.c(2)],
        |emit, carried| {
            let low = emit.and_c(emit.mul(carried[0], n), 0xFFFF);
            let again = emit.compare(Compare::BelowUnsigned, low, reject);
            emit.and(again, emit.compare_c(Compare::NotEqual, carried[1], 0))
        },
        |emit, carried| vec![emit.shr_unsigned(draw(emit), 16), emit.add_c(carried[1], -1)],
    );
    emit.shr_unsigned(emit.mul(last[0], n), 16)
}

/// Up to so many, `65536 mod n` stands in the digits of a constant.
pub const MOST_OF_DIGITS: i64 = 8;

/// `65536 mod n` at hexadecimal digit `n`, from 1 on; 8 leaves nothing, and has no digit.
pub fn digits(most: i64) -> i64 {
    (1..=most.min(7)).fold(0, |digits, n| digits | (65536 % n) << (4 * n))
}

/// `65536 mod n`, of 1 to `most`. Digits are looked up, since some cores divide by a library routine.
pub fn rejected<'c, 'a>(emit: &Emit<'c, 'a>, n: Value<'c, 'a>, most: i64) -> Value<'c, 'a> {
    if most > MOST_OF_DIGITS {
        return emit.rem_unsigned(emit.c(65536), n);
    }
    // Nothing is left of 1: where there may be 8, its digit is left out.
    let first = if most == 8 { 1 } else { 0 };
    let place = emit.shl(emit.add_c(n, -first), 2);
    emit.and_c(emit.shr_by(emit.c(digits(most) >> (4 * first)), place), 15)
}

/// A number below a constant, without bias: `below(w)` of the page.
pub fn below<'c, 'a>(emit: &Emit<'c, 'a>, limit: i64) -> Value<'c, 'a> {
    let mask = (limit as u64).next_power_of_two() as i64 - 1;
    if mask == limit - 1 {
        return emit.and_c(draw(emit), mask);
    }
    masked(emit, emit.c(limit), emit.c(mask))
}

/// The same below a value of 1 to 2^31 - 1.
pub fn below_value<'c, 'a>(emit: &Emit<'c, 'a>, limit: Value<'c, 'a>) -> Value<'c, 'a> {
    // All bits below the highest one of `limit - 1`.
    let mask = [1, 2, 4, 8, 16]
        .into_iter()
        .fold(emit.add_c(limit, -1), |mask, distance| emit.or(mask, emit.shr_unsigned(mask, distance)));
    masked(emit, limit, mask)
}

/// Draws until the bits of a mask are below a limit, 32 times at most.
fn masked<'c, 'a>(emit: &Emit<'c, 'a>, limit: Value<'c, 'a>, mask: Value<'c, 'a>) -> Value<'c, 'a> {
    let first = emit.and(draw(emit), mask);
    let last = emit.while_loop(
        Rounds::most(31),
        &[first, emit.c(0)],
        |emit, carried| {
            let again = emit.compare(Compare::AboveEqualUnsigned, carried[0], limit);
            emit.and(again, emit.compare_c(Compare::Less, carried[1], 31))
        },
        |emit, carried| vec![emit.and(draw(emit), mask), emit.add_c(carried[1], 1)],
    );
    let outside = emit.compare(Compare::AboveEqualUnsigned, last[0], limit);
    emit.select(outside, emit.shr_unsigned(last[0], 1), last[0])
}
