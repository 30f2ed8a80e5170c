//! Chips and boards as data, and the linker scripts made from them.
//!
//! `cores/`, `chips/` and `boards/` hold TOML that inherits: a board names its chip, a chip its core. Text in, values
//! and errors out: nothing here reads files or the environment.
#![forbid(unsafe_code)]

mod board;
mod error;
mod load;
pub mod script;

pub use board::{Addresses, Banks, Board, Core, Emulator, Isa, Kind, Memory, Reserved};
pub use error::{Label, TargetError};
pub use load::{Row, find, load_user, names};
