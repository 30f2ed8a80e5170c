//! What most commands take: a kernel, a board, and how to compile.

use super::{files, report};
use clap::{Args, ValueEnum};
use report::Problem;
use std::path::{Path, PathBuf};
use swarm_targets::script::Bank;
use swarm_targets::{Board, Deployment, Row};
use swarmc::pipeline::{self, Compiled, Optimise, Options, Places, Text};
use swarmc::stage::Stage;
use swarmc::tools::Installed;

/// A kernel for a board.
#[derive(Args)]
pub struct Input {
    /// The kernel's source
    pub kernel: PathBuf,
    /// A board that `swarmc boards` lists, or the path of your own board's TOML file
    #[arg(long, value_name = "BOARD")]
    pub board: String,
    /// What the code is to be
    #[arg(long, value_enum, default_value_t = Goal::Size)]
    pub optimize: Goal,
}

/// What code is optimised for.
#[derive(Clone, Copy, ValueEnum)]
pub enum Goal {
    Size,
    Speed,
}

impl Goal {
    /// In the pipeline's words.
    pub fn optimise(self) -> Optimise {
        match self {
            Self::Size => Optimise::Size,
            Self::Speed => Optimise::Speed,
        }
    }
}

impl Input {
    /// Compiles up to a stage.
    pub fn compile(&self, last: Stage) -> Result<(Compiled, Board), Vec<Problem>> {
        self.resume((Stage::Source, last), Places::Left)
    }

    /// Goes on from the text of a stage, up to another.
    pub fn resume(
        &self,
        (first, last): (Stage, Stage),
        places: Places,
    ) -> Result<(Compiled, Board), Vec<Problem>> {
        let (board, _) = board(&self.board)?;
        let text = files::read(&self.kernel, files::KERNEL)?;
        let name = self.kernel.display().to_string();
        let options = Options { board: board.clone(), bank: Bank::A, optimise: self.optimize.optimise() };
        let text = Text { name: &name, text: &text, stage: first, places };
        let compiled = pipeline::resume(&text, &options, last, &Installed);
        let compiled = compiled.map_err(|failure| report::failure(failure, (&name, text.text)))?;
        report::warnings(&compiled.reported, (&name, text.text));
        Ok((compiled, board))
    }
}

/// A deployment by the path of its file.
pub fn deployment(path: &Path) -> Result<Deployment, Vec<Problem>> {
    let text = files::read(path, files::DEPLOYMENT)?;
    swarm_targets::load_deployment(&path.display().to_string(), &text).map_err(report::target)
}

/// A board by name, or by the path of its file.
pub fn board(name: &str) -> Result<(Board, Vec<Row>), Vec<Problem>> {
    let path = Path::new(name);
    let found = if path.extension().is_some_and(|extension| extension == "toml") {
        swarm_targets::load_user(name, &files::read(path, files::BOARD)?)
    } else {
        swarm_targets::find(name)
    };
    found.map_err(report::target)
}
