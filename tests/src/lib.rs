//! What tests across crates share: boards that run kernels, random kernels, and the model they are compared with.

pub mod adverts;
pub mod bench;
pub mod chances;
pub mod compare;
pub mod direct;
pub mod fuzz;
pub mod leaves;
pub mod messages;
pub mod model;
pub mod programs;
pub mod random;
pub mod rounds;
pub mod shared;
pub mod speaking;
pub mod steps;
pub mod suite;
pub mod tensors;
pub mod tiled;
pub mod traced;

use std::time::Duration;
use swarm_harness::node::{EmulatedNode, Emulator, HostNode, Identity, Images, Node};
use swarm_targets::Kind;
use swarm_targets::script::Bank;
use swarmc::pipeline::{Compiled, Optimise, Options, compile};
use swarmc::stage::Stage;
use swarmc::tools::Installed;

/// The targets that run here.
pub const BOARDS: [&str; 5] = ["host", "microbit-v1", "qemu-cortex-m4", "qemu-riscv32", "qemu-xtensa"];

/// Compiles a kernel's text for a board.
pub fn build(text: &str, board: &str, optimise: Optimise) -> Compiled {
    let board = swarm_targets::find(board).expect("the board is built in").0;
    let options = Options { board, bank: Bank::A, optimise };
    match compile(("test.mlir", text), &options, Stage::Elf, &Installed) {
        Ok(compiled) => compiled,
        Err(failure) => panic!("{failure:?}\n{text}"),
    }
}

/// Starts a node with an image, at another address than it is linked at where one is given.
pub fn start(elf: &[u8], board: &str, address: Option<u64>) -> Box<dyn Node> {
    start_with(elf, board, address, &[])
}

/// The same, with further arguments of the emulator.
pub fn start_with(elf: &[u8], board: &str, address: Option<u64>, further: &[String]) -> Box<dyn Node> {
    let board = swarm_targets::find(board).expect("the board is built in").0;
    let identity = Identity { node_id: 1, entropy_seed: 1, ..Identity::default() };
    if board.kind == Kind::Host {
        return Box::new(HostNode::new(elf, identity).expect("the host runs its image"));
    }
    let known = board.emulator.as_ref().expect("the board is emulated");
    let emulator = Emulator {
        program: known.program.clone().into(),
        arguments: [&known.arguments, further].concat(),
        gdb_port: None,
        timeout: Duration::from_secs(60),
    };
    let shell = swarm_shells::shell(&board.name).expect("the board has a shell");
    let images = Images { shell, kernel: elf, address };
    Box::new(EmulatedNode::start(emulator, images, identity).expect("the emulator starts"))
}
