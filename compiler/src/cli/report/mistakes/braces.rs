//! Which brace of a text is not closed: lines are indented as they are meant.

/// The place of the brace.
pub fn unclosed(text: &str) -> Option<usize> {
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        for (at, sign) in signs(line) {
            if sign == '{' {
                open.push((start + at, indent));
                continue;
            }
            // A brace that closes an outer line leaves the inner one open.
            let is_outer = at == indent && open.iter().any(|(_, outer)| *outer == indent);
            match open.last() {
                Some((inner, of)) if is_outer && *of > indent => return Some(*inner),
                _ => open.pop(),
            };
        }
        start += line.len();
    }
    open.last().map(|(at, _)| *at)
}

/// The braces of a line, without those in texts and comments.
fn signs(line: &str) -> Vec<(usize, char)> {
    let mut signs = Vec::new();
    let (mut in_text, mut before) = (false, ' ');
    for (at, c) in line.char_indices() {
        match c {
            '"' if before != '\\' => in_text = !in_text,
            '/' if before == '/' && !in_text => break,
            '{' | '}' if !in_text => signs.push((at, c)),
            _ => {}
        }
        before = c;
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brace_is_found_by_indentation_or_it_is_the_last() {
        let at = |text: &str| unclosed(text).map(|at| text[..at].lines().count());
        assert_eq!(at("a {\n  b {\n    c\n}\n"), Some(2));
        assert_eq!(at("a {\n  b {\n    c\n\n  d {\n  }\n}\n"), Some(2));
        assert_eq!(at("a {\n  b {\n  }\n"), Some(1));
        assert_eq!(at("a {\n  \"}\" // }\n"), Some(1));
        assert_eq!(at("a { b { } }\n"), None);
    }
}
