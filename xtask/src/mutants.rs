//! Mutations of the lowering: each breaks one rule of NUMERICS.md, and the tests' kernels must notice each.
//!
//! All mutations go into one copy of the tree, in `target/mutants/tree`, each behind a switch that the environment sets:
//! one build serves them all. The binary `mutant` then runs, on the host, the kernels that `tests/tests/exact.rs` runs
//! on every target: what it notices there a test notices.

mod advertising;
mod apply;
mod drawing;
mod learning;
mod programs;
mod sharing;
mod speaking;
mod storing;

use crate::steps;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// An expression in place of another.
pub struct Edit {
    /// The text just before the expression; together they are in the file once.
    pub before: &'static str,
    /// The expression. When it is empty, the new text is a statement that goes there.
    pub old: &'static str,
    pub new: &'static str,
}

/// A broken rule.
pub struct Mutation {
    /// The rule, in the words of NUMERICS.md.
    pub rule: &'static str,
    pub edit: Edit,
    /// What else is to change for it.
    pub also: Option<Edit>,
}

/// The mutations of one file.
pub struct Group {
    pub file: &'static str,
    /// The kinds of kernels that may notice, with commas between; the first one is the likeliest.
    pub kinds: &'static str,
    pub mutations: &'static [Mutation],
}

/// A mutation of one expression.
const fn change(rule: &'static str, before: &'static str, old: &'static str, new: &'static str) -> Mutation {
    Mutation { rule, edit: Edit { before, old, new }, also: None }
}

/// All mutations.
fn groups() -> Vec<&'static Group> {
    let all = [
        advertising::GROUPS,
        drawing::GROUPS,
        learning::GROUPS,
        programs::GROUPS,
        sharing::GROUPS,
        speaking::GROUPS,
        storing::GROUPS,
    ];
    all.into_iter().flatten().copied().collect()
}

/// What became of the mutations.
pub struct Found {
    pub killed: usize,
    /// In words, each.
    pub survivors: Vec<String>,
}

/// The longest that one mutation may take: a mutated kernel may run for ever.
const LONGEST: Duration = Duration::from_secs(600);

/// A mutation with its number, which counts from 1 through all groups.
struct Numbered {
    number: usize,
    group: &'static Group,
    mutation: &'static Mutation,
}

/// Builds the mutants, and tries those that `chosen` takes, by file and number.
pub fn run(chosen: &dyn Fn(&str, usize) -> bool) -> Result<Found, String> {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let folder =
        std::path::absolute(Path::new(&target).join("mutants")).map_err(|error| error.to_string())?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    apply::tree(&root, &folder.join("tree"), &groups())?;
    let mut build = steps::cargo(&["build", "-p", "swarm-tests", "--bin", "mutant"]);
    build.current_dir(folder.join("tree")).env("CARGO_TARGET_DIR", folder.join("build"));
    steps::run(&mut build)?;
    let program = folder.join("build/debug/mutant");
    if let Some(how) = noticed(&program, (0, None))? {
        return Err(format!("the kernels that are to notice mutations fail without one: {how}"));
    }
    let waiting: Vec<Numbered> =
        numbered().filter(|mutant| chosen(mutant.group.file, mutant.number)).collect();
    if waiting.is_empty() {
        return Err("no mutation was chosen".into());
    }
    let count = waiting.len();
    let (waiting, survivors) = (Mutex::new(waiting.into_iter()), Mutex::new(Vec::new()));
    let next = || waiting.lock().ok()?.next();
    let work = || -> Result<(), String> {
        while let Some(mutant) = next() {
            let how = noticed(&program, (mutant.number, Some(mutant.group.kinds)))?;
            eprintln!("{}: {}", mutant.shown(), how.as_deref().unwrap_or("SURVIVES"));
            if let (None, Ok(mut survivors)) = (how, survivors.lock()) {
                survivors.push(mutant.shown());
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores()).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a thread panicked")?)
    })?;
    let survivors = survivors.into_inner().map_err(|error| error.to_string())?;
    Ok(Found { killed: count - survivors.len(), survivors })
}

fn numbered() -> impl Iterator<Item = Numbered> {
    let all = groups().into_iter().flat_map(|group| group.mutations.iter().map(move |it| (group, it)));
    all.enumerate().map(|(place, (group, mutation))| Numbered { number: place + 1, group, mutation })
}

impl Numbered {
    fn shown(&self) -> String {
        let file = Path::new(self.group.file).file_name().unwrap_or_default().to_string_lossy();
        let Edit { old, new, .. } = &self.mutation.edit;
        let short = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{} {file} [{}] {} -> {}", self.number, self.mutation.rule, short(old), short(new))
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// How a mutation was noticed, if it was.
fn noticed(program: &PathBuf, (number, kinds): (usize, Option<&str>)) -> Result<Option<String>, String> {
    let mut child = Command::new(program)
        .args(kinds.into_iter().flat_map(|kinds| ["--kinds", kinds]))
        .env("SWARM_MUTANT", number.to_string())
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{} cannot be run: {error}", program.display()))?;
    if !ended(&mut child)? {
        return Ok(Some("it does not end".into()));
    }
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    match serde_json::from_slice::<Value>(&output.stdout) {
        Ok(value) if value["kind"].is_null() => Ok(None),
        Ok(value) => Ok(Some(format!("noticed by {} {}", value["kind"], value["seed"]))),
        Err(_) => Ok(Some(format!("it breaks down, {}", output.status))),
    }
}

/// Waits for a process; one that takes too long is ended.
fn ended(child: &mut Child) -> Result<bool, String> {
    let begun = Instant::now();
    while begun.elapsed() < LONGEST {
        if child.try_wait().map_err(|error| error.to_string())?.is_some() {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().map_err(|error| error.to_string())?;
    child.wait().map_err(|error| error.to_string())?;
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn each_mutation_has_its_place() {
        let wrong: Vec<String> = apply::files(&groups())
            .into_iter()
            .filter_map(|(file, edits)| {
                let text = std::fs::read_to_string(root().join(file)).expect("the file is there");
                apply::mutated(file, &text, &edits).err()
            })
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn each_mutation_is_of_whole_expressions() {
        let is_whole = |text: &str| {
            let mut open = Vec::new();
            for c in text.chars() {
                let is_closed = match c {
                    '(' | '[' | '{' => {
                        open.push(c);
                        true
                    }
                    ')' => open.pop() == Some('('),
                    ']' => open.pop() == Some('['),
                    '}' => open.pop() == Some('{'),
                    _ => true,
                };
                if !is_closed {
                    return false;
                }
            }
            open.is_empty()
        };
        for mutant in numbered() {
            let edits = [Some(&mutant.mutation.edit), mutant.mutation.also.as_ref()];
            for Edit { old, new, .. } in edits.into_iter().flatten() {
                assert!(is_whole(old) && is_whole(new), "{}", mutant.shown());
            }
        }
    }

    #[test]
    fn each_rule_is_one_of_numerics() {
        let page = std::fs::read_to_string(root().join("dialects/NUMERICS.md")).expect("the page is there");
        let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
        let wrong: Vec<String> = numbered()
            .filter(|mutant| !page.contains(mutant.mutation.rule))
            .map(|mutant| mutant.shown())
            .collect();
        assert!(wrong.is_empty(), "NUMERICS.md says no such thing:\n{}", wrong.join("\n"));
    }

    #[test]
    fn each_file_that_computes_is_mutated() {
        for folder in ["compiler/src/lower", "compiler/src/lower/tensors"] {
            for file in std::fs::read_dir(root().join(folder)).expect("the folder is there") {
                let name = format!("{folder}/{}", file.expect("a file").file_name().display());
                // Bytes are put and taken there, and ways that compute the same are chosen: by no rule that could be another.
                if !name.ends_with(".rs") || ["bytes.rs", "aim.rs"].iter().any(|end| name.ends_with(end)) {
                    continue;
                }
                assert!(groups().iter().any(|group| group.file == name), "{name} has no mutation");
            }
        }
    }
}
