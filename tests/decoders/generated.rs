//! Runs generated decoders, as `generated.py`, but shows structs as Rust does. The test adds `decode`, which asks one.

use std::fmt::Debug;
use std::io::stdin;

fn shown<T: Debug, E>(read: Result<T, E>) -> String {
    read.map_or("refused".to_owned(), |values| format!("{values:?}"))
}

fn main() {
    for line in stdin().lines() {
        let line = line.unwrap();
        let mut words = line.split(' ');
        let (number, item, text) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap_or(""));
        let data: Vec<u8> =
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
        println!("{}", decode(number.parse().unwrap(), item, &data));
    }
}

