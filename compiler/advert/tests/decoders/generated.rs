//! Runs generated decoders, as `generated.py`. The test adds `decode`, which asks the one of a number.

use std::io::{Write, stdin, stdout};

trait Shown {
    fn shown(&self) -> String;
}

impl Shown for i64 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for u64 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for bool {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for &str {
    fn shown(&self) -> String {
        self.bytes().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> String {
        self.as_ref().map_or("missing".to_owned(), Shown::shown)
    }
}

fn word(name: &str, value: &impl Shown) {
    print!("{name}={} ", value.shown());
}

fn main() {
    for line in stdin().lines() {
        let line = line.unwrap();
        let (number, text) = line.split_once(' ').unwrap();
        let data: Vec<u8> =
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
        println!("{}", if decode(number.parse().unwrap(), &data) { "" } else { "refused" });
    }
    stdout().flush().unwrap();
}

