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
use crate::airtime::Modulation;

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
/// One relay that was heard makes another one needless.
pub const ENOUGH_COPIES: u8 = 1;
/// Ports of private applications.
pub const PRIVATE_PORTS: core::ops::RangeInclusive<u32> = 256..=511;
/// How often a packet that wants an acknowledgement is sent, the first time included.
pub const RELIABLE_SENDS: u32 = 3;

/// Shortest and longest delay of a relay, in ms: the weaker the packet came (in dB over the noise), the sooner it goes. Slots
/// are two and a half symbols and 7.6 ms long, in whole ms; the first sixteen are the routers'.
pub const fn relay_window_ms(modulation: Modulation, snr_db: i32) -> (u32, u32) {
    let (weakest, strongest) = (-20, 10);
    let snr = if snr_db < weakest { weakest } else { snr_db };
    let snr = if snr > strongest { strongest } else { snr };
    let slots = 1 << (3 + (snr - weakest) * 5 / (strongest - weakest));
    let slot_ms = (modulation.symbol_us() * 5 / 2 + 7600) / 1000;
    (16 * slot_ms, (15 + slots) * slot_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset;

    /// LongFast: a slot is 28 ms.
    #[test]
    fn strong_packets_wait_longest() {
        let modulation = preset::find(&preset::MESHTASTIC, "LongFast").unwrap().modulation;
        let window = |snr| relay_window_ms(modulation, snr);
        assert_eq!([window(-20), window(-5), window(10)], [(448, 644), (448, 1316), (448, 7588)]);
        assert_eq!([window(-99), window(99)], [window(-20), window(10)]);
    }
}
