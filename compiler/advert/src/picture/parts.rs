//! What a packet is made of, as bands of bits.

use crate::{Cell, Identity, Layout, Packet};

/// Some bits in a row, from the lowest of the packet's first byte.
pub(super) struct Part {
    pub bit: f64,
    pub width: f64,
    pub role: Role,
    /// What is written in it where there is room, and otherwise.
    pub name: String,
    pub short: String,
    /// What is shown when it is pointed at.
    pub hint: String,
}

pub(super) enum Role {
    Constant,
    Unused,
    Field(usize),
    /// A field's share of a mixed radix: as wide as its part of the logarithm, but no bit is its own.
    Share(usize),
}

pub(super) fn parts(layout: &Layout, packet: &Packet) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = 0;
    parts.extend(constant(&mut at, &packet.before, ["flags", "flags"]));
    if let Some(frame) = &packet.frame {
        let owner = match layout.beacon.identity {
            Identity::Company(id) => format!("company {id:04x}"),
            Identity::Service16(id) => format!("service {id:04x}"),
            Identity::Service32(id) => format!("service {id:08x}"),
            Identity::Service128(_) => "service".to_owned(),
        };
        let id = frame.head.len() - 1;
        parts.extend(constant(&mut at, &frame.head[..2], ["length, type", ""]));
        parts.extend(constant(&mut at, &frame.head[2..id], [&owner, ""]));
        let names = [format!("layout id {}", frame.id), format!("id {}", frame.id)];
        parts.extend(constant(&mut at, &frame.head[id..], [&names[0], &names[1]]));
        for cell in &frame.cells {
            parts.extend(cell_parts(layout, cell, 8 * at + cell.bit));
        }
        at += frame.payload_bytes;
        let unused = frame.unused_bits();
        if unused > 0 {
            let (bit, width) = ((8 * at - unused) as f64, unused as f64);
            let hint = format!("{unused} unused bits, all 0");
            let (name, short) = ("unused".to_owned(), String::new());
            parts.push(Part { bit, width, role: Role::Unused, name, short, hint });
        }
    }
    let name = format!("local name \"{}\"", layout.beacon.local_name.as_deref().unwrap_or_default());
    parts.extend(constant(&mut at, &packet.after, [&name, "name"]));
    parts
}

/// Bytes that are always the same, if there are any; `at` moves behind them.
fn constant(at: &mut usize, bytes: &[u8], [name, short]: [&str; 2]) -> Option<Part> {
    let hint = format!("{name}: {}", crate::table::hexadecimal(bytes));
    let (bit, width) = ((8 * *at) as f64, (8 * bytes.len()) as f64);
    *at += bytes.len();
    let part =
        Part { bit, width, role: Role::Constant, name: name.to_owned(), short: short.to_owned(), hint };
    (!bytes.is_empty()).then_some(part)
}

fn cell_parts(layout: &Layout, cell: &Cell, start: usize) -> Vec<Part> {
    let fields = &layout.beacon.fields;
    let is_shared = cell.digits.len() > 1;
    let logarithms: Vec<f64> = cell.digits.iter().map(|digit| (digit.count as f64).log2()).collect();
    let all: f64 = logarithms.iter().sum();
    let mut bit = start as f64;
    let mut parts = Vec::new();
    for (digit, logarithm) in cell.digits.iter().zip(&logarithms) {
        let field = &fields[digit.field];
        let width = if is_shared { cell.width as f64 * logarithm / all } else { cell.width as f64 };
        let role = if is_shared { Role::Share(digit.field) } else { Role::Field(digit.field) };
        let bits = match is_shared {
            true => format!("{:.2} of {} bits of a mixed radix", logarithm, cell.width),
            false if cell.width == 1 => "1 bit".to_owned(),
            false => format!("{} bits", cell.width),
        };
        let hint = format!("{}: {}; {bits}", field.name, field.describe());
        let short = (digit.field + 1).to_string();
        parts.push(Part { bit, width, role, name: field.name.clone(), short, hint });
        bit += width;
    }
    parts
}
