//! Merging what peers have learned: how a contribution counts, and which were seen already.

use crate::constants::near_div;
use crate::table::{Table, VISITS_MAX};

/// How a peer's value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Visits,
    Mean,
    Max,
}

/// How contributions are combined, and the largest weight (1 to 32767) that one has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Combine {
    pub by: By,
    pub bound: u16,
}

/// Which contribution this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    pub origin: u32,
    pub epoch: u32,
    pub sequence: u32,
}

/// What became of a contribution; only `Applied` has changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Applied = 0,
    Duplicate = 1,
    Malformed = 2,
    OtherTable = 3,
    OtherVersion = 4,
    Full = 5,
    Own = 6,
}

/// What is remembered of an origin. Bit `i` of the window: sequence `sequence - 1 - i` was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    pub origin: u32,
    pub epoch: u32,
    pub sequence: u32,
    pub window: u32,
}

/// The remembered origins, in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peers {
    pub capacity: usize,
    pub list: Vec<Peer>,
}

impl Peers {
    /// Room for so many origins.
    pub fn new(capacity: u32) -> Peers {
        Peers { capacity: capacity as usize, list: Vec::new() }
    }

    /// Decides about a contribution, and remembers it when it is to be applied.
    pub fn admit(&mut self, identity: Identity) -> Status {
        let Identity { origin, epoch, sequence } = identity;
        let fresh = Peer { origin, epoch, sequence, window: 0 };
        let Some(known) = self.list.iter_mut().find(|peer| peer.origin == origin) else {
            if self.list.len() == self.capacity {
                return Status::Full;
            }
            self.list.push(fresh);
            return Status::Applied;
        };
        if epoch < known.epoch {
            return Status::Duplicate;
        }
        if epoch > known.epoch {
            *known = fresh;
            return Status::Applied;
        }
        if sequence > known.sequence {
            let ahead = sequence - known.sequence;
            // The 33 latest, the remembered one included, move up by the distance.
            let seen = u64::from(known.window) << 1 | 1;
            let moved = if ahead > 32 { 0 } else { seen << (ahead - 1) };
            *known = Peer { window: moved as u32, ..fresh };
            return Status::Applied;
        }
        let behind = known.sequence - sequence;
        if behind == 0 || behind > 32 || known.window >> (behind - 1) & 1 == 1 {
            return Status::Duplicate;
        }
        known.window |= 1 << (behind - 1);
        Status::Applied
    }
}

impl Table {
    /// `rl.merge`: merges a table of the same shape, which counts as sequence 0 of its epoch.
    pub fn merge(&mut self, theirs: &Table, combine: Combine, origin: u32, epoch: u32) -> Status {
        assert_eq!(self.values.len(), theirs.values.len(), "the tables have one shape");
        let peers = self.peers.as_mut().expect("the declaration says that the table merges");
        let status = peers.admit(Identity { origin, epoch, sequence: 0 });
        if status == Status::Applied {
            let visits = theirs.visits.as_ref().expect("a table that is merged counts visits");
            for (element, visits) in visits.iter().enumerate() {
                self.combine(element, (theirs.values[element], *visits), combine);
            }
        }
        status
    }

    /// Merges a value with its visits into an element; 0 visits, or more than 32767, count as absent.
    pub fn combine(&mut self, element: usize, theirs: (i32, u16), combine: Combine) {
        assert!((1..=VISITS_MAX as u16).contains(&combine.bound));
        if theirs.1 == 0 || u32::from(theirs.1) > VISITS_MAX {
            return;
        }
        let (low, high) = self.bounds.accepted;
        let own = i128::from(self.values[element]);
        let other = i128::from(i64::from(theirs.0).clamp(low, high));
        let own_weight = self.weight(element).min(VISITS_MAX);
        let other_weight = u32::from(theirs.1.min(combine.bound));
        let result = match combine.by {
            By::Visits => {
                let (wa, wb) = (i128::from(own_weight), i128::from(other_weight));
                near_div(own * wa + other * wb, wa + wb)
            }
            _ if own_weight == 0 => other,
            By::Mean => near_div(own + other, 2),
            By::Max => own.max(other),
        };
        self.values[element] = result as i32;
        if let Some(merged) = &mut self.merged {
            merged[element] = (u32::from(merged[element]) + other_weight).min(VISITS_MAX) as u16;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Element, TableSpec};

    fn table() -> Table {
        let spec = TableSpec {
            reward: (-100, 100),
            visits: true,
            peers: Some(2),
            ..TableSpec::plain(2, 2, Element::I16, 0)
        };
        Table::new(spec).unwrap()
    }

    fn combined(own: (i32, u16), theirs: (i32, u16), by: By) -> (i32, u16) {
        let mut table = table();
        table.values[1] = own.0;
        table.visits.as_mut().unwrap()[1] = own.1;
        table.combine(1, theirs, Combine { by, bound: 100 });
        assert_eq!(table.visits.as_ref().unwrap()[1], own.1, "own visits never change");
        (table.values[1], table.merged.as_ref().unwrap()[1])
    }

    #[test]
    fn by_visits_mean_and_max() {
        assert_eq!(combined((10, 3), (20, 1), By::Visits), (13, 1)); // 12.5, up
        assert_eq!(combined((-10, 3), (-20, 1), By::Visits), (-12, 1)); // -12.5, up
        assert_eq!(combined((10, 100), (20, 5000), By::Visits), (15, 100));
        assert_eq!(combined((0, 0), (20, 5000), By::Visits), (20, 100));
        assert_eq!(combined((10, 1), (-13, 9), By::Mean), (-1, 9)); // -1.5, up
        assert_eq!(combined((10, 0), (-13, 9), By::Mean), (-13, 9));
        assert_eq!(combined((10, 1), (-13, 9), By::Max), (10, 9));
        assert_eq!(combined((0, 0), (-13, 9), By::Max), (-13, 9));
        assert_eq!(combined((10, 1), (99, 0), By::Max), (10, 0));
        assert_eq!(combined((10, 1), (99, 40_000), By::Max), (10, 0));
    }

    #[test]
    fn a_value_out_of_range_is_clamped_and_the_weight_stops() {
        let (reach, _) = combined((0, 0), (32_767, 1), By::Max);
        assert_eq!(i64::from(reach), table().bounds.accepted.1);
        let mut table = table();
        table.merged.as_mut().unwrap()[0] = 32_700;
        table.visits.as_mut().unwrap()[0] = 32_700;
        table.values[0] = 0;
        table.combine(0, (1000, 32_767), Combine { by: By::Visits, bound: 32_767 });
        // Both weights are 32767: a plain mean, and the merged weight stops.
        assert_eq!((table.values[0], table.merged.unwrap()[0]), (500, 32_767));
    }

    #[test]
    fn a_known_epoch_changes_nothing() {
        let (mut ours, mut theirs) = (table(), table());
        theirs.values = vec![5, 6, 7, 8];
        theirs.visits = Some(vec![1, 0, 2, 3]);
        let combine = Combine { by: By::Visits, bound: 10 };
        assert_eq!(ours.merge(&theirs, combine, 7, 3), Status::Applied);
        assert_eq!(ours.values, [5, 0, 7, 8]);
        let before = ours.clone();
        assert_eq!(ours.merge(&theirs, combine, 7, 3), Status::Duplicate);
        assert_eq!(ours.merge(&theirs, combine, 7, 2), Status::Duplicate);
        assert_eq!(ours, before);
        assert_eq!(ours.merge(&theirs, combine, 7, 4), Status::Applied);
        assert_eq!(ours.merge(&theirs, combine, 8, 0), Status::Applied);
        let before = ours.clone();
        assert_eq!(ours.merge(&theirs, combine, 9, 0), Status::Full);
        assert_eq!(ours, before);
    }

    #[test]
    fn the_window_knows_the_32_below() {
        let mut peers = Peers::new(1);
        let mut admit = |epoch, sequence| peers.admit(Identity { origin: 1, epoch, sequence });
        use Status::{Applied, Duplicate};
        assert_eq!([admit(5, 100), admit(5, 100)], [Applied, Duplicate]);
        assert_eq!([admit(5, 68), admit(5, 68), admit(5, 67)], [Applied, Duplicate, Duplicate]);
        assert_eq!([admit(5, 99), admit(5, 101)], [Applied, Applied]);
        // 68 has left the window, 69 is its last bit, 99 and 100 are marked.
        assert_eq!(
            [admit(5, 68), admit(5, 69), admit(5, 99), admit(5, 100)],
            [Duplicate, Applied, Duplicate, Duplicate]
        );
        // 32 ahead keeps the old one as the last bit; 33 ahead does not.
        assert_eq!([admit(5, 133), admit(5, 101), admit(5, 102)], [Applied, Duplicate, Applied]);
        assert_eq!([admit(5, 166), admit(5, 134), admit(5, 133)], [Applied, Applied, Duplicate]);
        // A newer epoch empties the window.
        assert_eq!([admit(6, 166), admit(6, 165), admit(5, 999)], [Applied, Applied, Duplicate]);
        // So what was marked in the old one is new in the next.
        assert_eq!([admit(6, 164), admit(7, 166), admit(7, 165)], [Applied, Applied, Applied]);
        assert_eq!(admit(u32::MAX, u32::MAX), Applied);
        assert_eq!(admit(u32::MAX, 0), Duplicate);
    }
}
