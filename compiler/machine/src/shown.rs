//! Decoded instructions as text, for tables in tests.

use crate::instruction::{Decoded, Effect, Linkage, Source, TARGET, Transfer};

/// Checks a decoder on rows of bytes in hexadecimal, what an assembler calls them, and what is decoded of them.
pub(crate) fn check(rows: &[(&str, &str, &str)], decode: impl Fn(&[u8], u32) -> Option<Decoded>) {
    let mut wrong = Vec::new();
    for (hex, text, expected) in rows {
        let mut bytes: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
            .collect();
        let size = bytes.len();
        // What follows in memory is not looked at.
        bytes.extend([0xff; 4]);
        let got = match decode(&bytes, 0x1000) {
            Some(decoded) => {
                assert_eq!(usize::from(decoded.size), size, "{text}");
                assert!(decode(&bytes[..size - 1], 0x1000).is_none(), "{text}, cut off");
                shown(&decoded)
            }
            None => "refused".to_owned(),
        };
        if got != *expected {
            wrong.push(format!("{hex} {text}\n  is {got}\n  not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Effects and transfer in short, in the order in which they happen.
pub(crate) fn shown(decoded: &Decoded) -> String {
    let mut parts: Vec<String> = decoded.effects.iter().map(effect).collect();
    match decoded.transfer {
        Transfer::Next => {}
        Transfer::Branch(to) => parts.push(format!("branch {to:#x}")),
        Transfer::Jump(to) => parts.push(format!("jump {to:#x}")),
        Transfer::JumpTo(register) => parts.push(format!("jump {}", name(register))),
        Transfer::Call(to, linkage) => parts.push(format!("call {to:#x} {}", link(linkage))),
        Transfer::CallTo(register, linkage) => {
            parts.push(format!("call {} {}", name(register), link(linkage)));
        }
        Transfer::Enter => parts.push("enter".to_owned()),
        Transfer::Leave => parts.push("leave".to_owned()),
        Transfer::Trap => parts.push("trap".to_owned()),
    }
    if decoded.conditional {
        parts.insert(0, "maybe".to_owned());
    }
    if decoded.conditions > 0 {
        parts.push(format!("conditions {}", decoded.conditions));
    }
    parts.join(", ")
}

fn name(register: u8) -> String {
    if register == TARGET { "to".to_owned() } else { format!("r{register}") }
}

fn link(linkage: Linkage) -> String {
    match linkage {
        Linkage::Link(register) => format!("link {}", name(register)),
        Linkage::Window(by) => format!("window {by}"),
    }
}

fn place(register: u8, offset: i32) -> String {
    if offset == 0 { name(register) } else { format!("{}{offset:+}", name(register)) }
}

fn effect(effect: &Effect) -> String {
    match *effect {
        Effect::Store { base, offset, bytes, value } => {
            let what = value.map_or_else(|| format!("{bytes} bytes"), name);
            format!("[{}] = {what}", place(base, offset))
        }
        Effect::Set(register, source) => {
            let source = match source {
                Source::Constant(value) => format!("{value:#x}"),
                Source::Sum(from, by) => place(from, by),
                Source::Add(one, other) => format!("{} + {}", name(one), name(other)),
                Source::Subtract(one, other) => format!("{} - {}", name(one), name(other)),
                Source::Negate(from) => format!("-{}", name(from)),
                Source::ShiftLeft(from, by) => format!("{} << {by}", name(from)),
                Source::High(from, high) => format!("{} low, {high:#x}", name(from)),
                Source::Word(base, offset) => format!("[{}]", place(base, offset)),
                Source::Literal(address) => format!("[{address:#x}]"),
                Source::Unknown => "?".to_owned(),
            };
            format!("{} = {source}", name(register))
        }
    }
}
