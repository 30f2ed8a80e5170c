//! What carries the messages of a channel.

use crate::radio::{Channel, Protocol};
use swarm_mesh::carrier::Carrier;
use swarm_mesh::meshtastic::Encryption;
use swarm_mesh::preset::{MESHCORE, MESHTASTIC, Preset};

/// Whom a message is for: it may have less room when it is encrypted for one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Everybody,
    Node,
}

/// What carries a channel's messages.
pub fn carrier(channel: Channel, reach: Reach) -> Carrier {
    let port = channel.port().and_then(|port| u32::try_from(port).ok()).unwrap_or(256);
    match (channel.protocol(), reach) {
        (Protocol::Raw, Reach::Everybody) => Carrier::RawBroadcast,
        (Protocol::Raw, Reach::Node) => Carrier::RawNode,
        (Protocol::Meshtastic, Reach::Everybody) => {
            Carrier::Meshtastic { port, encryption: Encryption::Channel }
        }
        (Protocol::Meshtastic, Reach::Node) => {
            Carrier::Meshtastic { port, encryption: Encryption::PublicKey }
        }
        (Protocol::Meshcore, Reach::Everybody) => Carrier::MeshCoreChannel,
        (Protocol::Meshcore, Reach::Node) => Carrier::MeshCoreNode,
    }
}

/// Where it stands among Meshtastic's presets.
const LONG_FAST: usize = 7;

/// The preset that a protocol's networks have unless somebody chose another; raw frames take Meshtastic's.
pub fn usual_preset(protocol: Protocol) -> Preset {
    match protocol {
        Protocol::Meshcore => MESHCORE[0],
        Protocol::Raw | Protocol::Meshtastic => MESHTASTIC[LONG_FAST],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meshtastic_s_default_is_long_fast() {
        assert_eq!(usual_preset(Protocol::Meshtastic).name, "LongFast");
        assert_eq!(usual_preset(Protocol::Meshcore).name, "NarrowSf8");
    }
}
