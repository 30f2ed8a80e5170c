//! Sums stay in registers: an element that a loop reads and writes in each round, and nothing else of its memory, is
//! read before the loop and written behind it.

use super::memory::root;
use super::nested;
use crate::emit::Emit;
use melior::Context;
use melior::ir::operation::OperationLike;
use melior::ir::{Block, BlockLike, Location, OperationRef, Region, RegionLike, Type, Value, ValueLike};
use swarm_dialects::{name, operations};

/// Changes the loops of a handler, inner ones first.
pub fn keep<'c: 'a, 'a>(context: &'c Context, handler: OperationRef<'c, 'a>) {
    let loops: Vec<_> = nested(handler).into_iter().filter(|op| name(*op) == "scf.for").collect();
    for op in loops.into_iter().rev() {
        let sums = sums(op);
        if op.result_count() == 0 && !sums.is_empty() {
            rewrite(context, op, &sums);
        }
    }
}

/// An element that is read and written in each round.
struct Sum<'c, 'a> {
    store: OperationRef<'c, 'a>,
    loads: Vec<OperationRef<'c, 'a>>,
}

impl<'c: 'a, 'a> Sum<'c, 'a> {
    /// The memory, then the indices.
    fn place(&self) -> Vec<Value<'c, 'a>> {
        self.store.operands().skip(1).collect()
    }

    fn value(&self) -> Value<'c, 'a> {
        self.store.operand(0).expect("a store has a value")
    }
}

fn sums<'c: 'a, 'a>(op: OperationRef<'c, 'a>) -> Vec<Sum<'c, 'a>> {
    let Some(block) = op.region(0).ok().and_then(|region| region.first_block()) else { return Vec::new() };
    let all = nested(op);
    // Nothing else may look at memory, or end the handler in the middle.
    let known = |op: &OperationRef| {
        let name = name(*op);
        name.starts_with("arith.")
            || ["memref.load", "memref.store", "scf.for", "scf.yield"].contains(&name.as_str())
    };
    if !all.iter().all(known) {
        return Vec::new();
    }
    let own = operations(block);
    let inside = |value: &Value<'c, 'a>| {
        block.argument(0).is_ok_and(|counter| Value::from(counter) == *value)
            || all.iter().any(|op| op.results().any(|made| Value::from(made) == *value))
    };
    let memory = |access: &OperationRef<'c, 'a>| {
        let at = usize::from(name(*access) == "memref.store");
        access.operand(at).ok().and_then(root)
    };
    let mut found = Vec::new();
    for &store in own.iter().filter(|op| name(**op) == "memref.store") {
        let mut sum = Sum { store, loads: Vec::new() };
        let place = sum.place();
        let access = |op: &&OperationRef<'c, 'a>| name(**op).starts_with("memref.");
        let same: Vec<_> = all.iter().filter(access).filter(|op| memory(op) == memory(&store)).collect();
        let alike =
            |op: &OperationRef<'c, 'a>| own.contains(op) && op.operands().collect::<Vec<_>>() == place;
        sum.loads = same.iter().map(|op| **op).filter(|op| *op != store).collect();
        if memory(&store).is_some() && !place.iter().any(inside) && sum.loads.iter().all(alike) {
            // A load behind the store would see what the store wrote.
            let at = |op: &OperationRef<'c, 'a>| own.iter().position(|own| own == op);
            if sum.loads.iter().all(|load| at(load) < at(&store)) && !sum.loads.is_empty() {
                found.push(sum);
            }
        }
    }
    found
}

fn rewrite<'c: 'a, 'a>(context: &'c Context, op: OperationRef<'c, 'a>, sums: &[Sum<'c, 'a>]) {
    let emit = Emit::before(context, op);
    let types: Vec<Type> = sums.iter().map(|sum| sum.value().r#type()).collect();
    let initial = sums.iter().zip(&types).map(|(sum, r#type)| {
        emit.value(emit.op("memref.load").add_operands(&sum.place()).add_results(&[*r#type]))
    });
    let operands: Vec<Value> = op.operands().chain(initial.collect::<Vec<_>>()).collect();
    let new =
        emit.put(emit.op("scf.for").add_operands(&operands).add_results(&types).add_regions([Region::new()]));
    let old = op.region(0).ok().and_then(|region| region.first_block()).expect("a loop has a body");
    let counter: Value = old.argument(0).expect("a loop counts").into();
    let arguments: Vec<(Type, Location)> =
        std::iter::once(counter.r#type()).chain(types).map(|r#type| (r#type, op.location())).collect();
    let block = new.region(0).expect("a loop has a region").append_block(Block::new(&arguments));
    let argument = |at| -> Value<'c, 'a> { block.argument(at).expect("arguments were just given").into() };
    crate::raw::replace_all_uses(counter, argument(0));
    let next: Vec<Value> = sums.iter().map(Sum::value).collect();
    let ops = operations(old);
    for &inner in ops.iter().filter(|inner| inner.next_in_block().is_some()) {
        crate::raw::move_to_end(inner, block);
    }
    let inside = Emit::end(context, op.location(), block);
    inside.put(inside.op("scf.yield").add_operands(&next));
    for (number, sum) in sums.iter().enumerate() {
        let place = sum.place();
        for &load in &sum.loads {
            crate::lower::replace(load, &[argument(number + 1)]);
        }
        crate::lower::erase(sum.store);
        let value: Value = new.result(number).expect("a result for each sum").into();
        let after = Emit::before(context, op);
        let operands: Vec<Value> = std::iter::once(value).chain(place).collect();
        after.put(after.op("memref.store").add_operands(&operands));
    }
    crate::lower::erase(op);
}
