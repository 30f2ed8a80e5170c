//! Wrong worlds and traces, one for each rule: what `swarmc run` says of them, as a user reads it.
//!
//! A case is a world's TOML file; a trace that it names lies beside it. `# Run with: NAME` in its first line chooses
//! the example that runs in it; blink otherwise, which senses nothing. To accept changed errors, run the test with
//! `INSTA_UPDATE=always`.

use std::path::{Path, PathBuf};
use std::process::Command;

const FOLDER: &str = "tests/cases/fail/worlds";

/// Fewer cases than this mean that the folder was not found as it is.
const LEAST: usize = 35;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

/// Names of the cases: those of the worlds.
fn cases() -> Vec<String> {
    let files = std::fs::read_dir(root().join(FOLDER)).expect("the folder of the cases");
    let mut names: Vec<String> = files
        .map(|file| file.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Exit code, standard output and standard error of `swarmc run` in a world.
fn run(world: &str, kernel: &str) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_swarmc"))
        .args(["run", &format!("examples/{kernel}/{kernel}.mlir"), "--board", "host", "--world", world])
        .current_dir(root())
        .env("NO_COLOR", "1")
        .output()
        .expect("swarmc starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn each_wrong_world_is_refused_with_its_own_words() {
    let names = cases();
    assert!(names.len() >= LEAST, "only {} cases", names.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for name in names {
        let path = format!("{FOLDER}/{name}.toml");
        let mut shown = std::fs::read_to_string(root().join(&path)).expect("the case is text");
        let kernel =
            shown.lines().next().and_then(|line| line.strip_prefix("# Run with: ")).unwrap_or("blink");
        let (code, result, said) = run(&path, kernel);
        assert_eq!((code, result.as_str()), (Some(1), ""), "{name}: the mistake is the user's\n{said}");
        assert!(said.contains("help: "), "{name}: it says what to do\n{said}");
        if let Ok(trace) = std::fs::read(root().join(format!("{FOLDER}/{name}.csv"))) {
            shown += &format!("--- {name}.csv\n{}", String::from_utf8_lossy(&trace));
        }
        insta::assert_snapshot!(format!("world__{name}"), format!("{shown}---\n{said}"));
    }
}

/// The trace that the cases use which are wrong for another reason is good.
#[test]
fn the_good_trace_is_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = folder.path().join("world.toml");
    std::fs::copy(root().join(FOLDER).join("good.csv"), folder.path().join("good.csv")).expect("the trace");
    std::fs::write(&world, "ticks = 1\n[trace]\nfile = \"good.csv\"\n").expect("the folder takes files");
    let (code, _, said) = run(&world.display().to_string(), "blink");
    assert_eq!(code, Some(0), "{said}");
}
