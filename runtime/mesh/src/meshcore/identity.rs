//! A node's identity: an Ed25519 key, with which it signs adverts and shares secrets.

use super::{Advert, KEY_SIZE, SIGNATURE_SIZE, Secret};
use crate::MeshError;
use core::fmt;
use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha512};

/// A node's own keys.
#[derive(Clone)]
pub struct Identity {
    /// Scalar and prefix, as MeshCore keeps and exports them.
    private_key: [u8; 64],
    public_key: VerifyingKey,
}

impl Identity {
    /// From 32 random bytes.
    ///
    /// # Errors
    /// When the public key begins with a reserved byte: take other bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, MeshError> {
        let mut private_key: [u8; 64] = Sha512::digest(seed).into();
        private_key[0] &= 0xF8;
        private_key[31] = private_key[31] & 0x3F | 0x40;
        Self::from_private_key(&private_key)
    }

    /// From the 64 bytes that MeshCore's tools export.
    ///
    /// # Errors
    /// When they are no clamped scalar, or the public key begins with a reserved byte.
    pub fn from_private_key(private_key: &[u8; 64]) -> Result<Self, MeshError> {
        if private_key[0] & 7 != 0 || private_key[31] & 0xC0 != 0x40 {
            return Err(MeshError::Key {
                reason: "the first half of a MeshCore private key is a clamped scalar",
            });
        }
        let public_key = VerifyingKey::from(&ExpandedSecretKey::from_bytes(private_key));
        if matches!(public_key.as_bytes()[0], 0x00 | 0xFF) {
            return Err(MeshError::Key { reason: "MeshCore reserves public keys that begin with 00 or FF" });
        }
        Ok(Self { private_key: *private_key, public_key })
    }

    pub fn public_key(&self) -> &[u8; KEY_SIZE] {
        self.public_key.as_bytes()
    }

    pub const fn private_key(&self) -> &[u8; 64] {
        &self.private_key
    }

    /// What this node and the one of that key share.
    ///
    /// # Errors
    /// When it is no key, or a weak one.
    pub fn shared_secret(&self, other: &[u8; KEY_SIZE]) -> Result<Secret, MeshError> {
        let point = public_key(other)?.to_montgomery();
        let scalar = core::array::from_fn(|place| self.private_key[place]);
        Ok(Secret::new(point.mul_clamped(scalar).to_bytes()))
    }

    /// The signature of an advert of this node; key and signature that the advert has do not matter.
    pub fn sign(&self, advert: &Advert<'_>) -> [u8; SIGNATURE_SIZE] {
        let (bytes, length) = Advert { public_key: self.public_key(), ..*advert }.signed();
        let expanded = ExpandedSecretKey::from_bytes(&self.private_key);
        raw_sign::<Sha512>(&expanded, &bytes[..length], &self.public_key).to_bytes()
    }
}

/// Without the private key: logs are read by others.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("public_key", self.public_key()).finish_non_exhaustive()
    }
}

/// Whether an advert is of whom it says.
///
/// # Errors
/// When it is not, or its key is none or a weak one.
pub fn verify(advert: &Advert<'_>) -> Result<(), MeshError> {
    let (bytes, length) = advert.signed();
    let signature = Signature::from_bytes(advert.signature);
    public_key(advert.public_key)?
        .verify_strict(&bytes[..length], &signature)
        .map_err(|_| MeshError::Signature)
}

fn public_key(bytes: &[u8; KEY_SIZE]) -> Result<VerifyingKey, MeshError> {
    let key = VerifyingKey::from_bytes(bytes)
        .map_err(|_| MeshError::Key { reason: "it is no point of the curve" })?;
    if key.is_weak() {
        return Err(MeshError::Key { reason: "it is a weak key, whose secrets everybody knows" });
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meshcore::AdvertData;

    /// The pair of keys with which the firmware checks others (`Identity.cpp`).
    #[test]
    fn the_firmwares_test_client() {
        let private_key = [
            0x70, 0x65, 0xE1, 0x8F, 0xD9, 0xFA, 0xBB, 0x70, 0xC1, 0xED, 0x90, 0xDC, 0xA1, 0x99, 0x07, 0xDE,
            0x69, 0x8C, 0x88, 0xB7, 0x09, 0xEA, 0x14, 0x6E, 0xAF, 0xD9, 0x3D, 0x9B, 0x83, 0x0C, 0x7B, 0x60,
            0xC4, 0x68, 0x11, 0x93, 0xC7, 0x9B, 0xBC, 0x39, 0x94, 0x5B, 0xA8, 0x06, 0x41, 0x04, 0xBB, 0x61,
            0x8F, 0x8F, 0xD7, 0xA8, 0x4A, 0x0A, 0xF6, 0xF5, 0x70, 0x33, 0xD6, 0xE8, 0xDD, 0xCD, 0x64, 0x71,
        ];
        let public_key = [
            0x1E, 0xC7, 0x71, 0x75, 0xB0, 0x91, 0x8E, 0xD2, 0x06, 0xF9, 0xAE, 0x04, 0xEC, 0x13, 0x6D, 0x6D,
            0x5D, 0x43, 0x15, 0xBB, 0x26, 0x30, 0x54, 0x27, 0xF6, 0x45, 0xB4, 0x92, 0xE9, 0x35, 0x0C, 0x10,
        ];
        let client = Identity::from_private_key(&private_key).unwrap();
        assert_eq!((client.public_key(), client.private_key()), (&public_key, &private_key));
    }

    #[test]
    fn two_nodes_make_the_same_secret() {
        let (one, two) = (Identity::from_seed(&[1; 32]).unwrap(), Identity::from_seed(&[2; 32]).unwrap());
        assert_eq!(one.shared_secret(two.public_key()), two.shared_secret(one.public_key()));
        assert_ne!(one.shared_secret(two.public_key()), one.shared_secret(one.public_key()));
    }

    #[test]
    fn a_changed_advert_is_refused() {
        let node = Identity::from_seed(&[1; 32]).unwrap();
        let mut data = [0; 32];
        let name = Some(&b"swarm"[..]);
        let length = AdvertData { role: 4, name, ..AdvertData::default() }.encode(&mut data).unwrap();
        let unsigned =
            Advert { public_key: &[0; 32], time: 1_700_000_000, signature: &[0; 64], data: &data[..length] };
        let signature = node.sign(&unsigned);
        let advert = Advert { public_key: node.public_key(), signature: &signature, ..unsigned };
        assert_eq!(verify(&advert), Ok(()));
        let later = Advert { time: advert.time + 1, ..advert };
        assert_eq!(verify(&later), Err(MeshError::Signature));
        assert_eq!(verify(&Advert { data: &data[..5], ..advert }), Err(MeshError::Signature));
        let mut weak = [0; 32];
        weak[0] = 1;
        assert_eq!(verify(&Advert { public_key: &weak, ..advert }).unwrap_err().code(), "mesh::key");
    }

    #[test]
    fn keys_that_meshcore_does_not_use_are_refused() {
        assert_eq!(Identity::from_private_key(&[1; 64]).unwrap_err().code(), "mesh::key");
        // One seed in 128 gives a reserved first byte.
        let refused = (0..1000u32).filter(|number| {
            let mut seed = [0; 32];
            seed[..4].copy_from_slice(&number.to_le_bytes());
            Identity::from_seed(&seed).is_err()
        });
        assert!((1..40).contains(&refused.count()));
    }
}
