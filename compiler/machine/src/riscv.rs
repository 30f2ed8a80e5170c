//! RV32IMAC: the instructions of 32 bits. Those of 16 bits are in `riscv/compressed.rs`.

mod compressed;
#[cfg(test)]
mod tests;

use crate::instruction::{Decoded, Effect, Linkage, Register, Source, TARGET, Transfer, bits, signed};

pub(crate) const STACK_POINTER: Register = 2;
pub(crate) const RETURN_ADDRESS: Register = 1;
/// Of a handler's second argument, the host: a1.
pub(crate) const HOST: Register = 11;

/// What a call may change: ra, t0 to t6, a0 to a7.
pub(crate) fn is_lost_in_calls(register: Register) -> bool {
    matches!(register, 1 | 5..=7 | 10..=17 | 28..=31)
}

/// The instruction at the beginning of `bytes`; none if this is none that kernels are made of.
pub(crate) fn decode(bytes: &[u8], address: u32) -> Option<Decoded> {
    let half = u16::from_le_bytes(bytes.get(..2)?.try_into().ok()?);
    if half & 3 != 3 {
        return compressed::decode(u32::from(half), address);
    }
    let word = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?);
    let [rd, rs1, rs2] = [7, 15, 20].map(|low| bits(word, low, 5) as Register);
    let (kind, upper, immediate) = (bits(word, 12, 3), bits(word, 25, 7), signed(word >> 20, 12));
    let next = |source| Some(Decoded::next(4, set(rd, source)));
    match word & 0x7f {
        0x37 => next(Source::Constant(word & !0xfff)),
        0x17 => next(Source::Constant(address.wrapping_add(word & !0xfff))),
        0x6f => {
            let to = bits(word, 31, 1) << 20
                | bits(word, 12, 8) << 12
                | bits(word, 20, 1) << 11
                | bits(word, 21, 10) << 1;
            jump(4, rd, address.wrapping_add_signed(signed(to, 21)))
        }
        0x67 if kind == 0 => jump_to(4, rd, rs1, immediate),
        0x63 if !matches!(kind, 2 | 3) => {
            let to = bits(word, 31, 1) << 12
                | bits(word, 7, 1) << 11
                | bits(word, 25, 6) << 5
                | bits(word, 8, 4) << 1;
            let to = address.wrapping_add_signed(signed(to, 13));
            Some(Decoded::new(4, Transfer::Branch(to), Vec::new()))
        }
        0x03 if kind == 2 => next(Source::Word(rs1, immediate)),
        0x03 if matches!(kind, 0 | 1 | 4 | 5) => next(Source::Unknown),
        0x23 if kind < 3 => {
            let offset = signed(upper << 5 | u32::from(rd), 12);
            Some(Decoded::next(4, vec![store(rs1, offset, 1 << kind, rs2)]))
        }
        0x13 => match (kind, upper) {
            (0, _) => next(Source::Sum(rs1, immediate)),
            (1, 0) => next(Source::ShiftLeft(rs1, rs2)),
            (5, 0 | 0x20) | (2..=4 | 6 | 7, _) => next(Source::Unknown),
            _ => None,
        },
        0x33 => match (kind, upper) {
            (0, 0) => next(Source::Add(rs1, rs2)),
            (0, 0x20) => next(Source::Subtract(rs1, rs2)),
            (_, 0 | 1) | (5, 0x20) => next(Source::Unknown),
            _ => None,
        },
        0x0f if kind < 2 => Some(Decoded::next(4, Vec::new())),
        0x2f if kind == 2 => atomic(rd, rs1, bits(word, 27, 5)),
        0x73 => match (kind, word) {
            // `ebreak`, and `unimp`, which is a write to the cycle counter.
            (_, 0x0010_0073 | 0xc000_1073) => Some(Decoded::new(4, Transfer::Trap, Vec::new())),
            (1..=3 | 5..=7, _) => next(Source::Unknown),
            _ => None,
        },
        _ => None,
    }
}

fn atomic(rd: Register, base: Register, operation: u32) -> Option<Decoded> {
    let mut effects = match operation {
        2 => Vec::new(),
        0 | 1 | 3 | 4 | 8 | 12 | 16 | 20 | 24 | 28 => {
            vec![Effect::Store { base, offset: 0, bytes: 4, value: None }]
        }
        _ => return None,
    };
    effects.extend(set(rd, Source::Unknown));
    Some(Decoded::next(4, effects))
}

/// A new value in a register, unless that is the register that is always 0.
fn set(register: Register, source: Source) -> Vec<Effect> {
    if register == 0 { Vec::new() } else { vec![Effect::Set(register, source)] }
}

fn store(base: Register, offset: i32, bytes: u32, value: Register) -> Effect {
    Effect::Store { base, offset, bytes, value: (bytes == 4).then_some(value) }
}

/// A jump, or with a link register a call: ra, or t0 for what LLVM has outlined.
fn jump(size: u8, link: Register, target: u32) -> Option<Decoded> {
    let transfer = match link {
        0 => Transfer::Jump(target),
        1 | 5 => Transfer::Call(target, Linkage::Link(link)),
        _ => return None,
    };
    Some(Decoded::new(size, transfer, Vec::new()))
}

fn jump_to(size: u8, link: Register, base: Register, offset: i32) -> Option<Decoded> {
    let transfer = match link {
        0 => Transfer::JumpTo(TARGET),
        1 | 5 => Transfer::CallTo(TARGET, Linkage::Link(link)),
        _ => return None,
    };
    Some(Decoded::new(size, transfer, vec![Effect::Set(TARGET, Source::Sum(base, offset))]))
}
