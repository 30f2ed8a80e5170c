//! `swarmc run --nodes`: several nodes that hear each other.

use super::{Run, names, node, shown};
use crate::cli::input::Input;
use crate::cli::progress::Bar;
use crate::cli::report::{self, Problem};
use crate::cli::{Done, files, shown as figures};
use serde_json::json;
use std::path::{Path, PathBuf};
use swarm_harness::HarnessError;
use swarm_harness::network::links::Links;
use swarm_harness::network::messages::{Message, Messages};
use swarm_harness::network::relays::Relayed;
use swarm_harness::network::{Conditions, NetworkReport, Participant, picture, run_network};
use swarm_harness::node::{Identity, Node};
use swarm_harness::record::Recorder;
use swarm_harness::scheduler::{KernelNames, Observer, RadioReport, RunOptions, Step, Watch};
use swarm_harness::world::LoadedWorld;
use swarm_targets::Board;
use swarmc::pipeline::Compiled;
use swarmc::stage::Stage;

/// Messages that a picture has room for.
const DRAWN_MAX: usize = 5000;

/// A kernel of the network.
struct Kernel {
    compiled: Compiled,
    name: String,
    names: KernelNames,
}

/// A node before it runs.
struct Started<'k> {
    node: Box<dyn Node>,
    world: LoadedWorld,
    kernel: &'k Kernel,
    identity: Identity,
}

/// Runs the network that the command line describes.
pub fn run(run: &Run, board: &Board) -> Done {
    let shape = run.links.as_deref().map(shape).transpose()?;
    let kernels = kernels(run, board)?;
    let mut nodes = start(run, board, &kernels)?;
    let mut drawn = Vec::new();
    let mut recorders = Recorders(nodes.iter().map(|_| Recorder::new(Vec::new())).collect());
    let links = shape.or_else(|| nodes.first_mut().and_then(|node| node.world.links.take()));
    let conditions = Conditions { seed: run.seed, links, deployment: run.deployment()? };
    let report = watched((run, &conditions), &mut nodes, &mut drawn, &mut recorders);
    let (report, records) = match report {
        Ok(report) => {
            let records = recorders.finish(&report)?;
            (report, records)
        }
        // What led to a fault is worth a record most of all.
        Err(mut problems) => {
            let records = recorders.0.into_iter().map(Recorder::into_inner).collect();
            problems.extend(write(run, &nodes, records, None).err().into_iter().flatten());
            return Err(problems);
        }
    };
    let title = format!("{} nodes on {}, seed {}", nodes.len(), board.name, run.seed);
    let node_ids: Vec<u32> = nodes.iter().map(|node| node.identity.node_id).collect();
    let picture = picture::svg(&title, &node_ids, &drawn, report.time_ms);
    write(run, &nodes, records, Some(&picture))?;
    if run.json {
        return figures::json(&to_json(&report, board, &nodes));
    }
    figures::print(to_text(&report, &title, &nodes))
}

/// The links of that shape.
fn shape(word: &str) -> Result<Links, Vec<Problem>> {
    Links::shape(word).ok_or_else(|| {
        let known = Links::SHAPES.map(|(known, _)| format!("'{known}'")).join(", ");
        let help =
            format!("a shape is one of {known}; links of your own stand in the world's file: [[link]]");
        vec![Problem::new("links", format!("'{word}' is no shape of links"), help)]
    })
}

fn kernels(run: &Run, board: &Board) -> Result<Vec<Kernel>, Vec<Problem>> {
    let sources = std::iter::once(&run.input.kernel).chain(&run.with);
    sources
        .map(|source| {
            let (board, kernel) = (board.name.clone(), source.clone());
            let (compiled, _) = Input { board, kernel, optimize: run.input.optimize }.compile(Stage::Elf)?;
            let (name, names) = match &compiled.interface {
                Some(interface) => (interface.declared.name.clone(), names(interface)),
                None => (String::new(), KernelNames::default()),
            };
            Ok(Kernel { compiled, name, names })
        })
        .collect()
}

/// The nodes: `--nodes` of the first kernel, then one of each other. Numbers and seeds go up by one from node to node.
fn start<'k>(run: &Run, board: &Board, kernels: &'k [Kernel]) -> Result<Vec<Started<'k>>, Vec<Problem>> {
    let others = kernels.iter().skip(1);
    let each = kernels.iter().take(1).cycle().take(run.nodes as usize).chain(others);
    let deployment = run.deployment()?;
    let start = |(kernel, number): (&'k Kernel, u32)| {
        let (node_id, seed) = (run.node_id.wrapping_add(number), run.seed.wrapping_add(number));
        let identity = Identity { node_id, entropy_seed: seed, deployment };
        let elf = kernel.compiled.stage(Stage::Elf).unwrap_or_default();
        let node = node::start(board, elf, identity, None)?;
        let world = run.load_world()?;
        Ok(Started { node, world, kernel, identity })
    };
    each.zip(0..).map(start).collect()
}

fn watched(
    (run, conditions): (&Run, &Conditions),
    nodes: &mut [Started<'_>],
    drawn: &mut Vec<Message>,
    recorders: &mut Recorders,
) -> Result<NetworkReport, Vec<Problem>> {
    let node_ids = nodes.iter().map(|node| node.identity.node_id).collect();
    let mut tell = |message: Message| {
        if run.trace {
            figures::say(&message);
        }
        if drawn.len() < DRAWN_MAX {
            drawn.push(message);
        }
    };
    let mut messages = Messages::new(node_ids, &mut tell);
    let participants = nodes.iter_mut().zip(0..).map(|(started, number): (_, u64)| Participant {
        node: started.node.as_mut(),
        world: started.world.world.as_mut(),
        options: RunOptions {
            ticks: run.ticks.unwrap_or(started.world.ticks),
            seed: started.identity.entropy_seed,
            names: started.kernel.names.clone(),
            starts_ms: number * run.stagger.map_or(started.world.stagger_ms, u64::from),
        },
        node_id: started.identity.node_id,
    });
    let mut bar = Bar::of("ticks");
    let mut observers: Vec<&mut dyn Observer> = vec![&mut messages];
    if run.record.is_some() {
        observers.push(recorders);
    }
    let mut watch = Watch { progress: &mut bar, observers };
    run_network(participants.collect(), conditions, &mut watch).map_err(report::harness)
}

/// Records each node by itself.
struct Recorders(Vec<Recorder<Vec<u8>>>);

impl Recorders {
    fn finish(self, report: &NetworkReport) -> Result<Vec<Vec<u8>>, Vec<Problem>> {
        let pairs = self.0.into_iter().zip(&report.nodes);
        pairs.map(|(recorder, node)| recorder.finish(&node.report).map_err(report::harness)).collect()
    }
}

impl Observer for Recorders {
    fn served(&mut self, step: &Step, node: &mut dyn Node) -> Result<(), HarnessError> {
        self.0.get_mut(step.node).map_or(Ok(()), |recorder| recorder.served(step, node))
    }

    fn relayed(&mut self, relayed: &Relayed) -> Result<(), HarnessError> {
        self.0.get_mut(relayed.node).map_or(Ok(()), |recorder| recorder.relayed(relayed))
    }
}

/// Writes the picture, and a record for each node, where they are wanted.
fn write(run: &Run, nodes: &[Started<'_>], records: Vec<Vec<u8>>, picture: Option<&str>) -> Done {
    let sources = run.sources();
    let sources: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
    let mut together = files::Together::sparing(&sources);
    if let (Some(path), Some(picture)) = (&run.svg, picture) {
        together.add(path, picture.as_bytes())?;
    }
    if let Some(path) = &run.record {
        for (node, record) in nodes.iter().zip(records) {
            together.add(&numbered(path, node.identity.node_id), &record)?;
        }
    }
    together.finish()
}

/// `run.jsonl` becomes `run.3.jsonl`.
fn numbered(path: &Path, node_id: u32) -> PathBuf {
    match path.extension() {
        Some(extension) => path.with_extension(format!("{node_id}.{}", extension.to_string_lossy())),
        None => path.with_extension(node_id.to_string()),
    }
}

fn to_json(report: &NetworkReport, board: &Board, nodes: &[Started<'_>]) -> serde_json::Value {
    let nodes = report.nodes.iter().zip(nodes).map(|(node, started)| {
        json!({
            "node_id": node.node_id, "kernel": started.kernel.name, "checksum": node.report.checksum,
            "starts_ms": node.starts_ms, "radio": node.report.radio, "report": node.report,
        })
    });
    let mut document = json!({
        "board": board.name, "seed": report.seed, "time_ms": report.time_ms, "radio": report.radio,
        "nodes": nodes.collect::<Vec<_>>(),
    });
    if !report.relays.is_empty() {
        document["relays"] = json!(report.relays);
    }
    document
}

fn to_text(report: &NetworkReport, title: &str, nodes: &[Started<'_>]) -> String {
    let width = nodes.iter().map(|node| node.kernel.name.len() + 1).max().unwrap_or(0).max(6);
    let relays = report.radio.relayed > 0;
    let radio = |of: &RadioReport| radio(of, relays);
    let mut text = format!("{title}: {:.3} s\n", report.time_ms as f64 / 1000.0);
    text += &format!(
        "{:>5}  {:width$} {:>8} {:>7} {}{:>7} {:>7} {:>7} {:>10} {:>15}  state\n",
        "node",
        "kernel",
        "ticks",
        "sent",
        if relays { RELAYED } else { "" },
        "refused",
        "heard",
        "adverts",
        "air time",
        "reward"
    );
    for (node, started) in report.nodes.iter().zip(nodes) {
        let rewards = (node.report.mean_reward_first_tenth, node.report.mean_reward_last_tenth);
        let rewards = match rewards {
            (Some(first), Some(last)) => format!("{first:.3} to {last:.3}"),
            _ => "-".to_owned(),
        };
        text += &format!(
            "{:>5}  {:width$} {:>8} {} {rewards:>15}  {}\n",
            node.node_id,
            format!("@{}", started.kernel.name),
            node.report.ticks,
            radio(&node.report.radio),
            node.report.checksum
        );
    }
    let ticks: u64 = report.nodes.iter().map(|node| node.report.ticks).sum();
    text += &format!("{:>5}  {:width$} {ticks:>8} {}\n", "all", "", radio(&report.radio));
    if report.radio.airtime_us > 0 && report.time_ms > 0 {
        let share = report.radio.airtime_us as f64 / report.time_ms as f64 / 10.0;
        text += &format!("the air was in use {share:.2} % of the time, all channels together\n");
    }
    if report.radio.refused > 0 {
        text += "refused: not sent, for want of air time in the budget, or of room in a packet\n";
    }
    if report.nodes.iter().any(|node| node.report.mean_reward_last_tenth.is_some()) {
        text += "reward: per tick, in the first tenth of a node's ticks and in the last\n";
    }
    text + &logs(report)
}

/// What the nodes logged, in the order of the network's time.
fn logs(report: &NetworkReport) -> String {
    let lines = report.nodes.iter().flat_map(|node| {
        let all = node.report.logs.iter();
        all.map(|line| (node.starts_ms + line.time_ms, node.node_id, line.text.as_str()))
    });
    let mut lines: Vec<_> = lines.collect();
    lines.sort_by_key(|line| (line.0, line.1));
    let text = lines
        .iter()
        .take(shown::LINES)
        .map(|(time, node, text)| format!("{time:>10} ms  node {node}: {text}\n"));
    let more = match lines.len().saturating_sub(shown::LINES) {
        0 => String::new(),
        more => format!("and {more} lines more; --json gives the first thousand of each node\n"),
    };
    text.collect::<String>() + &more
}

/// The column of what was relayed, where something was.
const RELAYED: &str = "relayed ";

fn radio(radio: &RadioReport, relays: bool) -> String {
    let RadioReport { sent, relayed, refused, heard, adverts_heard, airtime_us } = *radio;
    let relayed = if relays { format!("{relayed:>7} ") } else { String::new() };
    let airtime = airtime_us as f64 / 1e6;
    format!("{sent:>7} {relayed}{refused:>7} {heard:>7} {adverts_heard:>7} {airtime:>8.3} s")
}
