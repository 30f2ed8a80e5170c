//! What optimised functions are given before machine code is made of them: what LLVM writes alike for every machine,
//! and its back ends do not take back.

use super::{APART_WEIGHT, Size};
use inkwell::llvm_sys::LLVMIntPredicate::{LLVMIntEQ, LLVMIntSLT};
use inkwell::llvm_sys::LLVMTypeKind;
use inkwell::llvm_sys::core::*;
use inkwell::llvm_sys::debuginfo::{LLVMInstructionGetDebugLoc, LLVMInstructionSetDebugLoc};
use inkwell::llvm_sys::prelude::{
    LLVMBasicBlockRef, LLVMBuilderRef, LLVMContextRef, LLVMModuleRef, LLVMTypeRef, LLVMValueRef,
};
use std::ffi::CStr;

/// Offsets that every machine's loads and stores of words take.
const NEAR: u64 = 124;

/// Blocks that are looked through for an address.
const FAR: u32 = 64;

/// Instructions of a function's end that are worth a copy: an address, a store, and the return.
const SHORT: usize = 3;

/// Finishes all functions of a module.
///
/// # Safety
/// Module and context are live, and belong together.
pub unsafe fn functions(context: LLVMContextRef, module: LLVMModuleRef, size: Size) {
    // SAFETY: the walks end at null, and look for what is next before anything is changed; the builder is disposed of
    // once.
    unsafe {
        let finish = Finish { context, builder: LLVMCreateBuilderInContext(context) };
        let compares_into_registers = CStr::from_ptr(LLVMGetTarget(module)).to_bytes().starts_with(b"riscv");
        let mut function = LLVMGetFirstFunction(module);
        while !function.is_null() {
            let blocks = blocks(function);
            for block in &blocks {
                finish.forget_weights(LLVMGetBasicBlockTerminator(*block));
                // A phi goes with what comes after it.
                instructions(*block).into_iter().for_each(|address| finish.join_address(address));
            }
            for block in blocks {
                // Addresses go with what they are made of.
                instructions(block).into_iter().rev().for_each(|variable| finish.offset_last(variable));
                if size == Size::Fast {
                    if compares_into_registers {
                        instructions(block).into_iter().for_each(|choice| finish.compare_once(choice));
                    }
                    finish.separate_returns(function, block);
                }
            }
            function = LLVMGetNextFunction(function);
        }
        LLVMDisposeBuilder(finish.builder);
    }
}

struct Finish {
    context: LLVMContextRef,
    builder: LLVMBuilderRef,
}

impl Finish {
    /// Where an index only comes on several ways to be one address, and on one of them that is there already: the ways
    /// bring the address. So a search goes on with the address that it ended at, and needs no index beside it.
    ///
    /// # Safety
    /// The instruction is live.
    unsafe fn join_address(&self, address: LLVMValueRef) {
        // SAFETY: what is asked for is of live instructions of the kinds that were asked for before; base and index are
        // known at the end of each way.
        unsafe {
            let Some((base, index)) = indexed(address) else { return };
            let block = LLVMGetInstructionParent(address);
            let comes_here = !LLVMIsAPHINode(index).is_null() && LLVMGetInstructionParent(index) == block;
            let base_is_of_block =
                !LLVMIsAInstruction(base).is_null() && LLVMGetInstructionParent(base) == block;
            if !comes_here || base_is_of_block || users(index) != [address] {
                return;
            }
            let ways = 0..LLVMCountIncoming(index);
            let way = |number| (LLVMGetIncomingValue(index, number), LLVMGetIncomingBlock(index, number));
            let indices: Vec<_> = ways.clone().map(|number| way(number).0).collect();
            let known: Vec<_> =
                ways.map(way).map(|(index, from)| same_address(address, index, from)).collect();
            if known.iter().all(Option::is_none) {
                return;
            }
            let element = LLVMGetGEPSourceElementType(address);
            let (mut addresses, mut blocks): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
            for (number, known) in known.into_iter().enumerate() {
                let (index, from) = way(number as u32);
                let index = same_index(index, from, &indices).unwrap_or(index);
                LLVMPositionBuilderBefore(self.builder, LLVMGetBasicBlockTerminator(from));
                addresses.push(known.unwrap_or_else(|| self.address(address, element, base, index)));
                blocks.push(from);
            }
            LLVMPositionBuilderBefore(self.builder, index);
            let joined = LLVMBuildPhi(self.builder, LLVMTypeOf(address), c"".as_ptr());
            LLVMAddIncoming(joined, addresses.as_mut_ptr(), blocks.as_mut_ptr(), addresses.len() as u32);
            replace(address, joined);
            LLVMInstructionEraseFromParent(index);
        }
    }

    /// Adds indices to an address before a near offset, not after it: loads and stores take the offset along.
    ///
    /// # Safety
    /// The instruction is live.
    unsafe fn offset_last(&self, variable: LLVMValueRef) {
        // SAFETY: what is asked for is of live instructions of the kinds that were asked for before.
        unsafe {
            let Some((base, offset)) = offset_from(variable) else { return };
            let elements = users(variable);
            if offset > NEAR || !elements.iter().all(|element| takes_offsets(*element, variable)) {
                return;
            }
            for address in elements {
                let Some((_, index)) = indexed(address) else { continue };
                LLVMPositionBuilderBefore(self.builder, address);
                let element = self.address(address, LLVMGetGEPSourceElementType(address), base, index);
                for user in users(address) {
                    if let Some((_, further)) = offset_from(user) {
                        LLVMSetOperand(user, 0, element);
                        LLVMSetOperand(user, 1, self.bytes(offset + further));
                    }
                }
                LLVMPositionBuilderBefore(self.builder, address);
                let byte = LLVMInt8TypeInContext(self.context);
                replace(address, self.address(address, byte, element, self.bytes(offset)));
            }
        }
    }

    /// A choice of 1 where a comparison holds, and else of 0, is the comparison.
    ///
    /// # Safety
    /// The instruction is live.
    unsafe fn compare_once(&self, choice: LLVMValueRef) {
        // SAFETY: what is asked for is of live instructions of the kinds that were asked for before.
        unsafe {
            if LLVMIsAPHINode(choice).is_null() || LLVMCountIncoming(choice) != 2 {
                return;
            }
            let one = match [0, 1].map(|number| constant(LLVMGetIncomingValue(choice, number))) {
                [Some(1), Some(0)] => 0,
                [Some(0), Some(1)] => 1,
                _ => return,
            };
            let [holds, not] = [one, 1 - one].map(|number| LLVMGetIncomingBlock(choice, number));
            let branch = LLVMGetBasicBlockTerminator(not);
            let by_itself = LLVMGetFirstInstruction(holds) == LLVMGetBasicBlockTerminator(holds)
                && single_predecessor(holds) == Some(not);
            if !by_itself || LLVMGetNumSuccessors(branch) != 2 || LLVMGetSuccessor(branch, 0) != holds {
                return;
            }
            let comparison = LLVMGetCondition(branch);
            if LLVMIsAICmpInst(comparison).is_null() || LLVMGetICmpPredicate(comparison) != LLVMIntSLT {
                return;
            }
            LLVMPositionBuilderBefore(self.builder, branch);
            replace(choice, LLVMBuildZExt(self.builder, comparison, LLVMTypeOf(choice), c"".as_ptr()));
        }
    }

    /// The address of an element, as another one is made.
    ///
    /// # Safety
    /// All values are live, and known where the builder stands.
    unsafe fn address(
        &self,
        like: LLVMValueRef,
        element: LLVMTypeRef,
        base: LLVMValueRef,
        mut index: LLVMValueRef,
    ) -> LLVMValueRef {
        // SAFETY: as the function's contract says; the index is copied.
        unsafe {
            let made = LLVMBuildGEP2(self.builder, element, base, &mut index, 1, c"".as_ptr());
            LLVMInstructionSetDebugLoc(made, LLVMInstructionGetDebugLoc(like));
            made
        }
    }

    /// A distance in bytes.
    fn bytes(&self, bytes: u64) -> LLVMValueRef {
        // SAFETY: the context is live.
        unsafe { LLVMConstInt(LLVMInt32TypeInContext(self.context), bytes, 0) }
    }

    /// Takes the weights away that only kept two ways apart: they are no figures for the order of blocks.
    ///
    /// # Safety
    /// The instruction is live.
    unsafe fn forget_weights(&self, branch: LLVMValueRef) {
        let name = b"prof";
        // SAFETY: a node of weights has a name and as many numbers; a null node takes the metadata away.
        unsafe {
            let kind = LLVMGetMDKindIDInContext(self.context, name.as_ptr().cast(), name.len() as u32);
            let weights = LLVMGetMetadata(branch, kind);
            if weights.is_null() {
                return;
            }
            let mut operands = vec![std::ptr::null_mut(); LLVMGetMDNodeNumOperands(weights) as usize];
            LLVMGetMDNodeOperands(weights, operands.as_mut_ptr());
            let numbers = operands.into_iter().filter(|operand| !LLVMIsAConstantInt(*operand).is_null());
            if numbers
                .map(|number| LLVMConstIntGetZExtValue(number))
                .any(|number| number == APART_WEIGHT as u64)
            {
                LLVMSetMetadata(branch, kind, std::ptr::null_mut());
            }
        }
    }

    /// Ends with each constant in a block of its own, where one block stores or returns one constant or another: the
    /// constant then goes where it belongs at once.
    ///
    /// # Safety
    /// The block is one of the function's.
    unsafe fn separate_returns(&self, function: LLVMValueRef, block: LLVMBasicBlockRef) {
        // SAFETY: the block begins with one phi, of constants, and returns; all that jumps there is given another place,
        // so that nothing needs the block any more.
        unsafe {
            let written = instructions(block);
            let Some((phi, rest)) = written.split_first().filter(|(phi, _)| !LLVMIsAPHINode(**phi).is_null())
            else {
                return;
            };
            let returns = !LLVMIsAReturnInst(LLVMGetBasicBlockTerminator(block)).is_null()
                && rest.len() <= SHORT
                && rest.iter().all(|instruction| LLVMIsAPHINode(*instruction).is_null());
            let incoming = if returns { LLVMCountIncoming(*phi) } else { 0 };
            let value = |number| LLVMGetIncomingValue(*phi, number);
            if (0..incoming).any(|number| constant(value(number)).is_none()) {
                return;
            }
            let mut made: Vec<(LLVMValueRef, LLVMBasicBlockRef)> = Vec::new();
            for number in 0..incoming {
                let value = value(number);
                let known = made.iter().find(|(known, _)| *known == value).map(|(_, there)| *there);
                let there = known.unwrap_or_else(|| {
                    let there = LLVMAppendBasicBlockInContext(self.context, function, c"".as_ptr());
                    self.copy_with(rest, (*phi, value), there);
                    made.push((value, there));
                    there
                });
                let branch = LLVMGetBasicBlockTerminator(LLVMGetIncomingBlock(*phi, number));
                for way in
                    (0..LLVMGetNumSuccessors(branch)).filter(|way| LLVMGetSuccessor(branch, *way) == block)
                {
                    LLVMSetSuccessor(branch, way, there);
                }
            }
            if !made.is_empty() {
                LLVMDeleteBasicBlock(block);
            }
        }
    }

    /// Copies instructions to a block's end, with one value in place of another.
    ///
    /// # Safety
    /// All are live, and what the instructions use from elsewhere is known in the block.
    unsafe fn copy_with(
        &self,
        instructions: &[LLVMValueRef],
        (old, new): (LLVMValueRef, LLVMValueRef),
        there: LLVMBasicBlockRef,
    ) {
        let mut copied = vec![(old, new)];
        // SAFETY: as the function's contract says.
        unsafe {
            LLVMPositionBuilderAtEnd(self.builder, there);
            for instruction in instructions {
                let copy = LLVMInstructionClone(*instruction);
                LLVMInsertIntoBuilder(self.builder, copy);
                // Inserting gives it the place where the builder was before.
                LLVMInstructionSetDebugLoc(copy, LLVMInstructionGetDebugLoc(*instruction));
                for number in 0..LLVMGetNumOperands(copy) as u32 {
                    let operand = LLVMGetOperand(copy, number);
                    if let Some((_, new)) = copied.iter().find(|(old, _)| *old == operand) {
                        LLVMSetOperand(copy, number, *new);
                    }
                }
                copied.push((*instruction, copy));
            }
        }
    }
}

/// A function's blocks.
///
/// # Safety
/// The function is live.
unsafe fn blocks(function: LLVMValueRef) -> Vec<LLVMBasicBlockRef> {
    // SAFETY: so many blocks are written.
    unsafe {
        let mut blocks = vec![std::ptr::null_mut(); LLVMCountBasicBlocks(function) as usize];
        LLVMGetBasicBlocks(function, blocks.as_mut_ptr());
        blocks
    }
}

/// A block's instructions, from the first on.
///
/// # Safety
/// The block is live.
unsafe fn instructions(block: LLVMBasicBlockRef) -> Vec<LLVMValueRef> {
    // SAFETY: the walk ends at null.
    unsafe {
        let mut instructions = Vec::new();
        let mut instruction = LLVMGetFirstInstruction(block);
        while !instruction.is_null() {
            instructions.push(instruction);
            instruction = LLVMGetNextInstruction(instruction);
        }
        instructions
    }
}

/// Base and index of an address with one index.
///
/// # Safety
/// The value is live.
unsafe fn indexed(value: LLVMValueRef) -> Option<(LLVMValueRef, LLVMValueRef)> {
    // SAFETY: such an instruction has two operands.
    unsafe {
        (!LLVMIsAGetElementPtrInst(value).is_null() && LLVMGetNumOperands(value) == 2)
            .then(|| (LLVMGetOperand(value, 0), LLVMGetOperand(value, 1)))
    }
}

/// Base and distance of an address so many bytes on.
///
/// # Safety
/// The value is live.
unsafe fn offset_from(value: LLVMValueRef) -> Option<(LLVMValueRef, u64)> {
    // SAFETY: asked of an address only.
    unsafe {
        let (base, index) = indexed(value)?;
        let element = LLVMGetGEPSourceElementType(value);
        let in_bytes = LLVMGetTypeKind(element) == LLVMTypeKind::LLVMIntegerTypeKind
            && LLVMGetIntTypeWidth(element) == 8;
        constant(index).filter(|_| in_bytes).map(|bytes| (base, bytes))
    }
}

/// A constant, unsigned.
///
/// # Safety
/// The value is live.
unsafe fn constant(value: LLVMValueRef) -> Option<u64> {
    // SAFETY: asked of a constant integer only.
    unsafe { (!LLVMIsAConstantInt(value).is_null()).then(|| LLVMConstIntGetZExtValue(value)) }
}

/// Whether an element of a variable is only loaded and stored, it or what is near it. What a loop goes over is not: its
/// own addresses take the index along.
///
/// # Safety
/// The values are live.
unsafe fn takes_offsets(element: LLVMValueRef, variable: LLVMValueRef) -> bool {
    // SAFETY: as the function's contract says.
    unsafe {
        let of_variable = indexed(element).is_some_and(|(base, index)| {
            base == variable && LLVMIsAConstant(index).is_null() && LLVMIsAPHINode(index).is_null()
        });
        of_variable
            && users(element).iter().all(|user| reaches(*user, element) || offset_from(*user).is_some())
    }
}

/// Whether an instruction loads or stores at an address, and does nothing else with it.
///
/// # Safety
/// The values are live.
unsafe fn reaches(user: LLVMValueRef, address: LLVMValueRef) -> bool {
    // SAFETY: a store's first operand is what it stores.
    unsafe {
        !LLVMIsALoadInst(user).is_null()
            || (!LLVMIsAStoreInst(user).is_null() && LLVMGetOperand(user, 0) != address)
    }
}

/// The address of the same base and this index, if it is known at a block's end.
///
/// # Safety
/// All are live; `like` is an address with one index.
unsafe fn same_address(
    like: LLVMValueRef,
    index: LLVMValueRef,
    from: LLVMBasicBlockRef,
) -> Option<LLVMValueRef> {
    // SAFETY: as the function's contract says.
    unsafe {
        let same = |other: &LLVMValueRef| {
            indexed(*other) == Some((LLVMGetOperand(like, 0), index))
                && LLVMGetGEPSourceElementType(*other) == LLVMGetGEPSourceElementType(like)
                && is_before(LLVMGetInstructionParent(*other), from)
        };
        users(index).into_iter().find(same)
    }
}

/// Which of some values is the same where one comes to a block: a comparison has shown it on the way.
///
/// # Safety
/// All are live.
unsafe fn same_index(
    index: LLVMValueRef,
    from: LLVMBasicBlockRef,
    indices: &[LLVMValueRef],
) -> Option<LLVMValueRef> {
    let mut here = from;
    // Unreachable blocks may stand in a ring.
    for _ in 0..FAR {
        // SAFETY: what is asked for is of live instructions of the kinds that were asked for before.
        unsafe {
            let before = single_predecessor(here)?;
            let branch = LLVMGetBasicBlockTerminator(before);
            if LLVMGetNumSuccessors(branch) == 2 && LLVMGetSuccessor(branch, 0) == here {
                let comparison = LLVMGetCondition(branch);
                if !LLVMIsAICmpInst(comparison).is_null() && LLVMGetICmpPredicate(comparison) == LLVMIntEQ {
                    let sides = [0, 1].map(|side| LLVMGetOperand(comparison, side));
                    let other = sides.into_iter().find(|side| *side != index && sides.contains(&index));
                    if let Some(other) = other.filter(|other| indices.contains(other)) {
                        return Some(other);
                    }
                }
            }
            here = before;
        }
    }
    None
}

/// Whether one comes to a block by another only, or it is that one.
///
/// # Safety
/// The blocks are live.
unsafe fn is_before(block: LLVMBasicBlockRef, from: LLVMBasicBlockRef) -> bool {
    let mut here = Some(from);
    // Unreachable blocks may stand in a ring.
    for _ in 0..FAR {
        match here {
            Some(at) if at == block => return true,
            // SAFETY: as the function's contract says.
            Some(at) => here = unsafe { single_predecessor(at) },
            None => break,
        }
    }
    false
}

/// The one block that a block is come to from.
///
/// # Safety
/// The block is live.
unsafe fn single_predecessor(block: LLVMBasicBlockRef) -> Option<LLVMBasicBlockRef> {
    // SAFETY: only terminators use a block.
    unsafe {
        let from = users(LLVMBasicBlockAsValue(block)).into_iter().map(|user| LLVMGetInstructionParent(user));
        let from: Vec<_> = from.collect();
        from.first().copied().filter(|first| from.iter().all(|other| other == first))
    }
}

/// Who uses a value; constants know nothing of it.
///
/// # Safety
/// The value is live.
unsafe fn users(value: LLVMValueRef) -> Vec<LLVMValueRef> {
    // SAFETY: the walk ends at null.
    unsafe {
        let mut users = Vec::new();
        if !LLVMIsAConstant(value).is_null() {
            return users;
        }
        let mut used = LLVMGetFirstUse(value);
        while !used.is_null() {
            users.push(LLVMGetUser(used));
            used = LLVMGetNextUse(used);
        }
        users
    }
}

/// Replaces an instruction.
///
/// # Safety
/// Both are live, and of one type; the new one is known wherever the old one is used.
unsafe fn replace(old: LLVMValueRef, new: LLVMValueRef) {
    // SAFETY: as the function's contract says.
    unsafe {
        LLVMReplaceAllUsesWith(old, new);
        LLVMInstructionEraseFromParent(old);
    }
}
