//! A handler's function: its arguments, and the state block's variables as memory.

use crate::emit::{Compare, Emit};
use crate::kernel::Declared;
use crate::layout::{Layout, Slot};
use melior::Context;
use melior::ir::attribute::{ArrayAttribute, DenseElementsAttribute, IntegerAttribute, TypeAttribute};
use melior::ir::operation::OperationLike;
use melior::ir::r#type::FunctionType;
use melior::ir::{
    Attribute, AttributeLike, Block, BlockLike, BlockRef, Location, OperationRef, Region, RegionLike, Type,
    Value, ValueLike,
};
use std::cell::OnceCell;
use swarm_dialects::{OpView, View, dense_values, tensor_shape};

/// What functions are made for.
#[derive(Clone, Copy)]
pub struct Target<'t> {
    pub layout: &'t Layout,
    pub declared: &'t Declared,
    pub pointer_bytes: u32,
    /// Whether the host may read the state block while a handler runs.
    pub persists: bool,
}

/// A function in the making.
pub struct Function<'c, 'a, 't> {
    pub context: &'c Context,
    pub target: Target<'t>,
    pub op: OperationRef<'c, 'a>,
    /// The constant that is returned; everything goes before it.
    pub end: OperationRef<'c, 'a>,
    pub state: Value<'c, 'a>,
    pub host: Value<'c, 'a>,
    pub event: Value<'c, 'a>,
    /// Where arguments of log lines are put, once there is one.
    pub log_arguments: OnceCell<Value<'c, 'a>>,
    entry: BlockRef<'c, 'a>,
}

/// LLVM's opaque pointer.
pub fn pointer<'c>(context: &'c Context) -> Type<'c> {
    Type::parse(context, "!llvm.ptr").expect("the llvm dialect is loaded")
}

impl<'c: 'a, 'a, 't> Function<'c, 'a, 't> {
    /// A function that returns 0, at the module's end.
    pub fn new(
        context: &'c Context,
        module: &BlockRef<'c, 'a>,
        (location, name): (Location<'c>, &str),
        target: Target<'t>,
    ) -> Self {
        let emit = Emit::end(context, location, *module);
        let state = emit.memory(&[target.layout.size.max(1)], 8);
        let arguments = [state, pointer(context), pointer(context)];
        let r#type = FunctionType::new(context, &arguments, &[emit.integer(32)]);
        // Nobody else looks at the state block while a handler runs, unless it asks the host to save a part of it.
        // The event stands still; what is behind the host's table is the host's own.
        let state_is_ours = if target.persists { "{}" } else { "{llvm.noalias}" };
        let attributes = [state_is_ours, "{llvm.noalias}", "{llvm.noalias, llvm.readonly}"]
            .map(|text| Attribute::parse(context, text).expect("an attribute of the llvm dialect"));
        let name = super::function_name(name);
        let op = emit.put(
            emit.op("func.func")
                .add_attributes(&[
                    (emit.name("sym_name"), emit.string(&name)),
                    (emit.name("function_type"), TypeAttribute::new(r#type.into()).into()),
                    (emit.name("arg_attrs"), ArrayAttribute::new(context, &attributes).into()),
                ])
                .add_regions([Region::new()]),
        );
        let entry = op
            .region(0)
            .expect("a function has a region")
            .append_block(Block::new(&arguments.map(|argument| (argument, location))));
        let inside = Emit::end(context, location, entry);
        let zero = inside.c(0);
        inside.put(inside.op("func.return").add_operands(&[zero]));
        let end = entry.first_operation().expect("the constant was just put there");
        let argument =
            |i| -> Value<'c, 'a> { entry.argument(i).expect("the function has three arguments").into() };
        let (state, host, event) = (argument(0), argument(1), argument(2));
        Self { context, target, op, end, state, host, event, log_arguments: OnceCell::new(), entry }
    }

    /// A place at the function's beginning.
    pub fn beginning(&self) -> Emit<'c, 'a> {
        Emit::before(self.context, self.entry.first_operation().unwrap_or(self.end))
    }

    fn slot(&self, name: &str) -> &'t Slot {
        self.target.layout.find(name).expect("a variable has its place in the state block")
    }

    fn memory(&self, emit: &Emit<'c, 'a>, slot: &Slot, shape: &[u64]) -> Value<'c, 'a> {
        let offset = emit.c_index(slot.offset as i64);
        let memory = emit.memory(shape, slot.r#type.bits.max(8));
        emit.value(emit.op("memref.view").add_operands(&[self.state, offset]).add_results(&[memory]))
    }

    /// A variable's memory, or that of constants.
    pub fn view(&self, emit: &Emit<'c, 'a>, view: View<'c, 'a>) -> Value<'c, 'a> {
        match self.target.layout.find(view.var()) {
            Some(slot) => self.memory(emit, slot, &slot.r#type.shape),
            None => {
                let memory = view.op().result(0).expect("a view has a result").r#type();
                constants(emit, view.var(), memory)
            }
        }
    }

    /// The offset and size of what a storage keeps: a variable, or all parts of a table.
    pub fn kept(&self, name: &str) -> (i64, i64) {
        let part = format!("{name}.");
        let slots =
            self.target.layout.slots.iter().filter(|slot| slot.name == name || slot.name.starts_with(&part));
        let (mut first, mut last) = (u64::MAX, 0);
        for slot in slots {
            first = first.min(slot.offset);
            last = last.max(slot.offset + slot.bytes());
        }
        (first as i64, last.saturating_sub(first) as i64)
    }

    /// A field of the event.
    pub fn event_field(&self, emit: &Emit<'c, 'a>, offset: i32) -> Value<'c, 'a> {
        let at = self.offset(emit, self.event, offset);
        emit.value(emit.op("llvm.load").add_operands(&[at]).add_results(&[emit.integer(32)]))
    }

    /// So many bytes behind an address, by a number that is computed.
    pub fn at(&self, emit: &Emit<'c, 'a>, base: Value<'c, 'a>, by: Value<'c, 'a>) -> Value<'c, 'a> {
        const DYNAMIC: i32 = i32::MIN;
        emit.value(
            emit.op("llvm.getelementptr")
                .add_operands(&[base, by])
                .add_attributes(&[
                    (emit.name("rawConstantIndices"), emit.parsed(&format!("array<i32: {DYNAMIC}>"))),
                    (emit.name("elem_type"), emit.type_attribute(emit.integer(8))),
                ])
                .add_results(&[pointer(self.context)]),
        )
    }

    /// What upstream makes of memory of one dimension: two pointers, offset, size and stride.
    fn bare(&self) -> Type<'c> {
        Type::parse(self.context, "!llvm.struct<(ptr, ptr, i32, array<1 x i32>, array<1 x i32>)>")
            .expect("the llvm dialect is loaded")
    }

    fn cast(&self, emit: &Emit<'c, 'a>, value: Value<'c, 'a>, to: Type<'c>) -> Value<'c, 'a> {
        let op = emit.op("builtin.unrealized_conversion_cast");
        emit.value(op.add_operands(&[value]).add_results(&[to]))
    }

    /// The address of memory of one dimension.
    pub fn address(&self, emit: &Emit<'c, 'a>, memory: Value<'c, 'a>) -> Value<'c, 'a> {
        let position = (emit.name("position"), emit.parsed("array<i64: 1>"));
        emit.value(
            emit.op("llvm.extractvalue")
                .add_operands(&[self.cast(emit, memory, self.bare())])
                .add_attributes(&[position])
                .add_results(&[pointer(self.context)]),
        )
    }

    /// So many bytes at an address, as memory.
    pub fn bytes_at(&self, emit: &Emit<'c, 'a>, address: Value<'c, 'a>, count: i64) -> Value<'c, 'a> {
        let none = emit.value(emit.op("llvm.mlir.poison").add_results(&[self.bare()]));
        let parts = [
            (address, "array<i64: 0>"),
            (address, "array<i64: 1>"),
            (emit.c(0), "array<i64: 2>"),
            (emit.c(count), "array<i64: 3, 0>"),
            (emit.c(1), "array<i64: 4, 0>"),
        ];
        let whole = parts.into_iter().fold(none, |whole, (part, position)| {
            let position = (emit.name("position"), emit.parsed(position));
            let op = emit.op("llvm.insertvalue").add_operands(&[whole, part]).add_attributes(&[position]);
            emit.value(op.add_results(&[self.bare()]))
        });
        self.cast(emit, whole, emit.memory(&[count as u64], 8))
    }

    /// A pointer some bytes further.
    pub fn offset(&self, emit: &Emit<'c, 'a>, base: Value<'c, 'a>, bytes: i32) -> Value<'c, 'a> {
        let indices =
            Attribute::parse(self.context, &format!("array<i32: {bytes}>")).expect("an array of numbers");
        emit.value(
            emit.op("llvm.getelementptr")
                .add_operands(&[base])
                .add_attributes(&[
                    (emit.name("rawConstantIndices"), indices),
                    (emit.name("elem_type"), emit.type_attribute(emit.integer(8))),
                ])
                .add_results(&[pointer(self.context)]),
        )
    }

    /// Seeds the generator with the value of the init event.
    pub fn seed(&self, emit: &Emit<'c, 'a>) {
        let seed = self.event_field(emit, 8);
        let none = emit.compare_c(Compare::Equal, seed, 0);
        let seed = emit.select(none, emit.c(0x9E37_79B9_u32 as i32 as i64), seed);
        let memory = self.memory(emit, self.slot(crate::lower::draw::GENERATOR), &[]);
        emit.store(seed, memory, &[]);
    }

    /// Puts in an initial value; what is 0 needs nothing.
    pub fn initialise(&self, emit: &Emit<'c, 'a>, name: &str, initial: Attribute<'c>) {
        let slot = self.slot(name);
        let bits = slot.r#type.bits.max(8);
        // A flag is kept as 0 or 1, other numbers as they are.
        let kept = |value: i64| if slot.r#type.bits == 1 { value & 1 } else { value };
        if let Ok(number) = IntegerAttribute::try_from(initial) {
            if number.value() != 0 {
                let memory = self.memory(emit, slot, &[]);
                emit.store(emit.constant(kept(number.value()), bits), memory, &[]);
            }
            return;
        }
        let values: Vec<i64> = dense_values(initial).unwrap_or_default().into_iter().map(kept).collect();
        let Some(&first) = values.first().filter(|_| values.iter().any(|&value| value != 0)) else { return };
        let memory = self.memory(emit, slot, &[values.len() as u64]);
        let count = values.len() as i64;
        if values.iter().all(|&value| value == first) {
            emit.repeat(count, &[], |emit, i, _| {
                emit.store(emit.constant(first, bits), memory, &[i]);
                Vec::new()
            });
            return;
        }
        let name = format!("initial.{name}");
        let numbers: Vec<Attribute> = values.iter().map(|&value| emit.number(value, bits)).collect();
        let dense = DenseElementsAttribute::new(emit.tensor(&[values.len() as u64], bits), &numbers)
            .expect("as many numbers as the type has");
        global(&Emit::before(self.context, self.op), &name, dense.into());
        let constants = constants(emit, &name, memory.r#type());
        emit.repeat(count, &[], |emit, i, _| {
            emit.store(emit.load(constants, &[i], bits), memory, &[i]);
            Vec::new()
        });
    }
}

/// Declares read-only data beside the code.
pub fn global<'c>(emit: &Emit<'c, '_>, name: &str, values: Attribute<'c>) {
    let (bits, shape) = tensor_shape(values.r#type()).expect("constants are a tensor");
    emit.put(emit.op("memref.global").add_attributes(&[
        (emit.name("sym_name"), emit.string(&symbol(name))),
        (emit.name("sym_visibility"), emit.string("private")),
        (emit.name("type"), emit.type_attribute(emit.memory(&shape, bits))),
        (emit.name("initial_value"), values),
        (emit.name("constant"), Attribute::unit(emit.context)),
    ]));
}

/// The memory of read-only data.
fn constants<'c, 'a>(emit: &Emit<'c, 'a>, name: &str, memory: Type<'c>) -> Value<'c, 'a> {
    emit.value(
        emit.op("memref.get_global")
            .add_attributes(&[(emit.name("name"), emit.symbol(&symbol(name)))])
            .add_results(&[memory]),
    )
}

/// The symbol of read-only data.
fn symbol(name: &str) -> String {
    format!("swarm_data_{}", name.replace('.', "_"))
}
