//! Bounds of stack and instructions beside what many random kernels use of them in the emulators: `cargo xtask soak` runs
//! it, and reads the JSON that it prints.

use clap::Parser;
use serde_json::json;
use std::process::ExitCode;
use swarm_tests::suite::Kind;
use swarm_tests::traced::{at_share, beside};

/// Traces random kernels, and compares what they used with their bounds.
#[derive(Parser)]
#[command(after_help = "example: bounds --boards microbit-v1 --kernels 30")]
struct Options {
    /// Where the kernels run; each kernel runs on all of them.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "microbit-v1,qemu-cortex-m4,qemu-riscv32,qemu-xtensa"
    )]
    boards: Vec<String>,
    /// How many kernels.
    #[arg(long, default_value_t = 300)]
    kernels: u32,
    /// Events of each kernel.
    #[arg(long, default_value_t = 40)]
    events: usize,
    /// The first kernel's seed; the next ones follow.
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The kinds, by turns. Those that only repeat others would be long to trace.
const KINDS: [Kind; 9] = [
    Kind::Tables,
    Kind::Direct,
    Kind::Chances,
    Kind::Tiles,
    Kind::Shared,
    Kind::Messages,
    Kind::Speaking,
    Kind::Adverts,
    Kind::Programs,
];

fn main() -> ExitCode {
    let options = Options::parse();
    let folder = tempfile::tempdir().expect("a folder for the emulators' logs");
    let (mut boards, mut wrong) = (Vec::new(), 0);
    for board in &options.boards {
        let (mut stack, mut instructions) = (Vec::new(), Vec::new());
        for number in 0..options.kernels {
            let kind = KINDS[number as usize % KINDS.len()];
            let seed = options.seed + number / KINDS.len() as u32;
            match beside((kind, seed, options.events), board, &folder.path().join("log")) {
                Ok(all) => {
                    stack.extend(all.iter().map(|beside| beside.ratios()[0]));
                    instructions.extend(all.iter().map(|beside| beside.ratios()[1]));
                }
                Err(what) => {
                    wrong += 1;
                    eprintln!("{what}");
                }
            }
            if (number + 1) % 20 == 0 {
                eprintln!("{board}: {} kernels", number + 1);
            }
        }
        let shares = |ratios: &mut Vec<f64>| {
            let [p50, p95, most] = [0.5, 0.95, 1.0].map(|share| at_share(ratios, share));
            json!({ "p50": p50, "p95": p95, "most": most })
        };
        boards.push(json!({
            "board": board, "handlers": stack.len(),
            "stack": shares(&mut stack), "instructions": shares(&mut instructions),
        }));
    }
    println!("{:#}", json!({ "kernels": options.kernels, "wrong": wrong, "boards": boards }));
    ExitCode::from(u8::from(wrong > 0))
}
