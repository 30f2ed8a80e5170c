//! Random tables with transitions to learn from.

use proptest::prelude::*;
use swarm_reference::random::Generator;
use swarm_reference::rules::{Learning, Rounding, Rule};
use swarm_reference::spec::{Element, TableSpec};
use swarm_reference::table::{Table, Transition};

/// A declaration that is not refused, what learns on it, and the transitions.
#[derive(Clone, Debug)]
pub struct Plan {
    pub spec: TableSpec,
    pub learning: Learning,
    pub steps: Vec<Transition>,
    pub seed: u32,
}

/// Plans of rules `q` and `double`, without saturation, with values that come near their bound.
pub fn plans() -> impl Strategy<Value = Plan> {
    let element = prop_oneof![Just((Element::I8, 0)), Just((Element::I16, 4)), Just((Element::I32, 12))];
    let rounding = prop_oneof![Just(Rounding::Nearest), Just(Rounding::Floor), Just(Rounding::Stochastic)];
    let constants = (0..=65_536_u32, 0..63_000_u32, rounding, any::<bool>());
    (element, 1..6_u32, 1..5_u32, constants, 1..=u32::MAX).prop_flat_map(
        |(kind, states, actions, constants, seed)| {
            let (alpha, gamma, rounding, double) = constants;
            let rule = if double { Rule::Double } else { Rule::Q };
            let spec = TableSpec {
                reward: (-4, 4),
                gamma: Some(gamma),
                double,
                visits: true,
                pending: false,
                ..TableSpec::plain(states, actions, kind.0, kind.1)
            };
            let learning = Learning { rule, alpha, gamma, rounding };
            prop::collection::vec(transitions(states as i32, actions as i32), 1..150)
                .prop_map(move |steps| Plan { spec: spec.clone(), learning, steps, seed })
        },
    )
}

fn transitions(states: i32, actions: i32) -> impl Strategy<Value = Transition> {
    // Extreme rewards often, so that values near the bound are reached.
    let reward = prop_oneof![Just(-9), Just(9), -5..=5];
    let mask = prop_oneof![Just(-1), any::<i32>()];
    (0..states, 0..actions, reward, 0..states, mask, prop::bool::weighted(0.1)).prop_map(
        |(state, action, reward, next, mask, terminated)| Transition {
            state,
            action,
            reward,
            next,
            mask,
            terminated,
        },
    )
}

/// The plan's table after its transitions.
pub fn learned(plan: &Plan) -> Table {
    let mut table = Table::new(plan.spec.clone()).unwrap();
    let mut generator = Generator(plan.seed);
    for step in &plan.steps {
        table.update(step, &plan.learning, &mut generator).unwrap();
    }
    table
}
