// Pieces of assembly that several dialects share. Arrays stand for what has no attribute of its own; Rust reads them.
#pragma once
#include "Dialects.h"

namespace swarmc {
/// Constants that folding makes stay in their handler: nothing but declarations stands in a kernel beside them.
/// MLIR asks the dialect of the handler.
struct HandlersHoldConstants : mlir::DialectFoldInterface {
  using DialectFoldInterface::DialectFoldInterface;
  bool shouldMaterializeInto(mlir::Region *region) const final {
    return mlir::isa_and_nonnull<swarm::KernelOp>(region->getParentOp()->getParentOp());
  }
};

inline mlir::StringAttr text(mlir::OpAsmParser &parser, mlir::StringRef value) {
  return parser.getBuilder().getStringAttr(value);
}

inline mlir::StringRef textAt(mlir::ArrayAttr array, size_t place) {
  auto string = place < array.size() ? mlir::dyn_cast<mlir::StringAttr>(array[place]) : mlir::StringAttr();
  return string ? string.getValue() : mlir::StringRef();
}

inline mlir::ParseResult parseName(mlir::OpAsmParser &parser, mlir::SmallVectorImpl<mlir::Attribute> &out) {
  std::string name;
  if (parser.parseKeywordOrString(&name))
    return mlir::failure();
  out.push_back(text(parser, name));
  return mlir::success();
}

inline mlir::ParseResult parseInteger(mlir::OpAsmParser &parser, mlir::SmallVectorImpl<mlir::Attribute> &out) {
  int64_t number;
  if (parser.parseInteger(number))
    return mlir::failure();
  out.push_back(parser.getBuilder().getI64IntegerAttr(number));
  return mlir::success();
}

inline void printInteger(mlir::OpAsmPrinter &printer, mlir::ArrayAttr array, size_t place) {
  auto number = place < array.size() ? mlir::dyn_cast<mlir::IntegerAttr>(array[place]) : mlir::IntegerAttr();
  printer << (number ? number.getInt() : 0);
}

// A number is i32 unless it says otherwise.
inline mlir::ParseResult parseHeld(mlir::OpAsmParser &parser, mlir::SmallVectorImpl<mlir::Type> &types) {
  types.push_back(parser.getBuilder().getI32Type());
  return mlir::succeeded(parser.parseOptionalColon()) ? parser.parseType(types.back()) : mlir::success();
}

inline void printHeld(mlir::OpAsmPrinter &printer, mlir::Type type) {
  if (!type.isInteger(32))
    printer << " : " << type;
}
} // namespace swarmc
