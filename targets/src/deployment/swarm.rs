//! What a deployment says of its nodes together: how many there are, and what they may do all the same.

use super::Source;
use crate::TargetError;
use crate::nearest::suggestion;
use toml::Spanned;

/// What a deployment may allow by name: more of the air for all nodes together than is good.
pub const OVERRIDES: &[&str] = &["swarm-load"];

/// Most nodes of a deployment.
const NODES_MAX: u32 = 10_000;

/// How many nodes there are, where a file says it.
pub(super) fn nodes(source: &Source, written: Option<&Spanned<u32>>) -> Result<Option<u32>, TargetError> {
    let Some(nodes) = written else { return Ok(None) };
    if (1..=NODES_MAX).contains(nodes.get_ref()) {
        return Ok(Some(*nodes.get_ref()));
    }
    let wrong = source.error(nodes.span(), format!("a deployment has no {} nodes", nodes.get_ref()));
    let help = format!("give the number of nodes that hear each other, 1 to {NODES_MAX}");
    Err(TargetError { code: "deploy-nodes", help, ..wrong })
}

/// Percent of the time in which radios receive.
pub(super) fn listen(source: &Source, written: Option<&Spanned<u32>>) -> Result<u32, TargetError> {
    let Some(listen) = written else { return Ok(100) };
    if *listen.get_ref() <= 100 {
        return Ok(*listen.get_ref());
    }
    let wrong = source.error(listen.span(), format!("nobody listens {} % of the time", listen.get_ref()));
    Err(TargetError { code: "deploy-listen", help: "give percent, 0 to 100".into(), ..wrong })
}

/// What a file allows, each a word that there is.
pub(super) fn allowed(
    source: &Source,
    written: Option<&Vec<Spanned<String>>>,
) -> Result<Vec<String>, TargetError> {
    let words = written.map(Vec::as_slice).unwrap_or_default();
    if let Some(unknown) = words.iter().find(|word| !OVERRIDES.contains(&word.get_ref().as_str())) {
        let wrong =
            source.error(unknown.span(), format!("nothing called '{}' can be allowed", unknown.get_ref()));
        let help = suggestion(unknown.get_ref(), OVERRIDES);
        return Err(TargetError { code: "deploy-allow", help, ..wrong });
    }
    Ok(words.iter().map(|word| word.get_ref().clone()).collect())
}
