//! The worst-case stack of a handler, and the path that takes it.

use crate::{Code, Target};
use std::collections::BTreeMap;

/// The most stack that a handler takes below the stack pointer of its caller.
///
/// Interrupts are not in it: what they save is the host's to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// In bytes: those of the path's frames, the service's, and on Xtensa the 16 below the last frame.
    pub bytes: u64,
    /// From the handler down to the function, or the service, that is deepest.
    pub path: Vec<Frame>,
    /// The service that is called at the end of the path.
    pub service: Option<u8>,
}

/// A function on the worst path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub function: String,
    /// Bytes that it has taken when it calls the next one; of the last one, the most.
    pub bytes: u32,
    /// Where the next one returns to; none at the end, and where the next one returns to this one's caller.
    pub return_address: Option<u32>,
}

/// What a function takes with all that it calls, and by which of its calls.
#[derive(Clone, Copy)]
struct Need {
    bytes: u64,
    call: Option<usize>,
}

impl Code {
    /// The worst-case stack of the function at an address, which for a handler is [`crate::Handler::function`]; none
    /// if no handler reaches it.
    ///
    /// `services` gives the bytes that a service of the host takes below the stack pointer of its caller; on Xtensa
    /// with the 16 below its own last frame.
    pub fn stack(&self, function: u32, services: impl Fn(u8) -> u32) -> Option<Stack> {
        let mut needs = BTreeMap::new();
        let bytes = self.need(function, &services, &mut needs)?;
        let (mut path, mut service, mut next) = (Vec::new(), None, Some(function));
        while let Some(at) = next.take() {
            let (function, need) = (self.functions.get(&at)?, needs.get(&at)?);
            let call = need.call.map(|number| &function.calls[number]);
            path.push(Frame {
                function: function.name.clone(),
                bytes: call.map_or(function.frame, |call| call.depth),
                return_address: call.and_then(|call| call.returns_to),
            });
            match call.map(|call| call.target) {
                Some(Target::Function(callee)) => next = Some(callee),
                Some(Target::Service(number)) => service = Some(number),
                None => {}
            }
        }
        Some(Stack { bytes, path, service })
    }

    /// Calls do not go in circles, and do not nest deep: reading has seen to it.
    fn need(&self, at: u32, services: &impl Fn(u8) -> u32, needs: &mut BTreeMap<u32, Need>) -> Option<u64> {
        if let Some(need) = needs.get(&at) {
            return Some(need.bytes);
        }
        let function = self.functions.get(&at)?;
        let mut most =
            Need { bytes: u64::from(function.frame) + u64::from(self.machine.below()), call: None };
        for (number, call) in function.calls.iter().enumerate() {
            let callee = match call.target {
                Target::Function(callee) => self.need(callee, services, needs)?,
                Target::Service(number) => u64::from(services(number)),
            };
            let bytes = u64::from(call.depth) + callee;
            if bytes > most.bytes {
                most = Need { bytes, call: Some(number) };
            }
        }
        needs.insert(at, most);
        Some(most.bytes)
    }
}
