//! `swarmc build`: writes a kernel image, or for a board that is flashed whole, a flash image.

mod image;

use super::input::{Goal, Input};
use super::{Done, all, files, shown};
use clap::Args;
use image::Image;
use std::path::{Path, PathBuf};
use swarmc::stage::Stage;

/// Compile a kernel for a board, and write an ELF file
#[derive(Args)]
#[command(
    after_help = "Examples:\n  swarmc build examples/forager/forager.mlir --board rak4631 -o forager.elf\n  swarmc build examples/forager/forager.mlir --all -o images"
)]
pub struct Build {
    /// The kernel's source
    kernel: PathBuf,
    /// A board that `swarmc boards` lists, or the path of your own board's TOML file
    #[arg(long, value_name = "BOARD", required_unless_present = "all")]
    board: Option<String>,
    /// Compile for every board that `swarmc boards` lists
    #[arg(long, conflicts_with_all = ["board", "dump_stages"])]
    all: bool,
    /// What the code is to be
    #[arg(long, value_enum, default_value_t = Goal::Size)]
    optimize: Goal,
    /// The file to write, or with --all the folder; by default KERNEL-BOARD.elf in the present folder
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Write each stage to a folder, too
    #[arg(long, value_name = "FOLDER")]
    dump_stages: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Build {
    pub fn run(self) -> Done {
        let Some(board) = self.board else {
            let folder = self.output.unwrap_or_default();
            let images = all::boards((&self.kernel, self.optimize), |compiled, board| {
                Image::new(compiled, board, folder.join(file(&self.kernel, &board.name)))
            })?;
            write(&images, (&self.kernel, &folder))?;
            if self.json {
                let images: Vec<_> = images.iter().map(Image::to_json).collect();
                return shown::json(&images.into());
            }
            let width = images.iter().map(|image| image.file.display().to_string().len()).max().unwrap_or(0);
            return shown::print(images.iter().map(|image| image.to_line(width)).collect::<String>());
        };
        let input = Input { kernel: self.kernel, board, optimize: self.optimize };
        let (compiled, board) = input.compile(Stage::Elf)?;
        let output = self.output.unwrap_or_else(|| file(&input.kernel, &board.name));
        let image = Image::new(&compiled, &board, output)?;
        let mut together = files::Together::sparing(&[&input.kernel, Path::new(&input.board)]);
        if let Some(folder) = &self.dump_stages {
            together.folder(folder)?;
            for artefact in &compiled.artefacts {
                let path = folder.join(named_like(&input.kernel, &format!(".{}", artefact.stage.row().name)));
                together.add(&path, &artefact.bytes)?;
            }
        }
        together.add(&image.file, &image.bytes)?;
        together.finish()?;
        if self.json {
            return shown::json(&image.to_json());
        }
        shown::print(image.to_text())
    }
}

/// Writes images to a folder: all of them, or none.
fn write(images: &[Image], (kernel, folder): (&Path, &Path)) -> Done {
    let mut together = files::Together::sparing(&[kernel]);
    if !folder.as_os_str().is_empty() {
        together.folder(folder)?;
    }
    for image in images {
        together.add(&image.file, &image.bytes)?;
    }
    together.finish()
}

/// The kernel's name without its extension, with something behind it.
fn named_like(kernel: &Path, end: &str) -> PathBuf {
    let mut name = kernel.file_stem().unwrap_or_default().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// The name of a kernel's image for a board.
fn file(kernel: &Path, board: &str) -> PathBuf {
    named_like(kernel, &format!("-{board}.elf"))
}
