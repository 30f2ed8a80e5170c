//! A schema from a `.proto` file.
//!
//! `protox` parses and checks it as protoc would. Imports are taken as empty files: a schema must not need their types.
//! What proto3 cannot say stands in a comment at the field: `// swarm: at most 16 bytes`, `// swarm: bits x 10, reward s8`.

mod note;

use crate::{Enumeration, Field, Kind, Message, Schema, SchemaError};
use note::Note;
use protox::file::{File, FileResolver};
use protox::prost_reflect::prost_types::field_descriptor_proto::{Label, Type};
use protox::prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto,
    FileDescriptorProto, SourceCodeInfo,
};

/// The name that diagnostics give the text.
const FILE: &str = "schema.proto";

/// Field numbers within protobuf's own descriptions, by which comments are found.
mod tag {
    pub const MESSAGE: i32 = 4;
    pub const FIELD: i32 = 2;
    pub const NESTED: i32 = 3;
}

/// Reads a file's text. Types that are declared within a message get its name and an underscore before theirs.
///
/// # Errors
/// When protoc would refuse it, or a schema cannot say what it says.
pub fn import(text: &str) -> Result<Schema, SchemaError> {
    let file = parse(text)?;
    if file.syntax() != "proto3" {
        return Err(SchemaError::Unsupported { place: "the file".to_owned(), what: "not proto3" });
    }
    let comments = file.source_code_info.clone().unwrap_or_default();
    let prefix = if file.package().is_empty() { ".".to_owned() } else { format!(".{}.", file.package()) };
    let mut reader = Reader { comments: &comments, prefix, messages: Vec::new(), enums: Vec::new() };
    for declared in &file.enum_type {
        reader.enumeration("", declared)?;
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

fn parse(text: &str) -> Result<FileDescriptorProto, SchemaError> {
    let mut compiler = protox::Compiler::with_file_resolver(OneFile(text.to_owned()));
    compiler.include_source_info(true);
    compiler.open_file(FILE).map_err(|error| SchemaError::Syntax { reason: error.to_string() })?;
    let set = compiler.file_descriptor_set();
    set.file
        .into_iter()
        .find(|file| file.name() == FILE)
        .ok_or_else(|| SchemaError::Syntax { reason: "the parser gave nothing".to_owned() })
}

struct Reader<'a> {
    comments: &'a SourceCodeInfo,
    /// Before every type's full name.
    prefix: String,
    messages: Vec<Message>,
    enums: Vec<Enumeration>,
}

impl Reader<'_> {
    fn enumeration(&mut self, outer: &str, declared: &EnumDescriptorProto) -> Result<(), SchemaError> {
        let name = format!("{outer}{}", declared.name());
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
        for nested in &declared.enum_type {
            self.enumeration(&inner, nested)?;
        }
        for (place, nested) in declared.nested_type.iter().enumerate() {
            let path = [path, &[tag::NESTED, index(place)]].concat();
            self.message(&inner, nested, &path)?;
        }
        let mut fields = Vec::new();
        for (place, field) in declared.field.iter().enumerate() {
            let path = [path, &[tag::FIELD, index(place)]].concat();
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
