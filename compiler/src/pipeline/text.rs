//! Texts to start from. Up to `core` they say all by themselves; later ones begin with comments that say what the
//! kernel shows its host (`native::text`), because the code no longer does.

use super::{Failure, Making, Options, machine};
use crate::native::{self, Interface};
use crate::stage::Stage;
use melior::Context;
use melior::ir::operation::{OperationLike, OperationPrintingFlags};
use melior::ir::{Module, OperationRef};
use swarm_dialects::{
    Place, Reported, Severity, name, nested, operations, parse, parse_core, parse_module, print,
};

/// A text, and what it is.
#[derive(Clone, Copy, Debug)]
pub struct Text<'t> {
    /// What diagnostics call it.
    pub name: &'t str,
    pub text: &'t str,
    pub stage: Stage,
    pub places: Places,
}

/// Whether stages that are MLIR are printed with the places of the source that their ops come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    Left,
    /// What goes on from there has the debug information of the source.
    Written,
}

impl Text<'_> {
    /// A module as text, in the way that was asked for.
    pub(super) fn print(&self, module: &Module) -> String {
        let flags = OperationPrintingFlags::new();
        print(
            module,
            if self.places == Places::Written { flags.enable_debug_info(true, false) } else { flags },
        )
    }

    /// An error that is about the text as a whole.
    fn wrong(&self, message: String) -> Failure {
        let place = Some(Place { file: self.name.to_owned(), line: 1, column: 1 });
        Failure::Kernel(vec![Reported { severity: Severity::Error, message, place, notes: Vec::new() }])
    }
}

/// The kernel of a text up to stage `core`.
pub(super) fn kernel<'c>(context: &'c Context, text: &Text) -> Result<Module<'c>, Failure> {
    let parse = if text.stage == Stage::Core { parse_core } else { parse };
    let module = parse(context, text.text, text.name).ok_or(Failure::Kernel(Vec::new()))?;
    crate::kernel::kernel_of(&module).ok_or(Failure::Kernel(Vec::new()))?;
    Ok(module)
}

/// The module of a text at stage `llvm`.
pub(super) fn llvm<'c>(
    context: &'c Context,
    text: &Text,
    options: &Options,
) -> Result<(Module<'c>, Interface), Failure> {
    let interface = interface(text, options)?;
    let module = parse_module(context, text.text, text.name).ok_or(Failure::Kernel(Vec::new()))?;
    let all = nested(module.as_operation());
    if let Some(other) = all.iter().map(|op| name(*op)).find(|name| !name.starts_with("llvm.")) {
        return Err(text.wrong(format!("[stage] this is not at stage llvm: it holds a '{other}'")));
    }
    let functions: Vec<String> = operations(module.body()).into_iter().filter_map(symbol).collect();
    for handler in &interface.declared.handlers {
        let function = native::function_name(&handler.name);
        if !functions.contains(&function) {
            let message = format!("[stage] there is no function @{function}, which the first lines promise");
            return Err(text.wrong(message));
        }
    }
    Ok((module, interface))
}

fn symbol(op: OperationRef) -> Option<String> {
    let name = op.attribute("sym_name").ok()?;
    Some(melior::ir::attribute::StringAttribute::try_from(name).ok()?.value().to_owned())
}

/// What the first lines of a text say; they must be of a board with the same core.
pub(super) fn interface(text: &Text, options: &Options) -> Result<Interface, Failure> {
    let (interface, triple) = Interface::from_text(text.text).map_err(|message| text.wrong(message))?;
    let wanted = machine(&options.board).triple;
    if triple == wanted {
        return Ok(interface);
    }
    let message =
        format!("[stage] this text is for {triple}, and board '{}' is {wanted}", options.board.name);
    Err(text.wrong(message))
}

/// A stage's text behind the comments that say what the kernel shows its host.
pub(super) fn with_interface(body: &str, (making, options): (&Making, &Options), comment: &str) -> Vec<u8> {
    let triple = machine(&options.board).triple;
    let lines = making.compiled.interface.as_ref().map(|interface| interface.to_text(&triple));
    let lines: String =
        lines.iter().flat_map(|text| text.lines()).map(|line| format!("{comment} {line}\n")).collect();
    (lines + body).into_bytes()
}

/// What LLVM says of a text that it does not take: `NAME:LINE:COLUMN: error: MESSAGE`, then an excerpt.
pub(super) fn refused_by_llvm(text: &Text, said: &str) -> Failure {
    let first = said.lines().next().unwrap_or_default();
    let (place, message) = first.split_once(" error: ").unwrap_or(("", first));
    let mut numbers =
        place.strip_prefix(text.name).unwrap_or_default().split(':').filter_map(|n| n.parse().ok());
    let mut failure = text.wrong(format!("[syntax] {message}"));
    if let (Failure::Kernel(reported), Some(line)) = (&mut failure, numbers.next()) {
        let column = numbers.next().unwrap_or(1);
        reported[0].place = Some(Place { file: text.name.to_owned(), line, column });
    }
    failure
}
