//! What must hold for every table, mask and constant: invariants, and independent formulations.

#[path = "support/plans.rs"]
mod plans;

use plans::{Plan, learned, plans};
use proptest::prelude::*;
use swarm_reference::constants::{encode_q16, encode_scale, encode_temperature};
use swarm_reference::policy::{Policy, argmax, available, choose, softmax_weights};
use swarm_reference::random::Generator;
use swarm_reference::range::reach;
use swarm_reference::rules::{Learning, Rounding, Rule};
use swarm_reference::schedule::Schedule;
use swarm_reference::spec::{Element, TableSpec};
use swarm_reference::state::StateBlock;
use swarm_reference::table::{Table, Transition};
use swarm_reference::tiles::{Input, Tiles, TilesSpec};

/// Whether `encoded` is the nearest integer to `exact`, as far as floating point can tell.
fn is_nearest(encoded: f64, exact: f64) -> bool {
    (encoded - exact).abs() <= 0.5 + exact.abs() * 1e-14
}

proptest! {
    #[test]
    fn constants_are_the_nearest(rate in 0.0..=1.0_f64, scale in 1e-3..1e3_f64, temperature in 1e-2..1e3_f64, frac in 0..16_u32) {
        let two = |exponent: u32| f64::from(exponent).exp2();
        prop_assert!(is_nearest(f64::from(encode_q16(rate).unwrap()), rate * 65_536.0));
        prop_assert!(is_nearest(encode_scale(scale, frac).unwrap() as f64, scale * two(16 + frac)));
        let exact = 1_048_576.0 / (temperature * two(frac));
        match encode_temperature(temperature, frac) {
            Ok(encoded) => prop_assert!(is_nearest(f64::from(encoded), exact)),
            Err(_) => prop_assert!(exact < 0.500_001),
        }
    }

    #[test]
    fn below_is_below(seed in 1..=u32::MAX, bound in prop_oneof![1..=1_u32 << 31, 1..100_u32, Just(1 << 31)]) {
        let mut generator = Generator(seed);
        prop_assert!(generator.below(bound) < bound);
        prop_assert_ne!(generator, Generator(seed));
    }

    #[test]
    fn pick_is_below(seed in 1..=u32::MAX, n in 1..=32_u32, bits in 0..65_536_u32) {
        prop_assert!(Generator(seed).pick(n, bits) < n);
    }

    #[test]
    fn a_choice_is_available_and_the_greedy_one_is_largest(
        values in prop::collection::vec(-100..100_i64, 1..=32),
        (mask, seed, epsilon, temperature) in (any::<i32>(), 1..=u32::MAX, 0..=65_536_u32, 1..=i32::MAX as u32),
    ) {
        let actions = available(mask, values.len() as u32);
        prop_assert!(actions.iter().all(|action| mask >> action & 1 == 1));
        for policy in [Policy::Greedy, Policy::Epsilon(epsilon), Policy::Softmax(temperature)] {
            match choose(&values, &actions, policy, &mut Generator(seed)) {
                Some(action) => prop_assert!(actions.contains(&action)),
                None => prop_assert!(actions.is_empty()),
            }
        }
        if let Some(best) = argmax(&values, &actions) {
            for action in &actions {
                let beats = values[best] > values[*action] || values[best] == values[*action] && best <= *action;
                prop_assert!(beats);
            }
        }
    }

    /// Each weight is at most e^(1/16) times too large, from the rounding of the exponent, until it stops at e^(-127/16).
    #[test]
    fn softmax_is_near_boltzmann(values in prop::collection::vec(-2000..2000_i64, 2..=32), temperature in 0.05..50.0_f64) {
        let frac = 6;
        let encoded = encode_temperature(temperature, frac).unwrap();
        let actions = available(-1, values.len() as u32);
        let weights = softmax_weights(&values, &actions, encoded);
        let largest = *values.iter().max().unwrap();
        let step = (1.0_f64 / 16.0).exp();
        for (value, weight) in values.iter().zip(weights) {
            let exponent = (largest - value) as f64 / 64.0 / temperature;
            let exact = (-exponent).exp().max((-127.0_f64 / 16.0).exp());
            let slack = 1.0 + 0.5 / f64::from(encoded) * exponent.min(8.0) + 1e-9;
            let found = f64::from(weight);
            prop_assert!(found + 0.5 >= 65_535.0 * exact / slack, "{found} for {exponent}");
            prop_assert!(found - 0.5 <= 65_535.0 * exact * step * slack, "{found} for {exponent}");
        }
    }

    #[test]
    fn a_schedule_is_a_line(from in 0..=65_536_u32, to in 0..=65_536_u32, over in 1..=i32::MAX, place in 0.0..1.0_f64) {
        let mut schedule = Schedule::new(from, to, over);
        prop_assert_eq!(schedule.present(), from);
        schedule.count = (f64::from(over) * place) as i32;
        let exact = f64::from(from) + (f64::from(to) - f64::from(from)) * f64::from(schedule.count) / f64::from(over);
        // Two floors: D loses less than 1 per use over 65536, the product less than 1.
        let error = (f64::from(schedule.present()) - exact).abs();
        prop_assert!(error < 1.001 + f64::from(schedule.count) / 65_536.0, "{error}");
        schedule.count = over;
        prop_assert_eq!(schedule.take(), to);
        prop_assert_eq!(schedule.count, over);
    }

    #[test]
    fn without_saturate_nothing_leaves_v(plan in plans()) {
        let table = learned(&plan);
        let largest = table.bounds.reward.largest();
        let v = reach(largest, plan.learning.gamma).unwrap();
        let within = |values: &Vec<i32>| values.iter().all(|value| i64::from(*value).abs() <= v);
        prop_assert!(within(&table.values), "{v}: {:?}", table.values);
        prop_assert!(table.values_b.iter().all(within));
        let updates: u32 = table.visits.iter().flatten().map(|visits| u32::from(*visits)).sum();
        prop_assert_eq!(updates as usize, plan.steps.len());
    }

    /// The textbook's formula in floating point: one update differs by no more than its rounding.
    #[test]
    fn one_update_is_the_textbook(plan in plans()) {
        let Plan { spec, learning, .. } = &plan;
        if learning.rule == Rule::Q {
            let before = learned(&plan);
            let mut after = before.clone();
            let step = plan.steps[0];
            after.update(&step, learning, &mut Generator(3)).unwrap();
            let at = (step.state * spec.actions as i32 + step.action) as usize;
            let row = (step.next as usize) * spec.actions as usize;
            let next = available(step.mask, spec.actions).iter().map(|action| before.values[row + action]).max().unwrap_or(0);
            let next = if step.terminated { 0.0 } else { f64::from(next) };
            let reward = before.bounds.reward.of(step.reward) as f64;
            let (alpha, gamma) = (f64::from(learning.alpha) / 65_536.0, f64::from(learning.gamma) / 65_536.0);
            let old = f64::from(before.values[at]);
            let exact = (1.0 - alpha) * old + alpha * (reward + gamma * next);
            let found = f64::from(after.values[at]);
            let (low, high) = match learning.rounding {
                Rounding::Nearest => (-0.5, 0.5),
                Rounding::Floor => (-1.0, 0.0),
                Rounding::Stochastic => (-1.0, 1.0),
            };
            prop_assert!(found - exact >= low - 1e-5 && found - exact <= high + 1e-5, "{found} for {exact}");
            let same = |i: usize| i == at || before.values[i] == after.values[i];
            prop_assert!((0..before.values.len()).all(same));
        }
    }

    /// The largest products stay below 2^63, so that a lowering may use 64-bit integers.
    #[test]
    fn products_fit_64_bits(alpha in 0..=65_536_u32, gamma in 0..=65_536_u32, signs in 0..8_u32, draw in any::<u32>()) {
        let (low, high) = Element::I32.limits();
        let extreme = |bit: u32| if signs >> bit & 1 == 1 { low } else { high };
        let learning = Learning::q(alpha, gamma);
        let error = learning.error(extreme(0), extreme(1), extreme(2));
        let product = i128::from(alpha) * error;
        for numerator in [product, product + i128::from(draw), product + (1 << 31)] {
            prop_assert!(i64::try_from(numerator).is_ok());
        }
        let push = swarm_reference::traces::push_of(alpha, error);
        prop_assert!(i64::try_from(push * 65_536 + i128::from(u32::MAX)).is_ok());
    }

    #[test]
    fn traces_stay_within_the_limits_and_the_list(seed in 1..=u32::MAX, steps in 1..200_usize, lambda in 0..=65_536_u32) {
        let spec = TableSpec {
            reward: (-100, 100), gamma: Some(65_536), saturate: true, traces: Some(3),
            ..TableSpec::plain(4, 3, Element::I8, 0)
        };
        let mut table = Table::new(spec).unwrap();
        let mut generator = Generator(seed);
        let learning = Learning { rule: Rule::QLambda { lambda }, ..Learning::q(30_000, 65_000) };
        for _ in 0..steps {
            let at = swarm_reference::table::At { state: generator.below(4) as i32, mask: -1 };
            table.begin(at, Policy::Epsilon(20_000), &mut generator).unwrap();
            let mut outcome = swarm_reference::table::Outcome::step(generator.below(300) as i32 - 150, at.state);
            outcome.terminated = generator.below(9) == 0;
            table.complete(&outcome, &learning, &mut generator).unwrap();
            let list = table.traces.as_ref().unwrap();
            prop_assert!(list.count <= 3 && (!outcome.terminated || list.count == 0));
            let live = &list.index[..list.count];
            prop_assert!((1..live.len()).all(|i| !live[..i].contains(&live[i])));
            prop_assert!(list.eligibility[..list.count].iter().all(|e| (655..=65_536).contains(e)));
            prop_assert!(table.values.iter().all(|value| (-128..=127).contains(value)));
        }
    }

    #[test]
    fn one_tile_of_each_tiling_is_active(
        tilings in 0..=5_u32,
        inputs in prop::collection::vec((-70_000..70_000_i32, 0..65_536_i32, 1..=12_u32), 1..=4),
        given in prop::collection::vec(any::<i32>(), 4),
        near in prop::collection::vec(-40_000..100_000_i32, 4),
    ) {
        let tilings = 1 << tilings;
        let inputs: Vec<Input> = inputs.iter().map(|(low, span, cuts)| Input { low: *low, high: low + span, cuts: *cuts }).collect();
        let spec = TilesSpec {
            tilings, inputs: inputs.clone(), actions: 1, element: Element::I16, frac: 0,
            reward: (0, 1), scale: 1.0, pending: false,
        };
        let tiles = Tiles::new(spec.clone()).unwrap();
        for values in [&given, &near] {
            let values = &values[..inputs.len()];
            let active = tiles.active(values);
            prop_assert_eq!(active.len() as u32, tilings);
            for (tiling, tile) in active.iter().enumerate() {
                prop_assert_eq!(tile / spec.tiles() as usize, tiling);
            }
            let clamped: Vec<i32> = values.iter().zip(&inputs).map(|(x, input)| *x.clamp(&input.low, &input.high)).collect();
            prop_assert_eq!(tiles.active(&clamped), active);
        }
    }

    #[test]
    fn a_block_depends_on_the_calls_alone(plan in plans()) {
        let bytes = |table: &Table| StateBlock::new().generator(&Generator(plan.seed)).table("q", table).to_bytes();
        let (one, two) = (bytes(&learned(&plan)), bytes(&learned(&plan)));
        prop_assert_eq!(one.len() % 4, 0);
        prop_assert_eq!(one, two);
    }
}

#[test]
fn epsilon_greedy_is_fair_over_a_whole_half_period_of_low_bits() {
    // 600,000 draws; 7 actions, epsilon one half: the best gets 1/2 + 1/14.
    let mut generator = Generator::from_seed(0);
    let mut counts = [0_u32; 7];
    let actions = available(-1, 7);
    for _ in 0..600_000 {
        let chosen = choose(&[0, 0, 5, 0, 0, 0, 0], &actions, Policy::Epsilon(32_768), &mut generator);
        counts[chosen.unwrap()] += 1;
    }
    for (action, count) in counts.iter().enumerate() {
        let expected = 600_000.0 * if action == 2 { 8.0 / 14.0 } else { 1.0 / 14.0 };
        // Five standard deviations.
        assert!((f64::from(*count) - expected).abs() < 5.0 * expected.sqrt(), "{counts:?}");
    }
}

#[test]
fn stochastic_rounding_is_right_on_average() {
    let spec = TableSpec { pending: false, ..TableSpec::plain(1, 1, Element::I16, 0) };
    let learning = Learning { rounding: Rounding::Stochastic, ..Learning::q(6554, 0) };
    let step = Transition { state: 0, action: 0, reward: 1, next: 0, mask: -1, terminated: true };
    let mut generator = Generator(9);
    let mut ones = 0_i32;
    for _ in 0..100_000 {
        let mut table = Table::new(spec.clone()).unwrap();
        table.update(&step, &learning, &mut generator).unwrap();
        ones += table.values[0];
    }
    assert!((9_500..10_500).contains(&ones), "{ones} of 100000, where a tenth is expected");
}
