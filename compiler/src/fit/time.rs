//! The most instructions of each handler, and how long they take.

use crate::kernel::{EventKind, Handler};
use swarm_dialects::{Reported, Severity};
use swarm_machine::{Code, Loop, library};
use swarm_targets::{Board, Isa};

/// Cycles of the slowest common instruction, a branch that is taken, where the maker documents it: Arm's Cortex-M0 and
/// Cortex-M4 technical reference manuals, without wait states. Elsewhere an instruction is taken for a cycle, the least.
const DOCUMENTED_CYCLES: u64 = 3;

/// The time of one handler.
#[derive(Clone, Debug)]
pub struct HandlerTime {
    pub name: String,
    /// Of the kernel's own code and its library routines; services of the host are not in it.
    pub instructions: u64,
    /// Modelled; none where the board's clock is not known.
    pub microseconds: Option<f64>,
    /// Cycles that an instruction is taken for.
    pub cycles: u64,
    /// Of a timer: its shortest period in ms.
    pub period: Option<i64>,
    /// The loops, and what each takes.
    pub loops: Vec<Loop>,
}

/// Bounds all handlers; none on the host.
///
/// # Errors
/// A loop without a bound.
pub(super) fn bound(code: &Code, board: &Board, declared: &[Handler]) -> Result<Vec<HandlerTime>, String> {
    let is_documented = matches!(board.core.isa, Isa::Thumbv6m | Isa::Thumbv7em);
    let cycles = if is_documented { DOCUMENTED_CYCLES } else { 1 };
    let clock = board.energy.map(|energy| f64::from(energy.clock)).filter(|clock| *clock > 0.0);
    let handlers = code.handlers.iter().map(|handler| {
        let time = code.time(handler.function, |_| 0, library).map_err(|error| error.to_string())?;
        let known = declared.iter().find(|known| known.name == handler.name);
        let timer = known.filter(|known| known.kind == EventKind::Timer);
        Ok(HandlerTime {
            name: handler.name.clone(),
            instructions: time.instructions,
            microseconds: clock.map(|clock| (time.instructions * cycles) as f64 * 1e6 / clock),
            cycles,
            period: timer.map(|timer| timer.shortest),
            loops: time.loops,
        })
    });
    handlers.collect()
}

/// Says which timers come again before their handler is done.
pub(super) fn too_slow(times: &[HandlerTime]) -> Option<Reported> {
    let is_late = |time: &&HandlerTime| {
        let period = time.period.map(|ms| ms as f64 * 1000.0);
        time.microseconds.zip(period).is_some_and(|(takes, period)| takes > period)
    };
    let late = times.iter().find(is_late)?;
    let costs = late.loops.iter().max_by_key(|one| one.rounds.saturating_mul(one.each));
    let costs = costs.and_then(|one| Some((one.line?, one.rounds, one.each)));
    let costs = costs.map_or(String::new(), |(line, rounds, each)| {
        format!("; line {line} takes most: {rounds} rounds of {each} instructions")
    });
    let message = format!(
        "[time] @{} may take {} instructions, {:.1} ms as modelled, and its timer comes every {} ms{costs}",
        late.name,
        late.instructions,
        late.microseconds.unwrap_or_default() / 1000.0,
        late.period.unwrap_or_default()
    );
    Some(Reported { severity: Severity::Error, message, place: None, notes: Vec::new() })
}
