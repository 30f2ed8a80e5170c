//! What a host refuses before it lets a kernel run.

use swarm_abi::{Descriptor, MAGIC, STATE_ALIGNMENT_MAX, VERSION_MAJOR, VERSION_MINOR, service};

/// Why a kernel is refused; the number is what goes over the wire (0: accepted).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Refusal {
    /// There is no kernel at the address: the magic is another.
    Magic = 1,
    /// Built for an ABI that this host does not have.
    Version = 2,
    /// Uses a service that this host does not have.
    Service = 3,
    /// The state block does not fit the RAM.
    State = 4,
    /// More ports than one command frame can carry values for.
    Ports = 5,
    /// The state block's alignment is none of 1, 2, 4, 8.
    Alignment = 6,
    /// More channels than a host has budgets for.
    Channels = 7,
}

impl Refusal {
    /// The refusal with this number on the wire.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Magic, Self::Version, Self::Service, Self::State, Self::Ports, Self::Alignment, Self::Channels]
            .into_iter()
            .find(|refusal| *refusal as u8 == code)
    }
}

/// What is wrong with this descriptor for any host of this version; the size of the state block is the host's to judge.
pub fn refuse(descriptor: &Descriptor) -> Option<Refusal> {
    if descriptor.magic != MAGIC {
        return Some(Refusal::Magic);
    }
    if descriptor.major != VERSION_MAJOR || descriptor.minor > VERSION_MINOR {
        return Some(Refusal::Version);
    }
    if descriptor.services >> service::COUNT != 0 {
        return Some(Refusal::Service);
    }
    let alignment = descriptor.state_alignment;
    if alignment > STATE_ALIGNMENT_MAX || alignment & alignment.wrapping_sub(1) != 0 || alignment == 0 {
        return Some(Refusal::Alignment);
    }
    if usize::from(descriptor.ports) > crate::frame::PORTS_MAX {
        return Some(Refusal::Ports);
    }
    if usize::from(descriptor.channels) > crate::radio::CHANNELS_MAX {
        return Some(Refusal::Channels);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Descriptor {
        Descriptor { magic: MAGIC, major: 1, state_alignment: 4, services: ALL, ..Descriptor::default() }
    }

    /// Bits of the services that this version has.
    const ALL: u32 = (1 << service::COUNT) - 1;

    #[test]
    fn each_rule_refuses() {
        assert_eq!(refuse(&good()), None);
        assert_eq!(refuse(&Descriptor { magic: 0, ..good() }), Some(Refusal::Magic));
        assert_eq!(refuse(&Descriptor { major: 2, ..good() }), Some(Refusal::Version));
        assert_eq!(refuse(&Descriptor { minor: 1, ..good() }), Some(Refusal::Version));
        assert_eq!(refuse(&Descriptor { services: ALL + 1, ..good() }), Some(Refusal::Service));
        assert_eq!(refuse(&Descriptor { ports: 1000, ..good() }), Some(Refusal::Ports));
        assert_eq!(refuse(&Descriptor { channels: 9, ..good() }), Some(Refusal::Channels));
        for alignment in [0, 3, 16] {
            let descriptor = Descriptor { state_alignment: alignment, ..good() };
            assert_eq!(refuse(&descriptor), Some(Refusal::Alignment));
        }
    }

    #[test]
    fn codes_come_back() {
        for code in 1..=7 {
            assert_eq!(Refusal::from_code(code).map(|refusal| refusal as u8), Some(code));
        }
        assert_eq!(Refusal::from_code(0), None);
    }
}
