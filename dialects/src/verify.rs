//! The verifier of whole kernels: what ODS cannot check, because it needs more than one op.
//!
//! One function for each kind of op, in `verify/`; each error begins with its code in brackets, and points at the op
//! that is wrong, with a note at the declaration that it contradicts.

mod adv;
mod channels;
mod core;
mod declarations;
mod learning;
mod profile;
mod radio;
mod tensors;
mod uses;

pub use profile::GUARDED;

use crate::{Kernel, OpView, name, nearest, nested, operations, raw};
use melior::ir::attribute::StringAttribute;
use melior::ir::operation::OperationLike;
use melior::ir::{OperationRef, RegionLike};
use std::collections::HashMap;

/// What the verifier of one op needs to know of the kernel.
pub(crate) struct Scope<'c, 'a> {
    members: HashMap<String, OperationRef<'c, 'a>>,
    wrong: std::cell::Cell<bool>,
    /// Whether the kernel is at stage `core`.
    core: bool,
    /// Its messages, if it has any, and they are sound.
    schema: Option<swarm_schema::Schema>,
}

impl<'c: 'a, 'a> Scope<'c, 'a> {
    /// The member of that name and kind; an error when there is none.
    fn find<V: OpView<'c, 'a>>(&self, user: OperationRef<'c, 'a>, symbol: &str, what: &str) -> Option<V> {
        let Some(member) = self.members.get(symbol) else {
            self.unknown(user, (symbol, what), |member| V::cast(member).is_some());
            return None;
        };
        let view = V::cast(*member);
        if view.is_none() {
            let note = format!("@{symbol} is declared here, as a {}", name(*member));
            self.error_with(user, "wrong-kind", &format!("@{symbol} is not a {what}"), (*member, &note));
        }
        view
    }

    /// Says that nothing of that kind is declared by this name, and what it may have meant.
    fn unknown(
        &self,
        user: OperationRef,
        (symbol, what): (&str, &str),
        fits: impl Fn(OperationRef<'c, 'a>) -> bool,
    ) {
        let of_kind = self.members.iter().filter(|(_, member)| fits(**member)).map(|(name, _)| name.as_str());
        let near =
            nearest(symbol, of_kind).map(|name| format!(": did you mean @{name}?")).unwrap_or_default();
        self.error(
            user,
            "unknown-name",
            &format!("there is no {what} called @{symbol} in this kernel{near}"),
        );
    }

    fn error(&self, op: OperationRef, code: &str, message: &str) {
        raw::error(op.location(), &format!("[{code}] {message}"), None);
        self.wrong.set(true);
    }

    /// With a note at another op.
    fn error_with(&self, op: OperationRef, code: &str, message: &str, (other, note): (OperationRef, &str)) {
        raw::error(op.location(), &format!("[{code}] {message}"), Some((other.location(), note)));
        self.wrong.set(true);
    }
}

/// Verifies a kernel; what is wrong becomes diagnostics.
pub fn kernel<'c: 'a, 'a>(kernel: OperationRef<'c, 'a>) -> bool {
    let block = kernel.first_region().and_then(|region| region.first_block());
    let members = block.map(operations).unwrap_or_default();
    let named = members.iter().filter_map(|member| Some((symbol(*member)?, *member))).collect();
    let core = kernel.discardable_attribute(crate::AT_CORE).is_ok();
    let mut scope = Scope { members: named, wrong: std::cell::Cell::new(false), core, schema: None };
    if let Some(kernel) = Kernel::cast(kernel) {
        declarations::kernel(&scope, kernel);
    }
    scope.schema = radio::declared(&scope, &members);
    adv::declared(&scope, &members);
    for &member in &members {
        declarations::member(&scope, member);
        if scope.core {
            core::member(&scope, member);
        }
        for op in nested(member) {
            // The body of a `linalg` op on what a kernel does not have is refused with the op itself.
            if op.parent_operation().is_some_and(tensors::is_refused) {
                continue;
            }
            profile::op(&scope, member, op);
            tensors::op(&scope, op);
            uses::op(&scope, member, op);
            if scope.core {
                core::op(&scope, op);
            }
        }
    }
    declarations::handlers(&scope, &members);
    declarations::reach(&scope, &members);
    !scope.wrong.get()
}

/// Which of the known words was meant, as the end of a sentence.
fn meant<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(word, known).map(|name| format!(": did you mean '{name}'?")).unwrap_or_default()
}

fn symbol(op: OperationRef) -> Option<String> {
    let attribute = op.attribute("sym_name").ok()?;
    // The C interface gives an empty text as a null pointer, which must not become a slice.
    if attribute.to_string() == "\"\"" {
        return Some(String::new());
    }
    Some(StringAttribute::try_from(attribute).ok()?.value().to_owned())
}
