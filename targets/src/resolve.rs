//! Inheritance: a file over the files that it inherits, nearest first.

use crate::layer::{self, Located, Source, Value};
use crate::nearest::suggestion;
use crate::schema::{self, KEYS, Need};
use crate::{Board, TargetError};
use std::collections::BTreeMap;
use std::rc::Rc;

/// All values of a board by their number in `schema::KEYS`, each with the place that it comes from.
#[derive(Debug)]
pub(crate) struct Merged {
    /// The board's own file.
    pub own: Rc<Source>,
    values: BTreeMap<usize, Located>,
}

/// The files that can be inherited.
pub(crate) struct Library<'a> {
    pub find: &'a dyn Fn(&str) -> Option<Source>,
    pub names: &'a [&'a str],
}

impl Merged {
    /// A file with everything that it inherits.
    pub fn new(own: Source, library: &Library) -> Result<Self, TargetError> {
        let own = Rc::new(own);
        let mut merged = Self { own: own.clone(), values: BTreeMap::new() };
        let mut seen = vec![own.file.clone()];
        let mut next = Some(own);
        while let Some(source) = next.take() {
            let layer = layer::parse(&source)?;
            for (key, value) in layer.values {
                merged.values.entry(key).or_insert(value);
            }
            let Some(parent) = layer.inherits else { continue };
            let Value::Text(name) = &parent.value else { continue };
            let fail = |code, message, help| {
                Err(TargetError { code, message, label: source.label(parent.span.clone()), help })
            };
            let Some(found) = (library.find)(name) else {
                let message = format!("there is no board, chip or core called '{name}' to inherit");
                return fail("board-inherits", message, suggestion(name, library.names));
            };
            if seen.contains(&found.file) {
                let message =
                    format!("'{name}' is inherited in a circle: {} -> {}", seen.join(" -> "), found.file);
                return fail("board-inherits-itself", message, "inherit another chip, or none".into());
            }
            seen.push(found.file.clone());
            next = Some(Rc::new(found));
        }
        merged.complete()?;
        Ok(merged)
    }

    /// A key's value and place, if the board has it.
    pub fn get(&self, path: &str) -> Option<&Located> {
        self.values.get(&schema::position(path)?)
    }

    /// Every value, in the order of the schema.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Located)> {
        self.values.iter().map(|(key, value)| (KEYS[*key].path, value))
    }

    /// An error at the place of a key's value: of the first key that the board's own file has, for that is what
    /// its author can change; else of the first one; or at the top of the file when the board has none of them.
    pub fn error(&self, code: &'static str, paths: &[&str], message: String) -> TargetError {
        let located: Vec<&Located> = paths.iter().filter_map(|path| self.get(path)).collect();
        let own = located.iter().find(|located| Rc::ptr_eq(&located.source, &self.own));
        let label = match own.or(located.first()) {
            Some(located) => located.source.label(located.span.clone()),
            None => self.own.label(0..self.own.text.lines().next().map_or(0, str::len)),
        };
        TargetError { code, message, label, help: String::new() }
    }

    /// The board as a struct.
    pub fn board(&self, name: &str) -> Result<Board, TargetError> {
        let mut root = toml::Table::new();
        root.insert("name".into(), name.into());
        for (path, located) in self.iter() {
            let value = match &located.value {
                Value::Text(text) => text.as_str().into(),
                Value::Number(number) | Value::Count(number) => i64::from(*number).into(),
                Value::Texts(texts) => toml::Value::from(texts.clone()),
            };
            match path.split_once('.') {
                Some((section, key)) => {
                    let section = root.entry(section).or_insert_with(|| toml::Table::new().into());
                    if let toml::Value::Table(section) = section {
                        section.insert(key.into(), value);
                    }
                }
                None => {
                    root.insert(path.into(), value);
                }
            }
        }
        root.try_into().map_err(|error: toml::de::Error| {
            // The schema has let something through that the struct has no place for: our mistake.
            let mut fault = self.error("board-internal", &[], format!("board '{name}': {}", error.message()));
            fault.help = "this is a mistake in swarmc itself: please report it with the file".into();
            fault
        })
    }

    /// Refuses a board that lacks a value.
    fn complete(&self) -> Result<(), TargetError> {
        for (position, key) in KEYS.iter().enumerate() {
            let section = schema::section(key.path);
            let begun = || self.iter().any(|(path, _)| section.is_some() && schema::section(path) == section);
            let needed = match key.need {
                Need::Always => true,
                Need::WithSection => begun(),
                Need::Never => false,
            };
            if needed && !self.values.contains_key(&position) {
                let mut error =
                    self.error("board-incomplete", &[key.path], format!("the board has no '{}'", key.path));
                error.help = "give it in this file, or inherit a board or chip that has it".into();
                return Err(error);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_refused() {
        let find = |name: &str| {
            let parent = if name == "a" { "b" } else { "a" };
            Some(Source { file: format!("{name}.toml"), text: format!("inherits = \"{parent}\"").into() })
        };
        let own = Source { file: "mine.toml".into(), text: "inherits = \"a\"".into() };
        let error = Merged::new(own, &Library { find: &find, names: &[] }).unwrap_err();
        assert_eq!(error.code, "board-inherits-itself");
        assert!(error.message.ends_with("mine.toml -> a.toml -> b.toml -> a.toml"), "{}", error.message);
    }
}
