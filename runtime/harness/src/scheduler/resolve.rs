//! Names for what an image only has hashes of.

use swarm_abi::direction;

use crate::error::HarnessError;
use crate::node::KernelFacts;
use crate::world::World;

/// The kernel's names, from its source; each list in the order of the descriptor. They may be empty:
/// ports are then recognised by the hash of the world's names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KernelNames {
    pub ports: Vec<String>,
    pub handlers: Vec<String>,
    /// Of logs, by number: `{}` stands for an argument.
    pub formats: Vec<String>,
    pub channels: Vec<String>,
}

/// A port of the kernel, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Port {
    pub name: String,
    pub senses: bool,
}

/// FNV-1a 32, as the descriptor has names.
pub fn name_hash(name: &str) -> u32 {
    name.bytes().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

pub(super) fn resolve_ports(
    facts: &KernelFacts,
    names: &KernelNames,
    world: &dyn World,
) -> Result<Vec<Port>, HarnessError> {
    let offered = world.sense_ports();
    let known: Vec<&str> = names
        .ports
        .iter()
        .chain(offered.iter().flatten())
        .map(String::as_str)
        .chain(std::iter::once("motor"))
        .collect();
    facts
        .ports
        .iter()
        .map(|port| {
            let name = known.iter().find(|name| name_hash(name) == port.name);
            let name = name.map_or_else(|| format!("{:#010x}", port.name), ToString::to_string);
            let senses = port.direction == direction::SENSE;
            match &offered {
                Some(offered) if senses && !offered.contains(&name) => Err(HarnessError::new(
                    "run::unknown_port",
                    format!("the kernel senses {name}, which this world does not have"),
                )
                .help(format!("this world has {}", offered.join(", ")))),
                _ => Ok(Port { name, senses }),
            }
        })
        .collect()
}
