//! Repeatable random numbers: SplitMix64.

pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// 0 to `limit - 1`.
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    pub fn flag(&mut self) -> bool {
        self.next() & 1 != 0
    }

    /// All lengths of values alike often: small ones too.
    pub fn u32(&mut self) -> u32 {
        let bits = self.below(33) as u32;
        (self.next() as u32).checked_shr(32 - bits).unwrap_or(0)
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }

    /// A good packet with some bytes changed, cut off or added; or noise, mostly of small numbers, as in messages.
    pub fn spoil(&mut self, good: &[u8], input: &mut Vec<u8>) {
        input.clear();
        if self.below(4) == 0 {
            let length = self.below(265);
            let mask = [0xFF, 0x1F, 0x7F][self.below(3)];
            input.extend((0..length).map(|_| self.next() as u8 & mask));
            return;
        }
        input.extend_from_slice(good);
        for _ in 0..self.below(4) {
            match self.below(4) {
                0 => input.truncate(self.below(input.len() + 1)),
                1 => input.push(self.next() as u8),
                2 => input.insert(self.below(input.len() + 1), 0xFF),
                _ if input.is_empty() => {}
                _ => {
                    let place = self.below(input.len());
                    input[place] = [self.next() as u8, 0, 0x80, 0xFF][self.below(4)];
                }
            }
        }
    }
}
