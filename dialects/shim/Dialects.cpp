// Registration of the dialects, and the pieces of assembly that ODS's format cannot say by itself.
#include "Assembly.h"
#include "llvm/ADT/TypeSwitch.h"
#include <charconv>

using namespace mlir;

//===-- assembly --------------------------------------------------------------------------------===//

// `: i16 = 7` and `: tensor<4xi8> = dense<0>`: the value needs no type of its own.
static ParseResult parseTypeAndInit(OpAsmParser &parser, TypeAttr &type, Attribute &init) {
  Type parsed;
  if (parser.parseType(parsed))
    return failure();
  type = TypeAttr::get(parsed);
  if (failed(parser.parseOptionalEqual()))
    return success();
  if (!isa<IntegerType, RankedTensorType>(parsed))
    return parser.emitError(parser.getCurrentLocation(), "[type] a variable of this type has no initial value");
  return parser.parseAttribute(init, parsed);
}

static void printTypeAndInit(OpAsmPrinter &printer, Operation *, TypeAttr type, Attribute init) {
  printer << type.getValue();
  if (!init)
    return;
  printer << " = ";
  printer.printAttributeWithoutType(init);
}

// A value's type, left out where it is i32. Clauses that may print nothing bring their own space.
static ParseResult parseHeldType(OpAsmParser &parser, Type &type) {
  if (succeeded(parser.parseOptionalColon()))
    return parser.parseType(type);
  type = parser.getBuilder().getI32Type();
  return success();
}

static void printHeldType(OpAsmPrinter &printer, Operation *, Type type) {
  if (!type.isInteger(32))
    printer << " : " << type;
}

static ParseResult parseNumber(OpAsmParser &parser, FloatAttr &attr) {
  // MLIR reads no `1` as a float, and says so in its own words.
  const char *end = parser.getCurrentLocation().getPointer();
  while (isdigit(*end))
    ++end;
  int64_t whole;
  double value;
  if (end != parser.getCurrentLocation().getPointer() && *end != '.') {
    if (parser.parseInteger(whole))
      return failure();
    value = whole;
  } else if (parser.parseFloat(value))
    return failure();
  attr = parser.getBuilder().getF64FloatAttr(value);
  return success();
}

// The shortest decimal that reads back as the same number, always with a point.
static void printNumber(OpAsmPrinter &printer, FloatAttr attr) {
  char digits[40];
  auto end = std::to_chars(digits, digits + sizeof digits, attr.getValueAsDouble(), std::chars_format::fixed);
  StringRef text = end.ec == std::errc() ? StringRef(digits, end.ptr - digits) : StringRef();
  if (text.empty())
    printer << attr.getValueAsDouble(); // too long for fixed notation: MLIR's own
  else
    printer << text << (text.contains('.') ? "" : ".0");
}

static ParseResult parseDecimal(OpAsmParser &parser, FloatAttr &attr) { return parseNumber(parser, attr); }
static void printDecimal(OpAsmPrinter &printer, Operation *, FloatAttr attr) { printNumber(printer, attr); }

// `epsilon 0.1` or `epsilon @schedule`.
static ParseResult parseEpsilon(OpAsmParser &parser, FloatAttr &epsilon, FlatSymbolRefAttr &schedule) {
  if (failed(parser.parseOptionalKeyword("epsilon")))
    return success();
  StringAttr name;
  if (succeeded(parser.parseOptionalSymbolName(name))) {
    schedule = FlatSymbolRefAttr::get(name);
    return success();
  }
  return parseNumber(parser, epsilon);
}

static void printEpsilon(OpAsmPrinter &printer, Operation *, FloatAttr epsilon, FlatSymbolRefAttr schedule) {
  if (schedule)
    printer << " epsilon " << schedule;
  else if (epsilon) {
    printer << " epsilon ";
    printNumber(printer, epsilon);
  }
}

// As above, or `softmax 0.5`; nothing means greedy.
static ParseResult parsePolicy(OpAsmParser &parser, FloatAttr &epsilon, FlatSymbolRefAttr &schedule,
                               FloatAttr &temperature) {
  if (succeeded(parser.parseOptionalKeyword("softmax")))
    return parseNumber(parser, temperature);
  return parseEpsilon(parser, epsilon, schedule);
}

static void printPolicy(OpAsmPrinter &printer, Operation *op, FloatAttr epsilon, FlatSymbolRefAttr schedule,
                        FloatAttr temperature) {
  if (temperature) {
    printer << " softmax ";
    printNumber(printer, temperature);
  } else
    printEpsilon(printer, op, epsilon, schedule);
}

// `{alpha = 0.1, gamma = 0.9, lambda = 0.8, rounding = floor}`.
static ParseResult parseRates(OpAsmParser &parser, FloatAttr &alpha, FloatAttr &gamma, FloatAttr &lambda,
                              swarmc::rl::RoundingAttr &rounding) {
  auto entry = [&]() -> ParseResult {
    StringRef key;
    SMLoc place = parser.getCurrentLocation();
    if (parser.parseKeyword(&key) || parser.parseEqual())
      return failure();
    if (key == "rounding") {
      StringRef name;
      SMLoc at = parser.getCurrentLocation();
      if (parser.parseKeyword(&name))
        return failure();
      auto value = swarmc::rl::symbolizeRounding(name);
      if (!value)
        return parser.emitError(at, "[rounding] no rounding is called '") << name << "'";
      rounding = swarmc::rl::RoundingAttr::get(parser.getContext(), *value);
      return success();
    }
    FloatAttr *target = llvm::StringSwitch<FloatAttr *>(key)
                            .Case("alpha", &alpha)
                            .Case("gamma", &gamma)
                            .Case("lambda", &lambda)
                            .Default(nullptr);
    if (!target)
      return parser.emitError(place, "[rates] no learning rate is called '") << key << "'";
    if (*target)
      return parser.emitError(place, "[rates] '") << key << "' is given twice";
    return parseNumber(parser, *target);
  };
  SMLoc place = parser.getCurrentLocation();
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Braces, entry))
    return failure();
  if (!alpha || !gamma)
    return parser.emitError(place, "[rates] alpha and gamma must be given");
  return success();
}

static void printRates(OpAsmPrinter &printer, Operation *, FloatAttr alpha, FloatAttr gamma, FloatAttr lambda,
                       swarmc::rl::RoundingAttr rounding) {
  printer << "{alpha = ";
  printNumber(printer, alpha);
  printer << ", gamma = ";
  printNumber(printer, gamma);
  if (lambda) {
    printer << ", lambda = ";
    printNumber(printer, lambda);
  }
  if (rounding)
    printer << ", rounding = " << stringifyRounding(rounding.getValue());
  printer << "}";
}

// The same without a lambda.
static ParseResult parseUpdateRates(OpAsmParser &parser, FloatAttr &alpha, FloatAttr &gamma,
                                    swarmc::rl::RoundingAttr &rounding) {
  FloatAttr lambda;
  SMLoc place = parser.getCurrentLocation();
  if (parseRates(parser, alpha, gamma, lambda, rounding))
    return failure();
  if (lambda)
    return parser.emitError(place, "[rule] rl.update learns without traces: it has no lambda");
  return success();
}

static void printUpdateRates(OpAsmPrinter &printer, Operation *op, FloatAttr alpha, FloatAttr gamma,
                             swarmc::rl::RoundingAttr rounding) {
  printRates(printer, op, alpha, gamma, FloatAttr(), rounding);
}

//===-- types -----------------------------------------------------------------------------------===//

namespace swarmc::rl {

static ParseResult parseFrac(AsmParser &parser, int64_t &frac) {
  SMLoc place = parser.getCurrentLocation();
  if (failed(parser.parseOptionalComma()))
    return parser.emitError(place, "[frac-missing] a table says how many bits of its elements are fractional");
  return failure(parser.parseKeyword("frac") || parser.parseEqual() || parser.parseInteger(frac));
}

static LogicalResult verifyElement(function_ref<InFlightDiagnostic()> emit, int64_t actions, Type element,
                                   int64_t frac) {
  if (!element.isSignlessInteger() || !llvm::is_contained({8u, 16u, 32u}, element.getIntOrFloatBitWidth()))
    return emit() << "[element] an element is i8, i16 or i32, not " << element;
  if (actions < 1 || actions > 32)
    return emit() << "[actions] a table has 1 to 32 actions, not " << actions;
  int64_t most = element.getIntOrFloatBitWidth() - 1;
  if (frac < 0 || frac > most)
    return emit() << "[frac] an element of type " << element << " has 0 to " << most << " fractional bits, not "
                  << frac;
  return success();
}

Type TableType::parse(AsmParser &parser) {
  SmallVector<int64_t> shape;
  Type element;
  int64_t frac;
  SMLoc place = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseDimensionList(shape, /*allowDynamic=*/false) ||
      parser.parseType(element) || parseFrac(parser, frac) || parser.parseGreater())
    return {};
  if (shape.size() != 2)
    return parser.emitError(place, "[shape] a table is states x actions x element, such as 64x4xi16"), Type();
  return parser.getChecked<TableType>(place, parser.getContext(), shape[0], shape[1], element, frac);
}

void TableType::print(AsmPrinter &printer) const {
  printer << "<" << getStates() << "x" << getActions() << "x" << getElement() << ", frac = " << getFrac() << ">";
}

LogicalResult TableType::verify(function_ref<InFlightDiagnostic()> emit, int64_t states, int64_t actions,
                                Type element, int64_t frac) {
  if (failed(verifyElement(emit, actions, element, frac)))
    return failure();
  if (states < 1 || states > (1 << 24))
    return emit() << "[states] a table has 1 to 16777216 states, not " << states;
  return success();
}

Type TilesType::parse(AsmParser &parser) {
  SmallVector<int64_t> lo, hi, cuts, shape;
  Type element;
  int64_t tilings, frac;
  SMLoc place = parser.getCurrentLocation();
  auto input = [&]() -> ParseResult {
    return failure(parser.parseInteger(lo.emplace_back()) || parser.parseKeyword("to") ||
                   parser.parseInteger(hi.emplace_back()) || parser.parseKeyword("by") ||
                   parser.parseInteger(cuts.emplace_back()));
  };
  if (parser.parseLess() || parser.parseInteger(tilings) || parser.parseKeyword("of") ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, input) || parser.parseComma() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false) || parser.parseType(element) ||
      parseFrac(parser, frac) || parser.parseGreater())
    return {};
  if (shape.size() != 1)
    return parser.emitError(place, "[shape] tiles end in actions x element, such as 4xi16"), Type();
  return parser.getChecked<TilesType>(place, parser.getContext(), tilings, lo, hi, cuts, shape[0], element, frac);
}

void TilesType::print(AsmPrinter &printer) const {
  printer << "<" << getTilings() << " of [";
  llvm::interleaveComma(llvm::seq<size_t>(0, getLo().size()), printer, [&](size_t i) {
    printer << getLo()[i] << " to " << getHi()[i] << " by " << getCuts()[i];
  });
  printer << "], " << getActions() << "x" << getElement() << ", frac = " << getFrac() << ">";
}

LogicalResult TilesType::verify(function_ref<InFlightDiagnostic()> emit, int64_t tilings, ArrayRef<int64_t> lo,
                                ArrayRef<int64_t> hi, ArrayRef<int64_t> cuts, int64_t actions, Type element,
                                int64_t frac) {
  if (failed(verifyElement(emit, actions, element, frac)))
    return failure();
  if (tilings < 1 || tilings > 32 || !llvm::isPowerOf2_64(tilings))
    return emit() << "[tilings] the number of tilings is a power of two from 1 to 32, not " << tilings;
  if (lo.empty() || lo.size() > 4)
    return emit() << "[inputs] tiles have 1 to 4 inputs, not " << lo.size();
  int64_t weights = tilings * actions;
  for (size_t i = 0; i < lo.size(); ++i) {
    bool inI32 = lo[i] >= INT32_MIN && hi[i] <= INT32_MAX;
    if (!inI32 || lo[i] >= hi[i] || hi[i] - lo[i] > 65535)
      return emit() << "[input-range] input " << i << " must range over 2 to 65536 values of an i32, not " << lo[i]
                    << " to " << hi[i];
    if (cuts[i] < 1 || cuts[i] > 32767 / tilings || cuts[i] > hi[i] - lo[i] + 1)
      return emit() << "[input-tiles] input " << i << " cannot be cut into " << cuts[i] << " tiles";
    weights *= cuts[i] + 1;
    if (weights > (1 << 24))
      return emit() << "[elements] these tiles need more than 16777216 weights";
  }
  return success();
}

} // namespace swarmc::rl

//===-- registration ----------------------------------------------------------------------------===//

#include "SwarmDialect.cpp.inc"
#include "RlDialect.cpp.inc"
#include "SwarmEnums.cpp.inc"
#include "RlEnums.cpp.inc"
#include "RadioEnums.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "RlTypes.cpp.inc"
#define GET_OP_CLASSES
#include "SwarmOps.cpp.inc"
#define GET_OP_CLASSES
#include "RlOps.cpp.inc"

void swarmc::swarm::SwarmDialect::initialize() {
  addInterfaces<HandlersHoldConstants>();
  addOperations<
#define GET_OP_LIST
#include "SwarmOps.cpp.inc"
      >();
}

void swarmc::rl::RlDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "RlTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "RlOps.cpp.inc"
      >();
}
