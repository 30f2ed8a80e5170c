//! Networks of a hand-written kernel: the same to the bit in this process, on emulated boards, and on a mix of both; and
//! each node's part of it replays by itself.

#[path = "services/built.rs"]
mod built;

use built::{BOARDS, Board, Program};
use std::time::Duration;
use swarm_harness::HarnessError;
use swarm_harness::network::{Conditions, NetworkReport, Participant, run_network};
use swarm_harness::node::{EmulatedNode, Emulator, HostNode, Identity, Images, Node};
use swarm_harness::progress::Silent;
use swarm_harness::record::Recorder;
use swarm_harness::replay::replay;
use swarm_harness::scheduler::{Observer, RunOptions, Step, Watch};
use swarm_harness::world::Still;

const GOSSIP: Program = Program {
    source: concat!(env!("CARGO_MANIFEST_DIR"), "/tests/services/gossip.c"),
    handlers: &[("on_init", 0, 0), ("on_tick", 2, 0), ("on_heard", 5, 0)],
    period: [1000, 1000, 1000],
    ports: &[],
    counts: [1, 0, 0],
    // Raw, port 9; 12 bytes; 60 s an hour.
    entries: &[31, 9 << 16, 12, 60_000],
    state: 4 * 8,
};
const TICKS: u64 = 60;

fn identity(node_id: u32) -> Identity {
    Identity { node_id, entropy_seed: 40 + node_id, ..Identity::default() }
}

fn host(node_id: u32) -> Box<dyn Node> {
    Box::new(HostNode::new(&built::for_host(&GOSSIP), identity(node_id)).unwrap())
}

fn emulated(board: &Board, node_id: u32) -> Box<dyn Node> {
    let more = ["-semihosting-config", "enable=on,target=native"];
    let emulator = Emulator {
        program: board.emulator[0].into(),
        arguments: board.emulator[1..].iter().chain(&more).map(ToString::to_string).collect(),
        gdb_port: None,
        timeout: Duration::from_secs(30),
    };
    let kernel = board.kernel(&GOSSIP, GOSSIP.state);
    let images = Images { shell: swarm_shells::shell(board.name).unwrap(), kernel: &kernel, address: None };
    Box::new(EmulatedNode::start(emulator, images, identity(node_id)).unwrap())
}

fn run(nodes: &mut [Box<dyn Node>], recorder: Option<&mut Of>) -> NetworkReport {
    let mut worlds: Vec<Still> = nodes.iter().map(|_| Still::default()).collect();
    let participants = nodes.iter_mut().zip(&mut worlds).zip(1..).map(|((node, world), node_id)| {
        let options = RunOptions { ticks: TICKS, seed: 7 + node_id, ..RunOptions::default() };
        Participant { node: node.as_mut(), world, options, node_id }
    });
    let observers = recorder.map(|recorder| recorder as &mut dyn Observer).into_iter().collect();
    let conditions = Conditions { seed: 7, ..Conditions::default() };
    run_network(participants.collect(), &conditions, &mut Watch { progress: &mut Silent, observers }).unwrap()
}

/// What must be alike: states, counts, and air time. Instructions are counted on boards only.
fn essence(report: &NetworkReport) -> Vec<(u32, String, swarm_harness::scheduler::RadioReport)> {
    report.nodes.iter().map(|node| (node.node_id, node.report.checksum.clone(), node.report.radio)).collect()
}

#[test]
fn boards_and_this_process_hear_the_same() {
    let mut hosts: Vec<_> = (1..=4).map(host).collect();
    let expected = essence(&run(&mut hosts, None));
    for (_, checksum, radio) in &expected {
        assert!(radio.sent > 10 && radio.refused > 10 && radio.heard > 20, "{checksum}: {radio:?}");
    }
    // Each board in each place, and one of this process among them.
    for turn in 0..4 {
        let place = |number: usize| {
            let node_id = number as u32 + 1;
            if number == turn { host(node_id) } else { emulated(&BOARDS[(number + turn) % 4], node_id) }
        };
        let mut mixed: Vec<_> = (0..4).map(place).collect();
        assert_eq!(essence(&run(&mut mixed, None)), expected, "turn {turn}");
    }
}

#[test]
fn a_seed_says_all() {
    let once = || essence(&run(&mut (1..=3).map(host).collect::<Vec<_>>(), None));
    assert_eq!(once(), once());
}

/// Records one node of several.
struct Of(usize, Recorder<Vec<u8>>);

impl Observer for Of {
    fn served(&mut self, step: &Step, node: &mut dyn Node) -> Result<(), HarnessError> {
        if step.node == self.0 { self.1.served(step, node) } else { Ok(()) }
    }
}

#[test]
fn each_node_replays_by_itself_anywhere() {
    let mut nodes: Vec<_> = (1..=3).map(host).collect();
    let mut recorder = Of(1, Recorder::new(Vec::new()));
    let report = run(&mut nodes, Some(&mut recorder));
    let text = String::from_utf8(recorder.1.finish(&report.nodes[1].report).unwrap()).unwrap();
    assert!(text.contains("\"payload\":["));
    let again: [Box<dyn Node>; 3] = [host(2), emulated(&BOARDS[0], 2), emulated(&BOARDS[3], 2)];
    for mut node in again {
        let replayed = replay("2.jsonl", &text, node.as_mut()).unwrap();
        assert_eq!((replayed.difference, replayed.checksum), (None, report.nodes[1].report.checksum.clone()));
    }
}
