//! The fuzzer's command: `cargo xtask soak` and a test run it, and read the JSON that it prints.

use clap::Parser;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use swarm_tests::fuzz::corpus::Corpus;
use swarm_tests::fuzz::judge::Case;
use swarm_tests::fuzz::minimise::minimise;
use swarm_tests::fuzz::supervise::{Counts, Finding, SHIFT, supervise, work, work_on};
use swarmc::stage::Stage;

/// Gives the compiler texts that are kernels nearly, and looks whether it answers each.
#[derive(Parser)]
#[command(
    after_help = "examples: fuzz --seconds 60\n          fuzz --show 4711\n          fuzz --one finding.mlir"
)]
struct Options {
    /// How long.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Seed of all inputs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Workers at a time; 0: as many as the machine has cores.
    #[arg(long, default_value_t = 0)]
    jobs: usize,
    /// Where findings are saved.
    #[arg(long, default_value = "target/fuzz")]
    findings: PathBuf,
    /// Prints the input of this number.
    #[arg(long)]
    show: Option<u64>,
    /// Judges one file.
    #[arg(long)]
    one: Option<PathBuf>,
    /// With --one: the stage to start from.
    #[arg(long, default_value = "source")]
    from: String,
    /// With --one: the board.
    #[arg(long, default_value = "host")]
    board: String,
    /// With --one: for speed.
    #[arg(long)]
    fast: bool,
    /// As a worker: the first input.
    #[arg(long, hide = true)]
    worker: Option<u64>,
    /// As a worker: how many inputs.
    #[arg(long, hide = true, default_value_t = 1)]
    count: u64,
}

/// What is found so far.
struct State {
    next: u64,
    counts: Counts,
    /// The first finding of each signature, and how many there were.
    findings: Vec<(Finding, u64)>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match options.run() {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

impl Options {
    fn run(&self) -> Result<ExitCode, String> {
        if let Some(path) = &self.one {
            work_on(&self.case(path)?);
            return Ok(ExitCode::SUCCESS);
        }
        let corpus = Corpus::load();
        if let Some(first) = self.worker {
            work(&corpus, self.seed, first..first + self.count);
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(number) = self.show {
            let case = swarm_tests::fuzz::case(&corpus, self.seed, number);
            eprintln!("from {:?} for {}, fast: {}", case.from, case.board, case.fast);
            print!("{}", case.text);
            return Ok(ExitCode::SUCCESS);
        }
        self.fuzz(&corpus)
    }

    fn case(&self, path: &Path) -> Result<Case, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let from = Stage::named(&self.from).ok_or("there is no such stage")?;
        let board = swarm_targets::names().into_iter().find(|name| *name == self.board);
        Ok(Case { text, from, board: board.ok_or("there is no such board")?, fast: self.fast })
    }

    fn fuzz(&self, corpus: &Corpus) -> Result<ExitCode, String> {
        let begun = Instant::now();
        let until = begun + Duration::from_secs(self.seconds);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let jobs = if self.jobs == 0 { cores } else { self.jobs };
        let state = Mutex::new(State { next: 0, counts: Counts::default(), findings: Vec::new() });
        let results: Vec<Result<(), String>> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(|| self.shifts(&state, until))).collect();
            workers.into_iter().map(|worker| worker.join().unwrap_or(Err("a thread ended".into()))).collect()
        });
        results.into_iter().collect::<Result<Vec<()>, String>>()?;
        let seconds = begun.elapsed().as_secs_f64();
        let state = state.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        for (finding, times) in &state.findings {
            self.save(corpus, finding, *times)?;
        }
        let inputs = state.counts.images + state.counts.refused;
        println!(
            "{}",
            json!({
                "inputs": inputs, "images": state.counts.images, "refused": state.counts.refused,
                "findings": state.findings.len(), "seconds": seconds,
            })
        );
        Ok(if state.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// One worker after another, each with the next inputs.
    fn shifts(&self, state: &Mutex<State>, until: Instant) -> Result<(), String> {
        let locked = || state.lock().map_err(|_| "another thread ended".to_owned());
        while Instant::now() < until {
            let mut at = {
                let mut state = locked()?;
                state.next += SHIFT;
                state.next - SHIFT
            };
            let end = at + SHIFT;
            while at < end && Instant::now() < until {
                let count = (end - at).to_string();
                let arguments =
                    ["--worker", &at.to_string(), "--count", &count, "--seed", &self.seed.to_string()]
                        .map(str::to_owned);
                let mut counts = Counts::default();
                let (next, findings) = supervise(&arguments, (at, until), &mut counts)?;
                at = next;
                let mut state = locked()?;
                state.counts.images += counts.images;
                state.counts.refused += counts.refused;
                for finding in findings {
                    state.add(finding);
                }
            }
        }
        Ok(())
    }

    /// Makes a finding smaller, writes it down, and shows it.
    fn save(&self, corpus: &Corpus, finding: &Finding, times: u64) -> Result<(), String> {
        let case = swarm_tests::fuzz::case(corpus, self.seed, finding.number);
        let path = self.findings.join(format!("{}-{}.mlir", self.seed, finding.number));
        let file = |error| format!("{}: {error}", path.display());
        std::fs::create_dir_all(&self.findings).map_err(file)?;
        let smaller = minimise(&case, &path);
        let alone = if smaller.is_some() { "" } else { " (not by itself)" };
        let case = smaller.map_or(case, |(case, _)| case);
        std::fs::write(&path, &case.text).map_err(file)?;
        eprintln!(
            "finding{alone}, {times} times: {}\n  fuzz --one {} --board {} --from {}{}\n{}",
            finding.signature,
            path.display(),
            case.board,
            case.from.row().name,
            if case.fast { " --fast" } else { "" },
            finding.detail.chars().take(1500).collect::<String>()
        );
        Ok(())
    }
}

impl State {
    fn add(&mut self, finding: Finding) {
        match self.findings.iter_mut().find(|(known, _)| known.signature == finding.signature) {
            Some((_, times)) => *times += 1,
            None => {
                eprintln!("input {}: {}", finding.number, finding.signature);
                self.findings.push((finding, 1));
            }
        }
    }
}
