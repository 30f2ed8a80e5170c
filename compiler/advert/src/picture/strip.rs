//! A packet's bands, broken into rows of eight bytes.

use super::parts::{Part, Role};
use super::{GUTTER, MARGIN, escape, fill};
use std::fmt::Write as _;

const BIT: usize = 11;
const ROW_BYTES: usize = 8;
const ROW: usize = 30;
const ROW_GAP: usize = 8;
/// Of the marks between bytes.
const MARK: usize = 6;
/// Of a letter in a band, on average.
const LETTER: f64 = 6.2;

pub(super) const WIDTH: usize = 8 * ROW_BYTES * BIT;

/// Draws a packet of so many bytes, and the room that is left; gives the height.
pub(super) fn draw(out: &mut String, parts: &[Part], (bytes, room): (usize, usize), top: usize) -> usize {
    let rows = room.div_ceil(ROW_BYTES);
    let left = MARGIN + GUTTER;
    for row in 0..rows {
        let y = top + row * (ROW + ROW_GAP);
        let _ = writeln!(
            out,
            "<text class=\"small\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            left - 8,
            y + ROW / 2 + 4,
            row * ROW_BYTES
        );
        let (first, last) = (row * ROW_BYTES, ((row + 1) * ROW_BYTES).min(room));
        let free = first.max(bytes);
        if free < last {
            let x = left + (free - first) * 8 * BIT;
            let width = (last - free) * 8 * BIT;
            let _ = writeln!(
                out,
                "<rect class=\"free\" x=\"{x}.5\" y=\"{y}.5\" width=\"{}\" height=\"{}\" rx=\"3\"><title>room for {} bytes</title></rect>",
                width - 1,
                ROW - 1,
                room - bytes
            );
        }
    }
    for part in parts {
        draw_part(out, part, (left, top));
    }
    // Byte borders: short marks above and below, so that bands stay bands and names can be read.
    for byte in 0..bytes {
        let (row, column) = (byte / ROW_BYTES, byte % ROW_BYTES);
        if column > 0 {
            let (x, y) = (left + column * 8 * BIT, top + row * (ROW + ROW_GAP));
            let _ = writeln!(out, "<path class=\"byte\" d=\"M{x} {y}v{MARK}m0 {}v{MARK}\"/>", ROW - 2 * MARK);
        }
    }
    rows * (ROW + ROW_GAP)
}

/// A band in as many pieces as it touches rows; its name stands in the widest.
fn draw_part(out: &mut String, part: &Part, (left, top): (usize, usize)) {
    let row_bits = (8 * ROW_BYTES) as f64;
    let end = part.bit + part.width;
    let mut pieces = Vec::new();
    let mut from = part.bit;
    while from < end - 1e-9 {
        let row = ((from + 1e-9) / row_bits).floor();
        let to = end.min((row + 1.0) * row_bits);
        let x = left as f64 + (from - row * row_bits) * BIT as f64;
        let y = top as f64 + row * (ROW + ROW_GAP) as f64;
        pieces.push((x, y, (to - from) * BIT as f64));
        from = to;
    }
    let widest = (0..pieces.len()).rev().max_by(|a, b| pieces[*a].2.total_cmp(&pieces[*b].2));
    let _ = writeln!(out, "<g><title>{}</title>", escape(&part.hint));
    for (index, (x, y, width)) in pieces.iter().enumerate() {
        let _ = writeln!(
            out,
            "<rect {} x=\"{:.1}\" y=\"{y:.0}\" width=\"{:.1}\" height=\"{ROW}\" rx=\"3\"/>",
            fill(part),
            x + 0.5,
            (width - 1.0).max(0.5)
        );
        if let Role::Share(_) = part.role {
            let base = y + ROW as f64 - 3.0;
            let _ = writeln!(out, "<path class=\"radix\" d=\"M{x:.1} {base:.1}h{width:.1}\"/>");
        }
        let Some(label) = (Some(index) == widest).then(|| label(part, *width)).flatten() else { continue };
        let _ = writeln!(
            out,
            "<text class=\"in\" x=\"{:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            x + width / 2.0,
            y + ROW as f64 / 2.0 + 4.0,
            escape(label)
        );
    }
    out.push_str("</g>\n");
}

/// What there is room for.
fn label(part: &Part, width: f64) -> Option<&str> {
    let fits = |text: &&str| !text.is_empty() && text.chars().count() as f64 * LETTER + 4.0 <= width;
    [part.name.as_str(), part.short.as_str()].into_iter().find(fits).or_else(|| {
        // A number may touch the borders of a single bit.
        (part.short.len() <= 2 && width >= 9.0).then_some(part.short.as_str())
    })
}
