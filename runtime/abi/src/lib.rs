//! The binary interface of `ABI.md` as `repr(C)` structs and constants, without code.
//!
//! Whoever hosts a kernel reads these structs from the kernel's image and builds the service table;
//! whoever compiles one writes them. A change here is a change of the ABI: see `ABI.md` first.

#![no_std]

/// `SWRM`, the first four bytes of every kernel image.
pub const MAGIC: u32 = 0x4D52_5753;
/// Version that this crate describes.
pub const VERSION_MAJOR: u16 = 1;
pub const VERSION_MINOR: u16 = 0;
/// First field of [`Host`].
pub const HOST_VERSION: u32 = 0x0001_0000;
/// Boundary at which a kernel image begins.
pub const IMAGE_ALIGNMENT: u32 = 64;
/// Largest alignment of a state block.
pub const STATE_ALIGNMENT_MAX: u32 = 8;
/// Most arguments of one log line.
pub const LOG_ARGUMENTS_MAX: usize = 8;
/// Age of a port that has no value.
pub const AGE_NONE: u32 = 0xFFFF_FFFF;

/// Kinds of events, in the order in which events of one moment are served.
pub mod event {
    /// Once, on a block of zeros; the value is the seed of the generator.
    pub const INIT: u32 = 0;
    /// After init, and after each reboot with a restored block.
    pub const START: u32 = 1;
    /// A timer's period has passed.
    pub const TIMER: u32 = 2;
    /// The supply fell below its mark; the value is in millivolts.
    pub const LOW_BATTERY: u32 = 3;
    /// A persist or restore has ended.
    pub const STORED: u32 = 4;
    /// A message has come; [`super::Heard`] follows the event.
    pub const MESSAGE: u32 = 5;
    /// An advert was heard; [`super::Heard`] follows the event.
    pub const ADVERT: u32 = 6;

    /// Bit of a stored event's value: it worked.
    pub const STORED_OK: u32 = 1;
    /// Bit of a stored event's value: it was a restore.
    pub const STORED_RESTORE: u32 = 2;
}

/// What a handler returns: 0, or one of these.
pub mod fault {
    pub const NONE: u32 = 0;
    /// An index outside of its table, array or tensor.
    pub const INDEX: u32 = 1;
    /// A shift by the width or more.
    pub const SHIFT: u32 = 2;
    /// A division by zero, or the one that overflows.
    pub const DIVISION: u32 = 3;
    /// A loop beyond its declared maximum.
    pub const LOOP: u32 = 4;
    /// An assertion of the program.
    pub const ASSERTION: u32 = 5;
}

/// Numbers of the host services: bits of [`Descriptor::services`], order of [`Host`].
pub mod service {
    pub const NOW: u32 = 0;
    pub const ENTROPY: u32 = 1;
    pub const NODE_ID: u32 = 2;
    pub const SENSE: u32 = 3;
    pub const SENSE_AGE: u32 = 4;
    pub const ACT: u32 = 5;
    pub const LOG: u32 = 6;
    pub const REARM: u32 = 7;
    pub const PERSIST: u32 = 8;
    pub const RESTORE: u32 = 9;
    pub const SEND: u32 = 10;
    pub const ADVERTISE: u32 = 11;
    pub const PUBLISH: u32 = 12;
    /// How many there are in this version.
    pub const COUNT: u32 = 13;
    /// What reports call them.
    pub const NAMES: [&str; COUNT as usize] = [
        "now",
        "entropy",
        "node_id",
        "sense",
        "sense_age",
        "act",
        "log",
        "rearm",
        "persist",
        "restore",
        "send",
        "advertise",
        "publish",
    ];
}

/// Values of [`ChannelEntry::protocol`].
pub mod protocol {
    pub const RAW: u8 = 0;
    pub const MESHTASTIC: u8 = 1;
    pub const MESHCORE: u8 = 2;
}

/// Values of [`ChannelEntry::relay`].
pub mod relay {
    pub const PROTOCOL: u8 = 0;
    pub const FLOOD: u8 = 1;
    pub const SUPPRESS: u8 = 2;
    pub const NEXT_HOP: u8 = 3;
}

/// Options of the service `send`.
pub mod send {
    /// Priority, in the lowest two bits.
    pub const NORMAL: u32 = 0;
    pub const LOW: u32 = 1;
    pub const HIGH: u32 = 2;
    pub const PRIORITY: u32 = 3;
    /// Asks for an acknowledgement.
    pub const WANT_ACK: u32 = 1 << 2;
    /// From here on: the longest random delay, in ms.
    pub const JITTER_SHIFT: u32 = 16;
}

/// Bits of [`BeaconEntry::flags`].
pub mod beacon {
    pub const CONNECTABLE: u8 = 1;
    pub const SCAN_RESPONSE: u8 = 1 << 1;
    pub const EXTENDED: u8 = 1 << 2;
    /// Bit of the service `advertise`'s turn: the data is that of the scan response.
    pub const TURN_SCAN_RESPONSE: u32 = 1 << 31;
}

/// Bits of [`CharacteristicEntry::flags`].
pub mod characteristic {
    pub const READ: u8 = 1;
    pub const NOTIFY: u8 = 1 << 1;
}

/// Bits of [`Heard::flags`].
pub mod heard {
    /// Of a message: the sender asks for an acknowledgement.
    pub const WANT_ACK: u8 = 1;
    /// Of an advert.
    pub const SCAN_RESPONSE: u8 = 1;
    pub const CONNECTABLE: u8 = 1 << 1;
    /// Hops that nobody knows.
    pub const HOPS_UNKNOWN: u8 = 255;
    /// Most bytes of a payload.
    pub const PAYLOAD_MAX: usize = 256;
}

/// Receiver's node id of what is for everybody.
pub const BROADCAST: u32 = 0xFFFF_FFFF;

/// Values of [`PortEntry::direction`].
pub mod direction {
    pub const SENSE: u8 = 0;
    pub const ACT: u8 = 1;
}

/// The start of a kernel image; [`HandlerEntry`], [`PortEntry`], [`ChannelEntry`], [`BeaconEntry`] and
/// [`CharacteristicEntry`] follow.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Descriptor {
    pub magic: u32,
    pub major: u16,
    pub minor: u16,
    /// Bytes of the image, from the descriptor on.
    pub image_bytes: u32,
    /// FNV-1a 32 of the kernel's name.
    pub kernel_id: u32,
    pub state_bytes: u32,
    /// 1, 2, 4 or 8.
    pub state_alignment: u32,
    /// FNV-1a 32 of the state block's layout as text.
    pub schema: u32,
    /// Bit `n`: service `n` is used.
    pub services: u32,
    pub handlers: u16,
    pub ports: u16,
    pub channels: u16,
    pub beacons: u16,
    pub characteristics: u16,
    /// 0.
    pub reserved: [u16; 3],
}

/// One handler, in order of kind, then declaration.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandlerEntry {
    /// Address of the function less that of the descriptor; bit 0 set for Thumb.
    pub offset: i32,
    /// One of [`event`].
    pub kind: u16,
    /// Number of the timer, store or channel among its kind, else 0.
    pub symbol: u16,
    /// FNV-1a 32 of the handler's name.
    pub name: u32,
    /// Milliseconds; timers only.
    pub period: u32,
    /// Bounds of what `rearm` may set.
    pub period_min: u32,
    pub period_max: u32,
}

/// One port, in order of declaration.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PortEntry {
    /// FNV-1a 32 of the port's name.
    pub name: u32,
    /// One of [`direction`].
    pub direction: u8,
    /// 1, 8, 16 or 32.
    pub bits: u8,
    /// 0.
    pub reserved: u16,
}

/// One channel for messages, in order of declaration.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChannelEntry {
    /// FNV-1a 32 of the channel's name.
    pub name: u32,
    /// One of [`protocol`].
    pub protocol: u8,
    /// Hop limit; 0 where the protocol has none.
    pub hops: u8,
    /// Port, or MeshCore's data type.
    pub port: u16,
    /// Most bytes of a message that the kernel sends.
    pub bytes: u16,
    /// One of [`relay`].
    pub relay: u8,
    /// 0.
    pub reserved: u8,
    /// Air time that the kernel may use, in ms an hour; 0: as the region allows.
    pub budget_ms: u32,
}

/// One beacon, in order of declaration.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BeaconEntry {
    /// FNV-1a 32 of the beacon's name.
    pub name: u32,
    pub interval_ms: u32,
    /// How long each turn of a rotation stays.
    pub dwell_ms: u32,
    /// 1 or more.
    pub turns: u8,
    /// Bits of [`beacon`].
    pub flags: u8,
    /// Most bytes of a turn.
    pub bytes: u16,
    /// 0.
    pub reserved: u32,
}

/// One GATT characteristic, in order of declaration.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CharacteristicEntry {
    /// UUID of its service, little-endian.
    pub service: [u8; 16],
    /// Its own UUID, little-endian.
    pub uuid: [u8; 16],
    /// FNV-1a 32 of its name.
    pub name: u32,
    /// Bits of [`characteristic`].
    pub flags: u8,
    /// 0.
    pub reserved: u8,
    /// Most bytes of its value.
    pub bytes: u16,
}

/// What follows the event of a message or an advert, before its payload.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Sender's node id (0: unknown); of an advert the low 32 bits of the address.
    pub from: u32,
    /// Receiver's node id; of an advert the high 16 bits of the address, and bit 16 when it is random.
    pub to: u32,
    /// Packet id; 0: there is none.
    pub id: u32,
    /// dBm.
    pub rssi: i16,
    /// Quarters of a dB.
    pub snr: i16,
    /// Hops made, or [`heard::HOPS_UNKNOWN`].
    pub hops: u8,
    /// Bits of [`heard`].
    pub flags: u8,
    /// 0.
    pub reserved: [u16; 3],
}

/// What a handler is told about why it runs.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// One of [`event`].
    pub kind: u32,
    pub symbol: u32,
    pub value: u32,
    /// How often a timer's period passed unserved before; else 0.
    pub missed: u32,
}

/// A handler: state block, host, event; returns one of [`fault`].
pub type Handler = unsafe extern "C" fn(*mut u8, *const Host, *const Event) -> u32;

/// The service table. Each function takes the table itself first, so that a host can find its own data behind it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Host {
    /// [`HOST_VERSION`].
    pub version: u32,
    pub now: unsafe extern "C" fn(*const Host) -> u32,
    pub entropy: unsafe extern "C" fn(*const Host) -> u32,
    pub node_id: unsafe extern "C" fn(*const Host) -> u32,
    pub sense: unsafe extern "C" fn(*const Host, u32) -> i32,
    pub sense_age: unsafe extern "C" fn(*const Host, u32) -> u32,
    pub act: unsafe extern "C" fn(*const Host, u32, i32),
    pub log: unsafe extern "C" fn(*const Host, u32, u32, *const i32),
    pub rearm: unsafe extern "C" fn(*const Host, u32, u32),
    pub persist: unsafe extern "C" fn(*const Host, u32, u32, u32) -> u32,
    pub restore: unsafe extern "C" fn(*const Host, u32, u32, u32) -> u32,
    pub send: unsafe extern "C" fn(*const Host, u32, u32, u32, *const u8, u32) -> u32,
    pub advertise: unsafe extern "C" fn(*const Host, u32, u32, *const u8, u32),
    pub publish: unsafe extern "C" fn(*const Host, u32, *const u8, u32),
}
