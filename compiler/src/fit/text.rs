//! The report for people.

use super::{Fit, HandlerStack, HandlerTime, StackFit};
use std::fmt::Write;

/// Lines of code that are named; the rest is summed up.
const NAMED: usize = 12;

impl Fit {
    /// A page for one board.
    pub fn to_text(&self, source: &str) -> String {
        let Self { board, flash, ram, .. } = self;
        let mut text = format!("@{} on {}: {}\n", self.kernel, board.name, board.description);
        let _ = write!(text, "\nflash   {}\n", of(flash.bytes, Some(flash.room), "a bank's"));
        for part in &flash.parts {
            let _ = writeln!(text, "{:>8} B  {}", part.bytes, part.told());
        }
        if !flash.ops.is_empty() {
            let _ = writeln!(text, "  of it code by line");
        }
        for op in flash.ops.iter().take(NAMED) {
            let what = if op.line == 0 {
                "of no line alone".to_owned()
            } else {
                format!("{:>4}: {}", op.line, op.text)
            };
            let _ = writeln!(text, "{:>8} B  {what}", op.bytes);
        }
        let rest: u64 = flash.ops.iter().skip(NAMED).map(|op| op.bytes).sum();
        if rest > 0 {
            let _ = writeln!(text, "{rest:>8} B  {} more lines", flash.ops.len() - NAMED);
        }
        let _ = write!(text, "\nRAM     {}\n", of(ram.state, ram.room, "what the board leaves to kernels:"));
        for variable in &ram.variables {
            let parts: Vec<String> =
                variable.parts.iter().map(|(part, bytes)| format!("{part} {bytes}")).collect();
            let parts = if parts.len() > 1 { format!(" ({})", parts.join(", ")) } else { String::new() };
            let _ = writeln!(text, "{:>8} B  {}{parts}", variable.bytes, variable.declared(source));
        }
        if ram.gaps > 0 {
            let _ = writeln!(text, "{:>8} B  gaps that align", ram.gaps);
        }
        if let Some(stack) = &self.stack {
            let _ = write!(
                text,
                "\nstack   {}\n",
                of(stack.bytes, Some(stack.room), "what the board keeps for it:")
            );
            for handler in &stack.handlers {
                let _ = writeln!(text, "{:>8} B  @{}: {}", handler.bytes, handler.name, handler.told());
            }
        }
        if !self.times.is_empty() {
            let _ = writeln!(text, "\ntime    at most, without the services of the host");
        }
        for time in &self.times {
            let _ = writeln!(text, "{:>8} instructions  @{}{}", time.instructions, time.name, time.told());
        }
        let airtime = self.airtime.to_text();
        if !airtime.is_empty() {
            let _ = write!(text, "\n{airtime}");
        }
        if let Some(energy) = &self.energy {
            let _ = write!(text, "\n{}", energy.to_text());
        }
        text
    }
}

impl HandlerTime {
    /// How long it takes, as modelled, and how often it comes.
    fn told(&self) -> String {
        let takes = self.microseconds.map(|us| {
            let cycles =
                if self.cycles == 1 { "a cycle".to_owned() } else { format!("{} cycles", self.cycles) };
            format!(": {us:.0} us modelled, {cycles} each")
        });
        let every = self.period.map(|period| format!(", every {period} ms or more"));
        takes.unwrap_or_default() + &every.unwrap_or_default()
    }
}

impl super::Variable {
    /// How the source declares it, or its name.
    fn declared(&self, source: &str) -> String {
        if self.line == 0 {
            return format!("@{}", self.name);
        }
        format!("{:>4}: {}", self.line, self.text(source))
    }
}

impl HandlerStack {
    /// The path that takes the stack.
    pub(super) fn told(&self) -> String {
        let mut path: Vec<String> =
            self.path.iter().map(|frame| format!("{} {}", frame.function, frame.bytes)).collect();
        path.extend(self.service.map(|number| format!("service {} {}", service(number), self.service_bytes)));
        path.join(" + ")
    }
}

/// A service's name.
pub(super) fn service(number: u8) -> String {
    swarm_abi::service::NAMES
        .get(usize::from(number))
        .map_or_else(|| number.to_string(), |name| (*name).to_owned())
}

/// Bytes, and what they are of.
fn of(bytes: u64, room: Option<u64>, whose: &str) -> String {
    match room {
        Some(room) if room > 0 => {
            format!("{bytes} B of {whose} {room} B ({:.1} %)", bytes as f64 * 100.0 / room as f64)
        }
        _ => format!("{bytes} B"),
    }
}

/// A line for each of several boards.
pub fn table(fits: &[Fit]) -> String {
    let mut text = format!(
        "{:<16} {:>16} {:>20} {:>15} {:>13} {:>10} {:>9}\n",
        "board",
        "flash B / bank",
        "RAM B / for kernels",
        "stack B / kept",
        "instructions",
        "air s/h",
        "mAh/h"
    );
    for fit in fits {
        let stack = |value: &dyn Fn(&StackFit) -> String| fit.stack.as_ref().map_or("-".to_owned(), value);
        let most = fit.times.iter().map(|time| time.instructions).max();
        let room = fit.ram.room.map_or("-".to_owned(), |room| room.to_string());
        let _ = writeln!(
            text,
            "{:<16} {:>16} {:>20} {:>15} {:>13} {:>10} {:>9}",
            fit.board.name,
            format!("{} / {}", fit.flash.bytes, fit.flash.room),
            format!("{} / {room}", fit.ram.state),
            stack(&|stack: &StackFit| format!("{} / {}", stack.bytes, stack.room)),
            most.map_or("-".to_owned(), |most| most.to_string()),
            format!("{:.1}", fit.airtime.bound_us as f64 / 1e6),
            fit.energy.as_ref().map_or("-".to_owned(), |energy| format!("{:.3}", energy.mah)),
        );
    }
    text.push_str(
        "instructions: of the handler that takes most, without services of the host; mAh/h: modelled\n",
    );
    text
}
