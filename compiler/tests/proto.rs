//! `swarmc proto`: what it prints is a file that protoc takes and that is read as the same declarations again; wrong files
//! are refused with their own words. To accept changed errors, run the test with `INSTA_UPDATE=always`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const FOLDER: &str = "tests/cases/fail/protos";

/// Fewer cases than this mean that the folder was not found as it is.
const LEAST: usize = 20;

const KERNEL: &str = "examples/state_update/state_update.mlir";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

fn swarmc(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_swarmc"));
    command.args(arguments).current_dir(root()).env("NO_COLOR", "1").output().expect("swarmc starts")
}

fn printed(arguments: &[&str]) -> String {
    let output = swarmc(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("it prints text")
}

#[test]
fn an_example_goes_there_and_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("schema.proto");
    let path = file.display().to_string();
    let text = printed(&["proto", KERNEL]);
    assert_eq!(printed(&["proto", KERNEL, "-o", &path]), "");
    assert_eq!(std::fs::read_to_string(&file).expect("it was written"), text);
    for line in [
        "// The messages of the swarm kernel @state_update, version 1.",
        "  // action: bits 20 to 22\n  // done: bit 23\n  // reward: bits 24 to 31, in two's complement\n",
        "  // swarm: bits x 10, y 10, action 3, done 1, reward s8\n  fixed32 packed_transition = 1;\n",
        "  oneof payload {\n    StateUpdate state_update = 16;\n  }\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let protoc = Command::new("protoc")
        .args(["--descriptor_set_out=schema.bin", "schema.proto"])
        .current_dir(folder.path())
        .output()
        .expect("protoc is installed: `cargo xtask setup`");
    assert!(
        protoc.status.success() && protoc.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&protoc.stderr)
    );
    let declarations = printed(&["proto", &path]);
    let kernel = std::fs::read_to_string(root().join(KERNEL)).expect("the example");
    assert!(kernel.contains(&declarations), "the example is written as the declarations are\n{declarations}");
}

#[test]
fn what_is_read_is_not_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("schema.proto");
    let text = "syntax = \"proto3\";\nmessage A { bool a = 1; }\n";
    std::fs::write(&file, text).expect("a file");
    let path = file.display().to_string();
    let output = swarmc(&["proto", &path, "-o", &path]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), text);
}

#[test]
fn each_wrong_file_is_refused_with_its_own_words() {
    let files = std::fs::read_dir(root().join(FOLDER)).expect("the folder of the cases");
    let mut names: Vec<String> =
        files.map(|file| file.expect("an entry").file_name().into_string().expect("plain names")).collect();
    names.sort();
    assert!(names.len() >= LEAST, "only {} cases", names.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for name in names {
        let path = format!("{FOLDER}/{name}");
        let output = swarmc(&["proto", &path]);
        let said = String::from_utf8(output.stderr).expect("errors are UTF-8");
        assert_eq!(output.status.code(), Some(1), "{name}: the mistake is the user's\n{said}");
        assert!(output.stdout.is_empty() && said.contains("help: "), "{name}: {said}");
        let source = std::fs::read_to_string(root().join(path)).expect("the case is text");
        let case = name.split('.').next().expect("a name");
        insta::assert_snapshot!(format!("proto__{case}"), format!("{source}---\n{said}"));
    }
}
