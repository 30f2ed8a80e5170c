//! What a kernel's descriptor says, read from the bytes of its image.

use super::{Inputs, NodeError, PortInput};
use swarm_abi::{AGE_NONE, Descriptor, Event, HandlerEntry, PortEntry};
use swarm_link::{frame, refuse};

pub(super) const DESCRIPTOR_BYTES: usize = size_of::<Descriptor>();
const HANDLER_BYTES: usize = size_of::<HandlerEntry>();
const PORT_BYTES: usize = size_of::<PortEntry>();

/// A kernel's descriptor with its handlers and ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelFacts {
    pub descriptor: Descriptor,
    pub handlers: Vec<HandlerFacts>,
    pub ports: Vec<PortFacts>,
}

pub type HandlerFacts = HandlerEntry;
pub type PortFacts = PortEntry;

impl KernelFacts {
    /// Bytes of the state block.
    pub fn state_bytes(&self) -> u32 {
        self.descriptor.state_bytes
    }

    /// Number (in order of the descriptor) of the handler that serves an event.
    pub fn handler_of(&self, event: &Event) -> Option<usize> {
        self.handlers.iter().position(|handler| {
            u32::from(handler.kind) == event.kind && u32::from(handler.symbol) == event.symbol
        })
    }

    /// Reads a descriptor and what follows it from the start of an image.
    pub(super) fn parse(image: &[u8]) -> Result<Self, NodeError> {
        let descriptor = parse_descriptor(image)
            .ok_or_else(|| NodeError::Image("it is shorter than a descriptor".to_string()))?;
        if let Some(refusal) = refuse(&descriptor) {
            return Err(NodeError::Refused(refusal));
        }
        let tables = image.get(DESCRIPTOR_BYTES..entries_end(&descriptor)).ok_or_else(|| {
            NodeError::Image("it ends before its tables of handlers and ports do".to_string())
        })?;
        let (handlers, ports) = tables.split_at(usize::from(descriptor.handlers) * HANDLER_BYTES);
        Ok(Self {
            descriptor,
            handlers: handlers.chunks_exact(HANDLER_BYTES).map(parse_handler).collect(),
            ports: ports.chunks_exact(PORT_BYTES).map(parse_port).collect(),
        })
    }

    /// The inputs as they go to the kernel: value i32 and age u32 for each port.
    pub(super) fn encode(&self, inputs: &Inputs) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.ports.len() * 8);
        for (number, port) in self.ports.iter().enumerate() {
            let input = inputs.ports.get(number).copied().unwrap_or(PortInput::NONE);
            let value = if input.age == AGE_NONE { 0 } else { extend(input.value, port.bits) };
            bytes.extend_from_slice(&value.to_le_bytes());
            bytes.extend_from_slice(&input.age.to_le_bytes());
        }
        bytes
    }
}

/// Bytes of an image up to the end of its tables.
pub(super) fn entries_end(descriptor: &Descriptor) -> usize {
    DESCRIPTOR_BYTES
        + usize::from(descriptor.handlers) * HANDLER_BYTES
        + usize::from(descriptor.ports) * PORT_BYTES
}

pub(super) fn parse_descriptor(bytes: &[u8]) -> Option<Descriptor> {
    let word = |offset| frame::word(bytes, offset);
    let (version, counts) = (word(4)?, word(32)?);
    Some(Descriptor {
        magic: word(0)?,
        major: low(version),
        minor: high(version),
        image_bytes: word(8)?,
        kernel_id: word(12)?,
        state_bytes: word(16)?,
        state_alignment: word(20)?,
        schema: word(24)?,
        services: word(28)?,
        handlers: low(counts),
        ports: high(counts),
        reserved: word(36)?,
    })
}

fn parse_handler(bytes: &[u8]) -> HandlerEntry {
    let word = |offset| frame::word(bytes, offset).unwrap_or_default();
    HandlerEntry {
        offset: word(0) as i32,
        kind: low(word(4)),
        symbol: high(word(4)),
        name: word(8),
        period: word(12),
        period_min: word(16),
        period_max: word(20),
    }
}

fn parse_port(bytes: &[u8]) -> PortEntry {
    let word = |offset| frame::word(bytes, offset).unwrap_or_default();
    let shape = word(4).to_le_bytes();
    PortEntry { name: word(0), direction: shape[0], bits: shape[1], reserved: high(word(4)) }
}

fn extend(value: i32, bits: u8) -> i32 {
    match bits {
        1 => value & 1,
        8 => i32::from(value as i8),
        16 => i32::from(value as i16),
        _ => value,
    }
}

fn low(word: u32) -> u16 {
    word as u16
}

fn high(word: u32) -> u16 {
    (word >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_to_the_port() {
        assert_eq!(
            [extend(3, 1), extend(0x1FF, 8), extend(0x18000, 16), extend(-9, 32)],
            [1, -1, -32768, -9]
        );
    }

    #[test]
    fn a_short_image_is_an_error() {
        assert_eq!(KernelFacts::parse(&[0; 39]).unwrap_err().code(), "node::image");
        assert_eq!(KernelFacts::parse(&[0; 40]).unwrap_err().code(), "node::refused");
    }
}
