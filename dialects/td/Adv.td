// The adv dialect: what a node tells over Bluetooth LE without being asked, and what it hears. NUMERICS.md says what each
// op computes, compiler/advert/FORMAT.md what is on air.
#ifndef ADV_DIALECT
#define ADV_DIALECT

include "Base.td"

def Adv_Dialect : Dialect {
  let name = "adv";
  let summary = "Bluetooth LE adverts: beacons, observers, GATT services";
  let description = [{
    A beacon is a list of fields with ranges. The compiler chooses the packing: the fewest adverts and
    bytes that hold them. Observers read beacons of others; a GATT service is for whoever connects.
  }];
  let cppNamespace = "::swarmc::adv";
  let dependentDialects = ["::swarmc::swarm::SwarmDialect"];
}

class Adv_Op<string mnemonic, list<Trait> traits = []> : Op<Adv_Dialect, mnemonic, traits>;
class Adv_Member<string mnemonic, list<Trait> traits = []>
    : Adv_Op<mnemonic, !listconcat([Symbol, HasParent<"::swarmc::swarm::KernelOp">], traits)>;

//===-- declarations ----------------------------------------------------------------------------===//

def Adv_BeaconOp : Adv_Member<"beacon"> {
  let summary = "Fields that a node advertises";
  let description = [{
    | clause | what it says |
    | --- | --- |
    | `company 0xFFFF`, `service 0xFCD2`, `service "486f..."` | whose data it is; 0xFFFF is for tests |
    | `every 1000 ms` | time between two adverts, 20 to 10240 ms |
    | `connectable`, `scannable` | accepts connections; or only answers scans |
    | `rotate 4 dwell 3000 ms` | up to so many adverts take turns, each for so long |
    | `scan_response` | may use the scan response |
    | `extended 200` | may be an extended advert of up to so many bytes |
    | `layout 7` | a layout id of its own; without one it is made of the layout |
    | `local_name "probe"` | a name for people |
    | `no_flags` | leaves the flags away: only where nothing is connectable |
    | `bthome`, `bthome on_trigger` | BTHome v2, which Home Assistant and phones read |

    | field | what it holds |
    | --- | --- |
    | `-40 to 85 by 0.5` | a number; in a handler an integer in units of the last digit: 215 is 21.5 |
    | `flag` | `i1` |
    | `flags 4`, `id 24` | so many bits |
    | `one_of [tiny, small]` | a name; in a handler its place |

    A field may go on with `unit "°C"`, `floor` (for rounding to the next lower step), `missing` (it
    may have nothing to say), `repeated` (in every advert of a rotation), and
    `as temperature` (what BTHome calls it).

    ```mlir
    adv.beacon @capability company 0xFFFF every 1000 ms {
      battery = 0 to 100 unit "%",
      temperature = -40 to 85 by 0.5 unit "°C" missing,
      accelerators = flags 4,
      model = one_of [none, table, forest]
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, ArrayAttr:$clauses, ArrayAttr:$fields);
  let assemblyFormat = "$sym_name `` custom<Clauses>($clauses) custom<Fields>($fields) attr-dict";
}

def Adv_GattOp : Adv_Member<"gatt"> {
  let summary = "A GATT service";
  let description = [{
    `capability` is the registry that every node offers alike: `accelerators`, `model_families`,
    `precisions`, `firmware_version` (with `major`, `minor`, `patch`), `battery`, `power_budget`.
    In a service of one's own each characteristic has a UUID, `read` and maybe `notify`, and one
    part or several, 20 bytes in all. A part is a number, `one_of [...]`, or `set [...] bytes 2`,
    with a bit for each name.

    ```mlir
    adv.gatt @registry capability
    adv.gatt @status service "3f9a0000-52c1-4f6e-9d0b-7a1e5c2d8b64" {
      battery = 0x2A19 read notify : 0 to 100 unit "%",
      state = "3f9a0001-52c1-4f6e-9d0b-7a1e5c2d8b64" read : [mode = one_of [idle, busy], tasks = 0 to 1000]
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, AnyAttr:$service, ArrayAttr:$characteristics);
  let assemblyFormat = "$sym_name custom<Service>($service, $characteristics) attr-dict";
}

//===-- handlers --------------------------------------------------------------------------------===//

def Adv_OnBleAdvertOp : Adv_Member<"on_ble_advert", [
    NoRegionArguments, AutomaticAllocationScope, SingleBlockImplicitTerminator<"::swarmc::swarm::EndOp">]> {
  let summary = "Runs when an advert is heard";
  let description = [{
    With `company` or `service`, only for adverts that hold such data; with `rssi`, only for those that
    are at least so strong. A kernel has one such handler.

    ```mlir
    adv.on_ble_advert @seen company 0xFFFF rssi -90 {
      %ok, %level, %known, %t = adv.read @capability (battery, has temperature, temperature)
      %dbm = adv.rssi
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, ArrayAttr:$clauses);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name `` custom<Clauses>($clauses) attr-dict-with-keyword $body";
}

//===-- telling ---------------------------------------------------------------------------------===//

def Adv_AdvertiseOp : Adv_Op<"advertise", [MemoryEffects<[MemRead, MemWrite]>, AttrSizedOperandSegments]> {
  let summary = "Advertises a beacon with these values from now on";
  let description = [{
    Every field is given, but for those that may be missing. Numbers are rounded to their step and
    clamped to their range, choices are clamped, flags and ids cut to their bits. With `if`, what may be
    missing is missing unless the condition holds.

    ```mlir
    adv.advertise @capability (battery = %b, temperature = %t if %valid, accelerators = %a, model = %m)
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$beacon, ArrayAttr:$fields, DenseI32ArrayAttr:$conditional,
                       Variadic<Held>:$values, Variadic<I1>:$conditions);
  let assemblyFormat = [{
    $beacon custom<Given>($fields, $conditional, $values, type($values), $conditions) attr-dict
  }];
}

def Adv_PackOp : Adv_Op<"pack", [MemoryEffects<[MemRead, MemWrite]>, AttrSizedOperandSegments]> {
  let summary = "Writes an advert of a beacon into an array of `i8`; its length";
  let description = [{
    The bytes that `adv.advertise` gives to the host, for other carriers and for tests. `turn` says which
    advert of a rotation, `response` asks for its scan response.

    ```mlir
    %n = adv.pack @capability into @packet (battery = %b, accelerators = %a, model = %m)
    %m = adv.pack @status turn 1 response into @packet (uptime = %u)
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$beacon, OptionalAttr<I32Attr>:$turn, UnitAttr:$response,
                       FlatSymbolRefAttr:$packet, ArrayAttr:$fields, DenseI32ArrayAttr:$conditional,
                       Variadic<Held>:$values, Variadic<I1>:$conditions);
  let results = (outs I32:$bytes);
  let assemblyFormat = [{
    $beacon (`turn` $turn^)? (`response` $response^)? `into` $packet
    custom<Given>($fields, $conditional, $values, type($values), $conditions) attr-dict
  }];
}

def Adv_PublishOp : Adv_Op<"publish", [MemoryEffects<[MemRead, MemWrite]>, AttrSizedOperandSegments]> {
  let summary = "Gives characteristics of a GATT service these values; subscribers are told";
  let description = [{
    A part is named by its characteristic, or by both where there are several. Of a characteristic all
    parts are given.

    ```mlir
    adv.publish @registry (battery = %b, firmware_version.major = %x, firmware_version.minor = %y,
                           firmware_version.patch = %z)
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$service, ArrayAttr:$fields, DenseI32ArrayAttr:$conditional,
                       Variadic<Held>:$values, Variadic<I1>:$conditions);
  let assemblyFormat = [{
    $service custom<Given>($fields, $conditional, $values, type($values), $conditions) attr-dict
  }];
}

//===-- hearing ---------------------------------------------------------------------------------===//

def Adv_ReadOp : Adv_Op<"read", [MemoryEffects<[MemRead]>]> {
  let summary = "In `on_ble_advert`: reads fields of a beacon; whether the advert holds one";
  let description = [{
    What is malformed, or no advert of this beacon, gives false and zeros. `has` says whether a field is
    in this advert, and not missing; a field that is not there is 0.

    ```mlir
    %ok, %b, %known, %t = adv.read @capability (battery, has temperature, temperature)
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$beacon, ArrayAttr:$fields, DenseI32ArrayAttr:$presence);
  let results = (outs I1:$ok, Variadic<Held>:$values);
  let assemblyFormat = "$beacon custom<Asked>($fields, $presence, type($values)) attr-dict";
}

def Adv_RssiOp : Adv_Op<"rssi", [Pure]> {
  let summary = "In `on_ble_advert`: how strong the advert was, in dBm";
  let results = (outs I32:$dbm);
  let assemblyFormat = "attr-dict";
}

def Adv_AddressOp : Adv_Op<"address", [Pure]> {
  let summary = "In `on_ble_advert`: the sender's address, low 32 and high 16 bits; bit 16 of these: it is random";
  let results = (outs I32:$low, I32:$high);
  let assemblyFormat = "attr-dict";
}

//===-- stage `core` ----------------------------------------------------------------------------===//

def Adv_AirOp : Adv_Op<"air", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Stage `core`: gives the host the bytes of a beacon's turn";
  let arguments = (ins FlatSymbolRefAttr:$beacon, I32Attr:$turn, AnyMemRef:$memory, I32:$length);
  let assemblyFormat = "$beacon `turn` $turn `from` $memory `:` type($memory) `length` $length attr-dict";
}

def Adv_TellOp : Adv_Op<"tell", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Stage `core`: gives the host the bytes of a characteristic";
  let arguments = (ins FlatSymbolRefAttr:$service, I32Attr:$characteristic, AnyMemRef:$memory, I32:$length);
  let assemblyFormat = [{
    $service `characteristic` $characteristic `from` $memory `:` type($memory) `length` $length attr-dict
  }];
}

def Adv_HeardOp : Adv_Op<"heard", [Pure]> {
  let summary = "Stage `core`: a byte of the advert that was heard";
  let arguments = (ins I32:$at);
  let results = (outs I32:$value);
  let assemblyFormat = "$at attr-dict";
}

def Adv_HeardBytesOp : Adv_Op<"heard_bytes", [Pure]> {
  let summary = "Stage `core`: how many bytes the advert has";
  let results = (outs I32:$bytes);
  let assemblyFormat = "attr-dict";
}

#endif
