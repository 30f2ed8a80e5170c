//! Raw frames: our own, where neither Meshtastic nor MeshCore is spoken, so that a kernel's own relay policy rules.
//!
//! ```text
//! flags u8, hops u8, relay u8, next hop u8, channel hash u8, from u32, id u32, [to u32]
//!     | AES-CCM(port u8, [answered id u32], payload)
//! ```
//!
//! Bytes 1 to 3 are the relays'; all else is authenticated. `PROTOCOLS.md` has the bytes one by one.

mod channel;
mod frame;

pub use channel::Channel;
pub use frame::{Frame, Hops, relay};

use crate::PACKET_MAX;

/// What keeps its packets apart from other networks', as radio libraries write it.
pub const SYNC_WORD: u8 = 0x53;
/// Most hops: four bits.
pub const HOP_MAX: u8 = 15;
/// So many relays that were heard make another one needless, by the policy that suppresses.
pub const ENOUGH_COPIES: u8 = 2;
/// Bytes of the authentication code.
pub const CODE_SIZE: usize = 4;

/// Bytes before the encrypted part of a frame to everybody; four more to one node.
const HEAD_SIZE: usize = 13;
/// Bytes before the payload within the encrypted part: the port; four more in an answer.
const PORT_SIZE: usize = 1;
const NUMBER_SIZE: usize = 4;

/// Most bytes of payload: 237 to everybody, 4 less to one node, 4 less in an answer.
pub const fn payload_limit(to: Option<u32>, answers: Option<u32>) -> usize {
    PACKET_MAX - frame_size(0, to, answers)
}

/// Bytes of a frame with so many bytes of payload.
pub const fn frame_size(payload: usize, to: Option<u32>, answers: Option<u32>) -> usize {
    let numbers = to.is_some() as usize + answers.is_some() as usize;
    HEAD_SIZE + PORT_SIZE + NUMBER_SIZE * numbers + payload + CODE_SIZE
}

/// Shortest and longest delay of a relay, in ms: of several that wait, some hear the others first.
pub const fn relay_window_ms(airtime_ms: u32) -> (u32, u32) {
    (0, airtime_ms.saturating_mul(8))
}

/// Milliseconds after which a next hop, which relays at once, was heard.
pub const fn watch_ms(airtime_ms: u32) -> u32 {
    airtime_ms.saturating_mul(3)
}
