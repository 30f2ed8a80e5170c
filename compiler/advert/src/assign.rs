//! Which item goes into which packet: the fewest steps of the rotation first, then the fewest bytes.
//!
//! Packets are bins with room for so many bytes; a bin's content needs the logarithm of the product of its counts,
//! rounded up to bytes once. That is bin packing, solved by a search that tries the fullest bin first, stops at a
//! proven bound, and otherwise ends after a fixed number of tries. Then few items are solved by sets; of many it is said
//! that there is no proof.

use crate::product::Product;

mod bound;
mod search;
mod subsets;

use search::Search;
use subsets::Subsets;

/// How much may be tried for a beacon: bins for items, at a few tenths of a microsecond each.
pub(crate) const TRIES: u32 = 60_000;
/// The same for each change that an error's help considers.
pub(crate) const TRIES_FOR_HELP: u32 = 3_000;

/// Things that are packed: fields, or groups that stay together.
pub(crate) struct Problem {
    /// How many states each thing has.
    pub items: Vec<Product>,
    /// States of what each advert repeats.
    pub repeated: Product,
    pub advert: Room,
    /// Without one, there are no scan responses.
    pub response: Option<Room>,
    pub maximum_steps: usize,
    /// Over all numbers of steps.
    pub tries: u32,
}

/// What a packet offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// Bytes for packed things.
    pub bytes: usize,
    /// Bytes that go with them, paid once the packet carries any (an advert always does).
    pub around: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub steps: Vec<StepItems>,
    /// Bytes of all packets, with what is around the things.
    pub bytes: usize,
}

/// Steps, then bytes.
pub(crate) type Least = (usize, usize);

pub(crate) struct Outcome {
    pub assignment: Option<Assignment>,
    /// Set when the search ended early: what it has not seen needs no less than this.
    pub open: Option<Least>,
}

/// The items of one step, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StepItems {
    pub advert: Vec<usize>,
    pub response: Vec<usize>,
}

/// How sure it is that no other way needs less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Fewest steps, and fewest bytes of these.
    Optimal,
    /// The search ended early: this was the best; no way needs fewer steps, or as many and fewer bytes.
    AtLeast { steps: usize, bytes: usize },
}

/// Solves it, or finds that the items do not fit into the most steps allowed.
pub(crate) fn assign(problem: &Problem) -> Outcome {
    let mut tries = problem.tries;
    let mut open = None;
    let mut subsets = None;
    let Some(fewest) = bound::fewest_steps(problem) else { return Outcome { assignment: None, open } };
    for steps in fewest..=problem.maximum_steps {
        let mut search = Search::new(problem, steps, tries);
        search.run();
        tries = search.tries_left().max(problem.tries / 8);
        let mut found = search.best().map(|(bytes, bins)| (bytes, bins.to_vec()));
        if !search.is_exhaustive() {
            if problem.items.len() <= subsets::MOST_ITEMS {
                found = subsets.get_or_insert_with(|| Subsets::new(problem)).solve(steps);
            } else {
                open.get_or_insert((steps, bound::fewest_bytes(problem, steps)));
            }
        }
        if let Some((bytes, bins)) = found {
            return Outcome { assignment: Some(Assignment { steps: collect(&bins, steps), bytes }), open };
        }
    }
    Outcome { assignment: None, open }
}

/// Bins 0..steps are the adverts, the others the scan responses.
fn collect(bins: &[usize], steps: usize) -> Vec<StepItems> {
    let mut result = vec![StepItems::default(); steps];
    for (item, bin) in bins.iter().enumerate() {
        let step = &mut result[bin % steps];
        if *bin < steps { step.advert.push(item) } else { step.response.push(item) }
    }
    result.sort_by_key(|step| step.advert.first().copied().unwrap_or(usize::MAX));
    result
}
