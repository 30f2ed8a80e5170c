//! One input: what the compiler may answer, and what it may not.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use swarm_dialects::Severity;
use swarm_targets::script::Bank;
use swarmc::pipeline::{Failure, Optimise, Options, Places, Text, resume};
use swarmc::stage::Stage;
use swarmc::tools::Installed;

/// An input: a text, at a stage, for a board.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub text: String,
    pub from: Stage,
    pub board: &'static str,
    pub fast: bool,
}

/// How an input ended well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// It is a kernel, and there is an image.
    Image,
    /// It is no kernel, and each error says what and where.
    Refused,
}

thread_local! {
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Panics are kept for `judge` instead of being shown.
pub fn keep_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.to_string().replace('\n', " ");
        PANIC.with_borrow_mut(|kept| *kept = text);
    }));
}

/// Compiles the input to an image; an error is what must not happen.
pub fn judge(case: &Case) -> Result<Answer, String> {
    PANIC.take();
    let answer = catch_unwind(AssertUnwindSafe(|| answer(case)));
    // The verifier's panics are caught below us: they become diagnostics, which is no excuse.
    let panicked = PANIC.take();
    match answer {
        Ok(answer) if panicked.is_empty() => answer,
        _ => Err(format!("panic: {panicked}")),
    }
}

fn answer(case: &Case) -> Result<Answer, String> {
    let board = swarm_targets::find(case.board).expect("the board is built in").0;
    let optimise = if case.fast { Optimise::Speed } else { Optimise::Size };
    let options = Options { board, bank: Bank::A, optimise };
    let text = Text { name: "input.mlir", text: &case.text, stage: case.from, places: Places::Left };
    let outcome = resume(&text, &options, Stage::Elf, &Installed).map(|_| ());
    if case.from == Stage::Source && outcome.is_ok() {
        swarmc::facts::facts(("input.mlir", &case.text), None)
            .map_err(|failure| format!("compiles, and has no facts: {failure:?}"))?;
    }
    match outcome {
        Ok(()) => Ok(Answer::Image),
        // A text without a kernel has no place to point at.
        Err(Failure::Kernel(reported)) if reported.is_empty() => Ok(Answer::Refused),
        Err(Failure::Kernel(reported)) => {
            let mut errors = reported.iter().filter(|report| report.severity == Severity::Error).peekable();
            if errors.peek().is_none() {
                return Err(format!("refused without an error: {reported:?}"));
            }
            match errors.find(|error| error.place.is_none()) {
                Some(error) => Err(format!("an error without a place: {}", error.message)),
                None => Ok(Answer::Refused),
            }
        }
        Err(Failure::Bug { stage, message }) => Err(format!("bug at stage {stage}: {message}")),
        Err(Failure::Tool { program, message, .. }) => Err(format!("{program}: {message}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(text: &str) -> Case {
        Case { text: text.into(), from: Stage::Source, board: "host", fast: false }
    }

    #[test]
    fn kernels_and_texts_that_are_none_are_told_apart() {
        let kernel = "swarm.kernel @k version 1 { swarm.on_start @s { } }";
        assert_eq!(judge(&case(kernel)), Ok(Answer::Image));
        assert_eq!(judge(&case("swarm.kernel")), Ok(Answer::Refused));
        assert_eq!(judge(&case("")), Ok(Answer::Refused));
    }
}
