//! What the examples become: stages `source` and, in short, `core`; source that compiles again to the same image, and
//! builds that give the same bytes twice.

use object::{Object, ObjectSection};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const EXAMPLES: [&str; 3] = ["blink", "forager", "soil_probe"];

/// One board is enough for text: what a board changes comes after `core`.
const BOARD: &str = "microbit-v1";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

fn example(name: &str) -> PathBuf {
    root().join(format!("examples/{name}/{name}.mlir"))
}

/// What `swarmc ir` prints of a kernel.
fn stage(kernel: &Path, name: &str) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_swarmc"))
        .arg("ir")
        .arg(kernel)
        .args(["--board", BOARD, "--stage", name])
        .output()
        .expect("swarmc starts");
    assert!(output.status.success(), "{}: {}", kernel.display(), String::from_utf8_lossy(&output.stderr));
    assert!(!output.stdout.is_empty(), "stage {name} of {} is empty", kernel.display());
    output.stdout
}

fn text(kernel: &Path, name: &str) -> String {
    String::from_utf8(stage(kernel, name)).expect("the stage is text")
}

/// What a board loads, section by section: all but the debug information, which holds lines of the text.
fn loaded(kernel: &Path) -> Vec<(u64, Vec<u8>)> {
    let elf = stage(kernel, "elf");
    let file = object::File::parse(&*elf).expect("an ELF file");
    let sections = file.sections().filter(|section| section.address() != 0);
    let loaded: Vec<_> =
        sections.map(|section| (section.address(), section.data().expect("its bytes").to_vec())).collect();
    assert!(loaded.iter().any(|(_, bytes)| bytes.len() >= 32), "there is no code");
    loaded
}

/// The most lines that a snapshot may have: more are not read.
const MOST_LINES: usize = 60;

#[test]
fn the_examples_at_stages_source_and_core() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for name in EXAMPLES {
        let kernel = example(name);
        let (source, core) = (text(&kernel, "source"), summary(&text(&kernel, "core")));
        for (stage, shown) in [("source", source), ("core", core)] {
            let lines = shown.lines().count();
            assert!(lines < MOST_LINES, "{name}: {lines} lines of stage {stage}");
            insta::assert_snapshot!(format!("stages__{name}__{stage}"), shown);
        }
    }
}

/// A kernel at stage `core`: what it declares, then how often each handler has each op.
fn summary(core: &str) -> String {
    let (mut shown, mut counts) = (String::new(), BTreeMap::<&str, usize>::new());
    for line in core.lines() {
        let op = line.split_once(" = ").map_or(line, |(_, op)| op).trim_start();
        let op = op.split([' ', '(', ':']).next().unwrap_or_default();
        let is_declaration = line.starts_with("    swarm.") || line.starts_with("  swarm.");
        if is_declaration || line.starts_with("    }") && !line.starts_with("     ") {
            counts.iter().for_each(|(op, count)| shown += &format!("{count:>10} {op}\n"));
            counts.clear();
            shown += &format!("{line}\n");
        } else if op.contains('.') {
            *counts.entry(op).or_default() += 1;
        }
    }
    shown
}

#[test]
fn a_printed_source_compiles_to_the_same_image() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in EXAMPLES {
        // The same file name, so that nothing but the text differs.
        let printed = folder.path().join(format!("{name}.mlir"));
        std::fs::write(&printed, stage(&example(name), "source")).expect("the folder takes files");
        assert_eq!(text(&printed, "source"), text(&example(name), "source"), "{name}: source");
        assert_eq!(text(&printed, "core"), text(&example(name), "core"), "{name}: core");
        assert!(loaded(&printed) == loaded(&example(name)), "{name}: the images differ");
    }
}

#[test]
fn building_twice_gives_the_same_bytes() {
    for name in EXAMPLES {
        let (first, second) = (stage(&example(name), "elf"), stage(&example(name), "elf"));
        assert!(first == second, "{name}: two builds differ");
    }
}
