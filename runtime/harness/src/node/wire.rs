//! Records from the bytes in which both kinds of node collect them.

use super::{NodeError, Record};
use swarm_link::record::{self, split};

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
    }
}
