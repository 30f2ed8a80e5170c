//! The messages that a kernel declares, as a schema, and the fields that an op names by their paths.

use crate::{OpView, integer_bits, radio};
use melior::ir::attribute::{ArrayAttribute, DenseI32ArrayAttribute, IntegerAttribute, StringAttribute};
use melior::ir::operation::OperationLike;
use melior::ir::{Attribute, BlockLike, OperationRef, RegionLike, Type, Value, ValueLike};
use swarm_schema::{BitField, Enumeration, Field, Kind, Message, Schema, SchemaError};

mod declare;

pub use declare::declarations;
pub use swarm_schema as model;

/// Most messages within one another, all ways of a schema counted.
pub const MOST_FRAMES: usize = 32;

/// The schema of a kernel's members.
pub fn schema<'c: 'a, 'a>(members: &[OperationRef<'c, 'a>]) -> Result<Schema, SchemaError> {
    let messages = members.iter().filter_map(|op| radio::Message::cast(*op)).map(message);
    let enums = members.iter().filter_map(|op| radio::Enum::cast(*op)).map(enumeration);
    Schema::new(String::new(), messages.collect(), enums.collect())
}

pub(crate) fn array<'c>(attribute: Attribute<'c>) -> Vec<Attribute<'c>> {
    let array = ArrayAttribute::try_from(attribute).ok();
    array.map(|array| (0..array.len()).filter_map(|i| array.element(i).ok()).collect()).unwrap_or_default()
}

pub(crate) fn text(array: &[Attribute], place: usize) -> String {
    let attribute = array.get(place).filter(|attribute| attribute.to_string() != "\"\"");
    let text = attribute.and_then(|attribute| StringAttribute::try_from(*attribute).ok());
    text.map(|text| text.value().to_owned()).unwrap_or_default()
}

fn number(array: &[Attribute], place: usize) -> u32 {
    let number = array.get(place).and_then(|attribute| IntegerAttribute::try_from(*attribute).ok());
    // What no field can have is refused as such.
    number.and_then(|number| u32::try_from(number.value()).ok()).unwrap_or(u32::MAX)
}

fn enumeration(op: radio::Enum) -> Enumeration {
    let values = array(op.values());
    let pairs = values.chunks(2).map(|pair| (text(pair, 0), number(pair, 1)));
    Enumeration { name: op.sym_name().to_owned(), values: pairs.collect() }
}

fn message(op: radio::Message) -> Message {
    let mut oneofs: Vec<String> = Vec::new();
    let fields = array(op.fields()).into_iter().map(|field| {
        let field = array(field);
        let oneof = Some(text(&field, 5)).filter(|oneof| !oneof.is_empty()).map(|oneof| {
            oneofs.iter().position(|known| *known == oneof).unwrap_or_else(|| {
                oneofs.push(oneof);
                oneofs.len() - 1
            })
        });
        Field { name: text(&field, 0), number: number(&field, 1), kind: kind(&field), oneof }
    });
    let fields = fields.collect();
    Message { name: op.sym_name().to_owned(), fields, oneofs }
}

fn kind(field: &[Attribute]) -> Kind {
    let bits: Vec<BitField> = field
        .get(6)
        .map(|bits| array(*bits))
        .unwrap_or_default()
        .chunks(2)
        .map(|pair| {
            let (name, kind) = (text(pair, 0), text(pair, 1));
            let is_signed = kind.starts_with('s');
            let bits = kind.strip_prefix(['u', 's']).and_then(|bits| bits.parse().ok()).unwrap_or(0);
            BitField { name, bits, is_signed }
        })
        .collect();
    match text(field, 2).as_str() {
        "uint32" => Kind::Uint32,
        "sint32" => Kind::Sint32,
        "fixed32" if bits.is_empty() => Kind::Fixed32,
        "fixed32" => Kind::Packed32(bits),
        "fixed64" if bits.is_empty() => Kind::Fixed64,
        "fixed64" => Kind::Packed64(bits),
        "bool" => Kind::Bool,
        "bytes" => Kind::Bytes { max: number(field, 4) as usize },
        "enum" => Kind::Enum(text(field, 3)),
        "message" => Kind::Message(text(field, 3)),
        // No schema has a message of this name.
        other => Kind::Message(other.to_owned()),
    }
}

/// A field that an op names: the fields on the way to it, from the message on, and which of its bit fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub way: Vec<usize>,
    pub bits: Option<usize>,
}

impl Place {
    /// The place of a path such as `update.transition.x`.
    pub fn of(schema: &Schema, message: &str, path: &str) -> Option<Self> {
        let mut message = schema.message(message)?;
        let mut way = Vec::new();
        let mut names = path.split('.');
        while let Some(name) = names.next() {
            let place = message.fields.iter().position(|field| field.name == name)?;
            way.push(place);
            match &message.fields[place].kind {
                Kind::Message(inner) => message = schema.nested(inner),
                Kind::Packed32(bits) | Kind::Packed64(bits) => {
                    let bits = match names.next() {
                        Some(name) => Some(bits.iter().position(|part| part.name == name)?),
                        None => None,
                    };
                    let place = Self { way, bits };
                    return names.next().is_none().then_some(place);
                }
                _ => return names.next().is_none().then_some(Self { way, bits: None }),
            }
        }
        Some(Self { way, bits: None })
    }

    /// The field itself.
    pub fn field<'s>(&self, schema: &'s Schema, message: &str) -> &'s Field {
        let mut message = schema.nested(message);
        let (last, outer) = self.way.split_last().expect("a path has a name at least");
        for place in outer {
            let Kind::Message(inner) = &message.fields[*place].kind else {
                unreachable!("what has fields is a message")
            };
            message = schema.nested(inner);
        }
        &message.fields[*last]
    }
}

/// Messages that may be within a message, itself counted, each as often as there are ways to it; above
/// [`MOST_FRAMES`] not all are counted, as there may be very many.
pub fn frames(schema: &Schema, message: &Message) -> usize {
    fn enter(schema: &Schema, message: &Message, found: &mut usize) {
        *found += 1;
        for field in &message.fields {
            if let Kind::Message(name) = &field.kind
                && *found <= MOST_FRAMES
            {
                enter(schema, schema.nested(name), found);
            }
        }
    }
    let mut found = 0;
    enter(schema, message, &mut found);
    found
}

/// One field as an op names it.
#[derive(Clone, Debug)]
pub struct Named<'c> {
    pub path: String,
    /// The array that holds its bytes, or empty.
    pub array: String,
    /// Whether the op asks if it is there, instead of what it is.
    pub has: bool,
    pub r#type: Type<'c>,
}

/// The fields that an op writes, and their values.
pub fn written<'c: 'a, 'a>(op: OperationRef<'c, 'a>) -> Option<(Vec<Named<'c>>, Vec<Value<'c, 'a>>)> {
    let (fields, arrays, values) = if let Some(op) = radio::Encode::cast(op) {
        (op.fields(), op.arrays(), op.values())
    } else if let Some(op) = radio::Send::cast(op) {
        (op.fields(), op.arrays(), op.values())
    } else {
        let op = radio::Ask::cast(op)?;
        (op.fields(), op.arrays(), op.values())
    };
    let types = values.iter().map(|value| value.r#type()).collect();
    Some((named((fields, arrays), None, types), values))
}

/// The fields that an op reads.
pub fn read<'c: 'a, 'a>(op: OperationRef<'c, 'a>) -> Option<Vec<Named<'c>>> {
    if let Some(decode) = radio::Decode::cast(op) {
        let types = op.results().skip(1).map(|value| value.r#type()).collect();
        return Some(named((decode.fields(), decode.arrays()), Some(decode.presence()), types));
    }
    let handler = radio::OnMessage::cast(op)?;
    let body = op.first_region().and_then(|region| region.first_block());
    let types = body.map(|body| {
        let arguments = (0..body.argument_count()).filter_map(|number| body.argument(number).ok());
        arguments.map(|argument| argument.r#type()).collect()
    });
    let fields = (handler.fields(), handler.arrays());
    Some(named(fields, Some(handler.presence()), types.unwrap_or_default()))
}

/// The paths of a message's key.
pub fn keys(handler: radio::OnMessage) -> Vec<String> {
    let paths = handler.keys().map(array).unwrap_or_default();
    (0..paths.len()).map(|place| text(&paths, place)).collect()
}

fn named<'c>(
    (paths, arrays): (Attribute<'c>, Attribute<'c>),
    presence: Option<Attribute<'c>>,
    types: Vec<Type<'c>>,
) -> Vec<Named<'c>> {
    let (paths, arrays) = (array(paths), array(arrays));
    let presence = presence.and_then(|presence| DenseI32ArrayAttribute::try_from(presence).ok());
    let has = |i| presence.is_some_and(|presence| presence.element(i).is_ok_and(|has| has != 0));
    let one = |(i, r#type)| Named { path: text(&paths, i), array: text(&arrays, i), has: has(i), r#type };
    types.into_iter().enumerate().map(one).collect()
}

/// The bits that a field's value has in a handler.
pub fn held_bits(kind: &Kind) -> u32 {
    match kind {
        Kind::Bool => 1,
        Kind::Fixed64 => 64,
        _ => 32,
    }
}

/// Whether a value's type is that of the field.
pub fn holds(kind: &Kind, named: &Named) -> bool {
    let bits = if named.has { 1 } else { held_bits(kind) };
    integer_bits(named.r#type) == Some(bits)
}
