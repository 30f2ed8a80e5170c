//! The decoder in Rust, of `core` alone: it runs on boards, too.

use super::{carries, indented, is_in_every_frame, owner, title};
use crate::{Cell, Field, Frame, Identity, Kind, Layout, Number, Presence};
use std::fmt::Write as _;

pub(super) fn text(layout: &Layout, name: &str) -> String {
    format!("/// {}\npub mod {name} {{\n{}}}\n", title(layout), indented(&body(layout)))
}

fn body(layout: &Layout) -> String {
    let (owner, id) = owner(layout);
    let width = match layout.beacon.identity {
        Identity::Company(_) | Identity::Service16(_) => 16,
        Identity::Service32(_) => 32,
        Identity::Service128(_) => 128,
    };
    let name = "Reading";
    let mut text = format!("/// What scanners filter by.\npub const {owner}: u{width} = {id};\n\n");
    text += &reading(layout, name);
    let _ = write!(
        text,
        r#"
/// Why bytes are none of this beacon's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {{
    /// No such layout id, or none at all.
    LayoutId,
    /// Fewer or more bytes than the frame has.
    Length,
    /// A code that stands for no value.
    Code,
    /// Bits that no field has are not 0.
    Padding,
}}

/// Takes the bytes after the company or UUID.
pub fn decode(data: &[u8]) -> Result<{name}, DecodeError> {{
    let (id, payload) = data.split_first().ok_or(DecodeError::LayoutId)?;
    match id {{
"#
    );
    for frame in layout.frames() {
        text += &arm(layout, frame, name);
    }
    text += "        _ => Err(DecodeError::LayoutId),\n    }\n}\n";
    text + &helpers(layout)
}

/// The struct of the values.
fn reading(layout: &Layout, name: &str) -> String {
    let several = layout.frames().count() > 1;
    let absent = if several { " What is not in this advert is `None`." } else { "" };
    let mut text = format!(
        "/// What one advert says.{absent}\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub struct {name} {{\n"
    );
    for (index, field) in layout.beacon.fields.iter().enumerate() {
        let plain = match &field.kind {
            Kind::Flag => "bool",
            Kind::Id(_) => "u64",
            Kind::Choice(_) => "&'static str",
            Kind::Number(_) => "i64",
        };
        let mut kind = plain.to_owned();
        let mut doc = field.describe();
        if let Kind::Number(Number { decimals: decimals @ 1.., unit, .. }) = &field.kind {
            let _ = write!(doc, "; in units of {} {unit}", crate::decimal(1, *decimals));
        }
        if field.presence == Presence::MayBeMissing {
            kind = format!("Option<{kind}>");
        }
        if !is_in_every_frame(layout, index) {
            kind = format!("Option<{kind}>");
        }
        let _ = writeln!(text, "    /// {}\n    pub {}: {kind},", doc.trim_end(), identifier(&field.name));
    }
    text + "}\n"
}

/// Rust's own words need a mark, and four of them cannot have one.
fn identifier(name: &str) -> String {
    const WORDS: &str = " abstract as async await become box break const continue do dyn else enum extern false final fn \
        for gen if impl in let loop macro match mod move mut override priv pub ref return static struct trait true try type \
        typeof unsafe unsized use virtual where while yield ";
    match name {
        "self" | "super" | "crate" => format!("{name}_"),
        _ if WORDS.split_whitespace().any(|word| word == name) => format!("r#{name}"),
        _ => name.to_owned(),
    }
}

/// What is done for one layout id.
fn arm(layout: &Layout, frame: &Frame, name: &str) -> String {
    let mut text = format!(
        "        {} => {{\n            if payload.len() != {} {{\n                return Err(DecodeError::Length);\n            }}\n",
        frame.id, frame.payload_bytes
    );
    for cell in &frame.cells {
        text += &codes(layout, cell);
    }
    let unused = frame.unused_bits();
    if unused > 0 {
        let used = 8 * frame.payload_bytes - unused;
        let _ = writeln!(
            text,
            "            if bits(payload, {used}, {unused}) != 0 {{\n                return Err(DecodeError::Padding);\n            }}"
        );
    }
    let _ = writeln!(text, "            Ok({name} {{");
    for (index, field) in layout.beacon.fields.iter().enumerate() {
        let value = match carries(frame, index) {
            false => "None".to_owned(),
            true if is_in_every_frame(layout, index) => value(field),
            true => format!("Some({})", value(field)),
        };
        let _ = writeln!(text, "                {}: {value},", identifier(&field.name));
    }
    text + "            })\n        }\n"
}

/// The codes of a cell's fields, each in a variable.
fn codes(layout: &Layout, cell: &Cell) -> String {
    let variable = |field: usize| format!("code_{}", layout.beacon.fields[field].name);
    let (bit, width) = (cell.bit, cell.width);
    let [others @ .., last] = cell.digits.as_slice() else { return String::new() };
    let mut text = String::new();
    if width > 64 {
        let bytes = width.div_ceil(8);
        let _ =
            writeln!(text, "            let mut wide: [u8; {bytes}] = wide_bits(payload, {bit}, {width});");
        for digit in &cell.digits {
            let _ = writeln!(
                text,
                "            let {} = take_digit(&mut wide, {});",
                variable(digit.field),
                digit.count
            );
        }
        return text
            + "            if wide != [0; "
            + &bytes.to_string()
            + "] {\n                return Err(DecodeError::Code);\n            }\n";
    }
    let mut rest = format!("bits(payload, {bit}, {width})");
    for digit in others {
        let _ = writeln!(text, "            let rest = {rest};");
        let _ = writeln!(text, "            let {} = rest % {};", variable(digit.field), digit.count);
        rest = format!("rest / {}", digit.count);
    }
    let is_any_code_a_value = others.is_empty() && last.count == 1 << width;
    let code = match is_any_code_a_value {
        true => rest,
        false => format!("below({rest}, {})?", last.count),
    };
    let _ = writeln!(text, "            let {} = {code};", variable(last.field));
    text
}

/// The value of a code.
fn value(field: &Field) -> String {
    let code = format!("code_{}", field.name);
    let value = match &field.kind {
        Kind::Flag => format!("{code} == 1"),
        Kind::Id(_) => code.clone(),
        Kind::Choice(names) => format!("{names:?}[{code} as usize]"),
        Kind::Number(Number { low: 0, step: 1, .. }) => format!("{code} as i64"),
        // The value is within 64 bits; on the way there, the product need not be.
        Kind::Number(Number { low, step, .. }) => {
            format!("({low}_i64).wrapping_add(({code} as i64).wrapping_mul({step}))")
        }
    };
    match field.presence {
        Presence::Always => value,
        Presence::MayBeMissing => {
            format!("if {code} == {} {{ None }} else {{ Some({value}) }}", field.kind.count())
        }
    }
}

/// The functions that this layout's decoder uses, and no others.
fn helpers(layout: &Layout) -> String {
    let cells = || layout.frames().flat_map(|frame| &frame.cells);
    let mut text = String::new();
    if cells().any(|cell| cell.width <= 64) || layout.frames().any(|frame| frame.unused_bits() > 0) {
        text += BITS;
    }
    let is_checked =
        |cell: &Cell| cell.width <= 64 && (cell.digits.len() > 1 || cell.digits[0].count != 1 << cell.width);
    if cells().any(is_checked) {
        text += BELOW;
    }
    if cells().any(|cell| cell.width > 64) {
        text += WIDE;
    }
    text
}

const BITS: &str = r"
/// At most 64 bits, the first the lowest.
fn bits(payload: &[u8], first: usize, width: usize) -> u64 {
    (0..width).fold(0, |number, place| {
        let bit = first + place;
        number | u64::from(payload[bit / 8] >> (bit % 8) & 1) << place
    })
}
";

const BELOW: &str = r"
fn below(code: u64, count: u64) -> Result<u64, DecodeError> {
    if code < count { Ok(code) } else { Err(DecodeError::Code) }
}
";

const WIDE: &str = r"
fn wide_bits<const BYTES: usize>(payload: &[u8], first: usize, width: usize) -> [u8; BYTES] {
    let mut wide = [0; BYTES];
    for place in 0..width {
        let bit = first + place;
        wide[place / 8] |= (payload[bit / 8] >> (bit % 8) & 1) << (place % 8);
    }
    wide
}

/// Divides by the count, and gives what is left over.
fn take_digit(wide: &mut [u8], count: u64) -> u64 {
    let mut rest = 0;
    for byte in wide.iter_mut().rev() {
        let dividend = rest << 8 | u128::from(*byte);
        *byte = (dividend / u128::from(count)) as u8;
        rest = dividend % u128::from(count);
    }
    rest as u64
}
";
