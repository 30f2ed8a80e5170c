//! What a kernel shows its host, as lines of text: the first lines of stages `llvm` and `ll`.
//!
//! Each line is `swarm.interface`, a word that says what it is about, and fields. Offsets are not written: they follow
//! from the variables, as everywhere.

use super::Interface;
use crate::kernel::{BeaconEntry, ChannelEntry, CharacteristicEntry, Declared, EventKind, Handler, Port};
use crate::layout::Layout;
use std::fmt::Write;
use swarm_dialects::radio::{Protocol, Relay};
use swarm_dialects::{Direction, VarType};

const MARK: &str = "swarm.interface ";

/// Kinds of events, and the words for them.
const KINDS: [(EventKind, &str); 7] = [
    (EventKind::Init, "init"),
    (EventKind::Start, "start"),
    (EventKind::Timer, "timer"),
    (EventKind::LowBattery, "low_battery"),
    (EventKind::Stored, "stored"),
    (EventKind::Message, "message"),
    (EventKind::Advert, "advert"),
];

impl Interface {
    /// The lines, for code of a machine.
    pub fn to_text(&self, triple: &str) -> String {
        let declared = &self.declared;
        let mut text = format!("{MARK}kernel {} {triple} {:#x}\n", declared.name, self.services);
        for handler in &declared.handlers {
            let word = KINDS.iter().find(|(kind, _)| *kind == handler.kind).map_or("", |(_, word)| word);
            let Handler { name, symbol, period, shortest, longest, .. } = handler;
            let _ = writeln!(text, "{MARK}handler {name} {word} {symbol} {period} {shortest} {longest}");
        }
        for port in &declared.ports {
            let _ = writeln!(text, "{MARK}port {} {} {}", port.name, port.direction.word(), port.bits);
        }
        for channel in &declared.channels {
            let ChannelEntry { name, protocol, hops, port, bytes, relay, budget } = channel;
            let (protocol, relay) = (protocol.word(), relay.word());
            let _ = writeln!(text, "{MARK}channel {name} {protocol} {hops} {port} {bytes} {relay} {budget}");
        }
        for BeaconEntry { name, interval_ms, dwell_ms, turns, flags, bytes } in &declared.beacons {
            let _ = writeln!(text, "{MARK}beacon {name} {interval_ms} {dwell_ms} {turns} {flags} {bytes}");
        }
        for one in &declared.characteristics {
            let CharacteristicEntry { service_name, name, service, uuid, flags, bytes } = one;
            let _ = writeln!(
                text,
                "{MARK}characteristic {service_name} {name} {service:032x} {uuid:032x} {flags} {bytes}"
            );
        }
        for slot in &self.layout.slots {
            let _ = writeln!(text, "{MARK}var {} {}", slot.name, slot.type_text());
        }
        for format in &declared.formats {
            // As JSON, a format is one line whatever it holds.
            let _ = writeln!(text, "{MARK}log {}", serde_json::Value::from(format.as_str()));
        }
        text
    }

    /// Reads the lines of a text, whatever stands before them in their lines; the interface, and the machine.
    pub fn from_text(text: &str) -> Result<(Self, String), String> {
        let mut reader = Reader::default();
        let lines = text.lines().take_while(|line| !line.trim().is_empty());
        for line in lines.filter_map(|line| Some(line.split_once(MARK)?.1)) {
            reader.line(line).ok_or_else(|| format!("[stage] '{MARK}{line}' is not as swarmc writes it"))?;
        }
        let (services, triple) = reader.machine.ok_or_else(|| {
            let kept = MARK.trim_end();
            format!(
                "[stage] the first lines do not say what the kernel shows its host: keep those with '{kept}'"
            )
        })?;
        let layout = Layout::new(reader.variables);
        Ok((Self { declared: reader.declared, layout, services }, triple))
    }
}

#[derive(Default)]
struct Reader {
    declared: Declared,
    variables: Vec<(String, VarType)>,
    machine: Option<(u32, String)>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Option<()> {
        let (what, rest) = line.split_once(' ')?;
        let fields: Vec<&str> = rest.split(' ').collect();
        let declared = &mut self.declared;
        match (what, fields.as_slice()) {
            ("kernel", [name, triple, services]) => {
                declared.name = (*name).to_owned();
                let services = u32::from_str_radix(services.strip_prefix("0x")?, 16).ok()?;
                self.machine = Some((services, (*triple).to_owned()));
            }
            ("handler", [name, word, symbol, period, shortest, longest]) => {
                let kind = KINDS.iter().find(|(_, known)| known == word)?.0;
                if kind == EventKind::Timer {
                    declared.timers.push((*name).to_owned());
                }
                declared.handlers.push(Handler {
                    name: (*name).to_owned(),
                    kind,
                    symbol: symbol.parse().ok()?,
                    period: period.parse().ok()?,
                    shortest: shortest.parse().ok()?,
                    longest: longest.parse().ok()?,
                });
            }
            ("port", [name, word, bits]) => {
                let direction =
                    [Direction::Sense, Direction::Act].into_iter().find(|known| known.word() == *word)?;
                declared.ports.push(Port { name: (*name).to_owned(), direction, bits: bits.parse().ok()? });
            }
            ("channel", [name, protocol, hops, port, bytes, relay, budget]) => {
                let protocols = [Protocol::Raw, Protocol::Meshtastic, Protocol::Meshcore];
                let relays = [Relay::Protocol, Relay::Flood, Relay::Suppress, Relay::NextHop];
                declared.channels.push(ChannelEntry {
                    name: (*name).to_owned(),
                    protocol: protocols.into_iter().find(|known| known.word() == *protocol)?,
                    hops: hops.parse().ok()?,
                    port: port.parse().ok()?,
                    bytes: bytes.parse().ok()?,
                    relay: relays.into_iter().find(|known| known.word() == *relay)?,
                    budget: budget.parse().ok()?,
                });
            }
            ("beacon", [name, interval_ms, dwell_ms, turns, flags, bytes]) => {
                declared.beacons.push(BeaconEntry {
                    name: (*name).to_owned(),
                    interval_ms: interval_ms.parse().ok()?,
                    dwell_ms: dwell_ms.parse().ok()?,
                    turns: turns.parse().ok()?,
                    flags: flags.parse().ok()?,
                    bytes: bytes.parse().ok()?,
                });
            }
            ("characteristic", [service_name, name, service, uuid, flags, bytes]) => {
                declared.characteristics.push(CharacteristicEntry {
                    service_name: (*service_name).to_owned(),
                    name: (*name).to_owned(),
                    service: u128::from_str_radix(service, 16).ok()?,
                    uuid: u128::from_str_radix(uuid, 16).ok()?,
                    flags: flags.parse().ok()?,
                    bytes: bytes.parse().ok()?,
                });
            }
            ("var", [name, r#type]) => {
                let (shape, bits) = r#type.rsplit_once('i')?;
                let sizes = shape.split('x').filter(|size| !size.is_empty());
                let shape = sizes.map(|size| size.parse().ok()).collect::<Option<Vec<u64>>>()?;
                self.variables.push(((*name).to_owned(), VarType { bits: bits.parse().ok()?, shape }));
            }
            ("log", _) => declared.formats.push(serde_json::from_str(rest).ok()?),
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "swarm.interface kernel cat thumbv6m-none-eabi 0x68
swarm.interface handler swarm.init init 0 0 0 0
swarm.interface handler tick timer 0 750 10 1000
swarm.interface port motor act 8
swarm.interface channel mesh meshtastic 3 256 50 protocol 36000
swarm.interface beacon status 1000 3000 2 1 31
swarm.interface characteristic registry battery 486f0000acae4684832f8fd65c190ba2 00002a1900001000800000805f9b34fb 3 1
swarm.interface var q.values 529x7xi16
swarm.interface var count i32
swarm.interface log \"{} steps\\n\"
";

    #[test]
    fn lines_are_read_as_they_are_written() {
        let commented: String = TEXT.lines().map(|line| format!("@ {line}\n")).collect();
        let (interface, triple) = Interface::from_text(&(commented + "\n\tnop\n")).expect("it is as written");
        assert_eq!(interface.to_text(&triple), TEXT);
        assert_eq!((interface.layout.size, interface.declared.timers), (7412, vec!["tick".to_owned()]));
    }

    #[test]
    fn a_line_of_another_kind_is_refused() {
        for line in ["handler x sometimes 0 0 0 0", "port x act", "var q 5xf32", "colour red", "log x"] {
            let text = format!("{TEXT}swarm.interface {line}\n");
            let message = Interface::from_text(&text).expect_err(line);
            assert!(message.contains(line), "{message}");
        }
        assert!(Interface::from_text("nothing").expect_err("no lines").starts_with("[stage]"));
    }
}
