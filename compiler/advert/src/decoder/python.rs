//! The decoder in Python.

use super::{indented, owner, quoted, title, units};
use crate::{Field, Kind, Layout, Presence};

pub(super) fn text(layout: &Layout, name: &str) -> String {
    let (owner, id) = owner(layout);
    let fields: String = layout.beacon.fields.iter().map(field).collect();
    let frames: String = layout.frames().map(|frame| frame_row(layout, frame)).collect();
    let title = title(layout);
    let body = format!(
        r#""""{title}"""

{owner} = {id}

# How many codes each field has, and what they mean.
_FIELDS = {{
{fields}}}

# By layout id: bytes after it; bits of each number, from the lowest, and the fields in it.
_FRAMES = {{
{frames}}}

@classmethod
def decode(cls, data):
    """Gives the values by name. Takes the bytes after the company or UUID; raises ValueError for others' bytes."""
    if not data or data[0] not in cls._FRAMES:
        raise ValueError("no such layout id")
    size, cells = cls._FRAMES[data[0]]
    if len(data) != 1 + size:
        raise ValueError("%d bytes instead of %d" % (len(data), 1 + size))
    bits = int.from_bytes(data[1:], "little")
    values = {{}}
    for width, names in cells:
        number = bits & ((1 << width) - 1)
        bits >>= width
        for name in names:
            count, meaning = cls._FIELDS[name]
            number, code = divmod(number, count)
            values[name] = meaning(code)
        if number:
            raise ValueError("no value of %s has this code" % names[-1])
    if bits:
        raise ValueError("unused bits are not 0")
    return values
"#
    );
    format!("class {name}:\n{}", indented(&body))
}

fn field(field: &Field) -> String {
    let meaning = match &field.kind {
        Kind::Flag => "bool(code)".to_owned(),
        Kind::Id(_) => "code".to_owned(),
        Kind::Choice(names) => {
            let names: String = names.iter().map(|name| format!("{}, ", quoted(name))).collect();
            format!("({})[code]", names.trim_end())
        }
        Kind::Number(number) => {
            let units = units(number, "");
            match number.decimals {
                0 => units,
                decimals => format!("({units}) / {}", 10u64.pow(decimals)),
            }
        }
    };
    let missing = match field.presence {
        Presence::MayBeMissing => format!("None if code == {} else ", field.kind.count()),
        Presence::Always => String::new(),
    };
    format!(
        "    # {}\n    \"{}\": ({}, lambda code: {missing}{meaning}),\n",
        field.describe(),
        field.name,
        field.count()
    )
}

fn frame_row(layout: &Layout, frame: &crate::Frame) -> String {
    let cells = frame.cells.iter().map(|cell| {
        let names: String = cell
            .digits
            .iter()
            .map(|digit| format!("\"{}\", ", layout.beacon.fields[digit.field].name))
            .collect();
        format!("        ({}, ({})),\n", cell.width, names.trim_end())
    });
    format!("    {}: ({}, (\n{}    )),\n", frame.id, frame.payload_bytes, cells.collect::<String>())
}
