//! How much a node may still send: a bucket of air time that fills slowly.
//!
//! What must hold: in any hour, wherever it begins, the node is on the air no longer than its limit. A full bucket and an
//! hour's filling are together that limit; a packet is taken out when it starts.

/// Microseconds of an hour.
const HOUR_US: u64 = 3_600_000_000;

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    capacity_us: u64,
    filling_us_per_hour: u64,
    level_us: u64,
    /// Of a microsecond of level, in parts of an hour's microseconds.
    remainder: u64,
    now_us: u64,
}

/// Why a packet may not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// After so many microseconds it may.
    Wait(u64),
    /// It is longer than the bucket.
    Never,
}

impl Budget {
    /// For a limit in an hour ([`crate::region::Region::budget_us_per_hour`], or less), of which `burst_us` may be spent at
    /// once; the rest comes back evenly, so that a burst of all never comes back. It begins empty: a node that has just
    /// started may have sent much before.
    pub fn new(limit_us_per_hour: u64, burst_us: u64) -> Self {
        let limit = limit_us_per_hour.min(HOUR_US);
        let capacity_us = burst_us.min(limit);
        Self { capacity_us, filling_us_per_hour: limit - capacity_us, level_us: 0, remainder: 0, now_us: 0 }
    }

    /// The same, full: for a node that cannot have sent before.
    pub const fn filled(mut self) -> Self {
        self.level_us = self.capacity_us;
        self
    }

    /// Microseconds that may be spent at once, as of the last call of [`Budget::take`].
    pub const fn level_us(&self) -> u64 {
        self.level_us
    }

    /// Takes a packet's time out, at a time of a clock that never goes back.
    ///
    /// # Errors
    /// When there is not enough; nothing is taken then.
    pub fn take(&mut self, now_us: u64, airtime_us: u64) -> Result<(), Refusal> {
        self.fill(now_us);
        if airtime_us > self.capacity_us {
            return Err(Refusal::Never);
        }
        let Some(level) = self.level_us.checked_sub(airtime_us) else {
            let missing = airtime_us - self.level_us;
            return Err(self.filling_time(missing).map_or(Refusal::Never, Refusal::Wait));
        };
        self.level_us = level;
        Ok(())
    }

    fn fill(&mut self, now_us: u64) {
        let elapsed = now_us.saturating_sub(self.now_us);
        self.now_us = self.now_us.max(now_us);
        let room = self.capacity_us - self.level_us;
        if room == 0 || self.filling_time(room).is_some_and(|time| elapsed >= time) {
            // What is full keeps no fraction.
            self.level_us = self.capacity_us;
            self.remainder = 0;
            return;
        }
        // Less time than fills the bucket, so that no number grows beyond what an hour squared gives.
        let (hours, rest) = (elapsed / HOUR_US, elapsed % HOUR_US);
        let parts = rest * self.filling_us_per_hour + self.remainder;
        self.level_us += hours * self.filling_us_per_hour + parts / HOUR_US;
        self.remainder = parts % HOUR_US;
    }

    /// Microseconds until so much more is in it; none where it never fills.
    fn filling_time(&self, missing_us: u64) -> Option<u64> {
        if self.filling_us_per_hour == 0 {
            return None;
        }
        let (hours, rest) = (missing_us / self.filling_us_per_hour, missing_us % self.filling_us_per_hour);
        // The remainder is less than a microsecond of level: it may make the wait shorter, by less than a whole one.
        let parts = (rest * HOUR_US).saturating_sub(self.remainder);
        Some(hours * HOUR_US + parts.div_ceil(self.filling_us_per_hour))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    const SECOND: u64 = 1_000_000;

    /// The longest time on the air in any hour that begins or ends with a packet.
    fn busiest_hour(sent: &[(u64, u64)]) -> u64 {
        let within = |from: u64| {
            let overlap = |&(start, length): &(u64, u64)| {
                let (begin, end) = (start.max(from), (start + length).min(from + HOUR_US));
                end.saturating_sub(begin)
            };
            sent.iter().map(overlap).sum::<u64>()
        };
        let edges =
            sent.iter().flat_map(|&(start, length)| [start, (start + length).saturating_sub(HOUR_US)]);
        edges.map(within).max().unwrap_or(0)
    }

    /// Sends whenever it may, from the full bucket on: no hour is above the limit, and the busiest nearly reaches it.
    #[test]
    fn no_hour_is_above_the_limit() {
        for (limit, burst, packet) in [
            (360 * SECOND, 20 * SECOND, 641_024),
            (90 * SECOND, 2 * SECOND, 1_999_999),
            (36 * SECOND, 30 * SECOND, 7_000_001),
            (3600 * SECOND, 10 * SECOND, 3 * SECOND),
        ] {
            let mut budget = Budget::new(limit, burst);
            let (mut now, mut sent) = (5 * HOUR_US, Vec::new());
            while now < 8 * HOUR_US {
                match budget.take(now, packet) {
                    Ok(()) => {
                        sent.push((now, packet));
                        // A radio sends one after the other.
                        now += packet;
                    }
                    Err(Refusal::Wait(time)) => {
                        assert!(time > 0);
                        let mut early = budget.clone();
                        assert!(early.take(now + time - 1, packet).is_err());
                        now += time;
                    }
                    Err(Refusal::Never) => panic!("it fits"),
                }
            }
            let busiest = busiest_hour(&sent);
            assert!(busiest <= limit && busiest > limit - 2 * packet, "{busiest} of {limit}");
        }
    }

    #[test]
    fn a_full_one_may_send_at_once() {
        let mut budget = Budget::new(36 * SECOND, 6 * SECOND).filled();
        assert_eq!(budget.take(0, 6 * SECOND), Ok(()));
        assert_eq!(budget.take(0, 30), Err(Refusal::Wait(3600)));
    }

    #[test]
    fn filling_is_exact_however_it_is_asked() {
        let (mut often, mut once) =
            (Budget::new(360 * SECOND, 60 * SECOND), Budget::new(360 * SECOND, 60 * SECOND));
        let mut now = 0;
        for step in 1..4000 {
            now += step % 1000;
            assert_eq!(often.take(now, 0), Ok(()));
        }
        assert_eq!(once.take(now, 0), Ok(()));
        assert_eq!(often, once);
        assert_eq!(often.level_us(), now * 300 / 3600);
    }

    #[test]
    fn what_never_fits_is_said() {
        let mut budget = Budget::new(360 * SECOND, SECOND);
        assert_eq!(budget.take(u64::MAX, SECOND + 1), Err(Refusal::Never));
        assert_eq!(budget.take(u64::MAX, SECOND), Ok(()));
        // A clock that goes back fills nothing.
        assert!(matches!(budget.take(0, 1), Err(Refusal::Wait(_))));
        assert_eq!(budget.level_us(), 0);
        assert_eq!(Budget::new(SECOND, SECOND).take(u64::MAX, 1), Err(Refusal::Never));
        assert_eq!(Budget::new(0, SECOND).take(u64::MAX, 1), Err(Refusal::Never));
        let mut slow = Budget::new(HOUR_US, HOUR_US - 1);
        let wait = slow.take(0, HOUR_US - 1).unwrap_err();
        assert_eq!(wait, Refusal::Wait((HOUR_US - 1) * HOUR_US));
        assert_eq!(slow.take((HOUR_US - 1) * HOUR_US, HOUR_US - 1), Ok(()));
    }
}
