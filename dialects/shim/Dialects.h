// The dialects as C++ classes, generated from td/, and what the shim's files share.
#pragma once
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FoldInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "SwarmDialect.h.inc"
#include "RlDialect.h.inc"
#include "RadioDialect.h.inc"
#include "AdvDialect.h.inc"
#include "SwarmEnums.h.inc"
#include "RlEnums.h.inc"
#include "RadioEnums.h.inc"
#define GET_TYPEDEF_CLASSES
#include "RlTypes.h.inc"
#define GET_OP_CLASSES
#include "SwarmOps.h.inc"
#define GET_OP_CLASSES
#include "RlOps.h.inc"
#define GET_OP_CLASSES
#include "RadioOps.h.inc"
#define GET_OP_CLASSES
#include "AdvOps.h.inc"

namespace swarmc {
/// Registers the dialects of kernels: ours, and the upstream ones that they may use.
void registerDialects(mlir::DialectRegistry &registry);
} // namespace swarmc
