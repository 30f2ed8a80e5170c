//! What must hold between a board's currents.

use super::{Checked, fail};
use crate::Board;
use crate::resolve::Merged;

/// Who sleeps draws less than who runs, and who speaks louder draws more; a clock ticks.
pub(super) fn currents_are_in_order(board: &Board, merged: &Merged) -> Checked {
    let Some(energy) = &board.energy else { return Ok(()) };
    if energy.clock == 0 || energy.supply == 0 {
        let path = if energy.clock == 0 { "energy.clock" } else { "energy.supply" };
        let error = merged.error("board-energy", &[path], format!("'{path}' cannot be 0"));
        return fail(error, "give the clock in Hz and the supply in mV: 64000000 and 3300");
    }
    if energy.sleep > energy.run {
        let message =
            format!("sleeping takes {} uA, and running {} uA: that is less", energy.sleep, energy.run);
        let error = merged.error("board-energy", &["energy.sleep", "energy.run"], message);
        return fail(error, "give both in microamperes: 1 mA is 1000");
    }
    let levels = energy.transmit();
    let Some(pair) = levels.windows(2).find(|pair| pair[0].1 > pair[1].1) else { return Ok(()) };
    let [(low, more), (high, less)] = [pair[0], pair[1]];
    let message = format!("sending takes {more} uA at {low} dBm, and {less} uA at {high} dBm: that is less");
    let paths = [format!("energy.transmit_{low}"), format!("energy.transmit_{high}")];
    let error = merged.error("board-energy", &paths.each_ref().map(String::as_str), message);
    fail(error, "give both in microamperes: 1 mA is 1000")
}
