//! What was received lately: a window of so many packets, the oldest making room.

/// The last `N` packets, by whatever tells them apart: sender and id, or MeshCore's hash.
#[derive(Clone, Debug)]
pub struct Seen<T, const N: usize> {
    /// A ring; `None` where nothing was yet.
    ring: [Option<T>; N],
    oldest: usize,
}

impl<T: Copy + PartialEq, const N: usize> Seen<T, N> {
    pub const fn new() -> Self {
        Self { ring: [None; N], oldest: 0 }
    }

    /// Whether it is new; it counts as seen from now on. One seen before does not become younger, so that a packet that
    /// goes round cannot stay for ever.
    pub fn insert(&mut self, packet: T) -> bool {
        if self.ring.contains(&Some(packet)) {
            return false;
        }
        if let Some(place) = self.ring.get_mut(self.oldest) {
            *place = Some(packet);
            self.oldest = (self.oldest + 1) % N;
        }
        true
    }
}

impl<T: Copy + PartialEq, const N: usize> Default for Seen<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room() {
        let mut seen = Seen::<_, 3>::new();
        for packet in [(1, 1), (1, 2), (2, 1)] {
            assert!(seen.insert(packet));
            assert!(!seen.insert(packet));
        }
        // Hearing it again does not keep it.
        assert!(!seen.insert((1, 1)));
        assert!(seen.insert((3, 1)));
        assert!(seen.insert((1, 1)));
        assert!(!seen.insert((2, 1)) && !seen.insert((3, 1)));
        assert!(seen.insert((1, 2)));
    }

    #[test]
    fn a_window_of_nothing_forgets_all() {
        let mut seen = Seen::<_, 0>::default();
        assert!(seen.insert(7) && seen.insert(7));
    }
}
