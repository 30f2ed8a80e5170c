//! Progress on standard error, where somebody looks.

use indicatif::{ProgressBar, ProgressStyle};
use swarm_harness::progress::Progress;

/// A bar, once the work has begun.
pub struct Bar {
    what: &'static str,
    drawn: Option<ProgressBar>,
}

impl Bar {
    /// A bar that counts something, such as `ticks`.
    pub fn of(what: &'static str) -> Self {
        Self { what, drawn: None }
    }
}

impl Progress for Bar {
    fn started(&mut self, total: u64) {
        let bar = ProgressBar::new(total);
        let template = format!("{{wide_bar}} {{pos}}/{{len}} {}, {{eta}} left", self.what);
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        self.drawn = Some(bar);
    }

    fn advanced(&mut self, done: u64) {
        if let Some(bar) = &self.drawn {
            bar.set_position(done);
        }
    }

    fn finished(&mut self) {
        if let Some(bar) = self.drawn.take() {
            bar.finish_and_clear();
        }
    }
}
