//! A kernel for every board: lowered once for all boards of one aim, then compiled for the boards side by side.

use super::files;
use super::input::Goal;
use super::progress::Bar;
use super::report::{self, Problem};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use swarm_harness::progress::Progress;
use swarm_targets::Board;
use swarm_targets::script::Bank;
use swarmc::lower::aim::Aim;
use swarmc::pipeline::{self, Compiled, Options, Places, Text};
use swarmc::stage::Stage;
use swarmc::tools::Installed;

/// Compiles for all boards, and makes something of each result. When one of them cannot be made, there is none.
pub fn boards<R: Send>(
    (kernel, goal): (&Path, Goal),
    make: impl Fn(&Compiled, &Board) -> Result<R, Vec<Problem>> + Sync,
) -> Result<Vec<R>, Vec<Problem>> {
    let mut boards = Vec::new();
    for name in swarm_targets::names() {
        boards.push(swarm_targets::find(name).map_err(report::target)?.0);
    }
    let source = files::read(kernel, files::KERNEL)?;
    let name = kernel.display().to_string();
    let cores = cores((&name, &source), goal, &boards)?;
    let compile = |board: &Board| {
        let options = Options { board: board.clone(), bank: Bank::A, optimise: goal.optimise() };
        let aim = Aim::new(board, options.optimise);
        let text = cores.iter().find(|(known, _)| *known == aim).map_or("", |(_, text)| text);
        let core = Text { name: &name, text, stage: Stage::Core, places: Places::Left };
        let compiled = pipeline::resume(&core, &options, Stage::Elf, &Installed);
        let compiled = compiled.map_err(|failure| report::failure(failure, (&name, &source)))?;
        make(&compiled, board)
    };
    let (mut made, mut problems) = (Vec::new(), Vec::new());
    for result in side_by_side(&boards, compile) {
        match result {
            Ok(one) => made.push(one),
            Err(wrong) => problems.extend(wrong),
        }
    }
    if problems.is_empty() { Ok(made) } else { Err(problems) }
}

/// The kernel at stage `core` for each aim that the boards have, with the places of its source.
fn cores(
    (name, text): (&str, &str),
    goal: Goal,
    boards: &[Board],
) -> Result<Vec<(Aim, String)>, Vec<Problem>> {
    let mut cores: Vec<(Aim, String)> = Vec::new();
    for board in boards {
        let aim = Aim::new(board, goal.optimise());
        if cores.iter().any(|(known, _)| *known == aim) {
            continue;
        }
        let options = Options { board: board.clone(), bank: Bank::A, optimise: goal.optimise() };
        let source = Text { name, text, stage: Stage::Source, places: Places::Written };
        let compiled = pipeline::resume(&source, &options, Stage::Core, &Installed)
            .map_err(|failure| report::failure(failure, (name, text)))?;
        if cores.is_empty() {
            report::warnings(&compiled.reported, (name, text));
        }
        let core = compiled.stage(Stage::Core).unwrap_or_default();
        cores.push((aim, String::from_utf8_lossy(core).into_owned()));
    }
    Ok(cores)
}

/// The results for all boards, in their order, as fast as this machine's processors make them.
fn side_by_side<R: Send>(boards: &[Board], compile: impl Fn(&Board) -> R + Sync) -> Vec<R> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let bar = Mutex::new(Bar::of("boards"));
    let tell = |tell: &dyn Fn(&mut Bar)| {
        if let Ok(mut bar) = bar.lock() {
            tell(&mut bar);
        }
    };
    tell(&|bar| bar.started(boards.len() as u64));
    let work = || {
        while let Some((number, board)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|number| Some((number, boards.get(number)?)))
        {
            let result = compile(board);
            if let Ok(mut results) = results.lock() {
                results.push((number, result));
                tell(&|bar| bar.advanced(results.len() as u64));
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(boards.len());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    tell(&|bar| bar.finished());
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}
