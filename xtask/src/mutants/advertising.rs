//! Mutations of adverts and characteristics.

use super::{Group, change};

pub const GROUPS: &[&Group] = &[&ADVERT, &BTHOME, &OBSERVE, &PUBLISH];

const ADVERT: Group = Group {
    file: "compiler/src/lower/advert.rs",
    kinds: "adverts",
    mutations: &[
        change(
            "`(clamp(v, low, high) - low) / step`",
            "let clamped = ",
            "emit.clamp(value, (low, high))",
            "emit.clamp(value, (low, high - 1))",
        ),
        change(
            "`(clamp(v, low, high) - low) / step`",
            "let clamped = ",
            "emit.clamp(value, (low, high))",
            "emit.clamp(value, (low + 1, high))",
        ),
        change("rounded: `near`, or `floor` where declared", "{ ", "step / 2", "0"),
        change("rounded: `near`, or `floor` where declared", "{ ", "step / 2", "(step - 1) / 2"),
        change(
            "rounded: `near`, or `floor` where declared",
            "let half = if ",
            "rounding == Rounding::Nearest",
            "true",
        ),
        change(
            "rounded: `near`, or `floor` where declared",
            "emit.compare_c(Compare::AboveEqualUnsigned, rest, ",
            "step - half",
            "step - half + 1",
        ),
        change(
            "`clamp(v, 0, n - 1)`",
            "emit.clamp(value, (0, ",
            "names.len() as i64 - 1",
            "names.len() as i64",
        ),
        change("`clamp(v, 0, n - 1)`", "emit.clamp(value, (", "0", "1.min(names.len() as i64 - 1)"),
        change(
            "the low `B` bits",
            "Kind::Id(bits) => ",
            "emit.and_c(value, (u64::MAX >> (64 - bits)) as i64)",
            "value",
        ),
        change(
            "the number of codes that the field has otherwise",
            "emit.constant(wrapped(",
            "field.kind.count()",
            "field.kind.count() - 1",
        ),
        change(
            "the condition behind `if`, or no value at all",
            "Some(condition) => ",
            "emit.select(condition, code, missing())",
            "code",
        ),
        change("its result is their number", "emit.c(", "packet.bytes() as i64", "packet.bytes() as i64 + 1"),
        change("each followed by its scan response", "for response in ", "[false, true]", "[true, false]"),
    ],
};

const BTHOME: Group = Group {
    file: "compiler/src/lower/bthome.rs",
    kinds: "adverts",
    mutations: &[
        change(
            "for BTHome the format of bthome.io",
            "let length = ",
            "emit.add_c(end, -length_at - 1)",
            "emit.add_c(end, -length_at)",
        ),
        change(
            "for BTHome the format of bthome.io",
            "{ scaled } else { ",
            "emit.add_c(scaled, i64::from(low as i32))",
            "scaled",
        ),
        change(
            "for BTHome the format of bthome.io",
            "let scaled = ",
            "emit.mul_c(code, i64::from(step as i32))",
            "code",
        ),
        change(
            "for BTHome the format of bthome.io",
            "constants(emit, target, at, &[id as u8, ",
            "bytes as u8",
            "bytes as u8 + 2",
        ),
    ],
};

const OBSERVE: Group = Group {
    file: "compiler/src/lower/observe.rs",
    kinds: "adverts",
    mutations: &[
        change(
            "unless it is at least so strong",
            "emit.compare_c(Compare::GreaterEqual, dbm, ",
            "rssi",
            "rssi + 1",
        ),
        change(
            "unless the advert is well-formed and has such a structure",
            "    emit.and(",
            "last[1]",
            "emit.constant(1, 1)",
        ),
        change(
            "when the advert's structures contradict their lengths",
            "let fits = ",
            "emit.compare(Compare::GreaterEqual, bytes, next)",
            "emit.constant(1, 1)",
        ),
        change(
            "only zeros may follow",
            "emit.and(fits, ",
            "emit.or(empty, emit.xor(padding, emit.constant(1, 1)))",
            "emit.constant(1, 1)",
        ),
        change("A structure of length 0 ends an advert", "emit.or(padding, ", "empty", "emit.constant(0, 1)"),
        change(
            "takes the first structure of the advert with the beacon's company or service that is one of its frames",
            "let open = ",
            "emit.and(emit.and(well, wanted), emit.xor(taken, emit.constant(1, 1)))",
            "emit.and(well, wanted)",
        ),
        change(
            "with the beacon's company or service",
            "let same = ",
            "same.reduce(|a, b| emit.and(a, b))",
            "same.last()",
        ),
        change(
            "that is one of its frames",
            "let right = ",
            "emit.compare_c(Compare::Equal, structure.length, i64::from(frame.head[0]))",
            "emit.compare_c(Compare::GreaterEqual, structure.length, i64::from(frame.head[0]))",
        ),
        change(
            "that is one of its frames",
            "let ours = ",
            "emit.compare_c(Compare::Equal, id, i64::from(frame.id))",
            "emit.constant(1, 1)",
        ),
        change(
            "that is one of its frames",
            "emit.and(well, ",
            "emit.compare_c(Compare::Equal, bits, 0)",
            "emit.constant(1, 1)",
        ),
        change(
            "that is one of its frames",
            "emit.compare_c(Compare::BelowUnsigned, number, ",
            "limit",
            "limit + 1",
        ),
        change(
            "that is one of its frames",
            "expect(\"a cell has bits\");\n        ",
            "emit.compare_c(Compare::Equal, left, 0)",
            "emit.constant(1, 1)",
        ),
        change(
            "It gives false and zeros",
            "results.push(",
            "emit.select(ok, reader.value(emit, number), none)",
            "reader.value(emit, number)",
        ),
        change(
            "the value of each code: `low + step * code`",
            "{ steps } else { ",
            "emit.add_c(steps, number.low)",
            "steps",
        ),
        change(
            "the value of each code: `low + step * code`",
            "let steps = ",
            "emit.mul_c(code, wrapped(number.step as u128, bits))",
            "code",
        ),
        change(
            "or that is missing, is 0",
            "there.map_or(value, |there| ",
            "emit.select(there, value, emit.constant(0, bits.max(32)))",
            "value",
        ),
        change(
            "A field that the frame does not carry",
            "None => ",
            "emit.constant(0, bits.max(32))",
            "emit.constant(1, bits.max(32))",
        ),
        change(
            "and `has` of it false",
            "|| emit.c(1), |there| ",
            "emit.extend_unsigned(there, 32)",
            "emit.c(1)",
        ),
    ],
};

const PUBLISH: Group = Group {
    file: "compiler/src/lower/publish.rs",
    kinds: "adverts",
    mutations: &[
        change(
            "numbers rounded and clamped as above",
            "if number.step == 1 => ",
            "emit.clamp(given.value, (number.low, number.high))",
            "given.value",
        ),
        change(
            "numbers rounded and clamped as above",
            "let steps = ",
            "steps(emit, number, given.value)",
            "steps(emit, &swarm_dialects::adverts::model::Number { rounding: swarm_dialects::adverts::model::Rounding::Floor, ..number.clone() }, given.value)",
        ),
        change(
            "numbers rounded and clamped as above",
            "emit.add_c(emit.mul_c(steps, step), ",
            "number.low",
            "0",
        ),
        change(
            "choices clamped",
            "emit.clamp(given.value, (0, ",
            "names.len() as i64 - 1",
            "names.len() as i64",
        ),
        change(
            "what is not known is FORMAT's (*GATT*)",
            "Some(condition) => ",
            "emit.select(condition, value, unknown())",
            "value",
        ),
        change(
            "what is not known is FORMAT's (*GATT*)",
            "u128::from(",
            "part.unknown()",
            "part.unknown() ^ 1",
        ),
    ],
};
