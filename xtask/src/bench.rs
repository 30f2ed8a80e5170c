//! The figures: our code beside C written by hand, and the compiler's own time and size.

use crate::steps;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const KERNEL: &str = "examples/forager/forager.mlir";
const BOARD: &str = "rak4631";

/// Whole processes of which the median is taken.
const RUNS: usize = 20;

/// What a command line may ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub json: bool,
    /// Fail where our code loses.
    pub check: bool,
}

impl Options {
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        for argument in arguments {
            match argument.as_str() {
                "--json" => options.json = true,
                "--check" => options.check = true,
                other => return Err(format!("bench knows no '{other}'; it takes --json and --check")),
            }
        }
        Ok(options)
    }
}

/// Builds what is measured, measures, and prints.
pub fn run(options: Options) -> Result<(), String> {
    steps::run(&mut steps::cargo(&["build", "--release", "-p", "swarmc", "-p", "swarm-tests"]))?;
    let compiler = compiler(&steps::release("swarmc"))?;
    eprintln!("bench: our code and C run on the emulated boards ...");
    let output = Command::new(steps::release("swarm-bench"))
        .args(options.json.then_some("--json"))
        .args(options.check.then_some("--check"))
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("swarm-bench cannot be run: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if options.json && !printed.is_empty() {
        let code: Value = serde_json::from_str(&printed)
            .map_err(|error| format!("swarm-bench printed no JSON: {error}"))?;
        println!("{:#}", json!({"code": code, "compiler": compiler.json()}));
    } else {
        println!("{printed}\n{}", compiler.text());
    }
    match output.status.code() {
        Some(0) => Ok(()),
        Some(1) => Err("our code loses to C written by hand: the table says where".into()),
        _ => Err("the measurement failed".into()),
    }
}

/// What the compiler itself costs.
#[derive(Clone, Debug)]
struct Compiler {
    one_board_ms: f64,
    boards: usize,
    all_boards_ms: f64,
    bytes: u64,
}

impl Compiler {
    fn text(&self) -> String {
        format!(
            "swarmc build of the forager, whole processes, median of {RUNS}: {:.0} ms for {BOARD}, {:.0} ms for all {} boards\n\
             swarmc, stripped, beside libLLVM: {:.1} MB",
            self.one_board_ms,
            self.all_boards_ms,
            self.boards,
            self.bytes as f64 / 1e6
        )
    }

    fn json(&self) -> Value {
        json!({
            "one_board_ms": self.one_board_ms,
            "boards": self.boards,
            "all_boards_ms": self.all_boards_ms,
            "stripped_bytes": self.bytes,
        })
    }
}

fn compiler(swarmc: &Path) -> Result<Compiler, String> {
    let boards = boards(swarmc)?;
    let folder = std::env::temp_dir().join(format!("swarm-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let result = timed(swarmc, &boards, &folder);
    // What is left in the folder for temporary files harms nobody.
    let _ = std::fs::remove_dir_all(&folder);
    let (one, all) = result?;
    // The release profile strips.
    let bytes = std::fs::metadata(swarmc).map_err(|error| format!("{}: {error}", swarmc.display()))?.len();
    Ok(Compiler { one_board_ms: one, boards: boards.len(), all_boards_ms: all, bytes })
}

/// Milliseconds for one board, and for all of them one after the other.
fn timed(swarmc: &Path, boards: &[String], folder: &Path) -> Result<(f64, f64), String> {
    let output = folder.join("forager.elf");
    let one = times(|| build(swarmc, BOARD, &output))?;
    let all = times(|| boards.iter().try_for_each(|board| build(swarmc, board, &output)))?;
    Ok((median(one), median(all)))
}

fn times(work: impl Fn() -> Result<(), String>) -> Result<Vec<f64>, String> {
    (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            work().map(|()| begun.elapsed().as_secs_f64() * 1000.0)
        })
        .collect()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    if times.len().is_multiple_of(2) { (times[middle - 1] + times[middle]) / 2.0 } else { times[middle] }
}

fn build(swarmc: &Path, board: &str, output: &PathBuf) -> Result<(), String> {
    let arguments = ["build", KERNEL, "--board", board, "-o"];
    let done = Command::new(swarmc).args(arguments).arg(output).output();
    let done = done.map_err(|error| format!("swarmc cannot be run: {error}"))?;
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned()) }
}

fn boards(swarmc: &Path) -> Result<Vec<String>, String> {
    let listed = Command::new(swarmc).args(["boards", "--json"]).output();
    let listed = listed.map_err(|error| format!("swarmc cannot be run: {error}"))?;
    let listed: Value =
        serde_json::from_slice(&listed.stdout).map_err(|error| format!("swarmc boards: {error}"))?;
    let names = listed.as_array().into_iter().flatten();
    Ok(names.filter_map(|board| board["name"].as_str().map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!((median(vec![9.0, 1.0, 2.0]), median(vec![4.0, 1.0, 2.0, 90.0])), (2.0, 3.0));
    }

    #[test]
    fn options_are_known_or_refused() {
        let parse = |text: &str| Options::parse(&[text.to_owned()]);
        assert_eq!(parse("--json"), Ok(Options { json: true, check: false }));
        assert!(parse("--jsno").is_err_and(|message| message.contains("--json")));
    }
}
