//! The structs have the offsets and sizes of `ABI.md`, on whatever machine this runs.

use std::mem::{align_of, offset_of, size_of};
use swarm_abi::{Descriptor, Event, HandlerEntry, Host, PortEntry, service};

#[test]
fn descriptor() {
    assert_eq!(size_of::<Descriptor>(), 40);
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
    assert_eq!(offset_of!(Descriptor, reserved), 36);
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
    assert_eq!(size_of::<Host>(), place(service::COUNT));
}
