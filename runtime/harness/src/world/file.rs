//! A world's TOML text, checked: unknown keys are refused, and each error names its place.

use serde::Deserialize;
use toml::Spanned;

use super::grid::{GridMap, GridRules, OnDone, Reward, Tile};
use super::{GridWorld, TraceWorld, World, trace_csv};
use crate::error::{HarnessError, Source};
use crate::network::links::Links;
use links::LinkTable;

#[path = "file_links.rs"]
mod links;

/// A place number must fit the kernel's `i16` port.
const MOST_PLACES: i64 = 32768;
const SIDES: std::ops::RangeInclusive<i64> = 3..=1024;

/// A day, in ms.
const STAGGER_MAX: i64 = 86_400_000;

/// A world, and how many ticks it is meant to run.
pub struct LoadedWorld {
    pub ticks: u64,
    /// Of several nodes: how much later than the one before each is switched on.
    pub stagger_ms: u64,
    /// Of several nodes: who hears whom; `None`: it does not say.
    pub links: Option<Links>,
    pub world: Box<dyn World>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorldFile {
    ticks: Spanned<i64>,
    stagger: Option<Spanned<i64>>,
    links: Option<Spanned<String>>,
    grid: Option<Spanned<GridTable>>,
    trace: Option<Spanned<TraceTable>>,
    #[serde(default)]
    reward: Vec<Spanned<RewardTable>>,
    #[serde(default)]
    link: Vec<Spanned<LinkTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GridTable {
    width: Spanned<i64>,
    height: Spanned<i64>,
    /// A list of any length: one of two would leave what is behind them unread.
    start: Spanned<Vec<i64>>,
    #[serde(default)]
    consume: bool,
    on_done: Spanned<String>,
    max_steps: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RewardTable {
    x: i64,
    y: i64,
    value: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TraceTable {
    file: Spanned<String>,
    #[serde(default)]
    repeat: bool,
    low_battery: Option<Spanned<i64>>,
}

/// Reads a world. `file` is its name in messages; `resolve` gives the text of a file that it names
/// (relative to the world's own folder), or a sentence that says why it cannot.
pub fn load(
    file: &str,
    text: &str,
    resolve: &dyn Fn(&str) -> Result<String, String>,
) -> Result<LoadedWorld, HarnessError> {
    let source = Source { file, text };
    let parsed: WorldFile = toml::from_str(text).map_err(|error| syntax_error(&error, &source))?;
    let ticks = bounded(&source, "ticks", &parsed.ticks, 1..=u32::MAX.into())? as u64;
    let stagger = parsed.stagger.as_ref();
    let stagger = stagger.map(|stagger| bounded(&source, "stagger", stagger, 0..=STAGGER_MAX)).transpose()?;
    let links = links::read(&source, parsed.links.as_ref(), &parsed.link)?;
    let world: Box<dyn World> = match (&parsed.grid, &parsed.trace) {
        (Some(grid), None) => Box::new(GridWorld::new(grid_map(&source, grid.get_ref(), &parsed.reward)?)),
        (None, Some(trace)) => {
            if let Some(reward) = parsed.reward.first() {
                return Err(HarnessError::new("world::reward_in_trace", "a trace pays no rewards")
                    .at(&source, reward.span())
                    .help("a kernel on a trace computes its own reward; remove [[reward]]"));
            }
            Box::new(trace_world(&source, trace.get_ref(), resolve)?)
        }
        (Some(_), Some(trace)) => {
            return Err(HarnessError::new(
                "world::two_kinds",
                "a world is either a grid or a trace, not both",
            )
            .at(&source, trace.span())
            .help("keep one of [grid] and [trace]"));
        }
        (None, None) => {
            return Err(HarnessError::new("world::no_kind", "the world is neither a grid nor a trace")
                .at(&source, 0..text.len().min(1))
                .help("add a [grid] table (width, height, start, on_done) or a [trace] table (file)"));
        }
    };
    Ok(LoadedWorld { ticks, stagger_ms: stagger.unwrap_or(0) as u64, links, world })
}

fn syntax_error(error: &toml::de::Error, source: &Source<'_>) -> HarnessError {
    let said = error.message();
    let (code, message, help) = in_our_words(said);
    let mut result = HarnessError::new(code, message);
    if let Some(span) = error.span() {
        result = result.at(source, span);
    }
    result.help(help)
}

/// Code, sentence and help for what the TOML reader says.
fn in_our_words(said: &str) -> (&'static str, String, String) {
    let complete = "examples/forager/worlds has complete worlds";
    let quoted = said.split('`').nth(1).unwrap_or_default();
    if said.starts_with("unknown field") {
        let known =
            said.split_once("expected one of ").map(|(_, known)| format!("the keys here are {known}"));
        let help = known.unwrap_or_else(|| "remove the key".to_string());
        ("world::unknown_key", format!("there is no key `{quoted}` here"), help)
    } else if said.starts_with("missing field") {
        ("world::missing_key", format!("the key `{quoted}` is missing"), format!("add it; {complete}"))
    } else if let Some((given, wanted)) =
        said.strip_prefix("invalid type: ").and_then(|said| said.split_once(", expected "))
    {
        let wanted = match wanted {
            "i64" => "a whole number",
            "a boolean" => "true or false",
            "a sequence" => "a list such as [1, 1]",
            "a string" => "a text such as \"line\"",
            other => other,
        };
        ("world::type", format!("this is {given}, and has to be {wanted}"), complete.to_string())
    } else {
        let sentence = said.lines().collect::<Vec<_>>().join(" ");
        ("world::syntax", sentence, format!("a world is a TOML text; {complete}"))
    }
}

fn bounded(
    source: &Source<'_>,
    name: &str,
    value: &Spanned<i64>,
    range: std::ops::RangeInclusive<i64>,
) -> Result<i64, HarnessError> {
    let given = *value.get_ref();
    if range.contains(&given) {
        return Ok(given);
    }
    Err(HarnessError::new("world::out_of_range", format!("{name} is {given}"))
        .at(source, value.span())
        .help(format!("{name} is from {} to {}", range.start(), range.end())))
}

fn grid_map(
    source: &Source<'_>,
    grid: &GridTable,
    rewards: &[Spanned<RewardTable>],
) -> Result<GridMap, HarnessError> {
    let width = bounded(source, "width", &grid.width, SIDES)?;
    let height = bounded(source, "height", &grid.height, SIDES)?;
    if (width - 2) * (height - 2) > MOST_PLACES {
        return Err(HarnessError::new(
            "world::too_many_places",
            format!("{width} x {height} tiles have {} interior ones", (width - 2) * (height - 2)),
        )
        .at(source, grid.height.span())
        .help(format!("place is an i16 port: {MOST_PLACES} interior tiles at most")));
    }
    let interior = |x: i64, y: i64| {
        ((1..width - 1).contains(&x) && (1..height - 1).contains(&y))
            .then_some(Tile { x: x as u16, y: y as u16 })
    };
    let interior_help = format!("x is from 1 to {}, y from 1 to {}", width - 2, height - 2);
    let &[start_x, start_y] = grid.start.get_ref().as_slice() else {
        let message = format!("the start has {} numbers", grid.start.get_ref().len());
        return Err(HarnessError::new("world::start", message)
            .at(source, grid.start.span())
            .help("a tile is two numbers, x and y: start = [1, 1]"));
    };
    let start = interior(start_x, start_y).ok_or_else(|| {
        HarnessError::new(
            "world::start_outside",
            format!("the start {start_x}, {start_y} is no interior tile of {width} x {height}"),
        )
        .at(source, grid.start.span())
        .help(interior_help.clone())
    })?;
    let on_done = match grid.on_done.get_ref().as_str() {
        "reset" => OnDone::Reset,
        "stay" => OnDone::Stay,
        other => {
            return Err(HarnessError::new("world::on_done", format!("on_done is {other:?}"))
                .at(source, grid.on_done.span())
                .help("\"reset\": back to the start; \"stay\": nothing moves"));
        }
    };
    let max_steps = match &grid.max_steps {
        Some(value) => Some(bounded(source, "max_steps", value, 1..=u32::MAX.into())? as u32),
        None => None,
    };
    let mut checked: Vec<Reward> = Vec::with_capacity(rewards.len());
    for entry in rewards {
        let RewardTable { x, y, value } = entry.get_ref();
        let tile = interior(*x, *y).ok_or_else(|| {
            HarnessError::new(
                "world::reward_outside",
                format!("the reward at {x}, {y} is on no interior tile of {width} x {height}"),
            )
            .at(source, entry.span())
            .help(interior_help.clone())
        })?;
        let value = bounded(source, "value", value, i16::MIN.into()..=i16::MAX.into())? as i16;
        if checked.iter().any(|earlier| earlier.tile == tile) {
            return Err(HarnessError::new(
                "world::reward_twice",
                format!("the tile {x}, {y} has a reward already"),
            )
            .at(source, entry.span())
            .help("a tile has one reward: remove one of the two, or add their values"));
        }
        checked.push(Reward { tile, value });
    }
    let rules = GridRules {
        width: width as u16,
        height: height as u16,
        start,
        consume: grid.consume,
        on_done,
        max_steps,
    };
    Ok(GridMap::new(rules, checked))
}

fn trace_world(
    source: &Source<'_>,
    trace: &TraceTable,
    resolve: &dyn Fn(&str) -> Result<String, String>,
) -> Result<TraceWorld, HarnessError> {
    let name = trace.file.get_ref();
    let csv = resolve(name).map_err(|reason| {
        HarnessError::new("world::trace_file", format!("the trace {name} cannot be read: {reason}"))
            .at(source, trace.file.span())
            .help("file is relative to the folder of the world's TOML")
    })?;
    let csv_source = Source { file: name, text: &csv };
    let table = trace_csv::parse(&csv_source)?;
    let mark = match &trace.low_battery {
        Some(value) => Some(bounded(source, "low_battery", value, 1..=100_000)? as i32),
        None => None,
    };
    if let (Some(value), None) = (&trace.low_battery, table.column(super::trace::BATTERY)) {
        return Err(HarnessError::new("world::no_battery", format!("{name} has no column battery"))
            .at(source, value.span())
            .help("low_battery watches the column battery (millivolts): add it, or remove low_battery"));
    }
    let world = TraceWorld::new(table, mark);
    Ok(if trace.repeat { world.repeating() } else { world })
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
