//! One build of a job on its board: instructions per event, bytes, and what it leaves.

use super::bytes::{Bytes, bytes};
use super::inputs::{Write, inputs};
use super::jobs::Job;
use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, Node};
use swarmc::layout::Layout;

/// After so many events the whole state block is read.
const GLANCE: usize = 16;

/// What a build costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// From the handler's entry to its return, the mean over the events that do not fault.
    pub instructions: f64,
    pub bytes: Bytes,
}

/// What a build answered and left, in order.
pub type Left = Vec<Vec<u8>>;

/// Runs a job.
pub fn measure(elf: &[u8], board: &str, job: &Job, layout: &Layout) -> Result<(Figure, Left), String> {
    let mut node = crate::start(elf, board, None);
    let node = node.as_mut();
    let given = inputs(job, layout)?;
    dispatch(node, event::INIT)?;
    put(node, &given.first)?;
    let (mut left, mut counted, mut events) = (Vec::new(), 0, 0u32);
    for (number, writes) in given.each.iter().enumerate() {
        put(node, writes)?;
        let (status, instructions) = dispatch(node, event::TIMER)?;
        if status == 0 {
            counted += instructions.ok_or("the board does not count instructions")?;
            events += 1;
        }
        left.push(status.to_le_bytes().to_vec());
        if number % GLANCE == GLANCE - 1 || number + 1 == given.each.len() {
            left.push(node.read_state().map_err(|error| error.to_string())?);
        }
    }
    let instructions = counted as f64 / f64::from(events.max(1));
    Ok((Figure { instructions, bytes: bytes(elf)? }, left))
}

fn put(node: &mut dyn Node, writes: &[Write]) -> Result<(), String> {
    writes
        .iter()
        .try_for_each(|write| node.write_state(write.offset, &write.bytes))
        .map_err(|error| error.to_string())
}

fn dispatch(node: &mut dyn Node, kind: u32) -> Result<(u32, Option<u64>), String> {
    let event = Event { kind, symbol: 0, value: 1, missed: 0 };
    let outcome = node.dispatch(&event, &Inputs::default()).map_err(|error| error.to_string())?;
    Ok((outcome.status, outcome.instructions))
}
