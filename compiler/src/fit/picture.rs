//! The report as a picture that stands alone: treemaps of flash and RAM, bars of the stack.

use super::{Fit, PartKind};
use std::fmt::Write;

const WIDTH: f64 = 960.0;
const MARGIN: f64 = 24.0;
const MAP_HEIGHT: f64 = 240.0;
const BAR_HEIGHT: f64 = 22.0;

/// A rectangle: left, top, width, height.
type Area = [f64; 4];

/// What a tile stands for.
struct Tile {
    name: String,
    bytes: u64,
    colour: &'static str,
    /// All of it, for whoever points at it.
    told: String,
}

/// Draws a kernel's report.
pub fn picture(fit: &Fit, source: &str) -> String {
    let mut body = String::new();
    let mut top = MARGIN + 24.0;
    let title = format!("@{} on {}", fit.kernel, fit.board.name);
    let _ = writeln!(body, r#"<text class="title" x="{MARGIN}" y="{top}">{}</text>"#, escaped(&title));
    top += 30.0;
    let flash = format!("Flash: {} B of {} B in a bank", fit.flash.bytes, fit.flash.room);
    top = map(&mut body, top, &flash, flash_tiles(fit));
    let room = fit.ram.room.map_or(String::new(), |room| format!(" of {room} B for kernels"));
    top = map(&mut body, top, &format!("RAM: {} B{room}", fit.ram.state), ram_tiles(fit, source));
    if let Some(stack) = &fit.stack {
        let _ = writeln!(
            body,
            r#"<text class="head" x="{MARGIN}" y="{top}">Stack: {} B of {} B at worst</text>"#,
            stack.bytes, stack.room
        );
        top += 12.0;
        for handler in &stack.handlers {
            bar(&mut body, top, handler, stack.bytes.max(1));
            top += BAR_HEIGHT + 6.0;
        }
    }
    let height = top + MARGIN;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">
<style>text{{font:12px sans-serif;fill:#1c2733}}.title{{font-size:20px;font-weight:bold}}.head{{font-size:14px;font-weight:bold}}rect{{stroke:#fff;stroke-width:1}}</style>
<rect width="{WIDTH}" height="{height}" fill="#fff"/>
{body}</svg>
"##
    )
}

fn flash_tiles(fit: &Fit) -> Vec<Tile> {
    let mut tiles = Vec::new();
    // A handler's code is shown by its lines, as far as there is a line for it.
    let code: u64 =
        fit.flash.parts.iter().filter(|part| part.kind <= PartKind::Library).map(|part| part.bytes).sum();
    let lines = fit.flash.ops.iter().filter(|op| op.line > 0);
    let named: u64 = lines.clone().map(|op| op.bytes).sum();
    if named > 0 && named <= code {
        tiles.extend(lines.map(|op| Tile {
            name: format!("{}: {}", op.line, op.text),
            bytes: op.bytes,
            colour: "#9cc5e8",
            told: format!("line {}, {} B: {}", op.line, op.bytes, op.text),
        }));
        let rest = "code of no line alone".to_owned();
        tiles.push(Tile { told: rest.clone(), name: rest, bytes: code - named, colour: "#c7dcef" });
    }
    let shown = |kind: PartKind| tiles.is_empty() || kind > PartKind::Library;
    let parts: Vec<Tile> = fit
        .flash
        .parts
        .iter()
        .filter(|part| shown(part.kind))
        .map(|part| Tile {
            name: part.told(),
            bytes: part.bytes,
            colour: if part.kind == PartKind::Constants { "#b7dfb0" } else { "#dadada" },
            told: format!("{}, {} B in {}", part.told(), part.bytes, part.section),
        })
        .collect();
    tiles.extend(parts);
    tiles
}

fn ram_tiles(fit: &Fit, source: &str) -> Vec<Tile> {
    let colours = ["#f2c18d", "#f6d6a8", "#f9e4c4"];
    let parts = fit.ram.variables.iter().flat_map(|variable| {
        variable.parts.iter().enumerate().map(|(number, (part, bytes))| Tile {
            name: format!("@{} {part}", variable.name),
            bytes: *bytes,
            colour: colours[number % colours.len()],
            told: format!("@{} {part}, {bytes} B: {}", variable.name, variable.text(source)),
        })
    });
    parts.collect()
}

/// A head and a treemap below it; where the next may begin.
fn map(body: &mut String, top: f64, head: &str, mut tiles: Vec<Tile>) -> f64 {
    let _ = writeln!(body, r#"<text class="head" x="{MARGIN}" y="{top}">{}</text>"#, escaped(head));
    tiles.retain(|tile| tile.bytes > 0);
    tiles.sort_by_key(|tile| std::cmp::Reverse(tile.bytes));
    let area = [MARGIN, top + 10.0, WIDTH - 2.0 * MARGIN, MAP_HEIGHT];
    for (tile, area) in tiles.iter().zip(areas(&tiles, area)) {
        draw(body, tile, area);
    }
    top + MAP_HEIGHT + 44.0
}

/// An area for each tile, as large as its bytes: rows along the shorter side, as square as they come.
fn areas(tiles: &[Tile], [mut left, mut top, mut width, mut height]: Area) -> Vec<Area> {
    let mut areas = Vec::with_capacity(tiles.len());
    let mut rest = tiles;
    while !rest.is_empty() {
        let total: u64 = rest.iter().map(|tile| tile.bytes).sum();
        let scale = width * height / total as f64;
        let side = width.min(height).max(1e-6);
        let mut count = 1;
        while count < rest.len() && worst(&rest[..=count], side, scale) <= worst(&rest[..count], side, scale)
        {
            count += 1;
        }
        let (row, others) = rest.split_at(count);
        let thick = row.iter().map(|tile| tile.bytes as f64 * scale).sum::<f64>() / side;
        let mut at = 0.0;
        for tile in row {
            let long = tile.bytes as f64 * scale / thick;
            areas.push(if width < height {
                [left + at, top, long, thick]
            } else {
                [left, top + at, thick, long]
            });
            at += long;
        }
        if width < height {
            (top, height) = (top + thick, height - thick);
        } else {
            (left, width) = (left + thick, width - thick);
        }
        rest = others;
    }
    areas
}

/// How far from a square the worst tile of a row is.
fn worst(row: &[Tile], side: f64, scale: f64) -> f64 {
    let thick = row.iter().map(|tile| tile.bytes as f64 * scale).sum::<f64>() / side;
    let ratio = |tile: &Tile| {
        let long = tile.bytes as f64 * scale / thick;
        (long / thick).max(thick / long)
    };
    row.iter().map(ratio).fold(0.0, f64::max)
}

fn draw(body: &mut String, tile: &Tile, [left, top, width, height]: Area) {
    let _ = write!(
        body,
        r#"<g><title>{}</title><rect x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" fill="{}"/>"#,
        escaped(&tile.told),
        tile.colour
    );
    let letters = ((width - 8.0) / 6.6).max(0.0) as usize;
    if letters >= 3 && height >= 16.0 {
        let _ = write!(
            body,
            r#"<text x="{:.1}" y="{:.1}">{}</text>"#,
            left + 4.0,
            top + 14.0,
            cut(&tile.name, letters)
        );
    }
    if letters >= 6 && height >= 32.0 {
        let _ = write!(body, r#"<text x="{:.1}" y="{:.1}">{} B</text>"#, left + 4.0, top + 29.0, tile.bytes);
    }
    let _ = writeln!(body, "</g>");
}

/// A handler's stack: its frames, one after the other.
fn bar(body: &mut String, top: f64, handler: &super::HandlerStack, most: u64) {
    let scale = (WIDTH - 2.0 * MARGIN - 160.0) / most as f64;
    let base = top + 15.0;
    let name = format!("@{}", handler.name);
    let _ = writeln!(body, r#"<text x="{MARGIN}" y="{base}">{} {} B</text>"#, cut(&name, 14), handler.bytes);
    let mut left = MARGIN + 160.0;
    let frames = handler.path.iter().map(|frame| (frame.function.clone(), u64::from(frame.bytes), "#9cc5e8"));
    let service = handler.service.map(|number| {
        (format!("service {}", super::text::service(number)), handler.service_bytes, "#e4b3c9")
    });
    for (name, bytes, colour) in frames.chain(service) {
        let told = format!("{name}, {bytes} B");
        let width = bytes as f64 * scale;
        draw(body, &Tile { name: told.clone(), bytes, colour, told }, [left, top, width, BAR_HEIGHT]);
        left += width;
    }
}

/// As many letters as there is room for.
fn cut(text: &str, letters: usize) -> String {
    let count = text.chars().count();
    if count <= letters {
        return escaped(text);
    }
    let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
    format!("{}\u{2026}", escaped(&kept))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
