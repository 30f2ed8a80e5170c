//! Contexts with our dialects, parsing and printing.

use crate::{operations, raw, source};
use melior::Context;
use melior::dialect::DialectRegistry;
use melior::ir::operation::{OperationLike, OperationPrintingFlags};
use melior::ir::{Location, Module, OperationRef};
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
    let module = parse_module(context, text, name)?;
    // The mark stands for checks that the lowering has put in: it is not the source's to give.
    let Some(marked) = operations(module.body()).into_iter().find(|op| is_marked(*op)) else {
        return Some(module);
    };
    let message = format!("[stage] '{}' marks what the compiler has lowered, not sources", crate::AT_CORE);
    raw::error(marked.location(), &message, None);
    None
}

/// Parses and verifies a kernel that is at stage `core` already, as `print` gives it.
pub fn parse_core<'c>(context: &'c Context, text: &str, name: &str) -> Option<Module<'c>> {
    let module = parse_module(context, text, name)?;
    let members = operations(module.body());
    let wrong = match members.first() {
        Some(kernel) if members.len() == 1 && is_marked(*kernel) => None,
        Some(kernel) if !is_marked(*kernel) => {
            let message =
                format!("[stage] this is not at stage core: the kernel has no mark '{}'", crate::AT_CORE);
            Some((kernel.location(), message))
        }
        Some(_) => {
            Some((members[1].location(), "[alone] a file holds one kernel and nothing else".to_owned()))
        }
        None => Some((Location::new(context, name, 1, 1), "[no-kernel] the text holds no kernel".to_owned())),
    };
    if let Some((place, message)) = wrong {
        raw::error(place, &message, None);
        return None;
    }
    Some(module)
}

/// Parses and verifies a text of any stage that is MLIR, by the rules of the dialects that it uses and no others.
pub fn parse_module<'c>(context: &'c Context, text: &str, name: &str) -> Option<Module<'c>> {
    if let Some((line, column)) = source::too_deep(text) {
        let place = Location::new(context, name, line, column);
        let message = format!("[nesting] brackets are nested more than {} deep here", source::DEEPEST);
        raw::error(place, &message, None);
        return None;
    }
    if let Some((line, column)) = source::not_utf8(text) {
        raw::error(Location::new(context, name, line, column), "[text] the bytes of this are no UTF-8", None);
        return None;
    }
    raw::parse(context, text, name)
}

fn is_marked(op: OperationRef) -> bool {
    op.discardable_attribute(crate::AT_CORE).is_ok()
}

/// A module as text that parses back; with locations where asked for, so that a later stage can go on from it.
pub fn print(module: &Module, flags: OperationPrintingFlags) -> String {
    // Printing into memory fails for lack of memory only.
    module.as_operation().to_string_with_flags(flags).unwrap_or_default()
}
