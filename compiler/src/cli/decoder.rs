//! `swarmc decoder`: source text for receivers of what a kernel has on the air.

use super::proto::give;
use super::{Done, files, report};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Generate a decoder for a kernel's beacons and messages, one file that needs nothing else
#[derive(Args)]
#[command(
    after_help = "Examples:\n  swarmc decoder examples/capability_beacon/capability_beacon.mlir --lang python -o beacon.py\n  swarmc decoder examples/state_update/state_update.mlir --lang typescript"
)]
pub struct Decoder {
    /// The kernel's source
    kernel: PathBuf,
    /// What the decoder is written in
    #[arg(long, value_enum)]
    lang: Lang,
    /// The file to write; by default the text is printed
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    /// Of `core` alone
    Rust,
    /// 3.6 or later
    Python,
    /// For ECMAScript 2020 or later
    #[value(name = "typescript")]
    TypeScript,
    /// No code, but all that a decoder has to know
    Json,
}

impl Decoder {
    pub fn run(self) -> Done {
        let text = files::read(&self.kernel, files::KERNEL)?;
        let name = self.kernel.display().to_string();
        let language = match self.lang {
            Lang::Rust => swarmc::decoder::Language::Rust,
            Lang::Python => swarmc::decoder::Language::Python,
            Lang::TypeScript => swarmc::decoder::Language::TypeScript,
            Lang::Json => swarmc::decoder::Language::Json,
        };
        let decoder = swarmc::decoder::decoder((&name, &text), language);
        let decoder = decoder.map_err(|failure| report::failure(failure, (&name, &text)))?;
        give(&decoder, (self.output.as_deref(), &self.kernel))
    }
}
