//! `swarmc build`: one board, all boards, stages beside the image, and warnings.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

fn example(name: &str) -> String {
    root().join(format!("examples/{name}/{name}.mlir")).display().to_string()
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn swarmc(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_swarmc"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    command.output().expect("swarmc starts")
}

/// Standard output and error of a call that must be good.
fn good(folder: &Path, arguments: &[&str]) -> (String, String) {
    let output = swarmc(folder, arguments);
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(output.status.success(), "{arguments:?}: {said}");
    (String::from_utf8(output.stdout).expect("text"), said)
}

/// Names of what a folder holds, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn all_boards_get_what_each_gets_alone() {
    for name in ["forager", "soil_probe"] {
        let folder = folder();
        let (lines, said) = good(folder.path(), &["build", &example(name), "--all", "-o", "all/images"]);
        assert_eq!(said, "");
        let boards = swarm_targets::names();
        assert_eq!(lines.lines().count(), boards.len(), "{lines}");
        let mut files: Vec<String> = boards.iter().map(|board| format!("{name}-{board}.elf")).collect();
        for (line, file) in lines.lines().zip(&files) {
            assert!(line.starts_with(&format!("all/images/{file}")), "{line}");
        }
        files.sort();
        assert_eq!(names(&folder.path().join("all/images")), files);
        for board in boards {
            good(folder.path(), &["build", &example(name), "--board", board, "-o", "one.elf"]);
            let read = |path: &str| std::fs::read(folder.path().join(path)).expect("the image");
            assert!(read(&format!("all/images/{name}-{board}.elf")) == read("one.elf"), "{name} for {board}");
        }
    }
}

#[test]
fn all_boards_as_json_in_the_present_folder() {
    let folder = folder();
    let (text, _) = good(folder.path(), &["build", &example("blink"), "--all", "--json"]);
    let images: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let images = images.as_array().expect("a list");
    let boards: Vec<_> = images.iter().map(|image| image["board"].as_str().expect("a name")).collect();
    assert_eq!(boards, swarm_targets::names());
    for image in images {
        let path = folder.path().join(image["file"].as_str().expect("a path"));
        assert!(std::fs::metadata(path).expect("the image").len() > 100, "{image}");
        assert!(image["code_bytes"].as_u64() > Some(10), "{image}");
    }
}

#[test]
fn a_mistake_is_told_once_and_leaves_nothing() {
    let folder = folder();
    let wrong = folder.path().join("wrong.mlir");
    std::fs::write(&wrong, "swarm.kernel @k version 1 { swarm.on_start @s { swarm.act @motor, 1 } }")
        .expect("a file");
    for kernel in [wrong.display().to_string(), String::from("missing.mlir")] {
        let output = swarmc(folder.path(), &["build", &kernel, "--all", "-o", "images"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert_eq!(said.matches('×').count(), 1, "{said}");
        assert_eq!(names(folder.path()), ["wrong.mlir"]);
    }
}

#[test]
fn a_kernel_too_large_for_some_boards_leaves_nothing() {
    let folder = folder();
    // More constants than the small banks hold.
    let numbers: Vec<String> = (0..20_000).map(|n| format!("{}", n % 30_011)).collect();
    let text = format!(
        "swarm.kernel @k version 1 {{ swarm.var @w : tensor<20000xi16> = dense<[{}]> swarm.on_start @s {{ }} }}",
        numbers.join(", ")
    );
    std::fs::write(folder.path().join("large.mlir"), text).expect("a file");
    let output = swarmc(folder.path(), &["build", "large.mlir", "--all", "-o", "images"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("fit\n") && said.contains("help: give arrays fewer initial values"), "{said}");
    for words in [
        "the state block takes 40000 B, and 'microbit-v1' has 12288 B of RAM",
        "the image is larger than a bank of board 'rak4631': 32768 bytes",
    ] {
        assert_eq!(said.replace("\n  │ ", " ").matches(words).count(), 1, "{said}");
    }
    assert!(!said.contains("'tbeam'"), "there it fits: {said}");
    assert_eq!(names(folder.path()), ["large.mlir"]);
}

#[test]
fn a_folder_that_is_a_file_is_refused() {
    let folder = folder();
    std::fs::write(folder.path().join("plain"), b"mine").expect("a file");
    let output = swarmc(folder.path(), &["build", &example("blink"), "--all", "-o", "plain"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot make the folder 'plain'") && said.contains("help:"), "{said}");
    assert_eq!(std::fs::read(folder.path().join("plain")).expect("it is still there"), b"mine");
}

#[test]
fn either_one_board_or_all() {
    for arguments in [&["--all", "--board", "host"][..], &[], &["--all", "--dump-stages", "stages"]] {
        let folder = folder();
        let output = swarmc(folder.path(), &[&["build", &example("blink")], arguments].concat());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty() && names(folder.path()).is_empty(), "{arguments:?}");
    }
}

#[test]
fn stages_are_written_beside_the_image() {
    let folder = folder();
    good(folder.path(), &["build", &example("blink"), "--board", "tbeam", "--dump-stages", "stages"]);
    assert_eq!(names(folder.path()), ["blink-tbeam.elf", "stages"]);
    let stages =
        ["core", "elf", "ll", "llvm", "o", "s", "sized", "source"].map(|stage| format!("blink.{stage}"));
    assert_eq!(names(&folder.path().join("stages")), stages);
    let read = |path: &str| std::fs::read(folder.path().join(path)).expect("a file");
    assert!(read("stages/blink.elf") == read("blink-tbeam.elf"), "the last stage is a guest's image");
}

#[test]
fn a_kernel_without_handlers_is_worth_a_warning() {
    let folder = folder();
    std::fs::write(folder.path().join("idle.mlir"), "swarm.kernel @idle version 1 {\n}\n").expect("a file");
    for arguments in [
        &["check", "idle.mlir"][..],
        &["build", "idle.mlir", "--board", "rak4631"],
        &["build", "idle.mlir", "--all", "-o", "images"],
        &["ir", "idle.mlir", "--board", "rak4631"],
        &["run", "idle.mlir", "--board", "host", "--ticks", "1"],
    ] {
        let (result, said) = good(folder.path(), arguments);
        assert!(!result.is_empty(), "{arguments:?}: the result comes all the same");
        assert_eq!(said.matches("no-handler").count(), 1, "{arguments:?}: {said}");
        for part in
            ["⚠ @idle has no handler: it does nothing", "idle.mlir:1:", "help: give it something to react to"]
        {
            assert!(said.contains(part), "{arguments:?}: '{part}' is not in: {said}");
        }
    }
    let (_, said) = good(folder.path(), &["check", &example("blink")]);
    assert_eq!(said, "", "a kernel with a handler is not warned about");
}
