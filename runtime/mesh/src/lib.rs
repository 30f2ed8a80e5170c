//! Radio packets of Meshtastic and MeshCore, protobuf on the wire, and LoRa's time on air.
//!
//! For the runtime of a board, the simulator, the compiler's limits, and tests: no allocation, no clock, no randomness; a
//! caller brings packet ids, time stamps and keys. Bytes from the air are refused where they are malformed, never trusted;
//! an encoder refuses what a peer would drop. `PROTOCOLS.md` beside this crate has the facts with their sources.
//! Neither protocol is privileged: each has its module, and what they share ([`airtime`], [`wire`]) knows neither.

#![no_std]

pub mod airtime;
pub mod bytes;
mod error;
pub mod meshcore;
pub mod meshtastic;
pub mod preset;
pub mod region;
pub mod wire;

pub use error::MeshError;

/// Most bytes of one LoRa packet: the radios count its payload in one byte.
pub const PACKET_MAX: usize = 255;
