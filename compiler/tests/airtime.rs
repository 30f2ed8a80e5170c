//! Air time: what is refused, and that no run is longer on the air in any hour than the bound, nor far below it where a
//! kernel does its worst.

#[path = "airtime/worst.rs"]
mod worst;

use std::path::{Path, PathBuf};
use std::process::Command;
use worst::{Worst, busiest};

const FOLDER: &str = "tests/cases/fail/airtime";

/// Fewer cases than this mean that the folder was not found as it is.
const LEAST: usize = 7;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

/// A case is a kernel, with the deployment beside it in which it is refused.
#[test]
fn each_kernel_that_is_too_long_on_the_air_is_refused_with_its_own_words() {
    let files = std::fs::read_dir(root().join(FOLDER)).expect("the folder of the cases");
    let files = files.map(|file| file.expect("an entry").path());
    let mut names: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "mlir"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(names.len() >= LEAST, "only {} cases", names.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for name in names {
        let [kernel, place] = ["mlir", "toml"].map(|kind| format!("{FOLDER}/{name}.{kind}"));
        let output = Command::new(env!("CARGO_BIN_EXE_swarmc"))
            .args(["check", &kernel, "--deploy", &place])
            .current_dir(root())
            .env("NO_COLOR", "1")
            .output()
            .expect("swarmc starts");
        let said = String::from_utf8(output.stderr).expect("errors are UTF-8");
        assert_eq!(output.status.code(), Some(1), "{name}: the mistake is the user's\n{said}");
        assert!(said.contains("\n  help: "), "{name}: what is one to do?\n{said}");
        let read = |path: &str| std::fs::read_to_string(root().join(path)).expect("the case is text");
        insta::assert_snapshot!(
            format!("airtime__{name}"),
            format!("{}--- {name}.toml\n{}---\n{said}", read(&kernel), read(&place))
        );
    }
}

/// Two hours of each, every node of it.
#[test]
fn no_hour_is_above_the_bound_and_the_worst_is_near_it() {
    for worst in worst::ALL {
        let Worst { name, least_percent, .. } = worst;
        let (bound, sent) = (worst.bound(), worst.run());
        for (channel, declared) in (0..).zip(&bound.channels) {
            let of_it = sent.iter().filter(|((_, on), _)| *on == channel);
            let longest = of_it.map(|(_, sent)| busiest(sent)).max().unwrap_or(0);
            let (bound_us, channel) = (declared.bound_us, &declared.name);
            let percent = longest * 100 / bound_us.max(1);
            println!("{name}, @{channel}: {longest} of {bound_us} us, {percent} %");
            assert!(longest <= bound_us, "{name}, @{channel}: {longest} us are more than {bound_us}");
            let said = format!("{name}, @{channel}: {longest} us are {percent} % of {bound_us}");
            assert!(percent >= *least_percent, "{said}");
        }
    }
}
