//! Meshtastic: a packet is a header in the clear and an encrypted `Data` message.
//!
//! ```text
//! to u32, from u32, id u32, flags u8, channel hash u8, next hop u8, relay node u8 | AES-CTR(Data)
//! ```
//!
//! `Data` is encrypted for a channel ([`Channel`]), or for one node (`DirectKey`).

mod channel;
mod data;
#[cfg(feature = "identity")]
mod direct;
mod header;
mod key;

pub use channel::Channel;
pub use data::{Data, Encryption};
#[cfg(feature = "identity")]
pub use direct::{DirectKey, public_key};
pub use header::{Header, hash_node, node_name};
pub use key::Key;

use crate::PACKET_MAX;

/// What keeps its packets apart from other networks', as radio libraries write it.
pub const SYNC_WORD: u8 = 0x2B;
/// Bytes before the encrypted part.
pub const HEADER_SIZE: usize = 16;
/// Most bytes of an encrypted `Data`.
pub const DATA_MAX: usize = PACKET_MAX - HEADER_SIZE;
/// Most bytes of `Data.payload`, by its declaration; what stands beside it may leave fewer.
pub const PAYLOAD_MAX: usize = 233;
/// What encryption with a public key adds: eight bytes of authentication code, four of nonce.
pub const PUBLIC_KEY_OVERHEAD: usize = 12;
/// To all nodes.
pub const BROADCAST: u32 = u32::MAX;
/// Most hops: three bits.
pub const HOP_MAX: u8 = 7;
/// Hops of a node that was told none.
pub const HOP_DEFAULT: u8 = 3;
/// Ports of private applications.
pub const PRIVATE_PORTS: core::ops::RangeInclusive<u32> = 256..=511;
/// How often a packet that wants an acknowledgement is sent, the first time included.
pub const RELIABLE_SENDS: u32 = 3;
