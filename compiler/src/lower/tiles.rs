//! Tile coding: which rows of weights are active at a state (NUMERICS, *Tile coding*).

use crate::emit::Emit;
use melior::ir::Value;
use swarm_dialects::{Input, TableShape};

/// Fills the handler's scratch memory with the index of the active row of each tiling.
pub fn active<'c, 'a>(
    emit: &Emit<'c, 'a>,
    shape: &TableShape,
    (tilings, inputs): (i64, &[Input]),
    state: &[Value<'c, 'a>],
) -> Value<'c, 'a> {
    let memory = emit.scratch(tilings as u64, 32);
    let positions: Vec<Value> =
        inputs.iter().zip(state).map(|(input, given)| position(emit, *input, tilings, *given)).collect();
    emit.repeat(tilings, &[], |emit, tiling, _| {
        let mut tile = emit.mul_c(tiling, shape.tiles());
        let mut tiles_of_the_rest = shape.tiles();
        for (number, (input, position)) in inputs.iter().zip(&positions).enumerate() {
            let shift = emit.and_c(emit.mul_c(tiling, 2 * number as i64 + 1), tilings - 1);
            let cut = emit.shr_unsigned(emit.add(*position, shift), tilings.trailing_zeros());
            tiles_of_the_rest /= input.cuts + 1;
            tile = emit.add(tile, emit.mul_c(cut, tiles_of_the_rest));
        }
        emit.store(emit.mul_c(tile, shape.actions), memory, &[tiling]);
        Vec::new()
    });
    memory
}

/// How far an input is along its range, in tiles of a `tilings`th: below 2^15.
fn position<'c, 'a>(emit: &Emit<'c, 'a>, input: Input, tilings: i64, given: Value<'c, 'a>) -> Value<'c, 'a> {
    let span = input.high - input.low + 1;
    let per_unit = input.cuts * tilings * 65536 / span;
    let above = emit.add_c(emit.clamp(given, (input.low, input.high)), -input.low);
    // The product is below 2^31.
    emit.shr_unsigned(emit.mul_c(above, per_unit), 16)
}
