//! A layout as a self-contained SVG: each packet as rows of eight bytes, bit 0 of each byte at its left, so that every
//! field is one band; below, what the fields are.

use crate::Layout;
use parts::{Part, Role, parts};
use std::fmt::Write as _;

mod parts;
mod strip;

const MARGIN: usize = 24;
const TITLE: usize = 62;
/// A packet's heading, with the room below it.
const HEADING: usize = 26;
const GAP: usize = 14;
const LEGEND_ROW: usize = 21;
/// Left of the rows: the number of the first byte.
const GUTTER: usize = 34;

/// Colours for fields, told apart by lightness too; neighbours get colours that are far from one another.
const COLOURS: [&str; 12] = [
    "#9ecae1", "#fdd49e", "#a1d99b", "#dab8e3", "#fbb4ae", "#c7e9e4", "#e6dc9a", "#b3c3e8", "#c9e8a7",
    "#f3c6dd", "#d9cbb8", "#a8dcd1",
];

const STYLE: &str = "text{font-family:system-ui,sans-serif;fill:#222}.title{font-size:16px;font-weight:600}\
.small{font-size:10.5px;fill:#666}.label{font-size:12px}.name{font-size:12px;font-weight:600}.in{font-size:11px}\
.byte{stroke:#fff;stroke-opacity:.55;fill:none}.free{fill:none;stroke:#c9c9c4;stroke-dasharray:3 3}\
.head{fill:#dddcd7}.unused{fill:url(#hatch);stroke:#d5d4cf}.radix{fill:none;stroke:#444;stroke-width:1.5}";

const DEFINITIONS: &str = "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#f4f3ef\"/><path d=\"M0 0v6\" stroke=\"#d0cfc9\" \
stroke-width=\"2\"/></pattern></defs>";

impl Layout {
    /// The layout as a picture, with names and hints as text.
    pub fn svg(&self) -> String {
        let mut body = String::new();
        let mut y = MARGIN + TITLE;
        for (step, packet) in self.packets() {
            let room = if self.steps[step]
                .response
                .as_ref()
                .is_some_and(|response| std::ptr::eq(response, packet))
            {
                crate::structures::LEGACY_BYTES
            } else {
                self.places.advert_bytes()
            };
            let name = self.packet_name(step, packet);
            let _ = writeln!(
                body,
                "<text class=\"name\" x=\"{MARGIN}\" y=\"{}\">{}<tspan class=\"small\" dx=\"10\">{} of {room} bytes</tspan></text>",
                y + 12,
                escape(&name),
                packet.bytes()
            );
            let parts = parts(self, packet);
            // An extended advert that is nearly empty is not drawn in full.
            let shown = room.min(packet.bytes().max(crate::structures::LEGACY_BYTES));
            let height = strip::draw(&mut body, &parts, (packet.bytes(), shown), y + HEADING);
            y += HEADING + height + GAP;
        }
        y = self.legend(&mut body, y + 8);
        let is_mixed = self.frames().any(|frame| frame.cells.iter().any(|cell| cell.digits.len() > 1));
        let radix = if is_mixed { " Underlined fields are one number, in a mixed radix." } else { "" };
        y += 16;
        let _ = writeln!(
            body,
            "<text class=\"small\" x=\"{MARGIN}\" y=\"{y}\">The lowest bit of each byte is at its left.{radix}</text>"
        );
        let (width, height) = (2 * MARGIN + GUTTER + strip::WIDTH, y + MARGIN);
        let title = escape(&format!("Beacon '{}'", self.beacon.name));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
role=\"img\">\n<title>{title}</title>\n<style>{STYLE}</style>\n{DEFINITIONS}\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
<text class=\"title\" x=\"{MARGIN}\" y=\"{}\">{title}</text>\n<text class=\"small\" x=\"{MARGIN}\" y=\"{}\">{}</text>\n{body}</svg>\n",
            MARGIN + 16,
            MARGIN + 38,
            escape(&self.summary()),
        )
    }

    /// A row for each field, in two columns where there are many; gives where it ends.
    fn legend(&self, out: &mut String, top: usize) -> usize {
        let fields = &self.beacon.fields;
        let columns = if fields.len() > 6 { 2 } else { 1 };
        let rows = fields.len().div_ceil(columns);
        for (index, field) in fields.iter().enumerate() {
            let x = MARGIN + (index / rows) * (GUTTER + strip::WIDTH) / columns;
            let y = top + (index % rows) * LEGEND_ROW;
            let _ = writeln!(
                out,
                "<rect x=\"{x}\" y=\"{y}\" width=\"20\" height=\"15\" rx=\"3\" fill=\"{}\"/>\
<text class=\"in\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\
<text class=\"label\" x=\"{}\" y=\"{}\">{}<tspan class=\"small\" dx=\"8\">{} ({} {})</tspan></text>",
                colour(index),
                x + 10,
                y + 11,
                index + 1,
                x + 28,
                y + 12,
                escape(&field.name),
                escape(&field.describe()),
                field.bits(),
                if field.bits() == 1 { "bit" } else { "bits" },
            );
        }
        top + rows * LEGEND_ROW
    }
}

fn colour(field: usize) -> &'static str {
    COLOURS[field % COLOURS.len()]
}

/// How a part is filled.
fn fill(part: &Part) -> String {
    match &part.role {
        Role::Constant => "class=\"head\"".to_owned(),
        Role::Unused => "class=\"unused\"".to_owned(),
        Role::Field(field) => format!("fill=\"{}\"", colour(*field)),
        Role::Share(field) => format!("fill=\"{}\"", colour(*field)),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
