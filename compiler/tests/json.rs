//! `--json`: an error is a document too, one on standard output and nothing else, and the exit code says whose it is.

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const WRONG: &str = "swarm.kernel @wrong version 1 {
  swarm.io @led : act i1
  swarm.on_start @hello {
    %v = swarm.sense @led
  }
}
";

fn example() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository");
    root.join("examples/blink/blink.mlir").display().to_string()
}

/// A folder with a wrong kernel.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("wrong.mlir"), WRONG).expect("the folder takes files");
    folder
}

/// The errors that a call prints.
fn errors(arguments: &[&str]) -> Vec<Value> {
    let folder = folder();
    let output = Command::new(env!("CARGO_BIN_EXE_swarmc"))
        .args(arguments)
        .current_dir(folder.path())
        .env("NO_COLOR", "1")
        .output()
        .expect("swarmc starts");
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: the mistake is the user's: {text}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    let document: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"));
    let errors = document["errors"].as_array().expect("a list of errors").clone();
    assert!(!errors.is_empty(), "{arguments:?}");
    for error in &errors {
        for key in ["code", "message", "help"] {
            assert!(
                error[key].as_str().is_some_and(|text| !text.is_empty()),
                "{arguments:?}: {key}: {error}"
            );
        }
        assert_eq!(error["ours"], false, "{arguments:?}: {error}");
        assert!(error["places"].is_array(), "{arguments:?}: {error}");
    }
    errors
}

#[test]
fn an_error_in_a_kernel_has_its_places() {
    let checked = errors(&["check", "wrong.mlir", "--json"]);
    let [error] = &checked[..] else { panic!("{checked:?}") };
    assert_eq!(error["code"], "port-direction");
    let place = |line: u64, column: u64, length: usize, label: &str| serde_json::json!({"file": "wrong.mlir", "line": line, "column": column, "length": length, "label": label});
    assert_eq!(
        error["places"],
        serde_json::json!([
            place(4, 10, "swarm.sense".len(), "here"),
            place(2, 3, "swarm.io".len(), "it is declared here")
        ])
    );
    for arguments in [
        &["build", "wrong.mlir", "--board", "rak4631", "--json"][..],
        &["build", "wrong.mlir", "--all", "-o", "images", "--json"],
        &["run", "wrong.mlir", "--board", "host", "--json"],
    ] {
        assert_eq!(errors(arguments), checked, "{arguments:?}");
    }
}

#[test]
fn errors_without_a_place_are_documents_too() {
    for (arguments, code) in [
        (&["check", "missing.mlir", "--json"][..], "file"),
        (&["boards", "show", "nothing", "--json"], "board-unknown"),
        (&["build", &example(), "--board", "mikrobit-v1", "--json"], "board-unknown"),
        (&["build", &example(), "--board", "host", "-o", "nowhere/x.elf", "--json"], "file"),
        (&["run", &example(), "--board", "host", "--world", "missing.toml", "--json"], "file"),
        (&["run", &example(), "--board", "host", "--replay", "wrong.mlir", "--json"], "replay::line"),
        (&["run", &example(), "--board", "host", "--svg", "x.svg", "--json"], "picture"),
        (&["build", &example(), "--json"], "arguments"),
        (&["boards", "--json", "--jsno"], "arguments"),
    ] {
        let errors = errors(arguments);
        assert_eq!(errors[0]["code"], code, "{arguments:?}: {errors:?}");
    }
}
