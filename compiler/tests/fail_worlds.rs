//! Wrong worlds, traces and deployments, one for each rule: what `swarmc` says of them, as a user reads it.
//!
//! A case is a TOML file; a trace that a world names lies beside it. `# Run with: NAME` in its first line chooses
//! the example that runs in it, and what stands behind the name are options; blink otherwise, which senses nothing. To accept changed errors, run the test with
//! `INSTA_UPDATE=always`.

use std::path::{Path, PathBuf};
use std::process::Command;

const FOLDER: &str = "tests/cases/fail/worlds";

/// Fewer cases than this mean that the folder was not found as it is.
const LEAST: usize = 35;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

/// Names of the cases in a folder: those of the TOML files.
fn cases(folder: &str) -> Vec<String> {
    let files = std::fs::read_dir(root().join(folder)).expect("the folder of the cases");
    let mut names: Vec<String> = files
        .map(|file| file.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Exit code, standard output and standard error of `swarmc` with these arguments.
fn swarmc(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_swarmc"));
    command.args(arguments).current_dir(root()).env("NO_COLOR", "1");
    let output = command.output().expect("swarmc starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The same of `swarmc run` in a world.
fn run(world: &str, kernel: &str) -> (Option<i32>, String, String) {
    let (kernel, options) = kernel.split_once(' ').unwrap_or((kernel, ""));
    let kernel = format!("examples/{kernel}/{kernel}.mlir");
    let options: Vec<&str> = options.split_whitespace().collect();
    swarmc(&[&["run", &kernel, "--board", "host", "--world", world], &options[..]].concat())
}

#[test]
fn each_wrong_world_is_refused_with_its_own_words() {
    let names = cases(FOLDER);
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

const DEPLOYMENTS: &str = "tests/cases/fail/deployments";
const SPEAKER: &str = "examples/assist/assist.mlir";

#[test]
fn each_wrong_deployment_is_refused_with_its_own_words() {
    let names = cases(DEPLOYMENTS);
    assert!(names.len() >= 15, "only {} cases", names.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for name in names {
        let path = format!("{DEPLOYMENTS}/{name}.toml");
        let (code, result, said) = swarmc(&["check", SPEAKER, "--deploy", &path]);
        assert_eq!((code, result.as_str()), (Some(1), ""), "{name}: the mistake is the user's\n{said}");
        assert!(said.contains("help: "), "{name}: it says what to do\n{said}");
        let shown = std::fs::read_to_string(root().join(&path)).expect("the case is text");
        insta::assert_snapshot!(format!("deployment__{name}"), format!("{shown}---\n{said}"));
    }
}

/// Region and preset decide how long a message is on the air, and how much of an hour a node may speak.
#[test]
fn a_deployment_is_what_check_and_run_go_by() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("deploy.toml");
    std::fs::write(&place, "region = \"EU_868\"\nnodes = 2\n[meshtastic]\npreset = \"LongSlow\"\n")
        .expect("it is written");
    let place = place.display().to_string();
    let (_, facts, _) = swarmc(&["check", SPEAKER, "--json", "--deploy", &place]);
    let facts: serde_json::Value = serde_json::from_str(&facts).expect("JSON");
    assert_eq!((&facts["region"], &facts["channels"][0]["preset"]), (&"EU_868".into(), &"LongSlow".into()));
    let run = |more: &[&str]| {
        let fixed = ["run", SPEAKER, "--board", "host", "--nodes", "2", "--json"];
        let (_, report, said) = swarmc(&[&fixed[..], more].concat());
        serde_json::from_str::<serde_json::Value>(&report).unwrap_or_else(|error| panic!("{error}: {said}"))
    };
    let airtime = |report: serde_json::Value| report["radio"]["airtime_us"].as_u64().expect("a time");
    let (usual, slow) = (airtime(run(&[])), airtime(run(&["--deploy", &place])));
    assert!(slow > 2 * usual, "{slow} and {usual} us");
}

#[test]
fn a_kernel_may_not_speak_more_than_the_law_allows() {
    let folder = tempfile::tempdir().expect("a folder");
    let [kernel, place] = ["kernel.mlir", "deploy.toml"].map(|name| folder.path().join(name));
    let text = std::fs::read_to_string(root().join(SPEAKER)).expect("the example is text");
    std::fs::write(&kernel, text.replace("budget 36000 ms", "budget 360001 ms")).expect("it is written");
    std::fs::write(&place, "region = \"EU_868\"").expect("it is written");
    let [kernel, place] = [kernel, place].map(|path| path.display().to_string());
    let (code, _, said) = swarmc(&["check", &kernel, "--deploy", &place]);
    assert_eq!(code, Some(1), "{said}");
    let said = said.replace("│ ", "").split_whitespace().collect::<Vec<_>>().join(" ");
    for part in
        ["region-budget", "@mesh may speak 360001 ms an hour, and EU_868 allows 360000 ms", "help: lower"]
    {
        assert!(said.contains(part), "{said}");
    }
}
