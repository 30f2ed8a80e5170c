//! MeshCore: a packet carries its route, and a payload of one of twelve types.
//!
//! ```text
//! header u8, [transport codes 2 x u16], path length u8, path | payload
//! ```
//!
//! A payload is encrypted for a node ([`Datagram`]) or for a channel ([`Channel`]), signed ([`Advert`]), or plain. There is
//! no hop limit, no packet id and no nonce: a packet is known by the hash of its payload, so that two alike are one. Whoever
//! sends puts a time or a sequence number into it.

mod advert;
mod channel;
mod datagram;
#[cfg(feature = "identity")]
mod identity;
mod packet;
mod payload_type;
mod scope;
mod secret;

pub use advert::{Advert, AdvertData, SIGNATURE_SIZE};
pub use channel::{Channel, DEVELOPMENT_DATA_TYPES, GroupData, PUBLIC_KEY, Text};
pub use datagram::{AnonymousRequest, Datagram, acknowledgement};
#[cfg(feature = "identity")]
pub use identity::{Identity, verify};
pub use packet::{Packet, Path, Route};
pub use payload_type::PayloadType;
pub use scope::Scope;
pub use secret::{Secret, sealed_size};

/// What keeps its packets apart from other networks', as radio libraries write it.
pub const SYNC_WORD: u8 = 0x12;
/// Most bytes of a payload, encrypted or not.
pub const PAYLOAD_MAX: usize = 184;
/// Most bytes of a path.
pub const PATH_MAX: usize = 64;
/// Most hops that a path can count.
pub const HOPS_MAX: usize = 63;
/// Most bytes of what a node says of itself in an advert.
pub const ADVERT_DATA_MAX: usize = 32;
/// Bytes of a node's public key. Its first byte stands for it in payloads, its first one to three in paths.
pub const KEY_SIZE: usize = 32;

/// Shortest and longest delay of a repeater's flood, in ms, by the packet's time on the air.
pub const fn relay_window_ms(airtime_ms: u32) -> (u32, u32) {
    (0, airtime_ms / 2 * 5)
}
