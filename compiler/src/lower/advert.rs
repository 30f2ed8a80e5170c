//! Packing an advert: codes of fields, cells of codes, and the stores that write a packet.
//!
//! The planner (compiler/advert) says where each field is and which stores write the packet. NUMERICS has the codes.

use super::bytes::Bytes;
use super::{Lowering, bthome};
use crate::emit::{Compare, Emit};
use melior::ir::{OperationRef, Value, ValueLike};
use swarm_dialects::adverts::model::{Cell, Field, Kind, Number, Packet, Rounding, Shift, Widest};
use swarm_dialects::adverts::{Given, Plan, given, plan};
use swarm_dialects::{OpView, adv, integer_bits};

/// Lowers an op of this file.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    if let Some(pack) = adv::Pack::cast(op) {
        let plan = declared(lowering, pack.beacon());
        let values = Values { plan: &plan, given: given(op)? };
        let array = Bytes::new(emit, pack.packet(), lowering.variables[pack.packet()].elements());
        let turn = usize::try_from(pack.turn().unwrap_or(0)).expect("verified: the beacon has the turn");
        let target = Target { memory: array.memory, bytes: array.count as usize, widest: Widest::Word };
        return Some(vec![values.packet(emit, (turn, pack.response()), target)]);
    }
    let advertise = adv::Advertise::cast(op)?;
    let plan = declared(lowering, advertise.beacon());
    let values = Values { plan: &plan, given: given(op)? };
    for turn in 0..plan.turns() {
        for response in [false, true] {
            let Some(bytes) = plan.bytes(turn, response) else { continue };
            let target = Target::scratch(emit, bytes);
            let length = values.packet(emit, (turn, response), target);
            // Bit 31 says that it is the scan response.
            let number = if response { turn as i64 | i64::from(i32::MIN) } else { turn as i64 };
            emit.put(emit.op("adv.air").add_operands(&[target.memory, length]).add_attributes(&[
                (emit.name("beacon"), emit.symbol(advertise.beacon())),
                (emit.name("turn"), emit.number(number, 32)),
            ]));
        }
    }
    Some(Vec::new())
}

/// The plan of a beacon.
pub fn declared(lowering: &Lowering, name: &str) -> Plan {
    let beacons = lowering.members.iter().filter_map(|op| adv::Beacon::cast(*op));
    let beacon = beacons.into_iter().find(|beacon| beacon.sym_name() == name);
    beacon.and_then(|beacon| plan(beacon).ok()).expect("verified: the beacon has a plan")
}

/// Memory for a packet: bytes that begin with a word, and the widest store into them.
#[derive(Clone, Copy)]
pub struct Target<'c, 'a> {
    pub memory: Value<'c, 'a>,
    pub bytes: usize,
    pub widest: Widest,
}

impl<'c: 'a, 'a> Target<'c, 'a> {
    /// Memory of the handler's own frame, of whole words.
    pub fn scratch(emit: &Emit<'c, 'a>, bytes: usize) -> Self {
        let bytes = bytes.next_multiple_of(4);
        Self { memory: emit.scratch(bytes as u64, 8), bytes, widest: Widest::Word }
    }

    /// As bytes.
    pub fn array(self) -> Bytes<'c, 'a> {
        Bytes { memory: self.memory, count: self.bytes as i64 }
    }
}

/// The values that an op gives to a beacon.
pub struct Values<'p, 'c, 'a> {
    pub plan: &'p Plan,
    pub given: Vec<Given<'c, 'a>>,
}

impl<'c: 'a, 'a> Values<'_, 'c, 'a> {
    /// Writes an advert or a scan response; its length.
    fn packet(
        &self,
        emit: &Emit<'c, 'a>,
        (turn, response): (usize, bool),
        target: Target<'c, 'a>,
    ) -> Value<'c, 'a> {
        match self.plan {
            Plan::Own(layout) => {
                let step = &layout.steps[turn];
                let packet = if response { step.response.as_ref() } else { Some(&step.advert) };
                self.own(emit, packet.expect("verified: the turn has it"), target)
            }
            Plan::Bthome(layout) => {
                let turn = layout.packets().swap_remove(turn);
                bthome::packet(self, emit, (layout, &turn, response), target.array())
            }
        }
    }

    fn own(&self, emit: &Emit<'c, 'a>, packet: &Packet, target: Target<'c, 'a>) -> Value<'c, 'a> {
        let cells = packet.frame.iter().flat_map(|frame| &frame.cells);
        // Each cell where its first bits are stored: fewer numbers wait in registers.
        let mut cells: Vec<(&Cell, Option<Vec<Value>>)> = cells.map(|cell| (cell, None)).collect();
        for store in packet.stores(target.widest) {
            let terms = store.terms.iter().map(|term| {
                let (cell, number) = &mut cells[term.cell];
                part(emit, number.get_or_insert_with(|| self.cell(emit, cell)), term.shift)
            });
            let joined = terms.reduce(|a, b| emit.or(a, b));
            let constant = || emit.c(i64::from(store.constant as i32));
            let word = match joined {
                None => constant(),
                Some(joined) if store.constant == 0 => joined,
                Some(joined) => emit.or(joined, constant()),
            };
            let bits = 8 * store.bytes as u32;
            let memory = match store.bytes {
                1 => target.memory,
                _ => emit.seen_as(target.memory, (target.bytes / store.bytes) as u64, bits),
            };
            let at = emit.c((store.at / store.bytes) as i64);
            emit.store(emit.truncate(word, bits), memory, &[at]);
        }
        emit.c(packet.bytes() as i64)
    }

    /// A cell's number, 32 bits in each part, the lowest first.
    fn cell(&self, emit: &Emit<'c, 'a>, cell: &Cell) -> Vec<Value<'c, 'a>> {
        let bits = if cell.width <= 32 { 32 } else { 64 };
        let code = |field: usize| emit.extend_unsigned(self.code(emit, field), bits);
        let [others @ .., last] = cell.digits.as_slice() else { return vec![emit.c(0)] };
        if cell.width > 64 {
            return self.wide(emit, cell);
        }
        let number = others.iter().rev().fold(code(last.field), |number, digit| {
            emit.add(emit.mul_c(number, wrapped(digit.count, bits)), code(digit.field))
        });
        match bits {
            32 => vec![number],
            _ => vec![emit.truncate(number, 32), emit.truncate(emit.shr_unsigned(number, 32), 32)],
        }
    }

    /// A mixed radix of more than 64 bits; its counts have 32 each.
    fn wide(&self, emit: &Emit<'c, 'a>, cell: &Cell) -> Vec<Value<'c, 'a>> {
        let mut parts = vec![emit.constant(0, 64); cell.width.div_ceil(32)];
        for digit in cell.digits.iter().rev() {
            let mut carry = emit.extend_unsigned(self.code(emit, digit.field), 64);
            for part in &mut parts {
                let sum = emit.add(emit.mul_c(*part, wrapped(digit.count, 64)), carry);
                *part = emit.and_c(sum, i64::from(u32::MAX));
                carry = emit.shr_unsigned(sum, 32);
            }
        }
        parts.into_iter().map(|part| emit.truncate(part, 32)).collect()
    }

    /// A field's code, of 32 bits where all its codes fit.
    pub fn code(&self, emit: &Emit<'c, 'a>, field: usize) -> Value<'c, 'a> {
        let field = &self.plan.beacon().fields[field];
        let bits = code_bits(field);
        let missing = || emit.constant(wrapped(field.kind.count(), bits), bits);
        let Some(given) = self.given(field) else { return missing() };
        let code = code(emit, &field.kind, given.value);
        let code = if bits == 32 { emit.truncate(code, 32) } else { emit.extend_unsigned(code, 64) };
        match given.condition {
            Some(condition) => emit.select(condition, code, missing()),
            None => code,
        }
    }

    /// What a field is given; nothing where it is missing.
    pub fn given(&self, field: &Field) -> Option<&Given<'c, 'a>> {
        self.given.iter().find(|given| given.path == field.name)
    }
}

/// Bits that hold a field's codes in a register.
pub fn code_bits(field: &Field) -> u32 {
    if field.count() <= 1 << 32 { 32 } else { 64 }
}

/// The low bits of a number as a constant.
pub fn wrapped(number: u128, bits: u32) -> i64 {
    if bits == 32 { i64::from(number as u32 as i32) } else { number as u64 as i64 }
}

/// The bits of a cell that are in a store.
fn part<'c: 'a, 'a>(emit: &Emit<'c, 'a>, cell: &[Value<'c, 'a>], shift: Shift) -> Value<'c, 'a> {
    match shift {
        Shift::Left(by) => emit.shl(cell[0], by as u32),
        Shift::Right(by) => {
            let (number, by) = (by / 32, (by % 32) as u32);
            let low = emit.shr_unsigned(cell[number], by);
            match cell.get(number + 1).filter(|_| by > 0) {
                Some(high) => emit.or(low, emit.shl(*high, 32 - by)),
                None => low,
            }
        }
    }
}

/// The code of a value, which has the bits that handlers hold.
fn code<'c: 'a, 'a>(emit: &Emit<'c, 'a>, kind: &Kind, value: Value<'c, 'a>) -> Value<'c, 'a> {
    match kind {
        Kind::Flag => emit.extend_unsigned(value, 32),
        Kind::Choice(names) => emit.clamp(value, (0, names.len() as i64 - 1)),
        Kind::Id(32 | 64) => value,
        Kind::Id(bits) => emit.and_c(value, (u64::MAX >> (64 - bits)) as i64),
        Kind::Number(number) => steps(emit, number, value),
    }
}

/// How many steps a number is above its range's low end, clamped and rounded.
pub fn steps<'c: 'a, 'a>(emit: &Emit<'c, 'a>, number: &Number, value: Value<'c, 'a>) -> Value<'c, 'a> {
    let Number { low, high, step, rounding, .. } = *number;
    // What is clamped to its range needs no sign once its low end is taken away.
    let clamped = emit.clamp(value, (low, high));
    let bits = integer_bits(value.r#type()).unwrap_or(32);
    let above =
        if low == 0 { clamped } else { emit.add_c(clamped, wrapped(low.wrapping_neg() as u128, bits)) };
    let half = if rounding == Rounding::Nearest { step / 2 } else { 0 };
    let span = (i128::from(high) - i128::from(low)) as u128;
    if step == 1 {
        return above;
    }
    let most = span + half as u128;
    if bits == 32 && most <= u128::from(u32::MAX) {
        return divide(emit, emit.add_c(above, wrapped(half as u128, 32)), (most as u64, step as u64));
    }
    let above = emit.extend_unsigned(above, 64);
    let by = emit.constant(step, 64);
    let quotient = emit.div_unsigned(above, by);
    if half == 0 {
        return quotient;
    }
    let rest = emit.rem_unsigned(above, by);
    let up = emit.compare_c(Compare::AboveEqualUnsigned, rest, step - half);
    emit.add(quotient, emit.extend_unsigned(up, 64))
}

/// An unsigned number of 32 bits, at most `most`, divided by a constant: by a multiplication where one is exact.
pub fn divide<'c: 'a, 'a>(
    emit: &Emit<'c, 'a>,
    number: Value<'c, 'a>,
    (most, by): (u64, u64),
) -> Value<'c, 'a> {
    if by.is_power_of_two() {
        return emit.shr_unsigned(number, by.trailing_zeros());
    }
    match reciprocal(most, by) {
        Some((factor, shift)) => emit.shr_unsigned(emit.mul_c(number, factor), shift),
        None => emit.div_unsigned(number, emit.c(wrapped(u128::from(by), 32))),
    }
}

/// A factor and a shift that divide all numbers up to `most` exactly within 32 bits. With `factor = (2^shift + e) / by`,
/// a number x gives `x / by + x * e / (by * 2^shift)`, which has the same floor while `x * e < 2^shift`.
fn reciprocal(most: u64, by: u64) -> Option<(i64, u32)> {
    (1..32).find_map(|shift| {
        let power = 1u64 << shift;
        let factor = power.div_ceil(by);
        let beyond = factor * by - power;
        let fits = most.checked_mul(factor).is_some_and(|product| product <= u64::from(u32::MAX));
        let exact = most.checked_mul(beyond).is_some_and(|error| error < power);
        (fits && exact).then_some((wrapped(u128::from(factor), 32), shift))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reciprocal_divides_every_number_of_its_range() {
        for by in [3, 5, 6, 7, 10, 12, 25, 100, 251, 1000, 4095] {
            for most in [1, by - 1, by, 251, 1000, 4095, 20000] {
                let Some((factor, shift)) = reciprocal(most, by) else { continue };
                for number in 0..=most {
                    assert_eq!((number as u32).wrapping_mul(factor as u32) >> shift, (number / by) as u32);
                }
            }
        }
        assert!(reciprocal(20000, 5).is_some() && reciprocal(u64::from(u32::MAX), 7).is_none());
    }
}
