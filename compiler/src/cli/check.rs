//! `swarmc check`: verifies a kernel and says how its numbers are encoded.

use super::{Done, files, report, shown};
use clap::Args;
use std::path::PathBuf;

/// Verify a kernel, and show its encoded constants and value ranges
#[derive(Args)]
#[command(after_help = "Example:\n  swarmc check examples/forager/forager.mlir")]
pub struct Check {
    /// The kernel's source
    kernel: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Check {
    pub fn run(self) -> Done {
        let text = files::read(&self.kernel, files::KERNEL)?;
        let name = self.kernel.display().to_string();
        let facts =
            swarmc::facts::facts(&name, &text).map_err(|failure| report::failure(failure, (&name, &text)))?;
        report::warnings(&facts.warnings, (&name, &text));
        if self.json {
            return shown::json(&facts.to_json());
        }
        shown::print(facts.to_text())
    }
}
