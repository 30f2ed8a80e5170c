//! What a table is declared as, its limits, and the rule by which a declaration is refused.

use std::fmt;

use crate::constants::{OutOfRange, encode_scale};
use crate::range;

/// Type of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    I8,
    I16,
    I32,
}

impl Element {
    /// Width in bits.
    pub fn bits(self) -> u32 {
        match self {
            Element::I8 => 8,
            Element::I16 => 16,
            Element::I32 => 32,
        }
    }

    /// Width in bytes.
    pub fn bytes(self) -> usize {
        self.bits() as usize / 8
    }

    /// `LO..HI`, both included. For `i32` three bits are left free, so that every update is exact in 64 bits.
    pub fn limits(self) -> (i64, i64) {
        match self {
            Element::I8 => (-128, 127),
            Element::I16 => (-32_768, 32_767),
            Element::I32 => (-(1 << 29), (1 << 29) - 1),
        }
    }
}

/// A declared table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableSpec {
    pub states: u32,
    pub actions: u32,
    pub element: Element,
    pub frac: u32,
    /// Range of the rewards as given, both included.
    pub reward: (i32, i32),
    pub scale: f64,
    /// Largest encoded gamma of the operations that learn on the table; `None` when none does.
    pub gamma: Option<u32>,
    pub saturate: bool,
    pub double: bool,
    pub visits: bool,
    /// Origins that can be remembered; `None` for a table that does not merge.
    pub peers: Option<u32>,
    pub marked: bool,
    /// Entries of the trace list; `None` for a table without one.
    pub traces: Option<u32>,
    /// Whether the kernel uses `begin`, `remember` or `complete` on it.
    pub pending: bool,
}

impl TableSpec {
    /// A plain table that learns with gamma 0.9 from rewards of -1 to 1; change what differs.
    pub fn plain(states: u32, actions: u32, element: Element, frac: u32) -> TableSpec {
        TableSpec {
            states,
            actions,
            element,
            frac,
            reward: (-1, 1),
            scale: 1.0,
            gamma: Some(58_982),
            saturate: false,
            double: false,
            visits: false,
            peers: None,
            marked: false,
            traces: None,
            pending: true,
        }
    }

    /// Number of elements.
    pub fn elements(&self) -> usize {
        self.states as usize * self.actions as usize
    }

    /// What the table accepts and can reach; or why it is refused.
    pub fn check(&self) -> Result<Bounds, Refusal> {
        check_shape(self.actions, self.element, self.frac)?;
        let elements = u64::from(self.states) * u64::from(self.actions);
        if elements == 0 || elements > ELEMENTS_MAX {
            return Err(Refusal::Size { elements });
        }
        if (self.peers.is_some() || self.marked) && !self.visits {
            return Err(Refusal::NeedsVisits);
        }
        if (self.peers.is_some() || self.marked) && (self.double || elements > 65_536) {
            return Err(Refusal::NotShareable);
        }
        if self.peers == Some(0) || self.traces == Some(0) {
            return Err(Refusal::Empty);
        }
        if self.traces.is_some() && !self.saturate {
            return Err(Refusal::NeedsSaturate);
        }
        let (low, high) = self.element.limits();
        let reward = Reward::encode(self.reward, self.scale, self.frac)?;
        if reward.largest() > high {
            return Err(Refusal::RewardTooLarge { largest: reward.largest(), high });
        }
        let reach = self.gamma.map(|gamma| range::reach(reward.largest(), gamma));
        match reach {
            _ if self.saturate => Ok(Bounds { reward, accepted: (low, high) }),
            None => Ok(Bounds { reward, accepted: (low, high) }),
            Some(Some(reach)) if reach <= high => Ok(Bounds { reward, accepted: (-reach, reach) }),
            Some(reach) => Err(Refusal::OutOfReach { reach, high }),
        }
    }
}

/// Elements of a table or of tile weights at most; indexes stay far inside 32 bits.
pub const ELEMENTS_MAX: u64 = 1 << 24;

/// Checks what tables and tiles have in common.
pub fn check_shape(actions: u32, element: Element, frac: u32) -> Result<(), Refusal> {
    if !(1..=32).contains(&actions) {
        return Err(Refusal::Actions { actions });
    }
    if frac >= element.bits() {
        return Err(Refusal::Frac { frac });
    }
    Ok(())
}

/// The reward of a declaration, encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reward {
    pub low: i32,
    pub high: i32,
    /// `S` of the page: the scale with 16 + frac fractional bits.
    pub scale: u64,
}

impl Reward {
    /// Encodes a declared range and scale.
    pub fn encode(range: (i32, i32), scale: f64, frac: u32) -> Result<Reward, Refusal> {
        if range.0 > range.1 {
            return Err(Refusal::RewardRange);
        }
        Ok(Reward { low: range.0, high: range.1, scale: encode_scale(scale, frac)? })
    }

    /// `R` of a reward as the kernel gives it.
    pub fn of(&self, given: i32) -> i64 {
        range::scaled_reward(given.clamp(self.low, self.high), self.scale)
    }

    /// max|R|.
    pub fn largest(&self) -> i64 {
        self.of(self.low).abs().max(self.of(self.high).abs())
    }
}

/// What follows from a declaration that is not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub reward: Reward,
    /// Values that a peer may send, both included.
    pub accepted: (i64, i64),
}

/// Why a declaration is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    Actions { actions: u32 },
    Frac { frac: u32 },
    Size { elements: u64 },
    Empty,
    NeedsVisits,
    NotShareable,
    NeedsSaturate,
    RewardRange,
    Constant(OutOfRange),
    RewardTooLarge { largest: i64, high: i64 },
    OutOfReach { reach: Option<i64>, high: i64 },
    Tilings { tilings: u32 },
    Input { number: usize },
}

impl From<OutOfRange> for Refusal {
    fn from(value: OutOfRange) -> Refusal {
        Refusal::Constant(value)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Actions { actions } => write!(f, "{actions} actions: 1 to 32 are possible"),
            Refusal::Frac { frac } => write!(f, "frac {frac} must be below the element's width"),
            Refusal::Size { elements } => write!(f, "{elements} elements: 1 to {ELEMENTS_MAX} are possible"),
            Refusal::Empty => write!(f, "a list of peers or traces needs at least one entry"),
            Refusal::NeedsVisits => write!(f, "peers and marked need visits"),
            Refusal::NotShareable => {
                write!(f, "a table with peers or a mark is not double and has at most 65536 elements")
            }
            Refusal::NeedsSaturate => write!(f, "traces and tiles need saturate"),
            Refusal::RewardRange => write!(f, "the reward range ends below its beginning"),
            Refusal::Constant(constant) => constant.fmt(f),
            Refusal::RewardTooLarge { largest, high } => {
                write!(f, "a reward of {largest} is above what an element holds, {high}")
            }
            Refusal::OutOfReach { reach: Some(reach), high } => {
                write!(f, "values reach {reach}, above what an element holds, {high}: add saturate")
            }
            Refusal::OutOfReach { reach: None, .. } => write!(f, "gamma 1 has no bound: add saturate"),
            Refusal::Tilings { tilings } => write!(f, "{tilings} tilings: 1, 2, 4, 8, 16 or 32 are possible"),
            Refusal::Input { number } => write!(f, "input {number}: see the bounds of tile coding"),
        }
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forager_fits_and_its_range_is_exact() {
        let mut spec = TableSpec { reward: (-5, 10), ..TableSpec::plain(529, 7, Element::I16, 6) };
        // 640 * 65536 / (65536 - 58982) = 6399.7...
        assert_eq!(spec.check().map(|bounds| bounds.accepted), Ok((-6400, 6400)));
        // A reach of just what an element holds is accepted: 32767 with gamma 0.
        let edge =
            TableSpec { reward: (0, 32_767), gamma: Some(0), ..TableSpec::plain(1, 1, Element::I16, 0) };
        assert_eq!(edge.check().map(|bounds| bounds.accepted), Ok((-32_767, 32_767)));
        spec.frac = 9;
        assert_eq!(spec.check(), Err(Refusal::OutOfReach { reach: Some(51_197), high: 32_767 }));
        spec.saturate = true;
        assert_eq!(spec.check().map(|bounds| bounds.accepted), Ok((-32_768, 32_767)));
    }

    #[test]
    fn gamma_one_needs_saturate() {
        let spec = TableSpec { gamma: Some(65_536), ..TableSpec::plain(1, 1, Element::I16, 0) };
        assert_eq!(spec.check(), Err(Refusal::OutOfReach { reach: None, high: 32_767 }));
        assert!(TableSpec { saturate: true, ..spec }.check().is_ok());
    }

    #[test]
    fn a_reward_above_the_element_is_refused_even_with_saturate() {
        let spec = TableSpec { reward: (0, 128), saturate: true, ..TableSpec::plain(1, 1, Element::I8, 0) };
        assert_eq!(spec.check(), Err(Refusal::RewardTooLarge { largest: 128, high: 127 }));
        let spec = TableSpec {
            reward: (i32::MIN, i32::MAX),
            saturate: true,
            ..TableSpec::plain(1, 1, Element::I32, 31)
        };
        assert!(matches!(spec.check(), Err(Refusal::RewardTooLarge { .. })));
    }

    #[test]
    fn combinations() {
        let plain = TableSpec::plain(4, 2, Element::I16, 4);
        let with = |change: fn(&mut TableSpec)| {
            let mut spec = plain.clone();
            change(&mut spec);
            spec.check().map(|_| ())
        };
        assert_eq!(with(|spec| spec.marked = true), Err(Refusal::NeedsVisits));
        assert_eq!(with(|spec| spec.peers = Some(2)), Err(Refusal::NeedsVisits));
        assert_eq!(with(|spec| spec.traces = Some(2)), Err(Refusal::NeedsSaturate));
        assert_eq!(with(|spec| spec.actions = 33), Err(Refusal::Actions { actions: 33 }));
        assert_eq!(with(|spec| spec.frac = 16), Err(Refusal::Frac { frac: 16 }));
        assert_eq!(with(|spec| spec.states = 0), Err(Refusal::Size { elements: 0 }));
        assert_eq!(with(|spec| spec.reward = (1, 0)), Err(Refusal::RewardRange));
        let double = |spec: &mut TableSpec| (spec.double, spec.visits, spec.marked) = (true, true, true);
        assert_eq!(with(double), Err(Refusal::NotShareable));
    }
}
