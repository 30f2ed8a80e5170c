//! Borrowed, `Copy` views of operations, generated from `td/` by the build script.

use melior::ir::attribute::{
    FlatSymbolRefAttribute, FloatAttribute, IntegerAttribute, StringAttribute, TypeAttribute,
};
use melior::ir::operation::OperationLike;
use melior::ir::{Attribute, OperationRef, Type, Value};

/// An operation seen as one of our ops.
pub trait OpView<'c, 'a>: Copy {
    /// The op's full name.
    const NAME: &'static str;
    /// Takes the operation for this op; its name must be `NAME`.
    fn wrap(op: OperationRef<'c, 'a>) -> Self;
    /// The operation itself.
    fn op(self) -> OperationRef<'c, 'a>;
    /// The view, if the operation is this op.
    fn cast(op: OperationRef<'c, 'a>) -> Option<Self> {
        (name(op) == Self::NAME).then(|| Self::wrap(op))
    }
}

/// An operation's full name, such as `rl.begin`.
pub fn name(op: OperationRef) -> String {
    op.name().as_string_ref().as_str().unwrap_or("").to_owned()
}

include!(concat!(env!("OUT_DIR"), "/views.rs"));

/// The operands of group `position`; `shape` says which groups are variable.
fn operand_group<'c, 'a>(op: OperationRef<'c, 'a>, shape: &[bool], position: usize) -> Vec<Value<'c, 'a>> {
    let sizes: Vec<usize> = match op.attribute("operandSegmentSizes") {
        Ok(sizes) => segment_sizes(sizes, shape.len()),
        // Without segments there is one variable group at most.
        Err(_) => {
            let fixed = shape.iter().filter(|variable| !**variable).count();
            shape.iter().map(|variable| if *variable { op.operand_count() - fixed } else { 1 }).collect()
        }
    };
    let start = sizes[..position].iter().sum();
    op.operands().skip(start).take(sizes[position]).collect()
}

fn segment_sizes(sizes: Attribute, count: usize) -> Vec<usize> {
    melior::ir::attribute::DenseI32ArrayAttribute::try_from(sizes)
        .map(|sizes| (0..count).map(|i| sizes.element(i).unwrap_or(0) as usize).collect())
        .unwrap_or_else(|_| vec![0; count])
}

fn string<'c>(attribute: Attribute<'c>) -> Option<&'c str> {
    StringAttribute::try_from(attribute).ok().map(|string| string.value())
}

fn symbol<'c>(attribute: Attribute<'c>) -> Option<&'c str> {
    FlatSymbolRefAttribute::try_from(attribute).ok().map(|symbol| symbol.value())
}

fn integer(attribute: Attribute) -> Option<i64> {
    IntegerAttribute::try_from(attribute).ok().map(|integer| integer.value())
}

fn number(attribute: Attribute) -> Option<f64> {
    FloatAttribute::try_from(attribute).ok().map(|number| number.value())
}

fn type_of<'c>(attribute: Attribute<'c>) -> Option<Type<'c>> {
    TypeAttribute::try_from(attribute).ok().map(|attribute| attribute.value())
}

fn any<'c>(attribute: Attribute<'c>) -> Option<Attribute<'c>> {
    Some(attribute)
}
