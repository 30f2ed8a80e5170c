//! Which actions are available, which is best, and how one is chosen.

use crate::constants::floor_div;
use crate::random::Generator;
use crate::schedule::Schedule;

/// How an action is chosen. Rates and temperatures are encoded.
#[derive(Debug)]
pub enum Policy<'a> {
    Greedy,
    Epsilon(u32),
    Schedule(&'a mut Schedule),
    Softmax(u32),
}

/// The available actions of a mask, lowest first.
pub fn available(mask: i32, actions: u32) -> Vec<usize> {
    (0..actions).filter(|action| mask as u32 >> action & 1 == 1).map(|action| action as usize).collect()
}

/// Largest value among the available actions, 0 when there are none.
pub fn max(values: &[i64], available: &[usize]) -> i64 {
    available.iter().map(|action| values[*action]).max().unwrap_or(0)
}

/// Lowest available action that has the largest value.
pub fn argmax(values: &[i64], available: &[usize]) -> Option<usize> {
    let largest = max(values, available);
    available.iter().copied().find(|action| values[*action] == largest)
}

/// An action as operations give it: -1 for none.
pub fn as_result(action: Option<usize>) -> i32 {
    action.map_or(-1, |action| action as i32)
}

/// Chooses among the available actions. With none, nothing is drawn and no schedule advances.
pub fn choose(
    values: &[i64],
    available: &[usize],
    policy: Policy<'_>,
    generator: &mut Generator,
) -> Option<usize> {
    let best = argmax(values, available)?;
    let epsilon = match policy {
        Policy::Greedy => return Some(best),
        Policy::Softmax(temperature) => return softmax(values, available, temperature, generator),
        Policy::Epsilon(epsilon) => epsilon,
        Policy::Schedule(schedule) => schedule.take(),
    };
    let draw = generator.draw();
    if draw % 65_536 < epsilon {
        let number = generator.pick(available.len() as u32, draw / 65_536);
        Some(available[number as usize])
    } else {
        Some(best)
    }
}

/// `EXP[k] = near(65535 * e^(-k/16))`, k from 0 to 127. No entry is near a tie, so `f64` is exact enough.
pub fn boltzmann_weight(k: usize) -> u32 {
    (65_535.0 * (-(k as f64) / 16.0).exp() + 0.5).floor() as u32
}

/// The weight of each available action, in their order.
pub fn softmax_weights(values: &[i64], available: &[usize], temperature: u32) -> Vec<u32> {
    let largest = max(values, available);
    let weight = |action: &usize| {
        let below = i128::from(largest - values[*action]);
        let k = floor_div(below * i128::from(temperature), 65_536).min(127);
        boltzmann_weight(k as usize)
    };
    available.iter().map(weight).collect()
}

fn softmax(
    values: &[i64],
    available: &[usize],
    temperature: u32,
    generator: &mut Generator,
) -> Option<usize> {
    let weights = softmax_weights(values, available, temperature);
    let drawn = generator.below(weights.iter().sum());
    let mut sum = 0;
    for (action, weight) in available.iter().zip(weights) {
        sum += weight;
        if sum > drawn {
            return Some(*action);
        }
    }
    unreachable!("the draw is below the sum of all weights")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_count_from_the_lowest_bit_and_stop_at_the_actions() {
        assert_eq!(available(-1, 3), [0, 1, 2]);
        assert_eq!(available(0b1010, 4), [1, 3]);
        assert_eq!(available(!0b111, 3), [0; 0]);
        assert_eq!(available(i32::MIN, 32), [31]);
    }

    #[test]
    fn ties_go_to_the_lowest_available() {
        assert_eq!(argmax(&[9, 5, 5, 5], &[1, 2, 3]), Some(1));
        assert_eq!(argmax(&[-3, -2, -2], &[0, 1, 2]), Some(1));
        assert_eq!((argmax(&[1], &[]), max(&[1], &[])), (None, 0));
    }

    #[test]
    fn epsilon_looks_at_the_low_half_and_picks_with_the_high_half() {
        // The first draw from 1 is 270369 = 4 * 65536 + 8225; 4 * 4 / 65536 = 0.
        let mut generator = Generator(1);
        let choice = choose(&[0, 9, 0, 0], &[0, 1, 2, 3], Policy::Epsilon(8226), &mut generator);
        assert_eq!((choice, generator), (Some(0), Generator(270_369)));
        let mut generator = Generator(1);
        let choice = choose(&[0, 9, 0, 0], &[0, 1, 2, 3], Policy::Epsilon(8225), &mut generator);
        assert_eq!((choice, generator), (Some(1), Generator(270_369)));
        // The draw after next, 2647435461, has the high half 40396: 40396 * 3 / 65536 = 1.
        let mut generator = Generator(67_634_689);
        let choice = choose(&[9, 0, 0, 0], &[0, 2, 3], Policy::Epsilon(65_536), &mut generator);
        assert_eq!(choice, Some(2));
    }

    #[test]
    fn nothing_available_uses_nothing_up() {
        let mut generator = Generator(1);
        let mut schedule = Schedule::new(65_536, 0, 9);
        assert_eq!(choose(&[1, 2], &[], Policy::Schedule(&mut schedule), &mut generator), None);
        assert_eq!((generator, schedule.count), (Generator(1), 0));
        choose(&[1, 2], &[0], Policy::Schedule(&mut schedule), &mut generator);
        assert_eq!(schedule.count, 1);
    }

    #[test]
    fn greedy_draws_nothing() {
        let mut generator = Generator(5);
        assert_eq!(choose(&[1, 2], &[0, 1], Policy::Greedy, &mut generator), Some(1));
        assert_eq!(generator, Generator(5));
    }

    #[test]
    fn the_table_of_weights() {
        let table: Vec<u32> = (0..128).map(boltzmann_weight).collect();
        assert_eq!(&table[..4], [65_535, 61_564, 57_834, 54_330]);
        assert_eq!((table[16], table[32], table[127]), (24_109, 8869, 23));
        assert_eq!(table.iter().sum::<u32>(), 1_081_311);
        for k in 0..128 {
            let exact = 65_535.0 * (-(k as f64) / 16.0).exp();
            let to_tie = (exact - exact.floor() - 0.5).abs();
            assert!(to_tie > 1e-6, "entry {k} is too near a tie to be taken from floating point");
        }
    }

    #[test]
    fn softmax_takes_the_first_whose_running_sum_exceeds_the_draw() {
        // Values 0 and 1 at C = 65536: k = 1 and 0, weights 61564 and 65535, sum 127099.
        // The first draw from 1 AND 0x1FFFF is 8225, so action 0.
        let mut generator = Generator(1);
        assert_eq!(softmax_weights(&[0, 1], &[0, 1], 65_536), [61_564, 65_535]);
        assert_eq!(choose(&[0, 1], &[0, 1], Policy::Softmax(65_536), &mut generator), Some(0));
        assert_eq!(generator, Generator(270_369));
    }

    #[test]
    fn softmax_at_its_edges() {
        // The draw from 3575583792 AND 0x1FFFF is 61564, just what the first weight is: the second action.
        let mut generator = Generator(3_575_583_792);
        assert_eq!(choose(&[0, 1], &[0, 1], Policy::Softmax(65_536), &mut generator), Some(1));
        // The exponent stops at 127; one below it is another weight.
        assert_eq!(softmax_weights(&[0, 126, 127, 900], &[0, 1, 2], 65_536), [23, 61_564, 65_535]);
        assert_eq!(softmax_weights(&[1, 127], &[0, 1], 65_536), [25, 65_535]);
        assert_eq!(softmax_weights(&[-(1 << 30), 1 << 30], &[0, 1], i32::MAX as u32), [23, 65_535]);
    }
}
