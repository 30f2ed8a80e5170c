//! Makes a finding smaller: leaves out lines, then words, as long as it ends the same way.

use super::judge::Case;
use super::mutate::tokens;
use super::supervise::{Counts, one, supervise};
use std::path::Path;
use std::time::{Duration, Instant};

/// Tries at most so often, and so long.
const TRIES: usize = 300;
const TIME: Duration = Duration::from_secs(90);

/// How a text ends by itself, in a worker of its own: the signature of what is wrong, if anything is.
pub fn ends(case: &Case, scratch: &Path) -> Option<String> {
    std::fs::write(scratch, &case.text).ok()?;
    let until = Instant::now() + Duration::from_secs(3600);
    let (_, findings) = supervise(&one(scratch, case), (0, until), &mut Counts::default()).ok()?;
    findings.into_iter().next().map(|finding| finding.signature)
}

/// A smaller input that ends the same way; none when the input alone does not end so.
pub fn minimise(case: &Case, scratch: &Path) -> Option<(Case, String)> {
    let signature = ends(case, scratch)?;
    let mut smallest = case.clone();
    let begun = Instant::now();
    let mut tries = 0;
    for by_words in [false, true] {
        let parts = |text: &str| -> Vec<String> {
            if by_words {
                tokens(text).into_iter().map(str::to_owned).collect()
            } else {
                text.split_inclusive('\n').map(str::to_owned).collect()
            }
        };
        let mut size = parts(&smallest.text).len().div_ceil(2);
        while size > 0 {
            let mut at = 0;
            loop {
                let mut left = parts(&smallest.text);
                if at >= left.len() || tries >= TRIES || begun.elapsed() >= TIME {
                    break;
                }
                left.drain(at..(at + size).min(left.len()));
                let candidate = Case { text: left.concat(), ..smallest.clone() };
                tries += 1;
                if ends(&candidate, scratch).as_ref() == Some(&signature) {
                    smallest = candidate;
                } else {
                    at += size;
                }
            }
            size /= 2;
        }
    }
    Some((smallest, signature))
}
