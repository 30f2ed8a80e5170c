//! A random kernel, and the same thing done by the reference implementation.

use crate::random::Random;
use std::fmt::Write;
use swarm_reference::constants::{encode_q16, encode_temperature};
use swarm_reference::policy::Policy;
use swarm_reference::random::Generator;
use swarm_reference::rules::{Learning, Rounding, Rule};
use swarm_reference::schedule::Schedule;
use swarm_reference::spec::{Element, TableSpec};
use swarm_reference::state::StateBlock;
use swarm_reference::table::{At, Outcome, Table, Transition};

/// How a kernel explores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Explores {
    Never,
    Constant(f64),
    Schedule(f64, f64, i32),
    Softmax(f64),
}

/// What a generated kernel is like.
#[derive(Clone, Debug)]
pub struct Plan {
    pub states: u32,
    pub actions: u32,
    bits: u32,
    frac: u32,
    scale: f64,
    saturate: bool,
    visits: bool,
    /// Entries of the trace list, for the rule `q_lambda`.
    traces: u32,
    lambda: f64,
    masked: bool,
    explores: Explores,
    rule: &'static str,
    rounding: &'static str,
    alpha: f64,
    gamma: f64,
}

const REWARDS: (i32, i32) = (-25, 20);

impl Plan {
    /// A kernel that the verifier accepts.
    pub fn random(random: &mut Random) -> Self {
        loop {
            let bits = random.of(&[8, 16, 16, 32]);
            let rule = random.of(&["q", "q", "sarsa", "expected", "double", "q_lambda"]);
            let plan = Self {
                states: random.of(&[1, 7, 16, 64, 100]),
                actions: random.of(&[1, 2, 3, 4, 7, 8, 12, 31, 32]),
                bits,
                frac: random.below(bits.min(20)),
                scale: random.of(&[1.0, 1.0, 0.1, 2.5, 0.25]),
                saturate: rule == "q_lambda" || random.below(3) == 0,
                visits: random.below(2) == 0,
                masked: random.below(2) == 0,
                traces: random.of(&[1, 2, 5, 16]),
                // With a gamma of 1 the ones near 0.01 decay to the least eligibility that stays, and to just below it.
                // With both of 1 all entries have the same.
                lambda: random.of(&[0.0, 0.8, 1.0, 1.0, 0.01, 0.00998]),
                explores: match random.below(4) {
                    0 => Explores::Never,
                    3 => Explores::Softmax(random.of(&[0.05, 0.3, 1.0, 4.0, 60.0])),
                    1 => Explores::Constant(random.of(&[0.0, 0.1, 0.5, 1.0])),
                    _ => Explores::Schedule(
                        random.of(&[1.0, 0.3]),
                        random.of(&[0.05, 0.9]),
                        random.of(&[1, 100, 20000]),
                    ),
                },
                rule,
                rounding: random.of(&["nearest", "nearest", "floor", "stochastic"]),
                // The last one is just between two encodings.
                alpha: random.of(&[0.0, 0.1, 0.125, 0.3333, 0.5, 1.0, 32_768.5 / 65_536.0]),
                gamma: match rule {
                    "q_lambda" => random.of(&[0.0, 0.9, 0.9375, 1.0, 1.0, 1.0]),
                    _ => random.of(&[0.0, 0.5, 0.9, 0.9375, 0.99, 1.0]),
                },
            };
            // Expected SARSA must know an epsilon, and a temperature must be near the table's steps.
            let known = match plan.explores {
                Explores::Never => plan.rule != "expected",
                Explores::Softmax(temperature) => {
                    plan.rule != "expected" && encode_temperature(temperature, plan.frac).is_ok()
                }
                _ => true,
            };
            // All of it must fit a micro:bit.
            let sets = if plan.is_double() { 2 } else { 1 };
            let bytes = plan.states * plan.actions * (sets * plan.bits / 8 + 2);
            if known && bytes < 8000 && plan.spec().check().is_ok() {
                return plan;
            }
        }
    }

    /// A kernel with a single element that is visited so often that the count stops.
    pub fn worn(random: &mut Random) -> Self {
        loop {
            let plan = Self { states: 1, actions: 1, visits: true, ..Self::random(random) };
            if plan.spec().check().is_ok() {
                return plan;
            }
        }
    }

    fn is_double(&self) -> bool {
        self.rule == "double"
    }

    fn spec(&self) -> TableSpec {
        let element = match self.bits {
            8 => Element::I8,
            16 => Element::I16,
            _ => Element::I32,
        };
        TableSpec {
            reward: REWARDS,
            scale: self.scale,
            gamma: encode_q16(self.gamma).ok(),
            saturate: self.saturate,
            visits: self.visits,
            double: self.is_double(),
            traces: (self.rule == "q_lambda").then_some(self.traces),
            pending: true,
            ..TableSpec::plain(self.states, self.actions, element, self.frac)
        }
    }

    fn draws(&self) -> bool {
        self.explores != Explores::Never || self.rounding == "stochastic" || self.is_double()
    }

    /// The kernel's text.
    pub fn kernel(&self) -> String {
        let Self { states, actions, bits, frac, scale, alpha, gamma, rounding, rule, .. } = self;
        let mut text = String::from("swarm.kernel @test version 1 {\n");
        for port in ["here", "mask", "reward", "end", "from", "did", "to"] {
            let _ = writeln!(text, "  swarm.io @{port} : sense i32");
        }
        text += "  swarm.io @out : act i32\n";
        let (low, high) = REWARDS;
        let _ = write!(
            text,
            "  rl.table @q : !rl.table<{states}x{actions}xi{bits}, frac = {frac}> reward {low} to {high}"
        );
        let _ = write!(text, " scale {scale:?}");
        text += if self.saturate { " saturate" } else { "" };
        text += if self.is_double() { " double" } else { "" };
        text += if self.visits { " visits" } else { "" };
        if *rule == "q_lambda" {
            let _ = write!(text, " traces {}", self.traces);
        }
        text += "\n";
        if let Explores::Schedule(from, to, over) = self.explores {
            let _ = writeln!(text, "  rl.schedule @e from {from:?} to {to:?} over {over}");
        }
        text += "  swarm.on_timer @tick every 10 ms {\n";
        for port in ["here", "mask", "reward", "from", "did", "to"] {
            let _ = writeln!(text, "    %{port} = swarm.sense @{port}");
        }
        text += "    %end = swarm.sense @end : i1\n";
        // One event in sixteen ends an episode without an end of the world.
        text += "    %ends = arith.constant 15 : i32\n    %nothing = arith.constant 0 : i32\n";
        text +=
            "    %bits = arith.andi %mask, %ends : i32\n    %cut = arith.cmpi eq, %bits, %nothing : i32\n";
        let mask = if self.masked { " mask %mask" } else { "" };
        let epsilon = match self.explores {
            Explores::Never => String::new(),
            Explores::Constant(epsilon) => format!(" epsilon {epsilon:?}"),
            Explores::Schedule(..) => " epsilon @e".into(),
            Explores::Softmax(temperature) => format!(" softmax {temperature:?}"),
        };
        let lambda = match *rule {
            "q_lambda" => format!(", lambda = {:?}", self.lambda),
            _ => String::new(),
        };
        let update_rates = format!("{{alpha = {alpha:?}, gamma = {gamma:?}, rounding = {rounding}}}");
        let rates = format!("{{alpha = {alpha:?}, gamma = {gamma:?}{lambda}, rounding = {rounding}}}");
        let known = if *rule == "expected" { epsilon.as_str() } else { "" };
        if *rule == "sarsa" {
            let _ = writeln!(text, "    %next = rl.select @q at %here{mask}{epsilon}");
            let _ = writeln!(
                text,
                "    rl.complete @q rule sarsa reward %reward at %here{mask} next %next terminated %end truncated %cut {rates}"
            );
            let _ = writeln!(text, "    rl.remember @q at %here action %next\n    swarm.act @out, %next");
        } else {
            let _ = writeln!(
                text,
                "    rl.complete @q rule {rule} reward %reward at %here{mask} terminated %end truncated %cut{known} {rates}"
            );
            let _ =
                writeln!(text, "    %next = rl.begin @q at %here{mask}{epsilon}\n    swarm.act @out, %next");
        }
        let _ = writeln!(
            text,
            "    rl.update @q at %from action %did reward %reward next %to{mask} terminated %end {update_rates}"
        );
        for op in ["max", "argmax"] {
            let _ = writeln!(text, "    %{op} = rl.{op} @q at %here{mask}\n    swarm.act @out, %{op}");
        }
        text += "    %read = rl.read @q at %from action %did\n    swarm.act @out, %read\n  }\n}\n";
        text
    }
}

/// The same kernel in the reference implementation.
pub struct Model {
    table: Table,
    generator: Option<Generator>,
    schedule: Option<Schedule>,
    updates: u64,
}

impl Model {
    pub fn new(plan: &Plan, seed: u32) -> Self {
        let q16 = |value| encode_q16(value).expect("plans have rates between 0 and 1");
        Self {
            table: Table::new(plan.spec()).expect("plans are accepted"),
            generator: plan.draws().then(|| Generator::from_seed(seed)),
            schedule: match plan.explores {
                Explores::Schedule(from, to, over) => Some(Schedule::new(q16(from), q16(to), over)),
                _ => None,
            },
            updates: 0,
        }
    }

    /// What the handler returns and does.
    pub fn event(&mut self, plan: &Plan, sensed: [i32; 7]) -> (u32, Vec<i32>) {
        let mut acts = Vec::new();
        match self.handler(plan, sensed, &mut acts) {
            Ok(()) => (0, acts),
            Err(fault) => (fault.code(), acts),
        }
    }

    fn handler(
        &mut self,
        plan: &Plan,
        [here, mask, reward, end, from, did, to]: [i32; 7],
        acts: &mut Vec<i32>,
    ) -> Result<(), swarm_reference::Fault> {
        let q16 = |value| encode_q16(value).expect("plans have rates between 0 and 1");
        let truncated = mask & 15 == 0;
        let mask = if plan.masked { mask } else { -1 };
        let at = At { state: here, mask };
        let terminated = end & 1 == 1;
        let mut unused = Generator(1);
        let generator = self.generator.as_mut().unwrap_or(&mut unused);
        let schedule = &mut self.schedule;
        let present = match (plan.explores, &schedule) {
            (Explores::Constant(epsilon), _) => q16(epsilon),
            (Explores::Schedule(..), Some(schedule)) => schedule.present(),
            _ => 0,
        };
        let policy = match (plan.explores, schedule) {
            (Explores::Constant(epsilon), _) => Policy::Epsilon(q16(epsilon)),
            (Explores::Schedule(..), Some(schedule)) => Policy::Schedule(schedule),
            (Explores::Softmax(temperature), _) => {
                let factor = encode_temperature(temperature, plan.frac);
                Policy::Softmax(factor.expect("plans have temperatures in range"))
            }
            _ => Policy::Greedy,
        };
        let rule = match plan.rule {
            "sarsa" => Rule::Sarsa,
            "expected" => Rule::Expected { epsilon: present },
            "double" => Rule::Double,
            "q_lambda" => Rule::QLambda { lambda: q16(plan.lambda) },
            _ => Rule::Q,
        };
        let rounding = match plan.rounding {
            "floor" => Rounding::Floor,
            "stochastic" => Rounding::Stochastic,
            _ => Rounding::Nearest,
        };
        let learning = Learning { rule, alpha: q16(plan.alpha), gamma: q16(plan.gamma), rounding };
        let pending = self.table.pending.is_some_and(|pending| pending.state >= 0);
        let mut outcome = Outcome { reward, state: here, mask, next: -1, terminated, truncated };
        let chosen = if plan.rule == "sarsa" {
            outcome.next = self.table.select(at, policy, generator)?;
            self.table.complete(&outcome, &learning, generator)?;
            self.table.remember(here, outcome.next)?;
            outcome.next
        } else {
            self.table.complete(&outcome, &learning, generator)?;
            self.table.begin(at, policy, generator)?
        };
        self.updates += u64::from(pending);
        acts.push(chosen);
        let transition = Transition { state: from, action: did, reward, next: to, mask, terminated };
        let rule = if plan.is_double() { Rule::Double } else { Rule::Q };
        self.table.update(&transition, &Learning { rule, ..learning }, generator)?;
        self.updates += 1;
        acts.push(self.table.max(at)?);
        acts.push(self.table.argmax(at)?);
        acts.push(self.table.read(from, did)?);
        Ok(())
    }

    /// Updates done so far.
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// The state block, and the variables' offsets.
    pub fn state(&self) -> (Vec<u8>, Vec<(String, usize)>) {
        let block = match &self.generator {
            Some(generator) => StateBlock::new().generator(generator),
            None => StateBlock::new(),
        };
        let block = block.table("q", &self.table);
        let block = match &self.schedule {
            Some(schedule) => block.schedule("e", schedule),
            None => block,
        };
        let slots = block.slots().iter().map(|slot| (slot.name.clone(), slot.offset)).collect();
        (block.to_bytes(), slots)
    }
}
