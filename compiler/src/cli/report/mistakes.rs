//! Mistakes that newcomers make, recognised by what MLIR's parser says and by what stands there.
//!
//! The parser says what it expected of its grammar; here it becomes what is wrong with the kernel, and how to write it.

mod braces;

use super::forms;
use std::ops::Range;
use swarm_dialects::nearest;

/// What is wrong in the words of kernels, where, and what to write instead.
pub struct Mistake {
    pub code: &'static str,
    pub message: String,
    pub help: String,
    pub at: Range<usize>,
}

/// What the parser says, and where in the text.
#[derive(Clone, Copy)]
pub struct Slip<'t> {
    pub said: &'t str,
    pub text: &'t str,
    pub at: usize,
}

/// The mistake, if it is one of those that are known here.
pub fn recognised(slip: Slip) -> Option<Mistake> {
    let slip = slip.at_its_op();
    const RULES: &[fn(Slip) -> Option<Mistake>] = &[
        brace,
        comment,
        semicolon,
        literal,
        unnamed_result,
        formula,
        call,
        r#type,
        symbol,
        unit,
        whole_number,
        keyword,
        value_type,
        unknown_value,
        unknown_type,
        token,
    ];
    RULES.iter().find_map(|rule| rule(slip))
}

impl<'t> Slip<'t> {
    /// The parser names its op, and looks for the rest of it on the next line, too: what is missing is missing before.
    fn at_its_op(self) -> Self {
        let named = self.said.strip_prefix("custom op '").and_then(|rest| rest.split('\'').next());
        let named = named.filter(|_| self.says("expected"));
        let is_next = self.before().trim().is_empty() && named.is_some_and(|named| self.op() != Some(named));
        if is_next { Self { at: self.text[..self.at].trim_end().len(), ..self } } else { self }
    }

    fn says(self, part: &str) -> bool {
        self.said.contains(part)
    }

    /// The line up to the place.
    fn before(self) -> &'t str {
        let start = self.text[..self.at].rfind('\n').map_or(0, |end| end + 1);
        &self.text[start..self.at]
    }

    /// The word or sign that stands there, or behind blanks; empty at the end of the line.
    fn found(self) -> Range<usize> {
        let rest = &self.text[self.at..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let start = self.at + line.len() - line.trim_start().len();
        let line = line.trim_start();
        let word = |c: char| c.is_alphanumeric() || "_.@%$-!#".contains(c);
        let end = line.find(|c| !word(c)).unwrap_or(line.len());
        let end = if end == 0 { line.chars().next().map_or(0, char::len_utf8) } else { end };
        start..start + end
    }

    fn found_text(self) -> &'t str {
        &self.text[self.found()]
    }

    /// The op that the line is of, or the last line before it that begins with one.
    fn op(self) -> Option<&'t str> {
        let end = self.text[self.at..].find('\n').map_or(self.text.len(), |end| self.at + end);
        self.text[..end].lines().rev().find_map(forms::op)
    }

    fn mistake(
        self,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<Mistake> {
        Some(Mistake { code, message: message.into(), help: help.into(), at: self.found() })
    }

    /// Help by an example of the line's op.
    fn form(self) -> String {
        self.op().and_then(forms::help).unwrap_or_else(|| super::hint("syntax").to_owned())
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

fn is_number(word: &str) -> bool {
    word.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit())
}

/// The text ends within braces, or goes on behind the last one.
fn brace(slip: Slip) -> Option<Mistake> {
    let rest = &slip.text[slip.at..];
    if rest.trim_start().starts_with('}') && slip.says("expected operation name in quotes") {
        let at = slip.text.len() - rest.trim_start().len();
        let found =
            slip.mistake("brace", "this brace closes nothing", "leave it away, or open one before")?;
        return Some(Mistake { at: at..at + 1, ..found });
    }
    let is_end = rest.lines().all(|line| line.trim().is_empty() || line.trim().starts_with("//"));
    if !is_end || !slip.says("expected operation name in quotes") {
        return None;
    }
    let open = braces::unclosed(slip.text)?;
    let help = "close it with a `}` on a line of its own";
    Some(Mistake { at: open..open + 1, ..slip.mistake("brace", "this brace is not closed", help)? })
}

fn comment(slip: Slip) -> Option<Mistake> {
    let rest = &slip.text[slip.found().start..];
    let help = "begin each line of a comment with `//`";
    (rest.starts_with("/*") || rest.starts_with("# ") || rest.starts_with("##"))
        .then(|| slip.mistake("comment", "this begins no comment", help))?
}

fn semicolon(slip: Slip) -> Option<Mistake> {
    (slip.found_text() == ";")
        .then(|| slip.mistake("syntax", "an op has no ';' at its end", "leave the ';' away"))?
}

/// What is no value stands where one belongs.
fn literal(slip: Slip) -> Option<Mistake> {
    let word = slip.found_text();
    if !slip.says("expected SSA operand") {
        None
    } else if is_number(word) {
        let help = format!(
            "name the number first, `%number = arith.constant {word} : i32`, and write `%number` here"
        );
        slip.mistake("literal", format!("{word} is a number, and a value's name belongs here"), help)
    } else if let Some(name) = word.strip_prefix('@') {
        let help = format!(
            "read it first: a port by `%{name} = swarm.sense {word}`, a variable by `%{name} = swarm.get {word}`"
        );
        slip.mistake("literal", format!("{word} is declared, and a value's name belongs here"), help)
    } else if is_name(word) {
        slip.mistake("value-name", "a value's name begins with %", format!("write `%{word}`"))
    } else {
        None
    }
}

/// `s = swarm.sense @s`.
fn unnamed_result(slip: Slip) -> Option<Mistake> {
    let word = slip.found_text();
    let is_assigned = slip.text[slip.found().end..].trim_start().starts_with('=');
    (slip.says("is unknown") && is_assigned && is_name(word)).then(|| {
        slip.mistake("value-name", "a value's name begins with %", format!("write `%{word} = ...`"))
    })?
}

/// `%c = %a + 1`.
fn formula(slip: Slip) -> Option<Mistake> {
    let word = slip.found_text();
    let is_operand = word.starts_with(['%', '(', '@']) || is_number(word);
    if !slip.says("expected operation name in quotes")
        || !is_operand
        || !slip.before().trim_end().ends_with('=')
    {
        return None;
    }
    let help = "write one op for each step: `%seven = arith.constant 7 : i32`, `%sum = arith.addi %value, %seven : i32`";
    slip.mistake("formula", "an op belongs here, and no formula", help)
}

/// `swarm.sense(@s)`.
fn call(slip: Slip) -> Option<Mistake> {
    let before = slip.before().trim_end();
    let open = if slip.found_text() == "(" { before } else { before.strip_suffix('(')?.trim_end() };
    let is_ours = slip.op().is_some_and(|op| open.ends_with(op) && forms::example(op).is_some());
    is_ours.then(|| {
        slip.mistake("syntax", "what an op uses stands behind it without parentheses", slip.form())
    })?
}

/// Types that other languages have.
fn r#type(slip: Slip) -> Option<Mistake> {
    let word = slip.found_text();
    let before = slip.before().trim_end();
    let is_place = [":", " sense", " act", "x"].iter().any(|end| before.ends_with(end));
    if !(slip.says("expected attribute value") || slip.says("expected non-function type")) || !is_place {
        None
    } else if word.starts_with("rl.") {
        slip.mistake("unknown-type", "a dialect's type begins with '!'", format!("write `!{word}<...>`"))
    } else if is_name(word) {
        let help = "types are i1 for flags, i8, i16, i32 and i64 for numbers, tensor<16xi16> for arrays";
        slip.mistake("unknown-type", format!("there is no type called '{word}'"), help)
    } else {
        None
    }
}

/// Names of declarations.
fn symbol(slip: Slip) -> Option<Mistake> {
    let word = slip.found_text();
    if slip.says("expected valid '@'-identifier") {
        slip.mistake("symbol", "a name that begins with @ belongs here", slip.form())
    } else if !slip.says("expected attribute value") {
        None
    } else if let Some(name) = word.strip_prefix('%') {
        let help =
            format!("ports, variables, tables and the like are named with @: write `@{name}` if it is one");
        slip.mistake("symbol", format!("{word} is a value, and a declaration's name belongs here"), help)
    } else if is_name(word) {
        slip.mistake("symbol", "a declaration's name begins with @", format!("write `@{word}`"))
    } else if word.is_empty() {
        slip.mistake("syntax", "something is missing at the end of this line", slip.form())
    } else {
        None
    }
}

/// Times are in milliseconds.
fn unit(slip: Slip) -> Option<Mistake> {
    if !slip.says("expected 'ms'") {
        return None;
    }
    let given: Option<u64> = slip.before().split_whitespace().last().and_then(|number| number.parse().ok());
    let factor = match slip.found_text() {
        "s" | "sec" | "second" | "seconds" => 1000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        _ => 1,
    };
    let help = match given.and_then(|given| given.checked_mul(factor)) {
        Some(ms) => format!("write `{ms} ms`"),
        None => slip.form(),
    };
    slip.mistake("unit", "times are in ms", help)
}

/// A fraction, which MLIR often sees only when it is behind it.
fn whole_number(slip: Slip) -> Option<Mistake> {
    if !slip.says("floating point value not valid") && !slip.says("but parsed floating-point") {
        return None;
    }
    let is_part = |c: char| c.is_ascii_digit() || ".-".contains(c);
    let text = &slip.text[..slip.found().end];
    let ends = |(at, _): &(usize, &str)| text[..*at].ends_with(|c: char| c.is_ascii_digit());
    let (point, _) = text.rmatch_indices('.').find(ends)?;
    let start = text[..point].trim_end_matches(is_part).len();
    let length = slip.text[start..].find(|c| !is_part(c)).unwrap_or(slip.text.len() - start);
    let help = "kernels count in whole numbers: choose a smaller unit, such as ms, or tenths of a degree";
    let message = format!("{} is no whole number", &slip.text[start..start + length]);
    Some(Mistake { at: start..start + length, ..slip.mistake("whole-number", message, help)? })
}

/// A word that is none of some.
fn keyword(slip: Slip) -> Option<Mistake> {
    if !slip.says("one of the following enum values") {
        return None;
    }
    let (_, list) = slip.said.rsplit_once('[')?;
    let words = || list.trim_end_matches(']').split(", ");
    let word = slip.found_text();
    let help = match nearest(word, words()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => slip.form(),
    };
    let list: Vec<&str> = words().collect();
    slip.mistake("keyword", format!("'{word}' is none of {}", list.join(", ")), help)
}

/// `use of value '%s' expects different type than prior uses: 'i1' vs 'i32'`.
fn value_type(slip: Slip) -> Option<Mistake> {
    if !slip.says("expects different type than prior uses") {
        return None;
    }
    let mut quoted = slip.said.split('\'').skip(1).step_by(2);
    let (value, wanted, is) = (quoted.next()?, quoted.next()?, quoted.next()?);
    let help = match (is, wanted) {
        ("i32", "i1") => format!(
            "a port or variable that is a flag is read with `: i1`; of a number ask for example \
             `%flag = arith.cmpi ne, {value}, %zero : i32`"
        ),
        ("i1", "i32") => format!("write `%number = arith.extui {value} : i1 to i32`"),
        ("i64", "i32") => format!(
            "a constant without a type is an i64: write `arith.constant 7 : i32`; \
             of others take `arith.trunci {value} : i64 to i32`"
        ),
        ("i32", "i64") => format!("write `%wide = arith.extsi {value} : i32 to i64`"),
        ("i32", "index") => format!("write `%index = arith.index_cast {value} : i32 to index`"),
        ("index", "i32") => format!("write `%number = arith.index_cast {value} : index to i32`"),
        _ => super::hint("value-type").to_owned(),
    };
    slip.mistake("value-type", format!("{value} is of type {is}, and {wanted} belongs here"), help)
}

fn unknown_value(slip: Slip) -> Option<Mistake> {
    let word = slip.found_text();
    if !slip.says("use of undeclared SSA value") {
        return None;
    }
    let is_part = |c: char| c.is_alphanumeric() || "_.$-".contains(c);
    let names =
        slip.text.split('%').skip(1).map(|rest| &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())]);
    let name = word.strip_prefix('%')?;
    let near = nearest(name, names.filter(|other| *other != name && !other.is_empty()))?;
    slip.mistake("value", format!("no value {word} is known here"), format!("did you mean `%{near}`?"))
}

/// ``unknown  type `tabel` in dialect `rl` ``.
fn unknown_type(slip: Slip) -> Option<Mistake> {
    let rest = slip.said.strip_prefix("unknown")?.trim_start().strip_prefix("type `")?;
    let mut quoted = rest.split('`');
    let (name, dialect) = (quoted.next()?, quoted.nth(1)?);
    let help =
        "the types are !rl.table<64x4xi16, frac = 6> and !rl.tiles<8 of [0 to 1023 by 16], 4xi16, frac = 6>";
    slip.mistake("unknown-type", format!("there is no type called !{dialect}.{name}"), help)
}

/// `expected 'reward'`, with or without the op before it.
fn token(slip: Slip) -> Option<Mistake> {
    let (_, token) = slip.said.split_once("expected '")?;
    let token = token.strip_suffix('\'')?;
    let word = slip.found_text();
    let message = match word {
        "" => format!("'{token}' is missing at the end of this line"),
        _ => format!("'{token}' belongs here, before or instead of '{word}'"),
    };
    let help = match nearest(word, [token]) {
        Some(near) if is_name(near) => format!("did you mean `{near}`?"),
        _ => slip.form(),
    };
    slip.mistake("syntax", message, help)
}
