//! The one unsafe part of this crate: erasing and replacing in MLIR, translation to LLVM, and LLVM's back ends.
#![allow(unsafe_code)]

mod finish;

use inkwell::llvm_sys::LLVMAttributeFunctionIndex;
use inkwell::llvm_sys::analysis::{LLVMVerifierFailureAction, LLVMVerifyModule};
use inkwell::llvm_sys::core::*;
use inkwell::llvm_sys::error::{LLVMDisposeErrorMessage, LLVMGetErrorMessage};
use inkwell::llvm_sys::ir_reader::LLVMParseIRInContext2;
use inkwell::llvm_sys::prelude::{LLVMContextRef, LLVMMemoryBufferRef, LLVMModuleRef};
use inkwell::llvm_sys::support::LLVMParseCommandLineOptions;
use inkwell::llvm_sys::target::{
    LLVMCopyStringRepOfTargetData, LLVMDisposeTargetData, LLVMSetModuleDataLayout,
};
use inkwell::llvm_sys::target_machine::*;
use inkwell::llvm_sys::transforms::pass_builder::{
    LLVMCreatePassBuilderOptions, LLVMDisposePassBuilderOptions, LLVMPassBuilderOptionsSetLoopUnrolling,
    LLVMRunPasses,
};
use melior::ir::{Attribute, AttributeLike, BlockLike, BlockRef, Module, OperationRef, Value, ValueLike};
use mlir_sys::{
    mlirBlockAppendOwnedOperation, mlirBlockEraseArgument, mlirOperationDestroy, mlirOperationMoveBefore,
    mlirOperationRemoveAttributeByName, mlirOperationRemoveFromParent, mlirOperationSetAttributeByName,
    mlirOperationSetOperand,
};
use mlir_sys::{
    mlirOperationSetDiscardableAttributeByName, mlirTranslateModuleToLLVMIR, mlirValueReplaceAllUsesOfWith,
};
use std::ffi::{CStr, CString, c_char, c_int};
use std::sync::Once;

/// Writing beyond the limit of file sizes becomes an error of the write; without this a signal ends the process.
#[cfg(unix)]
pub fn file_limits_are_errors() {
    /// On Linux and macOS.
    const SIGXFSZ: i32 = 25;
    const SIG_IGN: usize = 1;
    unsafe extern "C" {
        fn signal(number: i32, handler: usize) -> usize;
    }
    // SAFETY: the C library's own function; to ignore a signal runs no code of ours.
    unsafe { signal(SIGXFSZ, SIG_IGN) };
}

/// Erases an op that has no uses.
pub fn erase(op: OperationRef) {
    // SAFETY: callers collect ops before they rewrite, and do not look at this one again.
    unsafe { mlirOperationDestroy(op.to_raw()) }
}

/// Replaces a value by another wherever it is used.
pub fn replace_all_uses<'c, 'a>(old: Value<'c, 'a>, new: Value<'c, 'a>) {
    // SAFETY: both values are of live ops of one context.
    unsafe { mlirValueReplaceAllUsesOfWith(old.to_raw(), new.to_raw()) }
}

/// Gives an op an attribute that its definition does not know.
pub fn mark(op: OperationRef, name: &str, attribute: Attribute) {
    let name = melior::StringRef::new(name);
    // SAFETY: the op is live, and the attribute is of its context.
    unsafe { mlirOperationSetDiscardableAttributeByName(op.to_raw(), name.to_raw(), attribute.to_raw()) }
}

/// Sets an attribute that an op's definition knows.
pub fn set_attribute(op: OperationRef, name: &str, attribute: Attribute) {
    let name = melior::StringRef::new(name);
    // SAFETY: the op is live, and the attribute is of its context.
    unsafe { mlirOperationSetAttributeByName(op.to_raw(), name.to_raw(), attribute.to_raw()) }
}

/// Takes an attribute away that an op need not have.
pub fn remove_attribute(op: OperationRef, name: &str) {
    let name = melior::StringRef::new(name);
    // SAFETY: the op is live; what it does not have cannot be taken away.
    unsafe {
        mlirOperationRemoveAttributeByName(op.to_raw(), name.to_raw());
    }
}

/// Takes a block's arguments away, which nobody uses.
pub fn without_arguments(block: BlockRef) {
    for number in (0..block.argument_count()).rev() {
        // SAFETY: the block is live, and the caller has replaced the argument.
        unsafe { mlirBlockEraseArgument(block.to_raw(), number as u32) }
    }
}

/// Gives an op another operand.
pub fn set_operand<'c, 'a>(op: OperationRef<'c, 'a>, at: usize, value: Value<'c, 'a>) {
    // SAFETY: the op is live and has so many operands; the value is of its context.
    unsafe { mlirOperationSetOperand(op.to_raw(), at as isize, value.to_raw()) }
}

/// Moves an op to before another.
pub fn move_before(op: OperationRef, other: OperationRef) {
    // SAFETY: both ops are live and stand in blocks.
    unsafe { mlirOperationMoveBefore(op.to_raw(), other.to_raw()) }
}

/// Moves an op to a block's end.
pub fn move_to_end(op: OperationRef, block: BlockRef) {
    // SAFETY: removing gives the ownership that appending takes.
    unsafe {
        mlirOperationRemoveFromParent(op.to_raw());
        mlirBlockAppendOwnedOperation(block.to_raw(), op.to_raw());
    }
}

/// What code is generated for.
#[derive(Clone, Debug)]
pub struct Machine {
    pub triple: String,
    pub cpu: String,
    pub features: String,
    /// How addresses are formed.
    pub addresses: Addresses,
}

/// How code addresses its constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// Linked at one address.
    Fixed,
    /// Relative to the code, without a table: Arm's ROPI.
    ReadOnlyRelative,
    /// Relative to the instruction pointer.
    PositionIndependent,
}

/// An LLVM module with its context.
pub struct Llvm {
    context: LLVMContextRef,
    module: LLVMModuleRef,
}

impl Drop for Llvm {
    fn drop(&mut self) {
        // SAFETY: both were created by this type and are disposed of once, the module first.
        unsafe {
            LLVMDisposeModule(self.module);
            LLVMContextDispose(self.context);
        }
    }
}

impl Llvm {
    /// Translates a module of the `llvm` dialect. `None`: it has ops of other dialects, a bug of the lowering.
    pub fn translate(module: &Module) -> Option<Self> {
        // SAFETY: the translation makes a module in the fresh context; the MLIR module is only read.
        unsafe {
            let context = LLVMContextCreate();
            let translated =
                mlirTranslateModuleToLLVMIR(module.as_operation().to_raw(), context.cast()).cast();
            if std::ptr::eq::<inkwell::llvm_sys::LLVMModule>(translated, std::ptr::null()) {
                LLVMContextDispose(context);
                return None;
            }
            swarm_loops_declare(translated);
            Some(Self { context, module: translated })
        }
    }

    /// Reads LLVM's assembly. What is wrong is said in LLVM's words, with the place first.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let name = c_string(name);
        // SAFETY: LLVM copies the text, and the buffer is disposed of once; a context without a module is, too.
        unsafe {
            let buffer =
                LLVMCreateMemoryBufferWithMemoryRangeCopy(text.as_ptr().cast(), text.len(), name.as_ptr());
            let (context, mut module) = (LLVMContextCreate(), std::ptr::null_mut());
            let mut message = std::ptr::null_mut();
            let refused = LLVMParseIRInContext2(context, buffer, &mut module, &mut message) != 0;
            LLVMDisposeMemoryBuffer(buffer);
            if refused {
                LLVMContextDispose(context);
                return Err(take_message(message));
            }
            let parsed = Self { context, module };
            // As the translation calls it: the name of a text is no part of what is in it.
            let identifier = c"LLVMDialectModule";
            LLVMSetModuleIdentifier(module, identifier.as_ptr(), identifier.count_bytes());
            parsed.verify().map(|()| parsed)
        }
    }

    /// Whether the module is one that LLVM's rules allow; what is wrong is said in LLVM's words.
    fn verify(&self) -> Result<(), String> {
        let mut message = std::ptr::null_mut();
        // SAFETY: the verifier only reads, and hands over its text.
        unsafe {
            let action = LLVMVerifierFailureAction::LLVMReturnStatusAction;
            let refused = LLVMVerifyModule(self.module, action, &mut message) != 0;
            let message = take_message(message);
            if refused { Err(message) } else { Ok(()) }
        }
    }

    /// The module as LLVM's assembly.
    pub fn text(&self) -> String {
        // SAFETY: the text is LLVM's own until it is disposed of.
        unsafe { take_message(LLVMPrintModuleToString(self.module)) }
    }

    /// Sets what the module is for, and runs LLVM's passes, such as `default<O2>`.
    pub fn optimise(&self, machine: &TargetMachine, passes: &str, size: Size) -> Result<(), String> {
        let passes = c_string(passes);
        // Without floating-point registers there are no vectors either: only the host has them, and loops are short.
        self.mark_functions(match size {
            Size::Small => &["nounwind", "noimplicitfloat", "minsize", "optsize"],
            Size::Fast => &["nounwind", "noimplicitfloat"],
        });
        // SAFETY: all objects are live; LLVM copies the layout and the triple.
        unsafe {
            let layout = LLVMCreateTargetDataLayout(machine.0);
            LLVMSetModuleDataLayout(self.module, layout);
            LLVMDisposeTargetData(layout);
            let triple = LLVMGetTargetMachineTriple(machine.0);
            LLVMSetTarget(self.module, triple);
            LLVMDisposeMessage(triple);
            let options = LLVMCreatePassBuilderOptions();
            // What is worth it the lowering writes without a loop; more copies cost bytes, and save next to nothing.
            LLVMPassBuilderOptionsSetLoopUnrolling(options, 0);
            let error = LLVMRunPasses(self.module, passes.as_ptr(), machine.0, options);
            LLVMDisposePassBuilderOptions(options);
            if error.is_null() {
                finish::functions(self.context, self.module, size);
                swarm_loops_label(self.module);
                // What is fast is written by now. Of machine code, the smallest has the fewest instructions.
                self.mark_functions(&["minsize", "optsize"]);
                return self.verify();
            }
            let message = LLVMGetErrorMessage(error);
            let text = CStr::from_ptr(message).to_string_lossy().into_owned();
            LLVMDisposeErrorMessage(message);
            Err(text)
        }
    }

    /// Gives every function that is defined here these attributes.
    fn mark_functions(&self, attributes: &[&str]) {
        // SAFETY: the walk ends at null; attributes belong to the context.
        unsafe {
            let mut function = LLVMGetFirstFunction(self.module);
            while !function.is_null() {
                if LLVMIsDeclaration(function) == 0 {
                    for name in attributes {
                        let kind = LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len());
                        let attribute = LLVMCreateEnumAttribute(self.context, kind, 0);
                        LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex, attribute);
                    }
                    // All jumps name their targets, so that bounds can follow them.
                    let (name, value) = (b"no-jump-tables", b"true");
                    let attribute = LLVMCreateStringAttribute(
                        self.context,
                        name.as_ptr().cast(),
                        name.len() as u32,
                        value.as_ptr().cast(),
                        value.len() as u32,
                    );
                    LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex, attribute);
                }
                function = LLVMGetNextFunction(function);
            }
        }
    }

    /// Generates an object, or assembly.
    pub fn emit(&self, machine: &TargetMachine, kind: Output) -> Result<Vec<u8>, String> {
        let kind = match kind {
            Output::Object => LLVMCodeGenFileType::LLVMObjectFile,
            Output::Assembly => LLVMCodeGenFileType::LLVMAssemblyFile,
        };
        // SAFETY: the buffer is LLVM's until disposed of; its bytes are copied before.
        unsafe {
            let mut message: *mut c_char = std::ptr::null_mut();
            let mut buffer: LLVMMemoryBufferRef = std::ptr::null_mut();
            if LLVMTargetMachineEmitToMemoryBuffer(machine.0, self.module, kind, &mut message, &mut buffer)
                != 0
            {
                return Err(take_message(message));
            }
            let bytes =
                std::slice::from_raw_parts(LLVMGetBufferStart(buffer).cast(), LLVMGetBufferSize(buffer))
                    .to_vec();
            LLVMDisposeMemoryBuffer(buffer);
            Ok(bytes)
        }
    }
}

/// A weight that only says that two ways are to stay two.
pub const APART_WEIGHT: i32 = 1999;

/// Whether code is to be small, or fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Small,
    Fast,
}

/// What `Llvm::emit` gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Object,
    Assembly,
}

/// One of LLVM's back ends, set up.
pub struct TargetMachine(LLVMTargetMachineRef);

impl Drop for TargetMachine {
    fn drop(&mut self) {
        // SAFETY: created by `new`, disposed of once.
        unsafe { LLVMDisposeTargetMachine(self.0) }
    }
}

impl TargetMachine {
    /// Sets up the back end of a machine.
    pub fn new(machine: &Machine) -> Result<Self, String> {
        initialise();
        let triple = c_string(&machine.triple);
        let (cpu, features) = (c_string(&machine.cpu), c_string(&machine.features));
        let relocation = match machine.addresses {
            Addresses::Fixed => LLVMRelocMode::LLVMRelocStatic,
            Addresses::ReadOnlyRelative => LLVMRelocMode::LLVMRelocROPI,
            Addresses::PositionIndependent => LLVMRelocMode::LLVMRelocPIC,
        };
        // SAFETY: the strings live through the calls; a null machine is checked for.
        unsafe {
            let mut target = std::ptr::null_mut();
            let mut message = std::ptr::null_mut();
            if LLVMGetTargetFromTriple(triple.as_ptr(), &mut target, &mut message) != 0 {
                return Err(take_message(message));
            }
            let machine = LLVMCreateTargetMachine(
                target,
                triple.as_ptr(),
                cpu.as_ptr(),
                features.as_ptr(),
                LLVMCodeGenOptLevel::LLVMCodeGenLevelDefault,
                relocation,
                LLVMCodeModel::LLVMCodeModelDefault,
            );
            if machine.is_null() {
                Err("this back end makes no machine code".into())
            } else {
                Ok(Self(machine))
            }
        }
    }
}

impl TargetMachine {
    /// How the machine lays out data, in LLVM's words.
    pub fn data_layout(&self) -> String {
        // SAFETY: LLVM hands over the text; the layout is disposed of once.
        unsafe {
            let layout = LLVMCreateTargetDataLayout(self.0);
            let text = take_message(LLVMCopyStringRepOfTargetData(layout));
            LLVMDisposeTargetData(layout);
            text
        }
    }
}

/// The triple of the machine that this program runs on.
pub fn host_triple() -> String {
    // SAFETY: LLVM hands over the text.
    unsafe { take_message(LLVMGetDefaultTargetTriple()) }
}

unsafe extern "C" {
    // Of `shim/Loops.cpp`.
    fn swarm_loops_declare(module: LLVMModuleRef);
    fn swarm_loops_label(module: LLVMModuleRef);
    // inkwell and llvm-sys have no names for the experimental back end.
    fn LLVMInitializeXtensaTargetInfo();
    fn LLVMInitializeXtensaTarget();
    fn LLVMInitializeXtensaTargetMC();
    fn LLVMInitializeXtensaAsmPrinter();
    fn LLVMInitializeXtensaAsmParser();
}

/// What no attribute says. Registers are saved where a function begins: what saves them later, where a handler has not
/// ended early, ends it with more instructions. And a loop's first test is not copied out of it: the copy costs bytes,
/// and the order of blocks saves the jump as well.
const OPTIONS: [&CStr; 3] = [c"swarmc", c"-enable-shrink-wrap=false", c"-rotation-max-header-size=0"];

fn initialise() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let options = OPTIONS.map(CStr::as_ptr);
        // SAFETY: the texts end with zeros; LLVM reads them once, before any back end is set up.
        unsafe {
            LLVMParseCommandLineOptions(options.len() as c_int, options.as_ptr(), std::ptr::null());
        }
        let config = inkwell::targets::InitializationConfig::default();
        inkwell::targets::Target::initialize_arm(&config);
        inkwell::targets::Target::initialize_riscv(&config);
        inkwell::targets::Target::initialize_x86(&config);
        inkwell::targets::Target::initialize_aarch64(&config);
        // SAFETY: registration, once.
        unsafe {
            LLVMInitializeXtensaTargetInfo();
            LLVMInitializeXtensaTarget();
            LLVMInitializeXtensaTargetMC();
            LLVMInitializeXtensaAsmPrinter();
            LLVMInitializeXtensaAsmParser();
        }
    });
}

/// Strings of ours have no zero bytes: names come from identifiers, the rest from board files that are checked.
fn c_string(text: &str) -> CString {
    CString::new(text.replace('\0', "")).unwrap_or_default()
}

/// # Safety
/// `message` is a text that LLVM handed over, or null.
unsafe fn take_message(message: *mut c_char) -> String {
    if message.is_null() {
        return String::new();
    }
    // SAFETY: as the function's contract says.
    unsafe {
        let text = CStr::from_ptr(message).to_string_lossy().into_owned();
        LLVMDisposeMessage(message);
        text
    }
}
