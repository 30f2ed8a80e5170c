//! A minute of fuzzing: each input is answered, with an image or with errors that say where. `cargo xtask soak` does more.

use std::process::Command;

/// Enough for some thousand inputs on an idle machine.
const SECONDS: &str = "60";
/// Fewer mean that the fuzzer itself is broken.
const LEAST: u64 = 50;

#[test]
fn no_input_ends_the_compiler() {
    let findings = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_fuzz"))
        .args(["--seconds", SECONDS, "--seed", "1", "--findings"])
        .arg(findings.path())
        .output()
        .expect("the fuzzer starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the result is JSON");
    println!("fuzzed: {result}");
    let inputs = result["inputs"].as_u64().unwrap_or(0);
    assert!(inputs >= LEAST, "only {inputs} inputs in {SECONDS} s: {said}");
    assert!(result["images"].as_u64().unwrap_or(0) > 0, "no input was a kernel: {result}");
}

#[test]
fn an_input_that_ends_its_worker_is_a_finding() {
    use std::time::{Duration, Instant};
    use swarm_tests::fuzz::supervise::{Counts, supervise_program};
    let until = Instant::now() + Duration::from_secs(60);
    let found = |script: &str| {
        let mut counts = Counts::default();
        let arguments = ["-c", script].map(str::to_owned);
        let shell = std::path::Path::new("/bin/sh");
        let (next, findings) =
            supervise_program((shell, &arguments), (0, until), &mut counts).expect("a worker starts");
        (next, findings.into_iter().map(|finding| finding.number).collect::<Vec<_>>(), counts.refused)
    };
    assert_eq!(found("echo begin 4; echo refused; echo begin 5; echo refused"), (6, vec![], 2));
    assert_eq!(found("echo begin 4; echo refused; echo begin 5; kill -SEGV $$"), (6, vec![5], 1));
    assert_eq!(found("echo begin 4; echo wrong that; echo begin 5; echo refused"), (6, vec![4], 1));
    assert_eq!(found("echo begin 8; x=1; while :; do x=$x$x; done"), (9, vec![8], 0));
}
