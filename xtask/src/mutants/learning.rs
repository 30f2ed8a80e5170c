//! Mutations of reading a table and learning.

use super::{Edit, Group, Mutation, change};

pub const GROUPS: &[&Group] = &[&ROW, &SCAN, &LEARN, &PENDING, &TRACES, &TILES];

const ROW: Group = Group {
    file: "compiler/src/lower/row.rs",
    kinds: "direct,tables,tiles",
    mutations: &[
        change(
            "bits from `A` on mean nothing",
            "actions => ",
            "emit.and_c(mask, (1 << actions) - 1)",
            "mask",
        ),
        change(
            "`s` is read as unsigned",
            "=> Some(",
            "emit.compare_c(Compare::BelowUnsigned, state[0], states)",
            "emit.compare_c(Compare::Less, state[0], states)",
        ),
        change(
            "`s >= S` is fault 1",
            "=> Some(",
            "emit.compare_c(Compare::BelowUnsigned, state[0], states)",
            "emit.compare_c(Compare::BelowUnsigned, state[0], states + 1)",
        ),
        change(
            "read and max give the sum of both elements",
            ", parts.shape.elements()));\n            ",
            "emit.add(element(emit, parts, index), second)",
            "element(emit, parts, index)",
        ),
    ],
};

const SCAN: Group = Group {
    file: "compiler/src/lower/scan.rs",
    kinds: "direct,tables,chances",
    mutations: &[
        change(
            "gives the lowest available action that has the largest element",
            "emit.apart(",
            "emit.compare(Compare::GreaterEqual, carried[0], value)",
            "emit.compare(Compare::Greater, carried[0], value)",
        ),
        change(
            "gives the lowest available action that has the largest element",
            "// The first one is better than nothing.\n            let mut found = ",
            "first_round(value(emit, parts, row.place, first), first, initial.len())",
            "round(emit, emit.c(1), value(emit, parts, row.place, first), initial)",
        ),
        change("gives the largest element", "vec![", "emit.smax(value, carried[0])", "value"),
        change(
            "0 when there are none",
            "mask, 0);\n            ",
            "emit.if_else(none, &[emit.integer(32)], |emit| vec![emit.c(0)], of)[0]",
            "of(emit)[0]",
        ),
        change(
            "Bit `a` of a mask (the lowest first) says that action `a` is available",
            "emit.if_else(\n                    ",
            "available",
            "emit.constant(1, 1)",
        ),
        change(
            "Bit `a` of a mask (the lowest first) says that action `a` is available",
            "body(emit, ",
            "carried[1]",
            "emit.add_c(carried[1], -1)",
        ),
        change(
            "for each available action",
            "1);\n                ",
            "emit.select(available, value, emit.c(NONE))",
            "value",
        ),
        change(
            "`n` is the number of available actions",
            "emit.mul_c(mask, ",
            "1 | 1 << 7 | 1 << 14 | 1 << 25",
            "1 | 1 << 7 | 1 << 14",
        ),
        change(
            "`n` is the number of available actions",
            "of the actions.\n    emit.do_while(Rounds::most(parts.shape.actions), &[mask, ",
            "emit.c(0)",
            "emit.c(1)",
        ),
        change("`n` is the number of available actions", "let first = [mask, ", "emit.c(0)", "emit.c(1)"),
        change(
            "65536 mod n",
            "vec![left, emit.add_c(carried[1], 1), emit.shr_unsigned(carried[2], ",
            "4",
            "3",
        ),
        change(
            "lowest first, counted from 0",
            "false => ",
            "emit.compare_c(Compare::GreaterEqual, before, 0)",
            "emit.compare_c(Compare::Greater, before, 0)",
        ),
    ],
};

/// Products are made of two digits as on cores that have small ones only.
const DIGITS: Option<Edit> =
    Some(Edit { before: "bits == 64 && ", old: "parts.aim.product_bits == 32", new: "true" });

const LEARN: Group = Group {
    file: "compiler/src/lower/learn.rs",
    kinds: "tables,direct,worn,tiles,shared",
    mutations: &[
        change(
            "`A16 = near(alpha * 65536 / T)`",
            "let alpha = ",
            "q16(learns.alpha / parts.shape.tilings() as f64)",
            "q16(learns.alpha) / parts.shape.tilings()",
        ),
        change(
            "`terminated` makes `m = 0`",
            "return value(emit) };\n    ",
            "emit.if_else(flag, &[emit.integer(32)], |emit| vec![emit.c(0)], |emit| vec![value(emit)])[0]",
            "value(emit)",
        ),
        change(
            "`truncated` does not",
            ".then(|| drawn_set(emit));\n        let follows = unless(emit, ",
            "op.terminated()",
            "match (op.terminated(), op.truncated()) {\n            (Some(one), Some(other)) => Some(emit.or(one, other)),\n            (one, other) => one.or(other),\n        }",
        ),
        change(
            "`m` is 0",
            "emit.select(none, emit.c(0), next_action);\n                ",
            "emit.select(none, emit.c(0), row::value(emit, parts, next.place, there))",
            "row::value(emit, parts, next.place, there)",
        ),
        change(
            "expected SARSA looks at the present value without using it up",
            "Some(name) => ",
            "present(emit, parts::schedule(&lowering.members, name))",
            "{\n                        let schedule = parts::schedule(&lowering.members, name);\n                        let count = emit.view(&format!(\"{name}.count\"), &[], 32);\n                        let next = emit.add_c(emit.load(count, &[], 32), 1);\n                        let now = present(emit, schedule);\n                        emit.store(emit.smin(next, emit.c(schedule.over())), count, &[]);\n                        now\n                    }",
        ),
        change(
            "learns from the remembered pair, then forgets it",
            "        }\n        ",
            "pending::forget(emit, parts)",
            "()",
        ),
        change(
            "when nothing is remembered it does nothing at all",
            "emit.if_then(",
            "pending::is_remembered(emit, parts)",
            "emit.constant(1, 1)",
        ),
        change(
            "The checks of an operation come first",
            "let known = ",
            "[&state, &next]",
            "[&state, &state]",
        ),
        change(
            "The draw is taken after the checks",
            "is_known(emit, parts, state));\n    ",
            "emit.check(known.fold(is_action(emit, parts, action), |all, known| emit.and(all, known)), 1)",
            "{\n        let stochastic = rates.rounding == Rounding::Stochastic && !parts.double;\n        let start = stochastic.then(|| {\n            let memory = emit.view(draw::GENERATOR, &[], 32);\n            let start = emit.load(memory, &[], 32);\n            draw::draw(emit);\n            (start, memory)\n        });\n        emit.check(known.fold(is_action(emit, parts, action), |all, known| emit.and(all, known)), 1);\n        if let Some((start, memory)) = start {\n            emit.store(start, memory, &[]);\n        }\n    }",
        ),
        change(
            "its top bit 0: `A` is updated",
            "-> Value<'c, 'a> {\n    ",
            "emit.shr_unsigned(draw::draw(emit), 31)",
            "emit.and_c(draw::draw(emit), 1)",
        ),
        change(
            "its top bit 0: `A` is updated",
            "-> Value<'c, 'a> {\n    ",
            "emit.shr_unsigned(draw::draw(emit), 31)",
            "emit.sub(emit.c(1), emit.shr_unsigned(draw::draw(emit), 31))",
        ),
        change(
            "`m = B(s2, argmax A(s2))`",
            "let judge = ",
            "emit.add(base, emit.sub(emit.c(elements), offset))",
            "emit.add(base, offset)",
        ),
        change(
            "`m = B(s2, argmax A(s2))`",
            "place: Place::One(",
            "emit.add(base, offset)",
            "emit.add(base, emit.sub(emit.c(elements), offset))",
        ),
        change(
            "The draw of `double` is taken in both cases",
            "let updated = ",
            "drawn_set(emit)",
            "{\n            let memory = emit.view(draw::GENERATOR, &[], 32);\n            let before = emit.load(memory, &[], 32);\n            let done = drawn_set(emit);\n            if let Some(ends) = op.terminated() {\n                let after = emit.load(memory, &[], 32);\n                emit.store(emit.select(ends, before, after), memory, &[]);\n            }\n            done\n        }",
        ),
        Mutation {
            also: Some(Edit {
                before: "};\n    ",
                old: "learn(emit, parts, rates, Sample { place, action, reward: op.reward(), follows })",
                new: "{\n        learn(emit, parts, rates, Sample { place, action, reward: op.reward(), follows });\n        if parts.double && rates.rounding == Rounding::Stochastic {\n            draw::draw(emit);\n        }\n    }",
            }),
            ..change(
                "and after those of the rule",
                "let updated = ",
                "drawn_set(emit)",
                "{\n            let memory = emit.view(draw::GENERATOR, &[], 32);\n            let start = emit.load(memory, &[], 32);\n            let stochastic = rates.rounding == Rounding::Stochastic;\n            if stochastic {\n                draw::draw(emit);\n            }\n            let done = drawn_set(emit);\n            if stochastic {\n                emit.store(start, memory, &[]);\n            }\n            done\n        }",
            )
        },
        change(
            "`R = near(clamp(r, lo, hi) * S / 2^16)`",
            "true => ",
            "within(emit, reward, parts.rewards)",
            "reward",
        ),
        change(
            "`R = near(clamp(r, lo, hi) * S / 2^16)`",
            "0.clamp(low, high));\n            vec![",
            "emit.select(below, emit.c(low), emit.c(high))",
            "emit.select(below, emit.c(high), emit.c(low))",
        ),
        change(
            "`R = near(clamp(r, lo, hi) * S / 2^16)`",
            "emit.shr_signed(",
            "emit.add_c(exact, 32768)",
            "exact",
        ),
        change(
            "`R = near(clamp(r, lo, hi) * S / 2^16)`",
            "emit.shr_signed(",
            "emit.add_c(exact, 32768)",
            "emit.add_c(exact, 32767)",
        ),
        change(
            "`round` is `near` by default",
            "(Rounding::Nearest, None) => ",
            "emit.add_c(exact, 1 << (shift - 1))",
            "exact",
        ),
        change(
            "`round` is `near` by default",
            "(Rounding::Nearest, None) => ",
            "emit.add_c(exact, 1 << (shift - 1))",
            "emit.add_c(exact, (1 << (shift - 1)) - 1)",
        ),
        change(
            "`floor` with `rounding = floor`",
            "1 << (shift - 1)),\n        _ => ",
            "exact",
            "emit.add_c(exact, 1 << (shift - 1))",
        ),
        change(
            "`floor(x)` rounds towards minus infinity",
            "    };\n    ",
            "emit.shr_signed(exact, shift)",
            "emit.div_signed(exact, emit.constant(1 << shift, bits))",
        ),
        change(
            "`floor((x + u) / 2^32)`",
            "emit.add(exact, ",
            "emit.extend_unsigned(emit.shr_unsigned(drawn, 32 - shift), bits)",
            "emit.extend_unsigned(emit.and_c(drawn, (1i64 << shift) - 1), bits)",
        ),
        change(
            "`u` a draw read as unsigned",
            "emit.add(exact, ",
            "emit.extend_unsigned(emit.shr_unsigned(drawn, 32 - shift), bits)",
            "emit.extend(emit.shr_signed(drawn, 32 - shift), bits)",
        ),
        change(
            "with `rounding = stochastic` it is",
            "let drawn = ",
            "(rounding == Rounding::Stochastic)",
            "(rounding == Rounding::Stochastic && shift > 0)",
        ),
        change(
            "G * m - q * 65536",
            "true => ",
            "emit.sub(emit.shl(emit.add(moved, wide(follows)), 16 - gamma_twos), wide(follows))",
            "emit.shl(emit.add(moved, wide(follows)), 16 - gamma_twos)",
        ),
        Mutation {
            also: DIGITS,
            ..change(
                "`round` is `near` by default",
                "Rounding::Nearest => ",
                "emit.add_c(low, 1 << (shift - 1))",
                "low",
            )
        },
        Mutation {
            also: DIGITS,
            ..change(
                "`floor` with `rounding = floor`",
                "Rounding::Floor => ",
                "low",
                "emit.add_c(low, 1 << (shift - 1))",
            )
        },
        Mutation {
            also: DIGITS,
            ..change(
                "`u` a draw read as unsigned",
                "Rounding::Stochastic => ",
                "emit.add(low, emit.shr_unsigned(draw::draw(emit), 32 - shift))",
                "emit.add(low, emit.shr_signed(draw::draw(emit), 32 - shift))",
            )
        },
        Mutation {
            also: DIGITS,
            ..change(
                "`floor(x)` rounds towards minus infinity",
                "(1 << DIGIT) - 1), ",
                "emit.shr_signed(error, DIGIT)",
                "emit.shr_unsigned(error, DIGIT)",
            )
        },
        change(
            "one draw serves all `T` weights",
            "emit.add(row::element(emit, parts, index), ",
            "moved",
            "step(emit, parts, rates, (old, reward, sample.follows))",
        ),
        change(
            "Then `q'` is clamped when the table says `saturate`",
            "let new = ",
            "if parts.saturate { emit.clamp(new, parts.limits) } else { new }",
            "new",
        ),
        change(
            "Then `q'` is clamped when the table says `saturate`",
            "let new = ",
            "if parts.saturate { emit.clamp(new, parts.limits) } else { new }",
            "emit.clamp(new, (parts.limits.0, parts.limits.1 - 1))",
        ),
        change(
            "up to 32767",
            "let more = ",
            "emit.cap(emit.add_c(visits, 1), 32767)",
            "emit.add_c(visits, 1)",
        ),
        change(
            "each update adds 1 to the count of `(s, a)`",
            "let second = emit.compare_c(Compare::GreaterEqual, index, parts.shape.elements());\n            ",
            "emit.select(second, emit.add_c(index, -parts.shape.elements()), index)",
            "emit.select(second, emit.c(0), index)",
        ),
        change(
            "e * sum",
            "let value = ",
            "emit.select(scan::is_absent(emit, value), emit.c(0), value)",
            "value",
        ),
        change(
            "over the `n` available actions of `s2`",
            "vec![of(emit, ",
            "scan::count(emit, parts, mask)",
            "emit.c(parts.shape.actions)",
        ),
        change(
            "`near(x) = floor(x + 1/2)`",
            "let (a, b) = (",
            "emit.add(emit.shl(a, 1), b)",
            "emit.shl(a, 1)",
        ),
        change(
            "(nearest, ties up)",
            "let (a, b) = (",
            "emit.add(emit.shl(a, 1), b)",
            "emit.add_c(emit.add(emit.shl(a, 1), b), -1)",
        ),
        change(
            "`floor(x)` rounds towards minus infinity",
            "emit.select(below, ",
            "emit.add_c(quotient, -1)",
            "quotient",
        ),
    ],
};

const PENDING: Group = Group {
    file: "compiler/src/lower/pending.rs",
    kinds: "direct,tables,tiles",
    mutations: &[
        change(
            "was not greedy at its time (its element was below the maximum)",
            "let greedy = ",
            "emit.compare(Compare::GreaterEqual, value, scan::max(emit, parts, row))",
            "emit.compare(Compare::Greater, value, scan::max(emit, parts, row))",
        ),
        change(
            "What is forgotten keeps its other parts as they were",
            "",
            "store(emit, parts, mark(parts), emit.c(-1))",
            "{\n        store(emit, parts, mark(parts), emit.c(-1));\n        store(emit, parts, \"pending_action\", emit.c(-1));\n    }",
        ),
        change(
            "What is forgotten keeps its other parts as they were",
            "",
            "store(emit, parts, mark(parts), emit.c(-1))",
            "{\n        store(emit, parts, mark(parts), emit.c(-1));\n        if let Places::Tiles { .. } = parts.shape.places {\n            let inputs = parts.shape.inputs() as u64;\n            let memory = emit.view(&parts.part(\"pending_state\"), &[inputs], 32);\n            emit.store(emit.c(0), memory, &[emit.c(0)]);\n        }\n    }",
        ),
    ],
};

const TRACES: Group = Group {
    file: "compiler/src/lower/traces.rs",
    kinds: "tables,direct",
    mutations: &[
        change("empty the list;", "let listed = ", "emit.select(greedy, listed, emit.c(0))", "listed"),
        change(
            "`P = floor(A16 * D / 65536)`",
            "emit.shr_signed(",
            "emit.mul_c(error, rates.alpha)",
            "emit.add_c(emit.mul_c(error, rates.alpha), 32768)",
        ),
        change(
            "element `+= round(P * e / 2^32)`",
            "Rounding::Nearest => ",
            "emit.constant(1 << 31, 64)",
            "emit.constant(0, 64)",
        ),
        change(
            "element `+= round(P * e / 2^32)`",
            "Rounding::Nearest => ",
            "emit.constant(1 << 31, 64)",
            "emit.constant((1 << 31) - 1, 64)",
        ),
        change(
            "element `+= round(P * e / 2^32)`",
            "Rounding::Floor => ",
            "emit.constant(0, 64)",
            "emit.constant(1 << 31, 64)",
        ),
        change(
            "`u` a draw read as unsigned",
            "Rounding::Stochastic => ",
            "emit.extend_unsigned(draw::draw(emit), 64)",
            "emit.extend(draw::draw(emit), 64)",
        ),
        change(
            "which serves all entries",
            "step(emit, push, eligibility, ",
            "noise",
            "if rates.rounding == Rounding::Stochastic { emit.extend_unsigned(draw::draw(emit), 64) } else { noise }",
        ),
        change(
            "in its place when listed",
            "let new = ",
            "emit.compare_c(Compare::Less, found[0], 0)",
            "emit.constant(1, 1)",
        ),
        change(
            "in place of the lowest `e`, the first of equals",
            "let lower = ",
            "emit.compare(Compare::Less, eligibility, carried[2])",
            "emit.compare(Compare::GreaterEqual, carried[2], eligibility)",
        ),
        change(
            "else (list full)",
            "let room = ",
            "emit.compare_c(Compare::Less, listed, list.length)",
            "emit.compare_c(Compare::Less, listed, list.length - 1)",
        ),
        change(
            "clamped, then `e = floor(e * L / 65536)`",
            "let new = ",
            "emit.clamp(emit.add(old, moved), parts.limits)",
            "emit.add(old, moved)",
        ),
        change(
            "`e = floor(e * L / 65536)`",
            "emit.shr_unsigned(",
            "emit.mul_c(eligibility, decay)",
            "emit.add_c(emit.mul_c(eligibility, decay), 32768)",
        ),
        change(
            "`L = near(gamma * lambda * 65536)`",
            "let decay = ",
            "(rates.gamma * lambda + 32768) / 65536",
            "rates.gamma * lambda / 65536",
        ),
        change(
            "drop the entries with `e < 655`",
            "let keeps = ",
            "emit.compare_c(Compare::GreaterEqual, decayed, SMALLEST)",
            "emit.compare_c(Compare::GreaterEqual, decayed, SMALLEST + 1)",
        ),
        change(
            "drop the entries with `e < 655`",
            "let keeps = ",
            "emit.compare_c(Compare::GreaterEqual, decayed, SMALLEST)",
            "emit.compare_c(Compare::GreaterEqual, decayed, SMALLEST - 1)",
        ),
        change(
            "slots behind the last one keep what was decayed in them",
            "};\n                ",
            "emit.store(decayed, list.eligibility, &[slot])",
            "()",
        ),
        change(
            "when `terminated` or `truncated`, empty the list",
            "let count = ",
            "ends.iter().flatten().fold(kept, |count, end| emit.select(*end, emit.c(0), count))",
            "kept",
        ),
        change(
            "when `terminated` or `truncated`, empty the list",
            "let count = ",
            "ends.iter().flatten().fold(kept, |count, end| emit.select(*end, emit.c(0), count))",
            "ends.iter().take(1).flatten().fold(kept, |count, end| emit.select(*end, emit.c(0), count))",
        ),
        change(
            "each update adds 1 to the count of `(s, a)`",
            "    };\n    ",
            "count_visit(emit, parts, element)",
            "()",
        ),
    ],
};

const TILES: Group = Group {
    file: "compiler/src/lower/tiles.rs",
    kinds: "tiles",
    mutations: &[
        change(
            "each an integer clamped to `lo..hi`",
            "emit.add_c(",
            "emit.clamp(given, (input.low, input.high))",
            "given",
        ),
        change(
            "`K = floor(n * T * 65536 / (hi - lo + 1))`",
            "let per_unit = ",
            "input.cuts * tilings * 65536 / span",
            "(input.cuts * tilings * 65536 + span / 2) / span",
        ),
        change(
            "`p = floor(u * K / 65536)`",
            "emit.shr_unsigned(",
            "emit.mul_c(above, per_unit)",
            "emit.add_c(emit.mul_c(above, per_unit), 32768)",
        ),
        change("(t * (2 d + 1)) mod T", "emit.mul_c(tiling, ", "2 * number as i64 + 1", "number as i64 + 1"),
        change("(t * (2 d + 1)) mod T", "emit.shr_unsigned(emit.add(*position, ", "shift", "emit.c(0)"),
    ],
};
