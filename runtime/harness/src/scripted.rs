//! A node for tests: it does what a closure says, and remembers what it was told.

use swarm_abi::{Descriptor, Event, HandlerEntry, PortEntry};

use crate::node::{Inputs, KernelFacts, Node, NodeError, Outcome, Record};
use crate::scheduler::name_hash;

pub(crate) type Script = Box<dyn FnMut(&Event, &Inputs) -> Vec<Record>>;

pub(crate) struct Scripted {
    pub facts: KernelFacts,
    pub state: Vec<u8>,
    pub script: Script,
    pub seen: Vec<(Event, Inputs)>,
    /// From that time on each event ends with that fault.
    pub fault_at: Option<(u32, u32)>,
    /// Added to the state block's first byte at each event.
    pub counts: u8,
}

impl Scripted {
    pub fn new(handlers: Vec<HandlerEntry>) -> Self {
        let descriptor = Descriptor {
            magic: swarm_abi::MAGIC,
            major: swarm_abi::VERSION_MAJOR,
            minor: swarm_abi::VERSION_MINOR,
            kernel_id: 0xABCD,
            state_bytes: 4,
            state_alignment: 4,
            schema: 0x1234,
            handlers: handlers.len() as u16,
            ..Descriptor::default()
        };
        let facts = KernelFacts {
            descriptor,
            handlers,
            ports: Vec::new(),
            channels: Vec::new(),
            beacons: Vec::new(),
            characteristics: Vec::new(),
        };
        Self {
            facts,
            state: vec![0; 4],
            script: Box::new(|_, _| Vec::new()),
            seen: Vec::new(),
            fault_at: None,
            counts: 0,
        }
    }
}

/// A handler; `periods` are its period, the shortest and the longest.
pub(crate) fn handler(kind: u32, symbol: u16, periods: (u32, u32, u32)) -> HandlerEntry {
    let (period, period_min, period_max) = periods;
    HandlerEntry { offset: 0, kind: kind as u16, symbol, name: 0, period, period_min, period_max }
}

/// A port of 32 bits; direction 0 senses, 1 acts.
pub(crate) fn port(name: &str, direction: u8) -> PortEntry {
    PortEntry { name: name_hash(name), direction, bits: 32, reserved: 0 }
}

impl Node for Scripted {
    fn facts(&self) -> &KernelFacts {
        &self.facts
    }

    fn dispatch(&mut self, event: &Event, inputs: &Inputs) -> Result<Outcome, NodeError> {
        self.seen.push((*event, inputs.clone()));
        self.state[0] = self.state[0].wrapping_add(self.counts);
        let records = (self.script)(event, inputs);
        let status = self.fault_at.filter(|(at, _)| inputs.now_ms >= *at).map_or(0, |(_, fault)| fault);
        Ok(Outcome { status, instructions: Some(100), records })
    }

    fn read_state(&mut self) -> Result<Vec<u8>, NodeError> {
        Ok(self.state.clone())
    }

    fn write_state(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NodeError> {
        let start = offset as usize;
        self.state[start..start + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }
}
