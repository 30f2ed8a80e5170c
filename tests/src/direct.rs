//! Random kernels whose handlers do one operation each, with operands straight from the ports, wrong ones too; and the
//! same done by the reference implementation.

use crate::random::Random;
use crate::steps::{Cause, Step, Subject};
use std::fmt::Write;
use swarm_reference::Fault;
use swarm_reference::constants::encode_q16;
use swarm_reference::policy::Policy;
use swarm_reference::random::Generator;
use swarm_reference::rules::{Learning, Rounding, Rule};
use swarm_reference::schedule::Schedule;
use swarm_reference::spec::{Element, TableSpec};
use swarm_reference::state::StateBlock;
use swarm_reference::table::{At, Outcome, Table, Transition};

const LAMBDA: f64 = 0.9;
/// What schedules go from, to, and over how many uses.
const SCHEDULE: (f64, f64, i32) = (0.1, 0.9, 37);

const READ: u32 = 0;
const MAX: u32 = 1;
const ARGMAX: u32 = 2;
const SELECT: u32 = 3;
const BEGIN: u32 = 4;
const REMEMBER: u32 = 5;
const COMPLETE: u32 = 6;
const UPDATE: u32 = 7;
/// How many timers there are.
const TIMERS: u32 = 8;

/// A kernel of single operations, with its model.
pub struct Direct {
    random: Random,
    table: Table,
    generator: Generator,
    schedule: Schedule,
    rule: &'static str,
    learning: Learning,
    rounding: &'static str,
    rates: (f64, f64),
    done: u64,
}

impl Direct {
    /// A kernel that the verifier accepts; the seed is the kernel's, too.
    pub fn random(seed: u32) -> Self {
        let mut random = Random::new(u64::from(seed).wrapping_mul(31));
        let rule = random.of(&["q", "sarsa", "expected", "double", "q_lambda"]);
        let mut rounding = random.of(&["nearest", "floor", "stochastic"]);
        let mut rates = (random.of(&[0.2, 0.5, 1.0]), random.of(&[0.5, 0.8, 1.0]));
        if seed.is_multiple_of(8) {
            // Nothing is left to round, and it is drawn all the same.
            (rounding, rates) = ("stochastic", (1.0, 1.0));
        }
        let q16 = |value| encode_q16(value).expect("a rate");
        let spec = TableSpec {
            reward: (-6, 9),
            scale: random.of(&[1.0, 0.3]),
            gamma: encode_q16(rates.1).ok(),
            saturate: true,
            double: rule == "double",
            visits: random.below(2) == 0,
            traces: (rule == "q_lambda").then(|| random.of(&[1, 3, 8])),
            pending: true,
            ..TableSpec::plain(
                random.of(&[1, 2, 5]),
                random.of(&[1, 2, 3, 9, 32]),
                random.of(&[Element::I8, Element::I16, Element::I32]),
                random.below(4),
            )
        };
        let learning = Learning {
            rule: match rule {
                "sarsa" => Rule::Sarsa,
                "expected" => Rule::Expected { epsilon: 0 },
                "double" => Rule::Double,
                "q_lambda" => Rule::QLambda { lambda: q16(LAMBDA) },
                _ => Rule::Q,
            },
            alpha: q16(rates.0),
            gamma: q16(rates.1),
            rounding: match rounding {
                "floor" => Rounding::Floor,
                "stochastic" => Rounding::Stochastic,
                _ => Rounding::Nearest,
            },
        };
        let (from, to, over) = SCHEDULE;
        Self {
            random,
            table: Table::new(spec).expect("it saturates"),
            generator: Generator::from_seed(seed),
            schedule: Schedule::new(q16(from), q16(to), over),
            rule,
            learning,
            rounding,
            rates,
            done: 0,
        }
    }

    fn handler(&mut self, timer: u32, [a, b, c, d, e, f]: [i32; 6]) -> Result<Option<i32>, Fault> {
        let (table, generator) = (&mut self.table, &mut self.generator);
        let at = At { state: a, mask: b };
        let present = self.schedule.present();
        let policy = Policy::Schedule(&mut self.schedule);
        Ok(match timer {
            READ => Some(table.read(a, b)?),
            MAX => Some(table.max(at)?),
            ARGMAX => Some(table.argmax(at)?),
            SELECT => Some(table.select(at, policy, generator)?),
            BEGIN => Some(table.begin(at, policy, generator)?),
            REMEMBER => {
                table.remember(a, b)?;
                None
            }
            COMPLETE => {
                let rule = match self.learning.rule {
                    Rule::Expected { .. } => Rule::Expected { epsilon: present },
                    rule => rule,
                };
                let [terminated, truncated] = [e, f].map(|flag| flag & 1 == 1);
                let outcome = Outcome { reward: c, state: a, mask: b, next: d, terminated, truncated };
                table.complete(&outcome, &Learning { rule, ..self.learning }, generator)?;
                self.done += 1;
                None
            }
            _ => {
                let terminated = f & 1 == 1;
                let step = Transition { state: a, action: b, reward: c, next: d, mask: e, terminated };
                let rule = if self.rule == "double" { Rule::Double } else { Rule::Q };
                table.update(&step, &Learning { rule, ..self.learning }, generator)?;
                self.done += 1;
                None
            }
        })
    }
}

/// A number below a bound; one in twelve is just beyond it or far out, -1 among them.
fn index(random: &mut Random, bound: u32) -> i32 {
    match random.below(24) {
        0 => bound as i32,
        1 => random.of(&[-1, -2, i32::MIN, i32::MAX, 1 << 16]),
        _ => random.below(bound) as i32,
    }
}

impl Subject for Direct {
    fn kernel(&self) -> String {
        let spec = &self.table.spec;
        let mut text = String::from("swarm.kernel @test version 1 {\n");
        for port in ["a", "b", "c", "d", "e", "f"] {
            let _ = writeln!(text, "  swarm.io @{port} : sense i32");
        }
        let (states, actions, bits, frac) = (spec.states, spec.actions, spec.element.bits(), spec.frac);
        let _ = write!(
            text,
            "  swarm.io @out : act i32\n  rl.table @q : !rl.table<{states}x{actions}xi{bits}, frac = {frac}> \
             reward -6 to 9 scale {:?} saturate",
            spec.scale
        );
        text += if spec.double { " double" } else { "" };
        text += if spec.visits { " visits" } else { "" };
        if let Some(traces) = spec.traces {
            let _ = write!(text, " traces {traces}");
        }
        let (from, to, over) = SCHEDULE;
        let _ = writeln!(text, "\n  rl.schedule @explore from {from:?} to {to:?} over {over}");
        let ((alpha, gamma), rounding) = (self.rates, self.rounding);
        let rates = format!("alpha = {alpha:?}, gamma = {gamma:?}");
        let (next, epsilon, lambda) = match self.rule {
            "sarsa" => (" next %d", "", String::new()),
            "expected" => ("", " epsilon @explore", String::new()),
            "q_lambda" => ("", "", format!(", lambda = {LAMBDA:?}")),
            _ => ("", "", String::new()),
        };
        let act = "\n    swarm.act @out, %x";
        let handlers = [
            ("read", format!("%x = rl.read @q at %a action %b{act}")),
            ("max", format!("%x = rl.max @q at %a mask %b{act}")),
            ("argmax", format!("%x = rl.argmax @q at %a mask %b{act}")),
            ("select", format!("%x = rl.select @q at %a mask %b epsilon @explore{act}")),
            ("begin", format!("%x = rl.begin @q at %a mask %b epsilon @explore{act}")),
            ("remember", "rl.remember @q at %a action %b".into()),
            (
                "complete",
                format!(
                    "rl.complete @q rule {} reward %c at %a mask %b{next} terminated %t truncated %u{epsilon} \
                     {{{rates}{lambda}, rounding = {rounding}}}",
                    self.rule
                ),
            ),
            (
                "update",
                format!(
                    "rl.update @q at %a action %b reward %c next %d mask %e terminated %u \
                     {{{rates}, rounding = {rounding}}}"
                ),
            ),
        ];
        for (name, body) in handlers {
            let _ = writeln!(text, "  swarm.on_timer @{name} every 10 ms {{");
            for port in ["a", "b", "c", "d", "e"] {
                let _ = writeln!(text, "    %{port} = swarm.sense @{port}");
            }
            let _ = writeln!(text, "    %t = swarm.sense @e : i1\n    %u = swarm.sense @f : i1");
            let _ = writeln!(text, "    {body}\n  }}");
        }
        text + "}\n"
    }

    fn step(&mut self) -> Step {
        let random = &mut self.random;
        let (states, actions) = (self.table.spec.states, self.table.spec.actions);
        let timer = random.of(&[BEGIN, BEGIN, REMEMBER, COMPLETE, COMPLETE, COMPLETE, UPDATE, TIMERS]);
        let timer = if timer == TIMERS { random.below(TIMERS) } else { timer };
        let mask = |random: &mut Random| match random.below(12) {
            0 => 0,
            // Bits from the number of actions on mean nothing.
            1 => (-1i64 << actions) as i32,
            _ => random.draw() as i32,
        };
        let flag = |random: &mut Random| i32::from(random.below(10) == 0) + 2 * random.below(2) as i32;
        let (state, action) = (index(random, states), index(random, actions));
        let (reward, other) = (random.below(20) as i32 - 8, index(random, states));
        let sensed = match timer {
            READ | REMEMBER => [state, action, reward, other, 0, 0],
            UPDATE => [state, action, reward, other, mask(random), flag(random)],
            _ => [state, mask(random), reward, action, flag(random), flag(random)],
        };
        let expected = match self.handler(timer, sensed) {
            Ok(acted) => (0, acted.into_iter().collect()),
            Err(fault) => (fault.code(), Vec::new()),
        };
        Step { cause: Cause::Timer(timer), sensed: sensed.to_vec(), expected, others: Vec::new() }
    }

    fn state(&self) -> StateBlock {
        StateBlock::new()
            .generator(&self.generator)
            .table("q", &self.table)
            .schedule("explore", &self.schedule)
    }

    fn done(&self) -> u64 {
        self.done
    }
}
