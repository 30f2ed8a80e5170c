//! A node: one kernel with its state block, called event by event.
//!
//! [`HostNode`] runs a host image in this process, [`EmulatedNode`] any image in an emulated board. Both do the same to the
//! bit: same entropy, same records in the same order, same state. A [`Node`] knows neither time nor world: it is told.
//!
//! An `init` event zeroes the state block and restarts the entropy first, so that a node can be used again.
//! The event of a kind and symbol without a handler is served by doing nothing.

mod emulated;
mod error;
mod facts;
mod fence;
mod host;
mod image;
mod wire;

pub use emulated::{EmulatedNode, Emulator, Images};
pub use error::NodeError;
pub use facts::{HandlerFacts, KernelFacts, PortFacts};
pub use host::HostNode;

use swarm_abi::{AGE_NONE, Event, Heard};
pub use swarm_link::Deployment;

/// One kernel with its state block.
pub trait Node {
    /// What the kernel's descriptor says.
    fn facts(&self) -> &KernelFacts;

    /// Calls the handler of an event.
    ///
    /// # Errors
    /// When the machine traps, its stack runs into the state block, or it does not answer. A fault of the kernel's own
    /// checks is no error here: it is the status of the outcome.
    fn dispatch(&mut self, event: &Event, inputs: &Inputs) -> Result<Outcome, NodeError>;

    /// The whole state block.
    ///
    /// # Errors
    /// When the machine does not answer.
    fn read_state(&mut self) -> Result<Vec<u8>, NodeError>;

    /// Overwrites a part of the state block.
    ///
    /// # Errors
    /// When the part lies outside of the block, or the machine does not answer.
    fn write_state(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NodeError>;
}

/// What tells one node from another of the same kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identity {
    pub node_id: u32,
    pub entropy_seed: u32,
    pub deployment: Deployment,
}

/// The world as it stands still during one event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inputs {
    pub now_ms: u32,
    /// One for each port of the kernel, in its order; a missing one counts as [`PortInput::NONE`].
    pub ports: Vec<PortInput>,
    /// Of the events of messages and adverts.
    pub received: Option<Received>,
}

/// A message or an advert as it came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Received {
    pub heard: Heard,
    /// At most [`swarm_abi::heard::PAYLOAD_MAX`] bytes; their number is the event's value, whatever that says.
    pub payload: Vec<u8>,
}

/// What a port shows. The value is cut to the port's width, then sign-extended (1 bit: zero-extended).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortInput {
    pub value: i32,
    /// Milliseconds since the value was taken, or [`AGE_NONE`].
    pub age: u32,
}

impl PortInput {
    /// No value.
    pub const NONE: Self = Self { value: 0, age: AGE_NONE };
}

/// What came of an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// What the handler returned: 0 or the code of a fault.
    pub status: u32,
    /// Machine instructions from the handler's entry to its return, with the services that it called; `None` where they
    /// cannot be counted exactly.
    pub instructions: Option<u64>,
    /// What it did, in order.
    pub records: Vec<Record>,
}

/// One thing that a handler did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    Act {
        port: u32,
        value: i32,
    },
    Log {
        format: u32,
        args: Vec<i32>,
    },
    Rearm {
        timer: u32,
        ms: u32,
    },
    /// The bytes are those of the moment of the call.
    Persist {
        store: u32,
        offset: u32,
        bytes: Vec<u8>,
    },
    /// To be written to `offset` just before the `stored` event.
    Restore {
        store: u32,
        offset: u32,
        length: u32,
    },
    /// With the packet id 0 it was refused, and there are no bytes.
    Send {
        channel: u32,
        to: u32,
        options: u32,
        id: u32,
        /// Of its packet.
        airtime_us: u32,
        bytes: Vec<u8>,
    },
    Advertise {
        beacon: u32,
        turn: u32,
        bytes: Vec<u8>,
    },
    Publish {
        characteristic: u32,
        bytes: Vec<u8>,
    },
}
