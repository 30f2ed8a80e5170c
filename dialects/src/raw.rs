//! The one unsafe file of this crate: the C interface of `shim/Api.cpp`, and what is made safe of it.
#![allow(unsafe_code)]

use crate::verify;
use melior::dialect::DialectRegistry;
use melior::ir::operation::OperationLike;
use melior::ir::r#type::TypeLike;
use melior::ir::{AttributeLike, Location, Module, OperationRef, Type};
use melior::{Context, StringRef, ir::Attribute};
use mlir_sys::{
    MlirAttribute, MlirContext, MlirDialectRegistry, MlirLocation, MlirModule, MlirOperation, MlirStringRef,
    MlirType,
};
use std::ffi::{CString, c_char, c_int};

unsafe extern "C" {
    fn swarmRegisterDialects(registry: MlirDialectRegistry);
    fn swarmRegisterPasses();
    fn swarmParse(context: MlirContext, text: MlirStringRef, name: MlirStringRef) -> MlirModule;
    fn swarmIsTable(r#type: MlirType) -> bool;
    fn swarmTable(r#type: MlirType, out: *mut i64);
    fn swarmTiles(r#type: MlirType, out: *mut i64) -> i64;
    fn swarmDense(attribute: MlirAttribute, out: *mut i64, capacity: i64) -> i64;
    fn swarmError(
        location: MlirLocation,
        message: MlirStringRef,
        note_location: MlirLocation,
        note: MlirStringRef,
    );
    fn swarmOptMain(argc: c_int, argv: *mut *mut c_char) -> c_int;
    fn swarmLspMain(argc: c_int, argv: *mut *mut c_char) -> c_int;
}

/// Called by the kernel op's verifier in C++.
#[unsafe(no_mangle)]
extern "C" fn swarm_verify_kernel(kernel: MlirOperation) -> bool {
    // A panic must not unwind into C++: it becomes a diagnostic of its own.
    let verified = std::panic::catch_unwind(|| {
        // SAFETY: MLIR hands over a live operation for the time of the call.
        verify::kernel(unsafe { OperationRef::from_raw(kernel) })
    });
    verified.unwrap_or_else(|_| {
        // SAFETY: as above.
        let op = unsafe { OperationRef::from_raw(kernel) };
        error(op.location(), "[internal] the verifier failed; this is a bug of swarmc", None);
        false
    })
}

pub(crate) fn register_dialects(registry: &DialectRegistry) {
    // SAFETY: the registry outlives the call.
    unsafe { swarmRegisterDialects(registry.to_raw()) }
}

pub(crate) fn register_passes() {
    // SAFETY: registration is idempotent, and the caller's `Once` makes it happen once.
    unsafe { swarmRegisterPasses() }
}

pub(crate) fn parse<'c>(context: &'c Context, text: &str, name: &str) -> Option<Module<'c>> {
    // SAFETY: the shim copies the text; the module that comes back is owned by the caller.
    unsafe {
        Module::from_option_raw(swarmParse(
            context.to_raw(),
            StringRef::new(text).to_raw(),
            StringRef::new(name).to_raw(),
        ))
    }
}

/// The numbers of a `!rl.table`: states, actions, element bits, fractional bits.
pub(crate) fn table(r#type: Type) -> Option<[i64; 4]> {
    let mut out = [0; 4];
    // SAFETY: the shim writes four numbers, after the type was checked.
    unsafe {
        swarmIsTable(r#type.to_raw()).then(|| swarmTable(r#type.to_raw(), out.as_mut_ptr()))?;
    }
    Some(out)
}

/// The numbers of a `!rl.tiles`: tilings, actions, element bits, fractional bits, then lowest, highest and tiles of
/// each input.
pub(crate) fn tiles(r#type: Type) -> Option<Vec<i64>> {
    let mut out = vec![0; 16];
    // SAFETY: the shim writes at most sixteen numbers: a type has four inputs at most.
    let count = unsafe { swarmTiles(r#type.to_raw(), out.as_mut_ptr()) };
    out.truncate(usize::try_from(count).ok()?);
    (!out.is_empty()).then_some(out)
}

/// The elements of a dense integer attribute, sign-extended.
pub fn dense_values(attribute: Attribute) -> Option<Vec<i64>> {
    // SAFETY: a capacity of 0 writes nothing; the second call writes at most `count` numbers.
    unsafe {
        let count = swarmDense(attribute.to_raw(), std::ptr::null_mut(), 0);
        let mut values = vec![0; usize::try_from(count).ok()?];
        swarmDense(attribute.to_raw(), values.as_mut_ptr(), count);
        Some(values)
    }
}

/// Emits an error diagnostic, with a note at another place.
pub(crate) fn error(location: Location, message: &str, note: Option<(Location, &str)>) {
    let (note_location, note) = note.unwrap_or((location, ""));
    // SAFETY: the shim copies both texts.
    unsafe {
        swarmError(
            location.to_raw(),
            StringRef::new(message).to_raw(),
            note_location.to_raw(),
            StringRef::new(note).to_raw(),
        );
    }
}

type CMain = unsafe extern "C" fn(c_int, *mut *mut c_char) -> c_int;

fn run_main(main: CMain, arguments: impl Iterator<Item = String>) -> i32 {
    let arguments: Vec<CString> = arguments.filter_map(|argument| CString::new(argument).ok()).collect();
    let mut pointers: Vec<*mut c_char> =
        arguments.iter().map(|argument| argument.as_ptr().cast_mut()).collect();
    let count = pointers.len() as c_int;
    pointers.push(std::ptr::null_mut());
    // SAFETY: argv is terminated by null and lives until the call returns; MLIR does not write to it.
    unsafe { main(count, pointers.as_mut_ptr()) }
}

/// MLIR's `opt` driver over our dialects; the exit code.
pub fn opt_main(arguments: impl Iterator<Item = String>) -> i32 {
    run_main(swarmOptMain, arguments)
}

/// MLIR's language server over our dialects; the exit code.
pub fn lsp_main(arguments: impl Iterator<Item = String>) -> i32 {
    run_main(swarmLspMain, arguments)
}
