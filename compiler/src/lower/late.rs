//! Variables are read where they are needed first: kernels read them all at the beginning, and a board has few registers.

use melior::ir::operation::{OperationLike, OperationResult};
use melior::ir::{OperationRef, RegionLike, Value, ValueLike};
use std::collections::HashMap;
use swarm_dialects::radio::Number;
use swarm_dialects::{OpView, View, name, nested, operations};

/// Moves reads of single variables down to their first use in the same block, not past a write to them.
pub fn reads(handler: OperationRef) {
    let Some(body) = handler.first_region().and_then(|region| region.first_block()) else { return };
    let ops = operations(body);
    let mut first_use: HashMap<usize, usize> = HashMap::new();
    for (place, op) in ops.iter().enumerate() {
        for user in [*op].into_iter().chain(nested(*op)) {
            for operand in (0..user.operand_count()).filter_map(|number| user.operand(number).ok()) {
                first_use.entry(operand.to_raw().ptr as usize).or_insert(place);
            }
        }
    }
    for (place, op) in ops.iter().enumerate().rev() {
        let Some(variable) = read(*op) else { continue };
        let Ok(value) = op.result(0) else { continue };
        let Some(&used) = first_use.get(&(value.to_raw().ptr as usize)) else { continue };
        let between = &ops[place + 1..used];
        let passed = between.iter().take_while(|other| leaves(**other, &variable)).count();
        if passed > 0 {
            crate::raw::move_before(*op, ops[place + 1 + passed]);
        }
    }
}

/// What memory belongs to.
#[derive(PartialEq)]
enum Owner {
    Variable(String),
    /// The handler's own frame.
    Frame,
}

/// Whose memory a value is.
fn owner(memory: Value) -> Option<Owner> {
    let op = OperationResult::try_from(memory).ok()?.owner();
    match name(op).as_str() {
        "memref.view" => owner(op.operand(0).ok()?),
        "memref.alloca" => Some(Owner::Frame),
        _ => Some(Owner::Variable(View::cast(op)?.var().to_owned())),
    }
}

/// The variable that an op reads whole.
fn read(op: OperationRef) -> Option<Owner> {
    // Asked first: for an operand that is not there the error prints all of the handler.
    let is_read = name(op) == "memref.load" && op.operand_count() == 1;
    if is_read { owner(op.operand(0).ok()?) } else { None }
}

/// Whether an op certainly leaves a variable as it is.
fn leaves(op: OperationRef, mine: &Owner) -> bool {
    let is_written =
        |memory: usize| op.operand(memory).ok().and_then(owner).is_none_or(|other| other == *mine);
    match name(op).as_str() {
        "memref.store" | Number::NAME => !is_written(1),
        "memref.load" | "memref.view" | "swarm.view" | "swarm.check" => true,
        other => other.starts_with("arith."),
    }
}
