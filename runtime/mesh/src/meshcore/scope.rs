//! Scopes: codes by which repeaters let a flood through in the regions that it is for, and not elsewhere.

use super::PayloadType;
use crate::MeshError;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A region of a network, by its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope([u8; 16]);

impl Scope {
    /// A public one, by its name with or without the `#` before it.
    ///
    /// # Errors
    /// When there is no name, or it begins with `$`: private scopes have keys of their own.
    pub fn named(name: &str) -> Result<Self, MeshError> {
        let word = name.strip_prefix('#').unwrap_or(name);
        if word.is_empty() || word.starts_with('$') {
            return Err(MeshError::Key { reason: "a public scope is a word, with or without '#' before it" });
        }
        let whole: [u8; 32] = Sha256::new_with_prefix("#").chain_update(word).finalize().into();
        Ok(Self(core::array::from_fn(|place| whole[place])))
    }

    /// A private one.
    pub const fn private(key: [u8; 16]) -> Self {
        Self(key)
    }

    /// The first of a packet's two transport codes; the second is 0 for now.
    pub fn code(&self, kind: PayloadType, payload: &[u8]) -> u16 {
        let mut hash = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).expect("any length is a key");
        hash.update(&[kind as u8]);
        hash.update(payload);
        let whole: [u8; 32] = hash.finalize().into_bytes().into();
        // 0 and 65,535 mean something else: 0 twice is "nowhere".
        u16::from_le_bytes([whole[0], whole[1]]).clamp(1, u16::MAX - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_and_without_a_hash_are_one() {
        let scope = Scope::named("garden").unwrap();
        assert_eq!(Scope::named("#garden"), Ok(scope.clone()));
        assert_ne!(Scope::named("gardens"), Ok(scope.clone()));
        assert_ne!(scope.code(PayloadType::Text, b"a"), scope.code(PayloadType::Text, b"b"));
        assert_ne!(scope.code(PayloadType::Text, b"a"), scope.code(PayloadType::Request, b"a"));
        for name in ["", "#", "$mine", "#$mine"] {
            assert_eq!(Scope::named(name).unwrap_err().code(), "mesh::key");
        }
    }
}
