//! Stage `core`: learning, tensors and variables become arithmetic on the state block.
//!
//! Input: a verified kernel at stage `sized`. Output: a kernel whose handlers hold `arith`, `scf`, `memref` on
//! `swarm.view`s, checks, and host services. NUMERICS.md says what each op computes.

pub mod advert;
pub mod again;
pub mod aim;
pub mod bthome;
pub mod bytes;
pub mod channel;
pub mod decode;
pub mod draw;
pub mod encode;
mod late;
pub mod learn;
pub mod observe;
pub mod packet;
pub mod parts;
pub mod peers;
pub mod pending;
pub mod policy;
pub mod publish;
pub mod row;
pub mod scan;
pub mod share;
pub mod softmax;
mod tensors;
pub mod tiles;
pub mod traces;
pub mod variables;

use crate::emit::Emit;
use crate::kernel::{self, members};
use aim::Aim;
use melior::Context;
use melior::ir::operation::OperationLike;
use melior::ir::{Attribute, OperationRef, RegionLike, Value};
use parts::Parts;
use std::collections::HashMap;
use swarm_dialects::learning::{Policy, learns, policy};
use swarm_dialects::radio::{Channel, OnMessage};
use swarm_dialects::schema::{self, model::Schema};
use swarm_dialects::{Kernel, OpView, Random, Rounding, nested, operations};

/// What the lowering of one op needs to know of the kernel around it.
pub struct Lowering<'c, 'a> {
    pub context: &'c Context,
    pub members: Vec<OperationRef<'c, 'a>>,
    pub tables: HashMap<String, Parts>,
    pub variables: HashMap<String, swarm_dialects::VarType>,
    /// The messages.
    pub schema: Schema,
}

/// Lowers a kernel in place. What cannot be is our own mistake.
pub fn kernel<'c: 'a, 'a>(context: &'c Context, kernel: Kernel<'c, 'a>, aim: Aim) -> Result<(), String> {
    tensors::kernel(context, kernel)?;
    crate::raw::mark(kernel.op(), swarm_dialects::AT_CORE, Attribute::unit(context));
    let members = members(kernel.op());
    let handlers: Vec<OperationRef> = members.iter().copied().filter(|op| op.region_count() == 1).collect();
    let bodies: Vec<OperationRef> = handlers.iter().flat_map(|handler| nested(*handler)).collect();
    let tables = parts::declare(context, &members, &bodies, aim);
    if bodies.iter().any(|op| draws(*op, &tables)) {
        draw::declare(context, kernel);
    }
    if let Some(first) = members.first() {
        softmax::declare(&Emit::before(context, *first), &bodies);
    }
    let declarations: Vec<_> = members.iter().copied().filter(|op| parts::is_declaration(*op)).collect();
    for handler in handlers {
        observe::narrow(&Emit::before(context, handler), handler);
    }
    let schema = schema::schema(&members).expect("verified: the messages");
    let mut lowering = Lowering { context, members, tables, variables: HashMap::new(), schema };
    for &op in &lowering.members {
        let emit = Emit::before(context, op);
        if let Some(handler) = OnMessage::cast(op) {
            channel::declare(&emit, handler);
        }
        if let Some(channel) = Channel::cast(op) {
            let bytes = channel::most_bytes(&lowering, channel.message());
            crate::raw::set_attribute(op, "bytes", emit.number(bytes as i64, 32));
        }
        let bytes = |name: &str| channel::most_bytes(&lowering, channel::message(&lowering, name));
        again::declare(&emit, op, bytes);
    }
    lowering.variables = kernel::variables(kernel).into_iter().collect();
    for op in bodies {
        lowering.op(op);
    }
    for &op in &lowering.members {
        if let Some(handler) = OnMessage::cast(op) {
            channel::receive(&lowering, handler);
        }
    }
    for &op in lowering.members.iter().filter(|op| again::is_member(**op)) {
        again::timer(&lowering, kernel, op);
    }
    for op in declarations {
        erase(op);
    }
    for handler in kernel::members(kernel.op()) {
        frame_first(handler);
        late::reads(handler);
    }
    Ok(())
}

/// Takes the memory of a handler's frame before anything that may end the handler: later it would be a frame of its own,
/// that grows as the code runs.
fn frame_first(handler: OperationRef) {
    let Some(body) = handler.first_region().and_then(|region| region.first_block()) else { return };
    let ops = operations(body);
    let is_frame = |op: &OperationRef| swarm_dialects::name(*op) == "memref.alloca";
    let Some(first) = ops.iter().find(|op| !is_frame(op)) else { return };
    let behind = ops.iter().skip_while(|op| is_frame(op)).filter(|op| is_frame(op));
    behind.for_each(|frame| crate::raw::move_before(*frame, *first));
}

impl<'c: 'a, 'a> Lowering<'c, 'a> {
    /// Replaces one op; what needs no lowering stays.
    fn op(&self, op: OperationRef<'c, 'a>) {
        let emit = Emit::before(self.context, op);
        let done = variables::lower(self, &emit, op)
            .or_else(|| policy::lower(self, &emit, op))
            .or_else(|| learn::lower(self, &emit, op))
            .or_else(|| share::lower(self, &emit, op))
            .or_else(|| packet::lower(self, &emit, op))
            .or_else(|| encode::lower(self, &emit, op))
            .or_else(|| decode::lower(self, &emit, op))
            .or_else(|| channel::lower(self, &emit, op))
            .or_else(|| again::lower(self, &emit, op))
            .or_else(|| advert::lower(self, &emit, op))
            .or_else(|| publish::lower(self, &emit, op))
            .or_else(|| observe::lower(self, &emit, op));
        if let Some(values) = done {
            replace(op, &values);
        }
    }
}

/// Whether an op draws from the kernel's generator.
fn draws(op: OperationRef, tables: &HashMap<String, Parts>) -> bool {
    let chooses = policy(op).is_some_and(|policy| policy != Policy::Greedy);
    let learns = learns(op)
        .is_some_and(|learns| learns.rounding == Rounding::Stochastic || tables[learns.table].double);
    chooses || learns || Random::cast(op).is_some()
}

/// Gives an op's uses other values, and erases it.
pub fn replace<'c, 'a>(op: OperationRef<'c, 'a>, values: &[Value<'c, 'a>]) {
    for (old, new) in op.results().zip(values) {
        crate::raw::replace_all_uses(old.into(), *new);
    }
    erase(op);
}

/// Erases an op that nothing uses any more.
pub fn erase(op: OperationRef) {
    crate::raw::erase(op);
}
