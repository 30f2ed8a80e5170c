//! `swarmc build`: writes a kernel image, or for a board that is flashed whole, a flash image.

use super::input::Input;
use super::{Done, files, shown};
use crate::cli::report::Problem;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use swarm_dialects::Severity;
use swarm_targets::Kind;
use swarmc::stage::Stage;

/// Compile a kernel for a board, and write an ELF file
#[derive(Args)]
#[command(
    after_help = "Example:\n  swarmc build examples/forager/forager.mlir --board rak4631 -o forager.elf"
)]
pub struct Build {
    #[command(flatten)]
    input: Input,
    /// The file to write; by default KERNEL-BOARD.elf in the present folder
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write each stage to a folder, too
    #[arg(long, value_name = "FOLDER")]
    dump_stages: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Build {
    pub fn run(self) -> Done {
        let (compiled, board) = self.input.compile(Stage::Elf)?;
        let elf = compiled.stage(Stage::Elf).unwrap_or_default();
        let sizes = shown::sizes(elf);
        // Real boards with a shell of ours boot from one file; the others' kernels are guests of a runtime.
        let shell = (board.kind == Kind::Real).then(|| swarm_shells::shell(&board.name)).flatten();
        let (bytes, what) = match shell {
            Some(shell) => (flash_image(shell, elf)?, "flash image, with the shell: it boots"),
            None => (elf.to_vec(), "guest kernel: the board's runtime hosts it"),
        };
        let stem = self.input.kernel.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let output = self.output.unwrap_or_else(|| PathBuf::from(format!("{stem}-{}.elf", board.name)));
        if let Some(folder) = &self.dump_stages {
            std::fs::create_dir_all(folder).map_err(|error| {
                let message = format!("cannot make the folder '{}': {error}", folder.display());
                vec![Problem::new("file", message, "choose a folder that you may write to")]
            })?;
            for artefact in &compiled.artefacts {
                files::write(&folder.join(format!("{stem}.{}", artefact.stage.row().name)), &artefact.bytes)?;
            }
        }
        files::write(&output, &bytes)?;
        for warning in compiled.reported.iter().filter(|reported| reported.severity == Severity::Warning) {
            eprintln!("warning: {}", warning.message);
        }
        let state = compiled.interface.map_or(0, |interface| interface.layout.size);
        if self.json {
            return shown::json(&json!({
                "file": output, "board": board.name, "what": what,
                "code_bytes": sizes.code, "image_bytes": sizes.image, "state_bytes": state,
            }));
        }
        println!("{}: {what}", output.display());
        println!(
            "code {} B, image {} B (with descriptor and constants), state {state} B",
            sizes.code, sizes.image
        );
        Ok(())
    }
}

fn flash_image(shell: &[u8], elf: &[u8]) -> Result<Vec<u8>, Vec<Problem>> {
    swarm_image::flash_image(shell, elf).map_err(|error| {
        let mut problem =
            Problem::new("image", error.to_string(), "this is a bug of swarmc: please report it");
        problem.ours = true;
        vec![problem]
    })
}
