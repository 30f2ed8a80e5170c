//! Walks over ops. Ops are collected first, so that they may be replaced while one goes through them.

use melior::ir::operation::OperationLike;
use melior::ir::{BlockLike, OperationRef, RegionLike};

/// The ops that stand in a block.
pub fn operations<'c: 'a, 'a>(block: impl BlockLike<'c, 'a>) -> Vec<OperationRef<'c, 'a>> {
    let mut found = Vec::new();
    let mut next = block.first_operation();
    while let Some(op) = next {
        found.push(op);
        next = op.next_in_block();
    }
    found
}

/// All ops below an op, outer ones first.
pub fn nested<'c: 'a, 'a>(op: OperationRef<'c, 'a>) -> Vec<OperationRef<'c, 'a>> {
    let mut found = Vec::new();
    for region in op.regions() {
        let mut block = region.first_block();
        while let Some(present) = block {
            for inner in operations(present) {
                found.push(inner);
                found.extend(nested(inner));
            }
            block = present.next_in_region();
        }
    }
    found
}
