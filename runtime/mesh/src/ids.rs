//! Packet ids that never come again: on Meshtastic and in raw frames an id makes the keystream.
//!
//! Sixteen bits count boots, sixteen packets of one boot. The boot epoch is kept in flash and counted up before the first
//! packet of each boot; the very first one, and one after an erased flash, is drawn from entropy. A key under which all
//! epochs were used must be replaced.

/// Ids of one boot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketIds {
    epoch: u16,
    next: u32,
}

impl PacketIds {
    /// Of an epoch that was not used before.
    pub const fn new(epoch: u16) -> Self {
        // Id 0 means none, in Meshtastic's replies.
        Self { epoch, next: if epoch == 0 { 1 } else { 0 } }
    }

    pub const fn epoch(&self) -> u16 {
        self.epoch
    }
}

/// Ends after 65,536: then the epoch is counted up, and kept, before more.
impl Iterator for PacketIds {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let low = u16::try_from(self.next).ok()?;
        self.next += 1;
        Some(u32::from(self.epoch) << 16 | u32::from(low))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_id_comes_twice_and_none_is_zero() {
        let mut seen = HashSet::new();
        for epoch in [0, 1, 2, u16::MAX] {
            let ids = PacketIds::new(epoch);
            assert_eq!(ids.epoch(), epoch);
            assert!(ids.into_iter().all(|id| id != 0 && seen.insert(id)));
        }
        assert_eq!(seen.len(), 4 * 65_536 - 1);
        let mut spent = PacketIds::new(9);
        assert_eq!(spent.by_ref().count(), 65_536);
        assert_eq!((spent.next(), spent.next()), (None, None));
    }
}
