//! What is written for a board, and what is said of it.

use crate::cli::report::Problem;
use crate::cli::shown::{self, Sizes};
use serde_json::{Value, json};
use std::path::PathBuf;
use swarm_targets::{Board, Kind};
use swarmc::pipeline::Compiled;
use swarmc::stage::Stage;

/// An image for a board.
pub struct Image {
    pub file: PathBuf,
    pub bytes: Vec<u8>,
    board: String,
    what: &'static str,
    sizes: Sizes,
    state: u64,
}

impl Image {
    /// The image of a compiled kernel.
    pub fn new(compiled: &Compiled, board: &Board, file: PathBuf) -> Result<Self, Vec<Problem>> {
        let elf = compiled.stage(Stage::Elf).unwrap_or_default();
        // Real boards with a shell of ours boot from one file; the others' kernels are guests of a runtime.
        let shell = (board.kind == Kind::Real).then(|| swarm_shells::shell(&board.name)).flatten();
        let (bytes, what) = match shell {
            Some(shell) => (flash_image(shell, elf)?, "flash image, with the shell: it boots"),
            None => (elf.to_vec(), "guest kernel: the board's runtime hosts it"),
        };
        let state = compiled.interface.as_ref().map_or(0, |interface| interface.layout.size);
        Ok(Self { file, bytes, board: board.name.clone(), what, sizes: shown::sizes(elf), state })
    }

    pub fn to_json(&self) -> Value {
        json!({
            "file": self.file, "board": self.board, "what": self.what,
            "code_bytes": self.sizes.code, "image_bytes": self.sizes.image, "state_bytes": self.state,
        })
    }

    /// For one board.
    pub fn to_text(&self) -> String {
        let Sizes { code, image } = self.sizes;
        format!(
            "{}: {}\ncode {code} B, image {image} B (with descriptor and constants), state {} B\n",
            self.file.display(),
            self.what,
            self.state
        )
    }

    /// For one of many boards, in columns; the first has the given width.
    pub fn to_line(&self, width: usize) -> String {
        let Sizes { code, image } = self.sizes;
        let what = self.what.split(':').next().unwrap_or_default();
        let file = self.file.display().to_string();
        format!("{file:<width$}  code {code:>5} B, image {image:>5} B, state {:>6} B  {what}\n", self.state)
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
