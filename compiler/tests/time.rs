//! Every handler of every kernel has a bound of its instructions, on every emulated board.

use std::path::{Path, PathBuf};
use swarm_machine::{Code, Error, Problem, library};
use swarm_targets::script::Bank;
use swarmc::pipeline::{Optimise, Options, Places, Text, resume};
use swarmc::stage::Stage;
use swarmc::tools::Installed;

/// The examples, a small kernel for each op, and those that are compared with C by hand.
fn kernels() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository");
    let files = |folder: &Path| {
        let entries = std::fs::read_dir(folder).expect("the folder is there");
        entries.map(|entry| entry.expect("it can be read").path()).collect::<Vec<_>>()
    };
    let examples = files(&root.join("examples")).into_iter().flat_map(|folder| files(&folder));
    let more = ["tests/cases/stages", "tests/baselines"].map(|folder| files(&root.join(folder)));
    let mut kernels: Vec<_> = examples.chain(more.concat()).collect();
    kernels.retain(|path| path.extension().is_some_and(|extension| extension == "mlir"));
    kernels.sort();
    kernels
}

fn options(board: &str, optimise: Optimise) -> Options {
    let board = swarm_targets::find(board).expect("the board is built in").0;
    Options { board, bank: Bank::A, optimise }
}

fn build(kernel: &Path, options: &Options, last: Stage) -> Vec<u8> {
    let text = std::fs::read_to_string(kernel).expect("the kernel is there");
    // With the places of the source: labels are debug information.
    let text = Text { name: "kernel.mlir", text: &text, stage: Stage::Source, places: Places::Written };
    let compiled = resume(&text, options, last, &Installed);
    let compiled = compiled.unwrap_or_else(|failure| panic!("{}: {failure:?}", kernel.display()));
    compiled.stage(last).expect("the stage").to_vec()
}

/// The most instructions of each handler, without the host's services.
fn times(elf: &[u8], what: &str) -> Vec<u64> {
    let code = Code::read(elf).unwrap_or_else(|error| panic!("{what}: {error}"));
    let time = |handler: &swarm_machine::Handler| {
        let time = code.time(handler.function, |_| 0, library);
        let time = time.unwrap_or_else(|error| panic!("{what}, {}: {error}", handler.name));
        // Each loop with a label has a line of the kernel; routines have none.
        let labelled = time.loops.iter().filter(|found| found.line.is_some()).count();
        let own = time.loops.iter().filter(|found| {
            let name = &code.functions[&found.function].name;
            name.starts_with("swarm")
        });
        assert_eq!(labelled, own.count(), "{what}, {}: {time:?}", handler.name);
        time.instructions
    };
    code.handlers.iter().map(time).collect()
}

fn all_are_bounded(board: &str) {
    let kernels = kernels();
    assert!(kernels.len() > 40, "{kernels:?}");
    for (kernel, optimise) in
        kernels.iter().flat_map(|kernel| [(kernel, Optimise::Size), (kernel, Optimise::Speed)])
    {
        let what = format!("{} for {board}, {optimise:?}", kernel.display());
        let times = times(&build(kernel, &options(board, optimise), Stage::Elf), &what);
        assert!(
            !times.is_empty() && times.iter().all(|time| (1..10_000_000).contains(time)),
            "{what}: {times:?}"
        );
    }
}

#[test]
fn every_handler_is_bounded_on_a_cortex_m0() {
    all_are_bounded("microbit-v1");
}

#[test]
fn every_handler_is_bounded_on_a_cortex_m4() {
    all_are_bounded("qemu-cortex-m4");
}

#[test]
fn every_handler_is_bounded_on_riscv() {
    all_are_bounded("qemu-riscv32");
}

#[test]
fn every_handler_is_bounded_on_windowed_xtensa() {
    all_are_bounded("qemu-xtensa");
}

/// A kernel whose loops only the lowering knows the bounds of.
fn receiver() -> PathBuf {
    kernels().into_iter().find(|kernel| kernel.ends_with("stages/radio_event.mlir")).expect("it is there")
}

#[test]
fn bounds_are_part_of_the_texts_of_stages() {
    let options = options("qemu-riscv32", Optimise::Size);
    let whole = times(&build(&receiver(), &options, Stage::Elf), "at once");
    for stage in [Stage::Core, Stage::Llvm, Stage::Ll] {
        let bytes = build(&receiver(), &options, stage);
        let text = std::str::from_utf8(&bytes).expect("a text");
        let text = Text { name: "kernel", text, stage, places: Places::Left };
        let compiled = resume(&text, &options, Stage::Elf, &Installed).expect("the stage's text is good");
        let elf = compiled.stage(Stage::Elf).expect("an image");
        let code = Code::read(elf).expect("it is a kernel");
        let handler = &code.handlers[1];
        match code.time(handler.function, |_| 0, library) {
            Ok(time) => assert_eq!(time.instructions, whole[1], "{stage:?}"),
            Err(error) => panic!("{stage:?}: {error}"),
        }
    }
}

#[test]
fn a_loop_without_a_bound_is_refused_with_its_place() {
    let options = options("qemu-riscv32", Optimise::Size);
    let bytes = build(&receiver(), &options, Stage::Ll);
    let text = String::from_utf8(bytes).expect("a text").replace("\"swarm.loop ", "\"some.loop ");
    let text = Text { name: "kernel", text: &text, stage: Stage::Ll, places: Places::Left };
    let compiled = resume(&text, &options, Stage::Elf, &Installed).expect("labels may have any name");
    let code = Code::read(compiled.stage(Stage::Elf).expect("an image")).expect("it is a kernel");
    let handler = code.handlers.iter().find(|handler| handler.name != "swarm.init").expect("there is one");
    let error = code.time(handler.function, |_| 0, library).expect_err("the loop has no bound");
    assert_eq!(error.code(), "machine::loop");
    let Error::Code { problem: Problem::Loop, at } = error else { panic!("{error}") };
    assert_eq!(at.function, "swarm_handler_heard");
    assert!(code.functions[&handler.function].blocks.contains_key(&at.address), "{at:x?}");
}
