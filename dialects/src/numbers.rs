//! How constants are encoded, and what range learning can reach (NUMERICS, *Constants* and *Tables*).

use crate::{Table, TableShape};

/// Q0.16, nearest: 1.0 is 65536.
pub fn q16(value: f64) -> i64 {
    near(value * 65536.0)
}

/// The nearest integer, ties up. Adding a half first would round once more.
fn near(value: f64) -> i64 {
    (value.floor() + if value - value.floor() >= 0.5 { 1.0 } else { 0.0 }) as i64
}

/// What softmax multiplies differences of values with: `C = near(16 * 65536 / (temperature * 2^frac))` of the number
/// as it is, without a rounding in between; nothing when it is out of range.
pub fn softmax_factor(temperature: f64, frac: u32) -> Option<i64> {
    if !temperature.is_normal() || temperature < 0.0 {
        return None;
    }
    // temperature = mantissa * 2^exponent
    let bits = temperature.to_bits();
    let mantissa = i128::from(bits & ((1 << 52) - 1) | 1 << 52);
    let exponent = (bits >> 52) as i32 - 1075;
    let shift = 20 - frac as i32 - exponent;
    let factor =
        ((2i128 << u32::try_from(shift).ok().filter(|shift| *shift < 100)?) + mantissa) / (2 * mantissa);
    (1..=i128::from(i32::MAX)).contains(&factor).then_some(factor as i64)
}

/// The factor of rewards, `S`: raw units of 2^-16.
pub fn reward_factor(scale: f64, frac: u32) -> i64 {
    near(scale * f64::from(1u32 << 16) * 2f64.powi(frac as i32))
}

/// What a table may be given and may reach, in raw units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The factor of rewards.
    pub factor: i64,
    /// The lowest and the highest reward, raw.
    pub rewards: (i64, i64),
    /// `V` for a given gamma, `None` when there is no bound.
    pub bound: Option<i64>,
}

/// A reward as a raw number: `near(r * S / 2^16)`. What is beyond 64 bits counts as the most: no element holds it.
pub fn raw_reward(reward: i64, factor: i64) -> i64 {
    let raw = (i128::from(reward) * i128::from(factor) + 32768) >> 16;
    i64::try_from(raw).unwrap_or(if raw < 0 { i64::MIN + 1 } else { i64::MAX })
}

/// The reach of a table whose rules use at most this encoded gamma.
pub fn reach(table: Table, gamma: i64) -> Option<Reach> {
    let shape = TableShape::of(table.r#type())?;
    let factor = reward_factor(table.scale().unwrap_or(1.0), shape.frac);
    let rewards = (raw_reward(table.reward_lo(), factor), raw_reward(table.reward_hi(), factor));
    let most = i128::from(rewards.0.abs().max(rewards.1.abs()));
    let bound = (gamma < 65536).then(|| {
        let rest = i128::from(65536 - gamma);
        i64::try_from((most * 65536 + rest - 1) / rest).unwrap_or(i64::MAX)
    });
    Some(Reach { factor, rewards, bound })
}

/// The smallest error, in raw units, that an update under `near` with this encoded alpha does not round away.
pub fn dead_zone(alpha: i64) -> Option<i64> {
    (alpha > 0).then(|| (32768 + alpha - 1) / alpha)
}
