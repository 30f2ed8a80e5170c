//! The MLIR dialects `swarm`, `rl`, `radio` and `adv`: what kernels are written in.
//!
//! `td/` defines the ops; `shim/` is the C++ that MLIR needs of a dialect; here are the Rust views of the ops,
//! the verifier, and parsing with diagnostics as values. Nothing here does IO.

pub mod adverts;
pub mod channel;
mod context;
mod diagnostics;
pub mod learning;
mod nearest;
mod raw;
pub mod schema;
mod source;
mod types;
mod verify;
mod view;
mod walk;

pub use context::{context, parse, parse_core, parse_module, print, register_passes};
pub use diagnostics::{Note, Place, Reported, Severity, collect, place};
pub use nearest::nearest;
pub use raw::{dense_values, lsp_main, opt_main};
pub use source::too_deep;
pub use types::{
    Input, Places, TableShape, VarType, integer_bits, is_tensor, tensor_shape, tensor_type, var_type,
};
pub use verify::GUARDED;
pub use view::*;
pub use walk::{nested, operations};

/// The mark of a kernel at stage `core`: it may touch memory directly, because the lowering put the checks in.
pub const AT_CORE: &str = "swarm.core";

/// The kernels' parameters as encoded integers, shared by the verifier and the lowering.
pub mod numbers;
