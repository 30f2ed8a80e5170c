//! Epsilon schedules: a straight line from one rate to another over a number of uses.

use crate::constants::floor_div;

/// A schedule with its counter (`e.count` of the state block). Rates are in Q0.16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub from: u32,
    pub to: u32,
    pub over: i32,
    pub count: i32,
}

impl Schedule {
    /// A schedule before its first use. `over` is at least 1.
    pub fn new(from: u32, to: u32, over: i32) -> Schedule {
        assert!(over >= 1 && from <= 65_536 && to <= 65_536);
        Schedule { from, to, over, count: 0 }
    }

    /// The rate of the next use, without using it up.
    pub fn present(&self) -> u32 {
        if self.count >= self.over {
            return self.to;
        }
        let step = floor_div(i128::from(self.from.abs_diff(self.to)) * 65_536, i128::from(self.over));
        let moved = floor_div(i128::from(self.count) * step, 65_536) as u32;
        if self.to >= self.from { self.from + moved } else { self.from - moved }
    }

    /// The rate of this use; the counter stops at `over`.
    pub fn take(&mut self) -> u32 {
        let rate = self.present();
        self.count = self.over.min(self.count + 1);
        rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forager() {
        let mut schedule = Schedule::new(65_536, 3277, 20_000);
        // D = floor(62259 * 65536 / 20000) = 204010.
        assert_eq!(schedule.take(), 65_536);
        assert_eq!(schedule.take(), 65_536 - 3);
        schedule.count = 10_000;
        assert_eq!(schedule.present(), 65_536 - 31_129);
        schedule.count = 19_999;
        assert_eq!(schedule.take(), 65_536 - 62_255);
        assert_eq!(schedule.take(), 3277);
        assert_eq!(schedule.count, 20_000);
    }

    #[test]
    fn rising_and_shortest() {
        let mut schedule = Schedule::new(0, 65_536, 1);
        assert_eq!((schedule.take(), schedule.take(), schedule.count), (0, 65_536, 1));
        let mut schedule = Schedule::new(0, 100, 4);
        let rates: Vec<u32> = (0..6).map(|_| schedule.take()).collect();
        assert_eq!(rates, [0, 25, 50, 75, 100, 100]);
    }
}
