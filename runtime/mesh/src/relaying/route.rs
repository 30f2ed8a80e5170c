//! Which neighbour is next on the way to a node: the one through which the first transmission of its last packet came.

/// The ways to `R` nodes; the one that was learnt first makes room.
#[derive(Clone, Debug)]
pub struct Routes<const R: usize> {
    /// A ring of nodes, and the last byte of who is next.
    ring: [Option<(u32, u8)>; R],
    oldest: usize,
}

impl<const R: usize> Routes<R> {
    pub const fn new() -> Self {
        Self { ring: [None; R], oldest: 0 }
    }

    /// A packet of that node came through a neighbour (0: nobody knows through whom).
    pub fn learn(&mut self, node: u32, next: u8) {
        if next == 0 {
            return;
        }
        if let Some(route) = self.ring.iter_mut().flatten().find(|route| route.0 == node) {
            route.1 = next;
        } else if let Some(place) = self.ring.get_mut(self.oldest) {
            *place = Some((node, next));
            self.oldest = (self.oldest + 1) % R;
        }
    }

    pub fn find(&self, node: u32) -> Option<u8> {
        self.ring.iter().flatten().find(|route| route.0 == node).map(|route| route.1)
    }

    /// Forgets the way to a node, if it still is the one through that neighbour.
    pub fn forget(&mut self, node: u32, next: u8) {
        self.ring.iter_mut().filter(|route| **route == Some((node, next))).for_each(|route| *route = None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_way_counts_and_the_oldest_makes_room() {
        let mut routes = Routes::<2>::new();
        for (node, next) in [(7, 1), (8, 2), (7, 3), (7, 0)] {
            routes.learn(node, next);
        }
        assert_eq!([6, 7, 8].map(|node| routes.find(node)), [None, Some(3), Some(2)]);
        routes.learn(9, 4);
        assert_eq!([7, 8, 9].map(|node| routes.find(node)), [None, Some(2), Some(4)]);
        routes.forget(8, 5);
        routes.forget(9, 4);
        assert_eq!([8, 9].map(|node| routes.find(node)), [Some(2), None]);
        let mut none = Routes::<0>::new();
        none.learn(1, 1);
        assert_eq!(none.find(1), None);
    }
}
