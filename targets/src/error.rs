//! What is wrong with a board, as plain data.

use std::fmt;

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub file: String,
    pub text: String,
    /// Bytes of the text.
    pub span: std::ops::Range<usize>,
}

/// A coded error with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetError {
    pub code: &'static str,
    pub message: String,
    pub label: Option<Label>,
    pub help: String,
}

impl fmt::Display for TargetError {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "[{}] {}", self.code, self.message)
    }
}

impl std::error::Error for TargetError {}
