//! The kinds of random kernels, and which of them the tests try: the soak tries more, the mutation script tries the same.

use crate::adverts::{self, Adverts};
use crate::chances::Chances;
use crate::compare::Trial;
use crate::direct::Direct;
use crate::messages::Messages;
use crate::programs::Programs;
use crate::shared::Shared;
use crate::speaking::Speaking;
use crate::steps::{Alike, Subject, follow};
use crate::tensors::{self, Tensors};
use crate::tiled::Tiled;
use swarm_harness::node::Node;
use swarmc::layout::Layout;
use swarmc::pipeline::Optimise;
use swarmc::stage::Stage;

/// What a kernel is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Tables, all rules, one event after the other.
    Tables,
    /// The same, many rounds in each event.
    Rounds,
    /// The same, one element that is visited more often than a count can hold.
    Worn,
    /// One operation in each event, wrong operands too.
    Direct,
    /// Draws that are rare.
    Chances,
    /// Tile coding.
    Tiles,
    /// Merging and packets.
    Shared,
    /// Messages.
    Messages,
    /// Nodes that send and hear messages.
    Speaking,
    /// Adverts that are packed, published and read.
    Adverts,
    /// Tensors.
    Tensors,
    /// Variables and arithmetic.
    Programs,
}

/// Starts a node with an image on a board.
pub type Start<'a> = &'a dyn Fn(&[u8], &str) -> Box<dyn Node>;

/// Rounds of one event of [`Kind::Rounds`].
const ROUNDS: u32 = 64;

/// What the tests try on every target: of each kind so many kernels, of so many events each.
pub const TESTED: [(Kind, u32, usize); 12] = [
    (Kind::Tables, 100, 1000),
    (Kind::Rounds, 8, 12),
    (Kind::Worn, 3, 300),
    (Kind::Direct, 40, 400),
    (Kind::Chances, 12, 200),
    (Kind::Tiles, 40, 300),
    (Kind::Shared, 40, 1000),
    (Kind::Messages, 40, 400),
    (Kind::Speaking, 40, 400),
    (Kind::Adverts, 60, 200),
    (Kind::Tensors, 12, 300),
    (Kind::Programs, 20, 200),
];

impl Kind {
    /// The kind of that name.
    pub fn find(name: &str) -> Option<Self> {
        TESTED.iter().map(|(kind, ..)| *kind).find(|kind| kind.name() == name)
    }

    /// As the command line and tables have it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Tables => "tables",
            Kind::Rounds => "rounds",
            Kind::Worn => "worn",
            Kind::Direct => "direct",
            Kind::Chances => "chances",
            Kind::Tiles => "tiles",
            Kind::Shared => "shared",
            Kind::Messages => "messages",
            Kind::Speaking => "speaking",
            Kind::Adverts => "adverts",
            Kind::Tensors => "tensors",
            Kind::Programs => "programs",
        }
    }

    /// How many of its kernels the tests try, and the events of each.
    pub fn tested(self) -> (u32, usize) {
        let tested = TESTED.iter().find(|(kind, ..)| *kind == self);
        tested.map(|(_, kernels, events)| (*kernels, *events)).expect("each kind is tested")
    }

    /// Whether its kernels learn: what they do are updates.
    pub fn learns(self) -> bool {
        use Kind::{Direct, Rounds, Shared, Tables, Tiles, Worn};
        matches!(self, Tables | Rounds | Worn | Direct | Tiles | Shared)
    }

    /// Runs one kernel on a board and in its model. Says what was alike; else what differs.
    pub fn run(self, (seed, events): (u32, usize), board: &str) -> Result<Alike, String> {
        self.run_on((seed, events), board, &|elf, board| crate::start(elf, board, None))
    }

    /// The same, on a node that the caller starts.
    pub fn run_on(self, (seed, events): (u32, usize), board: &str, start: Start) -> Result<Alike, String> {
        let of_tables = |updates| Alike { done: updates, ..Alike::default() };
        match self {
            Kind::Tables => Trial::random(seed.into(), events, 1).run_on(board, start).map(of_tables),
            Kind::Rounds => Trial::random(seed.into(), events, ROUNDS).run_on(board, start).map(of_tables),
            Kind::Worn => Trial::worn(seed.into()).run_on(board, start).map(of_tables),
            Kind::Direct => run(Direct::random(seed), (seed, events), (board, start)),
            Kind::Chances => run(Chances::random(seed), (seed, events), (board, start)),
            Kind::Tiles => run(Tiled::random(seed), (seed, events), (board, start)),
            Kind::Shared => run(Shared::random(seed), (seed, events), (board, start)),
            Kind::Messages => run(Messages::random(seed), (seed, events), (board, start)),
            Kind::Speaking => run(Speaking::random(seed), (seed, events), (board, start)),
            Kind::Adverts => {
                let mut subject = Adverts::random(seed);
                built(&subject.kernel(), (seed, board, start), |node, _| {
                    let reads = adverts::follow(node, &mut subject, events)?;
                    Ok(Alike { done: reads.inputs - reads.refused, reads })
                })
            }
            Kind::Tensors => built(&Tensors::random(seed).kernel(), (seed, board, start), |node, layout| {
                tensors::follow(node, (seed, events), layout)
                    .map(|_| Alike { done: events as u64, ..Alike::default() })
            }),
            Kind::Programs => run(Programs::random(seed), (seed, events), (board, start)),
        }
    }
}

fn run(
    mut subject: impl Subject,
    (seed, events): (u32, usize),
    (board, start): (&str, Start),
) -> Result<Alike, String> {
    built(&subject.kernel(), (seed, board, start), |node, _| follow(node, &mut subject, (seed, events)))
}

/// Builds a kernel for a board and compares it with its model.
fn built(
    text: &str,
    (seed, board, start): (u32, &str, Start),
    compare: impl FnOnce(&mut dyn Node, &Layout) -> Result<Alike, String>,
) -> Result<Alike, String> {
    let optimise = if seed.is_multiple_of(2) { Optimise::Speed } else { Optimise::Size };
    let compiled = crate::build(text, board, optimise);
    let elf = compiled.stage(Stage::Elf).expect("the image was linked");
    let layout = &compiled.interface.as_ref().expect("the image has an interface").layout;
    let mut node = start(elf, board);
    compare(node.as_mut(), layout)
        .map_err(|difference| format!("seed {seed} on {board}: {difference}\n{text}"))
}
