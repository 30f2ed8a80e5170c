//! `swarmc run` as programs and people use it: records and replays, traces, JSON, and pictures of what was learnt.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const FORAGER: &str = "examples/forager/forager.mlir";
const GARDEN: [&str; 2] = ["--world", "examples/forager/worlds/garden.toml"];

/// This process, and an emulated board.
const BOARDS: [&str; 2] = ["host", "qemu-cortex-m4"];

/// Enough for the forager to have found something.
const TICKS: [&str; 2] = ["--ticks", "400"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// `swarmc run` in the repository, with a limit to its time.
fn run(kernel: &str, board: &str, arguments: &[&[&str]]) -> Output {
    let mut command = Command::new("timeout");
    command.args(["120", env!("CARGO_BIN_EXE_swarmc"), "run", kernel, "--board", board]);
    command.args(arguments.concat()).current_dir(root()).env("NO_COLOR", "1");
    command.output().expect("swarmc starts")
}

/// Standard output of a run that must be good.
fn good(kernel: &str, board: &str, arguments: &[&[&str]]) -> String {
    let output = run(kernel, board, arguments);
    assert!(output.status.success(), "{board} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it prints text")
}

/// What a run says that must fail as the user's mistake, in one line.
fn refused(kernel: &str, board: &str, arguments: &[&[&str]]) -> String {
    let output = run(kernel, board, arguments);
    let said = String::from_utf8(output.stderr).expect("errors are UTF-8");
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
    said.replace("│ ", "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn json_says_the_same_on_every_board_but_for_the_code() {
    let [host, board] = BOARDS.map(|board| json(&good(FORAGER, board, &[&GARDEN, &TICKS, &["--json"]])));
    for (report, name) in [(&host, "host"), (&board, "qemu-cortex-m4")] {
        assert_eq!(report["board"], name);
        assert_eq!(
            (&report["report"]["ticks"], &report["report"]["time_ms"]),
            (&400.into(), &300_000.into())
        );
        assert_eq!(report["state_bytes"], 7424);
        assert!(report["code_bytes"].as_u64() > Some(300), "{report}");
    }
    for same in ["checksum", "reward_first", "reward_last", "state_bytes"] {
        assert!(!host[same].is_null() && host[same] == board[same], "{same}: {host} {board}");
    }
    for same in ["curve", "acts", "world", "logs"] {
        assert!(host["report"][same] == board["report"][same], "{same}");
    }
    assert!(host["instructions_per_tick"].is_null(), "this process cannot count them");
    let per_tick = board["instructions_per_tick"].as_u64().expect("the emulator counts");
    assert!((100..5000).contains(&per_tick), "{per_tick}");
    let again = json(&good(FORAGER, "qemu-cortex-m4", &[&GARDEN, &TICKS, &["--json"]]));
    assert!(again == board, "a second run counts and learns the same");
}

#[test]
fn another_seed_is_another_run() {
    let checksum = |seed: &str| {
        json(&good(FORAGER, "host", &[&GARDEN, &TICKS, &["--seed", seed, "--json"]]))["checksum"].clone()
    };
    assert_ne!(checksum("1"), checksum("2"));
}

/// A record of a run, and its checksum.
fn record(folder: &TempDir, board: &str) -> (String, String) {
    let path = folder.path().join(format!("{board}.jsonl")).display().to_string();
    let report = good(FORAGER, board, &[&GARDEN, &TICKS, &["--json", "--record", &path]]);
    (path, json(&report)["checksum"].as_str().expect("a checksum").to_owned())
}

#[test]
fn a_record_replays_to_the_same_checksum_on_every_board() {
    let folder = folder();
    let records = BOARDS.map(|board| record(&folder, board));
    let text = |path: &str| std::fs::read_to_string(path).expect("the record");
    assert_eq!(text(&records[0].0), text(&records[1].0), "records do not depend on the board");
    for board in BOARDS {
        for (path, checksum) in &records {
            let said = good(FORAGER, board, &[&["--replay", path]]);
            assert_eq!(said, format!("402 events, checksum {checksum}\n"));
            let report = json(&good(FORAGER, board, &[&["--json", "--replay", path]]));
            assert_eq!((&report["events"], &report["checksum"]), (&402.into(), &checksum.as_str().into()));
            assert!(report["difference"].is_null());
        }
    }
}

#[test]
fn a_changed_record_is_noticed() {
    let folder = folder();
    let (path, checksum) = record(&folder, "host");
    let text = std::fs::read_to_string(&path).expect("the record");
    let lines: Vec<&str> = text.lines().collect();
    // The last event, whose act nothing follows from.
    let act = lines[lines.len() - 2];
    let value = act.rsplit_once("\"value\":").and_then(|(_, rest)| rest.chars().next()).expect("an act");
    let other = if value == '0' { '1' } else { '0' };
    let header = |key: &str| {
        let mut header = json(lines[0]);
        header[key] = 1.into();
        text.replacen(lines[0], &header.to_string(), 1)
    };
    let changed = |old: &str, new: &str| {
        assert!(text.contains(old), "'{old}' is not in the record");
        text.replacen(old, new, 1)
    };
    let cases = [
        (
            changed(act, &act.replace(&format!("\"value\":{value}"), &format!("\"value\":{other}"))),
            "at 300000 ms the record 0 differs",
        ),
        (
            changed(
                act,
                &act.replace(",\"records\":[{", ",\"records\":[{\"log\":{\"format\":0,\"args\":[]}},{"),
            ),
            "at 300000 ms the record 0 differs",
        ),
        (changed("\"status\":0", "\"status\":3"), "at 0 ms the status differs: recorded 3, replayed 0"),
        (changed(&checksum, "0123456789abcdef"), "the final state differs: recorded 0123456789abcdef"),
        (lines[..200].join("\n"), "the record ends before the run did"),
        (header("schema"), "'s variables have changed since this was recorded"),
        (header("kernel_id"), "recorded with another kernel"),
        (changed("swarm-record 1", "swarm-record 7"), "this is no record of the format"),
        (changed("\"event\":[0,", "\"event\":[null,"), "line 2 is not as a record has it"),
        (String::new(), "this is no record of the format"),
    ];
    for (text, words) in cases {
        let changed = folder.path().join("changed.jsonl");
        std::fs::write(&changed, text).expect("the folder takes files");
        for board in BOARDS {
            let said = refused(FORAGER, board, &[&["--replay", &changed.display().to_string()]]);
            assert!(said.contains(words), "'{words}' is not in: {said}");
            assert!(said.contains("help:"), "{said}");
        }
    }
}

#[test]
fn another_kernel_refuses_the_record() {
    let folder = folder();
    let (path, _) = record(&folder, "host");
    let said = refused("examples/blink/blink.mlir", "host", &[&["--replay", &path]]);
    assert!(said.contains("recorded with another kernel"), "{said}");
}

const FAULTING: &str = "swarm.kernel @k version 1 {
  swarm.var @count : i32 = 0
  swarm.on_timer @t every 10 ms {
    %one = arith.constant 1 : i32
    %three = arith.constant 3 : i32
    %old = swarm.get @count
    %new = arith.addi %old, %one : i32
    swarm.set @count, %new
    %few = arith.cmpi slt, %new, %three : i32
    swarm.assert %few
  }
}";

#[test]
fn what_led_to_a_fault_is_recorded_and_replays() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (kernel, file) = (path("k.mlir"), path("k.jsonl"));
    std::fs::write(&kernel, FAULTING).expect("the folder takes files");
    for board in BOARDS {
        let said = refused(&kernel, board, &[&["--record", &file]]);
        assert!(said.contains("run::fault"), "{said}");
        let text = std::fs::read_to_string(&file).expect("the record is written all the same");
        assert_eq!(text.lines().count(), 1 + 2 + 3, "{text}");
        assert!(text.lines().last().is_some_and(|line| line.contains("\"status\":5")), "{text}");
        assert!(good(&kernel, board, &[&["--replay", &file]]).starts_with("5 events, "));
    }
}

#[test]
fn a_long_record_is_taken() {
    let folder = folder();
    let path = folder.path().join("long.jsonl").display().to_string();
    good(FORAGER, "host", &[&GARDEN, &["--ticks", "40000", "--record", &path]]);
    assert!(std::fs::metadata(&path).expect("the record").len() > 4 << 20, "longer than any kernel may be");
    assert!(good(FORAGER, "host", &[&["--replay", &path]]).starts_with("40002 events"));
}

#[test]
fn the_trace_tells_every_change_and_goes_on_from_the_one_before() {
    let traces = BOARDS.map(|board| {
        let output = run(FORAGER, board, &[&GARDEN, &TICKS, &["--trace", "--json"]]);
        let trace = String::from_utf8(output.stderr).expect("the trace is text");
        assert!(output.status.success(), "{board}: {trace}");
        json(&String::from_utf8(output.stdout).expect("the report is text"));
        trace
    });
    assert_eq!(traces[0], traces[1], "traces do not depend on the board");
    let mut table = std::collections::BTreeMap::new();
    let mut last = 0;
    // `15750 ms  q[35, 6]: 0 -> -6`
    for line in traces[0].lines() {
        let parts = line.split_once(" ms  q[").and_then(|(time, rest)| {
            let (place, change) = rest.split_once("]: ")?;
            let (old, new) = change.split_once(" -> ")?;
            Some((time.parse::<u64>().ok()?, place, old.parse::<i32>().ok()?, new.parse::<i32>().ok()?))
        });
        let (time, place, old, new) = parts.unwrap_or_else(|| panic!("'{line}' is no change"));
        assert_eq!(table.insert(place, new).unwrap_or(0), old, "{line}");
        assert!(time >= last && old != new, "{line}");
        last = time;
    }
    assert!(table.len() > 20, "the forager has learnt something: {}", table.len());
}

/// The lines of the map that a run prints, learnt in the garden.
fn map(board: &str) -> Vec<String> {
    let said = good(FORAGER, board, &[&GARDEN, &["--ticks", "8000"]]);
    said.lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn the_map_leads_from_the_gate_to_the_food() {
    let maps = BOARDS.map(map);
    assert_eq!(maps[0], maps[1], "maps do not depend on the board");
    let map: Vec<Vec<char>> = maps[0].iter().map(|line| line.chars().collect()).collect();
    assert_eq!(map.len(), 9, "{}", maps[0].join("\n"));
    let border = |x: usize, y: usize| x == 0 || y == 0 || x == 8 || y == 8;
    for (y, line) in map.iter().enumerate() {
        assert_eq!(line.len(), 9);
        assert!((0..9).all(|x| (line[x] == '#') == border(x, y)), "{}", maps[0].join("\n"));
    }
    let (mut x, mut y) = (1, 7);
    for _ in 0..20 {
        match map[y][x] {
            '^' => y -= 1,
            'v' => y += 1,
            '<' => x -= 1,
            '>' => x += 1,
            _ => break,
        }
    }
    assert_eq!(((x, y), map[y][x]), ((4, 4), '*'), "{}", maps[0].join("\n"));
}

#[test]
fn the_picture_is_xml_by_itself_and_shows_map_and_curve() {
    let folder = folder();
    let pictures = BOARDS.map(|board| {
        let path = folder.path().join(format!("{board}.svg"));
        good(FORAGER, board, &[&GARDEN, &TICKS, &["--svg", &path.display().to_string()]]);
        std::fs::read_to_string(path).expect("the picture")
    });
    assert_eq!(
        pictures[0].replace("on host", "on qemu-cortex-m4"),
        pictures[1],
        "they differ in the title alone"
    );
    let document = roxmltree::Document::parse(&pictures[0]).expect("well-formed XML");
    let root = document.root_element();
    assert_eq!(
        (root.tag_name().name(), root.tag_name().namespace()),
        ("svg", Some("http://www.w3.org/2000/svg"))
    );
    let size =
        |name: &str| root.attribute(name).and_then(|value| value.parse::<f64>().ok()).expect("a number");
    assert_eq!(root.attribute("viewBox"), Some(format!("0 0 {} {}", size("width"), size("height")).as_str()));
    let texts: Vec<&str> = root.descendants().filter_map(|node| node.text()).collect();
    for text in ["@forager on host", "mean payoff per tick, by tick", "nothing learnt", "+6", "-2"] {
        assert!(texts.contains(&text), "'{text}' is not in the picture");
    }
    let tiles = root.descendants().filter(|node| {
        node.has_tag_name(("http://www.w3.org/2000/svg", "rect")) && node.first_element_child().is_some()
    });
    assert_eq!(tiles.count(), 7 * 7, "a tile for each place, with its value as a hint");
    assert!(root.descendants().any(|node| node.attribute("class") == Some("curve")), "there is the curve");
    assert!(
        root.descendants().all(|node| node.attribute("href").is_none()),
        "nothing is fetched from elsewhere"
    );
}

#[test]
fn a_picture_of_nothing_is_refused() {
    let folder = folder();
    let path = folder.path().join("none.svg");
    let said = refused(
        "examples/blink/blink.mlir",
        "host",
        &[&["--ticks", "3", "--svg", &path.display().to_string()]],
    );
    assert!(
        said.contains("there is no policy over a map to show") && said.contains("help: use a grid world"),
        "{said}"
    );
    assert!(!path.exists());
}

#[test]
fn results_that_cannot_be_written_are_the_users_mistake() {
    for option in ["--record", "--svg"] {
        let said = refused(FORAGER, "host", &[&GARDEN, &TICKS, &[option, "/nowhere/at/all"]]);
        assert!(
            said.contains("cannot write '/nowhere/at/all'") && said.contains("help:"),
            "{option}: {said}"
        );
    }
}

/// Nodes that hear nothing learn what they would alone; numbers and seeds go up by one, and each record replays.
#[test]
fn nodes_of_a_network_are_those_that_run_alone() {
    let folder = folder();
    let record = folder.path().join("run.jsonl").display().to_string();
    for board in BOARDS {
        let network = json(&good(
            FORAGER,
            board,
            &[
                &GARDEN,
                &TICKS,
                &["--nodes", "2", "--with", "examples/blink/blink.mlir", "--json", "--record", &record],
            ],
        ));
        let nodes = network["nodes"].as_array().expect("nodes");
        let kernels: Vec<_> = nodes.iter().map(|node| node["kernel"].as_str().expect("a name")).collect();
        assert_eq!(kernels, ["forager", "forager", "blink"]);
        for (node, number) in nodes[..2].iter().zip(["1", "2"]) {
            let who = ["--node-id", number, "--seed", number];
            let alone = json(&good(FORAGER, board, &[&GARDEN, &TICKS, &who, &["--json"]]));
            assert_eq!(node["checksum"], alone["checksum"], "node {number} on {board}");
            assert_eq!(
                (&node["report"]["curve"], &node["node_id"]),
                (&alone["report"]["curve"], &json(number))
            );
            let replay = record.replace(".jsonl", &format!(".{number}.jsonl"));
            assert!(good(FORAGER, board, &[&who, &["--replay", &replay]]).contains("402 events"));
        }
        assert!(nodes[0]["checksum"] != nodes[1]["checksum"], "another seed");
    }
}

#[test]
fn a_network_is_shown_as_a_table_and_a_picture() {
    let folder = folder();
    let svg = folder.path().join("network.svg").display().to_string();
    let text = good(FORAGER, "host", &[&GARDEN, &TICKS, &["--nodes", "3", "--svg", &svg]]);
    assert!(text.starts_with("3 nodes on host, seed 1: 300.000 s\n"), "{text}");
    let rows: Vec<Vec<&str>> = text.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows.len(), 5, "{text}");
    assert!(
        text.ends_with("reward: per tick, in the first tenth of a node's ticks and in the last\n"),
        "{text}"
    );
    assert_eq!((&rows[2][..3], &rows[3][..2]), (&["3", "@forager", "400"][..], &["all", "1200"][..]));
    let drawn = std::fs::read_to_string(svg).expect("a picture");
    assert_eq!(drawn.matches(">node ").count(), 3);
}

/// The newcomer is helped by whoever learned most, on boards as in this process; that it was, shows in what it earns.
#[test]
fn a_call_for_help_is_answered_alike_everywhere() {
    let run = |board| json(&good("examples/assist/assist.mlir", board, &[&["--nodes", "5", "--json"]]));
    let [host, board] = ["host", "microbit-v1"].map(run);
    let of = |network: &Value, what: fn(&Value) -> Value| -> Vec<Value> {
        network["nodes"].as_array().expect("nodes").iter().map(what).collect()
    };
    assert_eq!(of(&host, |node| node["checksum"].clone()), of(&board, |node| node["checksum"].clone()));
    for network in [&host, &board] {
        let said = of(network, |node| node["report"]["logs"][0]["text"].clone());
        let helped =
            ["node 1", "node 1", "node 2", "node 3"].map(|who| format!("{who} helps with 140 bytes"));
        assert_eq!(said[0], "nobody helps: I learn alone");
        assert_eq!(said[1..], helped);
    }
    let earned = of(&host, |node| node["report"]["mean_reward_first_tenth"].clone());
    let earned: Vec<f64> = earned.iter().filter_map(Value::as_f64).collect();
    assert!(earned[1..].iter().all(|helped| *helped > earned[0] + 1.0), "{earned:?}");
}

/// Compotastic's cats tell each other what paid.
#[test]
fn transitions_of_others_are_learnt_alike_everywhere() {
    let world =
        ["--world", "examples/forager/worlds/garden.toml", "--ticks", "3000", "--nodes", "3", "--json"];
    let run = |board| json(&good("examples/state_update/state_update.mlir", board, &[&world]));
    let [host, board] = ["host", "microbit-v1"].map(run);
    for node in 0..3 {
        let of = |network: &Value| network["nodes"][node].clone();
        assert_eq!(of(&host)["checksum"], of(&board)["checksum"]);
        let heard = of(&host)["radio"]["heard"].as_u64().expect("a count");
        assert!(heard > 20, "node {node} heard {heard} messages");
    }
}
