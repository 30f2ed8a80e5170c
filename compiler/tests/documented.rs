//! Commands work as they are written: those of README.md, of the examples' pages, and of each `--help`.
//!
//! What is run: each line of a block of shell code that begins with `swarmc`. Lines that begin with `cargo` are left
//! out: they install, build, test and measure for minutes, and this test is one of what they run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Seconds that one command may take, in a debug build on a machine that has other work, too.
const MOST_SECONDS: &str = "300";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// A folder that looks like the repository to somebody who types its commands.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(root().join("examples"), folder.path().join("examples")).expect("a link");
    // The board of one's own that targets/README.md shows.
    let board = read(&root().join("targets/README.md"));
    let lines = board.lines().skip_while(|line| !line.starts_with("    "));
    let lines = lines.take_while(|line| line.starts_with("    ") || line.is_empty());
    let lines: Vec<&str> = lines.map(str::trim).collect();
    assert!(lines.len() > 2, "targets/README.md shows a board");
    std::fs::write(folder.path().join("my.toml"), lines.join("\n")).expect("the folder takes files");
    folder
}

/// What a shell makes of a command, with our `swarmc` before all others.
fn shell(command: &str, folder: &Path) -> Output {
    let ours = Path::new(env!("CARGO_BIN_EXE_swarmc")).parent().expect("the program is in a folder");
    let path = format!("{}:{}", ours.display(), std::env::var("PATH").unwrap_or_default());
    Command::new("timeout")
        .args([MOST_SECONDS, "bash", "-e", "-o", "pipefail", "-c", command])
        .current_dir(folder)
        .env("PATH", path)
        .env("HOME", folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("bash starts")
}

/// Runs commands in their order, and what they say that one should try next.
fn must_work(whose: &str, commands: &[String]) {
    assert!(!commands.is_empty(), "{whose} has no commands");
    let folder = folder();
    for command in commands {
        let output = shell(command, folder.path());
        let (said, wrong) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{whose}: {command}: {}\n{said}{wrong}", output.status);
        for next in said.split("try `").skip(1).filter_map(|rest| rest.split('`').next()) {
            must_work_in(&format!("{whose}: {command}"), next, folder.path());
        }
    }
}

fn must_work_in(whose: &str, command: &str, folder: &Path) {
    let output = shell(command, folder);
    assert!(output.status.success(), "{whose}: {command}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The commands of a page's blocks of shell code.
fn commands(page: &Path) -> Vec<String> {
    let text = read(page);
    let mut found = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_block = line == "```sh";
        } else if in_block && line.starts_with("swarmc ") {
            found.push(line.to_owned());
        } else if in_block {
            assert!(line.starts_with("cargo "), "{}: who runs `{line}`?", page.display());
        }
    }
    found
}

/// Help, and the commands after the word `Example` in it; long ones go over several lines.
fn help(arguments: &str) -> (String, Vec<String>) {
    let output = shell(&format!("swarmc {arguments} --help"), &root());
    assert!(output.status.success(), "swarmc {arguments} --help");
    let text = String::from_utf8(output.stdout).expect("help is UTF-8");
    let mut found: Vec<String> = Vec::new();
    for line in text.lines().skip_while(|line| !line.starts_with("Example")).skip(1).map(str::trim) {
        match found.last_mut() {
            Some(command) if !line.starts_with("swarmc ") && !line.starts_with(". ") => {
                *command += &format!(" {line}");
            }
            _ => found.push(line.to_owned()),
        }
    }
    (text, found)
}

#[test]
fn the_readme_works_as_it_is_written() {
    let commands = commands(&root().join("README.md"));
    assert!(commands.len() > 8, "{commands:?}");
    must_work("README.md", &commands);
}

#[test]
fn the_pages_of_the_examples_work_as_they_are_written() {
    let examples = std::fs::read_dir(root().join("examples")).expect("the examples");
    let mut folders: Vec<PathBuf> = examples.map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    assert!(folders.len() > 6, "{folders:?}");
    for folder in folders {
        let page = folder.join("README.md");
        must_work(&page.display().to_string(), &commands(&page));
    }
}

#[test]
fn the_examples_of_each_help_work_as_they_are_written() {
    let (text, mut all) = help("");
    let listed =
        text.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names: Vec<&str> = listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty() && *name != "help").collect();
    assert!(names.contains(&"check") && names.contains(&"completions"), "{names:?}");
    let mut seen = BTreeSet::new();
    for name in names.into_iter().chain(["boards show"]) {
        let (_, examples) = help(name);
        assert!(!examples.is_empty(), "`swarmc {name} --help` shows no example");
        all.extend(examples);
    }
    all.retain(|command| seen.insert(command.clone()));
    must_work("--help", &all);
}

#[test]
fn the_readme_shows_the_example_and_its_size() {
    let readme = read(&root().join("README.md"));
    let shown = readme.split("```mlir\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a kernel");
    let example = read(&root().join("examples/forager/forager.mlir"));
    let code: Vec<&str> = example.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    assert_eq!(shown.lines().collect::<Vec<_>>(), code);
    let folder = folder();
    let build = "swarmc build examples/forager/forager.mlir --board microbit-v1 --json";
    let built = String::from_utf8(shell(build, folder.path()).stdout).expect("JSON is UTF-8");
    let built: serde_json::Value = serde_json::from_str(&built).expect("one document");
    let bytes = |key: &str| built[key].as_u64().unwrap_or_else(|| panic!("{key}: {built}"));
    let state = bytes("state_bytes") as f64 / 1000.0;
    let sentence = format!("in {} bytes of Cortex-M0 code and {state:.1} kB of state", bytes("code_bytes"));
    assert!(readme.contains(&sentence), "README.md does not say: {sentence}");
}

#[test]
fn the_lines_that_help_quotes_are_of_a_kernel() {
    must_work(
        "help",
        &[format!("swarmc check {}", root().join("compiler/src/cli/report/forms.mlir").display())],
    );
}
