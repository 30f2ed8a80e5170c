//! What happens once in a million draws, made to happen: the generator is started where the next draw is a rare one.
//!
//! A draw just at epsilon or just below it, a refused pick, two in a row, a sum of Boltzmann weights that a draw hits, that
//! it exceeds, or that is a power of two; and 32 refused draws in a row.

use crate::random::Random;
use crate::steps::{Cause, Step, Subject};
use std::collections::VecDeque;
use std::fmt::Write;
use swarm_reference::constants::{ONE, encode_q16, encode_temperature};
use swarm_reference::policy::{Policy, boltzmann_weight};
use swarm_reference::random::Generator;
use swarm_reference::rules::Learning;
use swarm_reference::schedule::Schedule;
use swarm_reference::spec::{Element, TableSpec};
use swarm_reference::state::StateBlock;
use swarm_reference::table::{At, Table, Transition};

/// At this temperature a value of 1 is a step of the exponent.
const TEMPERATURE: f64 = 16.0;
/// The row whose values are all 0, and the one that is written to.
const EVEN: i32 = 0;
const UNEVEN: i32 = 1;

/// Limits of 2^k + 1, and seeds after which 32 draws in a row have bit k set and are not 2^k: a linear equation has
/// one solution for each k.
const REFUSED_32_TIMES: [(u32, u32); 5] = [
    (129, 1_066_779_913),
    (1025, 123_571_187),
    (65_537, 2_487_766_025),
    (1_048_577, 960_855_187),
    (1_073_741_825, 801_357_752),
];
/// Limits whose draws are refused now and then, or never.
const OTHER_LIMITS: [u32; 7] = [1, 2, 3, 5, 6, 1 << 16, 1_000_000_000];

/// How far four values are below the largest of them where their weights together are 2^17, or one more; there are no
/// others.
const POWER_OF_TWO: [i32; 4] = [0, 1, 47, 78];
const ONE_MORE: [i32; 4] = [0, 9, 14, 69];

const EXPLORE: u32 = 0;
const ALWAYS: u32 = 1;
const SOFTMAX: u32 = 2;
const PUT: u32 = 3;
/// As `ALWAYS`, without a mask.
const ALL: u32 = 4;
/// As `EXPLORE`, by a schedule.
const FALL: u32 = 5;
/// The timer of the first limit; the other ones follow.
const LIMITS: u32 = 6;

/// What the schedule goes from, to, and over how many uses: halfway it is exact, unless a step's error adds up.
const SCHEDULE: (u32, u32, i32) = (ONE / 2, ONE / 2 - 4 - 6 * 1024, 6);

/// A kernel that draws, with its model.
pub struct Chances {
    random: Random,
    table: Table,
    generator: Generator,
    epsilon: f64,
    schedule: Schedule,
    coming: VecDeque<(Cause, [i32; 3])>,
    done: u64,
}

/// What comes after a seed when it is tried.
type Wanted<'w> = &'w dyn Fn(&mut Generator) -> bool;

impl Chances {
    /// A kernel that the verifier accepts.
    pub fn random(seed: u32) -> Self {
        let mut random = Random::new(u64::from(seed));
        let actions = random.of(&[5, 6, 7, 12, 29, 32]);
        let spec = TableSpec {
            reward: (-127, 0),
            gamma: Some(0),
            pending: false,
            ..TableSpec::plain(2, actions, Element::I16, 0)
        };
        let epsilon = random.of(&[0.1, 0.25, 0.5]);
        let table = Table::new(spec).expect("it is accepted");
        let generator = Generator::from_seed(seed);
        let schedule = schedule();
        Self { random, table, generator, epsilon, schedule, coming: VecDeque::new(), done: 0 }
    }

    fn epsilon(&self) -> u32 {
        encode_q16(self.epsilon).expect("a rate")
    }

    /// A seed with which it happens.
    fn seed(&mut self, wanted: Wanted) -> u32 {
        let mut seed = self.random.draw();
        while seed == 0 || !wanted(&mut Generator(seed)) {
            seed = seed.wrapping_add(1);
        }
        seed
    }

    /// A mask of so many actions.
    fn mask(&mut self, count: u32) -> i32 {
        let actions = self.table.spec.actions;
        let mut mask = 0u32;
        while mask.count_ones() < count {
            mask |= 1 << self.random.below(actions);
        }
        mask as i32
    }

    fn after(&mut self, seed: u32, (timer, sensed): (u32, [i32; 3])) {
        self.coming.push_back((Cause::Init(seed), [0; 3]));
        self.coming.push_back((Cause::Timer(timer), sensed));
    }

    fn plan(&mut self) {
        let actions = self.table.spec.actions;
        match self.random.below(11) {
            0 => {
                let at = self.epsilon() - self.random.below(2);
                let seed = self.seed(&|generator| generator.draw() % ONE == at);
                self.after(seed, (EXPLORE, [UNEVEN, -1, 0]));
            }
            1 => {
                let count = self.random.of(&[actions, 3, actions - 1, 1 + actions / 2]);
                // The first that is taken, too.
                let refused = if self.random.below(2) == 0 { refused(count) } else { just_taken(count) };
                // A power of two refuses nothing.
                let seed = if count.is_power_of_two() {
                    self.random.draw().max(1)
                } else {
                    self.seed(&|generator| refused(generator))
                };
                let mask = self.mask(count);
                let timer = if count == actions { self.random.of(&[ALWAYS, ALL]) } else { ALWAYS };
                self.after(seed, (timer, [EVEN, mask, 0]));
            }
            2 => {
                // The others would take too long to find.
                let often: Vec<u32> = (3..=actions).filter(|count| ONE % count >= 11).collect();
                if !often.is_empty() {
                    let count = self.random.of(&often);
                    let refused = refused(count);
                    let seed = self.seed(&|generator| refused(generator) && refused(generator));
                    let mask = self.mask(count);
                    self.after(seed, (ALWAYS, [EVEN, mask, 0]));
                }
            }
            3 => {
                // All weights of the even row are alike: a draw at the end of one, before it, or beyond all.
                let each = boltzmann_weight(0);
                let edge = each * (1 + self.random.below(actions)) - self.random.below(2);
                let bits = u32::MAX >> (each * actions - 1).leading_zeros();
                let seed = self.seed(&|generator| generator.draw() & bits == edge);
                self.after(seed, (SOFTMAX, [EVEN, -1, 0]));
            }
            4 => {
                let below = self.random.below(160).min(127) as i32;
                match self.random.below(4) {
                    0 => self.weigh(&POWER_OF_TWO),
                    1 => self.weigh(&ONE_MORE),
                    _ => self.weigh(&[below, 0]),
                }
            }
            5 => {
                let place = self.random.below(REFUSED_32_TIMES.len() as u32);
                self.after(REFUSED_32_TIMES[place as usize].1, (LIMITS + place, [0; 3]));
            }
            6 => self.coming.push_back((Cause::Init(0), [0; 3])),
            7 => self.fall(),
            _ => {
                let limits = REFUSED_32_TIMES.len() + OTHER_LIMITS.len();
                let timer = self.random.below(LIMITS + limits as u32);
                let sensed = if timer == PUT {
                    let action = self.random.below(actions) as i32;
                    [UNEVEN, action, -(self.random.below(128) as i32)]
                } else {
                    [UNEVEN, self.random.of(&[-1, -1, 5, 0]), 0]
                };
                self.coming.push_back((Cause::Timer(timer), sensed));
            }
        }
    }

    /// Some uses of the schedule, the last one at its epsilon or just below it.
    fn fall(&mut self) {
        let before = self.random.below(SCHEDULE.2 as u32 + 2);
        let below = self.random.below(2);
        let table = Table::new(self.table.spec.clone()).expect("it was accepted before");
        let at = At { state: EVEN, mask: -1 };
        let seed = self.seed(&|generator| {
            let mut schedule = schedule();
            for _ in 0..before {
                table.select(at, Policy::Schedule(&mut schedule), generator).expect("a good state");
            }
            generator.draw() % ONE == schedule.present() - below
        });
        self.coming.push_back((Cause::Init(seed), [0; 3]));
        for _ in 0..=before {
            self.coming.push_back((Cause::Timer(FALL), [EVEN, -1, 0]));
        }
    }

    /// Values so far below the largest of them, and a draw at the end of one's weight or before it.
    fn weigh(&mut self, below: &[i32]) {
        let weights: Vec<u32> = below.iter().map(|below| boltzmann_weight(*below as usize)).collect();
        let place = self.random.below(weights.len() as u32) as usize;
        let edge = weights[..=place].iter().sum::<u32>() - self.random.below(2);
        let bits = u32::MAX >> (weights.iter().sum::<u32>() - 1).leading_zeros();
        let seed = self.seed(&|generator| generator.draw() & bits == edge & bits);
        self.coming.push_back((Cause::Init(seed), [0; 3]));
        for (action, below) in below.iter().enumerate() {
            self.coming.push_back((Cause::Timer(PUT), [UNEVEN, action as i32, -below]));
        }
        self.coming.push_back((Cause::Timer(SOFTMAX), [UNEVEN, (1 << below.len()) - 1, 0]));
    }

    fn handler(&mut self, timer: u32, [state, b, reward]: [i32; 3]) -> Vec<i32> {
        self.done += 1;
        let at = At { state, mask: if timer == ALL { -1 } else { b } };
        let epsilon = self.epsilon();
        let policy = match timer {
            EXPLORE => Policy::Epsilon(epsilon),
            ALWAYS | ALL => Policy::Epsilon(ONE),
            FALL => Policy::Schedule(&mut self.schedule),
            SOFTMAX => Policy::Softmax(encode_temperature(TEMPERATURE, 0).expect("in range")),
            PUT => {
                let step = Transition { state, action: b, reward, next: state, mask: 0, terminated: true };
                let learning = Learning::q(ONE, 0);
                self.table.update(&step, &learning, &mut Generator(1)).expect("a good transition");
                return vec![];
            }
            _ => return vec![self.generator.below(limits()[(timer - LIMITS) as usize]) as i32],
        };
        vec![self.table.select(at, policy, &mut self.generator).expect("a good state")]
    }
}

fn limits() -> Vec<u32> {
    REFUSED_32_TIMES.iter().map(|(limit, _)| *limit).chain(OTHER_LIMITS).collect()
}

fn schedule() -> Schedule {
    let (from, to, over) = SCHEDULE;
    Schedule::new(from, to, over)
}

/// Whether the next draw's high half is refused where so many are available.
fn refused(count: u32) -> Box<dyn Fn(&mut Generator) -> bool> {
    Box::new(move |generator| (generator.draw() >> 16) * count % ONE < ONE % count)
}

/// Whether the next draw's high half is the first that is taken.
fn just_taken(count: u32) -> Box<dyn Fn(&mut Generator) -> bool> {
    Box::new(move |generator| (generator.draw() >> 16) * count % ONE == ONE % count)
}

impl Subject for Chances {
    fn kernel(&self) -> String {
        let (actions, epsilon) = (self.table.spec.actions, self.epsilon);
        let act = "\n    swarm.act @out, %x";
        let mut handlers = vec![
            ("explore".to_owned(), format!("%x = rl.select @q at %a mask %b epsilon {epsilon:?}{act}")),
            ("always".into(), format!("%x = rl.select @q at %a mask %b epsilon 1.0{act}")),
            ("softmax".into(), format!("%x = rl.select @q at %a mask %b softmax {TEMPERATURE:?}{act}")),
            (
                "put".into(),
                "rl.update @q at %a action %b reward %c next %a {alpha = 1.0, gamma = 0.0}".to_owned(),
            ),
            ("all".into(), format!("%x = rl.select @q at %a epsilon 1.0{act}")),
            ("fall".into(), format!("%x = rl.select @q at %a mask %b epsilon @falls{act}")),
        ];
        for (number, limit) in limits().into_iter().enumerate() {
            handlers.push((format!("below{number}"), format!("%x = swarm.random below {limit}{act}")));
        }
        let mut text = format!(
            "swarm.kernel @test version 1 {{
  swarm.io @a : sense i32
  swarm.io @b : sense i32
  swarm.io @c : sense i32
  swarm.io @out : act i32
  rl.table @q : !rl.table<2x{actions}xi16, frac = 0> reward -127 to 0
"
        );
        let [from, to] = [SCHEDULE.0, SCHEDULE.1].map(|rate| f64::from(rate) / f64::from(ONE));
        let _ = writeln!(text, "  rl.schedule @falls from {from:?} to {to:?} over {}", SCHEDULE.2);
        for (name, body) in handlers {
            let _ = writeln!(text, "  swarm.on_timer @{name} every 10 ms {{");
            for port in ["a", "b", "c"] {
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
        let (cause, sensed) = self.coming.pop_front().expect("something was planned");
        let acts = match cause {
            Cause::Init(seed) => {
                self.generator = Generator::from_seed(seed);
                self.schedule = schedule();
                self.table = Table::new(self.table.spec.clone()).expect("it was accepted before");
                vec![]
            }
            Cause::Timer(timer) => self.handler(timer, sensed),
            other => unreachable!("{other:?} was not planned"),
        };
        Step { cause, sensed: sensed.to_vec(), expected: (0, acts), others: Vec::new() }
    }

    fn state(&self) -> StateBlock {
        StateBlock::new().generator(&self.generator).table("q", &self.table).schedule("falls", &self.schedule)
    }

    fn done(&self) -> u64 {
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_runs_of_refused_draws_are_such() {
        for (limit, seed) in REFUSED_32_TIMES {
            let mask = u32::MAX >> (limit - 1).leading_zeros();
            let mut generator = Generator(seed);
            let draws: Vec<u32> = (0..32).map(|_| generator.draw() & mask).collect();
            assert!(draws.iter().all(|draw| *draw >= limit), "{limit}");
            assert_eq!(Generator(seed).below(limit), draws[31] / 2);
        }
    }

    #[test]
    fn the_weights_sum_up_to_a_power_of_two() {
        let sum = |all: [i32; 4]| all.iter().map(|below| boltzmann_weight(*below as usize)).sum::<u32>();
        assert_eq!((sum(POWER_OF_TWO), sum(ONE_MORE)), (1 << 17, (1 << 17) + 1));
    }
}
