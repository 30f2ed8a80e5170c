//! The structs have the offsets and sizes of `ABI.md`, on whatever machine this runs.

use std::mem::{align_of, offset_of, size_of};
use swarm_abi::{
    BeaconEntry, ChannelEntry, CharacteristicEntry, Descriptor, Event, HandlerEntry, Heard, Host, PortEntry,
    service,
};

#[test]
fn descriptor() {
    assert_eq!(size_of::<Descriptor>(), 48);
    assert_eq!(offset_of!(Descriptor, magic), 0);
    assert_eq!(offset_of!(Descriptor, major), 4);
    assert_eq!(offset_of!(Descriptor, minor), 6);
    assert_eq!(offset_of!(Descriptor, image_bytes), 8);
    assert_eq!(offset_of!(Descriptor, kernel_id), 12);
    assert_eq!(offset_of!(Descriptor, state_bytes), 16);
    assert_eq!(offset_of!(Descriptor, state_alignment), 20);
    assert_eq!(offset_of!(Descriptor, schema), 24);
    assert_eq!(offset_of!(Descriptor, services), 28);
    assert_eq!(offset_of!(Descriptor, handlers), 32);
    assert_eq!(offset_of!(Descriptor, ports), 34);
    assert_eq!(offset_of!(Descriptor, channels), 36);
    assert_eq!(offset_of!(Descriptor, beacons), 38);
    assert_eq!(offset_of!(Descriptor, characteristics), 40);
    assert_eq!(offset_of!(Descriptor, reserved), 42);
}

#[test]
fn entries() {
    assert_eq!((size_of::<HandlerEntry>(), align_of::<HandlerEntry>()), (24, 4));
    assert_eq!(offset_of!(HandlerEntry, offset), 0);
    assert_eq!(offset_of!(HandlerEntry, kind), 4);
    assert_eq!(offset_of!(HandlerEntry, symbol), 6);
    assert_eq!(offset_of!(HandlerEntry, name), 8);
    assert_eq!(offset_of!(HandlerEntry, period), 12);
    assert_eq!(offset_of!(HandlerEntry, period_min), 16);
    assert_eq!(offset_of!(HandlerEntry, period_max), 20);
    assert_eq!((size_of::<PortEntry>(), align_of::<PortEntry>()), (8, 4));
    assert_eq!(offset_of!(PortEntry, name), 0);
    assert_eq!(offset_of!(PortEntry, direction), 4);
    assert_eq!(offset_of!(PortEntry, bits), 5);
    assert_eq!(offset_of!(PortEntry, reserved), 6);
}

#[test]
fn entries_of_what_is_sent() {
    assert_eq!((size_of::<ChannelEntry>(), align_of::<ChannelEntry>()), (16, 4));
    assert_eq!(offset_of!(ChannelEntry, name), 0);
    assert_eq!(offset_of!(ChannelEntry, protocol), 4);
    assert_eq!(offset_of!(ChannelEntry, hops), 5);
    assert_eq!(offset_of!(ChannelEntry, port), 6);
    assert_eq!(offset_of!(ChannelEntry, bytes), 8);
    assert_eq!(offset_of!(ChannelEntry, relay), 10);
    assert_eq!(offset_of!(ChannelEntry, reserved), 11);
    assert_eq!(offset_of!(ChannelEntry, budget_ms), 12);
    assert_eq!((size_of::<BeaconEntry>(), align_of::<BeaconEntry>()), (20, 4));
    assert_eq!(offset_of!(BeaconEntry, name), 0);
    assert_eq!(offset_of!(BeaconEntry, interval_ms), 4);
    assert_eq!(offset_of!(BeaconEntry, dwell_ms), 8);
    assert_eq!(offset_of!(BeaconEntry, turns), 12);
    assert_eq!(offset_of!(BeaconEntry, flags), 13);
    assert_eq!(offset_of!(BeaconEntry, bytes), 14);
    assert_eq!(offset_of!(BeaconEntry, reserved), 16);
    assert_eq!((size_of::<CharacteristicEntry>(), align_of::<CharacteristicEntry>()), (40, 4));
    assert_eq!(offset_of!(CharacteristicEntry, service), 0);
    assert_eq!(offset_of!(CharacteristicEntry, uuid), 16);
    assert_eq!(offset_of!(CharacteristicEntry, name), 32);
    assert_eq!(offset_of!(CharacteristicEntry, flags), 36);
    assert_eq!(offset_of!(CharacteristicEntry, reserved), 37);
    assert_eq!(offset_of!(CharacteristicEntry, bytes), 38);
}

#[test]
fn heard() {
    assert_eq!((size_of::<Heard>(), align_of::<Heard>()), (24, 4));
    assert_eq!(offset_of!(Heard, from), 0);
    assert_eq!(offset_of!(Heard, to), 4);
    assert_eq!(offset_of!(Heard, id), 8);
    assert_eq!(offset_of!(Heard, rssi), 12);
    assert_eq!(offset_of!(Heard, snr), 14);
    assert_eq!(offset_of!(Heard, hops), 16);
    assert_eq!(offset_of!(Heard, flags), 17);
    assert_eq!(offset_of!(Heard, reserved), 18);
}

#[test]
fn event() {
    assert_eq!((size_of::<Event>(), align_of::<Event>()), (16, 4));
    assert_eq!(offset_of!(Event, kind), 0);
    assert_eq!(offset_of!(Event, symbol), 4);
    assert_eq!(offset_of!(Event, value), 8);
    assert_eq!(offset_of!(Event, missed), 12);
}

#[test]
fn host_table_is_a_version_then_one_pointer_per_service() {
    let pointer = size_of::<usize>();
    let place = |number: u32| pointer * (1 + number as usize);
    assert_eq!(offset_of!(Host, version), 0);
    assert_eq!(offset_of!(Host, now), place(service::NOW));
    assert_eq!(offset_of!(Host, entropy), place(service::ENTROPY));
    assert_eq!(offset_of!(Host, node_id), place(service::NODE_ID));
    assert_eq!(offset_of!(Host, sense), place(service::SENSE));
    assert_eq!(offset_of!(Host, sense_age), place(service::SENSE_AGE));
    assert_eq!(offset_of!(Host, act), place(service::ACT));
    assert_eq!(offset_of!(Host, log), place(service::LOG));
    assert_eq!(offset_of!(Host, rearm), place(service::REARM));
    assert_eq!(offset_of!(Host, persist), place(service::PERSIST));
    assert_eq!(offset_of!(Host, restore), place(service::RESTORE));
    assert_eq!(offset_of!(Host, send), place(service::SEND));
    assert_eq!(offset_of!(Host, advertise), place(service::ADVERTISE));
    assert_eq!(offset_of!(Host, publish), place(service::PUBLISH));
    assert_eq!(size_of::<Host>(), place(service::COUNT));
}
