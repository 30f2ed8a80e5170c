//! `swarmc ir`: prints a stage.

use super::Done;
use super::input::Input;
use super::report::Problem;
use clap::Args;
use std::io::{IsTerminal, Write};
use swarmc::stage::{STAGES, Stage};

/// Print what a kernel becomes at a stage of the pipeline
#[derive(Args)]
#[command(after_help = "Example:\n  swarmc ir examples/forager/forager.mlir --board rak4631 --stage core")]
pub struct Ir {
    #[command(flatten)]
    input: Input,
    /// The stage
    #[arg(long, default_value = "core", value_parser = clap::builder::PossibleValuesParser::new(STAGES.iter().map(|row| clap::builder::PossibleValue::new(row.name).help(row.about))))]
    stage: String,
    /// Print to standard error how long each stage took
    #[arg(long)]
    timing: bool,
}

impl Ir {
    pub fn run(self) -> Done {
        let stage = Stage::named(&self.stage).unwrap_or(Stage::Core);
        if !stage.row().text && std::io::stdout().is_terminal() {
            let help = "redirect it to a file, or use `swarmc build`";
            return Err(vec![Problem::new("terminal", format!("stage '{}' is binary", self.stage), help)]);
        }
        let (compiled, _) = self.input.compile(stage)?;
        if self.timing {
            for artefact in &compiled.artefacts {
                eprintln!(
                    "{:>7} {:>9.3} ms",
                    artefact.stage.row().name,
                    artefact.took.as_secs_f64() * 1000.0
                );
            }
        }
        let bytes = compiled.stage(stage).unwrap_or_default();
        // A reader that has seen enough is no error.
        let _ = std::io::stdout().write_all(bytes);
        Ok(())
    }
}
