//! Input that is no kernel, and output that cannot be written: a clear error, and nothing left behind.

use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// What a call said, and what the folder held afterwards.
struct Refusal {
    said: String,
    left: Vec<String>,
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn example() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository");
    root.join("examples/blink/blink.mlir").display().to_string()
}

/// Calls swarmc in a folder, which must say that the mistake is the user's.
fn refused(folder: &TempDir, arguments: &[&str]) -> Refusal {
    let output = Command::new(env!("CARGO_BIN_EXE_swarmc"))
        .args(arguments)
        .current_dir(folder.path())
        .env("NO_COLOR", "1")
        .output()
        .expect("swarmc starts");
    let said = String::from_utf8(output.stderr).expect("errors are UTF-8");
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{arguments:?} gives no result");
    let mut left: Vec<String> = std::fs::read_dir(folder.path())
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    // Long lines are broken where the terminal would end.
    let said = said.replace("│ ", "").split_whitespace().collect::<Vec<_>>().join(" ");
    Refusal { said, left }
}

fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("the folder takes files");
    path
}

fn says(refusal: &Refusal, parts: &[&str]) {
    for part in parts {
        assert!(refusal.said.contains(part), "'{part}' is not in: {}", refusal.said);
    }
}

#[test]
fn an_output_folder_that_is_missing() {
    let folder = folder();
    let refusal =
        refused(&folder, &["build", &example(), "--board", "microbit-v1", "-o", "nowhere/blink.elf"]);
    says(
        &refusal,
        &["file", "cannot write 'nowhere/blink.elf'", "help: choose a folder that you may write to"],
    );
    assert!(!refusal.said.contains("tmp"), "the temporary file is nobody's business: {}", refusal.said);
    assert!(refusal.left.is_empty(), "{:?}", refusal.left);
}

#[test]
fn an_output_folder_that_is_a_file() {
    let folder = folder();
    let plain = write(&folder, "plain", b"mine");
    let refusal = refused(&folder, &["build", &example(), "--board", "microbit-v1", "-o", "plain/blink.elf"]);
    says(&refusal, &["cannot write 'plain/blink.elf'", "help: choose a folder"]);
    assert_eq!(refusal.left, ["plain"]);
    assert_eq!(std::fs::read(plain).expect("it is still there"), b"mine");
}

#[test]
fn an_output_that_is_a_folder() {
    let folder = folder();
    let refusal = refused(&folder, &["build", &example(), "--board", "microbit-v1", "-o", "."]);
    says(&refusal, &["cannot write '.'", "help: choose a folder"]);
    assert!(refusal.left.is_empty(), "{:?}", refusal.left);
}

#[test]
fn stages_into_a_file() {
    let folder = folder();
    write(&folder, "plain", b"mine");
    let arguments = ["build", &example(), "--board", "microbit-v1", "--dump-stages", "plain"];
    let refusal = refused(&folder, &arguments);
    says(&refusal, &["cannot make the folder 'plain'", "help: choose a folder"]);
    assert_eq!(refusal.left, ["plain"]);
}

#[test]
fn stages_beside_an_output_that_cannot_be_written() {
    for output in ["nowhere/blink.elf", "."] {
        let folder = folder();
        let arguments = ["build", &example(), "--board", "host", "--dump-stages", "stages/all", "-o", output];
        let refusal = refused(&folder, &arguments);
        says(&refusal, &[&format!("cannot write '{output}'"), "help: choose a folder"]);
        assert!(refusal.left.is_empty(), "neither the stages nor their folder: {:?}", refusal.left);
    }
}

#[test]
fn stages_into_a_folder_that_is_there() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("stages")).expect("a folder");
    std::fs::create_dir(folder.path().join("stages/blink.elf")).expect("a folder where a stage would be");
    let refusal = refused(&folder, &["build", &example(), "--board", "host", "--dump-stages", "stages"]);
    says(&refusal, &["cannot write 'stages/blink.elf': it is a folder"]);
    assert_eq!(refusal.left, ["stages"]);
    let inside = std::fs::read_dir(folder.path().join("stages")).expect("the folder").count();
    assert_eq!(inside, 1, "what was there is there, and no more");
}

#[test]
fn a_missing_kernel() {
    let folder = folder();
    let refusal = refused(&folder, &["build", "missing.mlir", "--board", "microbit-v1"]);
    says(&refusal, &["cannot read 'missing.mlir'", "help: check the path"]);
    assert!(refusal.left.is_empty(), "{:?}", refusal.left);
}

#[test]
fn a_folder_as_kernel() {
    let refusal = refused(&folder(), &["check", "."]);
    says(&refusal, &["'.' is no file", "help: give the path of a text file"]);
}

#[test]
fn a_binary_as_kernel() {
    let folder = folder();
    write(&folder, "program.mlir", b"\x7fELF\x01\x01\xff\xfe\x00\x80");
    let refusal = refused(&folder, &["build", "program.mlir", "--board", "microbit-v1"]);
    says(&refusal, &["'program.mlir' is no text: byte 6 is not UTF-8", "help: give a kernel's source"]);
    assert_eq!(refusal.left, ["program.mlir"]);
}

#[test]
fn fifty_megabytes_as_kernel() {
    let folder = folder();
    let large = std::fs::File::create(folder.path().join("large.mlir")).expect("the folder takes files");
    large.set_len(50_000_000).expect("the disk takes a sparse file");
    let refusal = refused(&folder, &["check", "large.mlir"]);
    says(&refusal, &["'large.mlir' has 50000000 bytes", "are the most", "help: give a kernel's source"]);
}

#[test]
fn a_kernel_named_like_a_path() {
    let folder = folder();
    write(&folder, "path.mlir", b"swarm.kernel @\"../outside\" version 1 { swarm.on_start @hello { } }");
    let refusal = refused(&folder, &["build", "path.mlir", "--board", "microbit-v1"]);
    says(&refusal, &["'../outside' is no name", "help:"]);
    assert_eq!(refusal.left, ["path.mlir"]);
}

#[test]
fn an_unknown_board_with_a_near_name() {
    let folder = folder();
    let refusal = refused(&folder, &["build", &example(), "--board", "mikrobit-v1"]);
    says(&refusal, &["there is no board called 'mikrobit-v1'", "help: did you mean 'microbit-v1'?"]);
    assert!(refusal.left.is_empty(), "{:?}", refusal.left);
}

#[test]
fn an_unknown_board_far_from_all() {
    let refusal = refused(&folder(), &["ir", &example(), "--board", "nothing"]);
    says(&refusal, &["there is no board called 'nothing'", "help: known are: microbit-v1"]);
}

#[test]
fn a_board_file_with_a_wrong_key() {
    let folder = folder();
    write(&folder, "mine.toml", b"[board]\nname = 3\n");
    let refusal = refused(&folder, &["build", &example(), "--board", "mine.toml"]);
    says(&refusal, &["there is no key 'board'", "mine.toml:1:2", "help: known are: description"]);
    assert_eq!(refusal.left, ["mine.toml"]);
}

#[test]
fn a_missing_board_file() {
    let refusal = refused(&folder(), &["build", &example(), "--board", "missing.toml"]);
    says(&refusal, &["cannot read 'missing.toml'", "help: check the path"]);
}
