//! Stage `llvm`, first half: handlers become functions of the binary interface (runtime/abi/ABI.md).
//!
//! Input: a kernel at stage `core`. Output: `func.func`s of (state, host, event) that call the host's services
//! through its table. Checks stay until control flow is flat (`checks`).

mod event;
mod functions;
mod routines;
mod services;
mod text;

use crate::emit::Emit;
use crate::kernel::{Declared, kernel_of, members, variables};
use crate::layout::Layout;
use functions::Function;
use melior::Context;
use melior::ir::operation::OperationLike;
use melior::ir::{Module, OperationRef, RegionLike};
use swarm_dialects::{Data, Kernel, OpView, Var, View, nested, operations};

/// What the functions stand for: the descriptor is made from this.
#[derive(Clone, Debug)]
pub struct Interface {
    pub declared: Declared,
    pub layout: Layout,
    /// Bit `n` for service `n`.
    pub services: u32,
}

/// The symbol of a handler's function.
pub fn function_name(handler: &str) -> String {
    format!("swarm_handler_{handler}")
}

/// What a kernel at stage `core` shows its host.
pub fn interface(module: &Module) -> Option<Interface> {
    let kernel = kernel_of(module)?;
    let declared = Declared::read(kernel);
    let layout = Layout::new(variables(kernel));
    let used = nested(kernel.op()).into_iter().filter_map(services::number);
    let services = used.fold(0, |mask, number| mask | 1 << number);
    Some(Interface { declared, layout, services })
}

/// Replaces the module's kernel by functions.
pub fn kernel_to_functions<'c>(
    context: &'c Context,
    module: &Module<'c>,
    interface: &Interface,
    pointer_bytes: u32,
) {
    let Some(kernel) = kernel_of(module) else { return };
    let body = module.body();
    let target = functions::Target {
        layout: &interface.layout,
        declared: &interface.declared,
        pointer_bytes,
        persists: services::persists(interface.services),
    };
    initialisation(
        Function::new(context, &body, (kernel.op().location(), crate::descriptor::INIT), target),
        kernel,
    );
    for data in members(kernel.op()).into_iter().filter_map(Data::cast) {
        functions::global(&Emit::before(context, kernel.op()), data.sym_name(), data.values());
    }
    routines::declare(context, module, &nested(kernel.op()));
    for handler in members(kernel.op()).into_iter().filter(|op| op.region_count() == 1) {
        let name = handler.attribute("sym_name").ok();
        let name = name.and_then(|name| melior::ir::attribute::StringAttribute::try_from(name).ok());
        let Some(name) = name else { continue };
        let function = Function::new(context, &body, (handler.location(), name.value()), target);
        let block = handler.first_region().and_then(|region| region.first_block());
        for op in block.map(operations).unwrap_or_default() {
            if op.next_in_block().is_some() {
                crate::raw::move_before(op, function.end);
            }
        }
        for op in nested(function.op) {
            lower(&function, op);
        }
    }
    crate::raw::erase(kernel.op());
}

fn lower<'c: 'a, 'a>(function: &Function<'c, 'a, '_>, op: OperationRef<'c, 'a>) {
    let emit = Emit::before(function.context, op);
    if let Some(view) = View::cast(op) {
        crate::lower::replace(op, &[function.view(&emit, view)]);
    } else if let Some(values) =
        services::lower(function, &emit, op).or_else(|| routines::lower(function, &emit, op))
    {
        crate::lower::replace(op, &values);
    }
}

/// The `init` handler: puts initial values into a block of zeros.
fn initialisation<'c: 'a, 'a>(function: Function<'c, 'a, '_>, kernel: Kernel<'c, 'a>) {
    let emit = Emit::before(function.context, function.end);
    for var in members(kernel.op()).into_iter().filter_map(Var::cast) {
        if var.sym_name() == crate::lower::draw::GENERATOR {
            function.seed(&emit);
        } else if let Some(initial) = var.init() {
            function.initialise(&emit, var.sym_name(), initial);
        }
    }
}
