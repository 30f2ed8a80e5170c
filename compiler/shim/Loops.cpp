// How often loops go round: what the lowering declares is taken to LLVM's loops before they are optimised, and what
// holds of the loops of optimised code is said by debug labels, which no code is made of.
//
// Declared is by a call of `swarm.again.N` or `swarm.again.N.ALL` where a round begins: it goes round again at most N
// times each time that it is come to, and ALL times in all while the loop around it has been come to once. The call
// becomes metadata of the loop. A label stands where a round begins, and is named
//   swarm.loop NUMBER ROUNDS[:ALL] ...
// with the most rounds of each loop around it and its own, the outermost first; 0: nothing is known. NUMBER keeps
// labels apart.
#include "llvm-c/Core.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include <optional>
#include <string>

using namespace llvm;

namespace {

constexpr StringLiteral call = "swarm.again.";
constexpr StringLiteral again = "swarm.again";
constexpr StringLiteral around = "swarm.around";
constexpr StringLiteral loopLabel = "swarm.loop ";

/// More rounds than that are no bound.
constexpr uint64_t most = 0xffffffff;

/// What is declared of a loop: how often it goes round again, and how often in all.
struct Declared {
  uint64_t each;
  std::optional<uint64_t> all;
};

/// Which loop is around a loop: what is said in all is said of that one.
MDNode *outside(LLVMContext &context, MDNode *identity) {
  return MDNode::get(context, {MDString::get(context, around), identity});
}

MDNode *loopIdentity(LLVMContext &context, StringRef numbers) {
  SmallVector<StringRef> parts;
  numbers.split(parts, '.');
  SmallVector<Metadata *> fact = {MDString::get(context, again)};
  for (StringRef part : parts) {
    uint64_t number;
    if (part.getAsInteger(10, number))
      return nullptr;
    fact.push_back(ConstantAsMetadata::get(ConstantInt::get(Type::getInt64Ty(context), number)));
  }
  MDNode *node = MDNode::getDistinct(context, {nullptr, MDNode::get(context, fact), outside(context, nullptr)});
  node->replaceOperandWith(0, node);
  return node;
}

std::optional<Declared> declared(const Loop &loop) {
  MDNode *node = loop.getLoopID();
  if (!node)
    return std::nullopt;
  MDNode *parent = loop.getParentLoop() ? loop.getParentLoop()->getLoopID() : nullptr;
  bool isThere = parent && is_contained(node->operands(), outside(loop.getHeader()->getContext(), parent));
  for (const MDOperand &operand : drop_begin(node->operands())) {
    auto *fact = dyn_cast_or_null<MDNode>(operand.get());
    auto number = [&](unsigned at) -> std::optional<uint64_t> {
      if (fact->getNumOperands() <= at)
        return std::nullopt;
      auto *constant = mdconst::dyn_extract_or_null<ConstantInt>(fact->getOperand(at));
      return constant ? std::optional(constant->getLimitedValue()) : std::nullopt;
    };
    auto *name = fact && fact->getNumOperands() > 1 ? dyn_cast_or_null<MDString>(fact->getOperand(0).get()) : nullptr;
    if (!name || name->getString() != again)
      continue;
    if (std::optional<uint64_t> each = number(1))
      return Declared{*each, isThere ? number(2) : std::nullopt};
  }
  return std::nullopt;
}

/// Whether a block is machine code for sure. A label comes before what its block does: of one that does nothing it would
/// stand at the next block, which may be executed more often.
bool makesCode(BasicBlock &block) {
  auto reaches = [](Instruction &instruction) { return instruction.mayReadOrWriteMemory(); };
  return block.getTerminator()->getNumSuccessors() > 1 || any_of(block, reaches);
}

/// Labels the loops of a function.
struct Labels {
  Function &function;
  ScalarEvolution &evolution;
  unsigned number = 0;

  /// LLVM makes loops in one another of a loop that goes round in several ways. They are one loop here: a round of it
  /// is one of the innermost.
  void label(Loop &outermost, const std::string &before) {
    std::optional<Declared> said = declared(outermost);
    SmallVector<Loop *> inner(outermost.begin(), outermost.end());
    Loop *innermost = &outermost;
    for (bool found = said.has_value(); found;) {
      auto is_same = [&](Loop *loop) { return loop->getLoopID() == outermost.getLoopID(); };
      auto *same = find_if(inner, is_same);
      found = same != inner.end();
      if (found) {
        innermost = *same;
        inner.erase(same);
        inner.append(innermost->begin(), innermost->end());
      }
    }
    std::string path = before + " " + rounds(outermost, said, innermost == &outermost);
    put(*innermost->getHeader(), path);
    for (Loop *loop : inner)
      label(*loop, path);
  }

private:
  std::string rounds(Loop &loop, std::optional<Declared> said, bool is_single) {
    uint64_t each = said ? said->each : most;
    auto *found = dyn_cast<SCEVConstant>(evolution.getConstantMaxBackedgeTakenCount(&loop));
    if (is_single && found)
      each = std::min(each, found->getAPInt().getLimitedValue(most));
    if (each >= most)
      return "0";
    bool has_all = said && said->all && *said->all < most;
    return utostr(each + 1) + (has_all ? ":" + utostr(*said->all) : "");
  }

  void put(BasicBlock &block, const std::string &path) {
    DISubprogram *scope = function.getSubprogram();
    BasicBlock::iterator first = block.getFirstNonPHIIt();
    if (!scope || !makesCode(block))
      return;
    // The text of a label is not complete without a line.
    DebugLoc place = first->getDebugLoc();
    unsigned line = std::max(1u, place ? place->getLine() : scope->getLine());
    LLVMContext &context = function.getContext();
    std::string name = (loopLabel + utostr(number++) + path).str();
    DILabel *label = DILabel::get(context, scope, name, scope->getFile(), line, 0, false, std::nullopt);
    DebugLoc at = DILocation::get(context, line, 0, scope);
    block.insertDbgRecordBefore(new DbgLabelRecord(label, at), first);
  }
};

} // namespace

/// Takes what is declared of loops to their metadata, and the calls away.
extern "C" void swarm_loops_declare(LLVMModuleRef reference) {
  Module &module = *unwrap(reference);
  SmallVector<std::pair<BasicBlock *, MDNode *>> headers;
  for (Function &function : make_early_inc_range(module)) {
    if (!function.isDeclaration() || !function.getName().starts_with(call))
      continue;
    for (User *user : make_early_inc_range(function.users())) {
      auto *declaration = dyn_cast<CallInst>(user);
      if (!declaration)
        continue;
      // Before the first block of a round there may be one that only goes there.
      BasicBlock *header = declaration->getParent();
      while (BasicBlock *before = header->getUniquePredecessor()) {
        if (before->getUniqueSuccessor() != header)
          break;
        header = before;
      }
      if (MDNode *node = loopIdentity(module.getContext(), function.getName().drop_front(call.size())))
        headers.emplace_back(header, node);
      declaration->eraseFromParent();
    }
    if (function.use_empty())
      function.eraseFromParent();
  }
  auto each = [&](function_ref<void(Loop &, MDNode &)> take) {
    for (auto [header, node] : headers) {
      DominatorTree tree(*header->getParent());
      LoopInfo loops(tree);
      Loop *loop = loops.getLoopFor(header);
      if (loop && loop->getHeader() == header)
        take(*loop, *node);
    }
  };
  each([](Loop &loop, MDNode &node) { loop.setLoopID(&node); });
  each([](Loop &loop, MDNode &node) {
    MDNode *parent = loop.getParentLoop() ? loop.getParentLoop()->getLoopID() : nullptr;
    if (parent && loop.getLoopID() == &node)
      node.replaceOperandWith(2, outside(loop.getHeader()->getContext(), parent));
  });
}

/// Labels all loops.
extern "C" void swarm_loops_label(LLVMModuleRef reference) {
  PassBuilder builder;
  LoopAnalysisManager ofLoops;
  FunctionAnalysisManager ofFunctions;
  CGSCCAnalysisManager ofCalls;
  ModuleAnalysisManager ofModules;
  builder.registerModuleAnalyses(ofModules);
  builder.registerCGSCCAnalyses(ofCalls);
  builder.registerFunctionAnalyses(ofFunctions);
  builder.registerLoopAnalyses(ofLoops);
  builder.crossRegisterProxies(ofLoops, ofFunctions, ofCalls, ofModules);
  for (Function &function : *unwrap(reference)) {
    if (function.isDeclaration())
      continue;
    LoopInfo &loops = ofFunctions.getResult<LoopAnalysis>(function);
    Labels labels{function, ofFunctions.getResult<ScalarEvolutionAnalysis>(function)};
    for (Loop *loop : loops)
      labels.label(*loop, "");
  }
}
