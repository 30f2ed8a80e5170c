//! Events to, and records from the bytes that both kinds of node take and collect.

use super::{Inputs, NodeError, Received, Record};
use swarm_abi::{Event, Heard, event, heard};
use swarm_link::record::{self, split};

/// The longest event, in bytes.
pub(super) const EVENT_MAX: usize =
    size_of::<Event>() + size_of::<Heard>() + heard::PAYLOAD_MAX.next_multiple_of(4);

/// An event, with what was heard behind it: whole words, little-endian.
pub(super) fn event(event: &Event, inputs: &Inputs) -> Result<Vec<u8>, NodeError> {
    let heard = matches!(event.kind, event::MESSAGE | event::ADVERT);
    let nothing = Received::default();
    let received = inputs.received.as_ref().unwrap_or(&nothing);
    let length = received.payload.len();
    if heard && length > heard::PAYLOAD_MAX {
        return Err(NodeError::Heard { length });
    }
    let value = if heard { length as u32 } else { event.value };
    let mut bytes: Vec<u8> =
        [event.kind, event.symbol, value, event.missed].iter().flat_map(|word| word.to_le_bytes()).collect();
    if heard {
        head(&received.heard, &mut bytes);
        bytes.extend_from_slice(&received.payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    Ok(bytes)
}

fn head(heard: &Heard, bytes: &mut Vec<u8>) {
    let Heard { from, to, id, rssi, snr, hops, flags, reserved } = *heard;
    bytes.extend([from, to, id].iter().flat_map(|word| word.to_le_bytes()));
    bytes.extend([rssi, snr].iter().flat_map(|half| half.to_le_bytes()));
    bytes.extend([hops, flags]);
    bytes.extend(reserved.iter().flat_map(|half| half.to_le_bytes()));
}

/// All records of one handler call.
pub(super) fn records(mut stream: &[u8]) -> Result<Vec<Record>, NodeError> {
    let mut records = Vec::new();
    while !stream.is_empty() {
        let Some((record, rest)) = split(stream) else {
            return Err(NodeError::Protocol("a record is cut short".to_string()));
        };
        records.push(owned(record));
        stream = rest;
    }
    Ok(records)
}

fn owned(record: record::Record<'_>) -> Record {
    match record {
        record::Record::Act { port, value } => Record::Act { port, value },
        record::Record::Log { format, arguments } => {
            let args = arguments
                .chunks_exact(4)
                .map(|bytes| i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
                .collect();
            Record::Log { format, args }
        }
        record::Record::Rearm { timer, ms } => Record::Rearm { timer, ms },
        record::Record::Persist { store, offset, bytes } => {
            Record::Persist { store, offset, bytes: bytes.to_vec() }
        }
        record::Record::Restore { store, offset, length } => Record::Restore { store, offset, length },
        record::Record::Send { channel, to, options, id, airtime_us, bytes } => {
            Record::Send { channel, to, options, id, airtime_us, bytes: bytes.to_vec() }
        }
        record::Record::Advertise { beacon, turn, bytes } => {
            Record::Advertise { beacon, turn, bytes: bytes.to_vec() }
        }
        record::Record::Publish { characteristic, bytes } => {
            Record::Publish { characteristic, bytes: bytes.to_vec() }
        }
    }
}
