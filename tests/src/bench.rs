//! Our code against C written by hand, on the boards that are emulated here: instructions and bytes.
//!
//! Both sides are kernels of the same binary interface with the same state block, called by the same shell with the same
//! inputs (`tests/baselines`). What they leave must be the same to the byte, or there is no figure.

mod bytes;
mod compilers;
mod inputs;
mod jobs;
mod measure;
mod report;

pub use compilers::{Build, Compiler, Goal};
pub use inputs::{Write, inputs};
pub use jobs::JOBS;
pub use measure::{Figure, measure};
pub use report::{Row, json, table};

use swarm_targets::Board;
use swarmc::descriptor::commands;
use swarmc::pipeline::Optimise;
use swarmc::stage::Stage;

/// The boards that both sides run on. Hosted C compilers know no windowed Xtensa.
pub const BOARDS: [&str; 3] = ["microbit-v1", "qemu-cortex-m4", "qemu-riscv32"];

/// Everything of a board that some builds by hand can be compared with.
pub fn board(name: &str, builds: &[Build]) -> Result<Vec<Row>, String> {
    let board = swarm_targets::find(name).map_err(|error| format!("{error:?}"))?.0;
    JOBS.iter()
        .map(|job| row(&board, job, builds).map_err(|message| format!("{name}, {}: {message}", job.name)))
        .collect()
}

fn row(board: &Board, job: &jobs::Job, builds: &[Build]) -> Result<Row, String> {
    let text = job.kernel()?;
    let ours = |optimise| {
        let compiled = crate::build(&text, &board.name, optimise);
        let interface = compiled.interface.clone().ok_or("our kernel has no interface")?;
        let elf = compiled.stage(Stage::Elf).ok_or("our kernel was not linked")?.to_vec();
        Ok::<_, String>((elf, interface))
    };
    let (fast, interface) = ours(Optimise::Speed)?;
    let (small, _) = ours(Optimise::Size)?;
    let (fast, expected) = measure(&fast, &board.name, job, &interface.layout)?;
    let (small, states) = measure(&small, &board.name, job, &interface.layout)?;
    if states != expected {
        return Err("our two builds do not leave the same state".into());
    }
    let mut by_hand = Vec::new();
    for build in builds {
        let elf = build.compile(board, job, &commands(&interface, board))?;
        let (figure, states) = measure(&elf, &board.name, job, &interface.layout)?;
        if states != expected {
            return Err(format!("{} does not leave the state that our kernel leaves", build.name()));
        }
        by_hand.push((*build, figure));
    }
    Ok(Row { board: board.name.clone(), job: job.name, fast, small, by_hand })
}
