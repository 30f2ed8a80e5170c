//! Who hears whom: a shape that the nodes stand in, in their order, or pairs of their numbers.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::error::{HarnessError, Source};

/// The links of a network; a link goes both ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Links {
    /// Everybody hears everybody.
    Full,
    /// Each hears the one before it and the one after it.
    Line,
    /// As a line whose ends hear each other.
    Ring,
    /// Rows as long as there are rows, the last one perhaps shorter; each hears those beside, above and below it.
    Grid,
    Pairs(Pairs),
}

/// Pairs of nodes, and the text that they stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairs {
    pub file: String,
    pub text: String,
    /// The numbers of two nodes, and where in the text.
    pub pairs: Vec<([u32; 2], Range<usize>)>,
}

impl Links {
    /// The shapes by their words.
    pub const SHAPES: [(&str, Self); 4] =
        [("full", Self::Full), ("line", Self::Line), ("ring", Self::Ring), ("grid", Self::Grid)];

    /// The shape of that word.
    pub fn shape(word: &str) -> Option<Self> {
        Self::SHAPES.into_iter().find(|(known, _)| *known == word).map(|(_, links)| links)
    }

    /// For each node of these numbers the places of those that hear it, in order.
    ///
    /// # Errors
    /// `network::link`: a pair names a node that there is not.
    pub fn neighbours(&self, node_ids: &[u32]) -> Result<Vec<Vec<usize>>, HarnessError> {
        let count = node_ids.len();
        let mut neighbours = vec![Vec::new(); count];
        let mut link = |one: usize, other: usize| {
            neighbours[one].push(other);
            neighbours[other].push(one);
        };
        match self {
            Self::Full => {
                (0..count).for_each(|one| (one + 1..count).for_each(|other| link(one, other)));
            }
            Self::Line => (1..count).for_each(|node| link(node - 1, node)),
            Self::Ring => {
                (1..count).for_each(|node| link(node - 1, node));
                if count > 2 {
                    link(0, count - 1);
                }
            }
            Self::Grid => {
                let width = (1..).find(|width| width * width >= count).unwrap_or(1);
                for node in 0..count {
                    if (node + 1) % width != 0 && node + 1 < count {
                        link(node, node + 1);
                    }
                    if node + width < count {
                        link(node, node + width);
                    }
                }
            }
            Self::Pairs(pairs) => {
                let places: BTreeMap<u32, usize> = node_ids.iter().copied().zip(0..).collect();
                for (numbers, span) in &pairs.pairs {
                    let place = |number: u32| {
                        places.get(&number).copied().ok_or_else(|| pairs.unknown(number, (span, node_ids)))
                    };
                    link(place(numbers[0])?, place(numbers[1])?);
                }
            }
        }
        neighbours.iter_mut().for_each(|others| others.sort_unstable());
        Ok(neighbours)
    }
}

impl Pairs {
    fn unknown(&self, number: u32, (span, node_ids): (&Range<usize>, &[u32])) -> HarnessError {
        let first = node_ids.first().copied().unwrap_or(1);
        let last = node_ids.last().copied().unwrap_or(first);
        HarnessError::new("network::link", format!("there is no node {number}"))
            .at(&Source { file: &self.file, text: &self.text }, span.clone())
            .help(format!(
                "the nodes are {first} to {last}: `--nodes` says how many, `--node-id` where they begin"
            ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(links: &Links, count: u32) -> Vec<Vec<usize>> {
        let node_ids: Vec<u32> = (1..=count).collect();
        links.neighbours(&node_ids).expect("good links")
    }

    #[test]
    fn shapes_link_whom_they_say() {
        assert_eq!(of(&Links::Full, 3), [vec![1, 2], vec![0, 2], vec![0, 1]]);
        assert_eq!(of(&Links::Line, 3), [vec![1], vec![0, 2], vec![1]]);
        assert_eq!(of(&Links::Ring, 4), [vec![1, 3], vec![0, 2], vec![1, 3], vec![0, 2]]);
        // 0 1 2
        // 3 4 5
        // 6
        let grid = [vec![1, 3], vec![0, 2, 4], vec![1, 5], vec![0, 4, 6], vec![1, 3, 5], vec![2, 4], vec![3]];
        assert_eq!(of(&Links::Grid, 7), grid);
        for (word, links) in Links::SHAPES {
            assert_eq!(Links::shape(word), Some(links.clone()));
            assert_eq!((of(&links, 1), of(&links, 2)), (vec![vec![]], vec![vec![1], vec![0]]), "{word}");
        }
        assert_eq!(Links::shape("star"), None);
    }

    #[test]
    fn pairs_are_of_numbers() {
        let pairs = |numbers: &[[u32; 2]]| {
            let pairs = numbers.iter().map(|pair| (*pair, 2..5)).collect();
            Links::Pairs(Pairs { file: "w.toml".into(), text: "abcdefg".into(), pairs })
        };
        let star = pairs(&[[7, 5], [5, 6]]);
        assert_eq!(star.neighbours(&[5, 6, 7]).expect("good"), [vec![1, 2], vec![0], vec![0]]);
        let error = pairs(&[[5, 6], [6, 9]]).neighbours(&[5, 6, 7]).expect_err("no node 9");
        assert_eq!((error.code, error.message.as_str()), ("network::link", "there is no node 9"));
        assert!(error.help.starts_with("the nodes are 5 to 7"), "{error}");
        assert_eq!(error.label.map(|label| label.span), Some(2..5));
    }
}
