//! A network's run as a self-contained SVG: who sent what when, and who heard it.

use std::fmt::Write;

use super::messages::{Message, What};
use crate::policy::escape;

const LEFT: f64 = 90.0;
const WIDTH: f64 = 900.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 84.0;
const ROW: f64 = 30.0;
const BELOW: f64 = 44.0;
/// Bars are no thinner than that.
const THINNEST: f64 = 1.5;
const GRID_LINES: u64 = 5;
/// More lines from senders to hearers than that hide each other.
const LINES_MAX: usize = 400;

const STYLE: &str = "text{font-family:system-ui,sans-serif;fill:#222}.title{font-size:16px;font-weight:600}\
.small{font-size:10.5px;fill:#555}.label{font-size:12px}.row{stroke:#d6d5d0}.grid{stroke:#eeede9}\
.sent{fill:#1f6f8b}.one{fill:#7a4fa3}.heard{fill:#2e9e6b}.refused{stroke:#c2410c;stroke-width:1.5}\
.way{stroke:#9fbfca;stroke-width:.8}";
/// Where there are relays.
const RELAY_STYLE: &str = ".relay{fill:#d39b2a}";

/// The picture of messages (adverts are left out) between nodes of these numbers, up to a time. `title` stands above it.
pub fn svg(title: &str, node_ids: &[u32], messages: &[Message], end_ms: u64) -> String {
    let height = TOP + ROW * node_ids.len() as f64 + BELOW;
    let width = LEFT + WIDTH + RIGHT;
    let has_relays = messages.iter().any(|message| matches!(message.what, What::Relayed { .. }));
    let relay_style = if has_relays { RELAY_STYLE } else { "" };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
role=\"img\">\n<title>{0}</title>\n<style>{STYLE}{relay_style}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
<text class=\"title\" x=\"24\" y=\"36\">{0}</text>\n",
        escape(title)
    );
    let scale = Scale { end_ms: end_ms.max(1) as f64 };
    legend(&mut out);
    if has_relays {
        key(&mut out, ("relay", "relayed"), LEFT + 480.0);
    }
    grid(&mut out, node_ids, end_ms);
    ways(&mut out, messages, &scale);
    for message in messages {
        mark(&mut out, message, &scale);
    }
    out.push_str("</svg>\n");
    out
}

struct Scale {
    end_ms: f64,
}

impl Scale {
    fn x(&self, time_ms: f64) -> f64 {
        LEFT + WIDTH * (time_ms / self.end_ms).min(1.0)
    }
}

/// The height of a node's line.
fn y(node: usize) -> f64 {
    TOP + ROW * (node as f64 + 0.5)
}

/// The height of the legend.
const LEGEND: f64 = 58.0;

fn key(out: &mut String, (class, text): (&str, &str), x: f64) {
    let _ = writeln!(
        out,
        "<rect class=\"{class}\" x=\"{x}\" y=\"{}\" width=\"10\" height=\"10\"/>\
<text class=\"small\" x=\"{}\" y=\"{LEGEND}\">{text}</text>",
        LEGEND - 9.0,
        x + 15.0
    );
}

fn legend(out: &mut String) {
    let y = LEGEND;
    let parts = [("sent", "sent to all, as long as on the air"), ("one", "sent to one"), ("heard", "heard")];
    for (part, x) in parts.into_iter().zip([LEFT, LEFT + 230.0, LEFT + 330.0]) {
        key(out, part, x);
    }
    let x = LEFT + 400.0;
    cross(out, x + 5.0, y - 4.0);
    let _ = writeln!(out, "<text class=\"small\" x=\"{}\" y=\"{y}\">refused</text>", x + 15.0);
}

fn grid(out: &mut String, node_ids: &[u32], end_ms: u64) {
    let bottom = TOP + ROW * node_ids.len() as f64;
    for part in 0..=GRID_LINES {
        let x = LEFT + WIDTH * part as f64 / GRID_LINES as f64;
        let seconds = end_ms as f64 * part as f64 / GRID_LINES as f64 / 1000.0;
        let _ = writeln!(
            out,
            "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>\
<text class=\"small\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{seconds:.1} s</text>",
            bottom + 18.0
        );
    }
    for (node, node_id) in node_ids.iter().enumerate() {
        let y = y(node);
        let _ = writeln!(
            out,
            "<text class=\"label\" x=\"24\" y=\"{:.1}\">node {node_id}</text>\
<line class=\"row\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/>",
            y + 4.0,
            LEFT + WIDTH
        );
    }
}

/// Lines from where a message ends on the air to where it is heard.
fn ways(out: &mut String, messages: &[Message], scale: &Scale) {
    let mut drawn = 0;
    for (place, message) in messages.iter().enumerate() {
        let What::Heard { from, id, .. } = message.what else { continue };
        let before = || messages[..place].iter().rev();
        // A relay that ended just then brought it, or else its sender did.
        let relay = before().find_map(|relay| match relay.what {
            What::Relayed { from: other, id: its, airtime_us, .. } if (other, its) == (from, id) => {
                let end_ms = relay.time_ms + u64::from(airtime_us.div_ceil(1000));
                (end_ms == message.time_ms && relay.node != message.node).then_some((relay, airtime_us))
            }
            _ => None,
        });
        let sent = || {
            before().find_map(|sent| match sent.what {
                What::Sent { id: its, airtime_us, .. } if (sent.node_id, its) == (from, id) => {
                    Some((sent, airtime_us))
                }
                _ => None,
            })
        };
        let Some((sent, airtime_us)) = relay.or_else(sent) else { continue };
        let end = sent.time_ms as f64 + f64::from(airtime_us) / 1000.0;
        let _ = writeln!(
            out,
            "<line class=\"way\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
            scale.x(end),
            y(sent.node),
            scale.x(message.time_ms as f64),
            y(message.node)
        );
        drawn += 1;
        if drawn == LINES_MAX {
            return;
        }
    }
}

fn mark(out: &mut String, message: &Message, scale: &Scale) {
    let (x, y) = (scale.x(message.time_ms as f64), y(message.node));
    match message.what {
        What::Sent { to, airtime_us, .. } => {
            let class = if to == swarm_abi::BROADCAST { "sent" } else { "one" };
            bar(out, class, (message, airtime_us), scale);
        }
        What::Relayed { airtime_us, .. } => bar(out, "relay", (message, airtime_us), scale),
        What::Heard { .. } => {
            let _ = writeln!(
                out,
                "<circle class=\"heard\" cx=\"{x:.1}\" cy=\"{:.1}\" r=\"2.4\"><title>{message}</title></circle>",
                y + 4.0
            );
        }
        What::Refused { .. } => cross(out, x, y - 6.0),
        What::Advert { .. } => {}
    }
}

/// As long as it is on the air.
fn bar(out: &mut String, class: &str, (message, airtime_us): (&Message, u32), scale: &Scale) {
    let (x, y) = (scale.x(message.time_ms as f64), y(message.node));
    let end = scale.x(message.time_ms as f64 + f64::from(airtime_us) / 1000.0);
    let _ = writeln!(
        out,
        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"14\"><title>{message}</title></rect>",
        y - 14.0,
        (end - x).max(THINNEST)
    );
}

fn cross(out: &mut String, x: f64, y: f64) {
    let (left, right, top, bottom) = (x - 3.0, x + 3.0, y - 3.0, y + 3.0);
    let _ = writeln!(
        out,
        "<path class=\"refused\" d=\"M{left:.1} {top:.1}L{right:.1} {bottom:.1}M{left:.1} {bottom:.1}L{right:.1} {top:.1}\"/>"
    );
}
