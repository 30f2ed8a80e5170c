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
class Radio_Member<string mnemonic, list<Trait> traits = []>
    : Radio_Op<mnemonic, !listconcat([Symbol, HasParent<"::swarmc::swarm::KernelOp">], traits)>;

// A handler: a region that runs to completion.
class Radio_Handler<string mnemonic, list<Trait> traits = []>
    : Radio_Member<mnemonic, !listconcat([AutomaticAllocationScope,
        SingleBlockImplicitTerminator<"::swarmc::swarm::EndOp">], traits)>;

def Radio_Protocol : I32EnumAttr<"Protocol", "what carries a channel", [
  I32EnumAttrCase<"Raw", 0, "raw">, I32EnumAttrCase<"Meshtastic", 1, "meshtastic">,
  I32EnumAttrCase<"Meshcore", 2, "meshcore">
]> { let cppNamespace = "::swarmc::radio"; }

def Radio_Relay : I32EnumAttr<"Relay", "how nodes pass on what they hear", [
  I32EnumAttrCase<"Protocol", 0, "protocol">, I32EnumAttrCase<"Flood", 1, "flood">,
  I32EnumAttrCase<"Suppress", 2, "suppress">, I32EnumAttrCase<"NextHop", 3, "next_hop">
]> { let cppNamespace = "::swarmc::radio"; }

def Radio_Priority : I32EnumAttr<"Priority", "what waits for what, where more is to be sent than there is time", [
  I32EnumAttrCase<"Normal", 0, "normal">, I32EnumAttrCase<"Low", 1, "low">, I32EnumAttrCase<"High", 2, "high">
]> { let cppNamespace = "::swarmc::radio"; }

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

def Radio_ChannelOp : Radio_Member<"channel"> {
  let summary = "What carries messages: a protocol and a place in it";
  let description = [{
    Region, preset and key are the deployment's. `port` is Meshtastic's private port (256 to 511) or a
    port of raw frames (0 to 255), `type` MeshCore's data type. `hops` limits how far a message goes; MeshCore
    has no such limit. `budget` is the air time that the kernel may use in an hour; relays take nothing from it.
    (`bytes` is of stage `core`: the longest message.)

    `relay` is for raw frames only: the other protocols have their own rule. Each node passes a message on once at
    most, after a random delay, as long as hops are left (3 where `hops` is not written):

    | relay | who passes it on |
    | --- | --- |
    | `flood` | every node |
    | `suppress` | every node that has not heard two others do it |
    | `next_hop` | for messages to one node: the neighbour on the way that was learnt; otherwise as `flood` |
    | `protocol`, or not written | no node |

    ```mlir
    radio.channel @mesh carries @AddressableMeshData on meshtastic port 256 hops 3
    radio.channel @core carries @AddressableMeshData on meshcore type 65280
    radio.channel @near carries @AddressableMeshData on raw port 7 hops 2 relay suppress budget 36000 ms
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$message, Radio_Protocol:$protocol,
                       OptionalAttr<I32Attr>:$port, OptionalAttr<I32Attr>:$data_type, OptionalAttr<I32Attr>:$hops,
                       OptionalAttr<Radio_Relay>:$relay, OptionalAttr<I32Attr>:$budget, OptionalAttr<I32Attr>:$bytes);
  let assemblyFormat = [{
    $sym_name `carries` $message `on` $protocol
    oilist(`port` $port | `type` $data_type | `hops` $hops | `relay` $relay | `budget` $budget `ms` | `bytes` $bytes)
    attr-dict
  }];
}

//===-- handlers --------------------------------------------------------------------------------===//

def Radio_OnMessageOp : Radio_Handler<"on_message"> {
  let summary = "Runs when a message has come on a channel, with some of its fields";
  let description = [{
    What is malformed is dropped before the handler sees it. Fields are named as by `radio.decode`.
    `dedup` drops a message whose key, some fields of it, is among those of the last so many that came.

    ```mlir
    radio.on_message @learn on @mesh
        (%x = state_update.packed_transition.x, %is = has state_update)
        dedup 32 by (source_address, sequence_id) {
      %from = radio.sender
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$channel, ArrayAttr:$fields, ArrayAttr:$arrays,
                       DenseI32ArrayAttr:$presence, OptionalAttr<I32Attr>:$window, OptionalAttr<ArrayAttr>:$keys);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `on` $channel attr-dict-with-keyword
    custom<Received>($fields, $arrays, $presence, $window, $keys, $body)
  }];
}

def Radio_EveryOp : Radio_Handler<"every", [NoRegionArguments]> {
  let summary = "Runs again and again, at other moments than the neighbours";
  let description = [{
    A timer for what is sent: each round is the period and a random time of up to `jitter` long, the first one
    a random part of it, so that nodes that were switched on together do not speak together. With `backoff` the
    period may grow to so much: `radio.backoff` doubles it, `radio.reset` makes it what it was.

    ```mlir
    radio.every @beat 60000 ms jitter 5000 ms backoff 3600000 ms { radio.backoff @beat }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I32Attr:$period, I32Attr:$jitter, OptionalAttr<I32Attr>:$longest);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name $period `ms` `jitter` $jitter `ms` (`backoff` $longest^ `ms`)? attr-dict-with-keyword $body
  }];
}

def Radio_RequestOp : Radio_Handler<"request", [NoRegionArguments]> {
  let summary = "A question to other nodes that is asked again until it is answered; runs when nobody answers";
  let description = [{
    `radio.ask` sends it. After `timeout` without `radio.answered` it is sent again, `tries` times in all, each
    after a random time of up to `jitter` more; then the handler runs. One question is open at a time: asking anew
    replaces it.

    ```mlir
    radio.request @help on @mesh timeout 30000 ms tries 3 jitter 2000 ms { swarm.log "alone" }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$channel, I32Attr:$timeout, I32Attr:$tries,
                       I32Attr:$jitter);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `on` $channel `timeout` $timeout `ms` `tries` $tries `jitter` $jitter `ms`
    attr-dict-with-keyword $body
  }];
}

def Radio_BackoffOp : Radio_Op<"backoff", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Doubles the period of a `radio.every`, up to its longest, from the next round on";
  let arguments = (ins FlatSymbolRefAttr:$every);
  let assemblyFormat = "$every attr-dict";
}

def Radio_ResetOp : Radio_Op<"reset", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Gives a `radio.every` its own period again; if it was longer, a new round begins";
  let arguments = (ins FlatSymbolRefAttr:$every);
  let assemblyFormat = "$every attr-dict";
}

//===-- sending ---------------------------------------------------------------------------------===//

def Radio_SendOp : Radio_Op<"send", [AttrSizedOperandSegments, MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Sends a message with these fields; its packet id, 0 when the host refuses";
  let description = [{
    To everybody, or to one node. The host refuses what is beyond the channel's budget, and what its queue has no
    room for. `jitter` delays it by a random time, for answers that many may give. `acknowledged` asks the receiver
    for an acknowledgement.

    ```mlir
    %id = radio.send on @mesh (sequence_id = %s, state_update.prior_state_id = %here)
    %to = radio.send on @mesh (sequence_id = %s) to %node priority high acknowledged jitter 2000 ms
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$channel, ArrayAttr:$fields, ArrayAttr:$arrays, Variadic<Held>:$values,
                       Optional<I32>:$to, OptionalAttr<Radio_Priority>:$priority, UnitAttr:$acknowledged,
                       OptionalAttr<I32Attr>:$jitter);
  let results = (outs I32:$id);
  let assemblyFormat = [{
    `on` $channel custom<Assignments>($fields, $arrays, $values, type($values)) (`to` $to^)?
    oilist(`priority` $priority | `acknowledged` $acknowledged | `jitter` $jitter `ms`) attr-dict
  }];
}

def Radio_AskOp : Radio_Op<"ask", [AttrSizedOperandSegments, MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Sends a request; its packet id, 0 when the host refuses the first try";
  let description = [{
    ```mlir
    %id = radio.ask @help (sequence_id = %s, need = %what) to %node
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$request, ArrayAttr:$fields, ArrayAttr:$arrays, Variadic<Held>:$values,
                       Optional<I32>:$to);
  let results = (outs I32:$id);
  let assemblyFormat = [{
    $request custom<Assignments>($fields, $arrays, $values, type($values)) (`to` $to^)? attr-dict
  }];
}

def Radio_AnsweredOp : Radio_Op<"answered", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Ends a request: it was answered; whether it was open";
  let arguments = (ins FlatSymbolRefAttr:$request);
  let results = (outs I1:$was_open);
  let assemblyFormat = "$request attr-dict";
}

//===-- what a message says of itself -----------------------------------------------------------===//

def Radio_SenderOp : Radio_Op<"sender", [Pure]> {
  let summary = "In `on_message`: the sender's node id; 0 where the protocol does not say";
  let results = (outs I32:$node);
  let assemblyFormat = "attr-dict";
}

def Radio_ReceiverOp : Radio_Op<"receiver", [Pure]> {
  let summary = "In `on_message`: whom it is for; -1: everybody";
  let results = (outs I32:$node);
  let assemblyFormat = "attr-dict";
}

def Radio_PacketOp : Radio_Op<"packet", [Pure]> {
  let summary = "In `on_message`: the packet's id; 0 where the protocol has none";
  let results = (outs I32:$id);
  let assemblyFormat = "attr-dict";
}

def Radio_RssiOp : Radio_Op<"rssi", [Pure]> {
  let summary = "In `on_message`: how strong it was, in dBm";
  let results = (outs I32:$dbm);
  let assemblyFormat = "attr-dict";
}

def Radio_SnrOp : Radio_Op<"snr", [Pure]> {
  let summary = "In `on_message`: signal to noise, in quarters of a dB";
  let results = (outs I32:$quarters);
  let assemblyFormat = "attr-dict";
}

def Radio_HopsOp : Radio_Op<"hops", [Pure]> {
  let summary = "In `on_message`: how many hops it made; 255: unknown";
  let results = (outs I32:$count);
  let assemblyFormat = "attr-dict";
}

def Radio_LengthOp : Radio_Op<"length", [Pure]> {
  let summary = "In `on_message`: bytes of the message";
  let results = (outs I32:$bytes);
  let assemblyFormat = "attr-dict";
}

//===-- stage `core` ----------------------------------------------------------------------------===//

def Radio_PayloadOp : Radio_Op<"payload", [Pure]> {
  let summary = "Stage `core`: the bytes of the message that has come";
  let results = (outs AnyMemRef:$memory);
  let assemblyFormat = "`:` type($memory) attr-dict";
}

def Radio_NumberOp : Radio_Op<"number", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Stage `core`: writes a field's key and its number, a varint or fixed, unless it is 0; where it ends";
  let arguments = (ins I32:$value, I32Attr:$key, UnitAttr:$fixed, AnyMemRef:$memory, I32:$at);
  let results = (outs I32:$end);
  let assemblyFormat = "$value `key` $key (`fixed` $fixed^)? `into` $memory `at` $at `:` type($memory) attr-dict";
}

def Radio_TransmitOp : Radio_Op<"transmit", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Stage `core`: gives bytes to the host to be sent";
  let arguments = (ins FlatSymbolRefAttr:$channel, AnyMemRef:$memory, I32:$length, I32:$to, I32Attr:$options);
  let results = (outs I32:$id);
  let assemblyFormat = "`on` $channel $memory `length` $length `to` $to `options` $options `:` type($memory) attr-dict";
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
