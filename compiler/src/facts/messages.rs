//! How long messages may be, and how long they are on the air.

use crate::kernel::members;
use serde_json::{Value, json};
use std::fmt;
use swarm_dialects::channel::{Reach, carrier, usual_preset};
use swarm_dialects::radio::{Ask, Channel, Protocol, Request, Send};
use swarm_dialects::schema::model::{Message, size_max};
use swarm_dialects::schema::schema;
use swarm_dialects::{Kernel, OpView, nested};
use swarm_mesh::airtime::Modulation;
use swarm_mesh::carrier::Role;
use swarm_targets::{Deployment, Network};

/// How long a message may be.
pub struct MessageFacts {
    pub name: String,
    pub most_bytes: usize,
}

/// A channel on which a kernel sends, and how far.
pub struct ChannelFacts {
    pub name: String,
    pub message: String,
    pub protocol: &'static str,
    pub reach: Reach,
    /// Of the longest message, what the protocol carries, and the whole packet.
    pub most_bytes: usize,
    pub limit: usize,
    pub packet_bytes: usize,
    pub preset: String,
    pub airtime_us: u64,
}

/// The messages of a kernel.
pub fn messages(kernel: Kernel) -> Vec<MessageFacts> {
    let Ok(schema) = schema(&members(kernel.op())) else { return Vec::new() };
    let facts = |message: &Message| MessageFacts {
        name: message.name.clone(),
        most_bytes: size_max(&schema, message),
    };
    schema.messages().iter().map(facts).collect()
}

/// The channels on which a kernel sends.
pub fn channels(kernel: Kernel, deployment: Option<&Deployment>) -> Vec<ChannelFacts> {
    let members = members(kernel.op());
    let Ok(schema) = schema(&members) else { return Vec::new() };
    let mut sends: Vec<(&str, Reach)> = Vec::new();
    let mut add = |channel, is_to_node: bool| {
        let reach = if is_to_node { Reach::Node } else { Reach::Everybody };
        if !sends.contains(&(channel, reach)) {
            sends.push((channel, reach));
        }
    };
    for op in members.iter().flat_map(|member| nested(*member)) {
        if let Some(send) = Send::cast(op) {
            add(send.channel(), send.to().is_some());
        } else if let Some(ask) = Ask::cast(op) {
            let requests = members.iter().filter_map(|member| Request::cast(*member));
            if let Some(request) = requests.into_iter().find(|request| request.sym_name() == ask.request()) {
                add(request.channel(), ask.to().is_some());
            }
        }
    }
    let mut found = Vec::new();
    for channel in members.iter().filter_map(|member| Channel::cast(*member)) {
        for (_, reach) in sends.iter().filter(|(name, _)| *name == channel.sym_name()) {
            let carrier = carrier(channel, *reach);
            let (preset, modulation) = preset(channel.protocol(), deployment);
            let most_bytes = size_max(&schema, schema.nested(channel.message()));
            let packet = carrier.packet_size(Role::Message, most_bytes);
            let airtime = carrier.time_on_air_us(Role::Message, most_bytes, modulation);
            let (Ok(packet_bytes), Ok(airtime_us)) = (packet, airtime) else { continue };
            found.push(ChannelFacts {
                name: channel.sym_name().to_owned(),
                message: channel.message().to_owned(),
                protocol: channel.protocol().word(),
                reach: *reach,
                most_bytes,
                limit: carrier.payload_limit(Role::Message),
                packet_bytes,
                preset,
                airtime_us,
            });
        }
    }
    found
}

fn preset(protocol: Protocol, deployment: Option<&Deployment>) -> (String, Modulation) {
    let Some(deployment) = deployment else {
        let usual = usual_preset(protocol);
        return (usual.name.to_owned(), usual.modulation);
    };
    let network = network(protocol, deployment);
    (network.preset.clone(), network.modulation)
}

/// What a deployment says of a protocol.
pub fn network(protocol: Protocol, deployment: &Deployment) -> &Network {
    match protocol {
        Protocol::Raw => &deployment.raw,
        Protocol::Meshtastic => &deployment.meshtastic,
        Protocol::Meshcore => &deployment.meshcore,
    }
}

impl fmt::Display for ChannelFacts {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Self { name, message, protocol, most_bytes, limit, packet_bytes, preset, .. } = self;
        let ms = self.airtime_us as f64 / 1000.0;
        write!(
            out,
            "channel @{name} on {protocol} to {}: @{message} up to {most_bytes} of {limit} B, {packet_bytes} B and \
             {ms:.1} ms on the air in {preset}",
            self.whom()
        )
    }
}

impl ChannelFacts {
    fn whom(&self) -> &'static str {
        match self.reach {
            Reach::Everybody => "everybody",
            Reach::Node => "one node",
        }
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        json!({
            "name": self.name, "protocol": self.protocol, "to": self.whom(), "message": self.message,
            "most_bytes": self.most_bytes, "limit_bytes": self.limit, "packet_bytes": self.packet_bytes,
            "preset": self.preset, "airtime_us": self.airtime_us,
        })
    }
}
