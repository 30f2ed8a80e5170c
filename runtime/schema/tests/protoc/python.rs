//! A schema in Python, by way of protoc; and values, as both sides write them.

use crate::peer::ask;
use crate::random::Random;
use std::fs;
use std::process::Command;
use swarm_schema::{Kind, Message, Record, Schema, Value, print};
use tempfile::TempDir;

/// Most bytes of each field of bytes that Python makes.
pub const BYTES: usize = 12;

/// What protoc made of a schema's text.
pub struct Python {
    folder: TempDir,
    message: String,
}

impl Python {
    /// Of a message of the schema.
    pub fn new(schema: &Schema, message: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for protoc");
        let text = print(schema);
        fs::write(folder.path().join("schema.proto"), &text).expect("the schema can be written");
        let output = Command::new("protoc")
            .current_dir(folder.path())
            .args(["--descriptor_set_out=schema.bin", "schema.proto"])
            .output()
            .expect("protoc is installed: `cargo xtask setup`");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && errors.is_empty(), "{errors}\n{text}");
        let dot = if schema.package().is_empty() { "" } else { "." };
        Self { folder, message: format!("{}{dot}{message}", schema.package()) }
    }

    /// Asks the script beside this.
    pub fn ask(&self, way: &str, input: String) -> Vec<String> {
        let set = self.folder.path().join("schema.bin");
        let set = set.to_str().expect("temporary folders have plain names");
        ask("messages.py", &[way, set, &self.message, &BYTES.to_string()], input)
    }
}

/// A record as the script writes one.
pub fn text(schema: &Schema, message: &Message, record: &Record) -> String {
    let present = message.fields.iter().zip(&record.values).filter_map(|(field, value)| {
        let text = match (value.as_ref()?, &field.kind) {
            (Value::Number(number), _) => number.to_string(),
            (Value::Signed(number), _) => number.to_string(),
            (Value::Bytes(bytes), _) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            (Value::Message(record), Kind::Message(name)) => text(schema, schema.nested(name), record),
            (Value::Message(_), kind) => panic!("a message in a field of kind {kind:?}"),
        };
        Some(format!("{}={text}", field.number))
    });
    format!("{{{}}}", present.collect::<Vec<_>>().join(","))
}

/// A random record, in the form that a decoder gives.
pub fn record(schema: &Schema, message: &Message, random: &mut Random) -> Record {
    let chosen: Vec<usize> = message.oneofs.iter().map(|_| random.below(message.fields.len() + 1)).collect();
    let values = message.fields.iter().enumerate().map(|(place, field)| {
        let is_present = match field.oneof {
            Some(oneof) => chosen[oneof] == place,
            None => random.below(3) > 0,
        };
        if !is_present {
            return None;
        }
        let value = match &field.kind {
            Kind::Uint32 | Kind::Fixed32 | Kind::Packed32(_) => Value::Number(random.u32().into()),
            Kind::Sint32 => Value::Signed(random.u32().cast_signed() >> random.below(32)),
            Kind::Fixed64 | Kind::Packed64(_) => Value::Number(random.next() >> random.below(64)),
            Kind::Bool => Value::Number(random.flag().into()),
            Kind::Bytes { max } => {
                let length = random.below(max + 1);
                Value::Bytes(random.bytes(length))
            }
            Kind::Enum(name) => {
                let values = &schema.enumeration(name).expect("it is there").values;
                Value::Number(values[random.below(values.len())].1.into())
            }
            Kind::Message(name) => Value::Message(self::record(schema, schema.nested(name), random)),
        };
        (field.oneof.is_some() || !value.is_default()).then_some(value)
    });
    Record { values: values.collect() }
}
