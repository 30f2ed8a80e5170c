//! The links of a world's nodes, checked: a shape, or pairs of their numbers.

use serde::Deserialize;
use toml::Spanned;

use super::bounded;
use crate::error::{HarnessError, Source};
use crate::network::links::{Links, Pairs};

/// Two nodes that hear each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkTable {
    /// A list of any length: one of two would leave what is behind them unread.
    nodes: Spanned<Vec<Spanned<i64>>>,
}

/// What the key `links` and the tables `[[link]]` say; `None`: nothing.
pub fn read(
    source: &Source<'_>,
    shape: Option<&Spanned<String>>,
    tables: &[Spanned<LinkTable>],
) -> Result<Option<Links>, HarnessError> {
    if let (Some(shape), Some(_)) = (shape, tables.first()) {
        let message = "the links are a shape or pairs, not both";
        return Err(HarnessError::new("world::links_twice", message)
            .at(source, shape.span())
            .help("remove `links`, or all [[link]]"));
    }
    if let Some(word) = shape {
        let links = Links::shape(word.get_ref()).ok_or_else(|| {
            let known = Links::SHAPES.map(|(known, _)| format!("{known:?}")).join(", ");
            HarnessError::new("world::links", format!("links is {:?}", word.get_ref()))
                .at(source, word.span())
                .help(format!(
                    "a shape is one of {known}; other nets are pairs: [[link]] with nodes = [1, 2]"
                ))
        })?;
        return Ok(Some(links));
    }
    let mut pairs: Vec<([u32; 2], std::ops::Range<usize>)> = Vec::with_capacity(tables.len());
    for table in tables {
        let nodes = &table.get_ref().nodes;
        let pair = pair(source, nodes)?;
        if pairs.iter().any(|(other, _)| *other == pair || *other == [pair[1], pair[0]]) {
            let message = format!("the nodes {} and {} are linked already", pair[0], pair[1]);
            return Err(HarnessError::new("world::link_twice", message)
                .at(source, nodes.span())
                .help("a link goes both ways: remove one of the two"));
        }
        pairs.push((pair, nodes.span()));
    }
    let (file, text) = (source.file.to_string(), source.text.to_string());
    Ok((!pairs.is_empty()).then_some(Links::Pairs(Pairs { file, text, pairs })))
}

fn pair(source: &Source<'_>, nodes: &Spanned<Vec<Spanned<i64>>>) -> Result<[u32; 2], HarnessError> {
    let wrong = |message: String, help: &str| {
        HarnessError::new("world::link", message).at(source, nodes.span()).help(help)
    };
    let [one, other] = nodes.get_ref().as_slice() else {
        let message = format!("a link of {} nodes", nodes.get_ref().len());
        return Err(wrong(message, "a link is between two: nodes = [1, 2]"));
    };
    let number = |node| bounded(source, "a node", node, 0..=u32::MAX.into()).map(|number| number as u32);
    let pair = [number(one)?, number(other)?];
    if pair[0] == pair[1] {
        return Err(wrong(
            format!("a link of node {} with itself", pair[0]),
            "name another node, or remove it",
        ));
    }
    Ok(pair)
}
