//! What a kernel takes of a board: flash, RAM, stack and instructions, read from the linked image itself; air time and
//! energy of an hour.
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
mod time;

pub use budget::{Budget, over};
pub use flash::{Flash, Part, PartKind};
pub use json::compare;
pub use lines::OpBytes;
pub use picture::picture;
pub use ram::{Ram, Variable};
pub use speaking::Speaking;
pub use stack::{HandlerStack, StackFit};
pub use text::table;
pub use time::HandlerTime;

use crate::pipeline::{Compiled, Failure};
use crate::stage::Stage;
use airtime::Airtime;
use energy::Energy;
use swarm_machine::Code;
use swarm_targets::{Board, Isa};

/// What a kernel takes of one board.
#[derive(Clone, Debug)]
pub struct Fit {
    pub kernel: String,
    pub board: Board,
    pub flash: Flash,
    pub ram: Ram,
    /// None on the host, whose stack grows by itself.
    pub stack: Option<StackFit>,
    /// The most instructions of each handler; empty on the host.
    pub times: Vec<HandlerTime>,
    pub airtime: Airtime,
    /// An hour of the board; none where nothing is known of its currents.
    pub energy: Option<Energy>,
}

impl Fit {
    /// Reads what a compiled kernel takes. `source` is its text, whose lines are named; `speaking` is of the same text.
    ///
    /// Errors: a linked image that says something else than stage `sized`, and code that no bound follows from. Both
    /// are bugs of ours.
    pub fn of(
        compiled: &Compiled,
        board: &Board,
        (source, speaking): (&str, &Speaking),
    ) -> Result<Self, Failure> {
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
        let code = (board.core.isa != Isa::Host).then(|| Code::read(elf)).transpose();
        let code = code.map_err(|error| bug(error.to_string()))?;
        let times = code.as_ref().map(|code| time::bound(code, board, &interface.declared.handlers));
        let times = times.transpose().map_err(bug)?.unwrap_or_default();
        Ok(Self {
            kernel: interface.declared.name.clone(),
            board: board.clone(),
            flash: image.flash(board, source),
            ram: Ram::of(&interface.layout, board, source),
            stack: code.as_ref().map(|code| stack::bound(code, board)),
            energy: energy::energy(board, &hour(speaking, &times)),
            airtime: speaking.airtime.clone(),
            times,
        })
    }
}

/// An hour with what the handlers execute in it; those that come as often as something is heard are left out.
fn hour(speaking: &Speaking, times: &[HandlerTime]) -> energy::Hour {
    let mut hour = speaking.hour.clone();
    let uses = times.iter().filter_map(|time| {
        let runs = speaking.runs.iter().find(|runs| runs.name == time.name)?.most?;
        Some(energy::HandlerUse { name: time.name.clone(), instructions: time.instructions, runs })
    });
    hour.handlers = uses.collect();
    hour
}
