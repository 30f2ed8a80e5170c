//! The copy of the tree, with every mutation behind a switch.

use super::{Edit, Group};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The edits of a file, each with its mutation's number.
pub type Edits = Vec<(usize, &'static Edit)>;

/// What stands at the end of a mutated crate: which mutation is switched on.
const SWITCH: &str = r#"
/// Mutations that the environment switches on.
pub mod mutant {
    /// Whether this one is.
    pub fn is(number: usize) -> bool {
        static CHOSEN: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
        *CHOSEN.get_or_init(|| std::env::var("SWARM_MUTANT").ok().and_then(|text| text.parse().ok()).unwrap_or(0)) == number
    }
}
"#;

/// What such a crate begins with: a switch stands in parentheses wherever it is.
const QUIET: &str = "#![allow(unused_parens)]\n";

/// The edits by file.
pub fn files(groups: &[&'static Group]) -> BTreeMap<&'static str, Edits> {
    let mut files: BTreeMap<&str, Edits> = BTreeMap::new();
    let all = groups.iter().flat_map(|group| group.mutations.iter().map(move |mutation| (group, mutation)));
    for (place, (group, mutation)) in all.enumerate() {
        let edits = files.entry(group.file).or_default();
        edits.extend(
            [Some(&mutation.edit), mutation.also.as_ref()].into_iter().flatten().map(|it| (place + 1, it)),
        );
    }
    files
}

/// Brings a copy of the tree up to date, mutations and all. What is as it was keeps its time, so that little is rebuilt.
pub fn tree(root: &Path, copy: &Path, groups: &[&'static Group]) -> Result<(), String> {
    let mut files = files(groups);
    let mut crates: Vec<String> = files.keys().filter_map(|file| crate_root(file)).collect();
    crates.dedup();
    let mut text = |name: &str, text: Vec<u8>| -> Result<Vec<u8>, String> {
        let mut text = match files.remove(name) {
            Some(edits) => mutated(name, &String::from_utf8_lossy(&text), &edits)?.into_bytes(),
            None => text,
        };
        if crates.iter().any(|root| root == name) {
            text = [QUIET.as_bytes(), &text, SWITCH.as_bytes()].concat();
        }
        Ok(text)
    };
    follow((root, copy), Path::new(""), &mut text)?;
    match files.keys().next() {
        Some(file) => Err(format!("there is no {file} to be mutated")),
        None => Ok(()),
    }
}

/// The file that a crate begins with.
fn crate_root(file: &str) -> Option<String> {
    Some(format!("{}src/lib.rs", file.split_once("src/")?.0))
}

type Change<'c> = &'c mut dyn FnMut(&str, Vec<u8>) -> Result<Vec<u8>, String>;

/// Makes a folder of the copy like the original's.
fn follow((root, copy): (&Path, &Path), folder: &Path, change: Change) -> Result<(), String> {
    let wrong = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let (from, to) = (root.join(folder), copy.join(folder));
    fs::create_dir_all(&to).map_err(|error| wrong(&to, error))?;
    let mut names = Vec::new();
    for entry in fs::read_dir(&from).map_err(|error| wrong(&from, error))? {
        let entry = entry.map_err(|error| wrong(&from, error))?;
        let name = entry.file_name();
        if name == "target" || name == ".git" {
            continue;
        }
        let inner = folder.join(&name);
        names.push(name);
        if entry.file_type().map_err(|error| wrong(&inner, error))?.is_dir() {
            follow((root, copy), &inner, change)?;
            continue;
        }
        let (source, target) = (root.join(&inner), copy.join(&inner));
        let text = fs::read(&source).map_err(|error| wrong(&source, error))?;
        let text = change(&inner.to_string_lossy(), text)?;
        if !fs::read(&target).is_ok_and(|old| old == text) {
            fs::write(&target, text).map_err(|error| wrong(&target, error))?;
        }
    }
    for entry in fs::read_dir(&to).map_err(|error| wrong(&to, error))?.flatten() {
        let path = entry.path();
        if !names.contains(&entry.file_name()) {
            let gone = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            gone.map_err(|error| wrong(&path, error))?;
        }
    }
    Ok(())
}

/// An expression, and what is to stand there under which mutation's number.
type Changed<'e> = (&'e str, Vec<(usize, &'e str)>);

/// A file's text with a switch for each mutation.
pub fn mutated(file: &str, text: &str, edits: &Edits) -> Result<String, String> {
    // By place; several mutations may be of one expression.
    let mut places: BTreeMap<usize, Changed> = BTreeMap::new();
    for (number, edit) in edits {
        let whole = format!("{}{}", edit.before, edit.old);
        let found: Vec<usize> = text.match_indices(&whole).map(|(at, _)| at).collect();
        let [at] = found[..] else {
            return Err(format!(
                "{file}: mutation {number} is of a text that is there {} times, not once:\n{whole}\n\
                 when the rule is written otherwise now, give xtask/src/mutants its new text",
                found.len()
            ));
        };
        let place = places.entry(at + edit.before.len()).or_insert((edit.old, Vec::new()));
        if place.0 != edit.old {
            return Err(format!("{file}: mutation {number} overlaps another one at '{}'", edit.old));
        }
        place.1.push((*number, edit.new));
    }
    let (mut out, mut done) = (String::new(), 0);
    for (at, (old, mutations)) in places {
        if at < done {
            return Err(format!("{file}: a mutation overlaps another one at '{old}'"));
        }
        out += &text[done..at];
        out += &switched(old, &mutations);
        done = at + old.len();
    }
    Ok(out + &text[done..])
}

fn switched(old: &str, mutations: &[(usize, &str)]) -> String {
    let cases: Vec<String> =
        mutations.iter().map(|(number, new)| format!("if crate::mutant::is({number}) {{ {new} }}")).collect();
    if old.is_empty() { cases.join(" else ") } else { format!("({} else {{ {old} }})", cases.join(" else ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Edit = Edit { before: "a + ", old: "b", new: "c" };
    const SAME: Edit = Edit { before: "+ ", old: "b", new: "d" };
    const ACROSS: Edit = Edit { before: "", old: "a + b", new: "0" };
    const STATEMENT: Edit = Edit { before: ";", old: "", new: "f();" };

    #[test]
    fn mutations_stand_behind_switches() {
        let text = mutated("x.rs", "g(a + b);", &vec![(1, &ONE), (2, &SAME), (3, &STATEMENT)]);
        let expected = "g(a + (if crate::mutant::is(1) { c } else if crate::mutant::is(2) { d } else { b }));\
                        if crate::mutant::is(3) { f(); }";
        assert_eq!(text, Ok(expected.to_owned()));
    }

    #[test]
    fn a_text_that_is_not_there_once_is_an_error() {
        for text in ["g()", "a + b, a + b"] {
            let error = mutated("x.rs", text, &vec![(7, &ONE)]).expect_err("no place");
            assert!(error.contains("mutation 7") && error.contains("a + b"), "{error}");
        }
        assert!(mutated("x.rs", "a + b", &vec![(1, &ONE), (2, &ACROSS)]).is_err());
    }
}
