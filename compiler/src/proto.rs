//! `.proto` files: of a kernel's messages, and read as declarations for a kernel.

use crate::kernel::{Declared, kernel_of, members};
use crate::pipeline::Failure;
use melior::ir::operation::OperationLike;
use std::ops::Range;
use swarm_dialects::schema::model::{Places, Schema, import_placed, print};
use swarm_dialects::schema::{MOST_FRAMES, declarations, frames, schema};
use swarm_dialects::{Kernel, OpView, Reported, Severity, collect, parse, place, too_deep};

/// The `.proto` file of a kernel's messages.
///
/// # Errors
/// When the kernel is wrong, or declares no message.
pub fn export(name: &str, text: &str) -> Result<String, Failure> {
    with_schema(name, text, |kernel, schema| {
        if schema.messages().is_empty() {
            return Err(Failure::Kernel(vec![without(kernel, "no-message", "declares no message")]));
        }
        let Declared { name, .. } = Declared::read(kernel);
        let origin = format!(
            "// The messages of the swarm kernel @{name}, version {}. Made by swarmc: change the kernel, not this.\n",
            kernel.version()
        );
        Ok(origin + &print(schema))
    })
}

/// Reads a kernel, and does something with its messages.
pub(crate) fn with_schema<T>(
    name: &str,
    text: &str,
    work: impl FnOnce(Kernel, &Schema) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let context = swarm_dialects::context();
    let (module, reported) = collect(&context, || parse(&context, text, name));
    let module = module.ok_or_else(|| Failure::Kernel(reported.clone()))?;
    let kernel = kernel_of(&module).ok_or(Failure::Kernel(reported))?;
    let schema = schema(&members(kernel.op()))
        .map_err(|error| Failure::Bug { stage: "source", message: error.to_string() })?;
    work(kernel, &schema)
}

/// That a kernel does not have what is asked of it.
pub(crate) fn without(kernel: Kernel, code: &str, what: &str) -> Reported {
    let message = format!("[{code}] @{} {what}", kernel.sym_name());
    Reported { severity: Severity::Error, message, place: place(kernel.op().location()), notes: Vec::new() }
}

/// What is wrong with a `.proto` file.
pub struct Refusal {
    pub code: String,
    pub message: String,
    /// The bytes of the text that are meant.
    pub place: Option<Range<usize>>,
    /// Empty where the code says it.
    pub help: &'static str,
}

/// A `.proto` file's messages as a kernel declares them. The text is one that kernels take: it was tried.
///
/// # Errors
/// When it is no proto3, or says what a kernel's messages cannot.
pub fn import(text: &str) -> Result<String, Vec<Refusal>> {
    if let Some((line, column)) = too_deep(text) {
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let start = start + column - 1;
        let message = "brackets are nested too deep here".to_owned();
        return Err(vec![Refusal {
            code: "nesting".to_owned(),
            message,
            place: Some(start..start + 1),
            help: "write the file flatter",
        }]);
    }
    let (schema, places) = import_placed(text).map_err(|wrong| {
        let (code, help) = (wrong.error.code().replace("::", "-"), wrong.error.help());
        vec![Refusal { code, message: wrong.error.to_string(), place: wrong.place, help }]
    })?;
    if let Some(message) = schema.messages().iter().find(|message| frames(&schema, message) > MOST_FRAMES) {
        let text = format!("{} holds more than {MOST_FRAMES} messages in all", message.name);
        return Err(vec![Refusal {
            code: "schema-depth".to_owned(),
            message: text,
            place: places.named(&message.name),
            help: "",
        }]);
    }
    if schema.messages().is_empty() {
        return Err(vec![Refusal {
            code: "no-message".to_owned(),
            message: "the file declares no message".to_owned(),
            place: None,
            help: "give a file with `message M { ... }`",
        }]);
    }
    let declarations = declarations(&schema);
    tried(&declarations, (&schema, &places))?;
    Ok(declarations)
}

/// Whether a kernel takes declarations, and sees in them the schema that they come from.
fn tried(declarations: &str, (schema, places): (&Schema, &Places)) -> Result<(), Vec<Refusal>> {
    let text = format!("swarm.kernel @tried version 1 {{\n{declarations}  swarm.on_start @begin {{ }}\n}}\n");
    let read = with_schema("declarations", &text, |_, read| Ok(read.clone()));
    let refused = |reported: &Reported| {
        let message = reported.message.as_str();
        let (code, message) =
            message.strip_prefix('[').and_then(|rest| rest.split_once("] ")).unwrap_or(("", message));
        let names = message.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let place = names.filter(|name| !name.is_empty()).find_map(|name| places.named(name));
        let code = if code.is_empty() { "syntax" } else { code };
        Refusal { code: code.to_owned(), message: message.to_owned(), place, help: "" }
    };
    match read {
        Ok(read) if read.messages() == schema.messages() && read.enums() == schema.enums() => Ok(()),
        Err(Failure::Kernel(reported)) if !reported.is_empty() => Err(reported.iter().map(refused).collect()),
        _ => Err(vec![Refusal {
            code: "internal".to_owned(),
            message: "the declarations are not read as they were meant".to_owned(),
            place: None,
            help: "",
        }]),
    }
}
