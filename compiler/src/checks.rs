//! Stage `llvm`, second half: once control flow is flat, a failed check is a jump to the function's fault exit.

use crate::emit::{APART, Emit, USUAL};
use crate::raw;
use melior::Context;
use melior::ir::attribute::{DenseI32ArrayAttribute, IntegerAttribute};
use melior::ir::operation::{OperationLike, OperationResult};
use melior::ir::{Attribute, Block, BlockLike, BlockRef, Module, OperationRef, RegionLike};
use swarm_dialects::{Check, OpView, name, nested, operations};

/// Replaces the checks of all functions.
pub fn checks_to_branches<'c>(context: &'c Context, module: &Module<'c>) {
    for function in operations(module.body()).into_iter().filter(|op| name(*op) == "func.func") {
        for branch in nested(function).into_iter().filter(|op| name(*op) == "cf.cond_br") {
            weigh(context, branch);
        }
        let checks: Vec<Check> = nested(function).into_iter().filter_map(Check::cast).collect();
        if checks.is_empty() {
            continue;
        }
        let exit = fault_exit(context, function);
        for check in checks {
            branch(context, check, exit);
        }
    }
}

/// Weights that put the second way out of the way.
const USUALLY: i32 = 2000;

/// Gives the branches of conditions that are marked their weights.
fn weigh<'c: 'a, 'a>(context: &'c Context, branch: OperationRef<'c, 'a>) {
    let condition = branch.operand(0).ok().and_then(|value| OperationResult::try_from(value).ok());
    let marked = |mark| condition.is_some_and(|is| is.owner().discardable_attribute(mark).is_ok());
    let weight = match () {
        () if marked(APART) => raw::APART_WEIGHT,
        () if marked(USUAL) => USUALLY,
        () => return,
    };
    raw::set_attribute(branch, "branch_weights", DenseI32ArrayAttribute::new(context, &[weight, 1]).into());
}

/// A block that returns its argument.
fn fault_exit<'c: 'a, 'a>(context: &'c Context, function: OperationRef<'c, 'a>) -> BlockRef<'c, 'a> {
    let number = melior::ir::r#type::IntegerType::new(context, 32).into();
    let region = function.region(0).expect("a function has a region");
    let exit = region.append_block(Block::new(&[(number, function.location())]));
    let emit = Emit::end(context, function.location(), exit);
    emit.put(emit.op("func.return").add_operands(&[exit.argument(0).expect("it was just given").into()]));
    exit
}

/// Splits the block behind a check.
fn branch<'c: 'a, 'a>(context: &'c Context, check: Check<'c, 'a>, exit: BlockRef<'c, 'a>) {
    let op = check.op();
    let (Some(block), Some(region)) = (op.block(), op.block().and_then(|block| block.parent_region())) else {
        return;
    };
    let rest = region.insert_block_after(block, Block::new(&[]));
    let mut next = op.next_in_block();
    while let Some(moved) = next {
        next = moved.next_in_block();
        raw::move_to_end(moved, rest);
    }
    let emit = Emit::end(context, op.location(), block);
    let number = IntegerAttribute::new(emit.integer(32), check.fault()).into();
    let fault = emit.value(
        emit.op("arith.constant")
            .add_attributes(&[(emit.name("value"), number)])
            .add_results(&[emit.integer(32)]),
    );
    let segments = Attribute::parse(context, "array<i32: 1, 0, 1>").expect("an array of numbers");
    emit.put(
        emit.op("cf.cond_br")
            .add_operands(&[check.condition(), fault])
            .add_attributes(&[
                (emit.name("operandSegmentSizes"), segments),
                (emit.name("branch_weights"), DenseI32ArrayAttribute::new(context, &[USUALLY, 1]).into()),
            ])
            .add_successors(&[&rest, &exit]),
    );
    raw::erase(op);
}
