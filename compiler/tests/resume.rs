//! Starting from a later stage: the text that `ir` prints gives the bytes that the source gives, and a text that is
//! not at its stage is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const EXAMPLES: [&str; 4] = ["blink", "forager", "gesture", "soil_probe"];

/// One board of each kind of core.
const BOARDS: [&str; 5] = ["microbit-v1", "rak4631", "esp32c3-devkit", "tbeam", "host"];

/// The stages to start from.
const STAGES: [&str; 5] = ["source", "sized", "core", "llvm", "ll"];

fn example(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository");
    root.join(format!("examples/{name}/{name}.mlir"))
}

fn ir(text: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_swarmc"));
    command.arg("ir").arg(text).args(arguments).env("NO_COLOR", "1");
    command.output().expect("swarmc starts")
}

fn printed(text: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = ir(text, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{} {arguments:?}: {said}", text.display());
    output.stdout
}

#[test]
fn each_stage_goes_on_to_the_same_image() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("kernel.text");
    for name in EXAMPLES {
        for board in BOARDS {
            let image = printed(&example(name), &["--board", board, "--stage", "elf"]);
            for stage in STAGES {
                let wanted = ["--board", board, "--stage", stage, "--places"];
                let at_stage = printed(&example(name), &wanted);
                fs::write(&text, &at_stage).expect("the folder takes files");
                // LLVM's reader may order a block's predecessors otherwise, in comments: there the image says all.
                if stage != "ll" {
                    let again = printed(&text, &[&wanted[..], &["--from", stage]].concat());
                    assert!(again == at_stage, "{name}, {board}: stage {stage} prints itself otherwise");
                }
                let resumed = printed(&text, &["--board", board, "--from", stage, "--stage", "elf"]);
                assert!(resumed == image, "{name}, {board}: the image from stage {stage} differs");
            }
        }
    }
}

/// Code and descriptor follow from what a stage says; only debug information needs the places.
#[test]
fn without_places_code_and_descriptor_are_the_same() {
    use object::{Object, ObjectSection};
    let loaded = |elf: &[u8]| {
        let file = object::File::parse(elf).expect("an ELF file");
        let sections = file.sections().filter(|section| section.address() != 0);
        sections.map(|section| section.data().expect("its bytes").to_vec()).collect::<Vec<_>>()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("forager.text");
    for board in BOARDS {
        let image = loaded(&printed(&example("forager"), &["--board", board, "--stage", "elf"]));
        assert!(image.iter().any(|bytes| bytes.len() > 400), "{board}: there is code");
        for stage in STAGES {
            fs::write(&text, printed(&example("forager"), &["--board", board, "--stage", stage]))
                .expect("the folder takes files");
            let resumed = printed(&text, &["--board", board, "--from", stage, "--stage", "elf"]);
            assert!(loaded(&resumed) == image, "{board}: the image from stage {stage} differs");
        }
    }
}

#[test]
fn timing_names_the_stages_from_the_first_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("blink.core");
    fs::write(&text, printed(&example("blink"), &["--board", "host", "--stage", "core"])).expect("a file");
    let output = ir(&text, &["--board", "host", "--from", "core", "--stage", "elf", "--timing"]);
    let said = String::from_utf8(output.stderr).expect("text");
    let stages: Vec<&str> = said.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(stages, ["core", "llvm", "ll", "s", "o", "elf"], "{said}");
    assert!(said.lines().all(|line| line.ends_with(" ms")), "{said}");
}

struct Changed {
    folder: TempDir,
    text: String,
}

/// The forager at a stage.
fn at(stage: &str) -> Changed {
    let text = printed(&example("forager"), &["--board", "rak4631", "--stage", stage]);
    let text = String::from_utf8(text).expect("the stage is text");
    Changed { folder: tempfile::tempdir().expect("a folder"), text }
}

impl Changed {
    fn with(mut self, old: &str, new: &str) -> Self {
        assert!(self.text.contains(old), "'{old}' is not in the text");
        self.text = self.text.replacen(old, new, 1);
        self
    }

    /// Starting from a stage must fail as the user's mistake, with these words.
    fn must_be_refused(self, from: &str, words: &[&str]) {
        let path = self.folder.path().join("k.mlir");
        fs::write(&path, &self.text).expect("the folder takes files");
        let output = ir(&path, &["--board", "rak4631", "--from", from, "--stage", "elf"]);
        let said = String::from_utf8(output.stderr).expect("errors are UTF-8");
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(output.stdout.is_empty(), "there is no result");
        let said = said.replace("│ ", "").split_whitespace().collect::<Vec<_>>().join(" ");
        for part in words {
            assert!(said.contains(part), "'{part}' is not in: {said}");
        }
        assert!(said.contains("help:"), "{said}");
    }
}

#[test]
fn text_of_another_stage_is_refused() {
    at("source").must_be_refused("core", &["stage", "this is not at stage core", "--from"]);
    at("core").must_be_refused("source", &["stage", "marks what the compiler has lowered, not sources"]);
    at("core").must_be_refused("llvm", &["stage", "do not say what the kernel shows its host"]);
    at("llvm").must_be_refused("core", &["stage", "this is not at stage core"]);
    at("llvm").must_be_refused("ll", &["syntax", "expected top-level entity"]);
    at("core").with("module {", "// swarm.interface kernel k armv7-none 0x0\nmodule {").must_be_refused(
        "llvm",
        &["stage", "this text is for armv7-none", "board 'rak4631' is thumbv7em-none-eabi"],
    );
}

#[test]
fn what_is_wrong_at_stage_core_is_refused() {
    let core = || at("core");
    core()
        .with("swarm.view @q.pending_state : memref<i32>", "swarm.view @q.nothing : memref<i32>")
        .must_be_refused("core", &["unknown-name", "there is no variable called @q.nothing"]);
    core().with("tensor<3703xi16>", "tensor<3702xi16>").must_be_refused(
        "core",
        &["view-type", "@q.values is seen as memref<3702xi16>, not as memref<3703xi16>"],
    );
    core()
        .with("swarm.on_timer", "rl.schedule @late from 1.0 to 0.0 over 10\nswarm.on_timer")
        .must_be_refused("core", &["stage", "'rl.schedule' is lowered before stage core"]);
    core()
        .with("swarm.check %4 fault 1", "%r = swarm.random below 6")
        .must_be_refused("core", &["stage", "'swarm.random' is lowered before stage core"]);
    core()
        .with("arith.shrui %arg2, %c4_i32", "arith.shrui %arg2, %arg2")
        .must_be_refused("core", &["shift", "must be a constant"]);
    core()
        .with("\n}\n", "\nfunc.func private @other()\n}\n")
        .must_be_refused("core", &["alone", "a file holds one kernel and nothing else"]);
}

#[test]
fn what_is_wrong_behind_core_is_refused() {
    at("llvm")
        .with("llvm.func @swarm_handler_tick", "llvm.func @swarm_handler_tock")
        .must_be_refused("llvm", &["stage", "there is no function @swarm_handler_tick"]);
    at("llvm")
        .with("swarm.interface handler tick timer", "swarm.interface handler tick never")
        .must_be_refused("llvm", &["stage", "is not as swarmc writes it"]);
    at("llvm")
        .with("llvm.mlir.constant(0 : i32)", "arith.constant 0")
        .must_be_refused("llvm", &["stage", "this is not at stage llvm: it holds a 'arith.constant'"]);
    at("ll").with("ret i32", "ret i64").must_be_refused("ll", &["syntax", "k.mlir"]);
}

#[test]
fn a_stage_before_the_first_is_refused() {
    let output = ir(&example("blink"), &["--board", "host", "--from", "core", "--stage", "source"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("stage 'source' comes before 'core'"), "{said}");
}
