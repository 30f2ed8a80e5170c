//! A schema from a `.proto` file.
//!
//! `protox` parses and checks it as protoc would. Imports are taken as empty files: a schema must not need their types.
//! What proto3 cannot say stands in a comment at the field: `// swarm: at most 16 bytes`, `// swarm: bits x 10, reward s8`.

mod note;
mod place;

use crate::{Enumeration, Field, Kind, Message, Schema, SchemaError};
use miette::Diagnostic;
use note::Note;
pub use place::Places;
use protox::file::{File, FileResolver};
use protox::prost_reflect::prost_types::field_descriptor_proto::{Label, Type};
use protox::prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto,
    FileDescriptorProto, SourceCodeInfo,
};
use std::fmt;
use std::ops::Range;

/// The name that diagnostics give the text.
const FILE: &str = "schema.proto";

/// Field numbers within protobuf's own descriptions, by which comments are found.
mod tag {
    pub const MESSAGE: i32 = 4;
    pub const ENUM: i32 = 5;
    pub const SYNTAX: i32 = 12;
    pub const FIELD: i32 = 2;
    pub const NESTED: i32 = 3;
    pub const NESTED_ENUM: i32 = 4;
    pub const ONEOF: i32 = 8;
    pub const VALUE: i32 = 2;
}

/// Why a file is no schema, and where: the bytes of its text that are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    pub error: SchemaError,
    pub place: Option<Range<usize>>,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for ImportError {}

/// Reads a file's text. Types that are declared within a message get its name and an underscore before theirs.
///
/// # Errors
/// When protoc would refuse it, or a schema cannot say what it says.
pub fn import(text: &str) -> Result<Schema, ImportError> {
    import_placed(text).map(|(schema, _)| schema)
}

/// The same, with the places of what is declared.
///
/// # Errors
/// As above.
pub fn import_placed(text: &str) -> Result<(Schema, Places), ImportError> {
    let file = parse(text)?;
    let mut places = Places::new(text, file.source_code_info.as_ref());
    if file.syntax() != "proto3" {
        let error = SchemaError::Unsupported { place: "the file".to_owned(), what: "not proto3" };
        return Err(ImportError { error, place: places.at(&[tag::SYNTAX]) });
    }
    match read(&file, &mut places) {
        Ok(schema) => Ok((schema, places)),
        Err(error) => Err(ImportError { place: places.of(&error), error }),
    }
}

fn read(file: &FileDescriptorProto, places: &mut Places) -> Result<Schema, SchemaError> {
    let comments = file.source_code_info.clone().unwrap_or_default();
    let prefix = if file.package().is_empty() { ".".to_owned() } else { format!(".{}.", file.package()) };
    let mut reader = Reader { comments: &comments, prefix, places, messages: Vec::new(), enums: Vec::new() };
    for (place, declared) in file.enum_type.iter().enumerate() {
        reader.enumeration("", declared, &[tag::ENUM, index(place)])?;
    }
    for (place, declared) in file.message_type.iter().enumerate() {
        reader.message("", declared, &[tag::MESSAGE, index(place)])?;
    }
    Schema::new(file.package().to_owned(), reader.messages, reader.enums)
}

/// The file itself, and an empty one for each that it imports.
struct OneFile(String);

impl FileResolver for OneFile {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        File::from_source(name, if name == FILE { &self.0 } else { "syntax = \"proto3\";" })
    }
}

fn parse(text: &str) -> Result<FileDescriptorProto, ImportError> {
    let mut compiler = protox::Compiler::with_file_resolver(OneFile(text.to_owned()));
    compiler.include_source_info(true);
    compiler.open_file(FILE).map_err(|error| {
        let label = error.labels().and_then(|mut labels| labels.next());
        // What is missing at the end of the file has no label.
        let last = text.trim_end().char_indices().next_back().map(|(at, c)| at..at + c.len_utf8());
        let place = label.map(|label| label.offset()..label.offset() + label.len()).or(last);
        // `schema.proto:3:5: ...`: the place is shown with the text itself.
        let said = error.to_string();
        let reason =
            said.strip_prefix(FILE).map(|said| said.trim_start_matches(|c: char| ":0123456789 ".contains(c)));
        let reason = reason.unwrap_or(&said).to_owned();
        ImportError { error: SchemaError::Syntax { reason }, place }
    })?;
    let set = compiler.file_descriptor_set();
    set.file.into_iter().find(|file| file.name() == FILE).ok_or_else(|| ImportError {
        error: SchemaError::Syntax { reason: "the parser gave nothing".to_owned() },
        place: None,
    })
}

struct Reader<'a> {
    comments: &'a SourceCodeInfo,
    /// Before every type's full name.
    prefix: String,
    places: &'a mut Places,
    messages: Vec<Message>,
    enums: Vec<Enumeration>,
}

impl Reader<'_> {
    fn enumeration(
        &mut self,
        outer: &str,
        declared: &EnumDescriptorProto,
        path: &[i32],
    ) -> Result<(), SchemaError> {
        let name = format!("{outer}{}", declared.name());
        self.places.add(name.clone(), path);
        for (place, value) in declared.value.iter().enumerate() {
            self.places
                .add(format!("{name}.{}", value.name()), &[path, &[tag::VALUE, index(place)]].concat());
        }
        let value = |value: &EnumValueDescriptorProto| {
            let number = u32::try_from(value.number()).map_err(|_| SchemaError::Unsupported {
                place: format!("{name}.{}", value.name()),
                what: "a negative value, of ten bytes",
            })?;
            Ok((value.name().to_owned(), number))
        };
        let values = declared.value.iter().map(value).collect::<Result<_, _>>()?;
        self.enums.push(Enumeration { name, values });
        Ok(())
    }

    fn message(&mut self, outer: &str, declared: &DescriptorProto, path: &[i32]) -> Result<(), SchemaError> {
        let name = format!("{outer}{}", declared.name());
        let inner = format!("{name}_");
        self.places.add(name.clone(), path);
        for (place, nested) in declared.enum_type.iter().enumerate() {
            self.enumeration(&inner, nested, &[path, &[tag::NESTED_ENUM, index(place)]].concat())?;
        }
        for (place, oneof) in declared.oneof_decl.iter().enumerate() {
            self.places
                .add(format!("{name}.{}", oneof.name()), &[path, &[tag::ONEOF, index(place)]].concat());
        }
        for (place, nested) in declared.nested_type.iter().enumerate() {
            let path = [path, &[tag::NESTED, index(place)]].concat();
            self.message(&inner, nested, &path)?;
        }
        let mut fields = Vec::new();
        for (place, field) in declared.field.iter().enumerate() {
            let path = [path, &[tag::FIELD, index(place)]].concat();
            self.places.add(format!("{name}.{}", field.name()), &path);
            fields.push(self.field(&name, field, &path)?);
        }
        let oneofs = declared.oneof_decl.iter().map(|oneof| oneof.name().to_owned()).collect();
        self.messages.push(Message { name, fields, oneofs });
        Ok(())
    }

    fn field(
        &self,
        message: &str,
        declared: &FieldDescriptorProto,
        path: &[i32],
    ) -> Result<Field, SchemaError> {
        let place = format!("{message}.{}", declared.name());
        if declared.label() == Label::Repeated {
            return Err(SchemaError::Unsupported { place, what: "repeated" });
        }
        if declared.proto3_optional() {
            return Err(SchemaError::Unsupported { place, what: "optional" });
        }
        let note = Note::read(&self.comment(path), &place)?;
        let kind = match (declared.r#type(), note) {
            (Type::Fixed32, Some(Note::Bits(parts))) => Kind::Packed32(parts),
            (Type::Fixed64, Some(Note::Bits(parts))) => Kind::Packed64(parts),
            (Type::Bytes, Some(Note::AtMost(max))) => Kind::Bytes { max },
            (Type::Bytes, None) => return Err(SchemaError::Unbounded { place }),
            (_, Some(_)) => {
                return Err(SchemaError::Note { place, reason: "it is for another type".to_owned() });
            }
            (Type::Uint32, None) => Kind::Uint32,
            (Type::Sint32, None) => Kind::Sint32,
            (Type::Fixed32, None) => Kind::Fixed32,
            (Type::Fixed64, None) => Kind::Fixed64,
            (Type::Bool, None) => Kind::Bool,
            (Type::Enum, None) => Kind::Enum(self.type_name(declared)),
            (Type::Message, None) => Kind::Message(self.type_name(declared)),
            (other, None) => return Err(SchemaError::Unsupported { place, what: type_text(other) }),
        };
        let number = u32::try_from(declared.number()).unwrap_or(0);
        let oneof = declared.oneof_index.and_then(|oneof| usize::try_from(oneof).ok());
        Ok(Field { name: declared.name().to_owned(), number, kind, oneof })
    }

    /// Without the package, and flat.
    fn type_name(&self, declared: &FieldDescriptorProto) -> String {
        let name = declared.type_name();
        name.strip_prefix(&self.prefix).unwrap_or(name).replace('.', "_")
    }

    fn comment(&self, path: &[i32]) -> String {
        let location = self.comments.location.iter().find(|location| location.path == path);
        location.map_or_else(String::new, |location| {
            format!("{}\n{}", location.leading_comments(), location.trailing_comments())
        })
    }
}

fn index(place: usize) -> i32 {
    i32::try_from(place).expect("a file has fewer declarations")
}

const fn type_text(other: Type) -> &'static str {
    match other {
        Type::String => "a string",
        Type::Double | Type::Float => "a floating-point number",
        Type::Int32 => "an int32 (of ten bytes where negative)",
        Type::Int64 | Type::Uint64 | Type::Sint64 => "a 64-bit varint",
        Type::Sfixed32 => "an sfixed32 (a fixed32 with one signed bit field does it)",
        Type::Sfixed64 => "an sfixed64",
        Type::Group => "a group",
        _ => "a type",
    }
}
