//! Mutations of messages, and of what sends and hears them.

use super::{Group, change};

pub const GROUPS: &[&Group] = &[&ENCODE, &DECODE, &CHANNEL, &AGAIN];

const ENCODE: Group = Group {
    file: "compiler/src/lower/encode.rs",
    kinds: "messages",
    mutations: &[
        change("a number that is 0", "if ", "field.oneof.is_some()", "true"),
        change("outside of a `oneof`", "if ", "field.oneof.is_some()", "false"),
        change(
            "above what its field or its array has",
            "emit.compare_c(Compare::BelowUnsigned, value, ",
            "most + 1",
            "most + 2",
        ),
        change(
            "A message is encoded as proto3 has it",
            "Kind::Sint32 => ",
            "emit.xor(emit.shl(value, 1), emit.shr_signed(value, 31))",
            "emit.shl(value, 1)",
        ),
        change(
            "an enum's number to 7 for each byte that its greatest number takes",
            "Kind::Enum(_) => ",
            "emit.and_c(value, (1 << enum_bits(&self.lowering.schema, field)) - 1)",
            "value",
        ),
        change(
            "have no more bytes than they need",
            "|emit, carried| ",
            "emit.compare_c(Compare::AboveEqualUnsigned, carried[0], 128)",
            "emit.compare_c(Compare::AboveEqualUnsigned, carried[0], 127)",
        ),
        change(
            "An `i32` is cut to its bit field's bits",
            "bits => ",
            "emit.and_c(given.value, (1 << bits) - 1)",
            "given.value",
        ),
        change(
            "have no more bytes than they need",
            "let shorter = ",
            "emit.compare(Compare::Less, content, start)",
            "emit.constant(0, 1)",
        ),
    ],
};

const DECODE: Group = Group {
    file: "compiler/src/lower/decode.rs",
    kinds: "messages",
    mutations: &[
        change(
            "the length is negative or above the array's",
            "let in_array = ",
            "emit.compare_c(Compare::BelowUnsigned, length, self.packet.count + 1)",
            "emit.compare_c(Compare::BelowUnsigned, length, self.packet.count + 2)",
        ),
        change("a key or a length is above 32 bits", "let good = ", "emit.and(narrow, known)", "known"),
        change("a field number is 0", "let good = ", "emit.and(narrow, known)", "narrow"),
        change(
            "a wire type is 3, 4, 6 or 7",
            "let follows = ",
            "emit.or(is(emit, 0), is(emit, 2))",
            "emit.constant(1, 1)",
        ),
        change(
            "a varint has more than 64 bits",
            "let too_long = ",
            "emit.and(last, emit.compare_c(Compare::AboveEqualUnsigned, byte, 2))",
            "emit.constant(0, 1)",
        ),
        change("a `uint32` or `sint32` has more than 32 bits", "_ => (", "narrow", "emit.constant(1, 1)"),
        change(
            "a `uint32` or `sint32` has more than 32 bits",
            "emit.sub(emit.c(0), emit.and_c(low, 1));\n                            (",
            "narrow",
            "emit.constant(1, 1)",
        ),
        change(
            "an enum is negative or above 2^31 - 1",
            "emit.compare_c(Compare::GreaterEqual, low, 0);\n                            (",
            "emit.and(narrow, positive)",
            "narrow",
        ),
        change(
            "an enum is negative or above 2^31 - 1",
            "emit.compare_c(Compare::GreaterEqual, low, 0);\n                            (",
            "emit.and(narrow, positive)",
            "positive",
        ),
        change(
            "bytes are longer than their field allows",
            "emit.compare_c(Compare::BelowUnsigned, length, ",
            "max as i64 + 1",
            "max as i64 + 2",
        ),
        change(
            "or ends behind the message or the bytes around it",
            "let inside = ",
            "emit.compare(Compare::AboveEqualUnsigned, rest, length)",
            "emit.constant(1, 1)",
        ),
        change(
            "of a `oneof` the last field stays and what the others held is 0",
            ".filter(|(other, candidate)| {\n            ",
            "field.oneof.is_some() && candidate.oneof == field.oneof && *other != place",
            "false",
        ),
        change(
            "*Decode* gives false, all values 0",
            "read.values.push(",
            "emit.select(ok, value, none)",
            "value",
        ),
        change("leaves the arrays alone when", "emit.if_then(", "read.ok", "emit.constant(1, 1)"),
        change(
            "Otherwise as protobuf demands",
            "Kind::Bool => (emit.constant(1, 1), ",
            "emit.or(low, high)",
            "low",
        ),
    ],
};

const CHANNEL: Group = Group {
    file: "compiler/src/lower/channel.rs",
    kinds: "speaking",
    mutations: &[
        change(
            "`to` is everybody (2^32 - 1) when it is not given",
            "send.to().unwrap_or_else(|| emit.c(",
            "EVERYBODY",
            "0",
        ),
        change(
            "What is no message ends the handler without a fault",
            "emit.check(",
            "read.ok",
            "emit.constant(1, 1)",
        ),
        change("What is no message ends the handler without a fault", "emit.check(read.ok, ", "0", "1"),
        change(
            "Then bytes are copied into their arrays",
            "emit.check(read.ok, 0);\n",
            "",
            "read.copy(&emit);",
        ),
        change(
            "flags as 0 or 1",
            "read.values[arguments..].iter().map(|value| ",
            "emit.extend_unsigned(*value, 32)",
            "emit.extend(*value, 32)",
        ),
        change(
            "A key that is there ends the handler as above",
            "emit.check(",
            "found[1]",
            "emit.constant(1, 1)",
        ),
        change("A key that is there ends the handler as above", "emit.check(found[1], ", "0", "1"),
        change(
            "keeps the keys of the last `N` messages that were taken",
            "let mut same = ",
            "emit.constant(1, 1)",
            "emit.constant(0, 1)",
        ),
        change(
            "another one takes the row `next`",
            "emit.store(",
            "emit.select(is_last, emit.c(0), after)",
            "emit.select(is_last, emit.c(0), at)",
        ),
        change(
            "messages that were taken, in a ring",
            "let is_last = ",
            "emit.compare_c(Compare::Equal, after, entries)",
            "emit.compare_c(Compare::Equal, after, (entries - 1).max(1))",
        ),
        change("`filled` (rows in use)", "emit.store(emit.smin(", "emit.add_c(count, 1)", "count"),
        change(
            "`filled` (rows in use)",
            "emit.store(emit.smin(emit.add_c(count, 1), ",
            "emit.c(entries)",
            "emit.c(entries - 1)",
        ),
    ],
};

const AGAIN: Group = Group {
    file: "compiler/src/lower/again.rs",
    kinds: "speaking",
    mutations: &[
        change(
            "Random times take the upper 16 bits",
            "{\n    ",
            "emit.shr_unsigned(emit.value(emit.op(\"swarm.entropy\").add_results(&[emit.integer(32)])), 16)",
            "emit.and_c(emit.value(emit.op(\"swarm.entropy\").add_results(&[emit.integer(32)])), 0xFFFF)",
        ),
        change("`floor(b * (j + 1) / 2^16)`", "emit.c(", "jitter + 1", "jitter"),
        change("(no draw when `j` is 0)", "if ", "jitter == 0", "false"),
        change(
            "`b * (p >> 16) + floor(b * (p mod 2^16) / 2^16) + 1`",
            "emit.mul(bits, ",
            "emit.c(time >> 16)",
            "emit.c(0)",
        ),
        change(
            "`b * (p >> 16) + floor(b * (p mod 2^16) / 2^16) + 1`",
            "let low = ",
            "emit.shr_unsigned(emit.mul(bits, emit.c(time & 0xFFFF)), 16)",
            "emit.shr_unsigned(emit.add_c(emit.mul(bits, emit.c(time & 0xFFFF)), 32768), 16)",
        ),
        change(
            "`b * (p >> 16) + floor(b * (p mod 2^16) / 2^16) + 1`",
            "emit.add_c(emit.add(high, low), ",
            "1",
            "0",
        ),
        change(
            "`period = min(2 * period, longest)`",
            "emit.store(",
            "emit.select(is_within, twice, emit.c(longest))",
            "twice",
        ),
        change(
            "`period = min(2 * period, longest)`",
            "let is_within = ",
            "emit.compare_c(Compare::BelowUnsigned, twice, longest)",
            "emit.compare_c(Compare::Less, twice, longest)",
        ),
        change(
            "if `period` is not `P`",
            "let was_longer = ",
            "emit.compare_c(Compare::NotEqual, emit.load(period, &[], 32), every.period())",
            "emit.constant(1, 1)",
        ),
        change(
            "`period = P`, rearm to `P` and up to `J` more",
            "rearm(emit, op.every(), ",
            "later(emit, emit.c(every.period()), every.jitter())",
            "emit.c(every.period())",
        ),
        change(
            "rearm to `period` and up to `J` more",
            "rearm(&emit, name, ",
            "later(&emit, period, every.jitter())",
            "period",
        ),
        change(
            "at the start, before the kernel's own handler: rearm to a part of `P`",
            "rearm(&start, name, ",
            "part_of(&start, every.period())",
            "start.c(every.period())",
        ),
        change(
            "keeps `length`, `to`, and the tries that are left, `T`",
            "(TRIES, ",
            "emit.c(request.tries())",
            "emit.c(request.tries() + 1)",
        ),
        change(
            "rearms to the time-out and up to `J` more; sends",
            "&[]);\n        }\n        rearm(emit, name, ",
            "later(emit, emit.c(request.timeout()), request.jitter())",
            "emit.c(request.timeout())",
        ),
        change(
            "rearms as above and sends again (with no options)",
            "if_then(sends, |emit| {\n        rearm(emit, name, ",
            "later(emit, emit.c(request.timeout()), request.jitter())",
            "emit.c(request.timeout())",
        ),
        change("sends again (with no options)", "(kept(TO), ", "0", "1 << 2"),
        change(
            "nothing when no tries are left",
            "emit.check(",
            "emit.compare_c(Compare::NotEqual, left, 0)",
            "emit.constant(1, 1)",
        ),
        change("if some are left, rearms as above", "let left = emit.add_c(left, ", "-1", "-2"),
        change(
            "if not, rearms to 2^31 - 1 ms and runs the body",
            "emit.check(",
            "is_over",
            "emit.constant(1, 1)",
        ),
        change("if not, rearms to 2^31 - 1 ms", "rearm(emit, name, ", "emit.c(NEVER)", "emit.c(NEVER - 1)"),
        change(
            "if so none are",
            "emit.if_then(was_open, |emit| {\n        emit.store(",
            "emit.c(0)",
            "emit.c(1)",
        ),
        change("rearmed to 2^31 - 1 ms", "rearm(emit, op.request(), ", "emit.c(NEVER)", "emit.c(NEVER - 1)"),
    ],
};
