//! A builder for upstream ops that reads like the arithmetic it emits.
//!
//! An `Emit` is a place in a block. Numbers are `i32` unless a method says otherwise; folding is left to LLVM.

mod control;

pub use control::{APART, BOUNDED, CAP, Rounds, USUAL};

use melior::Context;
use melior::ir::attribute::{
    DenseElementsAttribute, DenseI32ArrayAttribute, FlatSymbolRefAttribute, IntegerAttribute,
    StringAttribute, TypeAttribute,
};
use melior::ir::operation::{OperationBuilder, OperationLike};
use melior::ir::r#type::{IntegerType, MemRefType, RankedTensorType};
use melior::ir::{
    Attribute, BlockLike, BlockRef, Identifier, Location, OperationRef, Type, Value, ValueLike,
};
use swarm_dialects::{Kernel, OpView};

/// Where the next op goes.
#[derive(Clone, Copy)]
enum Cursor<'c, 'a> {
    Before(OperationRef<'c, 'a>),
    End(BlockRef<'c, 'a>),
}

/// A place to emit ops at, with the location that they carry.
#[derive(Clone, Copy)]
pub struct Emit<'c, 'a> {
    pub context: &'c Context,
    pub location: Location<'c>,
    cursor: Cursor<'c, 'a>,
}

/// How `arith.cmpi` compares; the numbers are MLIR's.
#[derive(Clone, Copy)]
pub enum Compare {
    Equal = 0,
    NotEqual = 1,
    Less = 2,
    Greater = 4,
    GreaterEqual = 5,
    BelowUnsigned = 6,
    AboveEqualUnsigned = 9,
}

impl<'c, 'a> Emit<'c, 'a> {
    /// Before an op, with its location.
    pub fn before(context: &'c Context, op: OperationRef<'c, 'a>) -> Self {
        Self { context, location: op.location(), cursor: Cursor::Before(op) }
    }

    /// The same place, for another op: what is put there is of that op's line.
    pub fn on_behalf_of(self, op: OperationRef<'c, '_>) -> Self {
        Self { location: op.location(), ..self }
    }

    /// At a block's end.
    pub fn end(context: &'c Context, location: Location<'c>, block: BlockRef<'c, 'a>) -> Self {
        Self { context, location, cursor: Cursor::End(block) }
    }

    /// The block that ops are put into.
    pub fn block(&self) -> BlockRef<'c, 'a> {
        match self.cursor {
            Cursor::End(block) => block,
            Cursor::Before(op) => op.block().expect("an op that is lowered stands in a block"),
        }
    }

    fn at_end(&self, block: BlockRef<'c, 'a>) -> Self {
        Self { cursor: Cursor::End(block), ..*self }
    }

    /// A new builder with this place's location.
    pub fn op(&self, name: &str) -> OperationBuilder<'c> {
        OperationBuilder::new(name, self.location)
    }

    /// Puts an op here.
    pub fn put(&self, builder: OperationBuilder<'c>) -> OperationRef<'c, 'a> {
        let operation = builder.build().expect("ops are built with their result types");
        match self.cursor {
            Cursor::End(block) => block.append_operation(operation),
            Cursor::Before(op) => self.block().insert_operation_before(op, operation),
        }
    }

    /// Puts an op with one result here.
    pub fn value(&self, builder: OperationBuilder<'c>) -> Value<'c, 'a> {
        self.put(builder).result(0).expect("the op has a result").into()
    }

    pub fn integer(&self, bits: u32) -> Type<'c> {
        IntegerType::new(self.context, bits).into()
    }

    pub fn index(&self) -> Type<'c> {
        Type::index(self.context)
    }

    pub fn name(&self, name: &str) -> Identifier<'c> {
        Identifier::new(self.context, name)
    }

    pub fn symbol(&self, name: &str) -> Attribute<'c> {
        FlatSymbolRefAttribute::new(self.context, name).into()
    }

    pub fn string(&self, text: &str) -> Attribute<'c> {
        StringAttribute::new(self.context, text).into()
    }

    pub fn number(&self, value: i64, bits: u32) -> Attribute<'c> {
        IntegerAttribute::new(self.integer(bits), value).into()
    }

    /// An attribute as it is written.
    pub fn parsed(&self, text: &str) -> Attribute<'c> {
        Attribute::parse(self.context, text).expect("an attribute as MLIR writes it")
    }

    pub fn type_attribute(&self, r#type: Type<'c>) -> Attribute<'c> {
        TypeAttribute::new(r#type).into()
    }

    /// `memref<elements x iBITS>`, or of rank 0 for a scalar.
    pub fn memory(&self, shape: &[u64], bits: u32) -> Type<'c> {
        let shape: Vec<i64> = shape.iter().map(|&size| size as i64).collect();
        MemRefType::new(self.integer(bits), &shape, None, None).into()
    }

    /// `tensor<shape x iBITS>`.
    pub fn tensor(&self, shape: &[u64], bits: u32) -> Type<'c> {
        RankedTensorType::new(shape, self.integer(bits), None).into()
    }

    //--- constants and arithmetic

    pub fn constant(&self, value: i64, bits: u32) -> Value<'c, 'a> {
        let r#type = self.integer(bits);
        let value = IntegerAttribute::new(r#type, value).into();
        self.value(
            self.op("arith.constant").add_attributes(&[(self.name("value"), value)]).add_results(&[r#type]),
        )
    }

    /// An `i32` constant.
    pub fn c(&self, value: i64) -> Value<'c, 'a> {
        self.constant(value, 32)
    }

    pub fn c_index(&self, value: i64) -> Value<'c, 'a> {
        let value = IntegerAttribute::new(self.index(), value).into();
        self.value(
            self.op("arith.constant")
                .add_attributes(&[(self.name("value"), value)])
                .add_results(&[self.index()]),
        )
    }

    fn binary(&self, name: &str, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.value(self.op(name).add_operands(&[a, b]).add_results(&[a.r#type()]))
    }

    pub fn add(&self, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.binary("arith.addi", a, b)
    }

    pub fn sub(&self, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.binary("arith.subi", a, b)
    }

    pub fn mul(&self, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.binary("arith.muli", a, b)
    }

    pub fn and(&self, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.binary("arith.andi", a, b)
    }

    pub fn or(&self, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.binary("arith.ori", a, b)
    }

    pub fn xor(&self, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.binary("arith.xori", a, b)
    }

    pub fn smax(&self, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.binary("arith.maxsi", a, b)
    }

    pub fn smin(&self, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.binary("arith.minsi", a, b)
    }

    /// As `binary`, for ops that have no result for some right-hand sides: this one is known to be right.
    fn proven(&self, name: &str, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        let mark = (self.name("swarm.proven"), Attribute::unit(self.context));
        self.value(self.op(name).add_operands(&[a, b]).add_attributes(&[mark]).add_results(&[a.r#type()]))
    }

    fn like(&self, value: i64, other: Value<'c, 'a>) -> Value<'c, 'a> {
        let r#type = other.r#type();
        let value = IntegerAttribute::new(r#type, value).into();
        self.value(
            self.op("arith.constant").add_attributes(&[(self.name("value"), value)]).add_results(&[r#type]),
        )
    }

    /// Adds a constant.
    pub fn add_c(&self, a: Value<'c, 'a>, b: i64) -> Value<'c, 'a> {
        if b == 0 { a } else { self.add(a, self.like(b, a)) }
    }

    /// Multiplies by a constant.
    pub fn mul_c(&self, a: Value<'c, 'a>, b: i64) -> Value<'c, 'a> {
        if b == 1 { a } else { self.mul(a, self.like(b, a)) }
    }

    pub fn and_c(&self, a: Value<'c, 'a>, b: i64) -> Value<'c, 'a> {
        self.and(a, self.like(b, a))
    }

    pub fn shl(&self, a: Value<'c, 'a>, by: u32) -> Value<'c, 'a> {
        if by == 0 { a } else { self.binary("arith.shli", a, self.like(i64::from(by), a)) }
    }

    /// Shifts in zeros.
    pub fn shr_unsigned(&self, a: Value<'c, 'a>, by: u32) -> Value<'c, 'a> {
        if by == 0 { a } else { self.binary("arith.shrui", a, self.like(i64::from(by), a)) }
    }

    /// Divides by a power of two, rounding towards minus infinity.
    pub fn shr_signed(&self, a: Value<'c, 'a>, by: u32) -> Value<'c, 'a> {
        if by == 0 { a } else { self.binary("arith.shrsi", a, self.like(i64::from(by), a)) }
    }

    /// Shifts right by a value that is known to be below the width.
    pub fn shr_by(&self, a: Value<'c, 'a>, by: Value<'c, 'a>) -> Value<'c, 'a> {
        self.proven("arith.shrui", a, by)
    }

    /// Shifts left by a value that is known to be below the width.
    pub fn shl_by(&self, a: Value<'c, 'a>, by: Value<'c, 'a>) -> Value<'c, 'a> {
        self.proven("arith.shli", a, by)
    }

    /// Limits to `low..=high`.
    pub fn clamp(&self, a: Value<'c, 'a>, (low, high): (i64, i64)) -> Value<'c, 'a> {
        self.smin(self.smax(a, self.like(low, a)), self.like(high, a))
    }

    /// Limits an `i32` that is known not to be negative.
    pub fn cap(&self, a: Value<'c, 'a>, most: i64) -> Value<'c, 'a> {
        self.mark(self.smin(a, self.c(most)), CAP)
    }

    pub fn compare(&self, how: Compare, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        let predicate = IntegerAttribute::new(self.integer(64), how as i64).into();
        self.value(
            self.op("arith.cmpi")
                .add_operands(&[a, b])
                .add_attributes(&[(self.name("predicate"), predicate)])
                .add_results(&[self.integer(1)]),
        )
    }

    /// Compares with a constant.
    pub fn compare_c(&self, how: Compare, a: Value<'c, 'a>, b: i64) -> Value<'c, 'a> {
        self.compare(how, a, self.like(b, a))
    }

    pub fn select(&self, condition: Value<'c, 'a>, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.value(self.op("arith.select").add_operands(&[condition, a, b]).add_results(&[a.r#type()]))
    }

    fn convert(&self, name: &str, a: Value<'c, 'a>, to: Type<'c>) -> Value<'c, 'a> {
        if a.r#type() == to { a } else { self.value(self.op(name).add_operands(&[a]).add_results(&[to])) }
    }

    /// Sign-extends to more bits.
    pub fn extend(&self, a: Value<'c, 'a>, bits: u32) -> Value<'c, 'a> {
        self.convert("arith.extsi", a, self.integer(bits))
    }

    /// Zero-extends to more bits.
    pub fn extend_unsigned(&self, a: Value<'c, 'a>, bits: u32) -> Value<'c, 'a> {
        self.convert("arith.extui", a, self.integer(bits))
    }

    /// Cuts to fewer bits.
    pub fn truncate(&self, a: Value<'c, 'a>, bits: u32) -> Value<'c, 'a> {
        self.convert("arith.trunci", a, self.integer(bits))
    }

    /// An `i32` as an index, or back.
    pub fn cast_index(&self, a: Value<'c, 'a>, to: Type<'c>) -> Value<'c, 'a> {
        self.convert("arith.index_cast", a, to)
    }

    /// Divides unsigned numbers; the divisor is known not to be 0.
    pub fn div_unsigned(&self, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.proven("arith.divui", a, b)
    }

    /// Divides, rounding towards 0; the divisor is known not to be 0.
    pub fn div_signed(&self, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.proven("arith.divsi", a, b)
    }

    /// The remainder of an unsigned division by what is known not to be 0.
    pub fn rem_unsigned(&self, a: Value<'c, 'a>, b: Value<'c, 'a>) -> Value<'c, 'a> {
        self.proven("arith.remui", a, b)
    }

    //--- state and checks

    /// The memory of a variable.
    pub fn view(&self, var: &str, shape: &[u64], bits: u32) -> Value<'c, 'a> {
        // An i1 is kept in a byte.
        let memory = self.memory(shape, bits.max(8));
        self.value(
            self.op("swarm.view")
                .add_attributes(&[(self.name("var"), self.symbol(var))])
                .add_results(&[memory]),
        )
    }

    /// Declares constants beside the code, to be viewed by their name.
    pub fn data(&self, name: &str, values: &[i64], bits: u32) {
        let r#type = self.tensor(&[values.len() as u64], bits);
        let elements: Vec<Attribute> = values.iter().map(|&value| self.number(value, bits)).collect();
        let dense = DenseElementsAttribute::new(r#type, &elements).expect("as many numbers as the type has");
        self.put(self.op("swarm.data").add_attributes(&[
            (self.name("sym_name"), self.string(name)),
            (self.name("values"), dense.into()),
        ]));
    }

    /// The memory of bytes that are aligned as words are, as wider elements.
    pub fn seen_as(&self, bytes: Value<'c, 'a>, elements: u64, bits: u32) -> Value<'c, 'a> {
        self.value(
            self.op("memref.view")
                .add_operands(&[bytes, self.c_index(0)])
                .add_results(&[self.memory(&[elements], bits)]),
        )
    }

    /// Memory of the handler's own frame, shared by all ops of the handler that ask for the same type. It is aligned as
    /// words are.
    pub fn scratch(&self, elements: u64, bits: u32) -> Value<'c, 'a> {
        let memory = self.memory(&[elements], bits);
        let mut next = Some(self.first_of_handler());
        while let Some(op) = next.filter(|op| swarm_dialects::name(*op) == "memref.alloca") {
            let found: Value = op.result(0).expect("an allocation has a result").into();
            if found.r#type() == memory {
                return found;
            }
            next = op.next_in_block();
        }
        let place = Emit::before(self.context, self.first_of_handler());
        let none = DenseI32ArrayAttribute::new(self.context, &[0, 0]).into();
        place.value(
            place
                .op("memref.alloca")
                .add_attributes(&[
                    (place.name("operandSegmentSizes"), none),
                    (place.name("alignment"), place.number(i64::from(bits.max(32) / 8), 64)),
                ])
                .add_results(&[memory]),
        )
    }

    /// The first op of the handler around this place.
    fn first_of_handler(&self) -> OperationRef<'c, 'a> {
        let mut block = self.block();
        while let Some(op) = block.parent_operation() {
            let in_kernel = op.parent_operation().is_none_or(|outer| Kernel::cast(outer).is_some());
            match op.block() {
                Some(outer) if !in_kernel => block = outer,
                _ => break,
            }
        }
        block.first_operation().expect("a handler that is lowered has ops")
    }

    /// Reads an element of `bits` at `i32` indices, which the caller knows to be in range.
    pub fn load(&self, memory: Value<'c, 'a>, at: &[Value<'c, 'a>], bits: u32) -> Value<'c, 'a> {
        let mut operands = vec![memory];
        operands.extend(at.iter().map(|&index| self.cast_index(index, self.index())));
        self.value(self.op("memref.load").add_operands(&operands).add_results(&[self.integer(bits)]))
    }

    /// Writes an element at `i32` indices, which the caller knows to be in range.
    pub fn store(&self, value: Value<'c, 'a>, memory: Value<'c, 'a>, at: &[Value<'c, 'a>]) {
        let mut operands = vec![value, memory];
        operands.extend(at.iter().map(|&index| self.cast_index(index, self.index())));
        self.put(self.op("memref.store").add_operands(&operands));
    }

    /// Ends the handler with a fault unless the condition holds.
    pub fn check(&self, condition: Value<'c, 'a>, fault: i64) {
        self.put(
            self.op("swarm.check")
                .add_operands(&[condition])
                .add_attributes(&[(self.name("fault"), self.number(fault, 32))]),
        );
    }
}
