//! Mutations of variables and tensors.

use super::{Group, change};

pub const GROUPS: &[&Group] = &[&VARIABLES, &LATE, &TENSORS, &MEMORY, &REGISTERS];

const VARIABLES: Group = Group {
    file: "compiler/src/lower/variables.rs",
    kinds: "programs",
    mutations: &[
        change(
            "array, table or tensor index outside its bounds",
            "emit.check(",
            "emit.compare_c(Compare::BelowUnsigned, *index, *size as i64)",
            "emit.compare_c(Compare::BelowUnsigned, *index, *size as i64 + 1)",
        ),
        change(
            "array, table or tensor index outside its bounds",
            "emit.check(emit.compare_c(Compare::BelowUnsigned, *index, *size as i64), ",
            "1",
            "2",
        ),
        change(
            "`i1` takes a byte (0 or 1)",
            "1 => ",
            "emit.extend_unsigned(value, stored)",
            "emit.extend(value, stored)",
        ),
        change("`swarm.assert` that does not hold", "emit.check(op.condition(), ", "5", "4"),
    ],
};

const LATE: Group = Group {
    file: "compiler/src/lower/late.rs",
    kinds: "programs,messages,speaking",
    mutations: &[change(
        "later does not change what was read of it before",
        "\"memref.store\" | Number::NAME => ",
        "!is_written(1)",
        "true",
    )],
};

const TENSORS: Group = Group {
    file: "compiler/src/lower/tensors.rs",
    kinds: "tensors",
    mutations: &[
        change(
            "an index outside is fault 1, before anything is written",
            "emit.check(",
            "emit.compare_c(Compare::BelowUnsigned, index, *size as i64)",
            "emit.compare_c(Compare::BelowUnsigned, index, *size as i64 + 1)",
        ),
        change(
            "an index outside is fault 1, before anything is written",
            "emit.check(emit.compare_c(Compare::BelowUnsigned, index, *size as i64), ",
            "1",
            "2",
        ),
        change("zeros, wherever they can be seen", "let zero = emit.constant(", "0", "1"),
        change(
            "zeros, wherever they can be seen",
            "let (blank, read): (Vec<_>, Vec<_>) = empties.partition(|op| ",
            "overwritten(*op, &ops)",
            "true",
        ),
        change(
            "what is written to an array later does not change what was read of it before",
            "gets {\n            let emit = Emit::before(self.context, get.op());\n            let mut tensor = whole(&emit, get.var(), (get.op(), \"restrict\"));\n            if ",
            "changes",
            "false",
        ),
    ],
};

const MEMORY: Group = Group {
    file: "compiler/src/lower/tensors/memory.rs",
    kinds: "tensors",
    mutations: &[
        change(
            "It is a value",
            "places[*at] == held && ",
            "taken[*at].is_none_or(|until| until < first)",
            "true",
        ),
        change("all elements", "emit.repeat(", "*size as i64", "*size as i64 - 1"),
    ],
};

const REGISTERS: Group = Group {
    file: "compiler/src/lower/tensors/registers.rs",
    kinds: "tensors",
    mutations: &[change(
        "`start + a * b`",
        "let initial = sums.iter().zip(&types).map(|(sum, r#type)| {\n        ",
        "emit.value(emit.op(\"memref.load\").add_operands(&sum.place()).add_results(&[*r#type]))",
        "emit.constant(0, swarm_dialects::integer_bits(*r#type).unwrap_or(32))",
    )],
};
