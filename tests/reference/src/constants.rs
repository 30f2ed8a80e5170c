//! How constants are encoded. A constant is the `f64` nearest to its text; what is rounded is the
//! exact value of that `f64`, so the work is done on its mantissa and exponent, not in floating point.

use std::fmt;

/// 1.0 in Q0.16.
pub const ONE: u32 = 65_536;

/// A constant that has no encoding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutOfRange {
    pub name: &'static str,
    pub value: f64,
    pub valid: &'static str,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} has no encoding: it must be {}", self.name, self.value, self.valid)
    }
}

impl std::error::Error for OutOfRange {}

/// `floor(numerator / denominator)` for a positive denominator.
pub fn floor_div(numerator: i128, denominator: i128) -> i128 {
    assert!(denominator > 0, "the denominator must be positive");
    numerator.div_euclid(denominator)
}

/// `near(numerator / denominator)`: nearest, ties up, for a positive denominator.
pub fn near_div(numerator: i128, denominator: i128) -> i128 {
    floor_div(2 * numerator + denominator, 2 * denominator)
}

/// Mantissa and exponent of a positive finite number: `value = mantissa * 2^exponent`, exactly.
fn decompose(value: f64) -> (i128, i32) {
    let bits = value.to_bits();
    let fraction = i128::from(bits & ((1 << 52) - 1));
    let biased = ((bits >> 52) & 0x7FF) as i32;
    if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) }
}

/// `near(value * 2^shift)` for a number that is finite and not negative; `None` from 2^62 on.
fn near_scaled(value: f64, shift: i32) -> Option<u64> {
    if value == 0.0 {
        return Some(0);
    }
    let (mantissa, exponent) = decompose(value);
    let exponent = exponent + shift;
    if value.log2() + f64::from(shift) > 61.5 {
        return None;
    }
    let result = match exponent {
        0.. => mantissa << exponent,
        // Below 2^-60 a mantissa of 53 bits is less than 1/128.
        ..=-60 => 0,
        _ => near_div(mantissa, 1 << -exponent),
    };
    u64::try_from(result).ok()
}

/// `near(value * 65536)` of a rate from 0 to 1: `alpha`, `gamma`, `lambda`, `epsilon`.
pub fn encode_q16(value: f64) -> Result<u32, OutOfRange> {
    encode_q16_over(value, 1)
}

/// `near(value * 65536 / tilings)`: alpha of tile coding; `tilings` is a power of two.
pub fn encode_q16_over(value: f64, tilings: u32) -> Result<u32, OutOfRange> {
    assert!(tilings.is_power_of_two(), "the number of tilings is a power of two");
    let refused = OutOfRange { name: "rate", value, valid: "from 0 to 1" };
    if !(0.0..=1.0).contains(&value) {
        return Err(refused);
    }
    let encoded = near_scaled(value, 16 - tilings.trailing_zeros() as i32).ok_or(refused)?;
    u32::try_from(encoded).map_err(|_| refused)
}

/// `S = near(scale * 2^(16 + frac))`, at least 1.
pub fn encode_scale(scale: f64, frac: u32) -> Result<u64, OutOfRange> {
    let valid = "above 0, and at least 1 once multiplied by 2^(16 + frac)";
    let refused = OutOfRange { name: "scale", value: scale, valid };
    if !scale.is_finite() || scale <= 0.0 {
        return Err(refused);
    }
    near_scaled(scale, 16 + frac as i32).filter(|encoded| *encoded >= 1).ok_or(refused)
}

/// `C = near(16 * 65536 / (temperature * 2^frac))`, from 1 to 2^31 - 1.
pub fn encode_temperature(temperature: f64, frac: u32) -> Result<u32, OutOfRange> {
    let valid = "such that 2^20 / (temperature * 2^frac) is from 1 to 2^31 - 1";
    let refused = OutOfRange { name: "temperature", value: temperature, valid };
    if !temperature.is_finite() || temperature <= 0.0 {
        return Err(refused);
    }
    // C = 2^k / mantissa with a mantissa below 2^53: from k = 85 on it is above 2^31, and for a
    // negative k below 1/2 (a mantissa of 1 and k = -1 is the tie, which only a subnormal can have).
    let (mantissa, exponent) = decompose(temperature);
    let power = 20 - frac as i32 - exponent;
    if !(0..=90).contains(&power) {
        return Err(refused);
    }
    match u32::try_from(near_div(1 << power, mantissa)) {
        Ok(encoded) if (1..=i32::MAX as u32).contains(&encoded) => Ok(encoded),
        _ => Err(refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_takes_ties_up_on_both_sides_of_zero() {
        assert_eq!(near_div(5, 2), 3);
        assert_eq!(near_div(-5, 2), -2);
        assert_eq!(near_div(-7, 4), -2);
        assert_eq!(floor_div(-1, 4), -1);
    }

    #[test]
    fn rates_as_in_the_textbooks() {
        assert_eq!(encode_q16(0.1), Ok(6554));
        assert_eq!(encode_q16(0.9), Ok(58_982));
        assert_eq!(encode_q16(0.05), Ok(3277));
        assert_eq!(encode_q16(1.0), Ok(65_536));
        assert_eq!(encode_q16(0.0), Ok(0));
        assert_eq!(encode_q16(0.5 / 65_536.0), Ok(1));
        assert_eq!(encode_q16_over(0.1, 8), Ok(819));
    }

    #[test]
    fn just_below_a_tie_goes_down() {
        // Adding 0.5 in floating point would give 1 here.
        assert_eq!(encode_q16(0.499_999_999_999_999_94 / 65_536.0), Ok(0));
        assert_eq!(encode_q16(f64::from_bits(1)), Ok(0));
    }

    #[test]
    fn rates_outside_are_refused() {
        for wrong in [-0.1, 1.000_001, f64::NAN, f64::INFINITY] {
            assert!(encode_q16(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn scales() {
        assert_eq!(encode_scale(1.0, 6), Ok(1 << 22));
        assert_eq!(encode_scale(0.1, 0), Ok(6554));
        assert!(encode_scale(1e-9, 0).is_err());
        assert!(encode_scale(-1.0, 0).is_err());
        assert!(encode_scale(1e30, 0).is_err());
    }

    #[test]
    fn temperatures() {
        assert_eq!(encode_temperature(1.0, 0), Ok(1 << 20));
        assert_eq!(encode_temperature(0.5, 6), Ok(1 << 15));
        assert_eq!(encode_temperature(3.0, 0), Ok(349_525));
        assert_eq!(encode_temperature(1e6, 0), Ok(1));
        assert!(encode_temperature(1e7, 0).is_err());
        assert!(encode_temperature(1e-4, 0).is_err());
        assert!(encode_temperature(0.0, 0).is_err());
    }
}
