//! The commands, one file each.

mod boards;
mod build;
mod check;
mod completions;
mod files;
mod input;
mod ir;
mod new;
mod progress;
mod report;
mod run;
mod shown;

use clap::{Parser, Subcommand};
use report::Problem;
use std::process::ExitCode;

/// Compiles swarm kernels for LoRa and BLE boards, and runs them.
#[derive(Parser)]
#[command(
    name = "swarmc",
    version,
    after_help = "Example:\n  swarmc run examples/forager/forager.mlir --board microbit-v1 --world examples/forager/worlds/garden.toml"
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(new::New),
    Check(check::Check),
    Build(build::Build),
    Ir(ir::Ir),
    Run(Box<run::Run>),
    Boards(boards::Boards),
    Completions(completions::Completions),
}

/// Runs a command; its exit code.
pub fn run(arguments: Arguments) -> ExitCode {
    let result = match arguments.command {
        Command::New(new) => new.run(),
        Command::Check(check) => check.run(),
        Command::Build(build) => build.run(),
        Command::Ir(ir) => ir.run(),
        Command::Run(run) => run.run(),
        Command::Boards(boards) => boards.run(),
        Command::Completions(completions) => completions.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => report::show(&problems),
    }
}

/// What a command gives: nothing, or what is wrong.
pub type Done = Result<(), Vec<Problem>>;
