//! What a node does with the packets that it hears: its kernel gets each once, and others get it as the policy says.
//!
//! For raw frames by their channel's policy, for Meshtastic and MeshCore by the protocol's own rule; `PROTOCOLS.md` has the
//! rules. No bytes, clock or randomness are here: the caller keeps the packets that wait, and its timers. It tells of each
//! packet of its own ([`Relaying::sends`]) and of each transmission that it hears ([`Relaying::heard`]); where these say so,
//! it asks [`Relaying::due`] some time later.
//!
//! What must hold: of the last `N` packets none is delivered twice, and none is relayed twice.

mod route;

use crate::raw;
use route::Routes;

/// How packets are passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// By nobody: what comes is for this node, or for nobody here.
    Silent,
    /// By everybody, once.
    Flood,
    /// By everybody who has not heard so many others do it before its own turn.
    Suppress { copies: u8 },
    /// To one node by the one that is next on the way, where it is known; otherwise as a flood.
    NextHop,
}

/// A packet as somebody has sent it, or as it was relayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transmission {
    pub from: u32,
    /// One node; otherwise everybody.
    pub to: Option<u32>,
    pub id: u32,
    /// Hops that it may still make.
    pub left: u8,
    /// [`last_byte`] of the node that sent this transmission; 0: unknown.
    pub relay: u8,
    /// [`last_byte`] of the node that is to relay it; 0: whoever its policy lets.
    pub next_hop: u8,
}

/// What a transmission is to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The kernel gets it.
    pub deliver: bool,
    pub relay: Relay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relay {
    Nothing,
    /// The packet is to be kept as it came here; after so many milliseconds [`Relaying::due`] says whether it goes.
    After(u32),
    /// What was kept of it will not go.
    Cancel,
}

/// How a packet goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub next_hop: u8,
    /// The node that it names has to be heard passing it on: when it had time to, [`Relaying::due`] is to be asked again.
    pub watched: bool,
}

/// What one node knows of the last `N` packets of a channel, and of the ways to `R` nodes.
#[derive(Clone, Debug)]
pub struct Relaying<const N: usize, const R: usize> {
    node: u32,
    policy: Policy,
    /// A ring; `None` where nothing was yet.
    packets: [Option<Packet>; N],
    oldest: usize,
    routes: Routes<R>,
}

/// A packet that was sent or heard.
#[derive(Clone, Copy, Debug)]
struct Packet {
    from: u32,
    id: u32,
    to: Option<u32>,
    /// Of the transmission that is relayed: hops left, and who sent it.
    left: u8,
    came_from: u8,
    /// Transmissions heard while it waits.
    copies: u8,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// No transmission of it could be relayed here yet.
    Idle,
    /// Its delay is running.
    Waiting,
    /// It was sent to this next hop, which was not heard relaying it yet.
    Watched(u8),
    Done,
}

/// A node as relays name it: its last byte, or 255 where that is 0, which names nobody.
pub const fn last_byte(node: u32) -> u8 {
    if node as u8 == 0 { 255 } else { node as u8 }
}

impl<const N: usize, const R: usize> Relaying<N, R> {
    pub const fn new(node: u32, policy: Policy) -> Self {
        Self { node, policy, packets: [None; N], oldest: 0, routes: Routes::new() }
    }

    /// A packet of this node's own goes out, with so many hops left.
    pub fn sends(&mut self, to: Option<u32>, id: u32, left: u8) -> Outgoing {
        // Where it came from: nobody is excluded as the next one.
        let packet = Packet { from: self.node, id, to, left, came_from: 0, copies: 0, state: State::Done };
        let (outgoing, state) = self.outgoing(&packet, left);
        self.remember(Packet { state, ..packet });
        outgoing
    }

    /// A transmission was heard. Should it be relayed, then after a delay of the window (shortest and longest, in ms), which
    /// `random` chooses: a word of the node's entropy.
    pub fn heard(&mut self, heard: &Transmission, window_ms: (u32, u32), random: u32) -> Verdict {
        let policy = self.policy;
        let delay = self.delay(heard, window_ms, random);
        let start = delay.map_or(Relay::Nothing, Relay::After);
        let waiting = if delay.is_some() { State::Waiting } else { State::Idle };
        let Some(packet) = self.find(heard.from, heard.id) else {
            if heard.from == self.node {
                return Verdict { deliver: false, relay: Relay::Nothing };
            }
            if policy == Policy::NextHop {
                self.routes.learn(heard.from, heard.relay);
            }
            let Transmission { from, to, id, left, relay, .. } = *heard;
            self.remember(Packet { from, id, to, left, came_from: relay, copies: 0, state: waiting });
            return Verdict { deliver: to.is_none_or(|to| to == self.node), relay: start };
        };
        let relay = match packet.state {
            State::Idle => {
                (packet.left, packet.came_from, packet.state) = (heard.left, heard.relay, waiting);
                start
            }
            State::Waiting => {
                packet.copies = packet.copies.saturating_add(1);
                match policy {
                    Policy::Suppress { copies } if packet.copies >= copies => {
                        packet.state = State::Done;
                        Relay::Cancel
                    }
                    _ => Relay::Nothing,
                }
            }
            State::Watched(next) => {
                if heard.relay == next {
                    packet.state = State::Done;
                }
                Relay::Nothing
            }
            State::Done => Relay::Nothing,
        };
        Verdict { deliver: false, relay }
    }

    /// A delay is over: how the packet goes out now; `None`: it stays here.
    pub fn due(&mut self, from: u32, id: u32) -> Option<Outgoing> {
        let packet = *self.find(from, id)?;
        let (outgoing, state) = match packet.state {
            State::Waiting => self.outgoing(&packet, packet.left.saturating_sub(1)),
            // Who was named is not there any more, or does not hear us: whoever heard it may relay it.
            State::Watched(next) => {
                self.routes.forget(packet.to?, next);
                (Outgoing { next_hop: 0, watched: false }, State::Done)
            }
            State::Idle | State::Done => return None,
        };
        self.find(from, id)?.state = state;
        Some(outgoing)
    }

    /// The delay after which a transmission is to be relayed; `None`: not here.
    fn delay(&self, heard: &Transmission, (shortest, longest): (u32, u32), random: u32) -> Option<u32> {
        let is_ours = heard.from == self.node || heard.to == Some(self.node);
        if self.policy == Policy::Silent || is_ours || heard.left == 0 {
            return None;
        }
        match heard.next_hop {
            0 => {
                let range = u64::from(longest.saturating_sub(shortest)) + 1;
                Some(shortest.saturating_add(((u64::from(random) * range) >> 32) as u32))
            }
            // Nobody else will: there is nothing to wait for.
            named => (named == last_byte(self.node)).then_some(0),
        }
    }

    /// How a packet goes out with so many hops left, and what becomes of it.
    fn outgoing(&self, packet: &Packet, left: u8) -> (Outgoing, State) {
        let way = packet.to.filter(|_| self.policy == Policy::NextHop);
        let way = way.and_then(|to| self.routes.find(to)).filter(|next| *next != packet.came_from);
        let Some(next_hop) = way else { return (Outgoing { next_hop: 0, watched: false }, State::Done) };
        // Whom it is for relays it to nobody, nor does anybody without a hop left.
        let watched = left > 0 && packet.to.is_some_and(|to| last_byte(to) != next_hop);
        (Outgoing { next_hop, watched }, if watched { State::Watched(next_hop) } else { State::Done })
    }

    /// The newest first: most of what is heard again was heard just before.
    fn find(&mut self, from: u32, id: u32) -> Option<&mut Packet> {
        let (newer, older) = self.packets.split_at_mut(self.oldest);
        let mut packets = newer.iter_mut().rev().chain(older.iter_mut().rev()).flatten();
        packets.find(|packet| (packet.from, packet.id) == (from, id))
    }

    fn remember(&mut self, packet: Packet) {
        if let Some(place) = self.packets.get_mut(self.oldest) {
            *place = Some(packet);
            self.oldest = (self.oldest + 1) % N;
        }
    }
}

impl From<&raw::Frame<'_>> for Transmission {
    fn from(frame: &raw::Frame<'_>) -> Self {
        let raw::Frame { from, to, id, hops, relay, next_hop, .. } = *frame;
        // As many as its bytes can count.
        let left = hops.left.min(raw::HOP_MAX.saturating_sub(hops.made));
        Self { from, to, id, left, relay, next_hop }
    }
}

#[cfg(test)]
#[path = "relaying/relaying_tests.rs"]
mod tests;
