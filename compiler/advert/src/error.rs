//! What is wrong with a beacon, as plain data: whoever shows it decides how.

use std::fmt;

/// A coded error with its place in the beacon and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdvertError {
    pub code: &'static str,
    pub message: String,
    /// The field that it is about; without one it is about the whole beacon.
    pub field: Option<String>,
    /// Lines that show the numbers, such as bytes per field.
    pub details: Vec<String>,
    pub help: String,
}

impl AdvertError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, details: Vec::new(), help: String::new() }
    }

    pub(crate) fn field(mut self, name: &str) -> Self {
        self.field = Some(name.to_owned());
        self
    }

    pub(crate) fn details(mut self, lines: Vec<String>) -> Self {
        self.details = lines;
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The whole error as plain text: code, sentence, place, numbers, help.
    pub fn render(&self) -> String {
        let mut text = format!("error[{}]: {}\n", self.code, self.message);
        if let Some(field) = &self.field {
            text += &format!("  --> field '{field}'\n");
        }
        for line in &self.details {
            text += &format!("  | {line}\n");
        }
        text + &format!("  help: {}\n", self.help)
    }
}

impl fmt::Display for AdvertError {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "[{}] {}", self.code, self.message)
    }
}

impl std::error::Error for AdvertError {}
