//! Longest ways through blocks of a function.

use super::{Loop, labels};
use crate::flow::Budget;
use crate::{Code, Error, Function, Label, Place, Problem};
use std::collections::{BTreeMap, BTreeSet};

/// Instructions of a block, with what it calls; and how many more are executed when the function is left there.
#[derive(Clone, Copy, Default)]
pub struct Cost {
    pub through: u64,
    pub leaving: Option<u64>,
}

/// A function's blocks, and what is known of its loops.
pub struct Region<'a> {
    function: &'a Function,
    pub costs: BTreeMap<u32, Cost>,
    labels: BTreeMap<u32, Vec<&'a Label>>,
    /// The most rounds of loops without labels.
    unlabelled: Option<u64>,
    pub loops: Vec<Loop>,
    comes_from: BTreeMap<u32, Vec<u32>>,
    budget: Budget,
}

/// Where a way has come to, and after how many instructions: at a block's beginning, or at its end.
type Ways = BTreeMap<u32, u64>;

/// What has been found of blocks from which control does not come back.
#[derive(Default)]
struct Found {
    /// Instructions up to the end of each block.
    ends: Ways,
    /// Those that loops take in all while the loop around them is come to once.
    all: u64,
}

/// A ring of blocks, and by which of them it is counted.
struct Counted {
    at: u32,
    rounds: u64,
    /// How often it goes round again in all, where that is to be counted with the loop around it.
    all: Option<u64>,
    /// How many loops are around what is in the ring.
    depth: usize,
    line: Option<u64>,
}

impl<'a> Region<'a> {
    pub fn new(code: &'a Code, function: &'a Function, unlabelled: Option<u64>) -> Self {
        let mut comes_from: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (start, block) in &function.blocks {
            block.next.iter().for_each(|next| comes_from.entry(*next).or_default().push(*start));
        }
        let (costs, loops) = (BTreeMap::new(), Vec::new());
        Self {
            function,
            costs,
            labels: labels(code, function),
            unlabelled,
            loops,
            comes_from,
            budget: Budget::new(),
        }
    }

    /// The most instructions from the function's beginning to where it is left, or to where control stays for ever.
    pub fn whole(&mut self, function: &Function) -> Result<u64, Error> {
        let blocks: BTreeSet<u32> = function.blocks.keys().copied().collect();
        let found = self.through(&blocks, &Ways::from([(function.address, 0)]), (0, 1))?;
        let leaving = self.leaving();
        let ends = found.ends.iter().filter_map(|(at, end)| match self.costs.get(at)?.leaving {
            Some(more) => Some(end.saturating_add(more)),
            None => (!leaving.contains(at)).then_some(*end),
        });
        Ok(ends.max().unwrap_or_default().saturating_add(found.all))
    }

    /// The blocks from which control comes to where the function is left.
    fn leaving(&self) -> BTreeSet<u32> {
        let ends = self.costs.iter().filter(|(_, cost)| cost.leaving.is_some());
        let mut open: Vec<u32> = ends.map(|(at, _)| *at).collect();
        let mut leaving = BTreeSet::new();
        while let Some(at) = open.pop() {
            if leaving.insert(at) {
                open.extend(self.before(at));
            }
        }
        leaving
    }

    fn cost(&self, at: u32) -> u64 {
        self.costs.get(&at).copied().unwrap_or_default().through
    }

    fn next(&self, at: u32) -> impl Iterator<Item = u32> {
        self.function.blocks.get(&at).into_iter().flat_map(|block| block.next.iter().copied())
    }

    fn before(&self, at: u32) -> impl Iterator<Item = u32> {
        self.comes_from.get(&at).into_iter().flatten().copied()
    }

    /// The longest ways through blocks, from beginnings with what has been executed before them. `around`: how many
    /// loops are around the blocks, and the rounds of the innermost of them.
    fn through(
        &mut self,
        blocks: &BTreeSet<u32>,
        begins: &Ways,
        around: (usize, u64),
    ) -> Result<Found, Error> {
        self.budget.spend(1 + blocks.len())?;
        let mut found = Found::default();
        let mut begins = begins.clone();
        for ring in self.rings(blocks, begins.keys().copied()) {
            let inner: Ways =
                ring.iter().filter_map(|at| begins.get(at).map(|begin| (*at, *begin))).collect();
            let ends = match ring.iter().next() {
                Some(at) if ring.len() == 1 && self.next(*at).all(|next| next != *at) => {
                    inner.iter().map(|(at, begin)| (*at, begin.saturating_add(self.cost(*at)))).collect()
                }
                _ => self.round(&ring, &inner, around, &mut found.all)?,
            };
            for (at, end) in ends {
                let onward: Vec<u32> =
                    self.next(at).filter(|next| blocks.contains(next) && !ring.contains(next)).collect();
                for next in onward {
                    let begin = begins.entry(next).or_default();
                    *begin = end.max(*begin);
                }
                found.ends.insert(at, end);
            }
        }
        Ok(found)
    }

    /// The longest ways to the ends of a ring's blocks.
    fn round(
        &mut self,
        ring: &BTreeSet<u32>,
        begins: &Ways,
        around: (usize, u64),
        all: &mut u64,
    ) -> Result<Ways, Error> {
        let counted = self.counted(ring, begins, around)?;
        let (at, cost) = (counted.at, self.cost(counted.at));
        let rest: BTreeSet<u32> = ring.iter().copied().filter(|block| *block != at).collect();
        let inside = (counted.depth, counted.rounds);
        // Before the first round.
        let direct: Ways =
            begins.iter().filter(|(block, _)| **block != at).map(|(at, n)| (*at, *n)).collect();
        let first = self.through(&rest, &direct, inside)?;
        let known = self.loops.len();
        // From where a round begins.
        let onward: Ways =
            self.next(at).filter(|next| rest.contains(next)).map(|next| (next, cost)).collect();
        let mut round = self.through(&rest, &onward, inside)?;
        round.ends.insert(at, cost);
        // A round's end is where the next one begins.
        let ends = |ends: &Ways| self.before(at).filter_map(|before| ends.get(&before).copied()).max();
        let each = ends(&round.ends).unwrap_or_default();
        let begun = begins.get(&at).copied().into_iter().chain(ends(&first.ends)).max().unwrap_or_default();
        let more = match counted.all {
            Some(again) => {
                *all = all.saturating_add(again.saturating_mul(each));
                0
            }
            None => (counted.rounds - 1).saturating_mul(each),
        };
        let begun = begun.saturating_add(more).saturating_add(round.all);
        let taken = Loop {
            function: self.function.address,
            address: at,
            line: counted.line,
            rounds: counted.rounds,
            each,
            all: counted.all,
        };
        if self.loops.iter().all(|other| (other.function, other.address) != (taken.function, at)) {
            self.loops.insert(known.min(self.loops.len()), taken);
        }
        let mut ways: Ways =
            round.ends.into_iter().map(|(block, end)| (block, begun.saturating_add(end))).collect();
        for (block, end) in first.ends {
            let way = ways.entry(block).or_default();
            *way = end.saturating_add(first.all).max(*way);
        }
        Ok(ways)
    }

    /// By which block a ring is counted: that with the label of the outermost loop.
    fn counted(
        &self,
        ring: &BTreeSet<u32>,
        begins: &Ways,
        (around, rounds): (usize, u64),
    ) -> Result<Counted, Error> {
        let labels = ring.iter().filter_map(|at| Some((*at, self.labels.get(at)?)));
        let labels = labels.flat_map(|(at, labels)| labels.iter().map(move |label| (at, *label)));
        let labels = labels.filter(|(_, label)| label.bounds.len() > around);
        if let Some((at, Label { bounds, line })) = labels.min_by_key(|(_, label)| label.bounds.len()) {
            let line = *line;
            // The compiler may have made one loop of several, and kept the label of an inner one.
            let product = bounds[around..].iter().try_fold(1u64, |product, bound| {
                (bound.rounds > 0).then(|| product.saturating_mul(bound.rounds))
            });
            if let Some(product) = product {
                let all = match &bounds[around..] {
                    [bound] => bound.all.filter(|all| *all < (product - 1).saturating_mul(rounds)),
                    _ => None,
                };
                let is_inside = around > 0;
                let (all, depth) = (all.filter(|_| is_inside), bounds.len());
                return Ok(Counted { at, rounds: product, all, depth, line });
            }
        }
        let mut entries = begins.keys().copied();
        let entry = entries.next();
        let address = entry.or(ring.first().copied()).unwrap_or(self.function.address);
        match (self.unlabelled, entry, entries.next()) {
            // The round that finds the end is one more.
            (Some(rounds), Some(at), None) => {
                Ok(Counted { at, rounds: rounds.saturating_add(1), all: None, depth: around + 1, line: None })
            }
            _ => {
                let function = self.function.name.clone();
                Err(Error::Code { problem: Problem::Loop, at: Place { function, address } })
            }
        }
    }

    /// The rings of some blocks, and those that are in none, each behind all that control comes to it from: Tarjan's
    /// strongly connected components, which come the other way around.
    fn rings(&self, blocks: &BTreeSet<u32>, begins: impl Iterator<Item = u32>) -> Vec<BTreeSet<u32>> {
        let mut rings =
            Rings { region: self, blocks, numbers: BTreeMap::new(), stack: Vec::new(), rings: Vec::new() };
        begins.for_each(|at| rings.visit(at));
        rings.rings.reverse();
        rings.rings
    }
}

struct Rings<'r, 'a> {
    region: &'r Region<'a>,
    blocks: &'r BTreeSet<u32>,
    /// When a block was visited first, and the first of its ring that is known; none when its ring is complete.
    numbers: BTreeMap<u32, (usize, Option<usize>)>,
    stack: Vec<u32>,
    rings: Vec<BTreeSet<u32>>,
}

impl Rings<'_, '_> {
    /// Without recursion: functions may have any number of blocks.
    fn visit(&mut self, begin: u32) {
        let mut open = vec![(begin, 0)];
        while let Some((at, done)) = open.pop() {
            if done == 0 {
                if self.numbers.contains_key(&at) {
                    continue;
                }
                let number = self.numbers.len();
                self.numbers.insert(at, (number, Some(number)));
                self.stack.push(at);
            }
            let next: Vec<u32> = self.region.next(at).filter(|next| self.blocks.contains(next)).collect();
            match next.get(done) {
                Some(next) => {
                    open.push((at, done + 1));
                    open.push((*next, 0));
                }
                None => self.finish(at, &next),
            }
        }
    }

    fn finish(&mut self, at: u32, next: &[u32]) {
        let Some((number, _)) = self.numbers.get(&at).copied() else { return };
        let firsts = next.iter().filter_map(|next| self.numbers.get(next)?.1);
        let first = firsts.chain([number]).min().unwrap_or(number);
        self.numbers.insert(at, (number, Some(first)));
        if first < number {
            return;
        }
        let mut ring = BTreeSet::new();
        while let Some(block) = self.stack.pop() {
            self.numbers.entry(block).and_modify(|(_, first)| *first = None);
            ring.insert(block);
            if block == at {
                break;
            }
        }
        self.rings.push(ring);
    }
}
