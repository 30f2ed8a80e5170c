//! Chips, boards and deployments as data, and the linker scripts made from them.
//!
//! `cores/`, `chips/` and `boards/` hold TOML that inherits: a board names its chip, a chip its core. Text in, values
//! and errors out: nothing here reads files or the environment.
#![forbid(unsafe_code)]

mod board;
mod check;
mod data;
mod deployment;
mod error;
mod layer;
mod nearest;
mod registry;
mod resolve;
mod schema;
pub mod script;

pub use board::{Addresses, Banks, Board, Core, Emulator, Energy, Flash, Isa, Kind, Memory, Reserved, Shell};
pub use deployment::{Deployment, Network, OVERRIDES, load_deployment};
pub use error::{Label, TargetError};
pub use registry::{Row, find, load_user, names};
