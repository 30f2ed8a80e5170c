//! `swarmc new`: a kernel to start from.

use super::report::Problem;
use super::{Done, files, shown};
use clap::Args;
use std::path::PathBuf;

const BLINK: &str = include_str!("../../../examples/blink/blink.mlir");

/// Write a small kernel to start from
#[derive(Args)]
#[command(after_help = "Example:\n  swarmc new lantern")]
pub struct New {
    /// The kernel's name: letters, digits and underscores
    name: String,
}

impl New {
    pub fn run(self) -> Done {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if self.name.is_empty() || self.name.len() > 48 || !self.name.chars().all(plain) {
            let message = format!("'{}' is no name for a kernel", self.name);
            return Err(vec![Problem::new("name", message, "use 1 to 48 letters, digits and underscores")]);
        }
        let path = PathBuf::from(format!("{}.mlir", self.name));
        if path.exists() {
            let message = format!("'{}' is there already", path.display());
            return Err(vec![Problem::new("file", message, "choose another name, or move the file away")]);
        }
        files::write(&path, BLINK.replace("@blink", &format!("@{}", self.name)).as_bytes(), &[])?;
        let path = path.display();
        shown::print(format!("{path}: try `swarmc run {path} --board host --ticks 10`\n"))
    }
}
