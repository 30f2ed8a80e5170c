//! Contexts with our dialects, parsing and printing.

use crate::{raw, source};
use melior::Context;
use melior::dialect::DialectRegistry;
use melior::ir::operation::{OperationLike, OperationPrintingFlags};
use melior::ir::{BlockLike, Location, Module};
use std::sync::Once;

/// A context that knows the dialects of kernels, single-threaded so that every run is the same.
pub fn context() -> Context {
    let registry = DialectRegistry::new();
    raw::register_dialects(&registry);
    let context = Context::new_with_registry(&registry, false);
    context.load_all_available_dialects();
    context
}

/// Registers the upstream passes that the pipeline uses; any number of times.
pub fn register_passes() {
    static ONCE: Once = Once::new();
    ONCE.call_once(raw::register_passes);
}

/// Parses and verifies a kernel's source. `name` is what diagnostics call the text. What is wrong goes to the
/// context's diagnostic handlers (see `collect`).
pub fn parse<'c>(context: &'c Context, text: &str, name: &str) -> Option<Module<'c>> {
    if let Some((line, column)) = source::too_deep(text) {
        let place = Location::new(context, name, line, column);
        let message = format!("[nesting] brackets are nested more than {} deep here", source::DEEPEST);
        raw::error(place, &message, None);
        return None;
    }
    let module = raw::parse(context, text, name)?;
    let mut op = module.body().first_operation();
    while let Some(present) = op {
        // The mark stands for checks that the lowering has put in: it is not the source's to give.
        if present.discardable_attribute(crate::AT_CORE).is_ok() {
            let message =
                format!("[profile] '{}' marks what the compiler has lowered, not sources", crate::AT_CORE);
            raw::error(present.location(), &message, None);
            return None;
        }
        op = present.next_in_block();
    }
    Some(module)
}

/// A module as text that parses back; with locations where asked for, so that a later stage can go on from it.
pub fn print(module: &Module, flags: OperationPrintingFlags) -> String {
    // Printing into memory fails for lack of memory only.
    module.as_operation().to_string_with_flags(flags).unwrap_or_default()
}
