//! Values of characteristics, as whole little-endian bytes.

use super::Lowering;
use super::advert::{Target, steps, wrapped};
use crate::emit::Emit;
use melior::ir::{OperationRef, Value};
use swarm_dialects::adverts::model::gatt::{Content, Part};
use swarm_dialects::adverts::{Given, given, part_bits, part_of, service};
use swarm_dialects::{OpView, adv};

/// Lowers an op of this file.
pub fn lower<'c: 'a, 'a>(
    lowering: &Lowering<'c, 'a>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    let publish = adv::Publish::cast(op)?;
    let gatt = lowering.members.iter().filter_map(|member| adv::Gatt::cast(*member));
    let gatt = gatt.into_iter().find(|gatt| gatt.sym_name() == publish.service());
    let service = gatt.and_then(|gatt| service(gatt).ok()).expect("verified: the service is sound");
    let given = given(op)?;
    let find =
        |place: (usize, usize)| given.iter().find(|given| part_of(&service, &given.path) == Some(place));
    for (number, characteristic) in service.characteristics.iter().enumerate() {
        let is_given =
            |given: &Given| part_of(&service, &given.path).is_some_and(|(named, _)| named == number);
        if !given.iter().any(is_given) {
            continue;
        }
        let target = Target::scratch(emit, characteristic.bytes());
        let mut at = 0;
        for (place, part) in characteristic.parts.iter().enumerate() {
            let bits = 8 * part.bytes() as u32;
            let value = value(emit, part, find((number, place)));
            target.array().store(emit, emit.c(at), (value, bits));
            at += part.bytes() as i64;
        }
        emit.put(emit.op("adv.tell").add_operands(&[target.memory, emit.c(at)]).add_attributes(&[
            (emit.name("service"), emit.symbol(publish.service())),
            (emit.name("characteristic"), emit.number(number as i64, 32)),
        ]));
    }
    Some(Vec::new())
}

/// A part's number; its low bits are what is told.
fn value<'c: 'a, 'a>(emit: &Emit<'c, 'a>, part: &Part, given: Option<&Given<'c, 'a>>) -> Value<'c, 'a> {
    let bits = part_bits(part).max(if part.bytes() == 8 { 64 } else { 32 });
    let unknown = || emit.constant(wrapped(u128::from(part.unknown()), bits), bits);
    let Some(given) = given else { return unknown() };
    let value = match &part.content {
        Content::Number(number) if number.step == 1 => emit.clamp(given.value, (number.low, number.high)),
        Content::Number(number) => {
            let steps = steps(emit, number, given.value);
            let steps = if part_bits(part) == 32 {
                emit.truncate(steps, 32)
            } else {
                emit.extend_unsigned(steps, 64)
            };
            {
                let step = wrapped(number.step as u128, part_bits(part));
                emit.add_c(emit.mul_c(steps, step), number.low)
            }
        }
        Content::Choice(names) => emit.clamp(given.value, (0, names.len() as i64 - 1)),
        Content::Set { .. } => given.value,
    };
    let value = emit.extend(value, bits);
    match given.condition {
        Some(condition) => emit.select(condition, value, unknown()),
        None => value,
    }
}
