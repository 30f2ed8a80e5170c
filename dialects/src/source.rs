//! What is refused before MLIR's parser sees it: the parser calls itself for each bracket, and a text may hold many.

/// Deepest nesting of brackets. Kernels that people write stay below ten.
pub const DEEPEST: usize = 200;

/// The place (line and column, counted from 1) where brackets are nested too deep.
pub fn too_deep(text: &str) -> Option<(usize, usize)> {
    let mut depth = 0usize;
    for (number, line) in text.lines().enumerate() {
        let mut quoted = false;
        let mut before = ' ';
        for (column, c) in line.char_indices() {
            match c {
                _ if before == '\\' && quoted => {
                    // An escaped character; an escaped backslash escapes nothing itself.
                    before = ' ';
                    continue;
                }
                '"' => quoted = !quoted,
                _ if quoted => {}
                '/' if before == '/' => break,
                '(' | '[' | '{' | '<' => depth += 1,
                '>' if before == '-' => {}
                ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                return Some((number + 1, column + 1));
            }
            before = c;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_closed_counts_no_more() {
        let flat = "{ }\n".repeat(1000);
        assert_eq!(too_deep(&flat), None);
        assert_eq!(too_deep(&"(a) -> b\n".repeat(1000)), None);
    }

    #[test]
    fn strings_and_comments_do_not_count() {
        assert_eq!(too_deep(&format!("\"\\\"{}\"", "(".repeat(500))), None);
        assert_eq!(too_deep(&format!("// {}", "(".repeat(500))), None);
    }

    #[test]
    fn the_place_is_where_it_gets_too_deep() {
        assert_eq!(too_deep(&format!("x\n {}", "{".repeat(500))), Some((2, DEEPEST + 2)));
    }
}
