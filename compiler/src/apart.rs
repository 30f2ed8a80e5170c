//! Stage `llvm`, last: what is read and written is said to be of its variable.
//!
//! Variables stand apart in the state block, and indices are checked: no row of a table reaches another variable. LLVM
//! sees one block only, so each access bears its variable's name as a type (TBAA): what bears another is elsewhere.

use crate::layout::Layout;
use crate::{native, raw};
use melior::Context;
use melior::ir::attribute::{DenseI32ArrayAttribute, StringAttribute, TypeAttribute};
use melior::ir::block::BlockArgument;
use melior::ir::operation::{OperationLike, OperationResult};
use melior::ir::r#type::IntegerType;
use melior::ir::{Attribute, BlockRef, Module, OperationRef, RegionLike, Value};
use swarm_dialects::{name, nested, operations};

/// Marks the loads and stores of all handlers.
pub fn accesses_to_variables<'c>(context: &'c Context, module: &Module<'c>, layout: &Layout) {
    let tags: Vec<Attribute> = layout.slots.iter().map(|slot| tag(context, &slot.name)).collect();
    for function in operations(module.body()).into_iter().filter(|op| is_handler(*op)) {
        let Some(entry) = function.first_region().and_then(|region| region.first_block()) else { continue };
        for op in nested(function) {
            let address = match name(op).as_str() {
                "llvm.load" => op.operand(0),
                "llvm.store" => op.operand(1),
                _ => continue,
            };
            let byte = address.ok().and_then(|address| byte_of_variable(entry, address));
            let slot = byte.and_then(|byte| {
                layout.slots.iter().position(|slot| (slot.offset..slot.offset + slot.bytes()).contains(&byte))
            });
            if let Some(slot) = slot {
                raw::set_attribute(op, "tbaa", tags[slot]);
            }
        }
    }
}

/// Shared routines have no state block.
fn is_handler(op: OperationRef) -> bool {
    let symbol = op.attribute("sym_name").ok().and_then(|name| StringAttribute::try_from(name).ok());
    name(op) == "llvm.func" && symbol.is_some_and(|name| name.value().starts_with(&native::function_name("")))
}

/// A variable's type, beside those of the others.
fn tag<'c>(context: &'c Context, variable: &str) -> Attribute<'c> {
    // As MLIR writes it: quoted.
    let name = StringAttribute::new(context, variable);
    let root = r#"#llvm.tbaa_root<id = "variables">"#;
    let r#type = format!("#llvm.tbaa_type_desc<id = {name}, members = {{<{root}, 0>}}>");
    let tag = format!("[#llvm.tbaa_tag<base_type = {type}, access_type = {type}, offset = 0>]");
    Attribute::parse(context, &tag).expect("an attribute of the llvm dialect")
}

/// Some byte of the variable that an address is in: one goes from the block to a variable first, and on inside it.
fn byte_of_variable<'c: 'a, 'a>(entry: BlockRef<'c, 'a>, address: Value<'c, 'a>) -> Option<u64> {
    let mut address = address;
    let mut byte = 0;
    loop {
        if let Ok(argument) = BlockArgument::try_from(address) {
            return (argument.argument_number() == 0 && argument.owner() == entry).then_some(byte);
        }
        let step = OperationResult::try_from(address).ok()?.owner();
        if name(step) != "llvm.getelementptr" {
            return None;
        }
        byte = bytes_of_step(step)?;
        address = step.operand(0).ok()?;
    }
}

/// How far a step goes; one by a number that is computed begins where its variable does.
fn bytes_of_step(step: OperationRef) -> Option<u64> {
    let indices = DenseI32ArrayAttribute::try_from(step.attribute("rawConstantIndices").ok()?).ok()?;
    let element = TypeAttribute::try_from(step.attribute("elem_type").ok()?).ok()?;
    let element = IntegerType::try_from(element.value()).ok()?;
    if indices.len() != 1 {
        return None;
    }
    match indices.element(0).ok()? {
        i32::MIN => Some(0),
        index => u64::try_from(index).ok().map(|index| index * u64::from(element.width().div_ceil(8))),
    }
}
