//! A table of action values: reading, choosing, and learning, as the page orders the steps.

use crate::Fault;
use crate::layout::{self, Part};
use crate::merge::Peers;
use crate::policy::{self, Policy};
use crate::random::Generator;
use crate::rules::{Learning, Next, Rule, follows, rounded};
use crate::spec::{Bounds, Refusal, TableSpec};
use crate::traces::{self, Traces};

/// Counts of visits stop here.
pub const VISITS_MAX: u32 = 32_767;

/// A state and the actions that are available in it (-1: all).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    pub state: i32,
    pub mask: i32,
}

impl At {
    /// A state in which every action is available.
    pub fn all(state: i32) -> At {
        At { state, mask: -1 }
    }
}

/// What followed the remembered pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub reward: i32,
    pub state: i32,
    pub mask: i32,
    /// The action that comes next, which only SARSA looks at; -1 for none.
    pub next: i32,
    pub terminated: bool,
    pub truncated: bool,
}

impl Outcome {
    /// A step that goes on, with every action available.
    pub fn step(reward: i32, state: i32) -> Outcome {
        Outcome { reward, state, mask: -1, next: -1, terminated: false, truncated: false }
    }
}

/// A whole transition, such as a peer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    pub state: i32,
    pub action: i32,
    pub reward: i32,
    pub next: i32,
    pub mask: i32,
    pub terminated: bool,
}

/// `pending_state` and `pending_action` of the state block; a state of -1: nothing is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    pub state: i32,
    pub action: i32,
}

/// A table with all its parts; those that its declaration does not ask for are `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub spec: TableSpec,
    pub bounds: Bounds,
    pub values: Vec<i32>,
    pub values_b: Option<Vec<i32>>,
    pub visits: Option<Vec<u16>>,
    pub merged: Option<Vec<u16>>,
    pub peers: Option<Peers>,
    pub mark: Option<Vec<i32>>,
    pub pending: Option<Pending>,
    pub pending_greedy: Option<i32>,
    pub traces: Option<Traces>,
}

/// A step with its operands checked.
struct Step {
    element: usize,
    reward: i32,
    next_state: usize,
    next_mask: i32,
    next_action: Option<usize>,
    terminated: bool,
    truncated: bool,
}

impl Table {
    /// The table after initialisation, or why its declaration is refused.
    pub fn new(spec: TableSpec) -> Result<Table, Refusal> {
        let bounds = spec.check()?;
        let elements = spec.elements();
        Ok(Table {
            bounds,
            values: vec![0; elements],
            values_b: spec.double.then(|| vec![0; elements]),
            visits: spec.visits.then(|| vec![0; elements]),
            merged: spec.peers.map(|_| vec![0; elements]),
            peers: spec.peers.map(Peers::new),
            mark: spec.marked.then(|| vec![0; elements]),
            pending: spec.pending.then_some(Pending { state: -1, action: 0 }),
            pending_greedy: spec.traces.map(|_| 0),
            traces: spec.traces.map(Traces::new),
            spec,
        })
    }

    /// `rl.read`: the element, of a double table the sum of both.
    pub fn read(&self, state: i32, action: i32) -> Result<i32, Fault> {
        let state = self.state(state)?;
        let action = self.action(action)?;
        Ok(self.row(state)[action] as i32)
    }

    /// `rl.max`.
    pub fn max(&self, at: At) -> Result<i32, Fault> {
        let row = self.row(self.state(at.state)?);
        Ok(policy::max(&row, &self.available(at.mask)) as i32)
    }

    /// `rl.argmax`.
    pub fn argmax(&self, at: At) -> Result<i32, Fault> {
        let row = self.row(self.state(at.state)?);
        Ok(policy::as_result(policy::argmax(&row, &self.available(at.mask))))
    }

    /// `rl.select`.
    pub fn select(&self, at: At, policy: Policy<'_>, generator: &mut Generator) -> Result<i32, Fault> {
        let row = self.row(self.state(at.state)?);
        Ok(policy::as_result(policy::choose(&row, &self.available(at.mask), policy, generator)))
    }

    /// `rl.begin`: selects, and remembers; with no action available it forgets.
    pub fn begin(&mut self, at: At, policy: Policy<'_>, generator: &mut Generator) -> Result<i32, Fault> {
        let action = self.select(at, policy, generator)?;
        self.keep(at, action);
        Ok(action)
    }

    /// `rl.remember`; an action of -1, which `select` gives when there is none, forgets.
    pub fn remember(&mut self, state: i32, action: i32) -> Result<(), Fault> {
        self.state(state)?;
        if action != -1 {
            self.action(action)?;
        }
        self.keep(At::all(state), action);
        Ok(())
    }

    /// `rl.complete`: learns from the remembered pair, then forgets it.
    pub fn complete(
        &mut self,
        outcome: &Outcome,
        learning: &Learning,
        generator: &mut Generator,
    ) -> Result<(), Fault> {
        let next_state = self.state(outcome.state)?;
        let next_action = match (learning.rule, outcome.next) {
            (Rule::Sarsa, -1) => None,
            (Rule::Sarsa, action) => Some(self.action(action)?),
            _ => None,
        };
        let mut pending = self.pending.expect("the declaration says that the table is completed");
        if pending.state == -1 {
            return Ok(());
        }
        let step = Step {
            element: self.element(pending.state as usize, pending.action as usize),
            reward: outcome.reward,
            next_state,
            next_mask: outcome.mask,
            next_action,
            terminated: outcome.terminated,
            truncated: outcome.truncated,
        };
        self.learn(&step, learning, generator);
        pending.state = -1;
        self.pending = Some(pending);
        Ok(())
    }

    /// `rl.update`: learns from a whole transition, by an off-policy rule.
    pub fn update(
        &mut self,
        transition: &Transition,
        learning: &Learning,
        generator: &mut Generator,
    ) -> Result<(), Fault> {
        assert!(matches!(learning.rule, Rule::Q | Rule::Double), "update is for off-policy rules");
        let state = self.state(transition.state)?;
        let action = self.action(transition.action)?;
        let step = Step {
            element: self.element(state, action),
            reward: transition.reward,
            next_state: self.state(transition.next)?,
            next_mask: transition.mask,
            next_action: None,
            terminated: transition.terminated,
            truncated: false,
        };
        self.learn(&step, learning, generator);
        Ok(())
    }

    /// `rl.mark`.
    pub fn set_mark(&mut self) {
        assert!(self.mark.is_some(), "the declaration says that the table is marked");
        self.mark = Some(self.values.clone());
    }

    /// Own visits and merged weight of an element, together; not 0 when it is visited.
    pub fn weight(&self, element: usize) -> u32 {
        let count =
            |counts: &Option<Vec<u16>>| counts.as_ref().map_or(0, |counts| u32::from(counts[element]));
        count(&self.visits) + count(&self.merged)
    }

    /// The parts of the state block, in its order.
    pub fn parts(&self) -> Vec<Part> {
        let element = self.spec.element;
        // The two of a double table are one array.
        let values: Vec<i32> = self.values.iter().chain(self.values_b.iter().flatten()).copied().collect();
        let mut parts = vec![layout::of_elements("values", element, &values)];
        parts.extend(self.visits.iter().map(|counts| layout::of_counts("visits", counts)));
        parts.extend(self.merged.iter().map(|counts| layout::of_counts("merged", counts)));
        parts.extend(self.peers.iter().flat_map(layout::of_peers));
        parts.extend(self.mark.iter().map(|values| layout::of_elements("mark", element, values)));
        parts.extend(self.pending.iter().map(|pending| layout::of_words("pending_state", &[pending.state])));
        parts
            .extend(self.pending.iter().map(|pending| layout::of_words("pending_action", &[pending.action])));
        parts.extend(self.pending_greedy.iter().map(|greedy| layout::of_words("pending_greedy", &[*greedy])));
        parts.extend(self.traces.iter().flat_map(layout::of_traces));
        parts
    }

    fn state(&self, state: i32) -> Result<usize, Fault> {
        let state = state as u32;
        if state < self.spec.states { Ok(state as usize) } else { Err(Fault::Index) }
    }

    fn action(&self, action: i32) -> Result<usize, Fault> {
        let action = action as u32;
        if action < self.spec.actions { Ok(action as usize) } else { Err(Fault::Index) }
    }

    fn available(&self, mask: i32) -> Vec<usize> {
        policy::available(mask, self.spec.actions)
    }

    fn element(&self, state: usize, action: usize) -> usize {
        state * self.spec.actions as usize + action
    }

    /// The values of a state as operations see them: of a double table the sums.
    fn row(&self, state: usize) -> Vec<i64> {
        let first = self.one_row(&self.values, state);
        match &self.values_b {
            None => first,
            Some(values_b) => first.iter().zip(self.one_row(values_b, state)).map(|(a, b)| a + b).collect(),
        }
    }

    fn one_row(&self, values: &[i32], state: usize) -> Vec<i64> {
        let first = self.element(state, 0);
        values[first..first + self.spec.actions as usize].iter().map(|value| i64::from(*value)).collect()
    }

    fn keep(&mut self, at: At, action: i32) {
        let pending = self.pending.as_mut().expect("the declaration says that the table remembers");
        if action == -1 {
            pending.state = -1;
            return;
        }
        *pending = Pending { state: at.state, action };
        if self.pending_greedy.is_some() {
            let row = self.row(at.state as usize);
            let greedy = row[action as usize] >= policy::max(&row, &self.available(at.mask));
            self.pending_greedy = Some(i32::from(greedy));
        }
    }

    fn learn(&mut self, step: &Step, learning: &Learning, generator: &mut Generator) {
        assert_eq!(learning.rule == Rule::Double, self.spec.double, "rule double is for double tables");
        let (other_is_updated, follows) = self.follows(step, learning.rule, generator);
        let values = if other_is_updated { self.values_b.as_ref() } else { Some(&self.values) };
        let value = i64::from(values.expect("double tables have both")[step.element]);
        let rounding = learning.rounding.apply(generator);
        let error = learning.error(self.bounds.reward.of(step.reward), follows, value);
        if let Some(visits) = &mut self.visits {
            visits[step.element] = visits[step.element].saturating_add(1).min(VISITS_MAX as u16);
        }
        if let Rule::QLambda { lambda } = learning.rule {
            let mut list = self.traces.take().expect("q_lambda is for tables with traces");
            if self.pending_greedy == Some(0) {
                list.clear();
            }
            list.replace(step.element as i32);
            for (element, added) in list.steps(traces::push_of(learning.alpha, error), rounding) {
                self.values[element] = self.settled(i64::from(self.values[element]) + added);
            }
            list.decay(traces::decay_of(learning.gamma, lambda));
            if step.terminated || step.truncated {
                list.clear();
            }
            self.traces = Some(list);
            return;
        }
        let result = self.settled(value + rounded(i128::from(learning.alpha) * error, rounding) as i64);
        match &mut self.values_b {
            Some(values_b) if other_is_updated => values_b[step.element] = result,
            _ => self.values[step.element] = result,
        }
    }

    /// Whether the second set of values is updated, and `m`.
    fn follows(&self, step: &Step, rule: Rule, generator: &mut Generator) -> (bool, i64) {
        let available = self.available(step.next_mask);
        let first = self.one_row(&self.values, step.next_state);
        let Some(values_b) = &self.values_b else {
            let next = Next { values: &first, available: &available, action: step.next_action };
            return (false, if step.terminated { 0 } else { follows(rule, &next) });
        };
        let second = self.one_row(values_b, step.next_state);
        let other_is_updated = generator.draw() >> 31 == 1;
        let (chooser, judge) = if other_is_updated { (second, first) } else { (first, second) };
        let best = policy::argmax(&chooser, &available).filter(|_| !step.terminated);
        (other_is_updated, best.map_or(0, |action| judge[action]))
    }

    /// A result as it is stored: clamped when the table saturates, else in range by the declaration's check.
    fn settled(&self, value: i64) -> i32 {
        let (low, high) = self.spec.element.limits();
        let clamped = value.clamp(low, high);
        assert!(self.spec.saturate || clamped == value, "{value} is outside of what the declaration allows");
        clamped as i32
    }
}

#[cfg(test)]
mod tests;
