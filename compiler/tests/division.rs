//! The quick division of a Cortex-M0: what its reciprocals and two guesses leave, for each divisor.
//!
//! This follows `builtins.c` step by step, with the table that stands there. `baselines.rs` runs the routine itself.

/// The table of `builtins.c`: 2^20 / d by the high byte of a divisor, from 16 on.
fn table() -> Vec<u32> {
    let text = include_str!("../builtins.c");
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("\"  .byte ")?.split('\\').next());
    let numbers = lines.flat_map(|line| line.split(", ").map(|number| number.parse().expect("a number")));
    numbers.collect()
}

/// 2^31 / d, or less.
fn reciprocal(table: &[u32], d: u32) -> u32 {
    let first = table[(d >> 8) as usize - 16];
    ((first << 21) - d * first * first) >> 9
}

#[test]
fn two_guesses_leave_less_than_two_divisors() {
    let table = table();
    assert_eq!(table.len(), 240);
    // Numbers are moved up until the divisor has 13 bits at least; the quotient has 16 at most.
    for d in 4096..=65535u32 {
        let reciprocal = reciprocal(&table, d);
        let mut most_left = 0;
        // From one divisor to the next other high halves are tried: all of them take minutes.
        for high in (d % 61..d).step_by(61).chain([d - 1]) {
            let guess = (high * reciprocal) >> 15;
            let left = (high << 16).checked_sub(guess * d).expect("no guess is too much");
            most_left = most_left.max(left + 65535);
        }
        assert!(most_left < 81 * d, "the first guess for {d} leaves {most_left}");
        for part in (d % 17..=(81 * d) >> 8).step_by(17) {
            let guess = part.checked_mul(reciprocal).expect("the product fits") >> 23;
            let left = (part << 8).checked_sub(guess * d).expect("no guess is too much");
            assert!(left + 255 < 2 * d, "the second guess for {d} leaves {}", left + 255);
        }
    }
}
