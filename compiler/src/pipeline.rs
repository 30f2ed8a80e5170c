//! From a kernel's text to an image: text in, artefacts and diagnostics out.
//!
//! `compile` goes from a kernel's source to a stage, `resume` from the text of one stage to another. Nothing here reads
//! or writes files: what needs another program (assembler, linker) is asked of a `Tools`. From MLIR to the image it
//! goes in `pipeline/code.rs`; what a text of a later stage must bring along is in `pipeline/text.rs`.

mod code;
mod text;

use crate::layout::Layout;
use crate::lower::aim::Aim;
use crate::native::{self, Interface};
use crate::raw::{Addresses, Machine};
use crate::stage::Stage;
use crate::{apart, checks, lower, rounds, saturation};
use melior::Context;
use melior::ir::Module;
use melior::ir::operation::OperationLike;
use melior::pass::PassManager;
use std::time::{Duration, Instant};
use swarm_dialects::{OpView, Reported, Severity, Table, TableShape, collect, parse};
use swarm_targets::script::Bank;
use swarm_targets::{Board, Isa};
pub use text::{Places, Text};

/// Programs that the pipeline needs: the caller runs them.
pub trait Tools {
    /// Assembles text into an object.
    fn assemble(&self, board: &Board, assembly: &str) -> Result<Vec<u8>, Failure>;
    /// Links an object into an image by a script, with routines for the same board and aim.
    fn link(&self, options: &Options, object: &[u8], script: &str) -> Result<Vec<u8>, Failure>;
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
    resume(&Text { name, text, stage: Stage::Source, places: Places::Left }, options, last, tools)
}

/// Goes on from the text of a stage, up to and including another. The text is verified as that stage is.
pub fn resume(text: &Text, options: &Options, last: Stage, tools: &dyn Tools) -> Result<Compiled, Failure> {
    let context = swarm_dialects::context();
    swarm_dialects::register_passes();
    let making = Making { compiled: Compiled::default(), clock: Instant::now(), last };
    let (result, mut reported) = collect(&context, || run(&context, text, (options, tools), making));
    match result {
        Err(Failure::Kernel(own)) => {
            reported.extend(own);
            Err(Failure::Kernel(reported))
        }
        Err(Failure::Bug { stage, message }) => {
            let said: String = reported.iter().map(|report| format!("\n{}", report.message)).collect();
            Err(Failure::Bug { stage, message: message + &said })
        }
        Err(other) => Err(other),
        Ok(mut compiled) => {
            compiled.reported.extend(reported);
            Ok(compiled)
        }
    }
}

/// Parses and verifies only.
pub fn check(name: &str, text: &str) -> Result<(), Failure> {
    let context = swarm_dialects::context();
    let (module, reported) = collect(&context, || parse(&context, text, name).is_some());
    if module { Ok(()) } else { Err(Failure::Kernel(reported)) }
}

/// A compilation under way.
struct Making {
    compiled: Compiled,
    clock: Instant,
    last: Stage,
}

impl Making {
    /// Takes what a stage made; whether that was the last one.
    fn keep(&mut self, stage: Stage, bytes: Vec<u8>) -> bool {
        self.compiled.artefacts.push(Artefact { stage, bytes, took: self.clock.elapsed() });
        self.clock = Instant::now();
        stage >= self.last
    }
}

fn run(
    context: &Context,
    text: &Text,
    (options, tools): (&Options, &dyn Tools),
    mut making: Making,
) -> Result<Compiled, Failure> {
    if text.stage >= Stage::Ll {
        return code::resume(text, options, making, tools);
    }
    let module = if text.stage == Stage::Llvm {
        let (module, interface) = text::llvm(context, text, options)?;
        making.compiled.interface = Some(interface);
        module
    } else {
        let mut module = text::kernel(context, text)?;
        if let Some(kernel) = crate::kernel::kernel_of(&module).filter(|_| text.stage < Stage::Core) {
            making.compiled.reported = crate::kernel::warnings(kernel);
        }
        if to_core((context, &module), text, Aim::new(&options.board, options.optimise), &mut making)? {
            return Ok(making.compiled);
        }
        let interface = native::interface(&module)
            .ok_or_else(|| Failure::Bug { stage: "llvm", message: "the kernel is gone".into() })?;
        fits(&module, &interface.layout, &options.board)?;
        to_llvm(context, &mut module, &interface, &options.board)?;
        making.compiled.interface = Some(interface);
        module
    };
    let bytes = text::with_interface(&text.print(&module), (&making, options), "//");
    if making.keep(Stage::Llvm, bytes) {
        return Ok(making.compiled);
    }
    code::generate((context, &module), options, making, tools)
}

/// The stages up to `core`; whether one of them was the last.
fn to_core(
    (context, module): (&Context, &Module),
    text: &Text,
    aim: Aim,
    making: &mut Making,
) -> Result<bool, Failure> {
    if text.stage == Stage::Source && making.keep(Stage::Source, text.print(module).into_bytes()) {
        return Ok(true);
    }
    // Nothing is left open in this version of the language: every size is declared.
    if text.stage <= Stage::Sized && making.keep(Stage::Sized, text.print(module).into_bytes()) {
        return Ok(true);
    }
    if let Some(kernel) = crate::kernel::kernel_of(module).filter(|_| text.stage < Stage::Core) {
        let tables = crate::kernel::members(kernel.op()).into_iter().filter_map(Table::cast);
        let tables =
            tables.filter_map(|table| Some((table.sym_name().to_owned(), TableShape::of(table.r#type())?)));
        making.compiled.tables = tables.collect();
        lower::kernel(context, kernel, aim).map_err(|message| Failure::Bug { stage: "core", message })?;
    }
    verify(module, "core")?;
    Ok(making.keep(Stage::Core, text.print(module).into_bytes()))
}

/// Refuses a state block that the board has no room for.
fn fits(module: &Module, layout: &Layout, board: &Board) -> Result<(), Failure> {
    // On the host a kernel may have what its indices reach.
    let room = if board.core.isa == Isa::Host { 1 << 30 } else { board.state_capacity() };
    if layout.size <= room {
        return Ok(());
    }
    let mut slots: Vec<_> = layout.slots.iter().collect();
    slots.sort_by_key(|slot| std::cmp::Reverse(slot.bytes()));
    let largest = slots.iter().take(3).map(|slot| format!("@{} {} B", slot.name, slot.bytes()));
    let largest = largest.collect::<Vec<_>>().join(", ");
    let message = format!(
        "[ram] the state block takes {} B, and '{}' has {room} B of RAM for kernels; the largest: {largest}",
        layout.size, board.name
    );
    let kernel = crate::kernel::kernel_of(module).map(|kernel| kernel.op().location());
    let place = kernel.and_then(swarm_dialects::place);
    Err(Failure::Kernel(vec![Reported { severity: Severity::Error, message, place, notes: Vec::new() }]))
}

/// The stage `llvm`: our own steps between upstream's passes.
fn to_llvm<'c>(
    context: &'c Context,
    module: &mut Module<'c>,
    interface: &Interface,
    board: &Board,
) -> Result<(), Failure> {
    native::kernel_to_functions(context, module, interface, board.core.pointer_bytes());
    rounds::bounds_to_calls(context, module);
    verify(module, "llvm")?;
    passes(context, module, "convert-scf-to-cf")?;
    checks::checks_to_branches(context, module);
    if board.core.isa == Isa::Thumbv7em {
        saturation::caps_to_intrinsics(context, module);
    }
    verify(module, "llvm")?;
    // Nothing is simplified before it is LLVM's: `canonicalize` makes choices of ways that are to stay ways.
    passes(
        context,
        module,
        "cse,expand-strided-metadata,finalize-memref-to-llvm{index-bitwidth=32},\
         convert-arith-to-llvm{index-bitwidth=32},convert-cf-to-llvm{index-bitwidth=32},\
         convert-func-to-llvm{index-bitwidth=32 use-bare-ptr-memref-call-conv=1},reconcile-unrealized-casts,\
         canonicalize,cse,ensure-debug-info-scope-on-llvm-func{emission-kind=Full}",
    )?;
    apart::accesses_to_variables(context, module, &interface.layout);
    verify(module, "llvm")
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
