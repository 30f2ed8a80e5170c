//! Entropy for emulated and host nodes: reproducible from a seed, alike on both.
//!
//! Splitmix32: a Weyl sequence through a mixing function (constants of Hettinga's `splitmix32`).
//! Real boards answer the entropy service from their hardware instead.

const INCREMENT: u32 = 0x9E37_79B9;

/// A deterministic stream of 32-bit values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entropy {
    state: u32,
}

impl Entropy {
    pub const fn new(seed: u32) -> Self {
        Self { state: seed }
    }

    /// The next value.
    pub fn draw(&mut self) -> u32 {
        self.state = self.state.wrapping_add(INCREMENT);
        let mut value = self.state;
        value = (value ^ (value >> 16)).wrapping_mul(0x21F0_AAAD);
        value = (value ^ (value >> 15)).wrapping_mul(0x735A_2D97);
        value ^ (value >> 15)
    }
}

#[cfg(test)]
mod tests {
    use super::Entropy;

    #[test]
    fn the_stream_of_a_seed_is_fixed() {
        let mut entropy = Entropy::new(1);
        let drawn = [entropy.draw(), entropy.draw(), entropy.draw()];
        assert_eq!(drawn, [0x5E2D_1772, 0x14E4_98F0, 0xD20E_A1FD]);
    }
}
