//! Host services: calls through the table that a handler is given.

use super::functions::{Function, pointer};
use crate::emit::{Compare, Emit};
use melior::ir::{Attribute, OperationRef, Type, Value, ValueLike};
use swarm_dialects::radio::Transmit;
use swarm_dialects::{
    Act, Age, Entropy, Log, NodeId, Now, OpView, Persist, Rearm, Restore, Sense, Valid, adv, integer_bits,
    name, nested,
};

/// What a service gives back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gives {
    Nothing,
    Word,
}

/// The services, in the order of the table: the ops that call each.
const SERVICES: [(Gives, &[&str]); 13] = [
    (Gives::Word, &[Now::NAME]),
    (Gives::Word, &[Entropy::NAME]),
    (Gives::Word, &[NodeId::NAME]),
    (Gives::Word, &[Sense::NAME]),
    (Gives::Word, &[Age::NAME, Valid::NAME]),
    (Gives::Nothing, &[Act::NAME]),
    (Gives::Nothing, &[Log::NAME]),
    (Gives::Nothing, &[Rearm::NAME]),
    (Gives::Word, &[Persist::NAME]),
    (Gives::Word, &[Restore::NAME]),
    (Gives::Word, &[Transmit::NAME]),
    (Gives::Nothing, &[adv::Air::NAME]),
    (Gives::Nothing, &[adv::Tell::NAME]),
];

/// Whether services used include one that reads the state block.
pub fn persists(used: u32) -> bool {
    let reads = |names: &[&str]| names.contains(&Persist::NAME);
    SERVICES.iter().zip(0..).any(|((_, names), number)| reads(names) && used >> number & 1 == 1)
}

/// The number of the service that an op calls.
pub fn number(op: OperationRef) -> Option<usize> {
    let name = name(op);
    SERVICES.iter().position(|(_, names)| names.contains(&name.as_str()))
}

/// Lowers a call of a service, or a question about the event.
pub fn lower<'c: 'a, 'a>(
    function: &Function<'c, 'a, '_>,
    emit: &Emit<'c, 'a>,
    op: OperationRef<'c, 'a>,
) -> Option<Vec<Value<'c, 'a>>> {
    if let Some(values) = super::event::lower(function, emit, op) {
        return Some(values);
    }
    let service = number(op)?;
    let call = |arguments: &[Value<'c, 'a>]| call(function, emit, service, arguments);
    let declared = function.target.declared;
    let port = |name: &str| emit.c(declared.port(name));
    let stored = |name: &str| {
        let (number, kept) = declared
            .storages
            .iter()
            .enumerate()
            .find_map(|(i, (storage, target))| (storage == name).then(|| (i, function.kept(target))))?;
        Some([emit.c(number as i64), emit.c(kept.0), emit.c(kept.1)])
    };
    if let Some(op) = Sense::cast(op) {
        let bits = integer_bits(op.op().result(0).ok()?.r#type())?;
        return Some(vec![emit.truncate(call(&[port(op.port())])?, bits)]);
    }
    if let Some(op) = Valid::cast(op) {
        let age = call(&[port(op.port())])?;
        return Some(vec![emit.compare_c(Compare::NotEqual, age, -1)]);
    }
    if let Some(op) = Age::cast(op) {
        return Some(vec![call(&[port(op.port())])?]);
    }
    if let Some(op) = Act::cast(op) {
        let bits = declared.ports.iter().find(|port| port.name == op.port())?.bits;
        let cut = emit.truncate(op.value(), bits);
        let value = if bits == 1 { emit.extend_unsigned(cut, 32) } else { emit.extend(cut, 32) };
        call(&[port(op.port()), value]);
        return Some(Vec::new());
    }
    if let Some(op) = Log::cast(op) {
        let format = declared.formats.iter().position(|format| format == op.format())?;
        let arguments = op.args();
        let memory = arguments_memory(function, emit, &arguments);
        call(&[emit.c(format as i64), emit.c(arguments.len() as i64), memory]);
        return Some(Vec::new());
    }
    if let Some(op) = Transmit::cast(op) {
        let channel = emit.c(declared.channel(op.channel()) as i64);
        let bytes = function.address(emit, op.memory());
        return call(&[channel, op.to(), emit.c(op.options()), bytes, op.length()]).map(|id| vec![id]);
    }
    if let Some(op) = adv::Air::cast(op) {
        let beacon = declared.beacons.iter().position(|beacon| beacon.name == op.beacon())?;
        let memory = function.address(emit, op.memory());
        call(&[emit.c(beacon as i64), emit.c(op.turn()), memory, op.length()]);
        return Some(Vec::new());
    }
    if let Some(op) = adv::Tell::cast(op) {
        let all = &declared.characteristics;
        let first = all.iter().position(|characteristic| characteristic.service_name == op.service())?;
        let memory = function.address(emit, op.memory());
        call(&[emit.c(first as i64 + op.characteristic()), memory, op.length()]);
        return Some(Vec::new());
    }
    if let Some(op) = Rearm::cast(op) {
        let timer = declared.timers.iter().position(|timer| timer == op.timer())?;
        call(&[emit.c(timer as i64), op.ms()]);
        return Some(Vec::new());
    }
    if let Some(storage) =
        Persist::cast(op).map(|op| op.storage()).or(Restore::cast(op).map(|op| op.storage()))
    {
        let accepted = call(&stored(storage)?)?;
        return Some(vec![emit.compare_c(Compare::NotEqual, accepted, 0)]);
    }
    // now, entropy, node_id
    call(&[]).map(|value| vec![value])
}

/// The arguments of a log line, in memory on the stack that all lines of the handler share.
fn arguments_memory<'c: 'a, 'a>(
    function: &Function<'c, 'a, '_>,
    emit: &Emit<'c, 'a>,
    arguments: &[Value<'c, 'a>],
) -> Value<'c, 'a> {
    let memory = *function.log_arguments.get_or_init(|| {
        let lines = nested(function.op).into_iter().filter_map(Log::cast);
        let most = lines.map(|line| line.args().len()).max().unwrap_or_default();
        let beginning = function.beginning();
        let count = beginning.c(most.max(1) as i64);
        beginning.value(
            beginning
                .op("llvm.alloca")
                .add_operands(&[count])
                .add_attributes(&[(emit.name("elem_type"), emit.type_attribute(emit.integer(32)))])
                .add_results(&[pointer(function.context)]),
        )
    });
    for (i, argument) in arguments.iter().enumerate() {
        let place = function.offset(emit, memory, 4 * i as i32);
        emit.put(emit.op("llvm.store").add_operands(&[*argument, place]));
    }
    memory
}

/// Calls a service; its result where it has one.
fn call<'c: 'a, 'a>(
    function: &Function<'c, 'a, '_>,
    emit: &Emit<'c, 'a>,
    service: usize,
    arguments: &[Value<'c, 'a>],
) -> Option<Value<'c, 'a>> {
    let width = function.target.pointer_bytes as i32;
    let entry = function.offset(emit, function.host, width * (1 + service as i32));
    // The table stands still: what was read once need not be read again after a call.
    let callee = emit.value(
        emit.op("llvm.load")
            .add_operands(&[entry])
            .add_attributes(&[(emit.name("invariant"), Attribute::unit(function.context))])
            .add_results(&[pointer(function.context)]),
    );
    let mut operands = vec![callee, function.host];
    operands.extend(arguments);
    let segments = format!("array<i32: {}, 0>", operands.len());
    let attribute = |text: &str| Attribute::parse(function.context, text).expect("an array of numbers");
    let results: &[Type] = match SERVICES[service].0 {
        Gives::Nothing => &[],
        Gives::Word => &[emit.integer(32)],
    };
    let op = emit.put(
        emit.op("llvm.call")
            .add_operands(&operands)
            .add_attributes(&[
                (emit.name("operandSegmentSizes"), attribute(&segments)),
                (emit.name("op_bundle_sizes"), attribute("array<i32>")),
            ])
            .add_results(results),
    );
    op.result(0).ok().map(Into::into)
}
