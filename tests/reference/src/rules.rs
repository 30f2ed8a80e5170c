//! What a rule learns towards, and the one rounding of an update.

use crate::constants::{ONE, floor_div, near_div};
use crate::policy;
use crate::random::Generator;

/// A learning rule. `epsilon` is the present one, in Q0.16; `lambda` is Q0.16 too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Q,
    Sarsa,
    Expected { epsilon: u32 },
    Double,
    QLambda { lambda: u32 },
}

/// How an update rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    Nearest,
    Floor,
    Stochastic,
}

/// A rounding with its draw taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    Nearest,
    Floor,
    Stochastic(u32),
}

impl Rounding {
    /// Takes the draw, where the rounding needs one.
    pub fn apply(self, generator: &mut Generator) -> Applied {
        match self {
            Rounding::Nearest => Applied::Nearest,
            Rounding::Floor => Applied::Floor,
            Rounding::Stochastic => Applied::Stochastic(generator.draw()),
        }
    }
}

/// `round(numerator / 2^32)`.
pub fn rounded(numerator: i128, rounding: Applied) -> i128 {
    let unit = 1_i128 << 32;
    match rounding {
        Applied::Nearest => near_div(numerator, unit),
        Applied::Floor => floor_div(numerator, unit),
        Applied::Stochastic(draw) => floor_div(numerator + i128::from(draw), unit),
    }
}

/// The constants of a learning operation. `alpha` and `gamma` are Q0.16; tile coding's alpha is divided
/// by the number of tilings already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Learning {
    pub rule: Rule,
    pub alpha: u32,
    pub gamma: u32,
    pub rounding: Rounding,
}

impl Learning {
    /// Q-learning, rounding to nearest.
    pub fn q(alpha: u32, gamma: u32) -> Learning {
        Learning { rule: Rule::Q, alpha, gamma, rounding: Rounding::Nearest }
    }

    /// `D = R * 65536 + G * m - q * 65536`.
    pub fn error(&self, reward: i64, follows: i64, value: i64) -> i128 {
        let one = i128::from(ONE);
        i128::from(reward) * one + i128::from(self.gamma) * i128::from(follows) - i128::from(value) * one
    }
}

/// What follows a step, as far as a rule looks at it: the values there, and which actions are available.
#[derive(Clone, Debug)]
pub struct Next<'a> {
    pub values: &'a [i64],
    pub available: &'a [usize],
    /// The action that SARSA will take; `None` when there is none.
    pub action: Option<usize>,
}

/// `m` of the rules that look at one set of values (`double` looks at two, in the table).
pub fn follows(rule: Rule, next: &Next<'_>) -> i64 {
    match rule {
        Rule::Q | Rule::QLambda { .. } => policy::max(next.values, next.available),
        Rule::Sarsa => next.action.map_or(0, |action| next.values[action]),
        Rule::Expected { epsilon } => expected(next, epsilon),
        Rule::Double => unreachable!("double looks at two sets of values"),
    }
}

/// `near(((65536 - e) * n * max + e * sum) / (65536 * n))`, 0 without an available action.
fn expected(next: &Next<'_>, epsilon: u32) -> i64 {
    let number = next.available.len() as i128;
    if number == 0 {
        return 0;
    }
    let max = i128::from(policy::max(next.values, next.available));
    let sum: i128 = next.available.iter().map(|action| i128::from(next.values[*action])).sum();
    let epsilon = i128::from(epsilon);
    let one = i128::from(ONE);
    near_div((one - epsilon) * number * max + epsilon * sum, one * number) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [usize; 3] = [0, 1, 2];

    fn next(values: &[i64]) -> Next<'_> {
        Next { values, available: &ALL, action: Some(1) }
    }

    #[test]
    fn one_rounding_and_its_modes() {
        let half = 1_i128 << 31;
        assert_eq!((rounded(half, Applied::Nearest), rounded(-half, Applied::Nearest)), (1, 0));
        assert_eq!((rounded(half - 1, Applied::Nearest), rounded(-half - 1, Applied::Nearest)), (0, -1));
        assert_eq!((rounded(2 * half - 1, Applied::Floor), rounded(-1, Applied::Floor)), (0, -1));
        assert_eq!(rounded(half, Applied::Stochastic(1 << 31)), 1);
        assert_eq!(rounded(half, Applied::Stochastic((1 << 31) - 1)), 0);
        // A draw is unsigned.
        assert_eq!(rounded(1, Applied::Stochastic(u32::MAX)), 1);
    }

    #[test]
    fn what_follows() {
        let values = [4, -7, 9];
        assert_eq!(follows(Rule::Q, &next(&values)), 9);
        assert_eq!(follows(Rule::Sarsa, &next(&values)), -7);
        assert_eq!(follows(Rule::Sarsa, &Next { action: None, ..next(&values) }), 0);
        assert_eq!(follows(Rule::Q, &Next { available: &[], ..next(&values) }), 0);
    }

    #[test]
    fn expected_weighs_max_and_mean() {
        let values = [4, -7, 9];
        let at = |epsilon| follows(Rule::Expected { epsilon }, &next(&values));
        assert_eq!((at(0), at(65_536)), (9, 2));
        // (3 * 9 + 6) / 6 = 5.5: a tie, up.
        assert_eq!(at(32_768), 6);
        let none = Next { available: &[], ..next(&values) };
        assert_eq!(follows(Rule::Expected { epsilon: 9 }, &none), 0);
    }

    #[test]
    fn the_error_is_exact() {
        let learning = Learning::q(6554, 58_982);
        assert_eq!(learning.error(640, 100, 50), 640 * 65_536 + 5_898_200 - 50 * 65_536);
    }
}
