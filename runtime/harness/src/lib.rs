//! Drives kernels on the host and on emulated boards through worlds.
//!
//! `node` runs one kernel, event by event; `world` is what it senses and acts upon; `scheduler` brings the two together
//! in virtual time, `network` lets several nodes hear each other. `record` and `trace` keep what happened, `policy` shows what was learnt, and `baseline` says how well
//! it could be done at all. Nothing here prints: progress is told to a [`progress::Progress`], errors are plain data.

pub mod baseline;
pub mod error;
pub mod network;
pub mod node;
pub mod policy;
pub mod progress;
pub mod record;
pub mod replay;
pub mod scheduler;
#[cfg(test)]
mod scripted;
pub mod trace;
pub mod world;

pub use error::{HarnessError, Label};
