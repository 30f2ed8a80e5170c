//! What is wrong with a board, as plain data: whoever shows it decides how.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub file: String,
    /// The whole file.
    pub text: Arc<str>,
    /// The place, in bytes of the text.
    pub span: Range<usize>,
}

/// A coded error with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetError {
    pub code: &'static str,
    pub message: String,
    pub label: Option<Label>,
    pub help: String,
}

impl TargetError {
    /// The whole error as plain text: code, sentence, place with excerpt, help.
    pub fn render(&self) -> String {
        let place = self.label.as_ref().map(Label::render).unwrap_or_default();
        format!("error[{}]: {}\n{place}  help: {}\n", self.code, self.message, self.help)
    }
}

impl Label {
    /// Line and column of the place, from 1; the column counts characters.
    pub fn position(&self) -> (usize, usize) {
        let before = self.text.get(..self.span.start).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    fn render(&self) -> String {
        let (line, column) = self.position();
        let content = self.text.lines().nth(line - 1).unwrap_or("");
        let marked = self.text.get(self.span.clone()).unwrap_or("").lines().next().unwrap_or("");
        let carets = "^".repeat(marked.chars().count().max(1));
        let gutter = " ".repeat(line.to_string().len());
        let indent = " ".repeat(column - 1);
        format!(
            "{gutter} --> {}:{line}:{column}\n{gutter} |\n{line} | {content}\n{gutter} | {indent}{carets}\n",
            self.file
        )
    }
}

impl fmt::Display for TargetError {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "[{}] {}", self.code, self.message)
    }
}

impl std::error::Error for TargetError {}
