//! The node that runs: in this process, or an emulated board with its shell.

use crate::cli::report::{self, Problem};
use crate::cli::shown::say;
use std::time::Duration;
use swarm_harness::node::{EmulatedNode, Emulator, HostNode, Identity, Images, Node};
use swarm_targets::{Board, Kind};

/// The board that runs: an emulated one runs itself, a real one has a stand-in.
pub fn hosting(board: Board) -> Result<Board, Vec<Problem>> {
    if board.kind == Kind::Host || board.emulator.is_some() {
        return Ok(board);
    }
    let Some(stand_in) = &board.emulated_by else {
        let help =
            "boards 'host', 'microbit-v1', 'qemu-cortex-m4', 'qemu-riscv32' and 'qemu-xtensa' run here";
        return Err(vec![Problem::new("run", format!("board '{}' is not emulated", board.name), help)]);
    };
    say(format!("{} is a real board: '{stand_in}' runs the same code in its stead", board.name));
    Ok(swarm_targets::find(stand_in).map_err(report::target)?.0)
}

/// Starts a kernel's image on a board, which waits for gdb where there is a place for that.
pub fn start(
    board: &Board,
    elf: &[u8],
    identity: Identity,
    gdb_port: Option<u16>,
) -> Result<Box<dyn Node>, Vec<Problem>> {
    let wrong = |error| report::harness(swarm_harness::scheduler::node_error(&error));
    if board.kind == Kind::Host {
        return Ok(Box::new(HostNode::new(elf, identity).map_err(wrong)?));
    }
    let (Some(emulator), Some(shell)) = (&board.emulator, swarm_shells::shell(&board.name)) else {
        return Err(no_shell(board));
    };
    let seconds = if gdb_port.is_some() { 3600 } else { 60 };
    let emulator = Emulator {
        program: emulator.program.clone().into(),
        arguments: emulator.arguments.clone(),
        gdb_port,
        timeout: Duration::from_secs(seconds),
    };
    let images = Images { shell, kernel: elf, address: None };
    Ok(Box::new(EmulatedNode::start(emulator, images, identity).map_err(wrong)?))
}

/// A board that no shell was made for.
pub fn no_shell(board: &Board) -> Vec<Problem> {
    let message = format!("board '{}' has no shell to host a kernel", board.name);
    vec![Problem::new("run", message, "run one of the emulated boards that `swarmc boards` lists")]
}
