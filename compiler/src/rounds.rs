//! Stage `llvm`: how often loops go round at most is written where a round begins, for `shim/Loops.cpp`.

use crate::emit::{BOUNDED, Emit};
use crate::raw;
use melior::Context;
use melior::ir::attribute::{DenseI64ArrayAttribute, FlatSymbolRefAttribute};
use melior::ir::operation::OperationLike;
use melior::ir::{Attribute, BlockLike, Module, OperationRef, RegionLike};
use std::collections::BTreeSet;
use swarm_dialects::{name, nested};

/// What is called begins so; then come how often a loop goes round again at most, and how often in all.
const AGAIN: &str = "swarm.again";

/// Puts a call where each round of a loop begins, which is read and erased before LLVM's passes.
pub fn bounds_to_calls<'c>(context: &'c Context, module: &Module<'c>) {
    let all = nested(module.as_operation());
    for loops in all.iter().filter(|op| name(**op) == "scf.while") {
        bound(context, *loops);
    }
    // Those of routines, too.
    let callees = nested(module.as_operation()).into_iter().filter_map(callee);
    for callee in callees.filter(|callee| callee.starts_with(AGAIN)).collect::<BTreeSet<_>>() {
        let text = format!("llvm.func @\"{callee}\"()");
        let parsed = Module::parse(context, &text).expect("a function of the llvm dialect");
        raw::move_to_end(parsed.body().first_operation().expect("it was just written"), module.body());
    }
}

fn callee(op: OperationRef) -> Option<String> {
    let callee = (name(op) == "llvm.call").then(|| op.attribute("callee").ok()).flatten()?;
    Some(FlatSymbolRefAttribute::try_from(callee).ok()?.value().to_owned())
}

/// Puts the call into a loop that says its bound.
fn bound<'c: 'a, 'a>(context: &'c Context, loops: OperationRef<'c, 'a>) -> Option<()> {
    let bound = DenseI64ArrayAttribute::try_from(loops.discardable_attribute(BOUNDED).ok()?).ok()?;
    let first = loops.first_region()?.first_block()?.first_operation()?;
    let numbers = (0..bound.len()).map(|number| bound.element(number).ok().filter(|number| *number >= 0));
    let called = numbers
        .collect::<Option<Vec<i64>>>()?
        .iter()
        .fold(AGAIN.to_owned(), |name, number| format!("{name}.{number}"));
    let emit = Emit::before(context, first);
    let attributes = [
        ("callee", emit.symbol(&called)),
        ("operandSegmentSizes", emit.parsed("array<i32: 0, 0>")),
        ("op_bundle_sizes", emit.parsed("array<i32>")),
    ];
    let attributes: Vec<(_, Attribute)> =
        attributes.into_iter().map(|(name, value)| (emit.name(name), value)).collect();
    emit.put(emit.op("llvm.call").add_attributes(&attributes));
    Some(())
}
