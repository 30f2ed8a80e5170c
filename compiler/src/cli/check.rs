//! `swarmc check`: verifies a kernel and says how its numbers are encoded.

use super::report::Problem;
use super::{Done, files, input, report, shown};
use clap::Args;
use std::path::{Path, PathBuf};

/// Verify a kernel; show its encoded constants, value ranges, and what its beacons have on air
#[derive(Args)]
#[command(
    after_help = "Examples:\n  swarmc check examples/forager/forager.mlir\n  swarmc check examples/assist/assist.mlir --deploy examples/assist/deploy.toml\n  swarmc check examples/capability_beacon/capability_beacon.mlir --svg layout.svg"
)]
pub struct Check {
    /// The kernel's source
    kernel: PathBuf,
    /// Where it is to run: region, presets and keys; without one, what the protocols take by themselves
    #[arg(long, value_name = "FILE")]
    deploy: Option<PathBuf>,
    /// Draw the beacon's layout; of several beacons, each has its name put before the extension
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Check {
    pub fn run(self) -> Done {
        let text = files::read(&self.kernel, files::KERNEL)?;
        let name = self.kernel.display().to_string();
        let deployment = self.deploy.as_deref().map(input::deployment).transpose()?;
        let facts = swarmc::facts::facts((&name, &text), deployment.as_ref())
            .map_err(|failure| report::failure(failure, (&name, &text)))?;
        report::warnings(&facts.warnings, (&name, &text));
        if let Some(path) = &self.svg {
            draw(path, &self.kernel, facts.air.pictures())?;
        }
        if self.json {
            return shown::json(&facts.to_json());
        }
        shown::print(facts.to_text())
    }
}

fn draw(path: &Path, kernel: &Path, pictures: Vec<(String, String)>) -> Done {
    if pictures.is_empty() {
        let help = "`adv.beacon` declares one; BTHome's adverts are described by its own pages";
        return Err(vec![Problem::new("picture", "there is no beacon of our own format to show", help)]);
    }
    let is_only = pictures.len() == 1;
    let mut together = files::Together::sparing(&[kernel]);
    for (name, picture) in pictures {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        let own = path.with_extension(format!("{name}.{extension}"));
        together.add(if is_only { path } else { &own }, picture.as_bytes())?;
    }
    together.finish()
}
