//! Eligibility traces of Watkins's Q(lambda): replacing, in a list of bounded length.

use crate::constants::{floor_div, near_div};
use crate::rules::{Applied, rounded};

/// Entries below this eligibility (0.01) are dropped.
pub const SMALLEST: i32 = 655;

/// The list. Slots from `count` on keep what they last held: they are part of the state block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traces {
    pub count: usize,
    pub index: Vec<i32>,
    pub eligibility: Vec<i32>,
}

impl Traces {
    /// An empty list of `length` slots.
    pub fn new(length: u32) -> Traces {
        let zeros = vec![0; length as usize];
        Traces { count: 0, index: zeros.clone(), eligibility: zeros }
    }

    /// Empties the list, by its count alone.
    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// Gives an element the eligibility 1: in its place, else appended, else in place of the lowest.
    pub fn replace(&mut self, element: i32) {
        let listed = self.index[..self.count].iter().position(|index| *index == element);
        let slot = match listed {
            Some(slot) => slot,
            None if self.count < self.index.len() => {
                self.count += 1;
                self.count - 1
            }
            None => {
                let lowest = self.eligibility.iter().min().copied().unwrap_or(0);
                self.eligibility.iter().position(|e| *e == lowest).unwrap_or(0)
            }
        };
        self.index[slot] = element;
        self.eligibility[slot] = 65_536;
    }

    /// What each entry adds to its element, `round(P * e / 2^32)`, in order.
    pub fn steps(&self, push: i128, rounding: Applied) -> Vec<(usize, i64)> {
        let step = |slot: usize| {
            let added = rounded(push * i128::from(self.eligibility[slot]), rounding) as i64;
            (self.index[slot] as usize, added)
        };
        (0..self.count).map(step).collect()
    }

    /// Decays every entry by `L`, then drops the small ones, keeping the order.
    pub fn decay(&mut self, decay: u32) {
        for e in &mut self.eligibility[..self.count] {
            *e = floor_div(i128::from(*e) * i128::from(decay), 65_536) as i32;
        }
        let mut kept = 0;
        for slot in 0..self.count {
            if self.eligibility[slot] >= SMALLEST {
                self.index[kept] = self.index[slot];
                self.eligibility[kept] = self.eligibility[slot];
                kept += 1;
            }
        }
        self.count = kept;
    }
}

/// `L = near(G * lambda / 65536)`.
pub fn decay_of(gamma: u32, lambda: u32) -> u32 {
    near_div(i128::from(gamma) * i128::from(lambda), 65_536) as u32
}

/// `P = floor(A16 * D / 65536)`.
pub fn push_of(alpha: u32, error: i128) -> i128 {
    floor_div(i128::from(alpha) * error, 65_536)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decays_and_drops_in_order() {
        let mut traces = Traces::new(3);
        for element in [5, 6, 7] {
            traces.replace(element);
        }
        traces.eligibility = vec![65_536, 1309, 1310];
        traces.decay(32_768);
        // 1309 / 2 = 654: dropped; 655 stays, one place up; the last slot keeps what it held.
        assert_eq!(
            (traces.count, &traces.index[..], &traces.eligibility[..]),
            (2, &[5, 7, 7][..], &[32_768, 655, 655][..])
        );
    }

    #[test]
    fn replaces_in_place_then_appends_then_evicts_the_first_of_the_lowest() {
        let mut traces = Traces::new(3);
        for element in [1, 2, 3] {
            traces.replace(element);
        }
        traces.eligibility = vec![900, 700, 700];
        traces.replace(1);
        assert_eq!(traces.eligibility, [65_536, 700, 700]);
        traces.replace(9);
        assert_eq!(
            (&traces.index[..], &traces.eligibility[..]),
            (&[1, 9, 3][..], &[65_536, 65_536, 700][..])
        );
        assert_eq!(traces.count, 3);
    }

    #[test]
    fn slots_out_of_use_keep_what_they_held() {
        let mut traces = Traces::new(2);
        traces.replace(4);
        traces.replace(5);
        traces.clear();
        traces.replace(6);
        traces.decay(32_768);
        assert_eq!((&traces.index[..], &traces.eligibility[..]), (&[6, 5][..], &[32_768, 65_536][..]));
    }

    #[test]
    fn constants() {
        assert_eq!(decay_of(58_982, 52_429), 47_186);
        assert_eq!(decay_of(65_536, 65_536), 65_536);
        assert_eq!((push_of(6554, 65_536), push_of(1, -1)), (6554, -1));
    }

    #[test]
    fn a_full_trace_moves_as_a_plain_update() {
        let mut traces = Traces::new(1);
        traces.replace(0);
        for error in [1_i128, 327_660, 327_661, -327_660, -327_661, 1 << 40, -(1 << 40) - 77] {
            let plain = rounded(6554 * error, Applied::Nearest) as i64;
            assert_eq!(traces.steps(push_of(6554, error), Applied::Nearest), [(0, plain)]);
        }
    }
}
