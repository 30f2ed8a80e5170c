//! From MLIR's LLVM dialect to the image: LLVM's passes and back ends, assembler and linker.

use super::{Compiled, Failure, Making, Optimise, Options, Text, Tools, machine, text};
use crate::raw::{Llvm, Output, Size, TargetMachine};
use crate::stage::Stage;
use crate::{descriptor, xtensa};
use melior::Context;
use melior::ir::Module;
use melior::ir::attribute::StringAttribute;
use swarm_dialects::{Reported, Severity};
use swarm_targets::{Board, Isa, script};

fn bug(stage: &'static str) -> impl Fn(String) -> Failure {
    move |message| Failure::Bug { stage, message }
}

/// Compiles a module of the `llvm` dialect.
pub(super) fn generate(
    (context, module): (&Context, &Module),
    options: &Options,
    making: Making,
    tools: &dyn Tools,
) -> Result<Compiled, Failure> {
    let machine = TargetMachine::new(&machine(&options.board)).map_err(bug("ll"))?;
    // The translation gives loads and stores the alignment of their types on this machine.
    let layout = StringAttribute::new(context, &machine.data_layout());
    crate::raw::mark(module.as_operation(), "llvm.data_layout", layout.into());
    let llvm = Llvm::translate(module)
        .ok_or_else(|| Failure::Bug { stage: "ll", message: "not all ops became LLVM's".into() })?;
    let (passes, size) = match options.optimise {
        Optimise::Size => ("default<Oz>", Size::Small),
        Optimise::Speed => ("default<O2>", Size::Fast),
    };
    llvm.optimise(&machine, passes, size).map_err(bug("ll"))?;
    // The text does not say in which order a value's uses are listed, and the back ends look at that order: so code
    // always comes from the text, here as where somebody starts from it.
    let llvm = Llvm::parse("kernel.ll", &llvm.text()).map_err(bug("ll"))?;
    from_llvm(&llvm, (&machine, options), making, tools)
}

/// Goes on from LLVM's assembly.
pub(super) fn resume(
    text: &Text,
    options: &Options,
    mut making: Making,
    tools: &dyn Tools,
) -> Result<Compiled, Failure> {
    making.compiled.interface = Some(text::interface(text, options)?);
    let machine = TargetMachine::new(&machine(&options.board)).map_err(bug("ll"))?;
    let llvm = Llvm::parse(text.name, text.text).map_err(|message| text::refused_by_llvm(text, &message))?;
    from_llvm(&llvm, (&machine, options), making, tools)
}

/// From optimised LLVM on.
fn from_llvm(
    llvm: &Llvm,
    (machine, options): (&TargetMachine, &Options),
    mut making: Making,
    tools: &dyn Tools,
) -> Result<Compiled, Failure> {
    let board = &options.board;
    let ll = llvm.text();
    if making.keep(Stage::Ll, text::with_interface(&ll, (&making, options), ";")) {
        return Ok(making.compiled);
    }
    let by_assembly = board.core.isa == Isa::Xtensa;
    let assembly = llvm.emit(machine, Output::Assembly).map_err(bug("s"))?;
    let mut assembly = String::from_utf8_lossy(&assembly).into_owned();
    if by_assembly {
        assembly = xtensa::literals_in_place(&assembly);
    }
    if making.keep(Stage::S, assembly.clone().into_bytes()) {
        return Ok(making.compiled);
    }
    let object = if by_assembly {
        tools.assemble(board, &assembly)?
    } else {
        // A back end changes the module that it makes code of: made twice of one, code is not the same.
        let llvm = Llvm::parse("kernel.ll", &ll).map_err(bug("o"))?;
        llvm.emit(machine, Output::Object).map_err(bug("o"))?
    };
    if making.keep(Stage::O, object.clone()) {
        return Ok(making.compiled);
    }
    let interface = making.compiled.interface.as_ref();
    let commands = interface.map(|interface| descriptor::commands(interface, board)).unwrap_or_default();
    let formats = interface.map(|interface| interface.declared.formats.as_slice()).unwrap_or_default();
    let contents = script::Contents { descriptor: &commands, formats };
    let image = tools.link(options, &object, &script::kernel(board, options.bank, &contents));
    let image = image.map_err(|failure| too_large(failure, board))?;
    making.keep(Stage::Elf, image);
    Ok(making.compiled)
}

/// The linker finds that an image does not fit: that is no failure of the linker's.
fn too_large(failure: Failure, board: &Board) -> Failure {
    if !matches!(&failure, Failure::Tool { message, .. } if message.contains(script::TOO_LARGE)) {
        return failure;
    }
    let size = board.banks.size;
    let message = format!("[fit] the image is larger than a bank of board '{}': {size} bytes", board.name);
    Failure::Kernel(vec![Reported { severity: Severity::Error, message, place: None, notes: Vec::new() }])
}
