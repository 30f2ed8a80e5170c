//! What carries a kernel's message: how much of it fits, how long the packet becomes, and how long that is on the air.
//!
//! The one place where the protocols stand side by side, for a compiler's limits and a scheduler's budget.

use crate::airtime::{Framing, Modulation, time_on_air_us};
use crate::meshcore::{self, GroupData, PayloadType, sealed_size};
use crate::meshtastic::{self, Data, Encryption};
use crate::{MeshError, raw};

/// Bytes of the time with which MeshCore's requests and responses begin.
const TIME_SIZE: usize = 4;
/// Bytes of the type and length with which its group data begins.
const DATA_HEAD: usize = 3;

/// How a message goes over the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// In `Data` on a port, with the bit field that the firmware sends.
    Meshtastic { port: u32, encryption: Encryption },
    /// As group data of a channel.
    MeshCoreChannel,
    /// As a request or response between two nodes, behind its time.
    MeshCoreNode,
    /// As a custom packet, plain, to neighbours; each relay of a given path makes it longer.
    MeshCoreCustom,
    /// In a raw frame to everybody.
    RawBroadcast,
    /// In a raw frame to one node.
    RawNode,
}

/// Whether a message names the packet that it answers; where its protocol has no place for that, it costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Message,
    Answer,
}

impl Carrier {
    /// Most bytes of a message.
    pub fn payload_limit(self, role: Role) -> usize {
        match self {
            Self::Meshtastic { port, encryption } => data(port, role, &[]).payload_limit(encryption),
            Self::MeshCoreChannel => GroupData::MAX,
            Self::MeshCoreNode => PayloadType::Request.content_limit() - TIME_SIZE,
            Self::MeshCoreCustom => meshcore::PAYLOAD_MAX,
            Self::RawBroadcast | Self::RawNode => {
                let (to, answers) = self.raw_numbers(role);
                raw::payload_limit(to, answers)
            }
        }
    }

    /// Bytes of the whole packet as its sender sends it, without a path. On MeshCore a flood grows at each relay by one to
    /// three bytes.
    ///
    /// # Errors
    /// When the message is longer than its limit.
    pub fn packet_size(self, role: Role, length: usize) -> Result<usize, MeshError> {
        let limit = self.payload_limit(role);
        if length > limit {
            return Err(MeshError::TooLong { part: "message", limit });
        }
        // Header and path length.
        let meshcore_head = 2;
        Ok(match self {
            Self::Meshtastic { port, encryption } => {
                let overhead =
                    if encryption == Encryption::PublicKey { meshtastic::PUBLIC_KEY_OVERHEAD } else { 0 };
                let payload = &[0; meshtastic::PAYLOAD_MAX][..length];
                meshtastic::HEADER_SIZE + data(port, role, payload).size() + overhead
            }
            Self::MeshCoreChannel => meshcore_head + 1 + sealed_size(DATA_HEAD + length),
            Self::MeshCoreNode => meshcore_head + 2 + sealed_size(TIME_SIZE + length),
            Self::MeshCoreCustom => meshcore_head + length,
            Self::RawBroadcast | Self::RawNode => {
                let (to, answers) = self.raw_numbers(role);
                raw::frame_size(length, to, answers)
            }
        })
    }

    /// Microseconds on the air of one transmission by its sender.
    ///
    /// # Errors
    /// When the message is longer than its limit.
    pub fn time_on_air_us(self, role: Role, length: usize, modulation: Modulation) -> Result<u64, MeshError> {
        time_on_air_us(modulation, self.framing(modulation), self.packet_size(role, length)?)
    }

    /// What stands around its packets.
    pub const fn framing(self, modulation: Modulation) -> Framing {
        match self {
            Self::Meshtastic { .. } => Framing::MESHTASTIC,
            Self::MeshCoreChannel | Self::MeshCoreNode | Self::MeshCoreCustom => {
                Framing::meshcore(modulation)
            }
            Self::RawBroadcast | Self::RawNode => Framing::RAW,
        }
    }

    /// Of a raw frame: whom it goes to, and what it answers; any number for one that is there.
    fn raw_numbers(self, role: Role) -> (Option<u32>, Option<u32>) {
        ((self == Self::RawNode).then_some(0), (role == Role::Answer).then_some(0))
    }
}

fn data(port: u32, role: Role, payload: &[u8]) -> Data<'_> {
    // Any id but 0, which would be absent.
    let request_id = if role == Role::Answer { 1 } else { 0 };
    Data { request_id, bitfield: Some(0), ..Data::new(port, payload) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PACKET_MAX;
    use crate::meshcore::{Datagram, Packet, Path, Secret};
    use crate::meshtastic::{Channel, Header, Key};
    use crate::preset::MESHTASTIC;

    const CHANNEL: Carrier = Carrier::Meshtastic { port: 256, encryption: Encryption::Channel };
    const KEYS: Carrier = Carrier::Meshtastic { port: 256, encryption: Encryption::PublicKey };
    const ALL: [Carrier; 7] = [
        CHANNEL,
        KEYS,
        Carrier::MeshCoreChannel,
        Carrier::MeshCoreNode,
        Carrier::MeshCoreCustom,
        Carrier::RawBroadcast,
        Carrier::RawNode,
    ];

    /// The length of a packet made by the carrier itself.
    fn sealed(carrier: Carrier, role: Role, message: &[u8]) -> Result<usize, MeshError> {
        let (mut payload, mut packet) = ([0; meshcore::PAYLOAD_MAX], [0; PACKET_MAX]);
        let secret = Secret::new([1; 32]);
        let mut request = [0; 4 + 255];
        request[4..4 + message.len()].copy_from_slice(message);
        let (kind, size) = match carrier {
            Carrier::Meshtastic { port, encryption: Encryption::Channel } => {
                let channel = Channel::new("swarm", Key::from_psk(&[1])?);
                return channel.seal(&Header::new(1, 2, 3), &data(port, role, message), &mut packet);
            }
            #[cfg(feature = "identity")]
            Carrier::Meshtastic { port, .. } => {
                let key = crate::meshtastic::DirectKey::new(&[1; 32], &[9; 32])?;
                return key.seal(&Header::new(1, 2, 3), (&data(port, role, message), 4), &mut packet);
            }
            #[cfg(not(feature = "identity"))]
            Carrier::Meshtastic { .. } => return carrier.packet_size(role, message.len()),
            Carrier::RawBroadcast | Carrier::RawNode => {
                let (to, answers) = carrier.raw_numbers(role);
                let hops = raw::Hops { left: 3, made: 0 };
                let (from, id, relay, next_hop, want_ack, port) = (1, 2, 3, 4, false, 5);
                let payload = message;
                let frame =
                    raw::Frame { from, to, id, hops, relay, next_hop, want_ack, port, answers, payload };
                return raw::Channel::new("swarm", &[1; 16])?.seal(&frame, &mut packet);
            }
            Carrier::MeshCoreChannel => {
                let channel = meshcore::Channel::new(&[1; 16])?;
                let data = GroupData { data_type: 0xFF00, data: message };
                (PayloadType::GroupData, channel.seal_data(&data, &mut payload)?)
            }
            Carrier::MeshCoreNode => {
                let content = &request[..4 + message.len()];
                let size = Datagram::seal(PayloadType::Request, [1, 2], (&secret, content), &mut payload)?;
                (PayloadType::Request, size)
            }
            Carrier::MeshCoreCustom => {
                let direct = Packet::direct(PayloadType::RawCustom, Path::EMPTY, message);
                return direct.encode(&mut packet);
            }
        };
        Packet::flood(kind, &payload[..size]).encode(&mut packet)
    }

    #[test]
    fn sizes_are_those_of_sealed_packets() {
        for carrier in ALL {
            for role in [Role::Message, Role::Answer] {
                let limit = carrier.payload_limit(role);
                // MeshCore has no packet without a payload.
                for length in 1..=limit {
                    let said = carrier.packet_size(role, length);
                    assert_eq!(said, sealed(carrier, role, &[7; 255][..length]), "{carrier:?} {length}");
                }
                let over = [carrier.packet_size(role, limit + 1), sealed(carrier, role, &[7; 255][..=limit])];
                assert!(over.iter().all(|size| size.is_err_and(|error| error.code() == "mesh::too_long")));
            }
        }
    }

    #[test]
    fn limits_that_people_know() {
        let limits = ALL.map(|carrier| carrier.payload_limit(Role::Message));
        assert_eq!(limits, [231, 219, 165, 163, 184, 237, 233]);
        let answers = ALL.map(|carrier| carrier.payload_limit(Role::Answer));
        assert_eq!(answers, [226, 214, 165, 163, 184, 233, 229]);
    }

    /// Compotastic's longest state update, 50 bytes, in the default preset.
    #[test]
    fn time_on_the_air() {
        let long_fast = crate::preset::find(&MESHTASTIC, "LongFast").unwrap().modulation;
        assert_eq!(CHANNEL.packet_size(Role::Message, 50), Ok(73));
        let times = ALL.map(|carrier| carrier.time_on_air_us(Role::Message, 50, long_fast).unwrap());
        assert_eq!(times[0], time_on_air_us(long_fast, Framing::MESHTASTIC, 73).unwrap());
        assert!(times.iter().all(|time| (500_000..1_200_000).contains(time)), "{times:?}");
    }
}
