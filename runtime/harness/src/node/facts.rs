//! What a kernel's descriptor says, read from the bytes of its image.

use super::{Inputs, NodeError, PortInput};
use swarm_abi::{
    AGE_NONE, BeaconEntry, ChannelEntry, CharacteristicEntry, Descriptor, Event, HandlerEntry, PortEntry,
};
use swarm_link::{Tables, refuse, tables};

/// A kernel's descriptor with all that it lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelFacts {
    pub descriptor: Descriptor,
    pub handlers: Vec<HandlerFacts>,
    pub ports: Vec<PortFacts>,
    pub channels: Vec<ChannelEntry>,
    pub beacons: Vec<BeaconEntry>,
    pub characteristics: Vec<CharacteristicEntry>,
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
        let descriptor = tables::descriptor(image)
            .ok_or_else(|| NodeError::Image("it is shorter than a descriptor".to_string()))?;
        if let Some(refusal) = refuse(&descriptor) {
            return Err(NodeError::Refused(refusal));
        }
        let tables = Tables::of(image)
            .ok_or_else(|| NodeError::Image("it ends before the tables of its descriptor do".to_string()))?;
        Ok(Self {
            descriptor,
            handlers: tables.handlers().collect(),
            ports: tables.ports().collect(),
            channels: tables.channels().collect(),
            beacons: tables.beacons().collect(),
            characteristics: tables.characteristics().collect(),
        })
    }

    /// The ports as they go to the kernel: value i32 and age u32 for each.
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

fn extend(value: i32, bits: u8) -> i32 {
    match bits {
        1 => value & 1,
        8 => i32::from(value as i8),
        16 => i32::from(value as i16),
        _ => value,
    }
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
        assert_eq!(KernelFacts::parse(&[0; 47]).unwrap_err().code(), "node::image");
        assert_eq!(KernelFacts::parse(&[0; 48]).unwrap_err().code(), "node::refused");
    }
}
