//! Tile coding: weights over tilings of one to four integer inputs, and learning by their sum.

use crate::Fault;
use crate::constants::floor_div;
use crate::layout::{self, Part};
use crate::policy::{self, Policy};
use crate::random::Generator;
use crate::rules::{Learning, Next, Rule, follows, rounded};
use crate::spec::{ELEMENTS_MAX, Element, Refusal, Reward, check_shape};
use crate::table::Outcome;

/// One input: clamped to `low..high`, cut into `cuts` tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    pub low: i32,
    pub high: i32,
    pub cuts: u32,
}

/// Declared tile-coded weights. They always saturate.
#[derive(Clone, Debug, PartialEq)]
pub struct TilesSpec {
    pub tilings: u32,
    pub inputs: Vec<Input>,
    pub actions: u32,
    pub element: Element,
    pub frac: u32,
    pub reward: (i32, i32),
    pub scale: f64,
    /// Whether the kernel uses `begin`, `remember` or `complete` on it.
    pub pending: bool,
}

impl TilesSpec {
    /// `LO..HI` of a weight; those of `i32` are divided by the tilings, so that sums stay exact.
    pub fn limits(&self) -> (i64, i64) {
        match self.element {
            Element::I32 => (-(1 << 29) / i64::from(self.tilings), (1 << 29) / i64::from(self.tilings) - 1),
            narrow => narrow.limits(),
        }
    }

    /// Tiles of one tiling.
    pub fn tiles(&self) -> u64 {
        self.inputs.iter().map(|input| u64::from(input.cuts) + 1).fold(1, u64::saturating_mul)
    }

    /// The encoded reward, or why the declaration is refused.
    pub fn check(&self) -> Result<Reward, Refusal> {
        check_shape(self.actions, self.element, self.frac)?;
        if !self.tilings.is_power_of_two() || self.tilings > 32 {
            return Err(Refusal::Tilings { tilings: self.tilings });
        }
        if self.inputs.is_empty() || self.inputs.len() > 4 {
            return Err(Refusal::Input { number: self.inputs.len() });
        }
        for (number, input) in self.inputs.iter().enumerate() {
            let span = i64::from(input.high) - i64::from(input.low);
            let cells = u64::from(input.cuts) * u64::from(self.tilings);
            if !(1..65_536).contains(&span)
                || cells == 0
                || cells > 32_767
                || i64::from(input.cuts) > span + 1
            {
                return Err(Refusal::Input { number });
            }
        }
        let elements = self.tiles().saturating_mul(u64::from(self.tilings * self.actions));
        if elements > ELEMENTS_MAX {
            return Err(Refusal::Size { elements });
        }
        let reward = Reward::encode(self.reward, self.scale, self.frac)?;
        let high = self.limits().1 * i64::from(self.tilings);
        if reward.largest() > high {
            return Err(Refusal::RewardTooLarge { largest: reward.largest(), high });
        }
        Ok(reward)
    }
}

/// Weights with their parts of the state block.
#[derive(Clone, Debug, PartialEq)]
pub struct Tiles {
    pub spec: TilesSpec,
    pub reward: Reward,
    pub values: Vec<i32>,
    /// Remembered inputs and action; an action of -1: nothing is remembered.
    pub pending: Option<(Vec<i32>, i32)>,
}

impl Tiles {
    /// The weights after initialisation, or why their declaration is refused.
    pub fn new(spec: TilesSpec) -> Result<Tiles, Refusal> {
        let reward = spec.check()?;
        let elements = spec.tiles() as usize * (spec.tilings * spec.actions) as usize;
        let pending = spec.pending.then(|| (vec![0; spec.inputs.len()], -1));
        Ok(Tiles { reward, values: vec![0; elements], pending, spec })
    }

    /// The active tile of each tiling, numbered through all tilings: `t * tiles + tile`.
    pub fn active(&self, inputs: &[i32]) -> Vec<usize> {
        assert_eq!(inputs.len(), self.spec.inputs.len(), "one value for each declared input");
        let tilings = i128::from(self.spec.tilings);
        let tile_in = |tiling: i128| {
            let mut tile = 0;
            for (number, (input, given)) in self.spec.inputs.iter().zip(inputs).enumerate() {
                let cuts = i128::from(input.cuts);
                let span = i128::from(input.high) - i128::from(input.low) + 1;
                let above = i128::from((*given).clamp(input.low, input.high)) - i128::from(input.low);
                let per_unit = floor_div(cuts * tilings * 65_536, span);
                let position = floor_div(above * per_unit, 65_536);
                let shift = (tiling * (2 * number as i128 + 1)) % tilings;
                tile = tile * (cuts + 1) + floor_div(position + shift, tilings);
            }
            (tiling * i128::from(self.spec.tiles()) + tile) as usize
        };
        (0..tilings).map(tile_in).collect()
    }

    /// `Q` of every action.
    fn row(&self, inputs: &[i32]) -> Vec<i64> {
        let active = self.active(inputs);
        let sum = |action| active.iter().map(|tile| i64::from(self.values[self.weight(*tile, action)])).sum();
        (0..self.spec.actions as usize).map(sum).collect()
    }

    fn weight(&self, tile: usize, action: usize) -> usize {
        tile * self.spec.actions as usize + action
    }

    fn action(&self, action: i32) -> Result<usize, Fault> {
        let action = action as u32;
        if action < self.spec.actions { Ok(action as usize) } else { Err(Fault::Index) }
    }

    fn available(&self, mask: i32) -> Vec<usize> {
        policy::available(mask, self.spec.actions)
    }

    /// `rl.read`: the sum of the active weights.
    pub fn read(&self, inputs: &[i32], action: i32) -> Result<i32, Fault> {
        let action = self.action(action)?;
        Ok(self.row(inputs)[action] as i32)
    }

    /// `rl.max`.
    pub fn max(&self, inputs: &[i32], mask: i32) -> i32 {
        policy::max(&self.row(inputs), &self.available(mask)) as i32
    }

    /// `rl.argmax`.
    pub fn argmax(&self, inputs: &[i32], mask: i32) -> i32 {
        policy::as_result(policy::argmax(&self.row(inputs), &self.available(mask)))
    }

    /// `rl.select`.
    pub fn select(&self, inputs: &[i32], mask: i32, policy: Policy<'_>, generator: &mut Generator) -> i32 {
        policy::as_result(policy::choose(&self.row(inputs), &self.available(mask), policy, generator))
    }

    /// `rl.begin`: selects, and remembers; with no action available it forgets.
    pub fn begin(&mut self, inputs: &[i32], mask: i32, policy: Policy<'_>, generator: &mut Generator) -> i32 {
        let action = self.select(inputs, mask, policy, generator);
        self.keep(inputs, action);
        action
    }

    /// `rl.remember`; an action of -1, which `select` gives when there is none, forgets.
    pub fn remember(&mut self, inputs: &[i32], action: i32) -> Result<(), Fault> {
        if action != -1 {
            self.action(action)?;
        }
        self.keep(inputs, action);
        Ok(())
    }

    fn keep(&mut self, inputs: &[i32], action: i32) {
        let pending = self.pending.as_mut().expect("the declaration says that the weights remember");
        if action != -1 {
            pending.0 = inputs.to_vec();
        }
        pending.1 = action;
    }

    /// `rl.complete` at `inputs` (the outcome's state is not looked at): learns, then forgets.
    pub fn complete(
        &mut self,
        inputs: &[i32],
        outcome: &Outcome,
        learning: &Learning,
        generator: &mut Generator,
    ) -> Result<(), Fault> {
        let action = match (learning.rule, outcome.next) {
            (Rule::Sarsa, -1) => None,
            (Rule::Sarsa, action) => Some(self.action(action)?),
            _ => None,
        };
        let (from, taken) =
            self.pending.clone().expect("the declaration says that the weights are completed");
        if taken == -1 {
            return Ok(());
        }
        let available = self.available(outcome.mask);
        let next = Next { values: &self.row(inputs), available: &available, action };
        let follows = if outcome.terminated { 0 } else { follows(learning.rule, &next) };
        self.learn((&from, taken as usize), learning, (outcome.reward, follows), generator);
        self.pending = Some((from, -1));
        Ok(())
    }

    /// `rl.update`: the pair, then what followed it (its state is not looked at) at `next`; rule `q` only.
    pub fn update(
        &mut self,
        pair: (&[i32], i32),
        next: (&[i32], &Outcome),
        learning: &Learning,
        generator: &mut Generator,
    ) -> Result<(), Fault> {
        assert_eq!(learning.rule, Rule::Q, "update is for off-policy rules");
        let action = self.action(pair.1)?;
        let (inputs, outcome) = next;
        let follows = if outcome.terminated { 0 } else { i64::from(self.max(inputs, outcome.mask)) };
        self.learn((pair.0, action), learning, (outcome.reward, follows), generator);
        Ok(())
    }

    /// Learns towards a reward and `m`: one step for all active weights, one draw where it is stochastic.
    fn learn(
        &mut self,
        pair: (&[i32], usize),
        learning: &Learning,
        target: (i32, i64),
        generator: &mut Generator,
    ) {
        let value = self.row(pair.0)[pair.1];
        let error = learning.error(self.reward.of(target.0), target.1, value);
        let rounding = learning.rounding.apply(generator);
        let added = rounded(i128::from(learning.alpha) * error, rounding) as i64;
        let (low, high) = self.spec.limits();
        for tile in self.active(pair.0) {
            let weight = self.weight(tile, pair.1);
            self.values[weight] = (i64::from(self.values[weight]) + added).clamp(low, high) as i32;
        }
    }

    /// The parts of the state block, in its order.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = vec![layout::of_elements("values", self.spec.element, &self.values)];
        if let Some((inputs, action)) = &self.pending {
            parts.push(layout::of_words("pending_state", inputs));
            parts.push(layout::of_words("pending_action", &[*action]));
        }
        parts
    }
}

#[cfg(test)]
mod tests;
