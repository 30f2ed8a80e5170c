//! Drives kernels on the host and on emulated boards through worlds.
//!
//! `world` is what a node senses and acts upon; `baseline` says how well it could be done at all.
//! Nothing here prints: progress is told to a [`progress::Progress`], errors are plain data.

pub mod error;
pub mod progress;
pub mod world;

pub use error::{HarnessError, Label};
