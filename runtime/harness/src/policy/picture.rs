//! A policy as a self-contained SVG: values by colour, the greedy action of each tile, rewards, legend, reward curve.

use std::fmt::Write;

use super::curve::{self, Frame};
use super::{Policy, is_gain};
use crate::scheduler::CurvePoint;
use crate::world::GridMap;
use crate::world::grid::{Reward, Tile};

const MARGIN: f64 = 24.0;
const TITLE: f64 = 40.0;
const LEGEND: f64 = 150.0;
const CURVE: f64 = 150.0;
/// Room for the curve's numbers and caption.
const CURVE_LEFT: f64 = 36.0;
const CURVE_BELOW: f64 = 30.0;
const LEAST_MAP_HEIGHT: f64 = 270.0;

/// Low to high: a dark blue over green to yellow, told apart without colour by its lightness alone.
const SCALE: [(u8, u8, u8); 5] =
    [(68, 58, 120), (52, 104, 140), (40, 146, 138), (110, 196, 98), (250, 226, 76)];
const LOSS: &str = "#e8927c";
const UNKNOWN: &str = "#f1f0ec";

const STYLE: &str = "text{font-family:system-ui,sans-serif;fill:#222}.title{font-size:16px;font-weight:600}\
.small{font-size:10.5px;fill:#555}.label{font-size:12px}.go{fill:none;stroke-linecap:round;stroke-linejoin:round}\
.rule{stroke:#e2e2de;fill:none}.axis{stroke:#8a8a86;fill:none}\
.curve{stroke:#1f6f8b;stroke-width:2;fill:none;stroke-linejoin:round}.gain{fill:none;stroke:#c2410c;stroke-width:2}\
.cost{fill:none;stroke:#222;stroke-width:1.5;stroke-dasharray:3 2}.worth{font-weight:700}\
.start{fill:none;stroke:#fff;stroke-width:2}.border{fill:#4a4a48}";

/// The picture of a policy. `title` stands above it, the curve (with the run's `ticks`) below; without points
/// there is no curve.
pub fn svg(map: &GridMap, policy: &Policy, title: &str, (curve, ticks): (&[CurvePoint], u64)) -> String {
    let side = (560.0 / f64::from(map.width.max(map.height))).clamp(6.0, 40.0).floor();
    let (map_width, map_height) = (side * f64::from(map.width), side * f64::from(map.height));
    let body = map_height.max(LEAST_MAP_HEIGHT);
    let width = 2.0 * MARGIN + map_width.max(260.0) + LEGEND;
    let below = if curve.is_empty() { 0.0 } else { CURVE + CURVE_BELOW + MARGIN };
    let height = MARGIN + TITLE + body + below + MARGIN;
    let highest = (0..map.places()).map(|place| policy.value(map, place)).fold(0.0, f64::max);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
role=\"img\">\n<title>{0}</title>\n<style>{STYLE}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
<text class=\"title\" x=\"{MARGIN}\" y=\"{1}\">{0}</text>\n",
        escape(title),
        MARGIN + 16.0,
    );
    let top = MARGIN + TITLE;
    let _ = writeln!(out, "<g transform=\"translate({MARGIN} {top})\">");
    let _ = writeln!(out, "<rect class=\"border\" width=\"{map_width}\" height=\"{map_height}\" rx=\"3\"/>");
    for place in 0..map.places() {
        draw_tile(&mut out, map, policy, &Cell { place, side, highest });
    }
    for reward in &map.rewards {
        draw_reward(&mut out, reward, side);
    }
    let _ = writeln!(
        out,
        "<circle class=\"start\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\" style=\"stroke:#222\"/>\n</g>",
        (f64::from(map.start.x) + 0.5) * side,
        (f64::from(map.start.y) + 0.5) * side,
        side * 0.44
    );
    draw_legend(&mut out, (MARGIN + map_width.max(260.0) + 22.0, top), highest);
    if !curve.is_empty() {
        let y = top + body + MARGIN;
        let _ = writeln!(
            out,
            "<text class=\"label\" x=\"{MARGIN}\" y=\"{:.1}\">mean payoff per tick, by tick</text>",
            y + 4.0
        );
        let frame = Frame {
            x: MARGIN + CURVE_LEFT,
            y: y + 16.0,
            width: width - 2.0 * MARGIN - CURVE_LEFT,
            height: CURVE - 16.0,
        };
        curve::draw(&mut out, frame, curve, ticks);
    }
    out.push_str("</svg>\n");
    out
}

struct Cell {
    place: usize,
    side: f64,
    highest: f64,
}

fn draw_tile(out: &mut String, map: &GridMap, policy: &Policy, cell: &Cell) {
    let Cell { place, side, highest } = *cell;
    let Tile { x, y } = map.tile(place);
    let (left, top) = (f64::from(x) * side, f64::from(y) * side);
    let value = policy.value(map, place);
    let (fill, dark) = match () {
        () if !policy.knows(place) => (UNKNOWN.to_string(), false),
        () if value < 0.0 => (LOSS.to_string(), false),
        () => shade(if highest > 0.0 { value / highest } else { 0.0 }),
    };
    let _ = writeln!(
        out,
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{fill}\"><title>{x}, {y}: {value:.2}</title></rect>",
        left + 0.5,
        top + 0.5,
        side - 1.0,
        side - 1.0
    );
    if policy.knows(place) {
        let ink = if dark { "#fff" } else { "#222" };
        let centre = (left + side / 2.0, top + side / 2.0);
        draw_action(out, policy.action(map, place), centre, (side, ink));
    }
}

/// An arrow for a move, a filled circle for work, a square for stop, an exclamation mark for a call.
fn draw_action(out: &mut String, action: usize, (x, y): (f64, f64), (side, ink): (f64, &str)) {
    let (long, wing) = (side * 0.25, side * 0.15);
    let turn = match action {
        0 => 0,
        3 => 90,
        1 => 180,
        2 => 270,
        4 => {
            let _ = writeln!(
                out,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\" fill=\"{ink}\"/>",
                side * 0.17
            );
            return;
        }
        5 => {
            let half = side * 0.13;
            let _ = writeln!(
                out,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{ink}\"/>",
                x - half,
                y - half,
                2.0 * half,
                2.0 * half
            );
            return;
        }
        _ => {
            let _ = writeln!(
                out,
                "<path class=\"go\" stroke=\"{ink}\" stroke-width=\"{:.1}\" d=\"M{x:.1} {:.1}v{long:.1}m0 {wing:.1}v.1\"/>",
                side * 0.1,
                y - long
            );
            return;
        }
    };
    let _ = writeln!(
        out,
        "<path class=\"go\" stroke=\"{ink}\" stroke-width=\"{:.1}\" transform=\"translate({x:.1} {y:.1}) rotate({turn})\" \
d=\"M0 {long:.1}V-{long:.1}M-{wing:.1} -{:.1}L0 -{long:.1}L{wing:.1} -{:.1}\"/>",
        (side * 0.07).max(1.0),
        long - wing,
        long - wing
    );
}

fn draw_reward(out: &mut String, reward: &Reward, side: f64) {
    let (left, top) = (f64::from(reward.tile.x) * side, f64::from(reward.tile.y) * side);
    let class = if is_gain(reward) { "gain" } else { "cost" };
    let _ = writeln!(
        out,
        "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
        left + 1.0,
        top + 1.0,
        side - 2.0,
        side - 2.0
    );
    if side >= 14.0 {
        let size = (side * 0.34).min(11.0);
        let _ = writeln!(
            out,
            "<text class=\"worth\" x=\"{:.1}\" y=\"{:.1}\" font-size=\"{size:.1}\" text-anchor=\"end\" \
stroke=\"#fff\" stroke-width=\"2\" paint-order=\"stroke\">{:+}</text>",
            left + side - 2.5,
            top + size + 0.5,
            reward.value
        );
    }
}

fn draw_legend(out: &mut String, (x, y): (f64, f64), highest: f64) {
    let _ = writeln!(out, "<g transform=\"translate({x:.1} {y:.1})\">");
    let _ = writeln!(out, "<text class=\"label\" y=\"10\">value</text>");
    const BARS: i32 = 40;
    for bar in 0..BARS {
        let (fill, _) = shade(f64::from(bar) / f64::from(BARS - 1));
        let _ =
            writeln!(out, "<rect x=\"{}\" y=\"18\" width=\"3.2\" height=\"12\" fill=\"{fill}\"/>", bar * 3);
    }
    let _ = writeln!(
        out,
        "<text class=\"small\" y=\"43\">0</text><text class=\"small\" x=\"120\" y=\"43\" text-anchor=\"end\">{highest:.1}</text>"
    );
    for (row, (fill, text)) in [(LOSS, "below 0"), (UNKNOWN, "nothing learnt")].into_iter().enumerate() {
        let y = 56 + 19 * row;
        let _ = writeln!(
            out,
            "<rect y=\"{y}\" width=\"12\" height=\"12\" fill=\"{fill}\" stroke=\"#bbb\" stroke-width=\".5\"/>\
<text class=\"label\" x=\"20\" y=\"{}\">{text}</text>",
            y + 10
        );
    }
    for (row, (action, text)) in
        [(0, "move"), (4, "work"), (5, "stop"), (6, "call for help")].into_iter().enumerate()
    {
        let y = 101.0 + 19.0 * row as f64;
        draw_action(out, action, (6.0, y), (24.0, "#222"));
        let _ = writeln!(out, "<text class=\"label\" x=\"20\" y=\"{:.1}\">{text}</text>", y + 4.0);
    }
    for (row, (class, text)) in [("gain", "gain"), ("cost", "loss")].into_iter().enumerate() {
        let y = 171 + 19 * row;
        let _ = writeln!(
            out,
            "<rect class=\"{class}\" x=\"0\" y=\"{y}\" width=\"12\" height=\"12\"/>\
<text class=\"label\" x=\"20\" y=\"{}\">{text}</text>",
            y + 10
        );
    }
    let _ = writeln!(
        out,
        "<circle class=\"start\" cx=\"6\" cy=\"216\" r=\"6\" style=\"stroke:#222\"/>\
<text class=\"label\" x=\"20\" y=\"220\">start</text>\n</g>"
    );
}

/// The colour of a value from 0 to 1, and whether it is dark.
fn shade(value: f64) -> (String, bool) {
    let place = value.clamp(0.0, 1.0) * (SCALE.len() - 1) as f64;
    let low = (place.floor() as usize).min(SCALE.len() - 2);
    let part = place - low as f64;
    let mix = |from: u8, to: u8| (f64::from(from) + part * (f64::from(to) - f64::from(from))).round() as u8;
    let ((r0, g0, b0), (r1, g1, b1)) = (SCALE[low], SCALE[low + 1]);
    (format!("#{:02x}{:02x}{:02x}", mix(r0, r1), mix(g0, g1), mix(b0, b1)), place < 2.6)
}

/// A text within SVG.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
