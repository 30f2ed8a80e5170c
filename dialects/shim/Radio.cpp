// The radio dialect: the assembly of schemas, and of the fields that are encoded and decoded.
#include "Assembly.h"

using namespace mlir;
using namespace swarmc;

//===-- enums: [name, number, ...] ---------------------------------------------------------------===//

static ParseResult parseEnumValues(OpAsmParser &parser, ArrayAttr &values) {
  SmallVector<Attribute> out;
  auto value = [&]() -> ParseResult {
    return failure(parseName(parser, out) || parser.parseEqual() || parseInteger(parser, out));
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Braces, value))
    return failure();
  values = parser.getBuilder().getArrayAttr(out);
  return success();
}

static void printEnumValues(OpAsmPrinter &printer, Operation *, ArrayAttr values) {
  printer << "{";
  for (size_t i = 0; i < values.size(); i += 2) {
    printer << (i ? ", " : " ") << textAt(values, i) << " = ";
    printInteger(printer, values, i + 1);
  }
  printer << " }";
}

//===-- messages: [name, number, kind, of, most bytes, oneof, [bit field, its bits, ...]] ----------===//

static ParseResult parseBits(OpAsmParser &parser, SmallVectorImpl<Attribute> &bits) {
  auto bit = [&]() -> ParseResult {
    return failure(parseName(parser, bits) || parser.parseColon() || parseName(parser, bits));
  };
  return parser.parseCommaSeparatedList(OpAsmParser::Delimiter::OptionalSquare, bit);
}

static ParseResult parseField(OpAsmParser &parser, SmallVectorImpl<Attribute> &fields) {
  Builder &builder = parser.getBuilder();
  SmallVector<Attribute> field, bits;
  if (parseName(parser, field) || parser.parseEqual() || parseInteger(parser, field) || parser.parseColon() ||
      parseName(parser, field))
    return failure();
  StringRef kind = cast<StringAttr>(field[2]).getValue();
  StringAttr of = builder.getStringAttr("");
  int64_t most = 0;
  if (kind == "enum" || kind == "message") {
    if (parser.parseSymbolName(of))
      return failure();
  } else if (kind == "bytes") {
    if (parser.parseLess() || parser.parseInteger(most) || parser.parseGreater())
      return failure();
  } else if (kind.starts_with("fixed") && parseBits(parser, bits))
    return failure();
  field.append({builder.getStringAttr(of.getValue()), builder.getI64IntegerAttr(most)});
  if (succeeded(parser.parseOptionalKeyword("oneof"))) {
    if (parseName(parser, field))
      return failure();
  } else
    field.push_back(builder.getStringAttr(""));
  field.push_back(builder.getArrayAttr(bits));
  fields.push_back(builder.getArrayAttr(field));
  return success();
}

static ParseResult parseFields(OpAsmParser &parser, ArrayAttr &fields) {
  SmallVector<Attribute> out;
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Braces, [&] { return parseField(parser, out); }))
    return failure();
  fields = parser.getBuilder().getArrayAttr(out);
  return success();
}

static void printField(OpAsmPrinter &printer, ArrayAttr field) {
  StringRef kind = textAt(field, 2);
  printer << textAt(field, 0) << " = ";
  printInteger(printer, field, 1);
  printer << " : " << kind;
  if (kind == "enum" || kind == "message") {
    printer << " ";
    printer.printSymbolName(textAt(field, 3));
  } else if (kind == "bytes") {
    printer << "<";
    printInteger(printer, field, 4);
    printer << ">";
  }
  auto bits = field.size() > 6 ? dyn_cast<ArrayAttr>(field[6]) : ArrayAttr();
  for (size_t i = 0; bits && i < bits.size(); i += 2)
    printer << (i ? ", " : " [") << textAt(bits, i) << " : " << textAt(bits, i + 1);
  if (bits && !bits.empty())
    printer << "]";
  if (!textAt(field, 5).empty())
    printer << " oneof " << textAt(field, 5);
}

static void printFields(OpAsmPrinter &printer, Operation *, ArrayAttr fields) {
  printer << "{";
  printer.increaseIndent();
  llvm::interleave(
      fields,
      [&](Attribute field) {
        printer.printNewline();
        if (auto array = dyn_cast<ArrayAttr>(field))
          printField(printer, array);
      },
      [&] { printer << ","; });
  printer.decreaseIndent();
  printer.printNewline();
  printer << "}";
}

//===-- fields of an op: their paths, and the array of each that holds bytes ------------------------===//

static ParseResult parseAssignments(OpAsmParser &parser, ArrayAttr &fields, ArrayAttr &arrays,
                                    SmallVectorImpl<OpAsmParser::UnresolvedOperand> &values,
                                    SmallVectorImpl<Type> &types) {
  SmallVector<Attribute> paths, from;
  auto assignment = [&]() -> ParseResult {
    StringAttr array = text(parser, "");
    if (parseName(parser, paths) || parser.parseEqual())
      return failure();
    bool isBytes = succeeded(parser.parseOptionalSymbolName(array));
    from.push_back(text(parser, array.getValue()));
    if ((isBytes && parser.parseLSquare()) || parser.parseOperand(values.emplace_back()) ||
        (isBytes && parser.parseRSquare()))
      return failure();
    return parseHeld(parser, types);
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, assignment))
    return failure();
  fields = parser.getBuilder().getArrayAttr(paths);
  arrays = parser.getBuilder().getArrayAttr(from);
  return success();
}

static void printAssignments(OpAsmPrinter &printer, Operation *, ArrayAttr fields, ArrayAttr arrays,
                             OperandRange values, TypeRange types) {
  printer << "(";
  for (size_t i = 0; i < values.size(); ++i) {
    StringRef array = textAt(arrays, i);
    printer << (i ? ", " : "") << textAt(fields, i) << " = ";
    if (array.empty())
      printer << values[i];
    else {
      printer.printSymbolName(array);
      printer << "[" << values[i] << "]";
    }
    printHeld(printer, types[i]);
  }
  printer << ")";
}

static ParseResult parseRead(OpAsmParser &parser, SmallVectorImpl<Attribute> &paths, SmallVectorImpl<Attribute> &into,
                             SmallVectorImpl<int32_t> &has, SmallVectorImpl<Type> &types) {
  StringAttr array = text(parser, "");
  has.push_back(succeeded(parser.parseOptionalKeyword("has")));
  if (parseName(parser, paths))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("into")) && parser.parseSymbolName(array))
    return failure();
  into.push_back(text(parser, array.getValue()));
  if (!has.back())
    return parseHeld(parser, types);
  types.push_back(parser.getBuilder().getI1Type());
  return success();
}

static void printRead(OpAsmPrinter &printer, ArrayAttr fields, ArrayAttr arrays, DenseI32ArrayAttr presence, size_t i,
                      Type type) {
  bool has = i < size_t(presence.size()) && presence[i];
  printer << (has ? "has " : "") << textAt(fields, i);
  if (!textAt(arrays, i).empty()) {
    printer << " into ";
    printer.printSymbolName(textAt(arrays, i));
  }
  if (!has)
    printHeld(printer, type);
}

static ParseResult parseReads(OpAsmParser &parser, ArrayAttr &fields, ArrayAttr &arrays, DenseI32ArrayAttr &presence,
                              SmallVectorImpl<Type> &types) {
  SmallVector<Attribute> paths, into;
  SmallVector<int32_t> has;
  auto read = [&] { return parseRead(parser, paths, into, has, types); };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, read))
    return failure();
  fields = parser.getBuilder().getArrayAttr(paths);
  arrays = parser.getBuilder().getArrayAttr(into);
  presence = parser.getBuilder().getDenseI32ArrayAttr(has);
  return success();
}

static void printReads(OpAsmPrinter &printer, Operation *, ArrayAttr fields, ArrayAttr arrays,
                       DenseI32ArrayAttr presence, TypeRange types) {
  printer << "(";
  for (size_t i = 0; i < types.size(); ++i) {
    printer << (i ? ", " : "");
    printRead(printer, fields, arrays, presence, i, types[i]);
  }
  printer << ")";
}

//===-- what a message's handler gets: its fields as arguments of its body, and the key of its window ---===//

static ParseResult parseKeys(OpAsmParser &parser, IntegerAttr &window, ArrayAttr &keys) {
  if (failed(parser.parseOptionalKeyword("dedup")))
    return success();
  int32_t count;
  SmallVector<Attribute> paths;
  if (parser.parseInteger(count) || parser.parseKeyword("by") ||
      parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, [&] { return parseName(parser, paths); }))
    return failure();
  window = parser.getBuilder().getI32IntegerAttr(count);
  keys = parser.getBuilder().getArrayAttr(paths);
  return success();
}

static ParseResult parseReceived(OpAsmParser &parser, ArrayAttr &fields, ArrayAttr &arrays,
                                 DenseI32ArrayAttr &presence, IntegerAttr &window, ArrayAttr &keys, Region &body) {
  SmallVector<Attribute> paths, into;
  SmallVector<int32_t> has;
  SmallVector<Type> types;
  SmallVector<OpAsmParser::Argument> arguments;
  auto received = [&]() -> ParseResult {
    if (parser.parseArgument(arguments.emplace_back()) || parser.parseEqual() ||
        parseRead(parser, paths, into, has, types))
      return failure();
    arguments.back().type = types.back();
    return success();
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::OptionalParen, received) ||
      parseKeys(parser, window, keys) || parser.parseRegion(body, arguments))
    return failure();
  Builder &builder = parser.getBuilder();
  swarmc::radio::OnMessageOp::ensureTerminator(body, builder, parser.getEncodedSourceLoc(parser.getNameLoc()));
  fields = builder.getArrayAttr(paths);
  arrays = builder.getArrayAttr(into);
  presence = builder.getDenseI32ArrayAttr(has);
  return success();
}

static void printReceived(OpAsmPrinter &printer, Operation *, ArrayAttr fields, ArrayAttr arrays,
                          DenseI32ArrayAttr presence, IntegerAttr window, ArrayAttr keys, Region &body) {
  if (body.getNumArguments()) {
    printer << "(";
    for (size_t i = 0; i < body.getNumArguments(); ++i) {
      printer << (i ? ", " : "") << body.getArgument(i) << " = ";
      printRead(printer, fields, arrays, presence, i, body.getArgument(i).getType());
    }
    printer << ") ";
  }
  if (window && keys) {
    printer << "dedup " << window.getInt() << " by (";
    for (size_t i = 0; i < keys.size(); ++i)
      printer << (i ? ", " : "") << textAt(keys, i);
    printer << ") ";
  }
  printer.printRegion(body, /*printEntryBlockArgs=*/false, /*printBlockTerminators=*/false);
}

//===-- registration ----------------------------------------------------------------------------===//

#include "RadioDialect.cpp.inc"
#define GET_OP_CLASSES
#include "RadioOps.cpp.inc"

void swarmc::radio::RadioDialect::initialize() {
  addInterfaces<HandlersHoldConstants>();
  addOperations<
#define GET_OP_LIST
#include "RadioOps.cpp.inc"
      >();
}
