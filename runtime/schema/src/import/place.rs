//! Where in a file's text each declaration stands, by the names that errors give them.

use crate::SchemaError;
use protox::prost_reflect::prost_types::SourceCodeInfo;
use std::ops::Range;

/// The field number of names, within all that has one.
const NAME: i32 = 1;

/// Declarations by names such as `Message.field`, in the order of the file, each with the bytes of its name.
pub struct Places {
    spans: Vec<(Vec<i32>, Range<usize>)>,
    named: Vec<(String, Range<usize>)>,
}

impl Places {
    /// Of a text, as its parser saw it.
    pub(super) fn new(text: &str, info: Option<&SourceCodeInfo>) -> Self {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        let byte = |line: i32, column: i32| {
            let start = usize::try_from(line).ok().and_then(|line| starts.get(line).copied())?;
            let at = (start + usize::try_from(column).ok()?).min(text.len());
            (start..=at).rev().find(|at| text.is_char_boundary(*at))
        };
        let locations = info.map_or(&[][..], |info| &info.location);
        let spans = locations.iter().filter_map(|location| {
            let (line, column, last, end) = match location.span[..] {
                [line, column, end] => (line, column, line, end),
                [line, column, last, end] => (line, column, last, end),
                _ => return None,
            };
            Some((location.path.clone(), byte(line, column)?..byte(last, end)?))
        });
        Self { spans: spans.collect(), named: Vec::new() }
    }

    /// The bytes of what a path leads to.
    pub(super) fn at(&self, path: &[i32]) -> Option<Range<usize>> {
        self.spans.iter().find(|(known, _)| known == path).map(|(_, span)| span.clone())
    }

    /// Notes what stands at a path.
    pub(super) fn add(&mut self, name: String, path: &[i32]) {
        let span = self.at(&[path, &[NAME]].concat()).or_else(|| self.at(path));
        self.named.extend(span.map(|span| (name, span)));
    }

    /// The place that an error is about.
    pub(super) fn of(&self, error: &SchemaError) -> Option<Range<usize>> {
        let (place, what) = error.about();
        let own = what.and_then(|what| {
            let what = what.trim_matches('\'');
            // Of two of one name the second is the one too many.
            self.last(&format!("{place}.{what}")).or_else(|| self.last(what)).or_else(|| {
                let is_value = |name: &str| name.split_once('.').is_some_and(|(_, value)| value == what);
                let among_types = place == "the schema";
                self.named
                    .iter()
                    .rev()
                    .find(|(name, _)| among_types && is_value(name))
                    .map(|(_, span)| span.clone())
            })
        });
        own.or_else(|| self.named(place))
    }

    /// The bytes of a name: a dotted one, or the last part of one.
    pub fn named(&self, name: &str) -> Option<Range<usize>> {
        let is_last = |known: &str| known.rsplit('.').next() == Some(name);
        let part = || self.named.iter().find(|(known, _)| is_last(known)).map(|(_, span)| span.clone());
        self.last(name).or_else(part)
    }

    fn last(&self, name: &str) -> Option<Range<usize>> {
        self.named.iter().rev().find(|(known, _)| known == name).map(|(_, span)| span.clone())
    }
}
