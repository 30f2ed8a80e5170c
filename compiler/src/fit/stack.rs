//! The worst-case stack of each handler.

use swarm_machine::{Code, Frame};
use swarm_targets::Board;

/// The stack of a kernel's handlers.
#[derive(Clone, Debug)]
pub struct StackFit {
    /// Of the handler that takes most.
    pub bytes: u64,
    /// What the board keeps for handlers and the services that they call.
    pub room: u64,
    /// As in the descriptor.
    pub handlers: Vec<HandlerStack>,
}

/// The stack of one handler.
#[derive(Clone, Debug)]
pub struct HandlerStack {
    pub name: String,
    /// In all, services included.
    pub bytes: u64,
    /// The functions that take it, the handler first.
    pub path: Vec<Frame>,
    /// The service at the end of the path, by its number.
    pub service: Option<u8>,
    /// Bytes of the service.
    pub service_bytes: u64,
}

/// Reads the bound from the machine code.
pub(super) fn bound(code: &Code, board: &Board) -> StackFit {
    let services = board.reserved.service_stack;
    let handlers: Vec<HandlerStack> = code
        .handlers
        .iter()
        .filter_map(|handler| {
            let stack = code.stack(handler.function, |_| services)?;
            let service_bytes = stack.service.map_or(0, |_| u64::from(services));
            let (name, path) = (handler.name.clone(), stack.path);
            Some(HandlerStack { name, bytes: stack.bytes, path, service: stack.service, service_bytes })
        })
        .collect();
    let bytes = handlers.iter().map(|handler| handler.bytes).max().unwrap_or(0);
    StackFit { bytes, room: board.reserved.stack, handlers }
}
