//! `swarmc run --links`: nodes that hear their neighbours only, and what they pass on.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The first node asks all; the fifth one answers it.
const QUESTION: &str = "swarm.kernel @chain version 1 {
  radio.message @Word { number = 1 : uint32 }
  radio.channel @near carries @Word on CHANNEL
  swarm.on_timer @tick every 60000 ms {
    %me    = swarm.node_id
    %one   = arith.constant 1 : i32
    %first = arith.cmpi eq, %me, %one : i32
    scf.if %first {
      %id = radio.send on @near (number = %one)
    }
  }
  radio.on_message @hear on @near (%number = number) {
    %hops = radio.hops
    swarm.log \"word {} after {} hops\" (%number, %hops)
    %me      = swarm.node_id
    %one     = arith.constant 1 : i32
    %five    = arith.constant 5 : i32
    %fifth   = arith.cmpi eq, %me, %five : i32
    %asked   = arith.cmpi eq, %number, %one : i32
    %answers = arith.andi %fifth, %asked : i1
    scf.if %answers {
      %two  = arith.constant 2 : i32
      %from = radio.sender
      %id   = radio.send on @near (number = %two) to %from
    }
  }
}
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

/// A folder with the kernel on a channel.
fn kernel(channel: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chain.mlir");
    std::fs::write(&path, QUESTION.replace("CHANNEL", channel)).expect("the folder takes files");
    let path = path.display().to_string();
    (folder, path)
}

/// Exit code, standard output and standard error of `swarmc run`, in this process where no board is named.
fn run(kernel: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new("timeout");
    command.args(["120", env!("CARGO_BIN_EXE_swarmc"), "run", kernel, "--ticks", "2"]);
    if !arguments.contains(&"--board") {
        command.args(["--board", "host"]);
    }
    let output = command.args(arguments).current_dir(root()).env("NO_COLOR", "1").output();
    let output = output.expect("swarmc starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn report(kernel: &str, arguments: &[&str]) -> Value {
    let (code, text, said) = run(kernel, &[arguments, &["--json"]].concat());
    assert_eq!(code, Some(0), "{said}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Who relayed, in order, the message of a node.
fn relays(report: &Value, from: u32) -> Vec<u64> {
    let all = report["relays"].as_array().expect("a list").iter();
    let relays = all.filter(|relay| relay["from"] == from);
    relays.map(|relay| relay["node_id"].as_u64().expect("a number")).collect()
}

#[test]
fn a_line_is_crossed_and_the_answer_goes_back() {
    let (_folder, kernel) = kernel("raw port 7 hops 6 relay next_hop");
    let (code, text, trace) = run(&kernel, &["--nodes", "6", "--links", "line", "--trace"]);
    assert_eq!(code, Some(0), "{trace}");
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    insta::assert_snapshot!("relays__line", format!("{text}---\n{trace}"));
}

#[test]
fn each_policy_has_its_relays() {
    let on = |policy: &str, links: &str| {
        let (_folder, kernel) = kernel(&format!("raw port 7 hops 6{policy}"));
        report(&kernel, &["--nodes", "6", "--links", links])
    };
    assert!(on("", "line")["relays"].is_null(), "nobody relays");
    assert_eq!(on("", "line")["radio"]["heard"], 1);
    let way = on(" relay next_hop", "line");
    assert_eq!((relays(&way, 1), relays(&way, 5)), (vec![2, 3, 4, 5, 6], vec![4, 3, 2]));
    assert_eq!(relays(&on(" relay flood", "line"), 5).len(), 4, "node 6, too");
    let full = |policy| relays(&on(policy, "full"), 1).len();
    assert!(full(" relay suppress") < full(" relay flood") && full(" relay flood") == 5);
    let counted = on(" relay flood", "ring");
    let relayed = counted["relays"].as_array().expect("a list").len();
    assert_eq!(counted["radio"]["relayed"], relayed);
}

/// Kernels on boards hear what those in this process do, hops and all.
#[test]
fn boards_relay_alike() {
    let (_folder, kernel) = kernel("raw port 7 hops 6 relay suppress");
    let logs = |board: &[&str]| {
        let report = report(&kernel, &[board, &["--nodes", "5", "--links", "grid"]].concat());
        let nodes = report["nodes"].as_array().expect("nodes").iter();
        (report["relays"].clone(), nodes.map(|node| node["report"]["logs"].clone()).collect::<Vec<_>>())
    };
    let host = logs(&["--board", "host"]);
    assert!(host.1[4][0]["text"].as_str().is_some_and(|text| text.starts_with("word 1 after ")), "{host:?}");
    assert_eq!(host, logs(&["--board", "qemu-cortex-m4"]));
}

/// By the protocol's own rule where links are given; a channel on which all hear all needs none.
#[test]
fn protocols_cross_a_line() {
    for channel in ["meshtastic port 256 hops 4", "meshcore type 65280"] {
        let (_folder, kernel) = kernel(channel);
        let line = report(&kernel, &["--nodes", "6", "--links", "line"]);
        assert_eq!(relays(&line, 1)[..4], [2, 3, 4, 5], "{channel}");
        assert!(relays(&line, 5).len() >= 3, "the answer is flooded: {line}");
        assert_eq!(line["nodes"][0]["radio"]["heard"], 1, "{channel}");
        assert!(report(&kernel, &["--nodes", "6"])["relays"].is_null());
    }
}

/// Links of a world; the command line comes first. Relays stand in the node's record, which replays.
#[test]
fn a_world_has_links_and_records_have_relays() {
    let (folder, kernel) = kernel("raw port 7 hops 6 relay flood");
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("t.csv"), "time_ms,light\n0,1\n1000000,2\n").expect("the folder takes files");
    let links =
        [[1, 3], [3, 2], [2, 5], [4, 5]].map(|[one, other]| format!("[[link]]\nnodes = [{one}, {other}]\n"));
    let world = format!("ticks = 2\n[trace]\nfile = \"t.csv\"\n{}", links.concat());
    std::fs::write(path("world.toml"), world).expect("the folder takes files");
    let (world, record, svg) = (path("world.toml"), path("run.jsonl"), path("run.svg"));
    let found = report(&kernel, &["--nodes", "5", "--world", &world, "--record", &record, "--svg", &svg]);
    assert_eq!(relays(&found, 1)[..3], [3, 2, 5]);
    let other = report(&kernel, &["--nodes", "5", "--world", &world, "--links", "line"]);
    assert_eq!(relays(&other, 1)[..3], [2, 3, 4]);
    let text = std::fs::read_to_string(path("run.3.jsonl")).expect("a record");
    assert_eq!(text.matches("{\"relayed\":{").count(), 2, "{text}");
    let who = ["--node-id", "3", "--seed", "3"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_swarmc"));
    command.args(["run", &kernel, "--board", "host", "--replay", &path("run.3.jsonl")]).args(who);
    let output = command.output().expect("swarmc starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let drawn = std::fs::read_to_string(svg).expect("a picture");
    let relayed = found["radio"]["relayed"].as_u64().expect("a count") as usize;
    assert_eq!(drawn.matches("class=\"relay\"").count(), relayed + 1, "and the legend");
}

#[test]
fn wrong_links_are_refused() {
    let (_folder, kernel) = kernel("raw port 7 relay flood");
    let cases = [
        (
            &["--nodes", "3", "--links", "star"][..],
            "'star' is no shape of links",
            "'full', 'line', 'ring', 'grid'",
        ),
        (&["--links", "line"], "one node is linked with nobody", "--nodes 5"),
    ];
    for (arguments, words, help) in cases {
        let (code, _, said) = run(&kernel, arguments);
        assert_eq!(code, Some(1), "{said}");
        let said = said.replace("│ ", "").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(words) && said.contains(help) && said.contains("links"), "{said}");
    }
}
