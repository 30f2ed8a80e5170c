//! What is wrong with a world, a record or a run, as plain data: a stable code, one sentence, the place, and what to do.
//! Whoever shows it (the command line, a test) decides how it looks.

use std::fmt;
use std::ops::Range;

/// An error that a person can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HarnessError {
    /// Stable, for programs and for the manual: `world::unknown_key`.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// Where, when the cause stands in a text.
    pub label: Option<Box<Label>>,
    /// The valid values, or the next step.
    pub help: String,
}

/// A place in a text: `span` counts bytes of `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub file: String,
    pub text: String,
    pub span: Range<usize>,
}

impl HarnessError {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), label: None, help: String::new() }
    }

    #[must_use]
    pub fn at(mut self, source: &Source<'_>, span: Range<usize>) -> Self {
        let end = span.end.min(source.text.len());
        self.label = Some(Box::new(Label {
            file: source.file.to_string(),
            text: source.text.to_string(),
            span: span.start.min(end)..end,
        }));
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// A text and the name that it goes by in messages.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Label {
    /// Line and column of the place's first byte, counted from 1.
    pub fn line_column(&self) -> (usize, usize) {
        let before = self.text.get(..self.span.start).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

impl fmt::Display for HarnessError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "[{}] {}", self.code, self.message)?;
        if let Some(label) = &self.label {
            let (line, column) = label.line_column();
            write!(out, " ({}:{line}:{column})", label.file)?;
        }
        if !self.help.is_empty() {
            write!(out, "\nhelp: {}", self.help)?;
        }
        Ok(())
    }
}

impl std::error::Error for HarnessError {}
