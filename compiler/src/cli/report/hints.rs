//! What to do about each error in a kernel, by its code.

use super::INTERNAL;

/// What to do about an error in a kernel.
pub fn hint(code: &str) -> &'static str {
    match code {
        "actions" => "give the table 1 to 32 actions; split more over two tables",
        "advert-field" => "name what is declared, each once; what is not `missing` always has a value",
        "advert-presence" => {
            "`if` and `has` are for fields that are declared `missing`, or not in every advert"
        }
        "advert-read" => "let kernels hear each other by a beacon of your own, without `bthome`",
        "airtime" => {
            "send less often, and shorter; or give the channel a budget: compiler/FIT.md says what is counted"
        }
        "alone" => "compile each kernel from a file of its own",
        "backoff" => {
            "write for example `radio.every @beat 60000 ms jitter 5000 ms backoff 3600000 ms { ... }`"
        }
        "battery" => "a lithium cell is low at about 3300 mV",
        "bound" => "write for example `bound 100`: one peer then counts as 100 own visits at most",
        "branch" => "write scf.if, or scf.for with constant bounds",
        "budget" => "an hour has 3600000 ms; 36000 is one percent of it",
        "channel-clause" => {
            "Meshtastic has port and hops, MeshCore has type, raw frames have port, hops and relay; budget is for all"
        }
        "constants" => "keep what changes in a swarm.var",
        "decimal" => "write a range such as `-40 to 85 by 0.5`",
        "declaration" => "put it among the declarations of the kernel, outside its handlers",
        "division" => "divide by a constant, or multiply by a reciprocal and shift",
        "double" => "leave `double` away, or share and trace another table",
        "element" => "write !rl.table<STATESxACTIONSxi16, frac = BITS>",
        "elements" => "use fewer or coarser states, or split the table",
        "entries" => "write for example `peers 8`, `traces 16` or `dedup 32 by (source, sequence)`",
        "rate" => "write a number such as 0.1",
        "event" => "move the op into a handler of that kind, and pass what it says on in a variable",
        "fit" => {
            "give arrays fewer initial values, or choose a board with larger banks (`swarmc boards show`)"
        }
        "field" => "name fields by their paths, such as `update.transition.x`",
        "field-array" => {
            "bytes are written from an array of their own, `data = @array[%count]`, and read `data into @array`"
        }
        "field-parts" => {
            "a message and a word of bit fields are named by their parts, such as `transition.x`"
        }
        "field-presence" => "leave `has` away: the value is always there",
        "field-twice" => "name each field once",
        "frac-missing" => "write for example !rl.table<64x4xi16, frac = 6>: steps of 1/64, up to 511",
        "frac" => "choose fewer fractional bits",
        "handler-twice" => "put both bodies into one handler",
        "held-type" => "leave the type away for i32; write `: i1` for a flag and `: i64` for a wide number",
        "hops" => "most messages need no more than `hops 3`",
        "index" => "write `arith.index_cast %i : index to i32`, and compute with that",
        "indices" => "give one index for each dimension, none for a scalar",
        "initial-value" => "write a number for a scalar, `dense<...>` for an array",
        "input-range" => "write for example `-40 to 85 by 5`: lowest, highest, tiles",
        "integers" => "count in a smaller unit: 0.5 is 5 tenths; wide products fit an i64",
        "input-tiles" => "cut an input into at most as many tiles as it has values, and 32767 / tilings",
        "inputs" => "give the state of a table as one number, of tiles as one number for each input",
        INTERNAL => "this is a bug of swarmc: please report it with the kernel that shows it",
        "jitter" => "longer delays are for timers: `radio.every`",
        "key" => {
            "name fields of 32 bits or less, such as a source and a sequence: `dedup 32 by (source, sequence)`"
        }
        "log" => "write one '{}' for each argument, at most 8, in plain text",
        "marked" => "add `marked` to the table's declaration",
        "member" => "put it into a handler, such as swarm.on_timer",
        "merge" => "declare the peer's table with the same type and scale, under another name",
        "nesting" => "write the kernel flatter, or give the right file",
        "name" => "use a plain name of letters, digits and underscores",
        "name-twice" => {
            "give one of them another name; a timer has one handler, which holds all that it does"
        }
        "no-handler" => "give it something to react to: `swarm.on_timer @tick every 1000 ms { ... }`",
        "no-decoder" => {
            "`radio.message` declares a message, `adv.beacon` a beacon; dialects/OPS.md shows how"
        }
        "no-message" => "`radio.message @M { ... }` declares one; dialects/OPS.md shows how",
        "no-kernel" => "write `swarm.kernel @name version 1 { ... }`; `swarmc new` starts one for you",
        "number" => "write a smaller number, or use a wider type",
        "oneof" => "write one of them, and the others in messages of their own",
        "op" => "dialects/OPS.md shows how each op is written",
        "own-memory" => "give it a size in its type",
        "packet" => "declare for example `swarm.var @packet : tensor<200xi8>`",
        "payload" => "make that field smaller, send it in parts, or take a protocol that carries more",
        "peers" => "add for example `visits peers 8` to the table's declaration",
        "period" => "write `every 750 ms`, and bounds around it if you want to rearm",
        "port" => "write for example `on meshtastic port 256`, `on meshcore type 65280`, `on raw port 7`",
        "port-direction" => "use swarm.sense for `sense` ports and swarm.act for `act` ports",
        "port-type" => "choose the narrowest type that holds the values",
        "promise" => "leave the promise away",
        "profile" => {
            "kernels are made of swarm, rl, radio, adv, arith on integers, scf and tensors: dialects/OPS.md"
        }
        "flash" => "leave out what the line does, or compile for size; or choose a board with larger banks",
        "stack" => {
            "keep fewer values at a time, and smaller scratch; or choose a board that keeps more for it"
        }
        "time" => "lengthen the timer's period, or do less in each round",
        "ram" => "keep less: narrower elements, fewer states, shorter lists; or choose a larger board",
        "random" => "write for example `swarm.random below 6`",
        "range" => {
            "use fewer fractional bits, a wider element, a smaller gamma or scale; or write `saturate`"
        }
        "rates" => "write for example {alpha = 0.1, gamma = 0.9}; lambda and rounding may follow",
        "rearm" => "write `swarm.on_timer @name every 60000 ms rearm 10000 to 3600000 ms`",
        "reward-range" => "write `reward -5 to 10`",
        "rounding" => "choose nearest, floor or stochastic",
        "rule" => {
            "the rules are q, sarsa (with `next`), expected (with `epsilon`), double (of a `double` table) and \
             q_lambda (with `lambda`, of a table with `traces`)"
        }
        "saturate" => "add `saturate`: values then stop at the element's limits",
        "scale" => "write for example `scale 0.1`",
        "schedule" => "write for example `from 1.0 to 0.05 over 20000`",
        "schema-bits" => {
            "give each 1 to 32 bits, such as `x : u10`; at most 32 in a fixed32 and 64 in a fixed64"
        }
        "schema-depth" => "let messages hold fewer others: each way to one counts",
        "schema-missing" => {
            "kinds are uint32, sint32, fixed32, fixed64, bool, bytes<40>, enum @E and message @M, declared in the kernel"
        }
        "schema-name" => "use letters, digits and underscores; messages and enums begin with a capital",
        "schema-number" => "use 1 to 536870911, without 19000 to 19999; up to 15 take one byte",
        "schema-recursive" => {
            "let the inner message hold what it needs itself: what nests without end has no size"
        }
        "schema-twice" => "give one of them another name or number",
        "schema-zero" => "let the first value be 0, as proto3 wants it",
        "shape" => "write !rl.table<STATESxACTIONSxi16, frac = BITS>",
        "shift" => "shift by a constant from 0 to the width less 1",
        "stage" => "give the stage that the text is at with --from; `swarmc ir --stage` prints such texts",
        "states" => "give the table at least 1 state; when there are too many, use coarser ones",
        "temperature" => "choose a temperature near the differences between values, such as 0.5",
        "tensor" => {
            "write for example `tensor<4x16xi8>`: sizes that are known, elements of i8, i16, i32 or i64, at most 1048576"
        }
        "tensor-body" => {
            "use arith and linalg.index there; read variables and ports before, and pass numbers in"
        }
        "tensor-carried" => "keep it in a swarm.var: write it there, and read it where it is needed",
        "tensor-map" => "write for example affine_map<(d0, d1) -> (d0 + 2 * d1)>",
        "tensor-select" => "choose element by element, in a linalg.map",
        "tensor-shape" => {
            "sizes that belong together are the same: a matrix of 4x16 takes a vector of 16 and gives one of 4"
        }
        "tiles" => "leave these clauses away, or use a table",
        "time-out" => "write for example `timeout 30000 ms tries 3 jitter 2000 ms`",
        "table-type" => "write !rl.table<STATESxACTIONSxi16, frac = BITS>",
        "text" => "write the letters themselves, or their bytes in UTF-8",
        "tilings" => "8 tilings are a good start",
        "region-budget" => "lower the channel's budget, or leave it away: the region's limit then holds",
        "tries" => "three tries are usual",
        "turn" => "turns count from 0; `swarmc check` shows the adverts of a beacon",
        "whole" => "write the type that the variable is declared with, and no indices",
        "unbounded-loop" => "use scf.for with constant bounds: a handler must end",
        "unknown-name" => "declare it in the kernel, or correct the name",
        "unknown-op" => "dialects/OPS.md lists what a kernel may use",
        "view-type" => "write the type of the variable's elements, as `swarmc ir --stage core` does",
        "value" => "a value has one definition, before its uses, in the same block or one around them",
        "value-type" => "numbers are i32 and flags i1: convert with arith.extui, arith.extsi or arith.trunci",
        "variable-type" | "type" => "write for example `i32` or `tensor<16xi16>`",
        "version" => "write `version 1`",
        "visits" => "add `visits` to the table's declaration",
        "wear" => "flash lasts 10000 writes and more: 4 a day are about 7 years",
        "wrong-kind" => "use the name of a declaration of the right kind",
        "swarm-load" => "send less often, or have fewer nodes: compiler/FIT.md says what is counted",
        "syntax" => "dialects/OPS.md shows how each op is written",
        _ => "",
    }
}
