//! What a comment says of a field beyond proto3.

use crate::{BitField, SchemaError};

/// A line `swarm: ...` of a comment.
pub enum Note {
    /// `at most 16 bytes`
    AtMost(usize),
    /// `bits x 10, reward s8`, least significant first.
    Bits(Vec<BitField>),
}

impl Note {
    /// The note among a field's comments.
    pub fn read(comment: &str, place: &str) -> Result<Option<Self>, SchemaError> {
        let Some(text) = comment.lines().find_map(|line| line.trim().strip_prefix("swarm:")) else {
            return Ok(None);
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        let note = match words[..] {
            ["at", "most", count, "bytes" | "byte"] => {
                // As wide as a length on the wire.
                count.parse::<u32>().ok().map(|count| Self::AtMost(count as usize))
            }
            ["bits", ..] => {
                let list = text.trim_start().trim_start_matches("bits");
                list.split(',').map(part).collect::<Option<_>>().map(Self::Bits)
            }
            _ => None,
        };
        match note {
            Some(note) => Ok(Some(note)),
            None => Err(SchemaError::Note {
                place: place.to_owned(),
                reason: format!("'{}' is neither 'at most N bytes' nor 'bits NAME N, NAME sN'", text.trim()),
            }),
        }
    }
}

fn part(text: &str) -> Option<BitField> {
    let mut words = text.split_whitespace();
    let (name, bits) = (words.next()?, words.next()?);
    let (is_signed, bits) = match bits.strip_prefix('s') {
        Some(bits) => (true, bits),
        None => (false, bits),
    };
    let bits = bits.parse().ok()?;
    words.next().is_none().then(|| BitField { name: name.to_owned(), bits, is_signed })
}
