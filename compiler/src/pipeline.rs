//! From a kernel's text to an image: text in, artefacts and diagnostics out.
//!
//! `Pipeline::run` goes from one stage to another; `advance` is one step. Nothing here reads or writes files: what
//! needs another program (assembler, linker) is asked of a `Tools`.

use crate::native::{self, Interface};
use crate::raw::{Addresses, Llvm, Machine, Output, Size, TargetMachine};
use crate::stage::Stage;
use crate::{checks, descriptor, lower, xtensa};
use melior::Context;
use melior::ir::Module;
use melior::ir::operation::{OperationLike, OperationPrintingFlags};
use melior::pass::PassManager;
use std::time::{Duration, Instant};
use swarm_dialects::{OpView, Reported, Table, TableShape, collect, parse};
use swarm_targets::script::{self, Bank};
use swarm_targets::{Board, Isa};

/// Programs that the pipeline needs: the caller runs them.
pub trait Tools {
    /// Assembles text into an object.
    fn assemble(&self, board: &Board, assembly: &str) -> Result<Vec<u8>, Failure>;
    /// Links an object into an image by a script.
    fn link(&self, board: &Board, object: &[u8], script: &str) -> Result<Vec<u8>, Failure>;
}

/// What the user asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Optimise {
    Speed,
    #[default]
    Size,
}

/// How to compile.
#[derive(Clone, Debug)]
pub struct Options {
    pub board: Board,
    pub bank: Bank,
    pub optimise: Optimise,
}

/// Why there is no result.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The kernel is wrong: what the verifier said.
    Kernel(Vec<Reported>),
    /// A program that is needed is not there, or refused its input.
    Tool { program: String, message: String, help: String },
    /// Our own mistake, and at which stage.
    Bug { stage: &'static str, message: String },
}

/// What a stage made.
#[derive(Clone, Debug)]
pub struct Artefact {
    pub stage: Stage,
    pub bytes: Vec<u8>,
    pub took: Duration,
}

/// All artefacts of a compilation, in order, with what the kernel shows its host.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    pub artefacts: Vec<Artefact>,
    pub interface: Option<Interface>,
    /// The tables, by name.
    pub tables: Vec<(String, TableShape)>,
    /// Warnings.
    pub reported: Vec<Reported>,
}

impl Compiled {
    /// The bytes of a stage.
    pub fn stage(&self, stage: Stage) -> Option<&[u8]> {
        self.artefacts
            .iter()
            .find(|artefact| artefact.stage == stage)
            .map(|artefact| artefact.bytes.as_slice())
    }
}

/// Compiles a kernel up to and including a stage. `name` is what diagnostics call the text.
pub fn compile(
    (name, text): (&str, &str),
    options: &Options,
    last: Stage,
    tools: &dyn Tools,
) -> Result<Compiled, Failure> {
    let context = swarm_dialects::context();
    swarm_dialects::register_passes();
    let (result, reported) = collect(&context, || run(&context, (name, text), options, (last, tools)));
    match result {
        Err(Failure::Kernel(_)) => Err(Failure::Kernel(reported)),
        Err(Failure::Bug { stage, message }) => {
            let said: String = reported.iter().map(|report| format!("\n{}", report.message)).collect();
            Err(Failure::Bug { stage, message: message + &said })
        }
        Err(other) => Err(other),
        Ok(compiled) => Ok(Compiled { reported, ..compiled }),
    }
}

/// Parses and verifies only.
pub fn check(name: &str, text: &str) -> Result<(), Failure> {
    let context = swarm_dialects::context();
    let (module, reported) = collect(&context, || parse(&context, text, name).is_some());
    if module { Ok(()) } else { Err(Failure::Kernel(reported)) }
}

fn run(
    context: &Context,
    (name, text): (&str, &str),
    options: &Options,
    (last, tools): (Stage, &dyn Tools),
) -> Result<Compiled, Failure> {
    let mut compiled = Compiled::default();
    let mut clock = Instant::now();
    let mut keep = |compiled: &mut Compiled, stage: Stage, bytes: Vec<u8>| {
        compiled.artefacts.push(Artefact { stage, bytes, took: clock.elapsed() });
        clock = Instant::now();
        stage >= last
    };
    let mut module = parse(context, text, name).ok_or(Failure::Kernel(Vec::new()))?;
    crate::kernel::kernel_of(&module).ok_or(Failure::Kernel(Vec::new()))?;
    let print = |module: &Module| swarm_dialects::print(module, OperationPrintingFlags::new()).into_bytes();
    if keep(&mut compiled, Stage::Source, print(&module)) {
        return Ok(compiled);
    }
    // Nothing is left open in this version of the language: every size is declared.
    if keep(&mut compiled, Stage::Sized, print(&module)) {
        return Ok(compiled);
    }
    if let Some(kernel) = crate::kernel::kernel_of(&module) {
        let tables = crate::kernel::members(kernel.op()).into_iter().filter_map(Table::cast);
        let tables =
            tables.filter_map(|table| Some((table.sym_name().to_owned(), TableShape::of(table.r#type())?)));
        compiled.tables = tables.collect();
        lower::kernel(context, kernel);
    }
    verify(&module, "core")?;
    if keep(&mut compiled, Stage::Core, print(&module)) {
        return Ok(compiled);
    }
    let interface = native::interface(&module)
        .ok_or_else(|| Failure::Bug { stage: "llvm", message: "the kernel is gone".into() })?;
    to_llvm(context, &mut module, &interface, &options.board)?;
    let done = keep(&mut compiled, Stage::Llvm, print(&module));
    compiled.interface = Some(interface);
    if done {
        return Ok(compiled);
    }
    generate(&module, options, &mut compiled, (&mut keep, tools))?;
    Ok(compiled)
}

/// The stage `llvm`: three of our own steps between upstream's passes.
fn to_llvm<'c>(
    context: &'c Context,
    module: &mut Module<'c>,
    interface: &Interface,
    board: &Board,
) -> Result<(), Failure> {
    native::kernel_to_functions(context, module, interface, board.core.pointer_bytes());
    verify(module, "llvm")?;
    passes(context, module, "convert-scf-to-cf")?;
    checks::checks_to_branches(context, module);
    verify(module, "llvm")?;
    passes(
        context,
        module,
        "canonicalize,cse,expand-strided-metadata,finalize-memref-to-llvm{index-bitwidth=32},\
         convert-arith-to-llvm{index-bitwidth=32},convert-cf-to-llvm{index-bitwidth=32},\
         convert-func-to-llvm{index-bitwidth=32 use-bare-ptr-memref-call-conv=1},reconcile-unrealized-casts,\
         canonicalize,cse,ensure-debug-info-scope-on-llvm-func",
    )
}

fn passes<'c>(context: &'c Context, module: &mut Module<'c>, pipeline: &str) -> Result<(), Failure> {
    let bug = |message: String| Failure::Bug { stage: "llvm", message };
    let manager = PassManager::new(context);
    melior::utility::parse_pass_pipeline(
        manager.as_operation_pass_manager(),
        &format!("builtin.module({pipeline})"),
    )
    .map_err(|error| bug(error.to_string()))?;
    manager.run(module).map_err(|_| bug(format!("a pass of '{pipeline}' failed")))
}

fn verify(module: &Module, stage: &'static str) -> Result<(), Failure> {
    let bug = || Failure::Bug { stage, message: "what the lowering made does not verify".into() };
    module.as_operation().verify().then_some(()).ok_or_else(bug)
}

/// The machine of a board, in LLVM's words.
pub fn machine(board: &Board) -> Machine {
    let host = board.core.isa == Isa::Host;
    Machine {
        triple: if host { crate::raw::host_triple() } else { board.core.triple.clone() },
        cpu: board.core.cpu.clone(),
        features: board.core.features.clone(),
        addresses: match board.core.addresses {
            swarm_targets::Addresses::Fixed => Addresses::Fixed,
            swarm_targets::Addresses::ReadOnlyRelative => Addresses::ReadOnlyRelative,
            swarm_targets::Addresses::PositionIndependent => Addresses::PositionIndependent,
        },
    }
}

type Keep<'k> = &'k mut dyn FnMut(&mut Compiled, Stage, Vec<u8>) -> bool;

fn generate(
    module: &Module,
    options: &Options,
    compiled: &mut Compiled,
    (keep, tools): (Keep, &dyn Tools),
) -> Result<(), Failure> {
    let board = &options.board;
    let bug = |stage| move |message| Failure::Bug { stage, message };
    let machine = TargetMachine::new(&machine(board)).map_err(bug("ll"))?;
    let llvm = Llvm::translate(module)
        .ok_or_else(|| Failure::Bug { stage: "ll", message: "not all ops became LLVM's".into() })?;
    let (passes, size) = match options.optimise {
        Optimise::Size => ("default<Oz>", Size::Small),
        Optimise::Speed => ("default<O2>", Size::Fast),
    };
    llvm.optimise(&machine, passes, size).map_err(bug("ll"))?;
    if keep(compiled, Stage::Ll, llvm.text().into_bytes()) {
        return Ok(());
    }
    let by_assembly = board.core.isa == Isa::Xtensa;
    let assembly = llvm.emit(&machine, Output::Assembly).map_err(bug("s"))?;
    let mut assembly = String::from_utf8_lossy(&assembly).into_owned();
    if by_assembly {
        assembly = xtensa::literals_in_place(&assembly);
    }
    if keep(compiled, Stage::S, assembly.clone().into_bytes()) {
        return Ok(());
    }
    let object = if by_assembly {
        tools.assemble(board, &assembly)?
    } else {
        llvm.emit(&machine, Output::Object).map_err(bug("o"))?
    };
    if keep(compiled, Stage::O, object.clone()) {
        return Ok(());
    }
    let interface = compiled.interface.as_ref();
    let commands = interface.map(|interface| descriptor::commands(interface, board)).unwrap_or_default();
    let image = tools.link(board, &object, &script::kernel(board, options.bank, &commands))?;
    keep(compiled, Stage::Elf, image);
    Ok(())
}
