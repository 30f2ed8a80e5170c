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
    pub proof: Proof,
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
    /// The search ended early: this was the best; no way needs fewer steps and bytes than these.
    AtLeast { steps: usize, bytes: usize },
}

/// Solves it; none when the items do not fit into the most steps allowed.
pub(crate) fn assign(problem: &Problem) -> Option<Assignment> {
    let mut tries = problem.tries;
    let mut uncertain = None;
    let mut subsets = None;
    for steps in bound::fewest_steps(problem)?..=problem.maximum_steps {
        let mut search = Search::new(problem, steps, tries);
        search.run();
        tries = search.tries_left().max(problem.tries / 8);
        let mut found = search.best().map(|(bytes, bins)| (bytes, bins.to_vec()));
        let mut is_certain = search.is_exhaustive();
        if !is_certain && problem.items.len() <= subsets::MOST_ITEMS {
            found = subsets.get_or_insert_with(|| Subsets::new(problem)).solve(steps);
            is_certain = true;
        }
        if let Some((bytes, bins)) = found {
            let steps_bound = uncertain.unwrap_or(steps);
            let proof = if uncertain.is_none() && is_certain {
                Proof::Optimal
            } else {
                Proof::AtLeast { steps: steps_bound, bytes: bound::fewest_bytes(problem, steps_bound) }
            };
            return Some(Assignment { steps: collect(&bins, steps), bytes, proof });
        }
        if !is_certain {
            uncertain.get_or_insert(steps);
        }
    }
    None
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
