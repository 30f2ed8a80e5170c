//! The wire between a shell and the machine that drives it, and what both ends must do alike.
//!
//! A frame is `u16 length, u8 tag, body`, little-endian; the length counts tag and body. The driver sends one command
//! and waits for its reply; a handler that records much makes the shell send [`frame::reply::RECORDS`] frames before it.
//! The shell and the host node share [`Session`] (the meaning of each service), [`Entropy`] and [`refuse`], so that
//! a kernel cannot tell them apart.

#![no_std]

mod check;
mod entropy;
pub mod frame;
pub mod radio;
pub mod record;
pub mod session;
pub mod tables;

pub use check::{Refusal, refuse};
pub use entropy::Entropy;
pub use radio::Deployment;
pub use session::{Inputs, Outgoing, Sent, Session, Sink, StateSpan};
pub use tables::Tables;
