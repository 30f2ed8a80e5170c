//! Tensors: arrays and constants as a whole become buffers, `linalg` becomes loops over them.
//!
//! Input: a verified kernel (`swarm_dialects`, `verify/tensors.rs`). Three steps: what MLIR does not know is said in
//! its words (here); its passes choose buffers and make loops; then buffers get their places (`tensors/memory.rs`),
//! and sums stay in registers (`tensors/registers.rs`).

mod memory;
mod registers;

use super::{erase, replace};
use crate::emit::{Compare, Emit};
use crate::kernel::members;
use melior::Context;
use melior::ir::operation::{OperationLike, OperationResult};
use melior::ir::r#type::FunctionType;
use melior::ir::{Attribute, Block, BlockLike, Module, OperationRef, Region, RegionLike, Value, ValueLike};
use melior::pass::PassManager;
use melior::utility::parse_pass_pipeline;
use swarm_dialects::{GUARDED, Get, Kernel, OpView, Set, is_tensor, name, nested, operations, tensor_type};

/// What MLIR does in between. Nothing here is at a stage that verifies.
const PASSES: &str = "convert-elementwise-to-linalg,one-shot-bufferize,convert-linalg-to-loops,lower-affine";

/// Lowers the tensors of all handlers; what went wrong is our own mistake.
pub fn kernel<'c: 'a, 'a>(context: &'c Context, kernel: Kernel<'c, 'a>) -> Result<(), String> {
    let members = members(kernel.op());
    let handlers: Vec<_> = members.iter().copied().filter(|op| op.region_count() == 1).collect();
    let handlers: Vec<_> = handlers.into_iter().filter(|handler| has_tensors(*handler)).collect();
    let Some(first) = members.first().filter(|_| !handlers.is_empty()) else { return Ok(()) };
    let mut constants = Constants { emit: Emit::before(context, *first), known: Vec::new() };
    for &handler in &handlers {
        Handler { context, op: handler }.prepare(&mut constants);
    }
    for &handler in &handlers {
        buffers(context, handler)?;
    }
    memory::place(context, kernel, &handlers);
    for handler in handlers {
        registers::keep(context, handler);
    }
    Ok(())
}

/// Runs the passes over a handler. They copy nothing in a symbol table inside of a module, so the handler's ops go
/// into a function of another module meanwhile.
fn buffers<'c: 'a, 'a>(context: &'c Context, handler: OperationRef<'c, 'a>) -> Result<(), String> {
    let place = handler.location();
    let mut module = Module::new(place);
    let emit = Emit::end(context, place, module.body());
    let r#type = FunctionType::new(context, &[], &[]).into();
    let function = emit.put(emit.op("func.func").add_regions([Region::new()]).add_attributes(&[
        (emit.name("sym_name"), emit.string("handler")),
        (emit.name("function_type"), emit.type_attribute(r#type)),
    ]));
    let block = function.region(0).expect("a function has a region").append_block(Block::new(&[]));
    let ops = body(handler);
    let (end, ops) = ops.split_last().expect("a handler has an end");
    for &op in ops {
        crate::raw::move_to_end(op, block);
    }
    let inside = Emit::end(context, place, block);
    inside.put(inside.op("func.return"));
    let manager = PassManager::new(context);
    manager.enable_verifier(false);
    let pipeline = format!("builtin.module({PASSES})");
    parse_pass_pipeline(manager.as_operation_pass_manager(), &pipeline).map_err(|error| error.to_string())?;
    manager.run(&mut module).map_err(|_| format!("a pass of '{PASSES}' failed"))?;
    let function = operations(module.body()).into_iter().next().expect("the function is still there");
    for op in body(function).into_iter().filter(|op| op.next_in_block().is_some()) {
        crate::raw::move_before(op, *end);
    }
    Ok(())
}

fn has_tensors(handler: OperationRef) -> bool {
    let given = |op: &OperationRef| op.operands().any(|value| is_tensor(value.r#type()));
    let made = |op: &OperationRef| op.results().any(|value| is_tensor(value.r#type()));
    nested(handler).iter().any(|op| given(op) || made(op))
}

/// The op that makes a value.
fn owner<'c: 'a, 'a>(value: Value<'c, 'a>) -> Option<OperationRef<'c, 'a>> {
    Some(OperationResult::try_from(value).ok()?.owner())
}

/// Constant tensors, as data beside the code, each once.
struct Constants<'c, 'a> {
    emit: Emit<'c, 'a>,
    known: Vec<Attribute<'c>>,
}

impl<'c> Constants<'c, '_> {
    fn name(&mut self, values: Attribute<'c>) -> String {
        let number = self.known.iter().position(|known| *known == values);
        let name = |number| format!("swarm.constant.{number}");
        number.map(name).unwrap_or_else(|| {
            let name = name(self.known.len());
            self.known.push(values);
            self.emit.put(self.emit.op("swarm.data").add_attributes(&[
                (self.emit.name("sym_name"), self.emit.string(&name)),
                (self.emit.name("values"), values),
            ]));
            name
        })
    }
}

/// A handler before MLIR's passes.
struct Handler<'c, 'a> {
    context: &'c Context,
    op: OperationRef<'c, 'a>,
}

impl<'c: 'a, 'a> Handler<'c, 'a> {
    /// Says what MLIR does not know in its words. Each step looks at what the one before has left.
    fn prepare(&self, constants: &mut Constants<'c, 'a>) {
        let ops = nested(self.op);
        for set in whole_sets(&ops) {
            self.set(set, &ops);
        }
        for op in ops {
            let emit = Emit::before(self.context, op);
            match name(op).as_str() {
                "tensor.extract" => in_range(&emit, op, 0),
                "tensor.insert" => in_range(&emit, op, 1),
                // Distances and divisors are constants, which their memory no longer shows.
                full if full.strip_prefix("arith.").is_some_and(|short| GUARDED.contains(&short))
                    && is_tensor(result(op).r#type()) =>
                {
                    crate::raw::mark(op, "swarm.proven", Attribute::unit(self.context));
                }
                "arith.constant" if is_tensor(result(op).r#type()) => {
                    let values = op.attribute("value").expect("verified: a constant has its values");
                    replace(op, &[whole(&emit, &constants.name(values), (op, "restrict"))]);
                }
                _ => {}
            }
        }
        self.empties();
        self.gets();
        for set in whole_sets(&nested(self.op)) {
            let emit = Emit::before(self.context, set.op());
            let target = view(&emit, set.var(), set.value());
            emit.put(
                emit.op("bufferization.materialize_in_destination")
                    .add_operands(&[set.value(), target])
                    .add_attributes(&[unit(&emit, "restrict"), unit(&emit, "writable")]),
            );
            erase(set.op());
        }
    }

    /// A tensor whose elements are read before they are written holds zeros.
    fn empties(&self) {
        let ops = nested(self.op);
        let empties = ops.iter().copied().filter(|op| name(*op) == "tensor.empty");
        let (blank, read): (Vec<_>, Vec<_>) = empties.partition(|op| overwritten(*op, &ops));
        let unused: Vec<_> =
            blank.into_iter().filter(|op| uses(result(*op), &ops).next().is_none()).collect();
        for op in unused {
            erase(op);
        }
        for op in read {
            let emit = Emit::before(self.context, op);
            let made = result(op).r#type();
            let zero = emit.constant(0, tensor_type(made).expect("verified: a tensor's type").bits);
            replace(op, &[emit.value(emit.op("tensor.splat").add_operands(&[zero]).add_results(&[made]))]);
        }
    }

    /// A whole array is read in place where nothing writes it afterwards, else it is copied.
    fn gets(&self) {
        let ops = nested(self.op);
        let gets: Vec<Get> = ops.iter().filter_map(|op| Get::cast(*op)).collect();
        let gets = gets.into_iter().filter(|get| is_tensor(result(get.op()).r#type()));
        let changes = |get: &Get<'c, 'a>| {
            let here = self.position(get.op());
            let writers = ops.iter().filter(|op| Get::cast(**op).is_none() && mentions(**op, get.var()));
            writers.into_iter().any(|writer| self.position(*writer) >= here)
        };
        let gets: Vec<_> = gets.map(|get| (get, changes(&get))).collect();
        for (get, changes) in gets {
            let emit = Emit::before(self.context, get.op());
            let mut tensor = whole(&emit, get.var(), (get.op(), "restrict"));
            if changes {
                let one = Attribute::parse(self.context, "array<i32: 0, 1, 0>").expect("an array of numbers");
                tensor = emit.value(
                    emit.op("bufferization.alloc_tensor")
                        .add_operands(&[tensor])
                        .add_attributes(&[(emit.name("operandSegmentSizes"), one)])
                        .add_results(&[tensor.r#type()]),
                );
            }
            replace(get.op(), &[tensor]);
        }
    }

    /// What a `linalg` op makes for nobody but a variable, it makes in the variable itself.
    fn set(&self, set: Set<'c, 'a>, ops: &[OperationRef<'c, 'a>]) {
        let op = set.op();
        let Some(maker) = owner(set.value()).filter(|maker| maker.block() == op.block()) else { return };
        let Some(number) = maker.results().position(|made| Value::from(made) == set.value()) else { return };
        let at = maker.operand_count() - maker.result_count() + number;
        let Some(empty) = maker.operand(at).ok().and_then(owner) else { return };
        let only_read = uses(set.value(), ops).all(|(user, _)| user == op || name(user) == "tensor.extract");
        let others = ops.iter().filter(|other| **other != op && mentions(**other, set.var()));
        let alone =
            others.clone().all(|other| Get::cast(*other).is_some() || uses(set.value(), ops).count() == 1);
        let between = following(maker).into_iter().take_while(|between| *between != op);
        let untouched =
            between.flat_map(|op| [vec![op], nested(op)].concat()).all(|op| !mentions(op, set.var()));
        let blank = name(maker).starts_with("linalg.")
            && name(empty) == "tensor.empty"
            && uses(result(empty), ops).count() == 1
            && overwritten(empty, ops);
        if only_read && alone && untouched && blank {
            let emit = Emit::before(self.context, maker);
            crate::raw::set_operand(maker, at, whole(&emit, set.var(), (empty, "restrict writable")));
        }
    }

    /// The number of the handler's own op that an op is, or stands in.
    fn position(&self, op: OperationRef<'c, 'a>) -> usize {
        position(self.op, op)
    }
}

/// The number of the handler's own op that an op is, or stands in.
fn position<'c: 'a, 'a>(handler: OperationRef<'c, 'a>, mut op: OperationRef<'c, 'a>) -> usize {
    while let Some(outer) = op.parent_operation().filter(|outer| *outer != handler) {
        op = outer;
    }
    body(handler).iter().position(|own| *own == op).unwrap_or(usize::MAX)
}

/// Where arrays are written as a whole.
fn whole_sets<'c: 'a, 'a>(ops: &[OperationRef<'c, 'a>]) -> Vec<Set<'c, 'a>> {
    let sets = ops.iter().filter_map(|op| Set::cast(*op));
    sets.filter(|set| is_tensor(set.value().r#type())).collect()
}

fn body<'c: 'a, 'a>(handler: OperationRef<'c, 'a>) -> Vec<OperationRef<'c, 'a>> {
    handler.first_region().and_then(|region| region.first_block()).map(operations).unwrap_or_default()
}

fn following<'c: 'a, 'a>(op: OperationRef<'c, 'a>) -> Vec<OperationRef<'c, 'a>> {
    std::iter::successors(op.next_in_block(), |op| op.next_in_block()).collect()
}

fn result<'c: 'a, 'a>(op: OperationRef<'c, 'a>) -> Value<'c, 'a> {
    op.result(0).expect("the op has a result").into()
}

fn unit<'c>(emit: &Emit<'c, '_>, name: &str) -> (melior::ir::Identifier<'c>, Attribute<'c>) {
    (emit.name(name), Attribute::unit(emit.context))
}

/// The ops that use a value, and as which operand.
fn uses<'c: 'a, 'a>(
    value: Value<'c, 'a>,
    ops: &[OperationRef<'c, 'a>],
) -> impl Iterator<Item = (OperationRef<'c, 'a>, usize)> {
    ops.iter().flat_map(move |op| {
        op.operands().enumerate().filter(move |(_, used)| *used == value).map(move |(at, _)| (*op, at))
    })
}

/// Whether an op names a variable.
fn mentions(op: OperationRef, var: &str) -> bool {
    let name = format!("@{var}");
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    op.attributes().any(|(_, attribute)| {
        let text = attribute.to_string();
        text.match_indices(&name).any(|(at, _)| !text[at + name.len()..].starts_with(plain))
    })
}

/// Whether all that uses a `tensor.empty` writes all of it without a look at what was there.
fn overwritten<'c: 'a, 'a>(empty: OperationRef<'c, 'a>, ops: &[OperationRef<'c, 'a>]) -> bool {
    uses(result(empty), ops).all(|(user, at)| {
        let text =
            |attribute: &str| user.attribute(attribute).map(|value| value.to_string()).unwrap_or_default();
        let whole = match name(user).as_str() {
            "linalg.fill" | "linalg.map" => true,
            "linalg.generic" => {
                !text("iterator_types").contains("reduction") && writes_all(&text("indexing_maps"), at)
            }
            _ => false,
        };
        let output = at + user.result_count() >= user.operand_count();
        let block = user.region(0).ok().and_then(|region| region.first_block());
        let before = block.and_then(|block| block.argument(at).ok()).map(Value::from);
        let looks = before.is_some_and(|before| uses(before, &nested(user)).next().is_some());
        whole && output && !looks
    })
}

/// Whether a map, of those in the text, goes to every place once: its results are all the loops' numbers.
fn writes_all(maps: &str, at: usize) -> bool {
    let map = maps.split("affine_map<").nth(at + 1).and_then(|map| map.split_once(" -> "));
    let Some((loops, places)) = map else { return false };
    let list = |text: &str| {
        let inside = text.trim_start_matches('(').split(')').next().unwrap_or_default();
        let mut words: Vec<String> = inside.split(", ").map(str::to_owned).collect();
        words.sort();
        words
    };
    list(loops) == list(places)
}

/// A variable's or constants' memory, in the shape of a tensor.
fn view<'c: 'a, 'a>(emit: &Emit<'c, 'a>, var: &str, like: Value<'c, 'a>) -> Value<'c, 'a> {
    let r#type = tensor_type(like.r#type()).expect("verified: a tensor's type");
    emit.view(var, &r#type.shape, r#type.bits)
}

/// Memory as a tensor, in the type of an op's result. `how` says what MLIR may think of it.
fn whole<'c: 'a, 'a>(
    emit: &Emit<'c, 'a>,
    var: &str,
    (like, how): (OperationRef<'c, 'a>, &str),
) -> Value<'c, 'a> {
    let memory = view(emit, var, result(like));
    let said: Vec<_> = how.split(' ').map(|word| unit(emit, word)).collect();
    emit.value(
        emit.op("bufferization.to_tensor")
            .add_operands(&[memory])
            .add_attributes(&said)
            .add_results(&[result(like).r#type()]),
    )
}

/// Checks the indices of an element of the tensor that is operand `tensor`.
fn in_range<'c: 'a, 'a>(emit: &Emit<'c, 'a>, op: OperationRef<'c, 'a>, tensor: usize) {
    let operands: Vec<Value> = op.operands().collect();
    let r#type = tensor_type(operands[tensor].r#type()).expect("verified: a tensor's type");
    for (index, size) in operands[tensor + 1..].iter().zip(&r#type.shape) {
        let index = emit.cast_index(*index, emit.integer(32));
        emit.check(emit.compare_c(Compare::BelowUnsigned, index, *size as i64), 1);
    }
}
