//! Random kernels over tile-coded weights, and the same done by the reference implementation.

use crate::random::Random;
use crate::steps::{Cause, Step, Subject};
use std::fmt::Write;
use swarm_reference::constants::{encode_q16, encode_q16_over, encode_temperature};
use swarm_reference::policy::Policy;
use swarm_reference::random::Generator;
use swarm_reference::rules::{Learning, Rounding, Rule};
use swarm_reference::spec::Element;
use swarm_reference::state::StateBlock;
use swarm_reference::table::Outcome;
use swarm_reference::tiles::{Input, Tiles, TilesSpec};

/// A kernel that learns over tiles, with its model and what its ports will say.
pub struct Tiled {
    random: Random,
    weights: Tiles,
    generator: Generator,
    rule: &'static str,
    policy: Chosen,
    rounding: &'static str,
    masked: bool,
    alpha: f64,
    gamma: f64,
    done: u64,
}

#[derive(Clone, Copy, Debug)]
enum Chosen {
    Epsilon(f64),
    Softmax(f64),
}

const REWARDS: (i32, i32) = (-25, 20);

impl Tiled {
    /// A kernel that the verifier accepts; the seed is the kernel's, too.
    pub fn random(seed: u32) -> Self {
        let mut random = Random::new(u64::from(seed));
        loop {
            let bits = random.of(&[8, 16, 16, 32]);
            let spec = TilesSpec {
                tilings: random.of(&[1, 2, 4, 8, 16, 32]),
                inputs: (0..1 + random.below(4)).map(|_| input(&mut random)).collect(),
                actions: random.of(&[1, 2, 3, 5, 32]),
                element: match bits {
                    8 => Element::I8,
                    16 => Element::I16,
                    _ => Element::I32,
                },
                frac: random.below(bits.min(16)),
                reward: REWARDS,
                scale: random.of(&[1.0, 0.1, 2.5]),
                pending: true,
            };
            let policy = match random.below(2) {
                0 => Chosen::Epsilon(random.of(&[0.1, 0.5])),
                _ => Chosen::Softmax(random.of(&[0.3, 4.0])),
            };
            let rule = random.of(&["q", "sarsa", "expected"]);
            // Expected SARSA must know an epsilon, and a temperature must be near the weights' steps.
            let known = match policy {
                Chosen::Epsilon(_) => true,
                Chosen::Softmax(temperature) => {
                    rule != "expected" && encode_temperature(temperature, spec.frac).is_ok()
                }
            };
            // All of it must fit a micro:bit.
            let elements = spec.tiles().saturating_mul(u64::from(spec.tilings * spec.actions));
            if !known || elements * spec.element.bytes() as u64 > 8000 {
                continue;
            }
            let Ok(weights) = Tiles::new(spec) else { continue };
            let rounding = random.of(&["nearest", "floor", "stochastic"]);
            let masked = random.below(2) == 0;
            let (alpha, gamma) = (random.of(&[0.1, 0.25, 0.3333, 1.0]), random.of(&[0.0, 0.5, 0.9, 1.0]));
            let generator = Generator::from_seed(seed);
            return Self {
                random,
                weights,
                generator,
                rule,
                policy,
                rounding,
                masked,
                alpha,
                gamma,
                done: 0,
            };
        }
    }

    /// How it learns.
    fn learning(&self) -> Learning {
        let rule = match (self.rule, self.policy) {
            ("sarsa", _) => Rule::Sarsa,
            ("expected", Chosen::Epsilon(epsilon)) => Rule::Expected { epsilon: q16(epsilon) },
            _ => Rule::Q,
        };
        let rounding = match self.rounding {
            "floor" => Rounding::Floor,
            "stochastic" => Rounding::Stochastic,
            _ => Rounding::Nearest,
        };
        let alpha = encode_q16_over(self.alpha, self.weights.spec.tilings).expect("a rate");
        Learning { rule, alpha, gamma: q16(self.gamma), rounding }
    }

    fn chosen(&self) -> Policy<'static> {
        match self.policy {
            Chosen::Epsilon(epsilon) => Policy::Epsilon(q16(epsilon)),
            Chosen::Softmax(temperature) => {
                let factor = encode_temperature(temperature, self.weights.spec.frac);
                Policy::Softmax(factor.expect("chosen in range"))
            }
        }
    }

    fn handler(&mut self, event: &Sensed, acts: &mut Vec<i32>) -> Result<(), swarm_reference::Fault> {
        let (learning, chosen) = (self.learning(), self.chosen());
        let (weights, generator) = (&mut self.weights, &mut self.generator);
        let here = event.here.as_slice();
        self.done += u64::from(weights.pending.as_ref().is_some_and(|pending| pending.1 >= 0));
        let mask = if self.masked { event.mask } else { -1 };
        let mut outcome = Outcome {
            reward: event.reward,
            state: 0,
            mask,
            next: -1,
            terminated: event.end & 1 == 1,
            truncated: false,
        };
        if self.rule == "sarsa" {
            outcome.next = weights.select(here, mask, chosen, generator);
            weights.complete(here, &outcome, &learning, generator)?;
            weights.remember(here, outcome.next)?;
            acts.push(outcome.next);
        } else {
            weights.complete(here, &outcome, &learning, generator)?;
            acts.push(weights.begin(here, mask, chosen, generator));
        }
        let learning = Learning { rule: Rule::Q, ..learning };
        weights.update((&event.from, event.did), (here, &outcome), &learning, generator)?;
        self.done += 1;
        acts.push(weights.max(here, mask));
        acts.push(weights.argmax(here, mask));
        acts.push(weights.read(&event.from, event.did)?);
        Ok(())
    }
}

/// What an event senses.
struct Sensed {
    mask: i32,
    reward: i32,
    end: i32,
    did: i32,
    here: Vec<i32>,
    from: Vec<i32>,
}

fn q16(value: f64) -> u32 {
    encode_q16(value).expect("rates are between 0 and 1")
}

fn input(random: &mut Random) -> Input {
    let low = random.of(&[0, -3, -40, 1000, -32768, i32::MIN, i32::MAX - 65535]);
    let high = low + random.of(&[1, 12, 125, 1023, 65535]);
    Input { low, high, cuts: random.of(&[1, 2, 5, 9]) }
}

impl Subject for Tiled {
    fn kernel(&self) -> String {
        let spec = &self.weights.spec;
        let mut text = String::from("swarm.kernel @test version 1 {\n");
        let inputs = spec.inputs.len();
        let list = |what: &str| (0..inputs).map(|i| format!("{what}{i}")).collect::<Vec<_>>();
        let ports = ["mask", "reward", "end", "did"].map(String::from).into_iter();
        let ports: Vec<String> = ports.chain(list("here")).chain(list("from")).collect();
        for port in &ports {
            let _ = writeln!(text, "  swarm.io @{port} : sense i32");
        }
        text += "  swarm.io @out : act i32\n";
        let ranges = spec.inputs.iter().map(|i| format!("{} to {} by {}", i.low, i.high, i.cuts));
        let (ranges, bits) = (ranges.collect::<Vec<_>>().join(", "), spec.element.bits());
        let (tilings, actions, frac, scale) = (spec.tilings, spec.actions, spec.frac, spec.scale);
        let _ = writeln!(
            text,
            "  rl.table @w : !rl.tiles<{tilings} of [{ranges}], {actions}xi{bits}, frac = {frac}> \
             reward {} to {} scale {scale:?} saturate\n  swarm.on_timer @tick every 10 ms {{",
            REWARDS.0, REWARDS.1
        );
        for port in ports.iter().filter(|port| *port != "end") {
            let _ = writeln!(text, "    %{port} = swarm.sense @{port}");
        }
        text += "    %end = swarm.sense @end : i1\n";
        let (here, from) = (list("%here").join(", "), list("%from").join(", "));
        let mask = if self.masked { " mask %mask" } else { "" };
        let policy = match self.policy {
            Chosen::Epsilon(epsilon) => format!(" epsilon {epsilon:?}"),
            Chosen::Softmax(temperature) => format!(" softmax {temperature:?}"),
        };
        let (rule, alpha, gamma, rounding) = (self.rule, self.alpha, self.gamma, self.rounding);
        let rates = format!("{{alpha = {alpha:?}, gamma = {gamma:?}, rounding = {rounding}}}");
        let known = if rule == "expected" { policy.as_str() } else { "" };
        let complete = format!("rl.complete @w rule {rule} reward %reward at {here}{mask}");
        let _ = if rule == "sarsa" {
            writeln!(
                text,
                "    %next = rl.select @w at {here}{mask}{policy}\n    {complete} next %next terminated %end \
                 {rates}\n    rl.remember @w at {here} action %next"
            )
        } else {
            writeln!(
                text,
                "    {complete} terminated %end{known} {rates}\n    %next = rl.begin @w at {here}{mask}{policy}"
            )
        };
        let _ = writeln!(
            text,
            "    swarm.act @out, %next\n    rl.update @w at {from} action %did reward %reward next {here}{mask} \
             terminated %end {rates}"
        );
        for op in ["max", "argmax"] {
            let _ = writeln!(text, "    %{op} = rl.{op} @w at {here}{mask}\n    swarm.act @out, %{op}");
        }
        let _ = writeln!(
            text,
            "    %read = rl.read @w at {from} action %did\n    swarm.act @out, %read\n  }}\n}}"
        );
        text
    }

    fn step(&mut self) -> Step {
        let random = &mut self.random;
        let place = |random: &mut Random| -> Vec<i32> {
            let inside = |input: &Input| {
                let span = (i64::from(input.high) - i64::from(input.low) + 1) as u32;
                // One in twenty is anywhere: it counts as the nearest end.
                if random.below(20) == 0 {
                    random.draw() as i32
                } else {
                    input.low + random.below(span) as i32
                }
            };
            self.weights.spec.inputs.iter().map(inside).collect()
        };
        let actions = self.weights.spec.actions;
        let event = Sensed {
            mask: if random.below(16) == 0 { 0 } else { random.draw() as i32 },
            reward: random.below(61) as i32 - 30,
            end: (random.below(8) == 0).into(),
            // One in sixty is no action: a fault.
            did: if random.below(60) == 0 { -1 } else { random.below(actions) as i32 },
            here: place(random),
            from: place(random),
        };
        let mut acts = Vec::new();
        let status = self.handler(&event, &mut acts).map_or_else(|fault| fault.code(), |()| 0);
        let mut sensed = vec![event.mask, event.reward, event.end, event.did];
        sensed.extend(event.here.iter().chain(&event.from));
        Step { cause: Cause::Timer(0), sensed, expected: (status, acts), others: Vec::new() }
    }

    fn state(&self) -> StateBlock {
        StateBlock::new().generator(&self.generator).tiles("w", &self.weights)
    }

    fn done(&self) -> u64 {
        self.done
    }
}
