//! Radio packets of Meshtastic and MeshCore, protobuf on the wire, and LoRa's time on air.
//!
//! For the runtime of a board, the simulator, the compiler's limits, and tests: no allocation, no clock, no randomness; a
//! caller brings packet ids, time stamps and keys. Bytes from the air are refused where they are malformed, never trusted;
//! an encoder refuses what a peer would drop. `PROTOCOLS.md` beside this crate has the facts with their sources.
//! No protocol is privileged: each has its module, what they share ([`airtime`], [`wire`]) knows none of them, and
//! [`carrier`] puts them side by side.

#![no_std]

pub mod airtime;
pub mod budget;
pub mod bytes;
pub mod carrier;
mod error;
pub mod ids;
pub mod meshcore;
pub mod meshtastic;
pub mod preset;
pub mod raw;
pub mod region;
pub mod relaying;
pub mod seen;
pub mod wire;

pub use error::MeshError;

/// Most bytes of one LoRa packet: the radios count its payload in one byte.
pub const PACKET_MAX: usize = 255;
