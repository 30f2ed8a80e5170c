//! `swarmc proto`: a kernel's messages as a `.proto` file, and such a file's as a kernel declares them.

use super::{Done, files, report, shown};
use clap::Args;
use std::path::{Path, PathBuf};

/// Print a kernel's messages as a .proto file, or a .proto file's as declarations to paste into a kernel
#[derive(Args)]
#[command(
    after_help = "Examples:\n  swarmc proto examples/state_update/state_update.mlir -o state_update.proto\n  swarmc proto state_update.proto"
)]
pub struct Proto {
    /// The kernel's source; or a file whose name ends in .proto, which is read the other way
    source: PathBuf,
    /// The file to write; by default the text is printed
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Proto {
    pub fn run(self) -> Done {
        let name = self.source.display().to_string();
        let is_proto = self.source.extension().is_some_and(|extension| extension == "proto");
        let result = if is_proto {
            let text = files::read(&self.source, files::PROTO)?;
            swarmc::proto::import(&text).map_err(|refusals| report::proto(refusals, (&name, &text)))?
        } else {
            let text = files::read(&self.source, files::KERNEL)?;
            let proto = swarmc::proto::export(&name, &text);
            proto.map_err(|failure| report::failure(failure, (&name, &text)))?
        };
        give(&result, (self.output.as_deref(), &self.source))
    }
}

/// Writes a text to a file, or prints it where there is none.
pub fn give(text: &str, (output, source): (Option<&Path>, &Path)) -> Done {
    match output {
        Some(path) => files::write(path, text.as_bytes(), &[source]),
        None => shown::print(text),
    }
}
