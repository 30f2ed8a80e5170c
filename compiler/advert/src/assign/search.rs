//! The search for one number of steps: items from the largest to the smallest, each into every bin that is not like
//! one tried before; states that were seen are not seen twice.

use super::{Problem, bound};
use crate::product::Product;
use std::collections::{HashMap, HashSet};

pub(super) struct Search<'a> {
    problem: &'a Problem,
    /// Items, the largest first; equal ones as declared.
    order: Vec<usize>,
    /// Logarithms of the items from each place of the order on, and of the smallest of them.
    remaining: Vec<u64>,
    smallest: Vec<u64>,
    bins: Vec<Bin>,
    /// Bin of each item, while searching.
    place: Vec<usize>,
    best: Option<(usize, Vec<usize>)>,
    bound: usize,
    tries_left: u32,
    /// Numbers of the contents that a bin has had, so that they are compared quickly.
    contents: HashMap<(bool, bool, Product), u32>,
    /// Contents of all bins, in ascending order, and after them the place in the order of items.
    seen: HashSet<Vec<u32>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Bin {
    response: bool,
    used: bool,
    states: Product,
    logarithm: u64,
    content: u32,
}

impl<'a> Search<'a> {
    pub fn new(problem: &'a Problem, steps: usize, tries: u32) -> Self {
        let mut order: Vec<usize> = (0..problem.items.len()).collect();
        order.sort_by(|a, b| problem.items[*b].cmp(&problem.items[*a]).then(a.cmp(b)));
        let logarithms: Vec<u64> = order.iter().map(|item| problem.items[*item].logarithm()).collect();
        let remaining = (0..=order.len()).map(|from| logarithms[from..].iter().sum()).collect();
        let smallest =
            (0..=order.len()).map(|from| logarithms[from..].iter().copied().min().unwrap_or(0)).collect();
        let mut search = Self {
            problem,
            place: vec![0; order.len()],
            order,
            remaining,
            smallest,
            bins: Vec::new(),
            best: None,
            bound: bound::fewest_bytes(problem, steps),
            tries_left: tries,
            contents: HashMap::new(),
            seen: HashSet::new(),
        };
        let advert = search.bin(false, true, problem.repeated.clone());
        search.bins = vec![advert; steps];
        if problem.response.is_some() {
            let response = search.bin(true, false, Product::one());
            search.bins.extend(vec![response; steps]);
        }
        search
    }

    pub fn run(&mut self) {
        self.place_from(0);
    }

    /// Bytes, and the bin of each item: 0..steps are adverts, the others scan responses.
    pub fn best(&self) -> Option<(usize, &[usize])> {
        self.best.as_ref().map(|(bytes, bins)| (*bytes, bins.as_slice()))
    }

    /// Whether nothing better can have been missed.
    pub fn is_exhaustive(&self) -> bool {
        self.tries_left > 0 || self.is_bound_reached()
    }

    pub fn tries_left(&self) -> u32 {
        self.tries_left
    }

    fn is_bound_reached(&self) -> bool {
        self.best.as_ref().is_some_and(|(bytes, _)| *bytes == self.bound)
    }

    fn place_from(&mut self, at: usize) {
        if at == self.order.len() {
            let bytes = self.bins.iter().map(|bin| self.bytes(bin)).sum();
            if self.best.as_ref().is_none_or(|(best, _)| bytes < *best) {
                self.best = Some((bytes, self.place.clone()));
            }
            return;
        }
        if self.tries_left == 0 || !self.is_promising(at) || !self.is_new(at) {
            return;
        }
        for (bin, filled) in self.candidates(at) {
            if self.tries_left == 0 || self.is_bound_reached() {
                return;
            }
            let before = std::mem::replace(&mut self.bins[bin], filled);
            self.place[self.order[at]] = bin;
            self.place_from(at + 1);
            self.bins[bin] = before;
        }
    }

    /// Bins with room for the item, as they would be: those that grow least first, then the fullest.
    fn candidates(&mut self, at: usize) -> Vec<(usize, Bin)> {
        let item = &self.problem.items[self.order[at]];
        let mut found: Vec<(usize, Bin)> = Vec::new();
        for index in 0..self.bins.len() {
            let bin = &self.bins[index];
            if self.bins[..index].iter().any(|before| before.content == bin.content) {
                continue;
            }
            self.tries_left = self.tries_left.saturating_sub(1);
            // Both logarithms are lower bounds: what is too much for them is too much.
            if bin.logarithm + self.logarithm(at) > bound::capacity(self.room(bin)) {
                continue;
            }
            let states = bin.states.times(item);
            if states.bytes() <= self.room(bin) {
                found.push((index, self.bin(bin.response, true, states)));
            }
        }
        found.sort_by_cached_key(|(index, filled)| {
            let growth = self.bytes(filled) - self.bytes(&self.bins[*index]);
            let free = bound::capacity(self.room(filled)).saturating_sub(filled.logarithm);
            (growth, free, *index)
        });
        found
    }

    fn bin(&mut self, response: bool, used: bool, states: Product) -> Bin {
        let logarithm = states.logarithm();
        let next = u32::try_from(self.contents.len()).expect("there are fewer contents than tries");
        let content = *self.contents.entry((response, used, states.clone())).or_insert(next);
        Bin { response, used, states, logarithm, content }
    }

    /// Whether what remains could fit and still be better than the best so far.
    fn is_promising(&self, at: usize) -> bool {
        let (mut room, mut closed, mut open) = (0, 0, 0);
        for bin in &self.bins {
            let free = bound::capacity(self.room(bin)).saturating_sub(bin.logarithm);
            // Logarithms are lower bounds, so there may be less room than this, and the item may be larger.
            if free < self.smallest[at] {
                closed += self.bytes(bin);
                continue;
            }
            room += free;
            open += bin.logarithm;
            closed += if bin.used { self.around(bin) } else { 0 };
        }
        let fits = self.remaining[at] <= room;
        let bytes = closed + bound::bytes_of(open + self.remaining[at]);
        fits && self.best.as_ref().is_none_or(|(best, _)| bytes < *best)
    }

    /// Of the item at a place of the order.
    fn logarithm(&self, at: usize) -> u64 {
        self.remaining[at] - self.remaining[at + 1]
    }

    fn is_new(&mut self, at: usize) -> bool {
        let mut state: Vec<u32> = self.bins.iter().map(|bin| bin.content).collect();
        state.sort_unstable();
        state.push(at as u32);
        self.seen.insert(state)
    }

    fn room(&self, bin: &Bin) -> usize {
        match (&self.problem.response, bin.response) {
            (Some(room), true) => room.bytes,
            _ => self.problem.advert.bytes,
        }
    }

    fn around(&self, bin: &Bin) -> usize {
        match (&self.problem.response, bin.response) {
            (Some(room), true) => room.around,
            _ => self.problem.advert.around,
        }
    }

    fn bytes(&self, bin: &Bin) -> usize {
        if bin.used { self.around(bin) + bin.states.bytes() } else { 0 }
    }
}
