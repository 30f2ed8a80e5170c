//! `swarmc ir`: prints a stage, from the source or from an earlier stage's text.

use super::input::Input;
use super::report::Problem;
use super::{Done, shown};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use std::io::IsTerminal;
use swarmc::pipeline::Places;
use swarmc::stage::{Form, Row, STAGES, Stage};

/// Print what a kernel becomes at a stage of the pipeline
#[derive(Args)]
#[command(
    after_help = "Examples:\n  swarmc ir examples/forager/forager.mlir --board rak4631 --stage core > forager.core\n  swarmc ir forager.core --from core --board rak4631 --stage ll"
)]
pub struct Ir {
    #[command(flatten)]
    input: Input,
    /// The stage
    #[arg(long, default_value = "core", value_parser = names(STAGES.iter()))]
    stage: String,
    /// Start from the text of this stage, as `ir` prints it
    #[arg(long, default_value = "source", value_name = "STAGE", value_parser = names(Stage::inputs()))]
    from: String,
    /// Print the places of the source with each op, so that what starts from there has the source's debug information
    #[arg(long)]
    places: bool,
    /// Print to standard error how long each stage took
    #[arg(long)]
    timing: bool,
}

fn names<'r>(rows: impl Iterator<Item = &'r Row>) -> PossibleValuesParser {
    PossibleValuesParser::new(rows.map(|row| PossibleValue::new(row.name).help(row.about)))
}

impl Ir {
    pub fn run(self) -> Done {
        let stage = Stage::named(&self.stage).unwrap_or(Stage::Core);
        let first = Stage::named(&self.from).unwrap_or(Stage::Source);
        if first > stage {
            let message = format!("stage '{}' comes before '{}'", self.stage, self.from);
            let help = "give with --stage one that comes later, or the same";
            return Err(vec![Problem::new("stage", message, help)]);
        }
        if stage.row().form == Form::Binary && std::io::stdout().is_terminal() {
            let help = "redirect it to a file, or use `swarmc build`";
            return Err(vec![Problem::new("terminal", format!("stage '{}' is binary", self.stage), help)]);
        }
        let places = if self.places { Places::Written } else { Places::Left };
        let (compiled, _) = self.input.resume((first, stage), places)?;
        if self.timing {
            for artefact in &compiled.artefacts {
                let (name, ms) = (artefact.stage.row().name, artefact.took.as_secs_f64() * 1000.0);
                shown::say(format!("{name:>7} {ms:>9.3} ms"));
            }
        }
        shown::print(compiled.stage(stage).unwrap_or_default())
    }
}
