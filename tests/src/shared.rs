//! Random kernels that share what they learned, and the same done by the reference implementation.
//!
//! Two tables in one kernel stand for two nodes: packets of the second one reach the first one with another origin,
//! and often with other bytes changed on the way.

use crate::random::Random;
use crate::steps::{Cause, Reads, Step, Subject};
use std::collections::VecDeque;
use std::fmt::Write;
use swarm_reference::Fault;
use swarm_reference::constants::encode_q16;
use swarm_reference::delta::{HEADER, Incoming, entry_bytes};
use swarm_reference::merge::{By, Combine, Identity, Status};
use swarm_reference::random::Generator;
use swarm_reference::rules::Learning;
use swarm_reference::spec::{Element, TableSpec};
use swarm_reference::state::StateBlock;
use swarm_reference::table::{Table, Transition};

/// The node that `start` makes.
const NODE: u32 = 1;
const ALPHA: f64 = 0.5;

/// A kernel that merges, with its model.
pub struct Shared {
    random: Random,
    ours: Table,
    theirs: Table,
    packet: Vec<u8>,
    merge: Combine,
    apply: Combine,
    /// Of either table.
    gammas: (f64, f64),
    coming: VecDeque<Event>,
    done: u64,
    reads: Reads,
}

/// An event: the timer, and what the ports `a` to `d` say.
type Event = (u32, [i32; 4]);

const LEARN_OURS: u32 = 0;
const LEARN_THEIRS: u32 = 1;
const MERGE: u32 = 2;
const MARK_OURS: u32 = 3;
const MARK_THEIRS: u32 = 4;
const ENCODE_OURS: u32 = 5;
const ENCODE_THEIRS: u32 = 6;
const CHANGE: u32 = 7;
const APPLY: u32 = 8;

/// In place of a packet's length: one byte more than it has.
const LONGER: i32 = -2;

impl Shared {
    /// A kernel that the verifier accepts.
    pub fn random(seed: u32) -> Self {
        let mut random = Random::new(u64::from(seed));
        // Of some tables more elements change than a packet can hold.
        let large = seed.is_multiple_of(13);
        // Of some what was merged weighs as much as it can.
        let heavy = seed % 4 == 1;
        // With a gamma of 1 the peer's values go beyond what our table accepts.
        let gammas = (random.of(&[0.75, 0.9]), random.of(&[0.75, 1.0]));
        let (bits, element) = random.of(&[(8, Element::I8), (16, Element::I16), (32, Element::I32)]);
        // What can be learned fits an element of 8 bits.
        let most_frac = match bits {
            8 if gammas.0 > 0.8 => 1,
            8 => 2,
            _ => 7,
        };
        let spec = TableSpec {
            reward: (-5, 10),
            // Of the last one the reach is rounded.
            scale: random.of(&[1.0, 0.5, 0.33]),
            gamma: encode_q16(gammas.0).ok(),
            saturate: random.below(2) == 0,
            visits: true,
            marked: true,
            peers: Some(random.of(&[1, 2, 5])),
            pending: false,
            ..TableSpec::plain(
                random.of(&[1, 5, 16, 80]),
                random.of(&[1, 3, 4]),
                element,
                random.below(most_frac),
            )
        };
        let mut how = || Combine {
            by: random.of(&[By::Visits, By::Visits, By::Mean, By::Max]),
            bound: random.of(&[1, 3, 100, 32767]),
        };
        let (merge, apply) = (how(), how());
        let apply = if heavy { Combine { by: By::Visits, bound: 32767 } } else { apply };
        let spec = if large {
            TableSpec { states: 80, actions: 4, element: Element::I16, frac: 3, ..spec }
        } else {
            spec
        };
        let theirs = TableSpec {
            peers: None,
            gamma: encode_q16(gammas.1).ok(),
            saturate: spec.saturate || gammas.1 == 1.0,
            ..spec.clone()
        };
        let theirs = Table::new(theirs).expect("the plan is accepted");
        let ours = Table::new(spec).expect("the plan is accepted");
        let least = HEADER + entry_bytes(element);
        let room = if large { 1900 } else { random.of(&[least, least + 1, 2 * least, 200, 1900]) };
        let (packet, coming) = (vec![0; room], VecDeque::new());
        let mut subject = Self {
            random,
            ours,
            theirs,
            packet,
            merge,
            apply,
            gammas,
            coming,
            done: 0,
            reads: Reads::default(),
        };
        if large {
            for element in 0..80 * 4 {
                subject.coming.push_back((LEARN_THEIRS, [element / 4, element % 4, element % 7 - 9, 0]));
            }
            subject.coming.push_back((ENCODE_THEIRS, [1, 1, 0, 0]));
            subject.coming.push_back((CHANGE, [8, 9, 0, 0]));
            subject.coming.push_back((APPLY, [-1, 0, 0, 0]));
        }
        if subject.gammas.1 == 1.0 {
            subject.learn_beyond();
        }
        if heavy {
            subject.weigh();
        }
        subject
    }

    /// The peer's first row goes beyond what our table accepts, up or down, before it is merged for the first time.
    fn learn_beyond(&mut self) {
        let reward = self.random.of(&[-20, 20]);
        for _ in 0..50 {
            let actions = 0..self.ours.spec.actions as i32;
            self.coming.extend(actions.map(|action| (LEARN_THEIRS, [0, action, reward, 0])));
        }
        self.coming.push_back((MERGE, [6, 1, 0, 0]));
    }

    /// What was merged into the first element counts as much as it can, and more is merged that is far from it.
    fn weigh(&mut self) {
        self.coming.extend([(LEARN_OURS, [0, 0, 20, 0]); 120]);
        let visits = (HEADER + entry_bytes(self.ours.spec.element)) as i32 - 2;
        for sequence in 1..4 {
            let reward = if sequence % 2 == 0 { 20 } else { -20 };
            self.coming.extend([(LEARN_THEIRS, [0, 0, reward, 0]); 20]);
            self.coming.push_back((ENCODE_THEIRS, [4, sequence, 0, 0]));
            let changes = [(8, 5), (visits, 255), (visits + 1, 127)];
            self.coming.extend(changes.map(|(at, byte)| (CHANGE, [at, byte, 0, 0])));
            self.coming.push_back((APPLY, [-1, 0, 0, 0]));
        }
    }

    /// A new event, or several that belong together.
    fn plan(&mut self) {
        let random = &mut self.random;
        let stamp = |random: &mut Random| {
            // Some are negative where they are read as signed.
            let epoch = random.of(&[2, 2, 2, 3, 3, 3, -2]);
            [epoch, random.of(&[1, 5, 20, 40, 80, -90]) + random.below(40) as i32]
        };
        match random.below(40) {
            0..=27 => {
                let (states, actions) = (self.ours.spec.states, self.ours.spec.actions);
                // One in sixty is no state: a fault.
                let from = if random.below(60) == 0 { -7 } else { random.below(states) as i32 };
                let (did, to) = (random.below(actions) as i32, random.below(states) as i32);
                let reward = random.below(20) as i32 - 7;
                self.coming.push_back((random.of(&[LEARN_OURS, LEARN_THEIRS]), [from, did, reward, to]));
            }
            28 => {
                let mark = random.of(&[MARK_OURS, MARK_THEIRS, MARK_THEIRS]);
                self.coming.push_back((mark, [0; 4]));
            }
            29 => {
                let (origin, epoch) = (random.below(7) as i32, random.of(&[1, 2, 3, -1]));
                self.coming.push_back((MERGE, [origin, epoch, 0, 0]));
            }
            30..=31 => {
                let [epoch, sequence] = stamp(random);
                self.coming.push_back((ENCODE_OURS, [epoch, sequence, 0, 0]));
                // Our own, unless nothing had changed.
                self.coming.push_back((APPLY, [-1, 0, 0, 0]));
            }
            _ => {
                let [epoch, sequence] = stamp(random);
                self.coming.push_back((ENCODE_THEIRS, [epoch, sequence, 0, 0]));
                self.coming.push_back((CHANGE, [8, random.below(7) as i32, 0, 0]));
                for _ in 0..random.of(&[0, 0, 1, 2]) {
                    let at = changed_place(random, &self.ours, self.packet.len());
                    let byte = random.of(&[0, 1, 127, 255, 1 << 8]);
                    let byte = if byte == 1 << 8 { random.below(256) as i32 } else { byte };
                    self.coming.push_back((CHANGE, [at as i32, byte, 0, 0]));
                }
                // The length that came with it: mostly the right one, -1.
                let length = match random.below(10) {
                    0 => random.of(&[0, 19, 20, -20, i32::MIN, self.packet.len() as i32 + 1]),
                    1 => LONGER,
                    _ => -1,
                };
                self.coming.push_back((APPLY, [length, 0, 0, 0]));
                self.coming.push_back((APPLY, [length, 0, 0, 0]));
            }
        }
    }

    fn handler(&mut self, (timer, [a, b, c, d]): Event) -> Result<Vec<i32>, Fault> {
        let identity = Identity { origin: NODE, epoch: a as u32, sequence: b as u32 };
        let q16 = |value| encode_q16(value).expect("a rate");
        Ok(match timer {
            LEARN_OURS | LEARN_THEIRS => {
                let (table, gamma) = match timer {
                    LEARN_OURS => (&mut self.ours, self.gammas.0),
                    _ => (&mut self.theirs, self.gammas.1),
                };
                let learning = Learning::q(q16(ALPHA), q16(gamma));
                let step =
                    Transition { state: a, action: b, reward: c, next: d, mask: -1, terminated: false };
                table.update(&step, &learning, &mut Generator(1))?;
                vec![]
            }
            MERGE => vec![self.ours.merge(&self.theirs, self.merge, a as u32, b as u32) as i32],
            MARK_OURS | MARK_THEIRS => {
                if timer == MARK_OURS {
                    self.ours.set_mark()
                } else {
                    self.theirs.set_mark()
                }
                vec![]
            }
            ENCODE_OURS => vec![self.ours.encode(&mut self.packet, identity)],
            ENCODE_THEIRS => vec![self.theirs.encode(&mut self.packet, identity)],
            CHANGE => {
                *self.packet.get_mut(a as usize).ok_or(Fault::Index)? = b as u8;
                vec![]
            }
            _ => {
                let incoming = Incoming { array: &self.packet, length: a, node: NODE };
                let status = self.ours.apply(incoming, self.apply);
                self.reads.count(status == Status::Applied);
                vec![status as i32]
            }
        })
    }
}

/// A byte that decides something: in the header, or in an entry.
fn changed_place(random: &mut Random, table: &Table, length: usize) -> usize {
    let size = entry_bytes(table.spec.element);
    let entry = HEADER + random.below(3) as usize * size;
    let places =
        [random.below(20) as usize, 4, 5, entry, entry + 1, entry + 2, entry + size - 1, entry + size - 2];
    random.of(&places).min(length - 1)
}

fn by(by: By) -> &'static str {
    match by {
        By::Visits => "visits",
        By::Mean => "mean",
        By::Max => "max",
    }
}

impl Subject for Shared {
    fn kernel(&self) -> String {
        let spec = &self.ours.spec;
        let (states, actions, bits, frac) = (spec.states, spec.actions, spec.element.bits(), spec.frac);
        let table = |spec: &TableSpec| {
            let saturate = if spec.saturate { " saturate" } else { "" };
            format!(
                "!rl.table<{states}x{actions}xi{bits}, frac = {frac}> reward -5 to 10 scale {:?}{saturate} visits marked",
                spec.scale
            )
        };
        let (ours, theirs) = (table(spec), table(&self.theirs.spec));
        let (peers, bytes) = (spec.peers.expect("it merges"), self.packet.len());
        let mut text = format!(
            "swarm.kernel @test version 1 {{
  swarm.io @a : sense i32
  swarm.io @b : sense i32
  swarm.io @c : sense i32
  swarm.io @d : sense i32
  swarm.io @out : act i32
  rl.table @ours : {ours} peers {peers}
  swarm.var @packet : tensor<{bytes}xi8>
  rl.table @theirs : {theirs}
"
        );
        let update = |table, gamma| {
            format!(
                "rl.update @{table} at %a action %b reward %c next %d {{alpha = {ALPHA:?}, gamma = {gamma:?}}}"
            )
        };
        let (merge, apply) = (self.merge, self.apply);
        let act = "swarm.act @out, %status";
        let handlers = [
            ("learn_ours", update("ours", self.gammas.0)),
            ("learn_theirs", update("theirs", self.gammas.1)),
            (
                "merge",
                format!(
                    "%status = rl.merge @ours with @theirs by {} bound {} origin %a epoch %b\n    {act}",
                    by(merge.by),
                    merge.bound
                ),
            ),
            ("mark_ours", "rl.mark @ours".into()),
            ("mark_theirs", "rl.mark @theirs".into()),
            (
                "encode_ours",
                format!("%status = rl.encode @ours into @packet epoch %a sequence %b\n    {act}"),
            ),
            (
                "encode_theirs",
                format!("%status = rl.encode @theirs into @packet epoch %a sequence %b\n    {act}"),
            ),
            ("change", "swarm.set @packet[%a], %b".into()),
            (
                "apply",
                format!(
                    "%status = rl.apply @ours from @packet length %a by {} bound {}\n    {act}",
                    by(apply.by),
                    apply.bound
                ),
            ),
        ];
        for (name, body) in handlers {
            let _ = writeln!(text, "  swarm.on_timer @{name} every 10 ms {{");
            for port in ["a", "b", "c", "d"] {
                let _ = writeln!(text, "    %{port} = swarm.sense @{port}");
            }
            let _ = writeln!(text, "    {body}\n  }}");
        }
        text + "}\n"
    }

    fn step(&mut self) -> Step {
        while self.coming.is_empty() {
            self.plan();
        }
        let (timer, mut sensed) = self.coming.pop_front().expect("something was planned");
        if timer == APPLY && (sensed[0] == -1 || sensed[0] == LONGER) {
            let more = i32::from(sensed[0] == LONGER);
            let entries = usize::from(self.packet[5]);
            sensed[0] = (HEADER + entries * entry_bytes(self.ours.spec.element)) as i32 + more;
        }
        let expected = match self.handler((timer, sensed)) {
            Ok(acts) => {
                // Learning, merging, packets: all but what prepares them.
                self.done += u64::from(![MARK_OURS, MARK_THEIRS, CHANGE].contains(&timer));
                (0, acts)
            }
            Err(fault) => (fault.code(), Vec::new()),
        };
        Step { cause: Cause::Timer(timer), sensed: sensed.to_vec(), expected, others: Vec::new() }
    }

    fn state(&self) -> StateBlock {
        StateBlock::new()
            .table("ours", &self.ours)
            .variable("packet", 1, &self.packet)
            .table("theirs", &self.theirs)
    }

    fn done(&self) -> u64 {
        self.done
    }

    fn reads(&self) -> Reads {
        self.reads
    }
}
