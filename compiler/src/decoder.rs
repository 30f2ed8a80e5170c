//! Decoders for receivers, as source text: one file for all beacons and messages of a kernel, which needs nothing else.
//!
//! A beacon's is the planner's (`swarm_advert::decoder`). A message's is made here; it refuses exactly what the kernel's own
//! decoder refuses, and gives all fields, bit fields taken apart.

mod json;
mod names;
mod python;
mod rust;
mod typescript;

use crate::facts::AirFacts;
use crate::pipeline::Failure;
use crate::proto::{with_schema, without};
use swarm_dialects::adverts::Plan;
use swarm_dialects::adverts::model::{self, Layout};
use swarm_dialects::schema::model::{Kind, Message, Schema};

pub use swarm_dialects::adverts::model::Language;

/// The decoders of a kernel's beacons and messages. The same kernel gives the same text.
///
/// # Errors
/// When the kernel is wrong, or has nothing that could be decoded.
pub fn decoder((name, text): (&str, &str), language: Language) -> Result<String, Failure> {
    with_schema(name, text, |kernel, schema| {
        let (mut layouts, mut standard) = (Vec::new(), Vec::new());
        for plan in AirFacts::read(kernel).beacons {
            match plan {
                Plan::Own(layout) => layouts.push(layout),
                Plan::Bthome(layout) => standard.push(layout.beacon.name),
            }
        }
        if layouts.is_empty() && schema.messages().is_empty() {
            let what = match standard.is_empty() {
                true => "has no beacon and no message",
                false => "has no message, and its beacons are in BTHome v2, for which there are readers",
            };
            return Err(Failure::Kernel(vec![without(kernel, "no-decoder", what)]));
        }
        let name = kernel.sym_name();
        let version = kernel.version();
        Ok(text_of(&Source { name, version, layouts: &layouts, standard: &standard, schema }, language))
    })
}

/// What a file of decoders is made of.
struct Source<'s> {
    name: &'s str,
    version: i64,
    layouts: &'s [Layout],
    /// Beacons in BTHome.
    standard: &'s [String],
    schema: &'s Schema,
}

fn text_of(source: &Source, language: Language) -> String {
    match language {
        Language::Rust => rust::text(source),
        Language::Python => python::text(source),
        Language::TypeScript => typescript::text(source),
        Language::Json => json::text(source),
    }
}

impl Source<'_> {
    /// What the file's head says, line by line.
    fn head(&self) -> Vec<String> {
        let Self { name, version, .. } = self;
        let mut lines = vec![
            format!("Reads what nodes with the swarm kernel @{name}, version {version}, have on the air."),
            "Made by swarmc: change the kernel, not this.".to_owned(),
        ];
        if !self.layouts.is_empty() {
            lines.push(
                "A beacon's bytes are those after the company or UUID, as scanners hand them out.".to_owned(),
            );
        }
        if !self.schema.messages().is_empty() {
            lines.push("A message's bytes are the payload of a radio packet.".to_owned());
        }
        for beacon in self.standard {
            lines.push(format!("The beacon '{beacon}' is in BTHome v2, for which there are readers."));
        }
        lines
    }

    /// The beacons' decoders, each as an item of its name.
    fn beacons(&self, names: &mut names::Names, language: Language) -> Vec<String> {
        let item = |layout: &Layout| model::decoder(layout, &names.take(&layout.beacon.name), language);
        self.layouts.iter().map(item).collect()
    }
}

/// A field's key on the wire: its number with its wire type.
fn key(number: u32, kind: &Kind) -> u32 {
    let wire_type = match kind {
        Kind::Uint32 | Kind::Sint32 | Kind::Bool | Kind::Enum(_) => 0,
        Kind::Fixed64 | Kind::Packed64(_) => 1,
        Kind::Bytes { .. } | Kind::Message(_) => 2,
        Kind::Fixed32 | Kind::Packed32(_) => 5,
    };
    number << 3 | wire_type
}

/// The other fields of a field's oneof.
fn others(message: &Message, field: usize) -> Vec<&str> {
    let oneof = message.fields[field].oneof;
    let others = message.fields.iter().enumerate();
    let others = others.filter(|(other, known)| oneof.is_some() && known.oneof == oneof && *other != field);
    others.map(|(_, known)| known.name.as_str()).collect()
}

/// What a field holds, in a few words.
fn describe(message: &Message, field: usize) -> String {
    let field = &message.fields[field];
    let kind = match &field.kind {
        Kind::Uint32 => "uint32".to_owned(),
        Kind::Sint32 => "sint32".to_owned(),
        Kind::Fixed32 => "fixed32".to_owned(),
        Kind::Fixed64 => "fixed64".to_owned(),
        Kind::Bool => "bool".to_owned(),
        Kind::Bytes { max } => format!("at most {max} bytes"),
        Kind::Enum(name) => format!("{name}: a name, or a number that has none"),
        Kind::Message(name) => format!("{name}, if it is there"),
        Kind::Packed32(_) => "bit fields of a fixed32".to_owned(),
        Kind::Packed64(_) => "bit fields of a fixed64".to_owned(),
    };
    match field.oneof {
        Some(oneof) => format!("{kind}; of '{}' at most one is there", message.oneofs[oneof]),
        None => kind,
    }
}
