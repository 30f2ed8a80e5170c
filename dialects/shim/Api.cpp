// The C interface that src/raw.rs declares: what Rust needs of the dialects beyond MLIR's own C API.
#include "Dialects.h"
#include "mlir-c/IR.h"
#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Registration.h"
#include "mlir/CAPI/Support.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace swarmc;

void swarmc::registerDialects(DialectRegistry &registry) {
  registry.insert<swarm::SwarmDialect, rl::RlDialect, radio::RadioDialect, adv::AdvDialect, arith::ArithDialect, bufferization::BufferizationDialect,
                  cf::ControlFlowDialect, DLTIDialect, func::FuncDialect, linalg::LinalgDialect, LLVM::LLVMDialect,
                  memref::MemRefDialect, scf::SCFDialect, tensor::TensorDialect>();
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(registry);
  linalg::registerBufferizableOpInterfaceExternalModels(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

extern "C" {

void swarmRegisterDialects(MlirDialectRegistry registry) { registerDialects(*unwrap(registry)); }

/// Registers the upstream passes that the pipeline's textual form names, and no others.
void swarmRegisterPasses() {
  registerCanonicalizerPass();
  registerCSEPass();
  bufferization::registerOneShotBufferizePass();
  registerConvertElementwiseToLinalgPass();
  registerConvertLinalgToLoopsPass();
  memref::registerExpandStridedMetadataPass();
  registerLowerAffinePass();
  registerSCFToControlFlowPass();
  registerArithToLLVMConversionPass();
  registerConvertControlFlowToLLVMPass();
  registerFinalizeMemRefToLLVMConversionPass();
  registerConvertFuncToLLVMPass();
  registerReconcileUnrealizedCastsPass();
  LLVM::registerDIScopeForLLVMFuncOpPass();
}

/// Parses and verifies a module; `name` is what diagnostics call the text. Null on failure.
MlirModule swarmParse(MlirContext context, MlirStringRef text, MlirStringRef name) {
  ParserConfig config(unwrap(context));
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(unwrap(text), unwrap(name));
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(buffer), SMLoc());
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, config);
  if (!module)
    return wrap(ModuleOp());
  // A loop's assembly says nothing of where its arguments stand: they stand where the loop does. So a printed stage,
  // read again, is the same stage.
  module->walk([](Operation *op) {
    if (isa_and_nonnull<scf::SCFDialect>(op->getDialect()))
      for (Region &region : op->getRegions())
        for (BlockArgument argument : region.getArguments())
          argument.setLoc(op->getLoc());
  });
  return wrap(module.release());
}

bool swarmIsTable(MlirType type) { return isa<rl::TableType>(unwrap(type)); }

/// states, actions, element bits, fractional bits
void swarmTable(MlirType type, int64_t out[4]) {
  auto table = cast<rl::TableType>(unwrap(type));
  out[0] = table.getStates(), out[1] = table.getActions();
  out[2] = table.getElement().getIntOrFloatBitWidth(), out[3] = table.getFrac();
}

/// tilings, actions, element bits, fractional bits, then lowest, highest and tiles of each input; the number of them.
int64_t swarmTiles(MlirType type, int64_t out[16]) {
  auto tiles = dyn_cast<rl::TilesType>(unwrap(type));
  if (!tiles)
    return 0;
  out[0] = tiles.getTilings(), out[1] = tiles.getActions();
  out[2] = tiles.getElement().getIntOrFloatBitWidth(), out[3] = tiles.getFrac();
  int64_t n = 4;
  for (size_t i = 0; i < tiles.getLo().size(); ++i) {
    out[n++] = tiles.getLo()[i];
    out[n++] = tiles.getHi()[i];
    out[n++] = tiles.getCuts()[i];
  }
  return n;
}

/// The elements of a dense integer attribute, sign-extended; the number of them.
int64_t swarmDense(MlirAttribute attribute, int64_t *out, int64_t capacity) {
  auto dense = dyn_cast<DenseIntElementsAttr>(unwrap(attribute));
  if (!dense)
    return -1;
  int64_t n = 0;
  for (APInt value : dense.getValues<APInt>()) {
    if (n == capacity)
      break;
    out[n++] = value.getSExtValue();
  }
  return dense.getNumElements();
}

/// A diagnostic with a note at another place.
void swarmError(MlirLocation location, MlirStringRef message, MlirLocation noteLocation, MlirStringRef note) {
  InFlightDiagnostic diagnostic = emitError(unwrap(location)) << unwrap(message);
  if (note.length)
    diagnostic.attachNote(unwrap(noteLocation)) << unwrap(note);
}
}
