//! The decoder in TypeScript.

use super::{is_in_every_frame, owner, quoted, title, units};
use crate::{Field, Frame, Identity, Kind, Layout, Number, Presence};

/// Integers beyond are not exact in its numbers.
const SAFE: u64 = (1 << 53) - 1;

/// What has a `$` in its name is no name of a kernel.
pub(super) fn text(layout: &Layout, name: &str) -> String {
    let (owner, id) = owner(layout);
    // UUIDs are wider than its numbers.
    let id = if matches!(layout.beacon.identity, Identity::Service128(_)) { format!("{id}n") } else { id };
    let types: String = layout
        .beacon
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| property(layout, index, field))
        .collect();
    let fields: String = layout.beacon.fields.iter().map(meaning_row).collect();
    let frames: String = layout.frames().map(|frame| frame_row(layout, frame)).collect();
    let title = title(layout);
    format!(
        r#"/** What one advert says. `null` is missing; what is `undefined` comes in another advert. */
export interface {name} {{
{types}}}

/** How many codes each field has, and what they mean. */
const {name}$FIELDS: Record<string, [bigint, (code: bigint) => unknown]> = {{
{fields}}};

/** By layout id: bytes after it; bits of each number, from the lowest, and the fields in it. */
const {name}$FRAMES: Record<number, [number, [number, string[]][]]> = {{
{frames}}};

/** {title} */
export const {name} = {{
  {owner}: {id},

  /** Gives the values. Takes the bytes after the company or UUID; throws a RangeError for others' bytes. */
  decode(data: Uint8Array): {name} {{
    const frame = data.length > 0 ? {name}$FRAMES[data[0]] : undefined;
    if (frame === undefined) throw new RangeError("no such layout id");
    const [size, cells] = frame;
    if (data.length !== 1 + size) throw new RangeError(`${{data.length}} bytes instead of ${{1 + size}}`);
    let bits = 0n;
    for (let at = size; at > 0; at--) bits = (bits << 8n) | BigInt(data[at]);
    const values: Record<string, unknown> = {{}};
    for (const [width, names] of cells) {{
      let number = BigInt.asUintN(width, bits);
      bits >>= BigInt(width);
      for (const name of names) {{
        const [count, meaning] = {name}$FIELDS[name];
        values[name] = meaning(number % count);
        number /= count;
      }}
      if (number !== 0n) throw new RangeError(`no value of ${{names[names.length - 1]}} has this code`);
    }}
    if (bits !== 0n) throw new RangeError("unused bits are not 0");
    return values as unknown as {name};
  }},
}};
"#
    )
}

fn is_large(number: &Number) -> bool {
    number.low.unsigned_abs().max(number.high.unsigned_abs()) > SAFE
}

fn property(layout: &Layout, index: usize, field: &Field) -> String {
    let kind = match &field.kind {
        Kind::Flag => "boolean".to_owned(),
        Kind::Id(54..) => "bigint".to_owned(),
        Kind::Id(_) => "number".to_owned(),
        Kind::Choice(names) => names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(" | "),
        Kind::Number(number) if is_large(number) => "bigint".to_owned(),
        Kind::Number(_) => "number".to_owned(),
    };
    let missing = if field.presence == Presence::MayBeMissing { " | null" } else { "" };
    let optional = if is_in_every_frame(layout, index) { "" } else { "?" };
    format!("  /** {} */\n  {}{optional}: {kind}{missing};\n", field.describe(), field.name)
}

fn meaning_row(field: &Field) -> String {
    let meaning = match &field.kind {
        Kind::Flag => "code === 1n".to_owned(),
        Kind::Id(54..) => "code".to_owned(),
        Kind::Id(_) => "Number(code)".to_owned(),
        Kind::Choice(names) => {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            format!("[{}][Number(code)]", names.join(", "))
        }
        Kind::Number(number) => {
            let units = units(number, "n");
            match number.decimals {
                0 if is_large(number) => units,
                0 => format!("Number({units})"),
                decimals => format!("Number({units}) / {}", 10u64.pow(decimals)),
            }
        }
    };
    let missing = match field.presence {
        Presence::MayBeMissing => format!("code === {}n ? null : ", field.kind.count()),
        Presence::Always => String::new(),
    };
    format!("  {}: [{}n, (code) => {missing}{meaning}],\n", field.name, field.count())
}

fn frame_row(layout: &Layout, frame: &Frame) -> String {
    let cells = frame.cells.iter().map(|cell| {
        let names: Vec<String> = cell
            .digits
            .iter()
            .map(|digit| format!("\"{}\"", layout.beacon.fields[digit.field].name))
            .collect();
        format!("    [{}, [{}]],\n", cell.width, names.join(", "))
    });
    format!("  {}: [{}, [\n{}  ]],\n", frame.id, frame.payload_bytes, cells.collect::<String>())
}
