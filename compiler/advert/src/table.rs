//! A layout as text: one line for each thing that is on air, in the order of the bytes.

use crate::{Beacon, Cell, Layout, Packet, Places, Proof};
use std::fmt::Write as _;

impl Layout {
    /// The layout as a table of plain text.
    pub fn table(&self) -> String {
        let mut text = format!("{}\n", self.summary());
        for (step, packet) in self.packets() {
            let room = match self.places {
                Places::Extended { bytes } => usize::from(bytes),
                Places::Legacy | Places::LegacyAndScanResponse => crate::structures::LEGACY_BYTES,
            };
            let (name, bytes) = (self.packet_name(step, packet), packet.bytes());
            let _ = writeln!(text, "\n{name}: {bytes} of {room} bytes");
            let rows = rows(&self.beacon, packet);
            let width = |column: fn(&Row) -> &String| {
                rows.iter().map(|row| column(row).chars().count()).max().unwrap_or(0)
            };
            let (place, bits, what) =
                (width(|row| &row.place), width(|row| &row.bits), width(|row| &row.what));
            for row in &rows {
                let line = format!(
                    "  {:<place$}  {:>bits$}  {:<what$}  {}",
                    row.place, row.bits, row.what, row.meaning
                );
                let _ = writeln!(text, "{}", line.trim_end());
            }
        }
        text
    }

    /// One line: how many bytes in how many adverts of what kind, and how often.
    pub fn summary(&self) -> String {
        let Beacon { name, interval_ms, rotation, .. } = &self.beacon;
        let place = match self.places {
            Places::Legacy => "legacy advert",
            Places::LegacyAndScanResponse => "legacy advert with scan response",
            Places::Extended { .. } => "extended advert",
        };
        let steps = self.steps.len();
        let plural = match (steps, place) {
            (1, _) => place.to_owned(),
            (_, "legacy advert with scan response") => "legacy adverts with scan responses".to_owned(),
            _ => format!("{place}s"),
        };
        let mut text = format!("{name}: {} bytes in {steps} {plural}, every {interval_ms} ms", self.bytes);
        if let Some(rotation) = rotation.filter(|_| steps > 1) {
            let _ = write!(text, ", each for {} ms", rotation.dwell_ms);
        }
        match self.proof {
            Proof::Optimal => text + ", proven smallest",
            Proof::AtLeast { steps, bytes } => {
                text + &format!(", no packing has less than {bytes} bytes in {steps}")
            }
        }
    }

    /// "advert", "scan response", and of a rotation which one.
    pub fn packet_name(&self, step: usize, packet: &Packet) -> String {
        let is_advert = self.steps.get(step).is_some_and(|step| std::ptr::eq(&step.advert, packet));
        let what = if is_advert { "advert" } else { "scan response" };
        let number = if self.steps.len() > 1 { format!(" {}", step + 1) } else { String::new() };
        packet.frame.as_ref().map_or_else(
            || format!("{what}{number}"),
            |frame| format!("{what}{number}, layout id {}", frame.id),
        )
    }
}

struct Row {
    place: String,
    bits: String,
    what: String,
    meaning: String,
}

fn rows(beacon: &Beacon, packet: &Packet) -> Vec<Row> {
    let constant = |at: usize, what: &str, bytes: &[u8]| Row {
        place: format!("{at}"),
        bits: format!("{}", 8 * bytes.len()),
        what: what.to_owned(),
        meaning: hexadecimal(bytes),
    };
    let mut rows = Vec::new();
    if !packet.before.is_empty() {
        rows.push(constant(0, "(flags)", &packet.before));
    }
    let mut at = packet.before.len();
    if let Some(frame) = &packet.frame {
        let id = frame.head.len() - 1;
        rows.push(constant(at, "(length, type, owner)", &frame.head[..id]));
        rows.push(constant(at + id, "(layout id)", &frame.head[id..]));
        at += frame.head.len();
        for cell in &frame.cells {
            rows.extend(cell_rows(beacon, cell, at));
        }
        let unused = frame.unused_bits();
        if unused > 0 {
            let place = place(at, 8 * frame.payload_bytes - unused);
            let what = "(unused)".to_owned();
            rows.push(Row { place, bits: unused.to_string(), what, meaning: "0".to_owned() });
        }
        at += frame.payload_bytes;
    }
    if !packet.after.is_empty() {
        rows.push(constant(at, "(local name)", &packet.after));
    }
    rows
}

/// One row for a plain bit field; for a mixed radix one for the number, and one for each digit.
fn cell_rows(beacon: &Beacon, cell: &Cell, at: usize) -> Vec<Row> {
    let row = |bits: String, what: String, meaning: String| Row { place: String::new(), bits, what, meaning };
    let place = place(at, cell.bit);
    let width = cell.width.to_string();
    if let [digit] = cell.digits.as_slice() {
        let field = &beacon.fields[digit.field];
        return vec![Row { place, ..row(width, field.name.clone(), field.describe()) }];
    }
    let first =
        Row { place, ..row(width, "(mixed radix)".to_owned(), "the first digit is the lowest".to_owned()) };
    let digits = cell.digits.iter().map(|digit| {
        let field = &beacon.fields[digit.field];
        row(String::new(), format!("* {} {}", digit.count, field.name), field.describe())
    });
    std::iter::once(first).chain(digits).collect()
}

/// Byte of the packet, and the bit in it when it is not the lowest.
fn place(at: usize, bit: usize) -> String {
    let byte = at + bit / 8;
    if bit.is_multiple_of(8) { byte.to_string() } else { format!("{byte}.{}", bit % 8) }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let texts: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    texts.join(" ")
}
