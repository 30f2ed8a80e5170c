// The adv dialect: the assembly of beacons, services, and of the fields that are given and asked for.
#include "Assembly.h"

using namespace mlir;
using namespace swarmc;

// dialects/src/adverts.rs reads the arrays.

//===-- clauses: [[name, number or text, ...], ...] ---------------------------------------------------===//

static const StringRef CLAUSES[] = {"company",  "service",       "every",    "connectable", "scannable",
                                    "rotate",   "scan_response", "extended", "layout",      "local_name",
                                    "no_flags", "bthome",        "rssi"};

static ParseResult parseText(OpAsmParser &parser, SmallVectorImpl<Attribute> &out) {
  std::string value;
  if (parser.parseString(&value))
    return failure();
  out.push_back(text(parser, value));
  return success();
}

// A UUID: a number where the Bluetooth SIG gave it, else a text.
static ParseResult parseUuid(OpAsmParser &parser, SmallVectorImpl<Attribute> &out) {
  int64_t number;
  OptionalParseResult isNumber = parser.parseOptionalInteger(number);
  if (!isNumber.has_value())
    return parseText(parser, out);
  if (failed(*isNumber))
    return failure();
  out.push_back(parser.getBuilder().getI64IntegerAttr(number));
  return success();
}

static ParseResult parseMilliseconds(OpAsmParser &parser, SmallVectorImpl<Attribute> &out) {
  return failure(parseInteger(parser, out) || parser.parseKeyword("ms"));
}

static ParseResult parseClause(OpAsmParser &parser, StringRef keyword, SmallVectorImpl<Attribute> &clause) {
  if (keyword == "service")
    return parseUuid(parser, clause);
  if (keyword == "company" || keyword == "extended" || keyword == "layout" || keyword == "rssi")
    return parseInteger(parser, clause);
  if (keyword == "every")
    return parseMilliseconds(parser, clause);
  if (keyword == "rotate")
    return failure(parseInteger(parser, clause) || parser.parseKeyword("dwell") || parseMilliseconds(parser, clause));
  if (keyword == "local_name")
    return parseText(parser, clause);
  if (keyword == "bthome" && succeeded(parser.parseOptionalKeyword("on_trigger")))
    clause.push_back(text(parser, "on_trigger"));
  return success();
}

static ParseResult parseClauses(OpAsmParser &parser, ArrayAttr &clauses) {
  SmallVector<Attribute> out;
  StringRef keyword;
  while (succeeded(parser.parseOptionalKeyword(&keyword, CLAUSES))) {
    SmallVector<Attribute> clause = {text(parser, keyword)};
    if (parseClause(parser, keyword, clause))
      return failure();
    out.push_back(parser.getBuilder().getArrayAttr(clause));
  }
  clauses = parser.getBuilder().getArrayAttr(out);
  return success();
}

static void printPart(OpAsmPrinter &printer, ArrayAttr array, size_t place) {
  if (place < array.size() && isa<StringAttr>(array[place]))
    printer.printString(textAt(array, place));
  else
    printInteger(printer, array, place);
}

static void printClauses(OpAsmPrinter &printer, Operation *, ArrayAttr clauses) {
  for (Attribute attribute : clauses) {
    auto clause = dyn_cast<ArrayAttr>(attribute);
    if (!clause)
      continue;
    StringRef keyword = textAt(clause, 0);
    printer << " " << keyword;
    if (keyword == "bthome") {
      if (clause.size() > 1)
        printer << " on_trigger";
      continue;
    }
    if (clause.size() > 1) {
      printer << " ";
      printPart(printer, clause, 1);
    }
    if (keyword == "rotate") {
      printer << " dwell ";
      printInteger(printer, clause, 2);
    }
    if (keyword == "rotate" || keyword == "every")
      printer << " ms";
  }
}

//===-- fields: [name, kind, [what the kind needs], [modifier, its text, ...]] --------------------------===//

// A decimal number as it is written: "-40", "0.5".
static ParseResult parseDecimal(OpAsmParser &parser, SmallVectorImpl<Attribute> &out) {
  const char *start = parser.getCurrentLocation().getPointer(), *at = start;
  if (*at == '-')
    ++at;
  while (isdigit(*at))
    ++at;
  if (*at != '.')
    return [&]() -> ParseResult {
      int64_t whole;
      if (parser.parseInteger(whole))
        return failure();
      out.push_back(text(parser, std::to_string(whole)));
      return success();
    }();
  for (++at; isdigit(*at);)
    ++at;
  if (isalpha(*at))
    return parser.emitError(parser.getCurrentLocation(), "[decimal] a number is written plainly, such as -0.5");
  double value;
  StringRef written(start, at - start);
  if (parser.parseFloat(value))
    return failure();
  out.push_back(text(parser, written));
  return success();
}

static ParseResult parseNames(OpAsmParser &parser, SmallVectorImpl<Attribute> &out) {
  return parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, [&] { return parseName(parser, out); });
}

// What a field holds, after its name.
static ParseResult parseKind(OpAsmParser &parser, SmallVectorImpl<Attribute> &field) {
  Builder &builder = parser.getBuilder();
  SmallVector<Attribute> needs, modifiers;
  StringRef kind, modifier;
  if (failed(parser.parseOptionalKeyword(&kind, {"flag", "flags", "id", "one_of", "set"}))) {
    kind = "number";
    if (parseDecimal(parser, needs) || parser.parseKeyword("to") || parseDecimal(parser, needs))
      return failure();
    if (succeeded(parser.parseOptionalKeyword("by")) && parseDecimal(parser, needs))
      return failure();
  } else if (kind == "flags" || kind == "id") {
    if (parseInteger(parser, needs))
      return failure();
  } else if (kind != "flag") {
    if (parseNames(parser, needs))
      return failure();
    if (kind == "set" && (parser.parseKeyword("bytes") || parseInteger(parser, needs)))
      return failure();
  }
  while (succeeded(parser.parseOptionalKeyword(&modifier, {"unit", "floor", "missing", "repeated", "as"}))) {
    modifiers.push_back(text(parser, modifier));
    if (modifier != "unit" && modifier != "as")
      modifiers.push_back(text(parser, ""));
    else if (parseText(parser, modifiers))
      return failure();
  }
  field.append({text(parser, kind), builder.getArrayAttr(needs), builder.getArrayAttr(modifiers)});
  return success();
}

static ParseResult parseField(OpAsmParser &parser, SmallVectorImpl<Attribute> &fields) {
  SmallVector<Attribute> field;
  if (parseName(parser, field) || parser.parseEqual() || parseKind(parser, field))
    return failure();
  fields.push_back(parser.getBuilder().getArrayAttr(field));
  return success();
}

static ArrayAttr arrayAt(ArrayAttr array, size_t place) {
  auto inner = place < array.size() ? dyn_cast<ArrayAttr>(array[place]) : ArrayAttr();
  return inner ? inner : ArrayAttr::get(array.getContext(), {});
}

static void printKind(OpAsmPrinter &printer, ArrayAttr field) {
  StringRef kind = textAt(field, 1);
  ArrayAttr needs = arrayAt(field, 2), modifiers = arrayAt(field, 3);
  if (kind == "number") {
    printer << textAt(needs, 0) << " to " << textAt(needs, 1);
    if (needs.size() > 2)
      printer << " by " << textAt(needs, 2);
  } else {
    printer << kind;
    if (kind == "flags" || kind == "id") {
      printer << " ";
      printInteger(printer, needs, 0);
    } else if (kind != "flag") {
      size_t names = needs.size() - (kind == "set" && !needs.empty());
      printer << " [";
      for (size_t i = 0; i < names; ++i) {
        printer << (i ? ", " : "");
        printer.printString(textAt(needs, i));
      }
      printer << "]";
      if (kind == "set") {
        printer << " bytes ";
        printInteger(printer, needs, names);
      }
    }
  }
  for (size_t i = 0; i < modifiers.size(); i += 2) {
    StringRef modifier = textAt(modifiers, i);
    printer << " " << modifier;
    if (modifier == "unit" || modifier == "as") {
      printer << " ";
      printer.printString(textAt(modifiers, i + 1));
    }
  }
}

static void printField(OpAsmPrinter &printer, ArrayAttr field) {
  printer << textAt(field, 0) << " = ";
  printKind(printer, field);
}

// One on each line.
static void printLines(OpAsmPrinter &printer, ArrayAttr all, function_ref<void(ArrayAttr)> print) {
  printer << "{";
  printer.increaseIndent();
  llvm::interleave(
      all,
      [&](Attribute one) {
        printer.printNewline();
        if (auto array = dyn_cast<ArrayAttr>(one))
          print(array);
      },
      [&] { printer << ","; });
  printer.decreaseIndent();
  printer.printNewline();
  printer << "}";
}

static ParseResult parseFields(OpAsmParser &parser, ArrayAttr &fields) {
  SmallVector<Attribute> out;
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Braces, [&] { return parseField(parser, out); }))
    return failure();
  fields = parser.getBuilder().getArrayAttr(out);
  return success();
}

static void printFields(OpAsmPrinter &printer, Operation *, ArrayAttr fields) {
  printLines(printer, fields, [&](ArrayAttr field) { printField(printer, field); });
}

//===-- services: characteristics are [name, UUID, notifies, [part, ...]] --------------------------------===//

static ParseResult parseCharacteristic(OpAsmParser &parser, SmallVectorImpl<Attribute> &characteristics) {
  Builder &builder = parser.getBuilder();
  SmallVector<Attribute> one, parts;
  if (parseName(parser, one) || parser.parseEqual() || parseUuid(parser, one) || parser.parseKeyword("read"))
    return failure();
  bool notifies = succeeded(parser.parseOptionalKeyword("notify"));
  one.push_back(builder.getI64IntegerAttr(notifies));
  if (parser.parseColon())
    return failure();
  if (succeeded(parser.parseOptionalLSquare())) {
    if (parser.parseCommaSeparatedList([&] { return parseField(parser, parts); }) || parser.parseRSquare())
      return failure();
  } else {
    SmallVector<Attribute> part = {one[0]};
    if (parseKind(parser, part))
      return failure();
    parts.push_back(builder.getArrayAttr(part));
  }
  one.push_back(builder.getArrayAttr(parts));
  characteristics.push_back(builder.getArrayAttr(one));
  return success();
}

static ParseResult parseService(OpAsmParser &parser, Attribute &service, ArrayAttr &characteristics) {
  SmallVector<Attribute> out, uuid;
  if (succeeded(parser.parseOptionalKeyword("capability"))) {
    service = text(parser, "capability");
  } else {
    auto one = [&] { return parseCharacteristic(parser, out); };
    if (parser.parseKeyword("service") || parseUuid(parser, uuid) ||
        parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Braces, one))
      return failure();
    service = uuid[0];
  }
  characteristics = parser.getBuilder().getArrayAttr(out);
  return success();
}

static void printService(OpAsmPrinter &printer, Operation *, Attribute service, ArrayAttr characteristics) {
  auto name = dyn_cast<StringAttr>(service);
  if (name && name.getValue() == "capability") {
    printer << "capability";
    return;
  }
  printer << "service ";
  printPart(printer, ArrayAttr::get(service.getContext(), {service}), 0);
  printer << " ";
  printLines(printer, characteristics, [&](ArrayAttr one) {
    printer << textAt(one, 0) << " = ";
    printPart(printer, one, 1);
    auto notifies = one.size() > 2 ? dyn_cast<IntegerAttr>(one[2]) : IntegerAttr();
    printer << " read" << (notifies && notifies.getInt() ? " notify" : "") << " : ";
    ArrayAttr parts = arrayAt(one, 3);
    if (parts.size() == 1 && textAt(arrayAt(parts, 0), 0) == textAt(one, 0))
      return printKind(printer, arrayAt(parts, 0));
    printer << "[";
    for (size_t i = 0; i < parts.size(); ++i) {
      printer << (i ? ", " : "");
      printField(printer, arrayAt(parts, i));
    }
    printer << "]";
  });
}

//===-- fields of an op ------------------------------------------------------------------------------===//

using Operands = SmallVectorImpl<OpAsmParser::UnresolvedOperand>;

// For each field the number of its condition, or -1.
static ParseResult parseGiven(OpAsmParser &parser, ArrayAttr &fields, DenseI32ArrayAttr &conditional, Operands &values,
                              SmallVectorImpl<Type> &types, Operands &conditions) {
  SmallVector<Attribute> names;
  SmallVector<int32_t> which;
  auto given = [&]() -> ParseResult {
    if (parseName(parser, names) || parser.parseEqual() || parser.parseOperand(values.emplace_back()) ||
        parseHeld(parser, types))
      return failure();
    which.push_back(-1);
    if (failed(parser.parseOptionalKeyword("if")))
      return success();
    which.back() = conditions.size();
    return parser.parseOperand(conditions.emplace_back());
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, given))
    return failure();
  fields = parser.getBuilder().getArrayAttr(names);
  conditional = parser.getBuilder().getDenseI32ArrayAttr(which);
  return success();
}

static void printGiven(OpAsmPrinter &printer, Operation *, ArrayAttr fields, DenseI32ArrayAttr conditional,
                       OperandRange values, TypeRange types, OperandRange conditions) {
  printer << "(";
  for (size_t i = 0; i < values.size(); ++i) {
    printer << (i ? ", " : "") << textAt(fields, i) << " = " << values[i];
    printHeld(printer, types[i]);
    size_t which = i < size_t(conditional.size()) ? conditional[i] : -1;
    if (which < conditions.size())
      printer << " if " << conditions[which];
  }
  printer << ")";
}

static ParseResult parseAsked(OpAsmParser &parser, ArrayAttr &fields, DenseI32ArrayAttr &presence,
                              SmallVectorImpl<Type> &types) {
  SmallVector<Attribute> names;
  SmallVector<int32_t> has;
  auto asked = [&]() -> ParseResult {
    has.push_back(succeeded(parser.parseOptionalKeyword("has")));
    if (parseName(parser, names))
      return failure();
    if (!has.back())
      return parseHeld(parser, types);
    types.push_back(parser.getBuilder().getI1Type());
    return success();
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, asked))
    return failure();
  fields = parser.getBuilder().getArrayAttr(names);
  presence = parser.getBuilder().getDenseI32ArrayAttr(has);
  return success();
}

static void printAsked(OpAsmPrinter &printer, Operation *, ArrayAttr fields, DenseI32ArrayAttr presence,
                       TypeRange types) {
  printer << "(";
  for (size_t i = 0; i < types.size(); ++i) {
    bool has = i < size_t(presence.size()) && presence[i];
    printer << (i ? ", " : "") << (has ? "has " : "") << textAt(fields, i);
    if (!has)
      printHeld(printer, types[i]);
  }
  printer << ")";
}

//===-- registration ----------------------------------------------------------------------------------===//

#include "AdvDialect.cpp.inc"
#define GET_OP_CLASSES
#include "AdvOps.cpp.inc"

void swarmc::adv::AdvDialect::initialize() {
  addInterfaces<HandlersHoldConstants>();
  addOperations<
#define GET_OP_LIST
#include "AdvOps.cpp.inc"
      >();
}
