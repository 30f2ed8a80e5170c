// Verification, which Rust does (src/verify.rs), and the canonicalisations of single ops.
#include "Dialects.h"
#include "mlir-c/IR.h"
#include "mlir/CAPI/IR.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace swarmc;

/// Verifies a whole kernel, emits what is wrong as diagnostics; true when nothing is. Defined in Rust.
extern "C" bool swarm_verify_kernel(MlirOperation kernel);

LogicalResult swarm::KernelOp::verifyRegions() { return success(swarm_verify_kernel(wrap(getOperation()))); }

// A check of what is known to hold goes away.
template <typename Op> static LogicalResult dropWhenTrue(Op op, PatternRewriter &rewriter) {
  if (!matchPattern(op.getCondition(), m_NonZero()))
    return failure();
  rewriter.eraseOp(op);
  return success();
}

LogicalResult swarm::AssertOp::canonicalize(AssertOp op, PatternRewriter &rewriter) {
  return dropWhenTrue(op, rewriter);
}

LogicalResult swarm::CheckOp::canonicalize(CheckOp op, PatternRewriter &rewriter) {
  return dropWhenTrue(op, rewriter);
}

// A mask that makes all actions available is no mask.
template <typename Op> static LogicalResult dropFullMask(Op op, PatternRewriter &rewriter) {
  APInt mask;
  if (!op.getMask() || !matchPattern(op.getMask(), m_ConstantInt(&mask)))
    return failure();

  auto table = SymbolTable::lookupNearestSymbolFrom<rl::TableOp>(op, op.getTableAttr());
  if (!table)
    return failure();
  int64_t actions = llvm::TypeSwitch<Type, int64_t>(table.getType())
                        .Case<rl::TableType, rl::TilesType>([](auto type) { return type.getActions(); })
                        .Default([](Type) { return INT64_MAX; });
  if (mask.countTrailingOnes() < actions)
    return failure();
  rewriter.modifyOpInPlace(op, [&] { op.getMaskMutable().clear(); });
  return success();
}

#define DROP_FULL_MASK(Op)                                                                                             \
  LogicalResult rl::Op::canonicalize(Op op, PatternRewriter &rewriter) { return dropFullMask(op, rewriter); }
DROP_FULL_MASK(MaxOp)
DROP_FULL_MASK(ArgmaxOp)
DROP_FULL_MASK(SelectOp)
DROP_FULL_MASK(BeginOp)
DROP_FULL_MASK(CompleteOp)
DROP_FULL_MASK(UpdateOp)
#undef DROP_FULL_MASK
