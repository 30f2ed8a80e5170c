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
    pub text: bool,
}

const fn row(stage: Stage, name: &'static str, about: &'static str, text: bool) -> Row {
    Row { stage, name, about, text }
}

/// All stages, in order.
pub const STAGES: [Row; 8] = [
    row(Stage::Source, "source", "the kernel, parsed and verified", true),
    row(Stage::Sized, "sized", "open sizes fixed for the board", true),
    row(Stage::Core, "core", "learning lowered to arithmetic on the state block", true),
    row(Stage::Llvm, "llvm", "functions in MLIR's LLVM dialect", true),
    row(Stage::Ll, "ll", "LLVM's own assembly, optimised", true),
    row(Stage::S, "s", "the board's assembly", true),
    row(Stage::O, "o", "an object file", false),
    row(Stage::Elf, "elf", "the linked kernel image", false),
];

impl Stage {
    /// The stage's row.
    pub fn row(self) -> &'static Row {
        &STAGES[self as usize]
    }

    /// The stage of that name.
    pub fn named(name: &str) -> Option<Self> {
        STAGES.iter().find(|row| row.name == name).map(|row| row.stage)
    }
}
