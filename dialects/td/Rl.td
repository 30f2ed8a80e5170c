// The rl dialect: reinforcement learning in fixed-point integers. NUMERICS.md says what each op computes.
#ifndef RL_DIALECT
#define RL_DIALECT

include "Base.td"

def Rl_Dialect : Dialect {
  let name = "rl";
  let summary = "Reinforcement learning over tables and tile-coded features";
  let description = [{
    Tables of action values in fixed point, policies that choose from them, rules that learn, and
    ways to merge what peers have learned. `NUMERICS.md` fixes every result to the bit.
  }];
  let cppNamespace = "::swarmc::rl";
  let useDefaultTypePrinterParser = 1;
  let dependentDialects = ["::swarmc::swarm::SwarmDialect"];
}

class Rl_Op<string mnemonic, list<Trait> traits = []> : Op<Rl_Dialect, mnemonic, traits>;
class Rl_Member<string mnemonic> : Rl_Op<mnemonic, [Symbol, HasParent<"::swarmc::swarm::KernelOp">]>;

defvar Reads = MemoryEffects<[MemRead]>;
defvar Writes = MemoryEffects<[MemRead, MemWrite]>;

def Rl_Rule : I32EnumAttr<"Rule", "a learning rule", [
  I32EnumAttrCase<"Q", 0, "q">, I32EnumAttrCase<"Sarsa", 1, "sarsa">,
  I32EnumAttrCase<"Expected", 2, "expected">, I32EnumAttrCase<"Double", 3, "double">,
  I32EnumAttrCase<"QLambda", 4, "q_lambda">
]> { let cppNamespace = "::swarmc::rl"; }

def Rl_Rounding : I32EnumAttr<"Rounding", "how an update rounds", [
  I32EnumAttrCase<"Nearest", 0, "nearest">, I32EnumAttrCase<"Floor", 1, "floor">,
  I32EnumAttrCase<"Stochastic", 2, "stochastic">
]> { let cppNamespace = "::swarmc::rl"; }

def Rl_MergeBy : I32EnumAttr<"MergeBy", "how a peer's value counts", [
  I32EnumAttrCase<"Visits", 0, "visits">, I32EnumAttrCase<"Mean", 1, "mean">, I32EnumAttrCase<"Max", 2, "max">
]> { let cppNamespace = "::swarmc::rl"; }

//===-- types -----------------------------------------------------------------------------------===//

def Rl_TableType : TypeDef<Rl_Dialect, "Table"> {
  let mnemonic = "table";
  let summary = "A table of action values: states x actions x element, with fractional bits";
  let description = "`!rl.table<529x7xi16, frac = 6>`: element `q` stands for `q / 2^6`.";
  let parameters = (ins "int64_t":$states, "int64_t":$actions, "::mlir::Type":$element, "int64_t":$frac);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Rl_TilesType : TypeDef<Rl_Dialect, "Tiles"> {
  let mnemonic = "tiles";
  let summary = "Weights over tile-coded inputs: tilings, the inputs' ranges, actions x element";
  let description = [{
    `!rl.tiles<8 of [0 to 1023 by 16, -40 to 85 by 5], 3xi16, frac = 4>`: 8 tilings over two inputs,
    cut into 16 and 5 tiles, 3 actions.
  }];
  let parameters = (ins "int64_t":$tilings, ArrayRefParameter<"int64_t">:$lo, ArrayRefParameter<"int64_t">:$hi,
                        ArrayRefParameter<"int64_t">:$cuts, "int64_t":$actions, "::mlir::Type":$element,
                        "int64_t":$frac);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

//===-- declarations ----------------------------------------------------------------------------===//

def Rl_TableOp : Rl_Member<"table"> {
  let summary = "A table, or tile-coded weights, in the state block";
  let description = [{
    `reward` is the range of the rewards that the table learns from; they are clamped to it, and the
    compiler refuses a table whose element cannot hold what it may learn, unless it says `saturate`.
    The clauses come in any order.

    | clause | what it adds |
    | --- | --- |
    | `scale 0.1` | a reward counts 0.1 |
    | `saturate` | results stop at the element's limits |
    | `double` | a second set of values, for `rule double` |
    | `visits` | counts of own updates |
    | `marked` | a copy of the values, from which `rl.encode` sees what changed |
    | `peers 8` | merging from up to 8 origins |
    | `traces 16` | eligibility traces, for `rule q_lambda` |

    ```mlir
    rl.table @q : !rl.table<529x7xi16, frac = 6> reward -5 to 10
    rl.table @w : !rl.tiles<8 of [0 to 1023 by 16], 3xi16, frac = 6> reward -100 to 0 saturate
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttr:$type, I32Attr:$reward_lo, I32Attr:$reward_hi,
      OptionalAttr<F64Attr>:$scale, UnitAttr:$saturate, UnitAttr:$double_values, UnitAttr:$visits,
      UnitAttr:$marked, OptionalAttr<I32Attr>:$peers, OptionalAttr<I32Attr>:$traces);
  let assemblyFormat = [{
    $sym_name `:` $type `reward` $reward_lo `to` $reward_hi
    oilist(`scale` custom<Decimal>($scale) | `saturate` $saturate | `double` $double_values | `visits` $visits |
           `marked` $marked | `peers` $peers | `traces` $traces) attr-dict
  }];
}

def Rl_ScheduleOp : Rl_Member<"schedule"> {
  let summary = "An epsilon that falls or rises with each use; its counter is part of the state";
  let description = [{
    ```mlir
    rl.schedule @explore from 1.0 to 0.05 over 20000
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, F64Attr:$from, F64Attr:$to, I32Attr:$over);
  let assemblyFormat = "$sym_name `from` custom<Decimal>($from) `to` custom<Decimal>($to) `over` $over attr-dict";
}

//===-- reading and choosing --------------------------------------------------------------------===//

def Rl_ReadOp : Rl_Op<"read", [Reads]> {
  let summary = "The value of an action in a state, raw";
  let arguments = (ins FlatSymbolRefAttr:$table, Variadic<I32>:$state, I32:$action);
  let results = (outs I32:$value);
  let assemblyFormat = "$table `at` $state `action` $action attr-dict";
}

def Rl_MaxOp : Rl_Op<"max", [Reads, AttrSizedOperandSegments]> {
  let summary = "The largest value among the available actions, raw; 0 when there are none";
  let arguments = (ins FlatSymbolRefAttr:$table, Variadic<I32>:$state, Optional<I32>:$mask);
  let results = (outs I32:$value);
  let assemblyFormat = "$table `at` $state (`mask` $mask^)? attr-dict";
  let hasCanonicalizeMethod = 1;
}

def Rl_ArgmaxOp : Rl_Op<"argmax", [Reads, AttrSizedOperandSegments]> {
  let summary = "The available action of the largest value, the lowest of equals; -1 when there are none";
  let arguments = (ins FlatSymbolRefAttr:$table, Variadic<I32>:$state, Optional<I32>:$mask);
  let results = (outs I32:$action);
  let assemblyFormat = "$table `at` $state (`mask` $mask^)? attr-dict";
  let hasCanonicalizeMethod = 1;
}

def Rl_SelectOp : Rl_Op<"select", [Writes, AttrSizedOperandSegments]> {
  let summary = "Chooses an action by a policy; -1 when none is available";
  let description = [{
    `epsilon 0.1` or `epsilon @schedule` explores with that probability; `softmax 0.5` draws by
    Boltzmann weights at that temperature; without either the best action is taken.

    ```mlir
    %a = rl.select @q at %s mask %m epsilon 0.1
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$table, Variadic<I32>:$state, Optional<I32>:$mask,
      OptionalAttr<F64Attr>:$epsilon, OptionalAttr<FlatSymbolRefAttr>:$schedule,
      OptionalAttr<F64Attr>:$temperature);
  let results = (outs I32:$action);
  let assemblyFormat = [{
    $table `at` $state (`mask` $mask^)? `` custom<Policy>($epsilon, $schedule, $temperature) attr-dict
  }];
  let hasCanonicalizeMethod = 1;
}

//===-- learning --------------------------------------------------------------------------------===//

def Rl_BeginOp : Rl_Op<"begin", [Writes, AttrSizedOperandSegments]> {
  let summary = "Chooses an action by a policy, and remembers state and action for `rl.complete`";
  let arguments = (ins FlatSymbolRefAttr:$table, Variadic<I32>:$state, Optional<I32>:$mask,
      OptionalAttr<F64Attr>:$epsilon, OptionalAttr<FlatSymbolRefAttr>:$schedule,
      OptionalAttr<F64Attr>:$temperature);
  let results = (outs I32:$action);
  let assemblyFormat = [{
    $table `at` $state (`mask` $mask^)? `` custom<Policy>($epsilon, $schedule, $temperature) attr-dict
  }];
  let hasCanonicalizeMethod = 1;
}

def Rl_RememberOp : Rl_Op<"remember", [Writes]> {
  let summary = "Remembers state and action for `rl.complete`";
  let arguments = (ins FlatSymbolRefAttr:$table, Variadic<I32>:$state, I32:$action);
  let assemblyFormat = "$table `at` $state `action` $action attr-dict";
}

def Rl_CompleteOp : Rl_Op<"complete", [Writes, AttrSizedOperandSegments]> {
  let summary = "Learns from what was remembered, the reward, and the state that followed";
  let description = [{
    ```mlir
    rl.complete @q reward %r at %here mask %moves terminated %end {alpha = 0.1, gamma = 0.9}
    rl.complete @q rule sarsa reward %r at %here next %a {alpha = 0.1, gamma = 0.9}
    rl.complete @q rule expected reward %r at %here epsilon @explore {alpha = 0.1, gamma = 0.9}
    rl.complete @q rule q_lambda reward %r at %here {alpha = 0.1, gamma = 0.9, lambda = 0.8}
    ```
    `terminated` drops what follows; `truncated` does not; both empty the traces.
    `rounding = floor` or `rounding = stochastic` change the rounding of the update.
  }];
  let arguments = (ins FlatSymbolRefAttr:$table, DefaultValuedAttr<Rl_Rule, "::swarmc::rl::Rule::Q">:$rule,
      I32:$reward, Variadic<I32>:$state, Optional<I32>:$mask, Optional<I32>:$next,
      Optional<I1>:$terminated, Optional<I1>:$truncated,
      OptionalAttr<F64Attr>:$epsilon, OptionalAttr<FlatSymbolRefAttr>:$schedule,
      F64Attr:$alpha, F64Attr:$gamma, OptionalAttr<F64Attr>:$lambda, OptionalAttr<Rl_Rounding>:$rounding);
  let assemblyFormat = [{
    $table (`rule` $rule^)? `reward` $reward `at` $state (`mask` $mask^)? (`next` $next^)?
    (`terminated` $terminated^)? (`truncated` $truncated^)? `` custom<Epsilon>($epsilon, $schedule)
    custom<Rates>($alpha, $gamma, $lambda, $rounding) attr-dict-with-keyword
  }];
  let hasCanonicalizeMethod = 1;
}

def Rl_UpdateOp : Rl_Op<"update", [Writes, AttrSizedOperandSegments]> {
  let summary = "Learns from a whole transition, such as a peer's; rule q, or double for a `double` table";
  let description = [{
    ```mlir
    rl.update @q at %s action %a reward %r next %s2 mask %m2 terminated %t {alpha = 0.1, gamma = 0.9}
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$table, Variadic<I32>:$state, I32:$action, I32:$reward,
      Variadic<I32>:$next, Optional<I32>:$mask, Optional<I1>:$terminated, F64Attr:$alpha, F64Attr:$gamma,
      OptionalAttr<Rl_Rounding>:$rounding);
  let assemblyFormat = [{
    $table `at` $state `action` $action `reward` $reward `next` $next (`mask` $mask^)?
    (`terminated` $terminated^)? custom<UpdateRates>($alpha, $gamma, $rounding) attr-dict-with-keyword
  }];
  let hasCanonicalizeMethod = 1;
}

//===-- sharing ---------------------------------------------------------------------------------===//

def Rl_MergeOp : Rl_Op<"merge", [Writes]> {
  let summary = "Merges a peer's table of the same shape; the status says whether it counted";
  let description = [{
    A contribution is known by (origin, epoch): merging it again changes nothing. `bound` is the
    largest weight that one contribution has. Status 0: merged, 1: known already, 5: too many peers.

    ```mlir
    %status = rl.merge @q with @theirs by visits bound 100 origin %node epoch %e
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$table, FlatSymbolRefAttr:$peer, Rl_MergeBy:$by, I32Attr:$bound,
                       I32:$origin, I32:$epoch);
  let results = (outs I32:$status);
  let assemblyFormat = "$table `with` $peer `by` $by `bound` $bound `origin` $origin `epoch` $epoch attr-dict";
}

def Rl_MarkOp : Rl_Op<"mark", [Writes]> {
  let summary = "Makes the present values the mark from which `rl.encode` sees changes";
  let arguments = (ins FlatSymbolRefAttr:$table);
  let assemblyFormat = "$table attr-dict";
}

def Rl_EncodeOp : Rl_Op<"encode", [Writes]> {
  let summary = "Writes the most important changes since the mark into a packet; the length, 0 for none";
  let description = [{
    ```mlir
    swarm.var @packet : tensor<200xi8>
    %bytes = rl.encode @q into @packet epoch %e sequence %n
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$table, FlatSymbolRefAttr:$packet, I32:$epoch, I32:$sequence);
  let results = (outs I32:$bytes);
  let assemblyFormat = "$table `into` $packet `epoch` $epoch `sequence` $sequence attr-dict";
}

def Rl_ApplyOp : Rl_Op<"apply", [Writes]> {
  let summary = "Merges a peer's packet; a malformed one changes nothing";
  let description = [{
    Status 0: applied, 1: known already, 2: malformed, 3: of another table, 4: of another version,
    5: too many peers, 6: our own.

    ```mlir
    %status = rl.apply @q from @packet length %bytes by visits bound 100
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$table, FlatSymbolRefAttr:$packet, I32:$length, Rl_MergeBy:$by, I32Attr:$bound);
  let results = (outs I32:$status);
  let assemblyFormat = "$table `from` $packet `length` $length `by` $by `bound` $bound attr-dict";
}

#endif
