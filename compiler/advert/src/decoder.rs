//! Decoders for receivers, as source text made of a layout: no dependency, nothing of ours.
//!
//! Each is one item of a file, which may have others: a module in Rust, a class in Python, in TypeScript a constant and an
//! interface, an object in JSON. Each takes what follows the company or UUID, as scanners hand it out, and refuses exactly what [`crate::unpack_frame`]
//! refuses. A field that this advert does not carry is absent; one that is missing is there, and empty.

use crate::{Frame, Identity, Layout, Number};

mod json;
mod python;
mod rust;
mod typescript;

/// What a decoder is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `core` alone.
    Rust,
    /// 3.6 or later.
    Python,
    /// ECMAScript 2020 or later: it has large integers.
    TypeScript,
    /// No code, but all that a decoder has to know.
    Json,
}

impl Language {
    pub const ALL: [Self; 4] = [Self::Rust, Self::Python, Self::TypeScript, Self::Json];

    /// As it is named on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::TypeScript => "typescript",
            Self::Json => "json",
        }
    }
}

/// The decoder's whole text, as an item of this name. The same layout gives the same text.
pub fn decoder(layout: &Layout, name: &str, language: Language) -> String {
    match language {
        Language::Rust => rust::text(layout, name),
        Language::Python => python::text(layout, name),
        Language::TypeScript => typescript::text(layout, name),
        Language::Json => json::text(layout),
    }
}

/// Lines further to the right, but for empty ones.
fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}

/// The first sentence of each decoder.
fn title(layout: &Layout) -> String {
    let ids: Vec<String> = layout.frames().map(|frame| frame.id.to_string()).collect();
    let word = if ids.len() == 1 { "layout id" } else { "layout ids" };
    format!("Reads the beacon '{}' ({word} {}).", layout.beacon.name, ids.join(", "))
}

/// Name and value of the constant that scanners filter by.
fn owner(layout: &Layout) -> (&'static str, String) {
    match layout.beacon.identity {
        Identity::Company(id) => ("COMPANY", format!("0x{id:04x}")),
        Identity::Service16(id) => ("SERVICE", format!("0x{id:04x}")),
        Identity::Service32(id) => ("SERVICE", format!("0x{id:08x}")),
        Identity::Service128(id) => ("SERVICE", format!("0x{id:032x}")),
    }
}

/// Whether each advert carries the field.
fn is_in_every_frame(layout: &Layout, field: usize) -> bool {
    layout.frames().all(|frame| carries(frame, field))
}

fn carries(frame: &Frame, field: usize) -> bool {
    frame.fields().any(|carried| carried == field)
}

/// A number's units from its code, where integers are exact; the suffix is what the language puts after large ones.
fn units(number: &Number, suffix: &str) -> String {
    let Number { low, step, .. } = number;
    let steps = if *step == 1 { "code".to_owned() } else { format!("{step}{suffix} * code") };
    if *low == 0 { steps } else { format!("{low}{suffix} + {steps}") }
}

/// In double quotes, for Python, TypeScript and JSON alike. Names have no control characters.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_languages_want_them() {
        assert_eq!(quoted(r#"a "b" \ c"#), r#""a \"b\" \\ c""#);
    }
}
