//! Arrays of bytes that hold packets: numbers in them stand at any address, little-endian.

use crate::emit::Emit;
use melior::ir::Value;

/// An array of `i8`.
#[derive(Clone, Copy)]
pub struct Bytes<'c, 'a> {
    pub memory: Value<'c, 'a>,
    /// How many there are.
    pub count: i64,
}

impl<'c, 'a> Bytes<'c, 'a> {
    /// The array of that name and size.
    pub fn new(emit: &Emit<'c, 'a>, name: &str, count: u64) -> Self {
        Self { memory: emit.view(name, &[count], 8), count: count as i64 }
    }

    /// Memory of the handler's own.
    pub fn scratch(emit: &Emit<'c, 'a>, count: usize) -> Self {
        // Memory without a byte has no place.
        Self { memory: emit.scratch(count.max(1) as u64, 8), count: count as i64 }
    }

    /// One byte, zero-extended.
    pub fn byte(&self, emit: &Emit<'c, 'a>, at: Value<'c, 'a>) -> Value<'c, 'a> {
        emit.extend_unsigned(emit.load(self.memory, &[at], 8), 32)
    }

    /// A number of up to 32 bits, zero-extended: byte by byte, because not all boards read at odd addresses.
    pub fn load(&self, emit: &Emit<'c, 'a>, at: Value<'c, 'a>, bits: u32) -> Value<'c, 'a> {
        let byte = |number: u32| emit.shl(self.byte(emit, emit.add_c(at, i64::from(number))), 8 * number);
        (1..bits / 8).fold(byte(0), |low, number| emit.or(low, byte(number)))
    }

    /// The low bits of a number.
    pub fn store(&self, emit: &Emit<'c, 'a>, at: Value<'c, 'a>, (value, bits): (Value<'c, 'a>, u32)) {
        for number in 0..bits / 8 {
            let byte = emit.truncate(emit.shr_unsigned(value, 8 * number), 8);
            emit.store(byte, self.memory, &[emit.add_c(at, i64::from(number))]);
        }
    }
}

/// Copies so many bytes from one place to another, the first one first.
pub fn copy<'c, 'a>(
    emit: &Emit<'c, 'a>,
    (from, source): (Bytes<'c, 'a>, Value<'c, 'a>),
    (to, target): (Bytes<'c, 'a>, Value<'c, 'a>),
    count: Value<'c, 'a>,
) {
    use crate::emit::{Compare, Rounds};
    // Whoever calls has seen to it that the bytes are in both arrays.
    emit.while_loop(
        Rounds::most(from.count.min(to.count)),
        &[emit.c(0)],
        |emit, done| emit.compare(Compare::Less, done[0], count),
        |emit, done| {
            let byte = emit.load(from.memory, &[emit.add(source, done[0])], 8);
            emit.store(byte, to.memory, &[emit.add(target, done[0])]);
            vec![emit.add_c(done[0], 1)]
        },
    );
}
