//! "Did you mean": the known word nearest to what somebody wrote.

/// The known word that a slip of the finger makes this word of; the first of equals.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let length = word.chars().count();
    let most = (length.max(3) / 3).min(length / 2);
    let distances = known.into_iter().map(|known| (strsim::osa_distance(word, known), known));
    distances.filter(|(distance, _)| *distance <= most).min().map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_understood_and_a_stranger_is_not() {
        let known = ["motor", "moisture", "lamp"];
        let near = |word: &str| nearest(word, known);
        assert_eq!(
            (near("moter"), near("omtor"), near("moistrue")),
            (Some("motor"), Some("motor"), Some("moisture"))
        );
        assert_eq!((near("lmap"), near("servo"), nearest("lamp", [])), (Some("lamp"), None, None));
        assert_eq!((nearest("z", ["a", "b"]), nearest("lt", ["eq", "slt"])), (None, Some("slt")));
    }
}
