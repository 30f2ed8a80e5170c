// The radio dialect: messages between nodes, as schemas with generated encoders and decoders. NUMERICS.md says what
// each op computes.
#ifndef RADIO_DIALECT
#define RADIO_DIALECT

include "Base.td"

def Radio_Dialect : Dialect {
  let name = "radio";
  let summary = "Messages between nodes, byte for byte as protobuf has them";
  let description = [{
    A message is a schema: fields with numbers and protobuf's wire types, and bit fields inside a
    `fixed32` or `fixed64`. Encoders and decoders are generated: bounded, without allocation; what is
    malformed is refused as a whole.
  }];
  let cppNamespace = "::swarmc::radio";
  let dependentDialects = ["::swarmc::swarm::SwarmDialect"];
}

class Radio_Op<string mnemonic, list<Trait> traits = []> : Op<Radio_Dialect, mnemonic, traits>;
class Radio_Member<string mnemonic> : Radio_Op<mnemonic, [Symbol, HasParent<"::swarmc::swarm::KernelOp">]>;

//===-- declarations ----------------------------------------------------------------------------===//

def Radio_EnumOp : Radio_Member<"enum"> {
  let summary = "Names for numbers; the first one is 0";
  let description = [{
    ```mlir
    radio.enum @Need { NONE = 0, WATER = 1, SHADE = 2 }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, ArrayAttr:$values);
  let assemblyFormat = "$sym_name custom<EnumValues>($values) attr-dict";
}

def Radio_MessageOp : Radio_Member<"message"> {
  let summary = "A schema of fields, as a proto3 message";
  let description = [{
    | kind | what it holds |
    | --- | --- |
    | `uint32`, `sint32`, `fixed32` | 32 bits; `sint32` is short for numbers near 0 of either sign |
    | `fixed64` | 64 bits |
    | `bool` | a flag |
    | `bytes<40>` | up to so many bytes |
    | `enum @Need` | a number with names |
    | `message @Other` | another message |
    | `fixed32 [x : u10, reward : s8]` | bit fields, the lowest first: `u` unsigned, `s` signed |

    Of the fields of one `oneof` at most one is present. A field inside another is named by its path.

    ```mlir
    radio.message @StateUpdate {
      packed_transition = 1 : fixed32 [x : u10, y : u10, action : u3, done : u1, reward : s8],
      prior_state_id = 2 : uint32,
      next_state_id = 3 : uint32
    }
    radio.message @AddressableMeshData {
      sequence_id = 5 : uint32,
      state_update = 16 : message @StateUpdate oneof payload
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, ArrayAttr:$fields);
  let assemblyFormat = "$sym_name custom<Fields>($fields) attr-dict";
}

//===-- encoding and decoding -------------------------------------------------------------------===//

def Radio_EncodeOp : Radio_Op<"encode", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Writes a message with these fields into an array; its length";
  let description = [{
    Fields that are not named are absent. A number is cut to its field's bits. Bytes come from an
    array of `i8`, with their count; more than the field or the array has is fault 1.

    ```mlir
    %n = radio.encode @AddressableMeshData into @packet
        (sequence_id = %s, state_update.packed_transition.x = %x, state_update.next_state_id = %to)
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$message, FlatSymbolRefAttr:$packet, ArrayAttr:$fields,
                       ArrayAttr:$arrays, Variadic<Held>:$values);
  let results = (outs I32:$bytes);
  let assemblyFormat = [{
    $message `into` $packet custom<Assignments>($fields, $arrays, $values, type($values)) attr-dict
  }];
}

def Radio_DecodeOp : Radio_Op<"decode", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Reads fields of a message out of an array; whether it is one";
  let description = [{
    What is malformed, or beyond a field's limit, gives false, all numbers 0, and changes nothing.
    Unknown fields are skipped; absent ones are 0. `has` says whether a message or a field of a
    oneof is there. Bytes go into an array of `i8`; the result is their count.

    ```mlir
    %ok, %x, %to, %is = radio.decode @AddressableMeshData from @packet length %n
        (state_update.packed_transition.x, state_update.next_state_id, has state_update)
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$message, FlatSymbolRefAttr:$packet, I32:$length, ArrayAttr:$fields,
                       ArrayAttr:$arrays, DenseI32ArrayAttr:$presence);
  let results = (outs I1:$ok, Variadic<Held>:$values);
  let assemblyFormat = [{
    $message `from` $packet `length` $length custom<Reads>($fields, $arrays, $presence, type($values)) attr-dict
  }];
}

#endif
