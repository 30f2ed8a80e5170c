//! `swarmc completions`: for shells.

use super::{Arguments, Done, shown};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Print completions for a shell
#[derive(Args)]
#[command(after_help = "Example:\n  . <(swarmc completions bash)")]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Done {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "swarmc", &mut script);
        shown::print(script)
    }
}
