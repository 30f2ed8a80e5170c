//! `swarmc report`: what a kernel takes of a board.

use super::input::{self, Goal, Input};
use super::{Done, all, files, report, shown};
use clap::Args;
use report::Problem;
use serde_json::Value;
use std::path::{Path, PathBuf};
use swarm_targets::Board;
use swarmc::facts;
use swarmc::fit::{self, Budget, Fit, Speaking};
use swarmc::pipeline::Compiled;
use swarmc::stage::Stage;

/// Show what a kernel takes: flash, RAM, stack, time, air time and energy, down to lines and variables
#[derive(Args)]
#[command(
    after_help = "Examples:\n  swarmc report examples/forager/forager.mlir --board microbit-v1\n  swarmc report examples/forager/forager.mlir --all\n  swarmc report examples/forager/forager.mlir --board rak4631 --svg forager.svg\n  swarmc report examples/forager/forager.mlir --all --max-flash 2k --max-ram 8k --max-stack 2k"
)]
pub struct Report {
    /// The kernel's source
    kernel: PathBuf,
    /// A board that `swarmc boards` lists, or the path of your own board's TOML file
    #[arg(long, value_name = "BOARD", required_unless_present = "all")]
    board: Option<String>,
    /// Every board that `swarmc boards` lists
    #[arg(long, conflicts_with_all = ["board", "svg"])]
    all: bool,
    /// What the code is to be
    #[arg(long, value_enum, default_value_t = Goal::Size)]
    optimize: Goal,
    /// Where it is to run: region, presets and nodes; with one, what may not be on the air is refused
    #[arg(long, value_name = "FILE")]
    deploy: Option<PathBuf>,
    /// Draw it: a picture that stands alone
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Say what is other than in an earlier report, which `--json` wrote
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    #[command(flatten)]
    limits: Limits,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What a kernel may take.
#[derive(Args)]
struct Limits {
    /// Fail if the image takes more, such as 900 or 4k (4096)
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    max_flash: Option<u64>,
    /// Fail if the state block takes more
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    max_ram: Option<u64>,
    /// Fail if a handler may take more stack
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    max_stack: Option<u64>,
}

/// A number of bytes; `k` is 1024 of them.
fn bytes(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1024),
        None => (text, 1),
    };
    let number: Option<u64> = digits.parse().ok();
    number
        .and_then(|number| number.checked_mul(unit))
        .ok_or_else(|| "give bytes, such as 900 or 4k".to_owned())
}

impl Report {
    pub fn run(self) -> Done {
        let source = files::read(&self.kernel, files::KERNEL)?;
        let fits = self.fits(&source)?;
        if let Some((path, fit)) = self.svg.as_ref().zip(fits.first()) {
            files::write(path, fit::picture(fit, &source).as_bytes(), &[&self.kernel])?;
        }
        let mut values = fits.iter().map(|fit| fit.to_json(&source));
        let value = if self.all { values.collect() } else { values.next().unwrap_or_default() };
        if let Some(path) = &self.compare {
            return shown::print(compared(path, &value)?);
        }
        if self.json {
            return shown::json(&value);
        }
        match fits.as_slice() {
            [fit] if !self.all => shown::print(fit.to_text(&source)),
            fits => shown::print(fit::table(fits)),
        }
    }

    fn fits(&self, source: &str) -> Result<Vec<Fit>, Vec<Problem>> {
        let name = self.kernel.display().to_string();
        let budget =
            Budget { flash: self.limits.max_flash, ram: self.limits.max_ram, stack: self.limits.max_stack };
        let deployment = self.deploy.as_deref().map(input::deployment).transpose()?;
        if deployment.is_some() {
            // Refuses what a region or the air does not allow.
            facts::facts((&name, source), deployment.as_ref())
                .map_err(|failure| report::failure(failure, (&name, source)))?;
        }
        let speaking = Speaking::of_text((&name, source), deployment.as_ref())
            .map_err(|failure| report::failure(failure, (&name, source)))?;
        let fit = |compiled: &Compiled, board: &Board| {
            let fit = Fit::of(compiled, board, (source, &speaking));
            let fit = fit.and_then(|fit| fit::over(&fit, &budget, (&name, source)).map(|()| fit));
            fit.map_err(|failure| report::failure(failure, (&name, source)))
        };
        let Some(board) = &self.board else { return all::boards((&self.kernel, self.optimize), fit) };
        let input = Input { kernel: self.kernel.clone(), board: board.clone(), optimize: self.optimize };
        let (compiled, board) = input.compile(Stage::Elf)?;
        Ok(vec![fit(&compiled, &board)?])
    }
}

/// What changed since an earlier report.
fn compared(path: &Path, new: &Value) -> Result<String, Vec<Problem>> {
    let help = "give a file that `swarmc report --json` wrote";
    let wrong = |message: String| vec![Problem::new("report", message, help)];
    let text = files::read(path, files::REPORT)?;
    let old = serde_json::from_str(&text).map_err(|error| wrong(format!("'{}': {error}", path.display())))?;
    fit::compare(&old, new).map_err(|message| wrong(format!("'{}': {message}", path.display())))
}
