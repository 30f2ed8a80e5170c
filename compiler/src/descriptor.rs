//! The descriptor of a kernel image, as data commands of a linker script (runtime/abi/ABI.md).

use crate::layout::fnv1a;
use crate::native::{Interface, function_name};
use std::fmt::Write;
use swarm_dialects::Direction;
use swarm_targets::{Board, Isa};

/// The commands. Words are aligned, so that they come out the same with every linker.
pub fn commands(interface: &Interface, board: &Board) -> String {
    let mut text = String::new();
    let mut word = |value: String, what: &str| {
        let _ = writeln!(text, "    LONG({value}) /* {what} */");
    };
    let declared = &interface.declared;
    word("0x4D525753".into(), "magic: SWRM");
    word("1".into(), "ABI 1.0");
    word("swarm_image_end - swarm_descriptor".into(), "bytes of the image");
    word(hash(&declared.name), "kernel id");
    word(interface.layout.size.to_string(), "bytes of state");
    word(interface.layout.alignment.to_string(), "its alignment");
    word(format!("{:#x}", interface.layout.schema()), "schema");
    word(format!("{:#x}", interface.services), "services");
    word(pair(declared.handlers.len(), declared.ports.len()), "handlers, ports");
    word(pair(declared.channels.len(), declared.beacons.len()), "channels, beacons");
    word(pair(declared.characteristics.len(), 0), "characteristics");
    word("0".into(), "reserved");
    let thumb = matches!(board.core.isa, Isa::Thumbv6m | Isa::Thumbv7em);
    for handler in &declared.handlers {
        let offset = format!("{} - swarm_descriptor", function_name(&handler.name));
        word(if thumb { format!("({offset}) | 1") } else { offset }, &handler.name);
        word(pair(handler.kind as usize, handler.symbol), "kind, symbol");
        word(hash(&handler.name), "name");
        word(handler.period.to_string(), "period or threshold");
        word(handler.shortest.to_string(), "shortest period");
        word(handler.longest.to_string(), "longest period");
    }
    for port in &declared.ports {
        word(hash(&port.name), &port.name);
        let direction = usize::from(port.direction == Direction::Act);
        word(pair(direction | (port.bits as usize) << 8, 0), "direction, bits");
    }
    for channel in &declared.channels {
        let number = |number: i64| usize::try_from(number).unwrap_or_default();
        word(hash(&channel.name), &channel.name);
        let way = channel.protocol as usize | number(channel.hops) << 8;
        word(pair(way, number(channel.port)), "protocol, hops, port");
        word(pair(number(channel.bytes), channel.relay as usize), "bytes, relay");
        word(channel.budget.to_string(), "budget");
    }
    for beacon in &declared.beacons {
        word(hash(&beacon.name), &beacon.name);
        word(beacon.interval_ms.to_string(), "interval");
        word(beacon.dwell_ms.to_string(), "dwell");
        word(pair(beacon.turns | (beacon.flags as usize) << 8, beacon.bytes), "turns, flags, bytes");
        word("0".into(), "reserved");
    }
    for characteristic in &declared.characteristics {
        for (uuid, what) in [(characteristic.service, "service"), (characteristic.uuid, "UUID")] {
            for part in 0..4 {
                word(format!("{:#x}", (uuid >> (32 * part)) as u32), what);
            }
        }
        word(hash(&characteristic.name), &characteristic.name);
        word(pair(characteristic.flags as usize, characteristic.bytes), "flags, bytes");
    }
    text
}

fn hash(name: &str) -> String {
    format!("{:#x}", fnv1a(name.as_bytes()))
}

/// Two half words, the first one lower.
fn pair(low: usize, high: usize) -> String {
    format!("{:#x}", low | high << 16)
}

/// The name that stands for initialisation among handlers.
pub const INIT: &str = "swarm.init";
