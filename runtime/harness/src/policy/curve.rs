//! The reward curve below a policy's picture.

use std::fmt::Write;

use crate::scheduler::CurvePoint;

/// Where the curve is drawn, in the picture's units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The curve with its axes: mean payoff per tick over ticks.
pub(super) fn draw(out: &mut String, frame: Frame, curve: &[CurvePoint], ticks: u64) {
    let Frame { x, y, width, height } = frame;
    let lowest = curve.iter().map(|point| point.mean).fold(0.0, f64::min);
    let highest = curve.iter().map(|point| point.mean).fold(0.0, f64::max);
    let step = nice_step((highest - lowest).max(1e-9) / 4.0);
    let (bottom, top) = ((lowest / step).floor() * step, (highest / step).ceil().max(1.0) * step);
    let across = |tick: f64| x + width * tick / ticks.max(1) as f64;
    let up = |mean: f64| y + height * (1.0 - (mean - bottom) / (top - bottom));
    let lines = ((top - bottom) / step).round() as i32;
    let decimals = if step < 1.0 { (-step.log10()).ceil() as usize } else { 0 };
    for line in 0..=lines {
        let mean = bottom + f64::from(line) * step;
        let class = if mean.abs() < step / 2.0 { "axis" } else { "rule" };
        let at = up(mean);
        let _ = writeln!(
            out,
            "<path class=\"{class}\" d=\"M{x:.1} {at:.1}H{:.1}\"/><text class=\"small\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{mean:.decimals$}</text>",
            x + width,
            x - 6.0,
            at + 3.5,
        );
    }
    for part in 0..=4u64 {
        let tick = ticks * part / 4;
        let anchor = ["start", "middle", "middle", "middle", "end"][part as usize];
        let _ = writeln!(
            out,
            "<text class=\"small\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{tick}</text>",
            across(tick as f64),
            y + height + 15.0
        );
    }
    let ends = curve.iter().skip(1).map(|point| point.tick).chain(std::iter::once(ticks));
    let points: Vec<String> = curve
        .iter()
        .zip(ends)
        .map(|(point, end)| format!("{:.1} {:.1}", across((point.tick + end) as f64 / 2.0), up(point.mean)))
        .collect();
    let _ = writeln!(out, "<path class=\"curve\" d=\"M{}\"/>", points.join("L"));
}

/// 1, 2 or 5 times a power of ten, at least as large.
fn nice_step(wanted: f64) -> f64 {
    let power = 10f64.powf(wanted.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .map(|factor| factor * power)
        .into_iter()
        .find(|&step| step >= wanted)
        .unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::nice_step;

    #[test]
    fn steps_are_round() {
        let steps = [0.7, 1.0, 1.2, 2.4, 30.0].map(nice_step);
        assert_eq!(steps, [1.0, 1.0, 2.0, 5.0, 50.0]);
    }
}
