//! What kernels become: the examples and one small kernel for each op, with what the dialect-level stages make of them;
//! source that compiles again to the same image, and builds that give the same bytes twice.

use object::{Object, ObjectSection};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const EXAMPLES: [&str; 6] = ["blink", "capability_beacon", "forager", "gesture", "observer", "soil_probe"];

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

/// Compares with what was accepted. To accept what has changed, run the test with `INSTA_UPDATE=always`, and read it.
fn accepted(name: &str, shown: &str) {
    let lines = shown.lines().count();
    assert!(lines <= MOST_LINES, "{name}: {lines} lines, of which {MOST_LINES} are read");
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description("to accept a change: INSTA_UPDATE=always cargo test -p swarmc --test stages");
    settings.bind(|| insta::assert_snapshot!(name, shown));
}

#[test]
fn the_examples_at_stages_source_and_core() {
    for name in EXAMPLES {
        let kernel = example(name);
        accepted(&format!("stages__{name}__source"), &text(&kernel, "source"));
        accepted(&format!("stages__{name}__core"), &summary(&text(&kernel, "core")));
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

/// Kernels that show one op or one clause each.
fn cases() -> Vec<PathBuf> {
    let files = std::fs::read_dir(root().join("tests/cases/stages")).expect("the folder of the cases");
    let mut cases: Vec<PathBuf> = files.map(|file| file.expect("an entry").path()).collect();
    cases.sort();
    assert!(cases.len() >= 20, "only {} cases", cases.len());
    cases
}

fn stem(kernel: &Path) -> String {
    kernel.file_stem().expect("a name").to_string_lossy().into_owned()
}

/// A text without what no reader needs: the module around it, and constants, whose names say their values.
fn plain(text: &str) -> String {
    let inside = text.lines().filter(|line| line.starts_with("  "));
    let said = inside.filter(|line| !line.trim_start().starts_with("%c") || !line.contains("arith.constant"));
    said.map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or(line))).collect()
}

#[test]
fn each_op_at_each_stage() {
    for kernel in cases() {
        let name = stem(&kernel);
        let source = std::fs::read_to_string(&kernel).expect("the case is text");
        let (read, sized) = (plain(&text(&kernel, "source")), plain(&text(&kernel, "sized")));
        // Where nothing was open, nothing is to be shown.
        let sized = if sized == read { "as source\n".to_owned() } else { sized };
        let core = text(&kernel, "core");
        let with = |core: &str| format!("{source}--- sized\n{sized}--- core\n{core}");
        let whole = with(&plain(&core));
        let is_short = whole.lines().count() <= MOST_LINES;
        accepted(&format!("core__{name}"), &if is_short { whole } else { with(&summary(&core)) });
    }
}

/// Ops that the compiler itself writes.
const INTERNAL: [&str; 11] = [
    "adv.air",
    "adv.heard",
    "adv.heard_bytes",
    "adv.tell",
    "radio.number",
    "radio.payload",
    "radio.transmit",
    "swarm.check",
    "swarm.data",
    "swarm.end",
    "swarm.view",
];

#[test]
fn each_op_has_a_case() {
    let reference = std::fs::read_to_string(root().join("dialects/OPS.md")).expect("the reference of ops");
    let ops: Vec<&str> = reference
        .lines()
        .filter_map(|line| line.strip_prefix("### `")?.split('`').next())
        .filter(|op| !INTERNAL.contains(op))
        .collect();
    assert!(ops.len() > 30, "the reference names {} ops", ops.len());
    let texts: Vec<String> =
        cases().iter().map(|case| std::fs::read_to_string(case).expect("the case is text")).collect();
    let uses = |text: &str, op: &str| text.split([' ', '\n', '(', '"']).any(|word| word == op);
    for op in ops {
        assert!(texts.iter().any(|text| uses(text, op)), "no file in tests/cases/stages uses {op}");
    }
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
