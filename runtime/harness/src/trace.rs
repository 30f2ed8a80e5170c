//! What each event changed in the kernel's arrays: element by element, old and new.

use std::fmt;

use serde::Serialize;
use swarm_abi::Event;

use crate::error::HarnessError;
use crate::node::Node;
use crate::scheduler::{Observer, Step, node_error};

/// An array in the state block: `rows * columns` signed elements, row by row, little-endian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrayLayout {
    pub name: String,
    /// Bytes from the start of the state block.
    pub offset: usize,
    /// 1, 2 or 4.
    pub element_bytes: usize,
    pub rows: usize,
    pub columns: usize,
}

impl ArrayLayout {
    /// An element of a state block, 0 outside of it.
    pub fn element(&self, state: &[u8], row: usize, column: usize) -> i32 {
        let start = self.offset + (row * self.columns + column) * self.element_bytes;
        match state.get(start..start + self.element_bytes) {
            Some(&[only]) => i32::from(only as i8),
            Some(&[low, high]) => i32::from(i16::from_le_bytes([low, high])),
            Some(&[a, b, c, d]) => i32::from_le_bytes([a, b, c, d]),
            _ => 0,
        }
    }

    /// Bytes of the array.
    pub fn bytes(&self) -> usize {
        self.rows * self.columns * self.element_bytes
    }
}

/// An element that an event changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub time_ms: u64,
    /// Kind and symbol of the event.
    pub event: (u32, u32),
    pub array: String,
    pub row: usize,
    pub column: usize,
    pub old: i32,
    pub new: i32,
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Change { time_ms, array, row, column, old, new, .. } = self;
        write!(out, "{time_ms} ms  {array}[{row}, {column}]: {old} -> {new}")
    }
}

/// Compares the arrays before and after each event, and tells every change. It reads the whole state block each time:
/// on an emulated board that makes a run slow.
pub struct Tracer<'a> {
    arrays: Vec<ArrayLayout>,
    before: Option<Vec<u8>>,
    tell: &'a mut dyn FnMut(&Change),
}

impl<'a> Tracer<'a> {
    /// # Errors
    /// `trace::element_bytes` when an element has a width other than 1, 2 or 4.
    pub fn new(arrays: Vec<ArrayLayout>, tell: &'a mut dyn FnMut(&Change)) -> Result<Self, HarnessError> {
        if let Some(array) = arrays.iter().find(|array| ![1, 2, 4].contains(&array.element_bytes)) {
            let message = format!("{} has elements of {} bytes", array.name, array.element_bytes);
            return Err(
                HarnessError::new("trace::element_bytes", message).help("elements have 1, 2 or 4 bytes")
            );
        }
        Ok(Self { arrays, before: None, tell })
    }

    fn compare(&mut self, (time_ms, event): (u64, &Event), after: &[u8]) {
        let zeros = vec![0; after.len()];
        // Init begins on a block of zeros.
        let before = self.before.as_deref().unwrap_or(&zeros);
        for array in &self.arrays {
            let range = array.offset..array.offset + array.bytes();
            if before.get(range.clone()) == after.get(range) {
                continue;
            }
            for (row, column) in
                (0..array.rows).flat_map(|row| (0..array.columns).map(move |column| (row, column)))
            {
                let (old, new) = (array.element(before, row, column), array.element(after, row, column));
                if old != new {
                    let (event, array) = ((event.kind, event.symbol), array.name.clone());
                    (self.tell)(&Change { time_ms, event, array, row, column, old, new });
                }
            }
        }
    }
}

impl Observer for Tracer<'_> {
    fn served(&mut self, step: &Step, node: &mut dyn Node) -> Result<(), HarnessError> {
        let state = node.read_state().map_err(|error| node_error(&error))?;
        self.compare((step.time_ms, &step.event), &state);
        self.before = Some(state);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{Inputs, Outcome};
    use crate::scripted::Scripted;

    fn layout(name: &str, offset: usize, element_bytes: usize) -> ArrayLayout {
        ArrayLayout { name: name.to_string(), offset, element_bytes, rows: 1, columns: 2 }
    }

    fn step(time_ms: u64) -> Step {
        let (event, inputs, outcome) = (Event::default(), Inputs::default(), Outcome::default());
        Step { node: 0, time_ms, starts_ms: 0, event, inputs, restored: None, outcome }
    }

    #[test]
    fn only_what_changed_is_told() {
        let mut told = Vec::new();
        let mut tell = |change: &Change| told.push(change.to_string());
        let arrays = vec![layout("small", 0, 1), layout("wide", 2, 2)];
        let mut tracer = Tracer::new(arrays, &mut tell).expect("good arrays");
        let mut node = Scripted::new(vec![]);
        node.state = vec![0, 255, 0, 0, 0x34, 0x12, 9, 9];
        tracer.served(&step(0), &mut node).expect("reads");
        tracer.served(&step(5), &mut node).expect("reads");
        node.state[1] = 3;
        node.state[3] = 0x80;
        node.state[7] = 1;
        tracer.served(&step(10), &mut node).expect("reads");
        let expected = [
            "0 ms  small[0, 1]: 0 -> -1",
            "0 ms  wide[0, 1]: 0 -> 4660",
            "10 ms  small[0, 1]: -1 -> 3",
            "10 ms  wide[0, 0]: 0 -> -32768",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn elements_of_odd_widths_are_refused() {
        let error = Tracer::new(vec![layout("odd", 0, 3)], &mut |_| {}).err().expect("refused");
        assert_eq!(error.code, "trace::element_bytes");
    }
}
