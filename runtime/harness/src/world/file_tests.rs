//! Worlds that load, and one wrong world for each rule.

use super::*;
use crate::world::grid::OnDone;

const GOOD: &str = "ticks = 100\n\n[grid]\nwidth = 5\nheight = 4\nstart = [1, 2]\nconsume = true\non_done = \"stay\"\nmax_steps = 9\n\n[[reward]]\nx = 3\ny = 1\nvalue = -5\n";

fn resolve(name: &str) -> Result<String, String> {
    match name {
        "m.csv" => Ok("time_ms,moisture\n0,5\n10,6\n".to_string()),
        "bad.csv" => Ok("time_ms,moisture\n0,wet\n".to_string()),
        _ => Err("there is no such file".to_string()),
    }
}

fn error(text: &str) -> HarnessError {
    match load("w.toml", text, &resolve) {
        Ok(_) => panic!("was not refused:\n{text}"),
        Err(error) => error,
    }
}

#[test]
fn a_grid_loads() {
    let loaded = load("w.toml", GOOD, &resolve).expect("good");
    let map = loaded.world.map().expect("a map");
    assert_eq!((loaded.ticks, map.places(), map.start), (100, 6, Tile { x: 1, y: 2 }));
    assert_eq!((map.consume, map.on_done, map.max_steps), (true, OnDone::Stay, Some(9)));
    assert_eq!(map.rewards, vec![Reward { tile: Tile { x: 3, y: 1 }, value: -5 }]);
}

#[test]
fn a_trace_loads() {
    let loaded = load("w.toml", "ticks = 7\n[trace]\nfile = \"m.csv\"\n", &resolve).expect("good");
    assert_eq!(loaded.world.sense_ports(), Some(vec!["moisture".to_string()]));
    assert_eq!(loaded.world.ends_at(), Some(20));
    assert_eq!(loaded.world.sense("moisture", 12).map(|reading| reading.value), Some(6));
}

fn link(nodes: &str) -> String {
    format!("\n[[link]]\nnodes = [{nodes}]\n")
}

#[test]
fn links_load() {
    let loaded = |text: &str| load("w.toml", text, &resolve).expect("good").links;
    assert_eq!(loaded(GOOD), None);
    assert_eq!(loaded(&format!("links = \"ring\"\n{GOOD}")), Some(Links::Ring));
    let Some(Links::Pairs(pairs)) = loaded(&(GOOD.to_string() + &link("1, 7") + &link("7, 3"))) else {
        panic!("pairs")
    };
    let found: Vec<_> =
        pairs.pairs.iter().map(|(nodes, place)| (*nodes, &pairs.text[place.clone()])).collect();
    assert_eq!(found, [([1, 7], "[1, 7]"), ([7, 3], "[7, 3]")]);
}

#[test]
fn wrong_worlds_are_refused_with_code_and_place() {
    let swap = |from: &str, to: &str| {
        assert!(GOOD.contains(from), "{from}");
        GOOD.replacen(from, to, 1)
    };
    let cases = [
        (swap("ticks = 100", "ticks = 0"), "world::out_of_range", "0"),
        (swap("ticks = 100\n", ""), "world::missing_key", ""),
        (swap("ticks = 100", "ticks = 100\nticks_ = 1"), "world::unknown_key", "ticks_"),
        (swap("consume", "consumes"), "world::unknown_key", "consumes"),
        (swap("value = -5", "value = -5\nworth = 1"), "world::unknown_key", "worth"),
        (swap("width = 5", "width = 2"), "world::out_of_range", "2"),
        (swap("width = 5\nheight = 4", "width = 1024\nheight = 1000"), "world::too_many_places", "1000"),
        (swap("start = [1, 2]", "start = [0, 2]"), "world::start_outside", "[0, 2]"),
        (swap("start = [1, 2]", "start = [1]"), "world::start", "[1]"),
        (swap("start = [1, 2]", "start = [1, 2, 3]"), "world::start", "[1, 2, 3]"),
        (swap("\"stay\"", "\"again\""), "world::on_done", "\"again\""),
        (swap("max_steps = 9", "max_steps = 0"), "world::out_of_range", "0"),
        (swap("x = 3", "x = 4"), "world::reward_outside", "[[reward]]"),
        (swap("value = -5", "value = 40000"), "world::out_of_range", "40000"),
        (format!("{GOOD}\n[[reward]]\nx = 3\ny = 1\nvalue = 1\n"), "world::reward_twice", "[[reward]]"),
        (swap("width = 5", "width = five"), "world::syntax", ""),
        (swap("width = 5", "width = \"5\""), "world::type", "\"5\""),
        ("ticks = 1\n".to_string(), "world::no_kind", "t"),
        (format!("{GOOD}\n[trace]\nfile = \"m.csv\"\n"), "world::two_kinds", "[trace]"),
        (
            "ticks = 1\n[trace]\nfile = \"m.csv\"\n[[reward]]\nx=1\ny=1\nvalue=1\n".to_string(),
            "world::reward_in_trace",
            "[[reward]]",
        ),
        ("ticks = 1\n[trace]\nfile = \"gone.csv\"\n".to_string(), "world::trace_file", "\"gone.csv\""),
        (
            "ticks = 1\n[trace]\nfile = \"m.csv\"\nlow_battery = 3300\n".to_string(),
            "world::no_battery",
            "3300",
        ),
        ("ticks = 1\n[trace]\nfile = \"bad.csv\"\n".to_string(), "trace::number", "wet"),
        (swap("ticks = 100", "ticks = 100\nlinks = \"star\""), "world::links", "\"star\""),
        (swap("ticks = 100", "ticks = 100\nlinks = 3"), "world::type", "3"),
        (
            swap("ticks = 100", "links = \"line\"\nticks = 100") + &link("1, 2"),
            "world::links_twice",
            "\"line\"",
        ),
        (GOOD.to_string() + &link("1"), "world::link", "[1]"),
        (GOOD.to_string() + &link("4, 4"), "world::link", "[4, 4]"),
        (GOOD.to_string() + &link("4, -4"), "world::out_of_range", "-4"),
        (GOOD.to_string() + &link("4, 5") + &link("5, 4"), "world::link_twice", "[5, 4]"),
        (GOOD.to_string() + &link("4, 5") + "loss = 1", "world::unknown_key", "loss"),
    ];
    for (text, code, place) in cases {
        let error = error(&text);
        assert_eq!(error.code, code, "{error}\n{text}");
        let label = error.label.as_ref().unwrap_or_else(|| panic!("no place: {error}"));
        if !place.is_empty() {
            let shown = &label.text[label.span.clone()];
            assert!(shown.starts_with(place), "{code}: the place is {shown:?}");
        }
    }
}

#[test]
fn an_unknown_key_lists_the_known_ones() {
    let error = error(&GOOD.replace("max_steps", "max_step"));
    let help = error.help;
    assert!(error.message.contains("max_step"), "{}", error.message);
    assert!(help.contains("`max_steps`") && help.contains("`on_done`"), "{help}");
}
