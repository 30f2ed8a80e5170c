//! Fields: what a beacon tells, each with its range and step, and the code that stands for a value on air.
//!
//! A field with `count` values has the codes `0..count`: the place of the value in its range. Numbers are exact
//! decimals: integers in units of `10^-decimals`.

/// One thing that a beacon tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub presence: Presence,
    pub repeat: Repeat,
    /// What BTHome calls it, such as "temperature"; without one it goes there as a plain count or flag.
    pub property: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Number(Number),
    Flag,
    /// One of these names.
    Choice(Vec<String>),
    /// A number without a meaning of its own, as wide as this many bits (1 to 64).
    Id(u32),
}

/// `low`, `low + step`, ... up to `high`, in units of `10^-decimals`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    pub low: i64,
    pub high: i64,
    pub step: i64,
    pub decimals: u32,
    pub unit: String,
    pub rounding: Rounding,
}

/// Which value of the range stands for one between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// The nearest; of two that are equally near the higher.
    Nearest,
    /// The next lower.
    Floor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Always,
    /// A sensor may have nothing to say: one code more, the highest, means that.
    MayBeMissing,
}

/// Where a rotation of several adverts carries the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// In one of them.
    Once,
    /// In each of them; never only in the scan response.
    EveryAdvert,
}

/// A value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// In units of `10^-decimals`.
    Number(i64),
    Flag(bool),
    /// The place among the names.
    Choice(u64),
    Id(u64),
    Missing,
}

/// Why a value cannot be a field's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// A flag given for a number, and the like.
    Kind,
    /// Missing, and the field is always there.
    Missing,
    /// No such name, or wider than the id.
    Range,
}

impl Field {
    /// A field that is always there, once.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind, presence: Presence::Always, repeat: Repeat::Once, property: None }
    }

    /// How many values there are, a missing one counted.
    pub fn count(&self) -> u128 {
        self.kind.count() + u128::from(self.presence == Presence::MayBeMissing)
    }

    /// Bits that hold any code.
    pub fn bits(&self) -> u32 {
        bits_for(self.count())
    }

    /// What values it has, in a few words: "-40.0 to 85.0 by 0.5 °C", "flag", "one of 3", "id of 16 bits".
    pub fn describe(&self) -> String {
        let kind = match &self.kind {
            Kind::Number(number) => number.describe(),
            Kind::Flag => "flag".to_owned(),
            Kind::Choice(names) => format!("one of {}", names.len()),
            Kind::Id(bits) => format!("id of {bits} bits"),
        };
        if self.presence == Presence::MayBeMissing { kind + ", or missing" } else { kind }
    }

    /// The code of a value. Numbers are rounded as the field says and clamped to its range.
    pub fn code(&self, value: Value) -> Result<u64, Misfit> {
        let code = match (&self.kind, value) {
            (_, Value::Missing) if self.presence == Presence::MayBeMissing => self.kind.count(),
            (_, Value::Missing) => return Err(Misfit::Missing),
            (Kind::Number(number), Value::Number(value)) => number.code(value),
            (Kind::Flag, Value::Flag(value)) => u128::from(value),
            (Kind::Choice(_), Value::Choice(value)) | (Kind::Id(_), Value::Id(value)) => {
                if u128::from(value) >= self.kind.count() {
                    return Err(Misfit::Range);
                }
                u128::from(value)
            }
            _ => return Err(Misfit::Kind),
        };
        Ok(u64::try_from(code).expect("a field has at most 2^64 values"))
    }

    /// The value of a code; a code that no value has gives none.
    pub fn value(&self, code: u64) -> Option<Value> {
        if u128::from(code) >= self.count() {
            return None;
        }
        if u128::from(code) == self.kind.count() {
            return Some(Value::Missing);
        }
        Some(match &self.kind {
            Kind::Number(number) => Value::Number(number.value(code)),
            Kind::Flag => Value::Flag(code == 1),
            Kind::Choice(_) => Value::Choice(code),
            Kind::Id(_) => Value::Id(code),
        })
    }
}

impl Kind {
    /// How many values there are.
    pub fn count(&self) -> u128 {
        match self {
            Self::Number(number) => number.count(),
            Self::Flag => 2,
            Self::Choice(names) => names.len() as u128,
            Self::Id(bits) => 1 << bits,
        }
    }
}

impl Number {
    /// How many values the range has.
    pub fn count(&self) -> u128 {
        ((i128::from(self.high) - i128::from(self.low)) / i128::from(self.step)) as u128 + 1
    }

    pub(crate) fn describe(&self) -> String {
        let [low, high, step] = [self.low, self.high, self.step].map(|value| decimal(value, self.decimals));
        let space = if self.unit.is_empty() { "" } else { " " };
        format!("{low} to {high} by {step}{space}{}", self.unit)
    }

    /// The value of the range that stands for this one.
    pub(crate) fn nearest(&self, value: i64) -> i64 {
        self.value(u64::try_from(self.code(value)).expect("the range has at most 2^64 values"))
    }

    fn code(&self, value: i64) -> u128 {
        let value = i128::from(value.clamp(self.low, self.high)) - i128::from(self.low);
        let step = i128::from(self.step);
        let rounded = match self.rounding {
            Rounding::Floor => value / step,
            Rounding::Nearest => (2 * value + step) / (2 * step),
        };
        rounded as u128
    }

    fn value(&self, code: u64) -> i64 {
        let value = i128::from(self.low) + i128::from(code) * i128::from(self.step);
        i64::try_from(value).expect("a code stands for a value between the bounds")
    }
}

/// Bits that tell `count` values apart.
pub fn bits_for(count: u128) -> u32 {
    128 - count.saturating_sub(1).leading_zeros()
}

/// A number in units of `10^-decimals` as people write it: `decimal(-405, 1)` is "-40.5".
pub fn decimal(value: i64, decimals: u32) -> String {
    let places = decimals as usize;
    let digits = format!("{:0width$}", value.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if value < 0 { "-" } else { "" };
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn temperature() -> Number {
        let unit = "°C".to_owned();
        Number { low: -400, high: 850, step: 5, decimals: 1, unit, rounding: Rounding::Nearest }
    }

    #[test]
    fn codes_count_steps_from_the_low_end_rounded_and_clamped() {
        let mut field = Field::new("temperature", Kind::Number(temperature()));
        assert_eq!((field.count(), field.bits()), (251, 8));
        let codes = [-9999, -400, -398, -397, -3, 0, 848, 9999].map(|value| field.code(Value::Number(value)));
        assert_eq!(codes, [0, 0, 0, 1, 79, 80, 250, 250].map(Ok));
        let Kind::Number(number) = &mut field.kind else { panic!("it is a number") };
        number.step = 10;
        assert_eq!([-396, -395, -394].map(|value| number.code(value)), [0, 1, 1], "halves go up");
        number.step = 5;
        number.rounding = Rounding::Floor;
        assert_eq!([-396, -1, 849].map(|value| field.code(Value::Number(value))), [0, 79, 249].map(Ok));
    }

    #[test]
    fn the_widest_fields_have_exact_codes() {
        let number = Number { low: i64::MIN, high: i64::MAX, step: 1, decimals: 0, ..temperature() };
        let field = Field::new("all", Kind::Number(number));
        assert_eq!((field.count(), field.bits()), (1 << 64, 64));
        for value in [i64::MIN, -1, 0, i64::MAX] {
            let code = field.code(Value::Number(value)).unwrap();
            assert_eq!(field.value(code), Some(Value::Number(value)));
        }
        assert_eq!(Field::new("id", Kind::Id(64)).code(Value::Id(u64::MAX)), Ok(u64::MAX));
    }

    #[test]
    fn a_missing_value_has_the_highest_code() {
        let mut field = Field::new("door", Kind::Flag);
        assert_eq!(field.code(Value::Missing), Err(Misfit::Missing));
        field.presence = Presence::MayBeMissing;
        assert_eq!((field.code(Value::Missing), field.count(), field.bits()), (Ok(2), 3, 2));
        assert_eq!((field.value(2), field.value(3)), (Some(Value::Missing), None));
    }

    #[test]
    fn what_a_field_is_not_is_refused() {
        let field = Field::new("model", Kind::Choice(vec!["a".into(), "b".into(), "c".into()]));
        assert_eq!(field.code(Value::Choice(3)), Err(Misfit::Range));
        assert_eq!(field.code(Value::Flag(true)), Err(Misfit::Kind));
        assert_eq!(Field::new("id", Kind::Id(4)).code(Value::Id(16)), Err(Misfit::Range));
    }

    #[test]
    fn decimals_are_written_in_full() {
        let texts =
            [(-405, 1), (5, 2), (-5, 2), (7, 0), (i64::MIN, 0)].map(|(value, places)| decimal(value, places));
        assert_eq!(texts, ["-40.5", "0.05", "-0.05", "7", "-9223372036854775808"]);
    }
}
