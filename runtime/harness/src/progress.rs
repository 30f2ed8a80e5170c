//! Progress of a long run. The library tells; whoever calls it draws, or does not.

/// Told about a run while it goes on. Every method does nothing unless overridden.
pub trait Progress {
    /// The run begins; it will have about `total` ticks.
    fn started(&mut self, _total: u64) {}

    /// `done` ticks have passed. Called now and then, not at every tick.
    fn advanced(&mut self, _done: u64) {}

    /// The run is over, well or not.
    fn finished(&mut self) {}
}

/// Says nothing.
#[derive(Debug, Default, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {}
