//! One file by itself: its keys and values, checked against the schema, each with its place.

use crate::nearest::suggestion;
use crate::schema::{self, KEYS, Shape};
use crate::{Label, TargetError};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file's name, for messages, and its text.
#[derive(Debug)]
pub(crate) struct Source {
    pub file: String,
    pub text: Arc<str>,
}

/// A value that the schema allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Number(u32),
    Count(u32),
    Texts(Vec<String>),
}

/// A value, and where it was written.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    pub value: Value,
    pub source: Rc<Source>,
    pub span: Range<usize>,
}

/// What one file says: values by their number in `schema::KEYS`.
#[derive(Debug)]
pub(crate) struct Layer {
    pub inherits: Option<Located>,
    pub values: BTreeMap<usize, Located>,
}

impl Source {
    pub fn label(&self, span: Range<usize>) -> Option<Label> {
        Some(Label { file: self.file.clone(), text: self.text.clone(), span })
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Text(text) => write!(formatter, "{text:?}"),
            Self::Number(number) => write!(formatter, "{number:#x}"),
            Self::Count(number) => write!(formatter, "{number}"),
            Self::Texts(texts) => write!(formatter, "{texts:?}"),
        }
    }
}

/// Reads a file; the first mistake ends it.
pub(crate) fn parse(source: &Rc<Source>) -> Result<Layer, TargetError> {
    let table = DeTable::parse(&source.text).map_err(|error| TargetError {
        code: "board-syntax",
        message: format!("this is not TOML: {}", error.message().trim()),
        label: source.label(error.span().unwrap_or(0..0)),
        help: "a line is `key = value`, a section `[name]`; texts stand in quotes".into(),
    })?;
    let mut layer = Layer { inherits: None, values: BTreeMap::new() };
    for (key, value) in table.get_ref() {
        let name = key.get_ref().as_ref();
        match value.get_ref() {
            _ if name == "inherits" => layer.inherits = Some(read(source, name, Shape::Text, value)?),
            DeValue::Table(section) if schema::is_section(name) => {
                for (key, value) in section {
                    insert(source, &mut layer, Some(name), (key, value))?;
                }
            }
            _ if schema::is_section(name) => {
                return Err(TargetError {
                    code: "board-value",
                    message: format!("'{name}' is a section, not a value"),
                    label: source.label(value.span()),
                    help: format!(
                        "write [{name}] on a line of its own, and its keys below: {}",
                        listed(Some(name))
                    ),
                });
            }
            _ => insert(source, &mut layer, None, (key, value))?,
        }
    }
    Ok(layer)
}

type Entry<'a, 'i> = (&'a Spanned<toml::de::DeString<'i>>, &'a Spanned<DeValue<'i>>);

fn insert(
    source: &Rc<Source>,
    layer: &mut Layer,
    section: Option<&str>,
    (key, value): Entry,
) -> Result<(), TargetError> {
    let name = key.get_ref().as_ref();
    let path = section.map_or(name.to_owned(), |section| format!("{section}.{name}"));
    let Some(position) = schema::position(&path) else {
        let place = section.map_or(String::new(), |section| format!(" in [{section}]"));
        return Err(TargetError {
            code: "board-unknown-key",
            message: format!("there is no key '{name}'{place}"),
            label: source.label(key.span()),
            help: suggestion(name, &schema::words_in(section)),
        });
    };
    layer.values.insert(position, read(source, &path, KEYS[position].shape, value)?);
    Ok(())
}

fn read(
    source: &Rc<Source>,
    path: &str,
    shape: Shape,
    value: &Spanned<DeValue>,
) -> Result<Located, TargetError> {
    let fail = |code, message: String, help: String| {
        Err(TargetError { code, message, label: source.label(value.span()), help })
    };
    let read = match (shape, value.get_ref()) {
        (Shape::Text, DeValue::String(text)) => Value::Text(text.to_string()),
        (Shape::Word(words), DeValue::String(text)) if words.contains(&text.as_ref()) => {
            Value::Text(text.to_string())
        }
        (Shape::Word(words), DeValue::String(text)) => {
            return fail(
                "board-unknown-word",
                format!("'{path}' cannot be '{text}'"),
                suggestion(text, words),
            );
        }
        (Shape::Number | Shape::Count, DeValue::Integer(number)) => {
            match u32::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) if shape == Shape::Count => Value::Count(number),
                Ok(number) => Value::Number(number),
                Err(_) => {
                    let message = format!("'{path}' cannot be {number}");
                    return fail("board-number", message, "it is a number from 0 to 0xffffffff".into());
                }
            }
        }
        (Shape::Texts, DeValue::Array(items)) => {
            let texts = items.iter().map(|item| match item.get_ref() {
                DeValue::String(text) => Ok(text.to_string()),
                _ => Err(item.span()),
            });
            match texts.collect() {
                Ok(texts) => Value::Texts(texts),
                Err(span) => {
                    let message = format!("'{path}' has an item that is not a text");
                    let help = "put quotes around it".to_owned();
                    return Err(TargetError {
                        code: "board-value",
                        message,
                        label: source.label(span),
                        help,
                    });
                }
            }
        }
        (shape, _) => {
            let (wanted, example) = match shape {
                Shape::Text => ("a text", format!("{path} = \"...\"")),
                Shape::Word(words) => ("a word", format!("{path} = \"{}\"", words[0])),
                Shape::Number => ("a whole number", format!("{path} = 0x1000")),
                Shape::Count => ("a whole number", format!("{path} = 1000")),
                Shape::Texts => ("a list of texts", format!("{path} = [\"...\"]")),
            };
            let help = format!("write for example {example}");
            return fail("board-value", format!("'{path}' is {wanted}"), help);
        }
    };
    Ok(Located { value: read, source: source.clone(), span: value.span() })
}

fn listed(section: Option<&str>) -> String {
    schema::words_in(section).join(", ")
}
