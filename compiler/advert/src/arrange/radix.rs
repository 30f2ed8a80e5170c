//! Which digits share a mixed radix, when plain bit fields need a byte too many.

use crate::layout::Digit;
use crate::product::Product;

/// Widths that a group may have, from cheap to dear: one register, two, any.
const LIMITS: [usize; 3] = [32, 64, usize::MAX];
/// Digits in a group found by trying all; beyond, groups are filled greedily.
const TRIED: usize = 3;

/// Groups of digits, each of two or more, so that everything fits into so many bits. None when plain fields do.
pub(super) fn groups(digits: &[Digit], bits: usize) -> Vec<Vec<usize>> {
    let plain: usize = digits.iter().map(|digit| Product::of(digit.count).bits()).sum();
    let Some(needed) = plain.checked_sub(bits).filter(|needed| *needed > 0) else { return Vec::new() };
    // A power of two loses nothing alone and gains nothing in a group.
    let lossy: Vec<usize> =
        (0..digits.len()).filter(|digit| !digits[*digit].count.is_power_of_two()).collect();
    let wish = Wish { digits, needed };
    for limit in LIMITS {
        let one = (2..=TRIED).find_map(|size| wish.smallest_group(&lossy, size, limit));
        if let Some(group) = one {
            return vec![group];
        }
        let filled = wish.fill(&lossy, limit);
        if wish.saved(&filled) >= needed {
            return wish.trimmed(filled);
        }
    }
    unreachable!("the caller has seen that the product of all counts fits")
}

struct Wish<'a> {
    digits: &'a [Digit],
    /// Bits to save.
    needed: usize,
}

impl Wish<'_> {
    fn product(&self, group: &[usize]) -> Product {
        Product::of_all(group.iter().map(|digit| self.digits[*digit].count))
    }

    fn plain(&self, group: &[usize]) -> usize {
        group.iter().map(|digit| Product::of(self.digits[*digit].count).bits()).sum()
    }

    fn saved(&self, groups: &[Vec<usize>]) -> usize {
        groups.iter().map(|group| self.plain(group) - self.product(group).bits()).sum()
    }

    /// The group of so many digits with the smallest product that saves enough.
    fn smallest_group(&self, lossy: &[usize], size: usize, limit: usize) -> Option<Vec<usize>> {
        let mut best: Option<(Product, Vec<usize>)> = None;
        for group in combinations(lossy, size) {
            let product = self.product(&group);
            let saves = self.plain(&group) - product.bits() >= self.needed && product.bits() <= limit;
            if saves && best.as_ref().is_none_or(|(least, _)| product < *least) {
                best = Some((product, group));
            }
        }
        best.map(|(_, group)| group)
    }

    /// Digits from the one that wastes most, each into the group where it saves most, or a new one.
    fn fill(&self, lossy: &[usize], limit: usize) -> Vec<Vec<usize>> {
        let mut sorted = lossy.to_vec();
        sorted.sort_by_key(|digit| (u64::MAX - self.waste(*digit), *digit));
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for digit in sorted {
            let with = |group: &Vec<usize>| [group.as_slice(), &[digit]].concat();
            let place = (0..groups.len())
                .filter(|group| self.product(&with(&groups[*group])).bits() <= limit)
                .max_by_key(|group| (self.saved(&[with(&groups[*group])]), usize::MAX - group));
            match place {
                Some(place) => groups[place].push(digit),
                None => groups.push(vec![digit]),
            }
        }
        groups
    }

    /// Takes digits out again as long as enough is saved; what is alone then is no group.
    fn trimmed(&self, mut groups: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
        for place in 0..groups.len() {
            for digit in groups[place].clone() {
                let before = groups[place].clone();
                groups[place].retain(|other| *other != digit);
                if groups[place].is_empty() || self.saved(&groups) < self.needed {
                    groups[place] = before;
                }
            }
            groups[place].sort_unstable();
        }
        groups.retain(|group| group.len() > 1);
        groups
    }

    /// What a digit wastes as a plain field, in units of 2^-16 bits.
    fn waste(&self, digit: usize) -> u64 {
        let product = Product::of(self.digits[digit].count);
        ((product.bits() as u64) << 16).saturating_sub(product.logarithm())
    }
}

/// All choices of so many, in the order of the list.
fn combinations(list: &[usize], size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let first_and_rest = |(at, first): (usize, &usize)| {
        let first = *first;
        combinations(&list[at + 1..], size - 1).into_iter().map(move |rest| [&[first], &*rest].concat())
    };
    list.iter().enumerate().flat_map(first_and_rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(counts: &[u128], bits: usize) -> Vec<Vec<usize>> {
        let digits: Vec<Digit> =
            counts.iter().enumerate().map(|(field, count)| Digit { field, count: *count }).collect();
        groups(&digits, bits)
    }

    #[test]
    fn plain_fields_stay_plain_where_they_fit() {
        assert_eq!(of(&[3, 5, 7], 8), [[0usize; 0]; 0]);
    }

    #[test]
    fn the_fewest_digits_of_the_smallest_product_are_taken() {
        // 3 * 5 = 15 fits 4 bits instead of 2 + 3; 5 * 5 would fit 5 instead of 6.
        assert_eq!(of(&[100, 3, 5, 5], 14), [[1, 2]]);
        // 5 * 5 * 5 = 125 fits 7 bits instead of 9; no two of them save two bits.
        assert_eq!(of(&[100, 5, 5, 5], 14), [[1, 2, 3]]);
    }

    #[test]
    fn many_digits_share_several_groups_of_a_register() {
        let counts = [3u128; 40];
        // 80 bits plain; 3^20 fits 32 bits, so two groups save 16.
        let found = of(&counts, 64);
        assert!(found.iter().all(|group| group.len() <= 20), "{found:?}");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn the_last_resort_reaches_the_bound_of_information() {
        // 11 * log2(100001) = 182.71: 183 bits, which no groups within 64 bits reach.
        assert_eq!(of(&[100_001; 11], 183), [(0..11).collect::<Vec<usize>>()]);
    }
}
