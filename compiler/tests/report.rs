//! `swarmc report`: its sums, its limits, what it compares, and its picture.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

fn example(name: &str) -> String {
    root().join(format!("examples/{name}/{name}.mlir")).display().to_string()
}

fn report(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_swarmc"));
    command.arg("report").args(arguments).current_dir(folder).env("NO_COLOR", "1");
    command.output().expect("swarmc starts")
}

/// What a call that must be good prints.
fn good(folder: &Path, arguments: &[&str]) -> String {
    let output = report(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// What a call says that must be refused as the user's mistake; lines are not broken.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = report(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    let said = String::from_utf8(output.stderr).expect("text");
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is a number"))
}

fn sum(list: &Value) -> u64 {
    list.as_array().expect("a list").iter().map(|element| number(&element["bytes"])).sum()
}

#[test]
fn parts_are_the_whole_on_all_boards() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["forager", "assist", "observer", "capability_beacon"] {
        let text = good(folder.path(), &[&example(name), "--all", "--json"]);
        let reports: Value = serde_json::from_str(&text).expect("JSON");
        let reports = reports.as_array().expect("a list");
        assert_eq!(reports.len(), swarm_targets::names().len());
        for report in reports {
            let what = format!("{name} on {}", report["board"]);
            let (flash, ram) = (&report["flash"], &report["ram"]);
            assert_eq!(sum(&flash["parts"]), number(&flash["bytes"]), "{what}");
            assert_eq!(sum(&ram["variables"]) + number(&ram["gaps"]), number(&ram["bytes"]), "{what}");
            let code: u64 = flash["parts"]
                .as_array()
                .expect("a list")
                .iter()
                .filter(|part| part["section"] == ".text")
                .map(|part| number(&part["bytes"]))
                .sum();
            let lines = sum(&flash["lines"]);
            assert!(lines > 0 && lines <= code, "{what}: {lines} of {code} B of code have lines");
            if report["board"] == "host" {
                assert!(report["stack"].is_null(), "{what}");
                continue;
            }
            let stack = &report["stack"];
            for handler in stack["handlers"].as_array().expect("a list") {
                let path = sum(&handler["path"]) + number(&handler["service_bytes"]);
                let bytes = number(&handler["bytes"]);
                // Windowed Xtensa has 16 bytes below the last frame.
                assert!(path <= bytes && bytes <= path + 16, "{what}: {handler}");
                assert!(bytes <= number(&stack["bytes"]), "{what}: {handler}");
            }
            let times = report["times"].as_array().expect("a list");
            assert!(times.iter().all(|time| number(&time["instructions"]) > 0), "{what}");
            assert_eq!(times.len(), stack["handlers"].as_array().expect("a list").len(), "{what}");
        }
    }
}

#[test]
fn limits_name_what_takes_most() {
    let folder = tempfile::tempdir().expect("a folder");
    let forager = example("forager");
    let call = |limit: &[&str]| {
        refused(folder.path(), &[&[forager.as_str(), "--board", "microbit-v1"], limit].concat())
    };
    let said = call(&["--max-ram", "7k"]);
    assert!(said.contains("the budget has 7168 B: 256 B too many"), "{said}");
    assert!(said.contains("@q takes most") && said.contains("forager.mlir:8"), "{said}");
    let said = call(&["--max-flash", "600"]);
    assert!(said.contains("the budget has 600 B") && said.contains("rl.begin @q"), "{said}");
    let said = call(&["--max-stack", "500"]);
    assert!(said.contains("@tick takes") && said.contains("service sense 512"), "{said}");
    let said = call(&["--max-stack", "many"]);
    assert!(said.contains("give bytes, such as 900 or 4k"), "{said}");
    good(folder.path(), &[&forager, "--board", "microbit-v1", "--max-ram", "8k", "--max-stack", "600"]);
}

#[test]
fn a_timer_that_comes_before_its_handler_is_done_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let kernel = |period: u32| {
        format!(
            "swarm.kernel @busy version 1 {{\n  swarm.var @sum : i32\n  swarm.on_timer @tick every {period} ms {{\n    \
             %first = arith.constant 0 : index\n    %last = arith.constant 30000 : index\n    \
             %one = arith.constant 1 : index\n    scf.for %i = %first to %last step %one {{\n      \
             %old = swarm.get @sum : i32\n      %n = arith.index_cast %i : index to i32\n      \
             %product = arith.muli %old, %n : i32\n      %new = arith.xori %product, %n : i32\n      \
             swarm.set @sum, %new : i32\n    }}\n  }}\n}}\n"
        )
    };
    std::fs::write(folder.path().join("busy.mlir"), kernel(2)).expect("the folder takes files");
    let said = refused(folder.path(), &["busy.mlir", "--board", "microbit-v1"]);
    assert!(
        said.contains("time") && said.contains("@tick may take") && said.contains("every 2 ms"),
        "{said}"
    );
    assert!(said.contains("line 7 takes most") && said.contains("rounds of"), "{said}");
    std::fs::write(folder.path().join("busy.mlir"), kernel(2000)).expect("the folder takes files");
    good(folder.path(), &["busy.mlir", "--board", "microbit-v1"]);
}

#[test]
fn an_earlier_report_is_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = std::fs::read_to_string(example("forager")).expect("the example is there");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("the folder takes files");
    };
    write("now.mlir", &source);
    write("old.json", &good(folder.path(), &["now.mlir", "--board", "rak4631", "--json"]));
    let compare = ["now.mlir", "--board", "rak4631", "--compare", "old.json"];
    assert_eq!(good(folder.path(), &compare), "rak4631: the same\n");
    write("now.mlir", &source.replace("529x7", "530x7"));
    let said = good(folder.path(), &compare);
    assert!(said.contains("RAM: 7424 -> 7436 B (+12)"), "{said}");
    assert!(said.contains("RAM q: 7414 -> 7428 B (+14)"), "{said}");
    write("old.json", "[]");
    let said = refused(folder.path(), &compare);
    assert!(said.contains("it has no reports in it"), "{said}");
}

#[test]
fn a_picture_stands_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    good(folder.path(), &[&example("assist"), "--board", "rak4631", "--svg", "assist.svg"]);
    let picture = std::fs::read_to_string(folder.path().join("assist.svg")).expect("the picture");
    let document = roxmltree::Document::parse(&picture).expect("a well-formed picture");
    let number = |node: roxmltree::Node, name: &str| -> f64 {
        node.attribute(name).expect("it has it").parse().expect("a number")
    };
    let (width, height) =
        (number(document.root_element(), "width"), number(document.root_element(), "height"));
    let mut tiles = 0;
    for tile in document.descendants().filter(|node| node.has_tag_name("rect") && node.has_attribute("x")) {
        let (right, bottom) =
            (number(tile, "x") + number(tile, "width"), number(tile, "y") + number(tile, "height"));
        assert!(right <= width && bottom <= height, "{tile:?}");
        tiles += 1;
    }
    assert!(tiles > 40, "{tiles} tiles");
    assert!(!picture.contains("http://") || picture.matches("http").count() == 1, "nothing is fetched");
}
