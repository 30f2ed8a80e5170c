//! What two nodes or a channel share: AES-128 block by block, and two bytes of authentication.
//!
//! Equal blocks give equal bytes, and of 65,536 forgeries one passes two bytes of authentication: that is MeshCore's
//! format, not a choice of ours.

use super::PAYLOAD_MAX;
use crate::MeshError;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Block};
use core::fmt;
use hmac::{Hmac, Mac};
use sha2::Sha256;

const BLOCK_SIZE: usize = 16;
const CODE_SIZE: usize = 2;

/// Bytes that so many become: whole blocks, and the authentication.
pub const fn sealed_size(length: usize) -> usize {
    CODE_SIZE + length.next_multiple_of(BLOCK_SIZE)
}

/// 32 bytes, of which the first half encrypts and all authenticate.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Encrypts and authenticates, filled up with zeros; gives the length.
    ///
    /// # Errors
    /// When there is nothing to encrypt, or the buffer is too short.
    pub fn seal(&self, content: &[u8], sealed: &mut [u8]) -> Result<usize, MeshError> {
        if content.is_empty() {
            return Err(MeshError::Truncated { part: "content" });
        }
        let length = sealed_size(content.len());
        let room = sealed.len();
        let (code, body) = sealed
            .get_mut(..length)
            .and_then(<[u8]>::split_first_chunk_mut)
            .ok_or(MeshError::Buffer { room })?;
        body[..content.len()].copy_from_slice(content);
        body[content.len()..].fill(0);
        let cipher = self.cipher();
        for block in blocks(body) {
            cipher.encrypt_block(block);
        }
        let whole: [u8; 32] = self.authentication(body).finalize().into_bytes().into();
        *code = [whole[0], whole[1]];
        Ok(length)
    }

    /// Checks and decrypts; the zeros that filled up the last block are still there.
    ///
    /// # Errors
    /// When it is not whole blocks, too long, or of another secret.
    pub fn open<'content>(
        &self,
        sealed: &[u8],
        content: &'content mut [u8; PAYLOAD_MAX],
    ) -> Result<&'content [u8], MeshError> {
        let (code, body) =
            sealed.split_first_chunk::<CODE_SIZE>().ok_or(MeshError::Truncated { part: "code" })?;
        if body.is_empty() || !body.len().is_multiple_of(BLOCK_SIZE) {
            return Err(MeshError::Truncated { part: "encrypted block" });
        }
        let room = content
            .get_mut(..body.len())
            .ok_or(MeshError::TooLong { part: "encrypted payload", limit: PAYLOAD_MAX })?;
        self.authentication(body).verify_truncated_left(code).map_err(|_| MeshError::Authentication)?;
        room.copy_from_slice(body);
        let cipher = self.cipher();
        for block in blocks(room) {
            cipher.decrypt_block(block);
        }
        Ok(room)
    }

    fn cipher(&self) -> Aes128 {
        let key: [u8; BLOCK_SIZE] = core::array::from_fn(|place| self.0[place]);
        Aes128::new(&key.into())
    }

    fn authentication(&self, body: &[u8]) -> Hmac<Sha256> {
        let mut code = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).expect("any length is a key");
        code.update(body);
        code
    }
}

/// Without the secret itself: logs are read by others.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

fn blocks(bytes: &mut [u8]) -> impl Iterator<Item = &mut Block> {
    bytes.as_chunks_mut::<BLOCK_SIZE>().0.iter_mut().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_bytes_open_again() {
        let secret = Secret::new([7; 32]);
        let (mut sealed, mut content) = ([0; PAYLOAD_MAX], [0; PAYLOAD_MAX]);
        for length in 1..=176 {
            let bytes = [0xA5; 176];
            let size = secret.seal(&bytes[..length], &mut sealed).unwrap();
            assert_eq!(size, sealed_size(length));
            let opened = secret.open(&sealed[..size], &mut content).unwrap();
            assert_eq!(&opened[..length], &bytes[..length]);
            assert!(opened[length..].iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn what_was_changed_is_refused() {
        let secret = Secret::new([7; 32]);
        let (mut sealed, mut content) = ([0; PAYLOAD_MAX], [0; PAYLOAD_MAX]);
        let size = secret.seal(b"twenty bytes of text", &mut sealed).unwrap();
        for place in 0..size {
            sealed[place] ^= 1;
            let error = secret.open(&sealed[..size], &mut content).unwrap_err();
            assert_eq!(error, MeshError::Authentication);
            sealed[place] ^= 1;
        }
        assert_eq!(secret.open(&sealed[..size - 1], &mut content).unwrap_err().code(), "mesh::truncated");
        assert_eq!(secret.open(&sealed[..2], &mut content).unwrap_err().code(), "mesh::truncated");
        assert_eq!(secret.open(&[0; 194], &mut content).unwrap_err().code(), "mesh::too_long");
        assert_eq!(secret.seal(b"", &mut sealed).unwrap_err().code(), "mesh::truncated");
        assert_eq!(secret.seal(b"text", &mut sealed[..17]).unwrap_err().code(), "mesh::buffer");
    }
}
