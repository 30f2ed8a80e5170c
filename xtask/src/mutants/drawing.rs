//! Mutations of what draws.

use super::{Group, change};

pub const GROUPS: &[&Group] = &[&DRAW, &SEED, &SOFTMAX, &POLICY];

const DRAW: Group = Group {
    file: "compiler/src/lower/draw.rs",
    kinds: "chances,direct,tables",
    mutations: &[
        change("x ^= x << 13", "emit.xor(x, ", "emit.shl(x, 13)", "emit.shl(x, 12)"),
        change("x ^= x >> 17", "emit.xor(x, ", "emit.shr_unsigned(x, 17)", "emit.shr_unsigned(x, 16)"),
        change("x ^= x >> 17", "emit.xor(x, ", "emit.shr_unsigned(x, 17)", "emit.shr_signed(x, 17)"),
        change("x ^= x << 5", "emit.xor(x, ", "emit.shl(x, 5)", "emit.shl(x, 6)"),
        change(
            "when `p mod 65536 < 65536 mod n`",
            "=> (emit.c(n), ",
            "emit.c(65536 % n)",
            "emit.c(65536 % n + 1)",
        ),
        change(
            "when `p mod 65536 < 65536 mod n`",
            "=> (emit.c(n), ",
            "emit.c(65536 % n)",
            "emit.c(65536 % n - 1)",
        ),
        change("when `p mod 65536 < 65536 mod n`", "=> (n, ", "reject", "emit.add_c(reject, 1)"),
        change(
            "when `p mod 65536 < 65536 mod n`",
            "=> (n, ",
            "reject",
            "emit.smax(emit.add_c(reject, -1), emit.c(0))",
        ),
        change("65536 mod n", "digits | ", "(65536 % n)", "(65536 % (n + 1))"),
        change("65536 mod n", "return ", "emit.rem_unsigned(emit.c(65536), n)", "emit.c(0)"),
        change(
            "take `h` from the high half of a new draw",
            "|emit, carried| vec![",
            "emit.shr_unsigned(draw(emit), 16)",
            "emit.and_c(draw(emit), 0xFFFF)",
        ),
        change(
            "at most 2 times",
            "emit.and(again, ",
            "emit.compare_c(Compare::NotEqual, carried[1], 0)",
            "emit.compare_c(Compare::NotEqual, carried[1], 1)",
        ),
        change(
            "The result is `floor(p / 65536)`",
            "    );\n    emit.shr_unsigned(",
            "emit.mul(last[0], n)",
            "emit.add_c(emit.mul(last[0], n), 32768)",
        ),
        change(
            "The result is `floor(p / 65536)`",
            "return emit.shr_unsigned(",
            "emit.mul(bits, n)",
            "emit.add_c(emit.mul(bits, n), 32768)",
        ),
        change(
            "when `x mod 65536 < epsilon`",
            "Compare::BelowUnsigned, ",
            "emit.truncate(drawn, 16)",
            "emit.truncate(emit.shr_unsigned(drawn, 16), 16)",
        ),
        change(
            "let `m` be the smallest `2^k - 1 >= w - 1`",
            "let mask = ",
            "(limit as u64).next_power_of_two()",
            "(limit as u64 + 1).next_power_of_two()",
        ),
        change(
            "Draw; `v = draw AND m`",
            "return ",
            "emit.and_c(draw(emit), mask)",
            "if limit == 1 { emit.c(0) } else { emit.and_c(draw(emit), mask) }",
        ),
        change("let `m` be the smallest `2^k - 1 >= w - 1`", ".fold(", "emit.add_c(limit, -1)", "limit"),
        change(
            "let `m` be the smallest `2^k - 1 >= w - 1`",
            "let mask = ",
            "[1, 2, 4, 8, 16]",
            "[1, 2, 4, 4, 4]",
        ),
        change(
            "when `v >= w` draw again",
            "let again = ",
            "emit.compare(Compare::AboveEqualUnsigned, carried[0], limit)",
            "emit.compare(Compare::BelowUnsigned, limit, carried[0])",
        ),
        change(
            "at most 31 times more",
            "emit.and(again, ",
            "emit.compare_c(Compare::Less, carried[1], 31)",
            "emit.compare_c(Compare::Less, carried[1], 30)",
        ),
        change(
            "at most 31 times more",
            "emit.and(again, ",
            "emit.compare_c(Compare::Less, carried[1], 31)",
            "emit.compare_c(Compare::Less, carried[1], 32)",
        ),
        change(
            "if the last is still `>= w`, the result is `floor(v / 2)`",
            "emit.select(outside, ",
            "emit.shr_unsigned(last[0], 1)",
            "last[0]",
        ),
    ],
};

const SEED: Group = Group {
    file: "compiler/src/native/functions.rs",
    kinds: "chances",
    mutations: &[change(
        "or `0x9E3779B9` when the seed is 0",
        "let seed = ",
        "emit.select(none, emit.c(0x9E37_79B9_u32 as i32 as i64), seed)",
        "seed",
    )],
};

const SOFTMAX: Group = Group {
    file: "compiler/src/lower/softmax.rs",
    kinds: "chances,tables",
    mutations: &[
        change(
            "`EXP[k] = near(65535 * e^(-k/16))`",
            "fn weight_of(k: i64) -> i64 {\n    ",
            "(65535.0 * (-(k as f64) / 16.0).exp() + 0.5).floor()",
            "(65535.0 * (-(k as f64) / 16.0).exp()).floor()",
        ),
        change("min(127, ", "emit.select(stops, ", "emit.c(last)", "emit.c(last - 1)"),
        change(
            "floor((max - q(a)) * C / 65536)",
            ", emit.shr_unsigned(",
            "emit.mul_c(near, factor)",
            "emit.add_c(emit.mul_c(near, factor), 32768)",
        ),
        change(
            "for each available action",
            "Some(_) => ",
            "emit.select(scan::is_absent(emit, value), emit.c(0), weight)",
            "weight",
        ),
        change(
            "`v = below(sum of w)`",
            "let drawn = ",
            "draw::below_value(emit, sum)",
            "draw::below_value(emit, emit.add_c(sum, 1))",
        ),
        change(
            "for which the running sum of `w` exceeds `v`",
            "let passed = ",
            "emit.compare_c(Compare::Less, left, 0)",
            "emit.compare_c(Compare::Less, left, 1)",
        ),
        change("the result is the lowest available action", "vec![left, emit.select(", "first", "passed"),
    ],
};

const POLICY: Group = Group {
    file: "compiler/src/lower/policy.rs",
    kinds: "direct,chances,tables",
    mutations: &[
        change(
            "| greedy | none |",
            "Policy::Greedy) {\n        return ",
            "scan::best(emit, parts, row).1",
            "{ draw::draw(emit); scan::best(emit, parts, row).1 }",
        ),
        change(
            "one, and those of `pick`",
            "Policy::Epsilon(epsilon) => {\n            let drawn = ",
            "draw::draw(emit)",
            "{ draw::draw(emit); draw::draw(emit) }",
        ),
        change(
            "when `x mod 65536 < epsilon`",
            "(drawn, ",
            "emit.compare(Compare::BelowUnsigned, emit.and_c(drawn, 0xFFFF), epsilon)",
            "emit.compare(Compare::BelowUnsigned, emit.shr_unsigned(drawn, 16), epsilon)",
        ),
        change(
            "when `x mod 65536 < epsilon`",
            "(drawn, ",
            "emit.compare(Compare::BelowUnsigned, emit.and_c(drawn, 0xFFFF), epsilon)",
            "emit.compare(Compare::AboveEqualUnsigned, epsilon, emit.and_c(drawn, 0xFFFF))",
        ),
        change(
            "`pick(n, floor(x / 65536))`",
            "any(emit, parts, row, ",
            "emit.shr_unsigned(drawn, 16)",
            "emit.and_c(drawn, 0xFFFF)",
        ),
        change(
            "`pick(n, floor(x / 65536))`",
            "any(emit, parts, row, ",
            "emit.shr_unsigned(drawn, 16)",
            "emit.shr_unsigned(draw::draw(emit), 16)",
        ),
        change("With none the result is -1", "none(emit);\n        vec![", "emit.c(-1)", "emit.c(0)"),
        change(
            "nothing is drawn",
            "none(emit);\n        vec![",
            "emit.c(-1)",
            "{ draw::draw(emit); emit.c(-1) }",
        ),
        change(
            "no schedule advances",
            "    }\n    ",
            "some_or(emit, row, |emit| vec![some(lowering, emit, parts, (row, policy))], |_| ())",
            "some_or(\n        emit,\n        row,\n        |emit| vec![some(lowering, emit, parts, (row, policy))],\n        |emit| {\n            if let Policy::Schedule(name) = policy {\n                use_schedule(emit, parts::schedule(&lowering.members, name));\n            }\n        },\n    )",
        ),
        change(
            "`D = floor(|E0 - E1| * 65536 / N)`",
            "let moved = emit.shr_unsigned(",
            "emit.mul_c(count, (from - to).abs() * 65536 / over)",
            "emit.mul_c(count, ((from - to).abs() * 65536 + over / 2) / over)",
        ),
        change(
            "floor(c * D / 65536)",
            "let moved = emit.shr_unsigned(",
            "emit.mul_c(count, (from - to).abs() * 65536 / over)",
            "emit.add_c(emit.mul_c(count, (from - to).abs() * 65536 / over), 32768)",
        ),
        change(
            "plus, when it rises",
            "vec![",
            "if from >= to { emit.sub(emit.c(from), moved) } else { emit.add(emit.c(from), moved) }",
            "emit.sub(emit.c(from), moved)",
        ),
        change(
            "`E1` from `c = N` on",
            "let arrived = ",
            "emit.compare_c(Compare::GreaterEqual, count, over)",
            "emit.compare_c(Compare::GreaterEqual, count, over - 1)",
        ),
        change(
            "`E1` from `c = N` on",
            "let arrived = ",
            "emit.compare_c(Compare::GreaterEqual, count, over)",
            "emit.compare_c(Compare::GreaterEqual, count, over + 1)",
        ),
        change(
            "stops at `N`",
            "32);\n    ",
            "at_use(emit, schedule, |emit, count| emit.store(emit.add_c(count, 1), memory, &[]))",
            "{\n        let now = at_use(emit, schedule, |_, _| ());\n        emit.store(emit.add_c(emit.load(memory, &[], 32), 1), memory, &[]);\n        now\n    }",
        ),
        change(
            "with no action available it remembers nothing",
            "row, begin, |emit| ",
            "pending::forget(emit, parts)",
            "pending::remember(emit, parts, (&state, row), emit.c(0))",
        ),
        change(
            "what was remembered is forgotten",
            "row, begin, |emit| ",
            "pending::forget(emit, parts)",
            "()",
        ),
        change(
            "*remember* forgets",
            "            |emit| {\n                ",
            "pending::forget(emit, parts)",
            "()",
        ),
        change(
            "with `a >= A` is fault 1",
            "-> Value<'c, 'a> {\n    ",
            "emit.compare_c(Compare::BelowUnsigned, action, parts.shape.actions)",
            "emit.compare_c(Compare::BelowUnsigned, action, parts.shape.actions + 1)",
        ),
        change(
            "An action of -1 given to `next` or *remember* stands for",
            "emit.check(",
            "emit.compare_c(Compare::BelowUnsigned, from_zero, parts.shape.actions + 1)",
            "emit.compare_c(Compare::BelowUnsigned, from_zero, parts.shape.actions + 2)",
        ),
        change(
            "An action of -1 given to `next` or *remember* stands for",
            "(action, ",
            "emit.compare_c(Compare::Equal, from_zero, 0)",
            "emit.constant(0, 1)",
        ),
    ],
};
