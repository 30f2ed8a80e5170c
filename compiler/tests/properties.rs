//! What holds of every kernel behind MLIR, whatever LLVM's text looks like: stage `ll` is integers, calls of the host's
//! table, and constants; stage `s` has no writable section and no floating-point register.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use swarm_targets::{Board, Isa};
use swarmc::pipeline::{Compiled, Optimise, Options, compile};
use swarmc::stage::Stage;
use swarmc::tools::Installed;

/// One board of each kind of core.
const BOARDS: [&str; 5] = ["microbit-v1", "rak4631", "esp32c3-devkit", "tbeam", "host"];

/// The most bytes that a handler keeps on the stack by itself: the arguments of a log, a packet's marks.
const MOST_STACK: u64 = 4096;

/// Examples and the small kernels for each op.
fn kernels() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository");
    let mut kernels: Vec<PathBuf> = [
        "assist",
        "blink",
        "capability_beacon",
        "forager",
        "gesture",
        "observer",
        "soil_probe",
        "state_update",
    ]
    .iter()
    .map(|name| root.join(format!("examples/{name}/{name}.mlir")))
    .collect();
    let cases = std::fs::read_dir(root.join("tests/cases/stages")).expect("the folder of the cases");
    kernels.extend(cases.map(|case| case.expect("an entry").path()));
    assert!(kernels.len() > 20, "only {} kernels", kernels.len());
    kernels
}

/// A kernel for a board: `name` says both.
struct Subject {
    name: String,
    board: Board,
    compiled: Compiled,
}

impl Subject {
    fn stage(&self, stage: Stage) -> &str {
        std::str::from_utf8(self.compiled.stage(stage).expect("the stage is made")).expect("text")
    }
}

fn each(check: impl Fn(&Subject)) {
    for kernel in kernels() {
        let text = std::fs::read_to_string(&kernel).expect("the kernel is text");
        for name in BOARDS {
            let board = swarm_targets::find(name).expect("the board is built in").0;
            for optimise in [Optimise::Size, Optimise::Speed] {
                let options =
                    Options { board: board.clone(), bank: swarm_targets::script::Bank::A, optimise };
                let name = format!("{} for {name}, {optimise:?}", kernel.display());
                let compiled = compile(("k.mlir", &text), &options, Stage::S, &Installed);
                let compiled = compiled.unwrap_or_else(|failure| panic!("{name}: {failure:?}"));
                check(&Subject { name, board: board.clone(), compiled });
            }
        }
    }
}

/// The words of a line, without comments and strings.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let code = line.split([';', '"']).next().unwrap_or_default();
    code.split(|c: char| !c.is_ascii_alphanumeric() && !"_.%@".contains(c)).filter(|word| !word.is_empty())
}

#[test]
fn stage_ll_is_integers_constants_and_calls_of_the_host() {
    each(|subject| {
        let ll = subject.stage(Stage::Ll);
        for function in functions(subject, ll) {
            calls_the_host_only(subject, &function);
            keeps_little_on_the_stack(subject, &function);
        }
        for line in ll.lines() {
            let floats = ["half", "bfloat", "float", "double", "fp128", "x86_fp80"];
            let float = words(line).find(|word| floats.contains(word));
            assert_eq!(float, None, "{}: a floating-point type in '{line}'", subject.name);
            let writable = line.starts_with('@') && words(line).any(|word| word == "global");
            assert!(!writable, "{}: writable data: {line}", subject.name);
        }
    });
}

/// What handlers of one kernel share.
const ROUTINES: [&str; 2] = ["@swarm.fixed", "@swarm.number"];

/// The bodies of a text's functions. They are the kernel's handlers, all of them, and what these share.
fn functions<'s>(subject: &Subject, ll: &'s str) -> Vec<Vec<&'s str>> {
    let mut functions: Vec<Vec<&str>> = Vec::new();
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in ll.lines() {
        if line.starts_with("define ") {
            let name = words(line).find_map(|word| word.strip_prefix("@swarm_handler_"));
            let is_shared = words(line).any(|word| ROUTINES.contains(&word));
            assert!(name.is_some() != is_shared, "{}: no handler: {line}", subject.name);
            names.extend(name.map(str::to_owned));
            functions.push(Vec::new());
            inside = true;
        } else if line == "}" {
            inside = false;
        } else if inside && let Some(function) = functions.last_mut() {
            function.push(line);
        }
    }
    let interface = subject.compiled.interface.as_ref().expect("a kernel has an interface");
    let declared = interface.declared.handlers.iter().map(|handler| handler.name.clone());
    let declared: BTreeSet<String> = declared.chain(["swarm.init".to_owned()]).collect();
    assert_eq!(names, declared, "{}", subject.name);
    functions
}

/// Integer arithmetic, and copies of bytes, that LLVM knows.
const INTRINSICS: [&str; 17] = [
    "abs", "bswap", "ctpop", "fshl", "lifetime", "memcpy", "memmove", "memset", "sadd", "scmp", "smax",
    "smin", "ssub", "ucmp", "umax", "umin", "usub",
];

fn calls_the_host_only(subject: &Subject, function: &[&str]) {
    let defined = |value: &str| {
        let found =
            function.iter().find_map(|line| line.trim_start().strip_prefix(value)?.strip_prefix(" = "));
        found.unwrap_or_else(|| panic!("{}: {value} is defined nowhere", subject.name))
    };
    for line in function.iter().filter(|line| words(line).any(|word| word == "call")) {
        let called = line.split("call ").nth(1).and_then(|call| call.split('(').next()).unwrap_or_default();
        let called = called.split_whitespace().last().unwrap_or_default();
        if let Some(intrinsic) = called.strip_prefix("@llvm.") {
            let short = intrinsic.split('.').next().unwrap_or_default();
            // What limits to a number of bits, on cores that have it.
            let saturates = intrinsic == "arm.usat" && subject.board.core.isa == Isa::Thumbv7em;
            assert!(saturates || INTRINSICS.contains(&short), "{}: calls {called}", subject.name);
            continue;
        }
        if ROUTINES.contains(&called) {
            continue;
        }
        // The address comes from the table that is the handler's second argument.
        let address = defined(called).strip_prefix("load ptr, ptr ").and_then(|rest| rest.split(',').next());
        let address = address.unwrap_or_else(|| panic!("{}: what does '{line}' call?", subject.name));
        let entry = if address == "%1" { "" } else { defined(address) };
        assert!(entry.is_empty() || entry.contains(" ptr %1, "), "{}: {line}: {entry}", subject.name);
    }
}

fn keeps_little_on_the_stack(subject: &Subject, function: &[&str]) {
    let mut bytes = 0;
    let mut first_block = true;
    for line in function {
        // Labels begin lines.
        first_block &= line.is_empty() || line.starts_with(' ') || line == &function[0];
        let Some((_, kept)) = line.split_once(" = alloca ") else { continue };
        assert!(first_block, "{}: the stack grows with a loop: {line}", subject.name);
        let kept = kept.split(", align").next().unwrap_or_default();
        let (count, element) = match kept.trim_matches(['[', ']']).split_once(" x i") {
            Some((count, element)) => (count, element),
            None => ("1", kept.trim_start_matches('i')),
        };
        let number = |text: &str| text.parse::<u64>().unwrap_or_else(|_| panic!("{}: {line}", subject.name));
        bytes += number(count) * number(element).div_ceil(8);
    }
    assert!(bytes <= MOST_STACK, "{}: {bytes} bytes on the stack", subject.name);
}

#[test]
fn stage_s_writes_no_data_and_no_floating_point_register() {
    each(|subject| {
        for line in subject.stage(Stage::S).lines() {
            let mut words = line.split_whitespace();
            let op = words.next().unwrap_or_default();
            let section = if op == ".section" { words.next().unwrap_or_default() } else { op };
            let section = section.trim_matches('"');
            let writable = [".data", ".bss", ".comm", ".lcomm", ".tbss", ".tdata"];
            let writes =
                writable.iter().any(|name| section == *name || section.starts_with(&format!("{name}.")));
            assert!(!writes, "{}: {line}", subject.name);
            assert!(!is_floating(op, subject.board.core.isa), "{}: {line}", subject.name);
        }
    });
}

/// Whether an instruction computes with floating-point registers.
fn is_floating(op: &str, isa: Isa) -> bool {
    match isa {
        Isa::Thumbv6m | Isa::Thumbv7em => op.starts_with('v'),
        Isa::Riscv32imc | Isa::Riscv32imac => op.starts_with('f') && !op.starts_with("fence"),
        Isa::Xtensa => op.ends_with(".s") && op != "const.s",
        // There compilers move bytes in vector registers; they do not compute with them.
        Isa::Host => {
            ["addss", "addsd", "mulss", "mulsd", "divss", "divsd", "cvtsi2sd", "cvtsi2ss"].contains(&op)
        }
    }
}

#[test]
fn stage_llvm_says_of_each_access_which_variable_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository");
    let board = swarm_targets::find("microbit-v1").expect("the board is built in").0;
    let options = Options { board, bank: swarm_targets::script::Bank::A, optimise: Optimise::Size };
    for name in ["merge", "select_masked", "transition", "update_counted"] {
        let path = root.join(format!("tests/baselines/{name}.mlir"));
        let text = std::fs::read_to_string(&path).expect("the kernel is text");
        let compiled = compile(("k.mlir", &text), &options, Stage::Llvm, &Installed).expect(name);
        let llvm = String::from_utf8_lossy(compiled.stage(Stage::Llvm).expect("the stage is made"));
        let handler = llvm.split("@swarm_handler_run(").nth(1).expect("the handler is there");
        let accesses: Vec<&str> = handler
            .lines()
            .filter(|line| line.contains("llvm.load") || line.contains("llvm.store"))
            .collect();
        assert!(accesses.len() > 3, "{name}: {handler}");
        let variables: BTreeSet<&str> =
            accesses.iter().map(|line| line.split("tbaa = [").nth(1).expect(line)).map(tag).collect();
        assert!(variables.len() > 3, "{name}: {variables:?}");
    }
}

/// What an access bears.
fn tag(attributes: &str) -> &str {
    attributes.split(']').next().unwrap_or_default()
}
