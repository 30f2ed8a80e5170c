//! Control: ways and loops.

use super::{Compare, Emit};
use melior::ir::attribute::DenseI64ArrayAttribute;
use melior::ir::operation::{OperationLike, OperationResult};
use melior::ir::{
    Attribute, Block, BlockLike, Location, OperationRef, Region, RegionLike, Type, Value, ValueLike,
};

/// Marks a comparison that usually holds: the other way is put out of the way. `checks` makes weights of it.
pub const USUAL: &str = "swarm.usual";

/// Marks a comparison whose ways are to stay ways, and are not computed both.
pub const APART: &str = "swarm.apart";

/// Marks the lesser of a number that is not negative and a constant: some cores limit to a number of bits.
pub const CAP: &str = "swarm.cap";

/// Says of a loop how often it goes round again at most, and how often in all.
pub const BOUNDED: &str = "swarm.bounded";

/// How many rounds a loop has at most, whatever it is given.
#[derive(Clone, Copy, Debug)]
pub struct Rounds {
    each: i64,
    all: Option<i64>,
}

impl Rounds {
    /// Each time that the loop is come to.
    pub fn most(each: i64) -> Self {
        Self { each: each.max(0), all: None }
    }

    /// In all, while the loop around it has been come to once.
    pub fn in_all(self, all: i64) -> Self {
        Self { all: Some(all), ..self }
    }

    /// One round is no going round again.
    fn but_first(self) -> Self {
        Self { each: (self.each - 1).max(0), ..self }
    }
}

impl<'c, 'a> Emit<'c, 'a> {
    /// Both ways give as many values as there are types.
    pub fn if_else(
        &self,
        condition: Value<'c, 'a>,
        types: &[Type<'c>],
        then: impl FnOnce(&Self) -> Vec<Value<'c, 'a>>,
        otherwise: impl FnOnce(&Self) -> Vec<Value<'c, 'a>>,
    ) -> Vec<Value<'c, 'a>> {
        let op = self.put(
            self.op("scf.if")
                .add_operands(&[condition])
                .add_results(types)
                .add_regions([Region::new(), Region::new()]),
        );
        self.fill(op, 0, |emit| then(emit));
        self.fill(op, 1, |emit| otherwise(emit));
        op.results().map(Into::into).collect()
    }

    pub fn if_then(&self, condition: Value<'c, 'a>, then: impl FnOnce(&Self)) {
        let op = self
            .put(self.op("scf.if").add_operands(&[condition]).add_regions([Region::new(), Region::new()]));
        self.fill(op, 0, |emit| {
            then(emit);
            Vec::new()
        });
    }

    /// A loop over `0..count`, of which there is one at least, that carries values; the body gets the number of the
    /// round, an `i32`.
    pub fn repeat(
        &self,
        count: i64,
        initial: &[Value<'c, 'a>],
        body: impl FnOnce(&Self, Value<'c, 'a>, &[Value<'c, 'a>]) -> Vec<Value<'c, 'a>>,
    ) -> Vec<Value<'c, 'a>> {
        let first = [&[self.c(0)], initial].concat();
        let end = self.do_while(Rounds::most(count), &first, |emit, carried| {
            let mut next = body(emit, carried[0], &carried[1..]);
            let number = emit.add_c(carried[0], 1);
            next.insert(0, number);
            (emit.compare_c(Compare::Less, number, count), next)
        });
        end[1..].to_vec()
    }

    /// Goes on with new values while a condition holds; both see what is carried. The caller sees to it that the loop
    /// ends: the body runs as often as `rounds` says at most.
    pub fn while_loop(
        &self,
        rounds: Rounds,
        initial: &[Value<'c, 'a>],
        condition: impl FnOnce(&Self, &[Value<'c, 'a>]) -> Value<'c, 'a>,
        body: impl FnOnce(&Self, &[Value<'c, 'a>]) -> Vec<Value<'c, 'a>>,
    ) -> Vec<Value<'c, 'a>> {
        self.rounds((rounds, initial), |emit, carried| (condition(emit, carried), carried.to_vec()), body)
    }

    /// Goes on with new values while a condition holds, and goes round once at least: the body gives the condition and
    /// the values. The caller sees to it that the loop ends: the body runs as often as `rounds` says at most.
    pub fn do_while(
        &self,
        rounds: Rounds,
        initial: &[Value<'c, 'a>],
        body: impl FnOnce(&Self, &[Value<'c, 'a>]) -> (Value<'c, 'a>, Vec<Value<'c, 'a>>),
    ) -> Vec<Value<'c, 'a>> {
        self.rounds((rounds.but_first(), initial), body, |_, carried| carried.to_vec())
    }

    /// `scf.while`: what comes before the condition, with the condition, and what comes after it; and how often that
    /// does at most.
    fn rounds(
        &self,
        (rounds, initial): (Rounds, &[Value<'c, 'a>]),
        before: impl FnOnce(&Self, &[Value<'c, 'a>]) -> (Value<'c, 'a>, Vec<Value<'c, 'a>>),
        after: impl FnOnce(&Self, &[Value<'c, 'a>]) -> Vec<Value<'c, 'a>>,
    ) -> Vec<Value<'c, 'a>> {
        let bound: Vec<i64> = std::iter::once(rounds.each).chain(rounds.all).collect();
        let bound = DenseI64ArrayAttribute::new(self.context, &bound);
        let types: Vec<Type> = initial.iter().map(|value| value.r#type()).collect();
        let arguments: Vec<(Type, Location)> = types.iter().map(|r#type| (*r#type, self.location)).collect();
        let op = self.put(
            self.op("scf.while")
                .add_operands(initial)
                .add_results(&types)
                .add_attributes(&[(self.name(BOUNDED), bound.into())])
                .add_regions([Region::new(), Region::new()]),
        );
        let block = |region| {
            let block =
                op.region(region).expect("a while has two regions").append_block(Block::new(&arguments));
            let carried: Vec<Value> = (0..initial.len())
                .map(|i| block.argument(i).expect("arguments were just given").into())
                .collect();
            (self.at_end(block), carried)
        };
        let (inner, carried) = block(0);
        let (holds, mut operands) = before(&inner, &carried);
        operands.insert(0, holds);
        inner.put(inner.op("scf.condition").add_operands(&operands));
        let (inner, carried) = block(1);
        let next = after(&inner, &carried);
        inner.put(inner.op("scf.yield").add_operands(&next));
        op.results().map(Into::into).collect()
    }

    /// Says of a comparison that it usually holds.
    pub fn usually(&self, condition: Value<'c, 'a>) -> Value<'c, 'a> {
        self.mark(condition, USUAL)
    }

    /// Asks for a jump: one is cheaper than what it jumps over.
    pub fn apart(&self, condition: Value<'c, 'a>) -> Value<'c, 'a> {
        self.mark(condition, APART)
    }

    pub(super) fn mark(&self, value: Value<'c, 'a>, mark: &str) -> Value<'c, 'a> {
        if let Ok(result) = OperationResult::try_from(value) {
            crate::raw::mark(result.owner(), mark, Attribute::unit(self.context));
        }
        value
    }

    fn fill(&self, op: OperationRef<'c, 'a>, region: usize, body: impl FnOnce(&Self) -> Vec<Value<'c, 'a>>) {
        let block = op.region(region).expect("an if has two regions").append_block(Block::new(&[]));
        let inner = self.at_end(block);
        let values = body(&inner);
        inner.put(inner.op("scf.yield").add_operands(&values));
    }
}
