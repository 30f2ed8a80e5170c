//! An hour of a node: how often its handlers run, how long its radios send and listen.

use super::HOUR_S;
use crate::fit::airtime::Airtime;
use crate::kernel::members;
use swarm_dialects::adverts::model::Connectability;
use swarm_dialects::adverts::plan;
use swarm_dialects::{Kernel, OpView, adv};
use swarm_targets::Deployment;

/// Most bytes of a legacy advert.
const LEGACY_MAX: usize = 31;
/// Of a packet at 1 Mbit/s besides its data: preamble, access address, header, address, check sum.
const FRAME: usize = 1 + 4 + 2 + 6 + 3;
/// The extended header of an advert in each of the first three packets, and in the one that holds the data.
const POINTER: usize = 7;
const EXTENDED: usize = 12;
const MICROSECONDS_A_BYTE: f64 = 8.0;
/// Listening after a packet that asks for an answer: the pause, and until it is known that none comes.
const LISTENING_US: f64 = 150.0 + 100.0;
/// Until clock and radio are ready, for each event.
const BEGINNING_US: f64 = 1000.0;

/// What happens in an hour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hour {
    /// None: handlers take no time.
    pub handlers: Vec<HandlerUse>,
    /// The kernel has channels: there is a LoRa radio that it uses.
    pub has_channels: bool,
    /// Microseconds on the air: of the worst case, or as few as the caller knows of.
    pub transmit_us: u64,
    /// Most power, in dBm; none: as loud as the radio is.
    pub power_dbm: Option<i8>,
    /// Of the time, percent in which the LoRa radio receives.
    pub listen_percent: u32,
    pub adverts: Vec<Advert>,
    /// The kernel observes adverts.
    pub scans: bool,
    /// Another battery than the board's own.
    pub battery_mah: Option<u32>,
}

/// How much a handler runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandlerUse {
    pub name: String,
    /// Of one run.
    pub instructions: u64,
    /// In an hour.
    pub runs: u64,
}

/// A beacon on the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advert {
    pub interval_ms: u32,
    /// Most bytes of a turn.
    pub bytes: usize,
    /// It listens for an answer after each packet.
    pub listens: bool,
}

impl Hour {
    /// Of a verified kernel on the air as long as its bound; how much its handlers run is for the caller to add.
    pub fn of(kernel: Kernel, airtime: &Airtime, deployment: Option<&Deployment>) -> Self {
        let members = members(kernel.op());
        let plans = members.iter().filter_map(|op| plan(adv::Beacon::cast(*op)?).ok());
        let adverts = plans.map(|plan| Advert {
            interval_ms: plan.beacon().interval_ms,
            bytes: (0..plan.turns()).filter_map(|turn| plan.bytes(turn, false)).max().unwrap_or(0),
            listens: plan.beacon().connectability != Connectability::Neither,
        });
        Self {
            handlers: Vec::new(),
            has_channels: !airtime.channels.is_empty(),
            transmit_us: airtime.bound_us,
            power_dbm: deployment.map(|deployment| deployment.region.power_dbm),
            listen_percent: deployment.map_or(100, |deployment| deployment.listen),
            adverts: adverts.collect(),
            scans: members.iter().any(|op| adv::OnBleAdvert::cast(*op).is_some()),
            battery_mah: None,
        }
    }
}

impl Advert {
    /// Seconds of its radio in an hour.
    pub(super) fn seconds(&self) -> f64 {
        let listening_us = if self.listens { LISTENING_US } else { 0.0 };
        let packet = |bytes: usize| (FRAME + bytes) as f64 * MICROSECONDS_A_BYTE + listening_us;
        let event_us = match self.bytes {
            bytes if bytes <= LEGACY_MAX => 3.0 * packet(bytes),
            bytes => 3.0 * packet(POINTER) + packet(EXTENDED + bytes),
        };
        let events = HOUR_S * 1000.0 / f64::from(self.interval_ms.max(1));
        events * (event_us + BEGINNING_US) / 1e6
    }
}
