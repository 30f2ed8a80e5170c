//! Products of counts, exactly: how many states a set of fields has, and so how many bits it needs.

use std::cmp::Ordering;

/// A product of counts. Limbs are little-endian; the highest is not 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Product {
    limbs: Vec<u64>,
}

impl Product {
    pub fn one() -> Self {
        Self { limbs: vec![1] }
    }

    pub fn of(count: u128) -> Self {
        debug_assert!(count > 0, "a field has at least one value");
        let mut limbs = vec![count as u64, (count >> 64) as u64];
        limbs.truncate(if limbs[1] == 0 { 1 } else { 2 });
        Self { limbs }
    }

    /// The product of all these.
    pub fn of_all(counts: impl IntoIterator<Item = u128>) -> Self {
        counts.into_iter().fold(Self::one(), |product, count| product.times(&Self::of(count)))
    }

    /// As many as so many bytes have.
    pub fn of_bytes(bytes: usize) -> Self {
        Self::of_all(std::iter::repeat_n(256, bytes))
    }

    pub fn times(&self, other: &Self) -> Self {
        let mut limbs = vec![0u64; self.limbs.len() + other.limbs.len()];
        for (i, a) in self.limbs.iter().enumerate() {
            let mut carry = 0u128;
            for (j, b) in other.limbs.iter().enumerate() {
                let sum = u128::from(*a) * u128::from(*b) + u128::from(limbs[i + j]) + carry;
                limbs[i + j] = sum as u64;
                carry = sum >> 64;
            }
            limbs[i + other.limbs.len()] = carry as u64;
        }
        while limbs.len() > 1 && limbs.last() == Some(&0) {
            limbs.pop();
        }
        Self { limbs }
    }

    /// Bits that tell this many states apart: the logarithm, rounded up.
    pub fn bits(&self) -> usize {
        let (highest, lower) = self.limbs.split_last().expect("there is always a limb");
        let length = 64 * self.limbs.len() - highest.leading_zeros() as usize;
        let power_of_two = highest.is_power_of_two() && lower.iter().all(|limb| *limb == 0);
        if power_of_two { length - 1 } else { length }
    }

    /// Bytes that tell this many states apart.
    pub fn bytes(&self) -> usize {
        self.bits().div_ceil(8)
    }

    /// A lower bound of the logarithm, in units of 2^-16 bits, by repeated squaring of the highest 64 bits.
    /// It only guides and prunes the search; sizes come from [`Product::bits`].
    pub fn logarithm(&self) -> u64 {
        let highest = *self.limbs.last().expect("there is always a limb");
        let shift = highest.leading_zeros();
        let below = if self.limbs.len() > 1 { self.limbs[self.limbs.len() - 2] } else { 0 };
        let mantissa = if shift == 0 { highest } else { highest << shift | below >> (64 - shift) };
        let mut mantissa = mantissa >> 32;
        let mut result = 64 * self.limbs.len() as u64 - 1 - u64::from(shift);
        for _ in 0..16 {
            mantissa = (mantissa * mantissa) >> 31;
            let is_two_or_more = mantissa >> 32;
            result = result << 1 | is_two_or_more;
            mantissa >>= is_two_or_more;
        }
        result
    }
}

impl Ord for Product {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_limbs = || self.limbs.iter().rev().cmp(other.limbs.iter().rev());
        self.limbs.len().cmp(&other.limbs.len()).then_with(by_limbs)
    }
}

impl PartialOrd for Product {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_exact_beyond_128_bits() {
        let product = Product::of_all([3; 200]);
        // log2(3^200) = 316.99...
        assert_eq!((product.bits(), product.bytes()), (317, 40));
        assert_eq!(Product::of_all([1 << 64, 1 << 64, 2]).bits(), 129);
        assert_eq!(Product::of_all([1 << 64, 1 << 64, 2, 1]).times(&Product::of(3)).bits(), 131);
        assert_eq!((Product::one().bits(), Product::of(2).bits(), Product::of(257).bytes()), (0, 1, 2));
    }

    #[test]
    fn logarithms_are_below_the_truth_and_near_it() {
        for count in [1u128, 2, 3, 5, 251, 1001, 4095, 65536, 65537, (1 << 40) - 1, 1 << 64] {
            for power in [1usize, 2, 7] {
                let exact = (count as f64).log2() * power as f64;
                let found = Product::of_all(vec![count; power]).logarithm() as f64 / 65536.0;
                assert!(found <= exact + 1e-9 && found > exact - 1e-3, "{count}^{power}: {found} {exact}");
            }
        }
    }
}
