//! LLVM's Xtensa assembly, put right for assembling.
//!
//! LLVM 22 writes a function's `.literal` lines before the switch to the function's section, so that they would end
//! in the previous section's pool. Each block of literals goes behind the switch.

/// Moves each block of literals behind the section switch that follows it, and aligns it.
pub fn literals_in_place(assembly: &str) -> String {
    let mut text = String::with_capacity(assembly.len());
    let mut literals = Vec::new();
    for line in assembly.lines() {
        let word = line.trim_start();
        if word.starts_with(".literal ") || (!literals.is_empty() && word.starts_with(".literal_position")) {
            literals.push(line);
            continue;
        }
        text.push_str(line);
        text.push('\n');
        let switches = word.starts_with(".section") || word == ".text" || word.starts_with(".p2align");
        if switches || word.ends_with(':') {
            flush(&mut text, &mut literals, switches);
        }
    }
    flush(&mut text, &mut literals, true);
    text
}

fn flush(text: &mut String, literals: &mut Vec<&str>, now: bool) {
    if now && !literals.is_empty() {
        for line in literals.drain(..) {
            text.push_str(line);
            text.push('\n');
        }
    }
}
