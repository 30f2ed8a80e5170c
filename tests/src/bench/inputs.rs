//! The inputs of a job, the same for every build of it.

use super::jobs::Job;
use crate::random::Random;
use swarmc::layout::{Layout, Slot};

/// Bytes for a part of the state block.
pub struct Write {
    pub offset: u32,
    pub bytes: Vec<u8>,
}

/// What is written before the first event, and then before each one.
pub struct Inputs {
    pub first: Vec<Write>,
    pub each: Vec<Vec<Write>>,
}

/// Draws them.
pub fn inputs(job: &Job, layout: &Layout) -> Result<Inputs, String> {
    let mut random = Random::new(1);
    let mut draw = |of: &[(&str, i64, i64)]| -> Result<Vec<Write>, String> {
        of.iter()
            .map(|&(name, low, high)| {
                let slot = layout.find(name).ok_or_else(|| format!("the kernel has no variable {name}"))?;
                Ok(write(slot, (low, high), &mut random))
            })
            .collect()
    };
    let first = draw(job.filled)?;
    let each = (0..job.events).map(|_| draw(job.given)).collect::<Result<_, _>>()?;
    Ok(Inputs { first, each })
}

fn write(slot: &Slot, (low, high): (i64, i64), random: &mut Random) -> Write {
    let width = slot.r#type.element_bytes() as usize;
    let mut bytes = Vec::new();
    for _ in 0..slot.r#type.elements() {
        let value = low + i64::from(random.below((high - low + 1) as u32));
        bytes.extend_from_slice(&value.to_le_bytes()[..width]);
    }
    Write { offset: slot.offset as u32, bytes }
}
