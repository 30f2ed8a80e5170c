//! What a handler's fault means, and what to do about it.

use swarm_abi::fault;

use crate::error::HarnessError;

/// The error that ends a run; `handler` is its name.
pub(super) fn error(code: u32, handler: &str, time_ms: u64) -> HarnessError {
    let (what, help) = match code {
        fault::INDEX => (
            "an index, state or action outside its bounds",
            "compare what it senses with the sizes it declares: a grid has (width - 2) * (height - 2) places",
        ),
        fault::SHIFT => ("a shift by the width or more", "mask the amount, or check it before the shift"),
        fault::DIVISION => ("a division without a result", "check the divisor before the division"),
        fault::LOOP => {
            ("a loop beyond its declared maximum", "raise the loop's maximum, or leave it earlier")
        }
        fault::ASSERTION => ("an assertion of the program", "look at what the assertion says"),
        _ => ("a code that this version does not know", "build the kernel anew with the swarmc that runs it"),
    };
    let message = format!("the handler {handler} ended with fault {code} ({what}) at {time_ms} ms");
    HarnessError::new("run::fault", message).help(help)
}
