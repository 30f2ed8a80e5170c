//! Whether the tests' kernels notice a mutation of the compiler: `cargo xtask soak` runs it, with the mutation's number in
//! the environment, and reads the JSON that it prints.
//!
//! All kernels run on the host: what is changed is the same for all targets. It ends at the first difference.

use clap::Parser;
use serde_json::json;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use swarm_tests::suite::{Kind, TESTED};

/// Tries the tests' kernels on the host until one does other than the reference.
#[derive(Parser)]
struct Options {
    /// The kinds of kernels, in this order; without it, all.
    #[arg(long, value_delimiter = ',')]
    kinds: Vec<String>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let known: Option<Vec<Kind>> = options.kinds.iter().map(|name| Kind::find(name)).collect();
    let Some(mut kinds) = known else {
        eprintln!("error: one of {:?} is no kind of kernels", options.kinds);
        return ExitCode::FAILURE;
    };
    if kinds.is_empty() {
        kinds = TESTED.iter().map(|(kind, ..)| *kind).collect();
    }
    let mut times: Vec<(&str, f64)> = Vec::new();
    for kind in kinds {
        let (kernels, events) = kind.tested();
        let begun = std::time::Instant::now();
        for seed in 1..=kernels {
            let result = catch_unwind(AssertUnwindSafe(|| kind.run((seed, events), "host")));
            let how = match result {
                Ok(Ok(_)) => continue,
                Ok(Err(difference)) => difference,
                Err(_) => "a panic".into(),
            };
            let how = how.lines().next().unwrap_or_default();
            println!("{}", json!({ "kind": kind.name(), "seed": seed, "how": how }));
            return ExitCode::SUCCESS;
        }
        times.push((kind.name(), begun.elapsed().as_secs_f64()));
    }
    println!("{}", json!({ "kind": null, "times": times }));
    ExitCode::SUCCESS
}
