//! Where a kernel runs, as far as time on the air depends on it.

use swarm_dialects::channel::usual_preset;
use swarm_dialects::radio::Protocol;
use swarm_mesh::airtime::Modulation;
use swarm_mesh::preset::{MESHCORE, MESHTASTIC, Preset};
use swarm_mesh::region::Region;
use swarm_targets::{Deployment, Network};

/// A place.
#[derive(Clone, Debug)]
pub struct Site {
    pub region: Option<&'static Region>,
    /// Raw, Meshtastic, MeshCore: the preset's name and its modulation.
    pub networks: [(String, Modulation); 3],
    /// Nodes that hear each other, all with this kernel; none: nobody knows.
    pub nodes: Option<u32>,
    /// They may load a channel as much as they do.
    pub allows_load: bool,
}

/// What a deployment's `allow` calls it.
pub const LOAD: &str = "swarm-load";

impl Site {
    /// As a deployment says; without one the usual presets, and no law.
    pub fn of(deployment: Option<&Deployment>) -> Self {
        let Some(deployment) = deployment else {
            let networks = [Protocol::Raw, Protocol::Meshtastic, Protocol::Meshcore].map(|protocol| {
                let usual = usual_preset(protocol);
                (usual.name.to_owned(), usual.modulation)
            });
            return Self { region: None, networks, nodes: None, allows_load: false };
        };
        let network = |network: &Network| (network.preset.clone(), network.modulation);
        Self {
            region: Some(deployment.region),
            networks: [&deployment.raw, &deployment.meshtastic, &deployment.meshcore].map(network),
            nodes: deployment.nodes,
            allows_load: deployment.allow.iter().any(|word| word == LOAD),
        }
    }

    /// How a protocol's nodes speak.
    pub fn modulation(&self, protocol: Protocol) -> Modulation {
        self.networks[protocol as usize].1
    }

    /// The preset's name.
    pub fn preset(&self, protocol: Protocol) -> &str {
        &self.networks[protocol as usize].0
    }

    /// The presets that a protocol may have there.
    pub fn presets(&self, protocol: Protocol) -> Vec<&'static Preset> {
        let is_allowed =
            |preset: &&Preset| self.region.is_none_or(|region| region.plan.presets.contains(&preset.name));
        match protocol {
            Protocol::Meshcore => MESHCORE.iter().collect(),
            Protocol::Raw | Protocol::Meshtastic => MESHTASTIC.iter().filter(is_allowed).collect(),
        }
    }
}
