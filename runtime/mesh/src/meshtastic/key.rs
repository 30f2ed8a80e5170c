//! A channel's key, and the keystream that it makes with a packet's sender and id.

use crate::MeshError;
use aes::{Aes128, Aes256};
use core::fmt;
use ctr::Ctr32BE;
use ctr::cipher::{KeyIvInit, StreamCipher};

/// The well-known key that the one-byte key 1 stands for: it hides nothing.
const WELL_KNOWN: [u8; 16] =
    [0xD4, 0xF1, 0xBB, 0x3A, 0x20, 0x29, 0x07, 0x59, 0xF0, 0xBC, 0xFF, 0xAB, 0xCF, 0x4E, 0x69, 0x01];

/// What a channel is encrypted with.
#[derive(Clone, PartialEq, Eq)]
pub enum Key {
    /// Not encrypted.
    None,
    Aes128([u8; 16]),
    Aes256([u8; 32]),
}

impl Key {
    /// A key as it is configured: none, one byte that counts well-known keys from 1 (0: none), 16 or 32 bytes.
    ///
    /// # Errors
    /// At other lengths. The firmware fills up those below 32 with zeros; nobody wants such a key.
    pub fn from_psk(psk: &[u8]) -> Result<Self, MeshError> {
        if let Ok(key) = psk.try_into() {
            return Ok(Self::Aes128(key));
        }
        if let Ok(key) = psk.try_into() {
            return Ok(Self::Aes256(key));
        }
        match psk {
            [] | [0] => Ok(Self::None),
            [index] => {
                let mut key = WELL_KNOWN;
                key[15] = key[15].wrapping_add(index - 1);
                Ok(Self::Aes128(key))
            }
            _ => Err(MeshError::Key { reason: "a Meshtastic key has 0, 1, 16 or 32 bytes" }),
        }
    }

    /// Its bytes; none where nothing is encrypted.
    pub const fn bytes(&self) -> &[u8] {
        match self {
            Self::None => &[],
            Self::Aes128(key) => key,
            Self::Aes256(key) => key,
        }
    }

    /// Encrypts or decrypts, which is the same: AES in counter mode. The nonce is the id as 64 bits and the sender.
    pub fn apply(&self, from: u32, id: u32, bytes: &mut [u8]) {
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&u64::from(id).to_le_bytes());
        nonce[8..12].copy_from_slice(&from.to_le_bytes());
        match self {
            Self::None => {}
            Self::Aes128(key) => Ctr32BE::<Aes128>::new(key.into(), &nonce.into()).apply_keystream(bytes),
            Self::Aes256(key) => Ctr32BE::<Aes256>::new(key.into(), &nonce.into()).apply_keystream(bytes),
        }
    }
}

/// Without the key itself: logs are read by others.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({} bits)", 8 * self.bytes().len())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    #[test]
    fn keys_by_length() {
        assert_eq!(Key::from_psk(&[]), Ok(Key::None));
        assert_eq!(Key::from_psk(&[0]), Ok(Key::None));
        assert_eq!(Key::from_psk(&[1]), Ok(Key::Aes128(WELL_KNOWN)));
        assert_eq!(Key::from_psk(&[2]).unwrap().bytes()[15], 2);
        assert_eq!(Key::from_psk(&[255]).unwrap().bytes()[15], 255);
        assert_eq!(Key::from_psk(&[9; 16]), Ok(Key::Aes128([9; 16])));
        assert_eq!(Key::from_psk(&[9; 32]), Ok(Key::Aes256([9; 32])));
        for length in [2, 15, 17, 31, 33] {
            assert_eq!(Key::from_psk(&[9; 33][..length]).unwrap_err().code(), "mesh::key");
        }
    }

    #[test]
    fn keys_do_not_show() {
        assert_eq!(std::format!("{:?}", Key::Aes256([7; 32])), "Key(256 bits)");
    }
}
