//! Mutations of constants and the state block.

use super::{Group, change};

pub const GROUPS: &[&Group] = &[&NUMBERS, &PARTS, &LAYOUT];

const NUMBERS: Group = Group {
    file: "dialects/src/numbers.rs",
    kinds: "tables,shared",
    mutations: &[
        change(
            "`near(x * 65536)`",
            "(value.floor() + ",
            "if value - value.floor() >= 0.5 { 1.0 } else { 0.0 }",
            "0.0",
        ),
        change(
            "`near(x * 65536)`",
            "(value.floor() + ",
            "if value - value.floor() >= 0.5 { 1.0 } else { 0.0 }",
            "if value - value.floor() > 0.5 { 1.0 } else { 0.0 }",
        ),
        change("`C = near(16 * 65536 / (temperature * 2^F))`", "*shift < 100)?) + ", "mantissa", "0"),
        change(
            "`S = near(scale * 2^(16 + F))`",
            "frac: u32) -> i64 {\n    ",
            "near(scale * f64::from(1u32 << 16) * 2f64.powi(frac as i32))",
            "(scale * f64::from(1u32 << 16) * 2f64.powi(frac as i32)) as i64",
        ),
        change("`R = near(clamp(r, lo, hi) * S / 2^16)`", "i128::from(factor) + ", "32768", "0"),
        change(
            "`V = ceil(max|R| * 65536 / (65536 - G))`",
            "i64::try_from(",
            "(most * 65536 + rest - 1) / rest",
            "most * 65536 / rest",
        ),
    ],
};

const PARTS: Group = Group {
    file: "compiler/src/lower/parts.rs",
    kinds: "shared,direct,tiles",
    mutations: &[
        change(
            "`-V..V`",
            "(Some(_), Some(bound)) if !table.saturate() => ",
            "(-bound, bound)",
            "(-bound - 1, bound)",
        ),
        change(
            "`-V..V`",
            "(Some(_), Some(bound)) if !table.saturate() => ",
            "(-bound, bound)",
            "(-bound, bound + 1)",
        ),
        change(
            "or `LO..HI` where the table says `saturate` or no operation learns into it",
            "(Some(_), Some(bound)) if ",
            "!table.saturate()",
            "true",
        ),
        change(
            "FNV-1a 32 of `rl.table<SxAxiN,frac=F>scale=S`",
            "let text = ",
            r#"format!("rl.table<{}x{actions}xi{bits},frac={frac}>scale={factor}", shape.rows())"#,
            r#"format!("rl.table<{}x{actions}xi{bits},frac={frac}>", shape.rows())"#,
        ),
        change("-1 = nothing remembered", r#"scalar(emit, &parts.part("pending_state"), "#, "-1", "0"),
        change(
            "tiles: -1 = nothing remembered",
            r#"scalar(emit, &parts.part("pending_action"), "#,
            "-1",
            "0",
        ),
    ],
};

const LAYOUT: Group = Group {
    file: "compiler/src/layout.rs",
    kinds: "programs",
    mutations: &[
        change(
            "each at the next offset that its element's size divides",
            "let offset = ",
            "size.next_multiple_of(start)",
            "size.next_multiple_of(4)",
        ),
        change(
            "arrays of more than one element at multiples of 4 at least",
            "r#type.elements() > 1 { ",
            "element.max(4)",
            "element",
        ),
        change(
            "The block's size is rounded up to its alignment",
            "slots, size: ",
            "size.next_multiple_of(alignment)",
            "size",
        ),
    ],
};
