//! What a kernel takes of a board: flash, RAM and stack, read from the linked image itself.
//!
//! Nothing is estimated. Bytes are those of the ELF file, the stack is `swarm-machine`'s bound over the machine code.
//! What each bound assumes is in `compiler/FIT.md`.

pub mod airtime;
mod budget;
pub mod energy;
mod flash;
mod json;
mod lines;
mod picture;
mod ram;
mod speaking;
mod stack;
mod text;

pub use budget::{Budget, over};
pub use flash::{Flash, Part, PartKind};
pub use json::compare;
pub use lines::OpBytes;
pub use picture::picture;
pub use ram::{Ram, Variable};
pub use speaking::Speaking;
pub use stack::{HandlerStack, StackFit};
pub use text::table;

use crate::pipeline::{Compiled, Failure};
use crate::stage::Stage;
use swarm_targets::Board;

/// What a kernel takes of one board.
#[derive(Clone, Debug)]
pub struct Fit {
    pub kernel: String,
    pub board: Board,
    pub flash: Flash,
    pub ram: Ram,
    /// None on the host, whose stack grows by itself.
    pub stack: Option<StackFit>,
}

impl Fit {
    /// Reads what a compiled kernel takes. `source` is its text, whose lines are named.
    ///
    /// Errors: a linked image that says something else than stage `sized`, and code that no bound follows from. Both
    /// are bugs of ours.
    pub fn of(compiled: &Compiled, board: &Board, source: &str) -> Result<Self, Failure> {
        let bug = |message: String| Failure::Bug { stage: "elf", message };
        let elf = compiled.stage(Stage::Elf).unwrap_or_default();
        let interface =
            compiled.interface.as_ref().ok_or_else(|| bug("the kernel has no interface".into()))?;
        let image = flash::Image::read(elf).map_err(bug)?;
        let in_image = image.state_bytes();
        if in_image != Some(interface.layout.size) {
            let sized = interface.layout.size;
            return Err(bug(format!(
                "the state block has {sized} B when sized, and {in_image:?} in the image"
            )));
        }
        let stack = stack::bound(elf, board).map_err(bug)?;
        Ok(Self {
            kernel: interface.declared.name.clone(),
            board: board.clone(),
            flash: image.flash(board, source),
            ram: Ram::of(&interface.layout, board, source),
            stack,
        })
    }
}
