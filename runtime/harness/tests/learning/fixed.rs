//! What a forager kernel computes, in plain integers as dialects/NUMERICS.md defines them:
//! i16 elements with 6 fractional bits, alpha 0.1, gamma 0.9, epsilon from 1 to 0.05 over 20000 uses.

use swarm_harness::world::grid::ACTIONS;
use swarm_harness::world::{GridMap, GridWorld, World};

const FRACTION: u32 = 6;
const ALPHA: i64 = 6554;
const GAMMA: i64 = 58982;
const EPSILON_FIRST: i64 = 65536;
const EPSILON_LAST: i64 = 3277;
const USES: i64 = 20_000;

/// The learnt elements.
pub struct Table {
    elements: Vec<[i64; ACTIONS]>,
    random: u32,
    uses: i64,
}

impl Table {
    pub fn argmax(&self, place: usize, mask: u8) -> i32 {
        let mut best: Option<usize> = None;
        for action in (0..ACTIONS).filter(|action| mask >> action & 1 == 1) {
            if best.is_none_or(|so_far| self.elements[place][action] > self.elements[place][so_far]) {
                best = Some(action);
            }
        }
        best.map_or(-1, |action| action as i32)
    }

    pub fn highest(&self) -> i64 {
        self.elements.iter().flatten().copied().max().unwrap_or(0)
    }

    fn draw(&mut self) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        self.random
    }

    fn pick(&mut self, count: u32, first_half: u32) -> u32 {
        let mut product = first_half * count;
        for _ in 0..7 {
            if product % 65536 >= 65536 % count {
                break;
            }
            product = (self.draw() >> 16) * count;
        }
        product >> 16
    }

    fn epsilon(&mut self) -> i64 {
        let slope = (EPSILON_FIRST - EPSILON_LAST) * 65536 / USES;
        let now = if self.uses >= USES { EPSILON_LAST } else { EPSILON_FIRST - self.uses * slope / 65536 };
        self.uses = (self.uses + 1).min(USES);
        now
    }

    fn select(&mut self, place: usize, mask: u8) -> usize {
        let epsilon = self.epsilon();
        let draw = self.draw();
        if i64::from(draw % 65536) < epsilon {
            let chosen = self.pick(mask.count_ones(), draw >> 16) as usize;
            return (0..ACTIONS)
                .filter(|action| mask >> action & 1 == 1)
                .nth(chosen)
                .expect("chosen below count");
        }
        self.argmax(place, mask) as usize
    }

    fn update(&mut self, (place, action): (usize, usize), reward: i64, next: i64) {
        let element = &mut self.elements[place][action];
        let error = (reward << (16 + FRACTION)) + GAMMA * next - (*element << 16);
        *element += (ALPHA * error + (1 << 31)) >> 32;
        assert!((-32768..=32767).contains(element), "{element} is no i16");
    }
}

pub fn learn(map: &GridMap, ticks: u64, seed: u32) -> Table {
    let mut world = GridWorld::new(map.clone());
    let mut table = Table { elements: vec![[0; ACTIONS]; map.places()], random: seed, uses: 0 };
    let mut pending = None;
    let port = |world: &GridWorld, name: &str| world.sense(name, 0).map_or(0, |reading| reading.value);
    for _ in 0..ticks {
        let place = port(&world, "place") as usize;
        let mask = port(&world, "moves") as u8;
        if let Some(pair) = pending {
            let best = table.argmax(place, mask) as usize;
            let next = if port(&world, "ended") == 1 { 0 } else { table.elements[place][best] };
            table.update(pair, i64::from(port(&world, "payoff")), next);
        }
        let action = table.select(place, mask);
        pending = Some((place, action));
        world.act("motor", action as i32, 0);
    }
    table
}
