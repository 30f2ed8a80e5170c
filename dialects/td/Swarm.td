// The swarm dialect: kernels, what they keep, when they run, and what they may ask of their host.
#ifndef SWARM_DIALECT
#define SWARM_DIALECT

include "Base.td"

def Swarm_Dialect : Dialect {
  let name = "swarm";
  let summary = "Event-driven kernels for boards of a swarm";
  let description = [{
    A kernel is a state block and functions that react to events. `swarm` declares the state
    (`var`, `io`, `storage`), the handlers (`on_start`, `on_timer`, ...), and the services of the
    host that a handler may call. Numbers in a handler are `i32` unless an op says otherwise.
  }];
  let cppNamespace = "::swarmc::swarm";
}

class Swarm_Op<string mnemonic, list<Trait> traits = []> : Op<Swarm_Dialect, mnemonic, traits>;

// An op that stands directly in a kernel.
class Swarm_Member<string mnemonic, list<Trait> traits = []>
    : Swarm_Op<mnemonic, !listconcat([Symbol, HasParent<"KernelOp">], traits)>;

// A handler: a region that runs to completion.
class Swarm_Handler<string mnemonic>
    : Swarm_Member<mnemonic, [NoRegionArguments, AutomaticAllocationScope, SingleBlockImplicitTerminator<"EndOp">]>;

def Swarm_Direction : I32EnumAttr<"Direction", "which way a port goes", [
  I32EnumAttrCase<"Sense", 0, "sense">, I32EnumAttrCase<"Act", 1, "act">
]> { let cppNamespace = "::swarmc::swarm"; }

//===-- structure -------------------------------------------------------------------------------===//

def Swarm_KernelOp : Swarm_Op<"kernel", [
    Symbol, SymbolTable, IsolatedFromAbove, NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "A kernel: variables, ports, tables and handlers";
  let description = [{
    The unit that is compiled, signed and carried to a board. `version` is the version of the
    language that the text is written in; it is 1.

    ```mlir
    swarm.kernel @blink version 1 {
      swarm.io @led : act i1
      swarm.var @lit : i32 = 0
      swarm.on_timer @tick every 500 ms {
        %one = arith.constant 1 : i32
        %was = swarm.get @lit
        %now = arith.xori %was, %one : i32
        swarm.set @lit, %now
        swarm.act @led, %now
      }
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I32Attr:$version);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name `version` $version attr-dict-with-keyword $body";
  let hasRegionVerifier = 1;
}

def Swarm_VarOp : Swarm_Member<"var"> {
  let summary = "A variable of the state block";
  let description = [{
    A scalar (`i1`, `i8`, `i16`, `i32`, `i64`) or an array of them (a static `tensor` type), with an
    initial value; 0 without one. Variables stand in the state block in the order of declaration.

    ```mlir
    swarm.var @count : i32 = 7
    swarm.var @history : tensor<16xi16> = dense<-1>
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttr:$type, OptionalAttr<AnyAttr>:$init);
  let assemblyFormat = "$sym_name `:` custom<TypeAndInit>($type, $init) attr-dict";
}

def Swarm_IoOp : Swarm_Member<"io"> {
  let summary = "A port to the world: a sensor or an actuator";
  let description = [{
    `sense` ports give a value, whether there is one, and its age; `act` ports take a value. The type
    (`i1`, `i8`, `i16`, `i32`) is what the port carries; a handler sees `i32`, sign-extended.

    ```mlir
    swarm.io @moisture : sense i16
    swarm.io @valve    : act i8
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, Swarm_Direction:$direction, TypeAttr:$type);
  let assemblyFormat = "$sym_name `:` $direction $type attr-dict";
}

def Swarm_StorageOp : Swarm_Member<"storage"> {
  let summary = "A place in the board's flash that keeps a variable or table over reboots";
  let description = [{
    `wear` limits how many times a day `persist` may write, because flash wears out.

    ```mlir
    swarm.storage @saved keeps @q wear 4 per_day
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$target, I32Attr:$wear);
  let assemblyFormat = "$sym_name `keeps` $target `wear` $wear `per_day` attr-dict";
}

//===-- handlers --------------------------------------------------------------------------------===//

def Swarm_OnStartOp : Swarm_Handler<"on_start"> {
  let summary = "Runs once after each boot";
  let description = [{
    ```mlir
    swarm.on_start @hello { swarm.log "up" }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
}

def Swarm_OnTimerOp : Swarm_Handler<"on_timer"> {
  let summary = "Runs every so many milliseconds";
  let description = [{
    A missed timer runs once and is counted (`swarm.missed`). `rearm` declares the bounds within
    which `swarm.rearm` may change the period.

    ```mlir
    swarm.on_timer @tick every 750 ms { }
    swarm.on_timer @sample every 60000 ms rearm 10000 to 3600000 ms { }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I32Attr:$period,
                       OptionalAttr<I32Attr>:$shortest, OptionalAttr<I32Attr>:$longest);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `every` $period `ms` (`rearm` $shortest^ `to` $longest `ms`)?
    attr-dict-with-keyword $body
  }];
}

def Swarm_OnLowBatteryOp : Swarm_Handler<"on_low_battery"> {
  let summary = "Runs when the battery falls below a voltage";
  let description = [{
    ```mlir
    swarm.on_low_battery @dim below 3300 mv { %mv = swarm.battery }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I32Attr:$below);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name `below` $below `mv` attr-dict-with-keyword $body";
}

def Swarm_OnStoredOp : Swarm_Handler<"on_stored"> {
  let summary = "Runs when a persist or restore has ended";
  let description = [{
    ```mlir
    swarm.on_stored @loaded of @saved { %ok, %restored = swarm.outcome }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$storage);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name `of` $storage attr-dict-with-keyword $body";
}

def Swarm_EndOp : Swarm_Op<"end", [Pure, Terminator]> {
  let summary = "Ends a handler; written by nobody";
  let assemblyFormat = "attr-dict";
}

//===-- variables -------------------------------------------------------------------------------===//

def Swarm_GetOp : Swarm_Op<"get", [MemoryEffects<[MemRead]>]> {
  let summary = "Reads a variable, an element of an array, or a whole array";
  let description = [{
    Narrow variables are sign-extended to `i32`; `: i1` and `: i64` read those.
    An index outside the array is fault 1. A whole array is a tensor: what is written to the array
    later does not change it.

    ```mlir
    %n = swarm.get @count
    %h = swarm.get @history[%i]
    %t = swarm.get @history : tensor<16xi16>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$var, Variadic<I32>:$indices);
  let results = (outs HeldOrWhole:$value);
  let assemblyFormat = "$var (`[` $indices^ `]`)? `` custom<HeldType>(type($value)) attr-dict";
}

def Swarm_SetOp : Swarm_Op<"set", [MemoryEffects<[MemWrite]>]> {
  let summary = "Writes a variable, an element of an array, or a whole array";
  let description = [{
    An `i32` is cut to the variable's width. An index outside the array is fault 1.

    ```mlir
    swarm.set @count, %n
    swarm.set @history[%i], %h
    swarm.set @history, %t : tensor<16xi16>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$var, Variadic<I32>:$indices, HeldOrWhole:$value);
  let assemblyFormat = "$var (`[` $indices^ `]`)? `,` $value `` custom<HeldType>(type($value)) attr-dict";
}

//===-- host services ---------------------------------------------------------------------------===//

def Swarm_SenseOp : Swarm_Op<"sense", [MemoryEffects<[MemRead]>]> {
  let summary = "The value of a port, as it was when the event came; 0 when there is none";
  let arguments = (ins FlatSymbolRefAttr:$port);
  let results = (outs AnyTypeOf<[I1, I32]>:$value);
  let assemblyFormat = "$port `` custom<HeldType>(type($value)) attr-dict";
}

def Swarm_ValidOp : Swarm_Op<"valid", [MemoryEffects<[MemRead]>]> {
  let summary = "Whether a port has a value";
  let arguments = (ins FlatSymbolRefAttr:$port);
  let results = (outs I1:$value);
  let assemblyFormat = "$port attr-dict";
}

def Swarm_AgeOp : Swarm_Op<"age", [MemoryEffects<[MemRead]>]> {
  let summary = "How old a port's value is, in ms; -1 when there is none";
  let arguments = (ins FlatSymbolRefAttr:$port);
  let results = (outs I32:$ms);
  let assemblyFormat = "$port attr-dict";
}

def Swarm_ActOp : Swarm_Op<"act", [MemoryEffects<[MemWrite]>]> {
  let summary = "Gives a value to a port, cut to the port's width";
  let arguments = (ins FlatSymbolRefAttr:$port, I32:$value);
  let assemblyFormat = "$port `,` $value attr-dict";
}

def Swarm_NowOp : Swarm_Op<"now", [MemoryEffects<[MemRead]>]> {
  let summary = "Milliseconds since the node started; constant within a handler, wraps";
  let results = (outs I32:$ms);
  let assemblyFormat = "attr-dict";
}

def Swarm_RandomOp : Swarm_Op<"random", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "A draw from the kernel's own generator, the same for the same seed";
  let description = [{
    All 32 bits, or, with `below`, a number below a constant (without bias).

    ```mlir
    %bits = swarm.random
    %die  = swarm.random below 6
    ```
  }];
  let arguments = (ins OptionalAttr<I32Attr>:$below);
  let results = (outs I32:$value);
  let assemblyFormat = "(`below` $below^)? attr-dict";
}

def Swarm_EntropyOp : Swarm_Op<"entropy", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "32 bits of the host's entropy: other ones at each call and each boot";
  let results = (outs I32:$value);
  let assemblyFormat = "attr-dict";
}

def Swarm_NodeIdOp : Swarm_Op<"node_id", [Pure]> {
  let summary = "The number of this node";
  let results = (outs I32:$value);
  let assemblyFormat = "attr-dict";
}

def Swarm_LogOp : Swarm_Op<"log", [MemoryEffects<[MemWrite]>]> {
  let summary = "Tells the host a line; `{}` stands for an argument";
  let description = [{
    The format is not in the image: the host looks it up by its number.

    ```mlir
    swarm.log "moisture {} after {} ms" (%m, %age)
    ```
  }];
  let arguments = (ins StrAttr:$format, Variadic<I32>:$args);
  let assemblyFormat = "$format (`(` $args^ `)`)? attr-dict";
}

def Swarm_RearmOp : Swarm_Op<"rearm", [MemoryEffects<[MemWrite]>]> {
  let summary = "Changes a timer's period, counted from now, within its declared bounds";
  let arguments = (ins FlatSymbolRefAttr:$timer, I32:$ms);
  let assemblyFormat = "$timer `,` $ms attr-dict";
}

def Swarm_PersistOp : Swarm_Op<"persist", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Asks the host to save a storage's target; true: it will, and `on_stored` follows";
  let arguments = (ins FlatSymbolRefAttr:$storage);
  let results = (outs I1:$accepted);
  let assemblyFormat = "$storage attr-dict";
}

def Swarm_RestoreOp : Swarm_Op<"restore", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Asks the host to load a storage's target; true: it will, and `on_stored` follows";
  let arguments = (ins FlatSymbolRefAttr:$storage);
  let results = (outs I1:$accepted);
  let assemblyFormat = "$storage attr-dict";
}

//===-- what the event says ---------------------------------------------------------------------===//

def Swarm_MissedOp : Swarm_Op<"missed", [Pure]> {
  let summary = "In `on_timer`: how many times the period passed unserved";
  let results = (outs I32:$count);
  let assemblyFormat = "attr-dict";
}

def Swarm_BatteryOp : Swarm_Op<"battery", [Pure]> {
  let summary = "In `on_low_battery`: the voltage in mV";
  let results = (outs I32:$mv);
  let assemblyFormat = "attr-dict";
}

def Swarm_OutcomeOp : Swarm_Op<"outcome", [Pure]> {
  let summary = "In `on_stored`: whether it worked, and whether it was a restore";
  let results = (outs I1:$ok, I1:$restored);
  let assemblyFormat = "attr-dict";
}

//===-- checks ----------------------------------------------------------------------------------===//

def Swarm_AssertOp : Swarm_Op<"assert", [MemoryEffects<[MemWrite]>]> {
  let summary = "Ends the handler with fault 5 unless the condition holds";
  let arguments = (ins I1:$condition);
  let assemblyFormat = "$condition attr-dict";
  let hasCanonicalizeMethod = 1;
}

def Swarm_CheckOp : Swarm_Op<"check", [MemoryEffects<[MemWrite]>]> {
  let summary = "Stage `core`: ends the handler with a fault unless the condition holds";
  let arguments = (ins I1:$condition, I32Attr:$fault);
  let assemblyFormat = "$condition `fault` $fault attr-dict";
  let hasCanonicalizeMethod = 1;
}

def Swarm_DataOp : Swarm_Member<"data"> {
  let summary = "Stage `core`: constants beside the code";
  let arguments = (ins SymbolNameAttr:$sym_name, AnyAttr:$values);
  let assemblyFormat = "$sym_name `=` $values attr-dict";
}

def Swarm_ViewOp : Swarm_Op<"view", [Pure]> {
  let summary = "Stage `core`: a variable's memory in the state block, or the constants of a `swarm.data`";
  let arguments = (ins FlatSymbolRefAttr:$var);
  let results = (outs AnyMemRef:$memory);
  let assemblyFormat = "$var `:` type($memory) attr-dict";
}

#endif
