//! What is written is read as the same, and takes the bytes that it was said to take.

use proptest::prelude::*;
use swarm_mesh::MeshError;
use swarm_mesh::meshtastic::{DATA_MAX, Data, Header};
use swarm_mesh::wire::{
    Encoder, FIELD_MAX, Field, Fields, Value, bytes_size, key_size, unzigzag, varint_size, zigzag,
};

proptest! {
    #[test]
    fn fields(number in 1..=FIELD_MAX, kind in 0..4, value: u64, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut buffer = [0; 260];
        let mut encoder = Encoder::new(&mut buffer);
        let (value, size) = match kind {
            0 => (Value::Varint(value), key_size(number) + varint_size(value)),
            1 => (Value::Fixed32(value as u32), key_size(number) + 4),
            2 => (Value::Fixed64(value), key_size(number) + 8),
            _ => (Value::Bytes(&bytes), bytes_size(number, bytes.len())),
        };
        match value {
            Value::Varint(value) => encoder.varint(number, value),
            Value::Fixed32(value) => encoder.fixed32(number, value),
            Value::Fixed64(value) => encoder.fixed64(number, value),
            Value::Bytes(value) => encoder.bytes(number, value),
        }.expect("it fits");
        let length = encoder.length();
        prop_assert_eq!(length, size);
        let read: Vec<_> = Fields::new(&buffer[..length]).collect();
        prop_assert_eq!(read, [Ok(Field { number, value })]);
        // Cut anywhere it is refused, and never read as another.
        for end in 1..length {
            let code = Fields::new(&buffer[..end]).next().and_then(Result::err).map(MeshError::code);
            prop_assert_eq!(code, Some("mesh::truncated"));
        }
        let mut short = [0; 260];
        let mut encoder = Encoder::new(&mut short[..length - 1]);
        let result = match value {
            Value::Varint(value) => encoder.varint(number, value),
            Value::Fixed32(value) => encoder.fixed32(number, value),
            Value::Fixed64(value) => encoder.fixed64(number, value),
            Value::Bytes(value) => encoder.bytes(number, value),
        };
        prop_assert_eq!(result.map_err(MeshError::code), Err("mesh::buffer"));
    }

    #[test]
    fn signs(value: i32) {
        prop_assert_eq!(unzigzag(zigzag(value)), value);
        prop_assert!(zigzag(value) <= value.unsigned_abs().saturating_mul(2));
    }

    #[test]
    fn headers(to: u32, from in 1..u32::MAX, id: u32, flags: u8, rest: [u8; 3]) {
        let header = Header {
            to,
            from,
            id,
            hop_limit: flags & 7,
            hop_start: flags >> 5,
            want_ack: flags & 8 != 0,
            via_mqtt: flags & 16 != 0,
            channel: rest[0],
            next_hop: rest[1],
            relay_node: rest[2],
        };
        if let Ok(bytes) = header.encode() {
            prop_assert_eq!(Header::decode(&bytes), Ok((header, [].as_slice())));
        } else {
            prop_assert!(header.hop_limit > header.hop_start);
        }
    }

    #[test]
    fn messages(
        portnum: u32,
        numbers: [u32; 5],
        want_response: bool,
        bitfield: Option<u8>,
        payload in prop::collection::vec(any::<u8>(), 0..=233),
    ) {
        let [dest, source, request_id, reply_id, emoji] = numbers;
        let signature = &[];
        let data = Data {
            portnum, payload: &payload, want_response, dest, source, request_id, reply_id, emoji, bitfield, signature,
        };
        let mut buffer = [0; DATA_MAX];
        match data.encode(&mut buffer) {
            Ok(length) => {
                prop_assert_eq!(length, data.size());
                prop_assert_eq!(Data::decode(&buffer[..length]), Ok(data));
            }
            Err(error) => {
                prop_assert_eq!(error, MeshError::TooLong { part: "message", limit: DATA_MAX });
                prop_assert!(data.size() > DATA_MAX);
            }
        }
    }
}
