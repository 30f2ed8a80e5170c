//! The layout as data, for decoders that are not generated.

use super::quoted;
use crate::{Field, Frame, Identity, Kind, Layout, Packet, Places, Presence};

pub(super) fn text(layout: &Layout) -> String {
    let beacon = &layout.beacon;
    let owner = match beacon.identity {
        Identity::Company(id) => format!("\"company\": {id}"),
        Identity::Service16(id) => format!("\"service\": \"{id:04x}\""),
        Identity::Service32(id) => format!("\"service\": \"{id:08x}\""),
        Identity::Service128(id) => format!("\"service\": \"{id:032x}\""),
    };
    let places = match layout.places {
        Places::Legacy => "legacy",
        Places::LegacyAndScanResponse => "legacy with scan response",
        Places::Extended { .. } => "extended",
    };
    let dwell = beacon.rotation.filter(|_| layout.steps.len() > 1);
    let dwell = dwell.map_or_else(|| "null".to_owned(), |rotation| rotation.dwell_ms.to_string());
    let fields: Vec<String> = beacon.fields.iter().map(field).collect();
    let packets = layout.packets().filter_map(|(step, packet)| frame(layout, step, packet));
    let frames: Vec<String> = packets.collect();
    format!(
        r#"{{
  "beacon": "{name}",
  {owner},
  "places": "{places}",
  "interval_ms": {interval},
  "dwell_ms": {dwell},
  "fields": [
{fields}
  ],
  "frames": [
{frames}
  ]
}}
"#,
        name = beacon.name,
        interval = beacon.interval_ms,
        fields = fields.join(",\n"),
        frames = frames.join(",\n"),
    )
}

/// Counts are text, for not every reader of JSON has integers up to 2^64.
fn field(field: &Field) -> String {
    let kind = match &field.kind {
        Kind::Flag => "\"kind\": \"flag\"".to_owned(),
        Kind::Id(bits) => format!("\"kind\": \"id\", \"bits\": {bits}"),
        Kind::Choice(names) => {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            format!("\"kind\": \"choice\", \"names\": [{}]", names.join(", "))
        }
        Kind::Number(number) => format!(
            r#""kind": "number", "low": "{}", "high": "{}", "step": "{}", "decimals": {}, "unit": {}"#,
            number.low,
            number.high,
            number.step,
            number.decimals,
            quoted(&number.unit)
        ),
    };
    let missing = field.presence == Presence::MayBeMissing;
    format!(
        r#"    {{"name": "{}", {kind}, "may_be_missing": {missing}, "codes": "{}"}}"#,
        field.name,
        field.count()
    )
}

fn frame(layout: &Layout, step: usize, packet: &Packet) -> Option<String> {
    let Frame { id, payload_bytes, cells, .. } = packet.frame.as_ref()?;
    let is_response = layout.steps[step].response.as_ref() == Some(packet);
    let place = if is_response { "scan response" } else { "advert" };
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| {
            let names: Vec<String> = cell
                .digits
                .iter()
                .map(|digit| format!("\"{}\"", layout.beacon.fields[digit.field].name))
                .collect();
            format!(
                r#"      {{"bit": {}, "width": {}, "fields": [{}]}}"#,
                cell.bit,
                cell.width,
                names.join(", ")
            )
        })
        .collect();
    Some(format!(
        "    {{\"layout_id\": {id}, \"step\": {}, \"packet\": \"{place}\", \"payload_bytes\": {payload_bytes}, \"cells\": [\n{}\n    ]}}",
        step + 1,
        cells.join(",\n")
    ))
}
