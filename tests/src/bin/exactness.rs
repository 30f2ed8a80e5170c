//! Many random kernels on many boards against the reference: `cargo xtask soak` runs it, and reads the JSON that it prints.

use clap::Parser;
use serde_json::json;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use swarm_tests::compare::Trial;
use swarm_tests::steps::{Alike, Reads};
use swarm_tests::suite::Kind;

/// Compares random kernels with the reference implementation.
#[derive(Parser)]
#[command(after_help = "example: exactness --boards host,microbit-v1 --updates 1000000")]
struct Options {
    /// Where the kernels run; each kernel runs on all of them.
    #[arg(long, value_delimiter = ',', default_value = "host")]
    boards: Vec<String>,
    /// Ends when so many updates were compared on all boards together.
    #[arg(long, default_value_t = u64::MAX)]
    updates: u64,
    /// Ends when so much came to the kernels' decoders on each board.
    #[arg(long, default_value_t = u64::MAX)]
    inputs: u64,
    /// Ends when so many kernels were tried.
    #[arg(long, default_value_t = u64::MAX)]
    kernels: u64,
    /// Ends after so many seconds.
    #[arg(long, default_value_t = 86_400)]
    seconds: u64,
    /// Updates of one kernel over tables on one board, about.
    #[arg(long, default_value_t = 10_000)]
    each: u32,
    /// Events of a kernel of another kind on one board.
    #[arg(long, default_value_t = 1000)]
    events: usize,
    /// The only kind of kernels; without it, all kinds by turns.
    #[arg(long)]
    kind: Option<String>,
    /// Rounds of a table's handler in each event; 0: by turns 1 and 64.
    #[arg(long, default_value_t = 0)]
    rounds: u32,
    /// The first kernel's seed; the next ones follow.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; 0: as many as the machine has cores.
    #[arg(long, default_value_t = 0)]
    jobs: usize,
}

/// What was found so far, by all threads.
struct Tally {
    begun: Instant,
    shown: Instant,
    next: u64,
    kernels: u64,
    /// By board, in the order of the options.
    updates: Vec<u64>,
    /// What kernels did that learn nothing: draws, messages, arithmetic.
    others: u64,
    /// What came to decoders, in the same order.
    reads: Vec<Reads>,
    /// Kernels of each kind.
    kinds: BTreeMap<&'static str, u64>,
    mismatches: Vec<String>,
}

/// How often the progress is shown.
const SHOWN_EVERY: Duration = Duration::from_secs(10);
/// More mismatches than this say nothing new.
const MOST_MISMATCHES: usize = 5;

/// The kinds by turns: most updates are those of tables.
const TURNS: [Kind; 20] = [
    Kind::Tables,
    Kind::Direct,
    Kind::Tables,
    Kind::Tiles,
    Kind::Tables,
    Kind::Shared,
    Kind::Tables,
    Kind::Messages,
    Kind::Tables,
    Kind::Direct,
    Kind::Tables,
    Kind::Tiles,
    Kind::Tables,
    Kind::Shared,
    Kind::Chances,
    Kind::Programs,
    Kind::Speaking,
    Kind::Adverts,
    Kind::Tables,
    Kind::Tensors,
];

impl Options {
    fn kind(&self, seed: u64) -> Kind {
        let only = self.kind.as_deref().and_then(Kind::find);
        only.unwrap_or(TURNS[(seed % TURNS.len() as u64) as usize])
    }

    /// Runs one kernel on a board.
    fn run(&self, (kind, seed): (Kind, u64), board: &str) -> Result<Alike, String> {
        match kind {
            Kind::Tables => {
                self.trial(seed).run(board).map(|updates| Alike { done: updates, ..Alike::default() })
            }
            _ => kind.run((seed as u32, self.events), board),
        }
    }

    fn trial(&self, seed: u64) -> Trial {
        let rounds = match self.rounds {
            0 if seed.is_multiple_of(4) => 64,
            0 => 1,
            rounds => rounds,
        };
        // Each round learns twice, nearly always.
        Trial::random(seed, (self.each / 2 / rounds).max(1) as usize, rounds)
    }

    /// The next kernel's seed, or none when it is enough.
    fn next(&self, tally: &Mutex<Tally>) -> Option<u64> {
        let mut tally = tally.lock().ok()?;
        let enough = tally.next - self.seed >= self.kernels
            || tally.updates.iter().sum::<u64>() >= self.updates
            || tally.reads.iter().all(|reads| reads.inputs >= self.inputs)
            || tally.begun.elapsed().as_secs() >= self.seconds
            || tally.mismatches.len() >= MOST_MISMATCHES;
        tally.next += 1;
        (!enough).then_some(tally.next - 1)
    }

    fn work(&self, tally: &Mutex<Tally>) {
        while let Some(seed) = self.next(tally) {
            let kind = self.kind(seed);
            for (number, board) in self.boards.iter().enumerate() {
                let result = catch_unwind(AssertUnwindSafe(|| self.run((kind, seed), board)))
                    .unwrap_or_else(|_| Err(format!("seed {seed}: {board}: a panic, shown above")));
                let Ok(mut tally) = tally.lock() else { return };
                match result {
                    Ok(alike) => {
                        let Reads { inputs, refused } = alike.reads;
                        tally.reads[number].inputs += inputs;
                        tally.reads[number].refused += refused;
                        match kind.learns() {
                            true => tally.updates[number] += alike.done,
                            false => tally.others += alike.done,
                        }
                    }
                    Err(difference) => {
                        eprintln!("{difference}");
                        tally.mismatches.push(difference);
                    }
                }
            }
            if let Ok(mut tally) = tally.lock() {
                tally.kernels += 1;
                *tally.kinds.entry(kind.name()).or_default() += 1;
                tally.show();
            }
        }
    }
}

impl Tally {
    fn show(&mut self) {
        if self.shown.elapsed() < SHOWN_EVERY {
            return;
        }
        self.shown = Instant::now();
        eprintln!(
            "{:>5} s: {} kernels, {} updates, {} mismatches",
            self.begun.elapsed().as_secs(),
            self.kernels,
            self.updates.iter().sum::<u64>(),
            self.mismatches.len()
        );
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    let unknown = options.boards.iter().find(|board| !swarm_tests::BOARDS.contains(&board.as_str()));
    if let Some(board) = unknown {
        eprintln!("error: '{board}' does not run here\nhelp: known are {}", swarm_tests::BOARDS.join(", "));
        return ExitCode::FAILURE;
    }
    if let Some(kind) = options.kind.as_deref().filter(|kind| Kind::find(kind).is_none()) {
        eprintln!("error: '{kind}' is no kind of kernels");
        return ExitCode::FAILURE;
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = if options.jobs == 0 { cores } else { options.jobs };
    let tally = Mutex::new(Tally {
        begun: Instant::now(),
        shown: Instant::now(),
        next: options.seed,
        kernels: 0,
        updates: vec![0; options.boards.len()],
        others: 0,
        reads: vec![Reads::default(); options.boards.len()],
        kinds: BTreeMap::new(),
        mismatches: Vec::new(),
    });
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| options.work(&tally));
        }
    });
    let tally = tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let updates: serde_json::Map<_, _> =
        options.boards.iter().cloned().zip(tally.updates.iter().map(|count| json!(count))).collect();
    let reads: serde_json::Map<_, _> = options
        .boards
        .iter()
        .cloned()
        .zip(tally.reads.iter().map(|reads| json!({ "inputs": reads.inputs, "refused": reads.refused })))
        .collect();
    let result = json!({
        "kernels": tally.kernels,
        "kinds": tally.kinds,
        "updates": updates,
        "others": tally.others,
        "reads": reads,
        "mismatches": tally.mismatches.len(),
        "seconds": tally.begun.elapsed().as_secs_f64(),
    });
    println!("{result}");
    if tally.mismatches.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
