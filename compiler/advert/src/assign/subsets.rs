//! The last resort for few items, when the search has ended early: the least bytes for each set of items, from the small
//! sets to the whole. It always ends with the proof, and takes the same time for hard problems as for easy ones.

use super::Problem;
use crate::product::Product;

/// More items have too many sets: three to the power of this is how many pairs are looked at.
pub(super) const MOST_ITEMS: usize = 12;

/// Bytes of what does not fit.
const NEVER: u32 = u32::MAX;

pub(super) struct Subsets {
    items: usize,
    /// For each set of items the least bytes of one step that carries it, and which of them are in its response.
    step: Vec<(u32, usize)>,
    /// For one step, two steps, and so on: for each set the least bytes, and which items the last step carries.
    layers: Vec<Vec<(u32, usize)>>,
}

impl Subsets {
    pub fn new(problem: &Problem) -> Self {
        let items = problem.items.len();
        let products = |first: &Product| {
            let mut products = vec![first.clone()];
            for set in 1..1usize << items {
                let before: &Product = &products[set & (set - 1)];
                products.push(before.times(&problem.items[set.trailing_zeros() as usize]));
            }
            products
        };
        let advert: Vec<u32> = products(&problem.repeated)
            .iter()
            .map(|states| cost(states.bytes(), problem.advert.bytes, problem.advert.around))
            .collect();
        let mut response = vec![NEVER; 1 << items];
        if let Some(room) = problem.response {
            response = products(&Product::one())
                .iter()
                .map(|states| cost(states.bytes(), room.bytes, room.around))
                .collect();
        }
        response[0] = 0;
        let step = (0..1usize << items)
            .map(|set| least(subsets(set), |answered| sum(advert[set & !answered], response[answered])))
            .collect::<Vec<_>>();
        let layers = vec![step.iter().enumerate().map(|(set, (bytes, _))| (*bytes, set)).collect()];
        Self { items, step, layers }
    }

    /// Bytes and bins as the search gives them: 0..steps are adverts, the others scan responses.
    pub fn solve(&mut self, steps: usize) -> Option<(usize, Vec<usize>)> {
        while self.layers.len() < steps {
            self.add_layer();
        }
        let mut left = (1 << self.items) - 1;
        let bytes = self.layers[steps - 1][left].0;
        if bytes == NEVER {
            return None;
        }
        let mut bins = vec![0; self.items];
        for place in (0..steps).rev() {
            let carried = self.layers[place][left].1;
            let answered = self.step[carried].1;
            for (item, bin) in bins.iter_mut().enumerate().filter(|(item, _)| carried >> item & 1 == 1) {
                *bin = if answered >> item & 1 == 1 { steps + place } else { place };
            }
            left &= !carried;
        }
        Some((bytes as usize, bins))
    }

    /// With one step more: it carries the first item that is left, so that steps are not tried in each order.
    fn add_layer(&mut self) {
        let before = self.layers.last().expect("there is a layer for one step");
        let layer = (0..1usize << self.items).map(|set| {
            let first = set & set.wrapping_neg();
            let others = subsets(set & !first).map(|others| first | others);
            least(others, |carried| sum(self.step[carried].0, before[set & !carried].0))
        });
        self.layers.push(layer.collect());
    }
}

fn cost(bytes: usize, room: usize, around: usize) -> u32 {
    if bytes <= room { (bytes + around) as u32 } else { NEVER }
}

fn sum(a: u32, b: u32) -> u32 {
    a.saturating_add(b)
}

/// The least, and the set that has it; of several the one that comes first.
fn least(sets: impl Iterator<Item = usize>, bytes: impl Fn(usize) -> u32) -> (u32, usize) {
    let mut least = (NEVER, 0);
    for set in sets {
        let bytes = bytes(set);
        if bytes < least.0 {
            least = (bytes, set);
        }
    }
    least
}

/// The set and all its subsets, down to the empty one.
fn subsets(set: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(set), move |subset| (*subset != 0).then(|| (*subset - 1) & set))
}

#[cfg(test)]
mod tests {
    use super::super::{Room, Search};
    use super::*;

    /// Both ways find the same number of bytes, or that there is none.
    #[test]
    fn sets_and_search_agree() {
        let mut seed = 1u64;
        let mut below = |end: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % end
        };
        let mut solved = 0;
        for _ in 0..300 {
            let items = (0..=below(7)).map(|_| Product::of(u128::from(1 + below(1 << 20)))).collect();
            let room = Room { bytes: 2 + below(6) as usize, around: 5 };
            let response = (below(2) == 1).then_some(Room { bytes: room.bytes + 2, around: 4 });
            let repeated = Product::of(u128::from(1 + below(300)));
            let problem =
                Problem { items, repeated, advert: room, response, maximum_steps: 4, tries: u32::MAX };
            let mut subsets = Subsets::new(&problem);
            for steps in 1..=3 {
                let mut search = Search::new(&problem, steps, problem.tries);
                search.run();
                let found = subsets.solve(steps);
                assert_eq!(search.best().map(|(bytes, _)| bytes), found.as_ref().map(|(bytes, _)| *bytes));
                solved += usize::from(found.is_some());
            }
        }
        assert!(solved > 200, "{solved}");
    }
}
