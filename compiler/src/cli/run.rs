//! `swarmc run`: a kernel in a world, in this process or on an emulated board.

mod gdb;
mod network;
mod node;
mod shown;

use super::input::{self, Input};
use super::progress::Bar;
use super::report::{self, Form, Problem};
use super::{Done, files, shown as figures};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::{fs, io};
use swarm_dialects::Direction;
use swarm_harness::node::{Deployment, Identity, Node};
use swarm_harness::policy::{self, Policy};
use swarm_harness::record::Recorder;
use swarm_harness::scheduler::{KernelNames, Observer, RunOptions, RunReport, Watch, run_watched};
use swarm_harness::trace::{ArrayLayout, Change, Tracer};
use swarm_harness::world::{self, LoadedWorld, Still, World};
use swarmc::kernel::Port;
use swarmc::native::Interface;
use swarmc::pipeline::Compiled;
use swarmc::stage::Stage;

/// Run a kernel in a world: in this process (board 'host'), or on an emulated board
#[derive(Args)]
#[command(
    after_help = "Examples:\n  swarmc run examples/blink/blink.mlir --board host --ticks 10\n  swarmc run examples/forager/forager.mlir --board microbit-v1 --world examples/forager/worlds/garden.toml --svg policy.svg\n  swarmc run examples/assist/assist.mlir --board host --nodes 5\n  swarmc run examples/assist/assist.mlir --board host --nodes 5 --links line"
)]
pub struct Run {
    #[command(flatten)]
    input: Input,
    /// The world's TOML file; by default `world.toml` beside the kernel, and where there is none nothing is sensed
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// Timer events to serve, of each node; by default what the world says, or 100
    #[arg(long)]
    ticks: Option<u64>,
    /// Seed of the kernel's generator; of the second node the next one, and so on
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// The node's number; of the second node the next one, and so on
    #[arg(long, default_value_t = 1)]
    node_id: u32,
    /// How many nodes run the kernel, and hear each other; each has its own copy of the world
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=256))]
    nodes: u32,
    /// Switch the nodes on one after another, so much apart; by default what the world says, or all at once
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u32).range(0..=86_400_000))]
    stagger: Option<u32>,
    /// Who hears whom, and relays: line, ring, grid or full; by default what the world says, or everybody everybody
    #[arg(long, value_name = "SHAPE")]
    links: Option<String>,
    /// Where the nodes are: region, presets and keys; without one, what the protocols take by themselves
    #[arg(long, value_name = "FILE")]
    deploy: Option<PathBuf>,
    /// One more node, which runs another kernel
    #[arg(long, value_name = "KERNEL")]
    with: Vec<PathBuf>,
    /// Write the learnt policy and the reward curve as a picture; of several nodes who sent what when
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Write all events and what came of them; of several nodes a file for each: RUN.1.jsonl, RUN.2.jsonl
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Serve the events of a record, and compare what comes of them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["world", "ticks", "record", "trace", "svg", "nodes", "with", "stagger", "links"])]
    replay: Option<PathBuf>,
    /// Print each change of a table to standard error; of several nodes each message
    #[arg(long)]
    trace: bool,
    /// On an emulated board: wait for gdb on this port of the loopback interface
    #[arg(long, value_name = "PORT", conflicts_with_all = ["nodes", "with"])]
    gdb: Option<u16>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Run {
    /// What is read: no result takes its place.
    fn sources(&self) -> Vec<PathBuf> {
        [&self.input.kernel]
            .into_iter()
            .chain(&self.with)
            .chain(&self.deploy)
            .cloned()
            .chain(self.world_file())
            .collect()
    }

    fn world_file(&self) -> Option<PathBuf> {
        let beside = self.input.kernel.with_file_name("world.toml");
        self.world.clone().or_else(|| beside.is_file().then_some(beside))
    }

    fn deployment(&self) -> Result<Deployment, Vec<Problem>> {
        let Some(path) = &self.deploy else { return Ok(Deployment::standard()) };
        let place = input::deployment(path)?;
        let networks = [&place.raw, &place.meshtastic, &place.meshcore];
        let limit_ms = u32::try_from(place.region.budget_us_per_hour() / 1000).unwrap_or(u32::MAX);
        Ok(Deployment { modulations: networks.map(|network| network.modulation), limit_ms })
    }

    fn load_world(&self) -> Result<LoadedWorld, Vec<Problem>> {
        let still =
            || LoadedWorld { ticks: 100, stagger_ms: 0, links: None, world: Box::new(Still::default()) };
        self.world_file().map_or_else(|| Ok(still()), |path| load(&path))
    }

    pub fn run(self) -> Done {
        let (_, board) = (&self.input, input::board(&self.input.board)?.0);
        let board = node::hosting(board)?;
        if self.nodes > 1 || !self.with.is_empty() {
            return network::run(&self, &board);
        }
        if self.links.is_some() {
            let help = "say how many hear each other: `--nodes 5`";
            return Err(vec![Problem::new("links", "one node is linked with nobody", help)]);
        }
        let (compiled, _) =
            Input { board: board.name.clone(), kernel: self.input.kernel.clone(), ..self.input }
                .compile(Stage::Elf)?;
        let elf = compiled.stage(Stage::Elf).unwrap_or_default();
        let identity =
            Identity { node_id: self.node_id, entropy_seed: self.seed, deployment: self.deployment()? };
        let place = self.gdb.map(|port| gdb::Place { port, kernel: &self.input.kernel });
        // Its files are there for as long as the board runs.
        let _session = place.map(|place| gdb::Session::prepare(&board, &place, elf)).transpose()?;
        let mut node = node::start(&board, elf, identity, self.gdb)?;
        if let Some(record) = &self.replay {
            return replay(record, node.as_mut(), Form::json_if(self.json));
        }
        let Some(interface) = &compiled.interface else { return Ok(()) };
        let mut loaded = self.load_world()?;
        let senses = |port: &Port| port.direction == Direction::Sense;
        if self.world_file().is_none() && interface.declared.ports.iter().any(senses) {
            figures::say("no world is given: ports sense nothing, and read as 0 (--world FILE)");
        }
        let options = RunOptions {
            ticks: self.ticks.unwrap_or(loaded.ticks),
            seed: self.seed,
            names: names(interface),
            starts_ms: 0,
        };
        if self.svg.is_some() {
            // Better said before a long run than after it.
            picture(&compiled, interface, node.as_mut(), loaded.world.as_ref())?.ok_or_else(no_picture)?;
        }
        let read = self.sources();
        let read: Vec<&Path> = read.iter().map(PathBuf::as_path).collect();
        let (report, record) = watched(
            &Watched {
                tables: tables(&compiled, interface).iter().map(|(layout, _)| layout.clone()).collect(),
                trace: self.trace,
                record: self.record.as_deref(),
                read: &read,
            },
            node.as_mut(),
            loaded.world.as_mut(),
            &options,
        )?;
        let picture = picture(&compiled, interface, node.as_mut(), loaded.world.as_ref())?;
        let mut together = files::Together::sparing(&read);
        if let Some(path) = &self.record {
            together.add(path, &record)?;
        }
        if let (Some(path), Some((policy, map))) = (&self.svg, &picture) {
            let title = format!("@{} on {}", interface.declared.name, board.name);
            together.add(path, policy::svg(map, policy, &title, (&report.curve, report.ticks)).as_bytes())?;
        }
        together.finish()?;
        let sizes = figures::sizes(elf);
        if self.json {
            return figures::json(&shown::to_json(&report, &board, &sizes));
        }
        let map = picture.map(|(policy, map)| format!("\n{}\n", policy::ascii(&map, &policy)));
        figures::print(shown::to_text(&report, &board, &sizes) + &map.unwrap_or_default())
    }
}

fn no_picture() -> Vec<Problem> {
    let help = "use a grid world, and a kernel with one table over its places";
    vec![Problem::new("picture", "there is no policy over a map to show", help)]
}

/// Traces for which nobody waits long, and which fit into memory.
const LONGEST_TRACE: u64 = 64 << 20;

fn load(path: &Path) -> Result<LoadedWorld, Vec<Problem>> {
    let text = files::read(path, files::WORLD)?;
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let resolve = |name: &str| {
        let path = folder.join(name);
        let about = fs::metadata(&path).map_err(|error| error.to_string())?;
        // A pipe would be waited for without end.
        if !about.is_file() {
            return Err("it is no file".to_owned());
        }
        if about.len() > LONGEST_TRACE {
            return Err(format!("it has {} bytes, and {LONGEST_TRACE} are the most", about.len()));
        }
        fs::read_to_string(path).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => "it is no text".to_owned(),
            _ => error.to_string(),
        })
    };
    world::load(&path.display().to_string(), &text, &resolve).map_err(report::harness)
}

fn names(interface: &Interface) -> KernelNames {
    let declared = &interface.declared;
    KernelNames {
        ports: declared.ports.iter().map(|port| port.name.clone()).collect(),
        handlers: declared.handlers.iter().map(|handler| handler.name.clone()).collect(),
        formats: declared.formats.clone(),
        channels: declared.channels.iter().map(|channel| channel.name.clone()).collect(),
    }
}

fn replay(path: &Path, node: &mut dyn Node, form: Form) -> Done {
    let text = files::read(path, files::RECORD)?;
    let name = path.display().to_string();
    let report = swarm_harness::replay::replay(&name, &text, node).map_err(report::harness)?;
    let Some(difference) = &report.difference else {
        return match form {
            Form::Json => figures::json(&json!(report)),
            Form::Text => figures::print(format!("{} events, checksum {}\n", report.events, report.checksum)),
        };
    };
    let message = format!(
        "at {} ms the {} differs: recorded {}, replayed {}",
        difference.time_ms, difference.what, difference.recorded, difference.replayed
    );
    let help =
        format!("{name}, line {}: the kernel or the compiler has changed since the record", difference.line);
    Err(vec![Problem::new("replay", message, help)])
}

/// A table's values in the state block, and its fractional bits.
fn tables(compiled: &Compiled, interface: &Interface) -> Vec<(ArrayLayout, u32)> {
    let tables = compiled.tables.iter().filter_map(|(name, shape)| {
        let slot = interface.layout.find(&format!("{name}.values"))?;
        let layout = ArrayLayout {
            name: name.clone(),
            offset: slot.offset as usize,
            element_bytes: shape.bits as usize / 8,
            rows: shape.rows() as usize,
            columns: shape.actions as usize,
        };
        Some((layout, shape.frac))
    });
    tables.collect()
}

struct Watched<'w> {
    tables: Vec<ArrayLayout>,
    trace: bool,
    record: Option<&'w Path>,
    /// Files that were read.
    read: &'w [&'w Path],
}

/// Runs; the report, and the record if one is wanted.
fn watched(
    watched: &Watched,
    node: &mut dyn Node,
    world: &mut dyn World,
    options: &RunOptions,
) -> Result<(RunReport, Vec<u8>), Vec<Problem>> {
    let mut bar = Bar::of("ticks");
    let mut tell = |change: &Change| figures::say(change);
    let tables = if watched.trace { watched.tables.clone() } else { Vec::new() };
    let mut tracer = Tracer::new(tables, &mut tell).map_err(report::harness)?;
    let mut recorder = Recorder::new(Vec::new());
    let mut observers: Vec<&mut dyn Observer> = Vec::new();
    if watched.trace {
        observers.push(&mut tracer);
    }
    if watched.record.is_some() {
        observers.push(&mut recorder);
    }
    let mut watch = Watch { progress: &mut bar, observers };
    let report = run_watched(node, world, options, &mut watch).map_err(report::harness);
    match report {
        Ok(report) if watched.record.is_none() => Ok((report, Vec::new())),
        Ok(report) => {
            let record = recorder.finish(&report).map_err(report::harness)?;
            Ok((report, record))
        }
        // What led to a fault is worth a record most of all.
        Err(mut problems) => {
            let record = recorder.into_inner();
            if let Some(path) = watched.record.filter(|_| !record.is_empty()) {
                problems.extend(files::write(path, &record, watched.read).err().into_iter().flatten());
            }
            Err(problems)
        }
    }
}

type Picture = Option<(Policy, world::GridMap)>;

/// The first table's policy over the world's map.
fn picture(
    compiled: &Compiled,
    interface: &Interface,
    node: &mut dyn Node,
    world: &dyn World,
) -> Result<Picture, Vec<Problem>> {
    let (Some((layout, frac)), Some(map)) = (tables(compiled, interface).into_iter().next(), world.map())
    else {
        return Ok(None);
    };
    let state =
        node.read_state().map_err(|error| report::harness(swarm_harness::scheduler::node_error(&error)))?;
    // A table over something else than the map's places has no picture.
    Ok(Policy::from_state(&state, &layout, frac, map).ok().map(|policy| (policy, map.clone())))
}
