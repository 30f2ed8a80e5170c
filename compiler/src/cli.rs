//! The commands, one file each.

mod all;
mod boards;
mod build;
mod check;
mod completions;
mod decoder;
mod files;
mod fit;
mod input;
mod ir;
mod new;
mod progress;
mod proto;
mod report;
mod run;
mod shown;

use clap::{Parser, Subcommand};
use report::{Form, Problem};
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
    Report(fit::Report),
    Proto(proto::Proto),
    Decoder(decoder::Decoder),
    Boards(boards::Boards),
    Completions(completions::Completions),
}

/// Runs a command; its exit code.
pub fn run(arguments: Arguments) -> ExitCode {
    let form = arguments.command.form();
    let result = match arguments.command {
        Command::New(new) => new.run(),
        Command::Check(check) => check.run(),
        Command::Build(build) => build.run(),
        Command::Ir(ir) => ir.run(),
        Command::Run(run) => run.run(),
        Command::Report(report) => report.run(),
        Command::Proto(proto) => proto.run(),
        Command::Decoder(decoder) => decoder.run(),
        Command::Boards(boards) => boards.run(),
        Command::Completions(completions) => completions.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => report::show(&problems, form),
    }
}

/// Says what is wrong with a command line, or what was asked of it: help, or the version. The exit code.
pub fn refused(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return match shown::printed(error.print()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(problems) => report::show(&problems, Form::Text),
        };
    }
    if !std::env::args_os().any(|argument| argument == "--json") {
        let _ = error.print();
        return ExitCode::from(1);
    }
    let said = error.render().to_string();
    let message = said.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
    let help = "`swarmc --help` and `swarmc COMMAND --help` say what there is";
    report::show(&[Problem::new("arguments", message, help)], Form::Json)
}

impl Command {
    /// How the caller wants to be told of errors.
    fn form(&self) -> Form {
        Form::json_if(match self {
            Self::Check(check) => check.json,
            Self::Build(build) => build.json,
            Self::Run(run) => run.json,
            Self::Report(report) => report.json,
            Self::Boards(boards) => boards.json,
            Self::New(_) | Self::Ir(_) | Self::Proto(_) | Self::Decoder(_) | Self::Completions(_) => false,
        })
    }
}

/// What a command gives: nothing, or what is wrong.
pub type Done = Result<(), Vec<Problem>>;
