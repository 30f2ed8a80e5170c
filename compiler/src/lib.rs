//! The swarm kernel compiler: a kernel's text becomes a kernel image for a board.
//!
//! The core is pure: `pipeline` takes text and gives artefacts and diagnostics. Files, programs and the terminal are
//! the command line's business (`main.rs`, `cli/`) and that of `tools`.

mod apart;
pub mod checks;
pub mod decoder;
pub mod descriptor;
pub mod emit;
pub mod facts;
pub mod fit;
pub mod kernel;
pub mod layout;
pub mod lower;
pub mod native;
pub mod pipeline;
pub mod proto;
mod raw;
mod rounds;
mod saturation;
pub mod stage;
pub mod tools;
mod xtensa;
