//! What is refused before MLIR's parser sees it: the parser calls itself for each bracket, and a text may hold many;
//! and it takes any bytes for a string, where ours must be text.

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

/// The place of a string whose bytes, written as `\FF`, are no text.
pub fn not_utf8(text: &str) -> Option<(usize, usize)> {
    for (number, line) in text.lines().enumerate() {
        let mut strings = line.char_indices().peekable();
        while let Some((start, c)) = strings.next() {
            match c {
                '/' if strings.peek().is_some_and(|(_, next)| *next == '/') => break,
                '"' => {}
                _ => continue,
            }
            let mut bytes = Vec::new();
            while let Some((at, c)) = strings.next() {
                match c {
                    '"' => break,
                    '\\' => {
                        // Two digits are a byte; anything else after a backslash is one character.
                        let byte = line.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
                        strings.next();
                        if let Some(byte) = byte {
                            strings.next();
                            bytes.push(byte);
                        }
                    }
                    c => bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
                }
            }
            if std::str::from_utf8(&bytes).is_err() {
                return Some((number + 1, start + 1));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_in_strings_must_be_text() {
        assert_eq!(not_utf8("a \"\\C3\\A9 \\22 \\n \\\\FF\" // \"\\FF\""), None);
        assert_eq!(not_utf8("\n  \"ab\" \"a\\FFb\""), Some((2, 8)));
        assert_eq!(not_utf8("@\"\\C3\""), Some((1, 2)));
    }

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
