//! Limits that a kernel is held to, below those of its board.

use super::Fit;
use crate::pipeline::Failure;
use swarm_dialects::{Place, Reported, Severity};

/// Bytes that a kernel may take; what is not said is as the board has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    pub flash: Option<u64>,
    pub ram: Option<u64>,
    pub stack: Option<u64>,
}

/// Refuses a kernel that takes more than its board or its budget has, with the op or variable that costs most.
pub fn over(fit: &Fit, budget: &Budget, source: (&str, &str)) -> Result<(), Failure> {
    let problems = [
        flash(fit, budget, source),
        ram(fit, budget, source),
        stack(fit, budget),
        super::time::too_slow(&fit.times),
    ];
    let problems: Vec<Reported> = problems.into_iter().flatten().collect();
    if problems.is_empty() { Ok(()) } else { Err(Failure::Kernel(problems)) }
}

/// The smaller limit, and whose it is.
fn limit(board: Option<u64>, own: Option<u64>, name: &str) -> Option<(u64, String)> {
    let board = board.map(|bytes| (bytes, format!("'{name}' has")));
    let own = own.map(|bytes| (bytes, "the budget has".to_owned()));
    [board, own].into_iter().flatten().min()
}

fn flash(fit: &Fit, budget: &Budget, (name, _): (&str, &str)) -> Option<Reported> {
    let (room, whose) = limit(Some(fit.flash.room), budget.flash, &fit.board.name)?;
    let over = fit.flash.bytes.checked_sub(room).filter(|over| *over > 0)?;
    let most = fit.flash.ops.iter().find(|op| op.line > 0);
    let costs = most.map(|op| format!("; line {} takes most, {} B: {}", op.line, op.bytes, op.text));
    let message = format!(
        "[flash] the image takes {} B, and {whose} {room} B: {over} B too many{}",
        fit.flash.bytes,
        costs.unwrap_or_default()
    );
    Some(reported(message, place(name, most.map_or(0, |op| op.line))))
}

fn ram(fit: &Fit, budget: &Budget, (name, text): (&str, &str)) -> Option<Reported> {
    let (room, whose) = limit(fit.ram.room, budget.ram, &fit.board.name)?;
    let over = fit.ram.state.checked_sub(room).filter(|over| *over > 0)?;
    let most = fit.ram.variables.first();
    let costs = most.map(|variable| {
        let declared = variable.text(text);
        format!("; @{} takes most, {} B: {declared}", variable.name, variable.bytes)
    });
    let message = format!(
        "[ram] the state block takes {} B, and {whose} {room} B: {over} B too many{}",
        fit.ram.state,
        costs.unwrap_or_default()
    );
    Some(reported(message, place(name, most.map_or(0, |variable| variable.line))))
}

fn stack(fit: &Fit, budget: &Budget) -> Option<Reported> {
    let stack = fit.stack.as_ref()?;
    let (room, whose) = limit(Some(stack.room), budget.stack, &fit.board.name)?;
    let over = stack.bytes.checked_sub(room).filter(|over| *over > 0)?;
    let worst = stack.handlers.iter().max_by_key(|handler| handler.bytes)?;
    let message = format!(
        "[stack] @{} takes {} B of stack at worst, and {whose} {room} B: {over} B too many; {}",
        worst.name,
        worst.bytes,
        worst.told()
    );
    Some(reported(message, None))
}

fn place(file: &str, line: u64) -> Option<Place> {
    (line > 0).then(|| Place { file: file.to_owned(), line: line as usize, column: 1 })
}

fn reported(message: String, place: Option<Place>) -> Reported {
    Reported { severity: Severity::Error, message, place, notes: Vec::new() }
}
