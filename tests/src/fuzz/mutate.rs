//! Changes to a text: most keep it a kernel nearly, some do not.

use super::corpus::Corpus;
use crate::random::Random;

/// No input is longer, in bytes: the time that one may take is bounded.
const LONGEST: usize = 200_000;

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "7",
    "31",
    "32",
    "33",
    "63",
    "64",
    "127",
    "128",
    "255",
    "256",
    "32767",
    "32768",
    "65535",
    "65536",
    "16777215",
    "16777216",
    "16777217",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999999999",
    "0x0",
    "0xFFFFFFFF",
    "0x8000000000000000",
    "0.0",
    "-0.0",
    "1.0",
    "0.99999999",
    "1.00000001",
    "0.5",
    "1e-320",
    "1e308",
    "1e309",
    "-1e308",
    "3.4e38",
    "0.000007629394",
];

/// Words, numbers, strings, single signs and spaces: all of the text.
pub fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || "_.$".contains(c);
        let length = if first == '"' {
            rest[1..].find(['"', '\n']).map_or(rest.len(), |end| end + 2)
        } else if first.is_whitespace() {
            rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len())
        } else if word(first) || "%@!#^-".contains(first) {
            let sign = first.len_utf8();
            sign + rest[sign..].find(|c| !word(c)).unwrap_or(rest.len() - sign)
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        found.push(token);
        rest = after;
    }
    found
}

/// Changes a text once, or a few times.
pub fn mutate(text: String, corpus: &Corpus, random: &mut Random) -> String {
    let mut text = text;
    let changes = [0, 1, 1, 1, 2, 2, 3, 5, 9][random.below(9) as usize];
    for _ in 0..changes {
        text = change(&text, corpus, random);
        if text.len() > LONGEST {
            let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.truncate(end);
        }
    }
    text
}

fn change(text: &str, corpus: &Corpus, random: &mut Random) -> String {
    let kind = random.below(24);
    match kind {
        0..=1 => lines(text, random),
        2 => bytes(text, random),
        3 => cut(text, random),
        _ => {
            let mut all: Vec<String> = tokens(text).into_iter().map(str::to_owned).collect();
            if all.is_empty() {
                return corpus.word(random).to_owned();
            }
            words(&mut all, kind, (corpus, random));
            all.concat()
        }
    }
}

/// A range, short mostly; an empty one of what is empty.
fn range(length: usize, random: &mut Random) -> std::ops::Range<usize> {
    let start = random.below(length.max(1) as u32) as usize;
    let most = random.of(&[1, 1, 1, 2, 4, 8, 30]);
    start..(start + 1 + random.below(most) as usize).min(length).max(start)
}

fn words(all: &mut Vec<String>, kind: u32, (corpus, random): (&Corpus, &mut Random)) {
    let at = random.below(all.len() as u32) as usize;
    match kind {
        4 => {
            let other = random.below(all.len() as u32) as usize;
            all.swap(at, other);
        }
        5..=6 => drop(all.drain(range(all.len(), random))),
        7 => {
            let copied = all[range(all.len(), random)].to_vec();
            let times = random.of(&[1, 1, 2, 3, 50]);
            for _ in 0..times {
                all.splice(at..at, copied.iter().cloned());
            }
        }
        8..=11 => number(all, random),
        12..=13 => {
            let other = corpus.sources[random.below(corpus.sources.len() as u32) as usize].as_str();
            let other = tokens(other);
            let taken = other[range(other.len(), random)].iter().map(|token| (*token).to_owned());
            let replaced = if random.below(2) == 0 { at..at } else { range(all.len(), random) };
            all.splice(replaced, taken.collect::<Vec<_>>());
        }
        14..=18 => alike(all, at, (corpus, random)),
        19..=20 => all.insert(at, format!(" {} ", corpus.word(random))),
        21 => all[at] = corpus.word(random).to_owned(),
        22 => nest(all, random),
        _ => {
            let long = random.of(&[49, 300, 5000, 60000]);
            all[at] += &"x".repeat(long);
        }
    }
}

/// Another number in the place of one.
fn number(all: &mut [String], random: &mut Random) {
    let is_number = |token: &String| {
        token.strip_prefix('-').unwrap_or(token).starts_with(|first: char| first.is_ascii_digit())
    };
    let places: Vec<usize> = (0..all.len()).filter(|at| is_number(&all[*at])).collect();
    if places.is_empty() {
        return;
    }
    let at = random.of(&places);
    all[at] = match random.below(3) {
        0 => format!("{}", random.draw() as i32 >> random.below(31)),
        1 if all[at].contains('.') => format!("{:?}", f64::from(random.draw()) / 4_294_967_296.0),
        // A shape such as 4x4xi16 is one word: its numbers are not in the list by themselves.
        _ if all[at].contains('x') => all[at].replace(char::is_numeric, random.of(NUMBERS)),
        _ => random.of(NUMBERS).to_owned(),
    };
}

/// In the place of a word, another one that begins alike: a value for a value, a name for a name.
fn alike(all: &mut [String], at: usize, (corpus, random): (&Corpus, &mut Random)) {
    let Some(at) = (at..all.len()).find(|at| !all[*at].trim().is_empty()) else { return };
    let kind = |token: &str| {
        let first = token.chars().next().unwrap_or(' ');
        if first.is_alphabetic() {
            'a'
        } else if first.is_numeric() {
            '0'
        } else {
            first
        }
    };
    let wanted = kind(&all[at]);
    let here: Vec<String> = all.iter().filter(|token| kind(token) == wanted).cloned().collect();
    let there: Vec<&String> = corpus.words.iter().filter(|word| kind(word) == wanted).collect();
    all[at] = if there.is_empty() || random.below(2) == 0 {
        here[random.below(here.len() as u32) as usize].clone()
    } else {
        there[random.below(there.len() as u32) as usize].clone()
    };
}

/// Brackets around brackets, or blocks in blocks.
fn nest(all: &mut Vec<String>, random: &mut Random) {
    let range = range(all.len(), random);
    let (open, close) = random.of(&[
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("<", ">"),
        ("tuple<", ">"),
        ("tensor<4x", ">"),
        ("dense<[", "]>"),
        ("[[", "]]"),
        ("module {", "}"),
        ("swarm.on_start @s {", "}"),
        ("scf.for %i = %zero to %last step %one : i32 {\n", "}\n"),
        ("scf.if %c {\n", "}\n"),
        ("\"scf.if\"(%c) ({", "}, {}) : (i1) -> ()"),
        ("loc(fused[", "])"),
        ("-", ""),
        ("// ", ""),
        ("affine_map<(d0) -> (d0 + (", "))>"),
    ]);
    let depth = random.of(&[1, 3, 20, 90, 199, 201, 3000]);
    all.insert(range.end, close.repeat(depth));
    all.insert(range.start, open.repeat(depth));
}

fn lines(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.is_empty() {
        return String::new();
    }
    let at = random.below(lines.len() as u32) as usize;
    let other = random.below(lines.len() as u32) as usize;
    match random.below(4) {
        0 => drop(lines.remove(at)),
        1 => lines.swap(at, other),
        2 => lines.insert(other, lines[at]),
        _ => {
            let times = random.of(&[2, 10, 100, 1000]);
            let line = lines[at];
            lines.splice(at..at, std::iter::repeat_n(line, times));
        }
    }
    lines.concat()
}

fn bytes(text: &str, random: &mut Random) -> String {
    let mut all: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(8) {
        let at = random.below(all.len() as u32 + 1) as usize;
        match (random.below(3), at < all.len()) {
            (0, true) => drop(all.remove(at)),
            (1, true) => all[at] = char::from((random.draw() & 0x7F) as u8),
            _ => all.insert(at, char::from_u32(random.below(0x300)).unwrap_or('?')),
        }
    }
    all.into_iter().collect()
}

/// The text's beginning or end alone.
fn cut(text: &str, random: &mut Random) -> String {
    let at = random.below(text.len() as u32 + 1) as usize;
    let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (before, after) = text.split_at(at);
    if random.below(4) == 0 { after } else { before }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_the_whole_text() {
        let text = "swarm.var @x : !rl.table<4x4xi16, frac = -1> \"a b\" %0 é\n";
        assert_eq!(tokens(text).concat(), text);
        assert!(tokens(text).contains(&"!rl.table") && tokens(text).contains(&"\"a b\""));
        assert!(tokens(text).contains(&"-1"));
        assert_eq!(tokens("\"open").concat(), "\"open");
    }
}
