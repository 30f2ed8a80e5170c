//! Ranges: the reward on the element's grid, the values that learning can reach, and the dead zone.

use crate::constants::{floor_div, near_div};
use crate::rules::Rounding;

/// `R = near(reward * S / 2^16)` of a reward that is clamped already.
pub fn scaled_reward(clamped: i32, scale: u64) -> i64 {
    let scaled = near_div(i128::from(clamped) * i128::from(scale), 1 << 16);
    // Saturating only keeps absurd declarations in range until they are refused for their size.
    scaled.clamp(i128::from(i64::MIN / 2), i128::from(i64::MAX / 2)) as i64
}

/// `V = ceil(max|R| * 65536 / (65536 - G))`; `None` for gamma 1, which has no bound.
pub fn reach(largest_reward: i64, gamma: u32) -> Option<i64> {
    assert!(gamma <= 65_536);
    let rest = 65_536 - i128::from(gamma);
    if rest == 0 {
        return None;
    }
    i64::try_from(-floor_div(-(i128::from(largest_reward) * 65_536), rest)).ok()
}

/// The smallest errors that change an element, in units of 1/65536 of the element's own unit;
/// `None`: no error does. Under stochastic rounding they are those that can change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadZone {
    pub upwards: Option<i64>,
    pub downwards: Option<i64>,
}

/// The dead zone of an encoded alpha.
pub fn dead_zone(alpha: u32, rounding: Rounding) -> DeadZone {
    if alpha == 0 {
        return DeadZone { upwards: None, downwards: None };
    }
    let alpha = i64::from(alpha);
    let ceil = |numerator: i64| (numerator + alpha - 1) / alpha;
    let (upwards, downwards) = match rounding {
        // up from 1/2 on (ties up), down from just below -1/2 on.
        Rounding::Nearest => (ceil(1 << 31), (1 << 31) / alpha + 1),
        // up from 1 on, down from anything below 0 on.
        Rounding::Floor => (ceil(1 << 32), 1),
        // The largest draw is 2^32 - 1 and the smallest 1: up from 1/2^32 on, down from -2/2^32 on.
        Rounding::Stochastic => (1, ceil(2)),
    };
    DeadZone { upwards: Some(upwards), downwards: Some(downwards) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Applied, rounded};

    #[test]
    fn rewards_on_the_grid() {
        assert_eq!(scaled_reward(10, 1 << 22), 640);
        assert_eq!(scaled_reward(-5, 1 << 22), -320);
        // 0.1 with no fractional bits: 6554 / 65536; 5 * 6554 = 32770 is just above a half.
        assert_eq!(scaled_reward(5, 6554), 1);
        assert_eq!(scaled_reward(4, 6554), 0);
        assert_eq!(scaled_reward(-5, 6554), -1);
        // A tie goes up.
        assert_eq!(scaled_reward(-1, 32_768), 0);
        assert_eq!(scaled_reward(1, 32_768), 1);
    }

    #[test]
    fn reach_rounds_up() {
        assert_eq!(reach(10, 0), Some(10));
        assert_eq!(reach(10, 32_768), Some(20));
        assert_eq!(reach(640, 58_982), Some(6400));
        assert_eq!(reach(0, 65_535), Some(0));
        assert_eq!(reach(1, 65_536), None);
    }

    #[test]
    fn dead_zones_are_exact_edges() {
        let changed = |alpha: u32, error: i64, applied: Applied| {
            rounded(i128::from(alpha) * i128::from(error), applied) != 0
        };
        for alpha in [1, 2, 3, 655, 6554, 32_768, 65_535, 65_536] {
            let edges = [
                (Rounding::Nearest, Applied::Nearest, Applied::Nearest),
                (Rounding::Floor, Applied::Floor, Applied::Floor),
                (Rounding::Stochastic, Applied::Stochastic(u32::MAX), Applied::Stochastic(1)),
            ];
            for (rounding, up, down) in edges {
                let zone = dead_zone(alpha, rounding);
                let (upwards, downwards) = (zone.upwards.unwrap(), zone.downwards.unwrap());
                assert!(
                    changed(alpha, upwards, up) && !changed(alpha, upwards - 1, up),
                    "{alpha} {rounding:?}"
                );
                assert!(changed(alpha, -downwards, down), "{alpha} {rounding:?}");
                assert!(!changed(alpha, 1 - downwards, down), "{alpha} {rounding:?}");
            }
        }
        // alpha 0.1: an error of 4.9998 raw units.
        assert_eq!(dead_zone(6554, Rounding::Nearest).upwards, Some(327_661));
    }
}
