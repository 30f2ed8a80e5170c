//! Wrong kernels, one for each rule: what `swarmc check` says of them, as a user reads it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Fewer cases than this mean that the folder was not found as it is.
const LEAST: usize = 40;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

fn cases() -> Vec<String> {
    let folder = root().join("tests/cases/fail");
    let files = std::fs::read_dir(folder).expect("the folder of the cases");
    let mut names: Vec<String> = files
        .map(|file| file.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "mlir"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Exit code and standard error of `swarmc check` for a case.
fn check(name: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_swarmc"))
        .args(["check", &format!("tests/cases/fail/{name}.mlir")])
        .current_dir(root())
        .env("NO_COLOR", "1")
        .output()
        .expect("swarmc starts");
    (output.status.code(), String::from_utf8(output.stderr).expect("errors are UTF-8"))
}

#[test]
fn each_wrong_kernel_is_refused_with_its_own_words() {
    let names = cases();
    assert!(names.len() >= LEAST, "only {} cases", names.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for name in names {
        let (code, said) = check(&name);
        assert_eq!(code, Some(1), "{name}: the mistake is the user's\n{said}");
        assert!(said.contains("\n  help: "), "{name}: what is one to do?\n{said}");
        let source = std::fs::read_to_string(root().join(format!("tests/cases/fail/{name}.mlir")))
            .expect("the case is text");
        insta::assert_snapshot!(format!("fail__{name}"), format!("{source}---\n{said}"));
    }
}
