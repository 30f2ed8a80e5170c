//! The pipeline's stages: one table, from which flags, file extensions and help come.

/// A stage of the pipeline, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Source,
    Sized,
    Core,
    Llvm,
    Ll,
    S,
    O,
    Elf,
}

/// One row of the table.
pub struct Row {
    pub stage: Stage,
    /// The value on the command line and the file extension.
    pub name: &'static str,
    pub about: &'static str,
    pub form: Form,
}

/// What a stage's artefact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text that the pipeline can start from.
    Input,
    /// Text to look at: assembled by another program than the compiler's, it gives other bytes.
    Text,
    Binary,
}

const fn row(stage: Stage, name: &'static str, about: &'static str, form: Form) -> Row {
    Row { stage, name, about, form }
}

/// All stages, in order.
pub const STAGES: [Row; 8] = [
    row(Stage::Source, "source", "the kernel, parsed and verified", Form::Input),
    row(Stage::Sized, "sized", "open sizes fixed for the board", Form::Input),
    row(Stage::Core, "core", "learning and tensors lowered to arithmetic on the state block", Form::Input),
    row(Stage::Llvm, "llvm", "functions in MLIR's LLVM dialect", Form::Input),
    row(Stage::Ll, "ll", "LLVM's own assembly, optimised", Form::Input),
    row(Stage::S, "s", "the board's assembly", Form::Text),
    row(Stage::O, "o", "an object file", Form::Binary),
    row(Stage::Elf, "elf", "the linked kernel image", Form::Binary),
];

impl Stage {
    /// The stage's row.
    pub fn row(self) -> &'static Row {
        &STAGES[self as usize]
    }

    /// The stages whose text can be started from.
    pub fn inputs() -> impl Iterator<Item = &'static Row> {
        STAGES.iter().filter(|row| row.form == Form::Input)
    }

    /// The stage of that name.
    pub fn named(name: &str) -> Option<Self> {
        STAGES.iter().find(|row| row.name == name).map(|row| row.stage)
    }
}
