//! The parts that a table, tile weights or a schedule put into the state block, as bytes.

use crate::merge::Peers;
use crate::schedule::Schedule;
use crate::spec::Element;
use crate::traces::Traces;

/// One part: its name within its owner, the size of its elements, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: &'static str,
    pub element_bytes: usize,
    pub bytes: Vec<u8>,
}

/// A part of values of an element type.
pub fn of_elements(name: &'static str, element: Element, values: &[i32]) -> Part {
    let bytes = values.iter().flat_map(|value| element_bytes(element, *value)).collect();
    Part { name, element_bytes: element.bytes(), bytes }
}

/// A value as it is stored, little-endian.
pub fn element_bytes(element: Element, value: i32) -> Vec<u8> {
    value.to_le_bytes()[..element.bytes()].to_vec()
}

/// A part of counts, `i16` each.
pub fn of_counts(name: &'static str, counts: &[u16]) -> Part {
    let bytes = counts.iter().flat_map(|count| count.to_le_bytes()).collect();
    Part { name, element_bytes: 2, bytes }
}

/// A part of words, `i32` each.
pub fn of_words(name: &'static str, words: &[i32]) -> Part {
    let bytes = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    Part { name, element_bytes: 4, bytes }
}

/// Peers and how many they are; slots that were never used are 0.
pub fn of_peers(peers: &Peers) -> [Part; 2] {
    let mut words = vec![0; peers.capacity * 4];
    for (slot, peer) in peers.list.iter().enumerate() {
        let fields = [peer.origin, peer.epoch, peer.sequence, peer.window];
        for (word, field) in words[slot * 4..].iter_mut().zip(fields) {
            *word = field as i32;
        }
    }
    [of_words("peers", &words), of_words("peer_count", &[peers.list.len() as i32])]
}

/// The trace list.
pub fn of_traces(traces: &Traces) -> [Part; 3] {
    [
        of_words("trace_count", &[traces.count as i32]),
        of_words("trace_index", &traces.index),
        of_words("trace_e", &traces.eligibility),
    ]
}

/// A schedule's counter.
pub fn of_schedule(schedule: &Schedule) -> Part {
    of_words("count", &[schedule.count])
}
