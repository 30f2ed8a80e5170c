//! From node to node, under the secret that both make from their keys.

use super::{KEY_SIZE, PAYLOAD_MAX, PayloadType, Secret};
use crate::MeshError;
use crate::bytes::{Reader, Writer};
use sha2::{Digest, Sha256};

/// A request, response, text or returned path: whom it concerns, and its encrypted content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Datagram<'a> {
    /// First byte of the receiver's public key; several nodes may share it.
    pub to: u8,
    /// First byte of the sender's.
    pub from: u8,
    sealed: &'a [u8],
}

impl<'a> Datagram<'a> {
    /// # Errors
    /// When it is too short.
    pub fn decode(payload: &'a [u8]) -> Result<Self, MeshError> {
        let mut reader = Reader::new(payload);
        let (to, from) = (reader.u8("receiver")?, reader.u8("sender")?);
        Ok(Self { to, from, sealed: reader.rest() })
    }

    /// # Errors
    /// When it is of another sender, or malformed.
    pub fn open<'content>(
        &self,
        secret: &Secret,
        content: &'content mut [u8; PAYLOAD_MAX],
    ) -> Result<&'content [u8], MeshError> {
        secret.open(self.sealed, content)
    }

    /// Writes a payload of that type from the sender to the receiver, by the first bytes of their keys; gives its length.
    ///
    /// # Errors
    /// When the type has another form, the content is too long or empty, or the buffer too short.
    pub fn seal(
        kind: PayloadType,
        [to, from]: [u8; 2],
        (secret, content): (&Secret, &[u8]),
        payload: &mut [u8],
    ) -> Result<usize, MeshError> {
        if !matches!(
            kind,
            PayloadType::Request | PayloadType::Response | PayloadType::Text | PayloadType::Path
        ) {
            return Err(MeshError::Value { part: "datagram type", value: kind as u32 });
        }
        check_content(kind, content)?;
        Writer::new(payload).put(&[to, from])?;
        Ok(2 + secret.seal(content, &mut payload[2..])?)
    }
}

/// A request of somebody whom the receiver need not know: it brings its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnonymousRequest<'a> {
    /// First byte of the receiver's public key.
    pub to: u8,
    pub from: &'a [u8; KEY_SIZE],
    sealed: &'a [u8],
}

impl<'a> AnonymousRequest<'a> {
    /// # Errors
    /// When it is too short.
    pub fn decode(payload: &'a [u8]) -> Result<Self, MeshError> {
        let mut reader = Reader::new(payload);
        let to = reader.u8("receiver")?;
        let (from, sealed) =
            reader.rest().split_first_chunk().ok_or(MeshError::Truncated { part: "sender" })?;
        Ok(Self { to, from, sealed })
    }

    /// # Errors
    /// When the secret is not that of sender and receiver, or it is malformed.
    pub fn open<'content>(
        &self,
        secret: &Secret,
        content: &'content mut [u8; PAYLOAD_MAX],
    ) -> Result<&'content [u8], MeshError> {
        secret.open(self.sealed, content)
    }

    /// Writes the payload; gives its length.
    ///
    /// # Errors
    /// When the content is too long or empty, or the buffer too short.
    pub fn seal(
        to: u8,
        from: &[u8; KEY_SIZE],
        (secret, content): (&Secret, &[u8]),
        payload: &mut [u8],
    ) -> Result<usize, MeshError> {
        check_content(PayloadType::AnonymousRequest, content)?;
        let mut writer = Writer::new(payload);
        writer.put(&[to])?;
        writer.put(from)?;
        let head = writer.length();
        Ok(head + secret.seal(content, &mut payload[head..])?)
    }
}

/// What proves to a text's sender that it came: begins the payload of a [`PayloadType::Acknowledgement`]. The content is
/// time, kind and text, without the zeros that filled it up.
pub fn acknowledgement(content: &[u8], sender: &[u8; KEY_SIZE]) -> [u8; 4] {
    let whole: [u8; 32] = Sha256::new_with_prefix(content).chain_update(sender).finalize().into();
    core::array::from_fn(|place| whole[place])
}

fn check_content(kind: PayloadType, content: &[u8]) -> Result<(), MeshError> {
    let limit = kind.content_limit();
    if content.len() > limit { Err(MeshError::TooLong { part: "content", limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meshcore::sealed_size;

    /// No limit lets a payload become longer than a packet takes.
    #[test]
    fn limits_fit() {
        for kind in PayloadType::ALL {
            let size = match kind {
                PayloadType::Request | PayloadType::Response | PayloadType::Text | PayloadType::Path => {
                    2 + sealed_size(kind.content_limit())
                }
                PayloadType::GroupText | PayloadType::GroupData => 1 + sealed_size(kind.content_limit()),
                PayloadType::AnonymousRequest => 1 + KEY_SIZE + sealed_size(kind.content_limit()),
                PayloadType::Advert => KEY_SIZE + 4 + 64 + kind.content_limit(),
                _ => kind.content_limit(),
            };
            assert!(size <= PAYLOAD_MAX, "{kind:?}: {size}");
        }
    }

    #[test]
    fn datagrams_up_to_their_limit() {
        let secret = Secret::new([3; 32]);
        let (mut payload, mut content) = ([0; PAYLOAD_MAX], [0; PAYLOAD_MAX]);
        let bytes = [9; 168];
        let size =
            Datagram::seal(PayloadType::Request, [1, 2], (&secret, &bytes[..167]), &mut payload).unwrap();
        let datagram = Datagram::decode(&payload[..size]).unwrap();
        assert_eq!((datagram.to, datagram.from, size), (1, 2, 180));
        assert_eq!(datagram.open(&secret, &mut content).unwrap()[..167], bytes[..167]);
        let over = Datagram::seal(PayloadType::Request, [1, 2], (&secret, &bytes), &mut payload);
        assert_eq!(over.unwrap_err().code(), "mesh::too_long");
        let advert = Datagram::seal(PayloadType::Advert, [1, 2], (&secret, &bytes[..1]), &mut payload);
        assert_eq!(advert.unwrap_err().code(), "mesh::value");
        let tiny = Datagram::seal(PayloadType::Request, [1, 2], (&secret, &bytes[..1]), &mut payload[..1]);
        assert_eq!(tiny.unwrap_err().code(), "mesh::buffer");
    }

    #[test]
    fn an_anonymous_request_brings_its_key() {
        let secret = Secret::new([3; 32]);
        let (mut payload, mut content) = ([0; PAYLOAD_MAX], [0; PAYLOAD_MAX]);
        let size = AnonymousRequest::seal(1, &[8; 32], (&secret, &[5; 136]), &mut payload).unwrap();
        let request = AnonymousRequest::decode(&payload[..size]).unwrap();
        assert_eq!((request.to, request.from), (1, &[8; 32]));
        assert_eq!(request.open(&secret, &mut content).unwrap()[..136], [5; 136]);
        assert_eq!(AnonymousRequest::decode(&payload[..32]).unwrap_err().code(), "mesh::truncated");
    }
}
