//! Compotastic's messages: 10,000 each way, to the byte.

use crate::peer::{hex, unhex};
use crate::python::{Python, record, text};
use crate::random::Random;
use swarm_schema::{BitField, Kind, Schema, bits, decode, encode, import, longest_field, print, size_max};

const MESSAGES: usize = 10_000;

/// As the project has it, with a note on its packed field.
const TEXT: &str = r#"
syntax = "proto3";

package compotastic.mesh;

option go_package = "github.com/compotastic/protos/mesh";

// Not needed for any type below.
import "meshtastic/mesh.proto";

// Wraps what goes into Meshtastic's `Data`.
message AddressableMeshData {
  uint32 protocol_version = 1;
  uint32 application_id = 2;
  // Addresses of 24 bits; 0 is everybody.
  uint32 source_address = 3;
  uint32 destination_address = 4;
  uint32 sequence_id = 5;

  oneof payload {
    StateUpdate state_update = 16;
  }
}

message StateUpdate {
  // Least significant bit first:
  // swarm: bits x 10, y 10, action 3, done 1, reward s8
  fixed32 packed_transition = 1;
  uint32 prior_state_id = 2;
  uint32 next_state_id = 3;
}
"#;

fn schema() -> Schema {
    import(TEXT).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn its_file_is_read_and_written() {
    let schema = schema();
    assert_eq!(import(&print(&schema)), Ok(schema.clone()));
    let update = schema.message("StateUpdate").expect("it is there");
    let part = |name: &str, bits, is_signed| BitField { name: name.to_owned(), bits, is_signed };
    let parts = vec![
        part("x", 10, false),
        part("y", 10, false),
        part("action", 3, false),
        part("done", 1, false),
        part("reward", 8, true),
    ];
    assert_eq!(bits::pack(&parts, &[1, 2, 3, 1, -1]), Ok(0xFFB0_0801));
    assert_eq!(update.fields[0].kind, Kind::Packed32(parts));
    assert_eq!(size_max(&schema, update), 5 + 6 + 6);
    let whole = schema.message("AddressableMeshData").expect("it is there");
    assert_eq!(size_max(&schema, whole), 5 * 6 + 2 + 1 + 17);
    assert_eq!(longest_field(&schema, whole), Some(("protocol_version".to_owned(), 6)));
}

#[test]
fn python_reads_our_messages() {
    let schema = schema();
    let message = schema.message("AddressableMeshData").expect("it is there");
    let mut random = Random(60);
    let (mut questions, mut answers) = (String::new(), Vec::new());
    for _ in 0..MESSAGES {
        let record = record(&schema, message, &mut random);
        let bytes = encode(&schema, message, &record).expect("its values fit");
        assert!(bytes.len() <= size_max(&schema, message));
        assert_eq!(decode(&schema, message, &bytes).as_ref(), Ok(&record));
        questions += &(hex(&bytes) + "\n");
        answers.push(text(&schema, message, &record));
    }
    let theirs = Python::new(&schema, "AddressableMeshData").ask("again", questions);
    assert_eq!(theirs.len(), MESSAGES);
    for (theirs, ours) in theirs.iter().zip(&answers) {
        assert_eq!(theirs, ours);
    }
}

#[test]
fn we_read_pythons_messages() {
    let schema = schema();
    let message = schema.message("AddressableMeshData").expect("it is there");
    let lines = Python::new(&schema, "AddressableMeshData").ask("make", format!("{MESSAGES} 61\n"));
    assert_eq!(lines.len(), MESSAGES);
    for line in lines {
        let (bytes, theirs) = line.split_once(' ').expect("bytes and a text");
        let bytes = unhex(bytes);
        let record = decode(&schema, message, &bytes).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(text(&schema, message, &record), theirs);
        assert_eq!(encode(&schema, message, &record), Ok(bytes));
    }
}
