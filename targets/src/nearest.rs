//! "Did you mean": the known word nearest to what somebody wrote.

/// A help line: the nearest of the known words, or all of them when none is near.
pub(crate) fn suggestion(word: &str, known: &[&str]) -> String {
    let nearest = known.iter().map(|known| (strsim::osa_distance(word, known), known)).min();
    match nearest {
        Some((distance, nearest)) if distance <= word.len().max(3) / 3 => {
            format!("did you mean '{nearest}'?")
        }
        _ => format!("known are: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_understood_and_a_stranger_is_not() {
        assert_eq!(suggestion("rak4613", &["t-echo", "rak4631"]), "did you mean 'rak4631'?");
        assert_eq!(suggestion("arduino", &["t-echo", "rak4631"]), "known are: t-echo, rak4631");
    }
}
