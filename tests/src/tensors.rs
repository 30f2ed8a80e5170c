//! Random kernels that compute with tensors, and the same done by the reference implementation.

use crate::random::Random;
use crate::steps::{Cause, Step};
use std::fmt::{Display, Write};
use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, Node, PortInput, Record};
use swarm_reference::Fault;
use swarm_reference::tensor::{Matrix, matmul, matvec, requantise, vecmat};
use swarmc::layout::Layout;

/// A kernel with a layer, sums over time and a filter; and its model.
pub struct Tensors {
    random: Random,
    weights: Matrix,
    bias: Vec<i32>,
    multiplier: i32,
    shift: u32,
    distances: Vec<i32>,
    filter: Vec<i32>,
    square: Matrix,
    readings: Vec<i32>,
    scores: Vec<i32>,
    history: Vec<i32>,
    filtered: Vec<i32>,
    grid: Vec<i32>,
}

const PUT: u32 = 0;
const LAYER: u32 = 1;
const MIX: u32 = 2;
const GRID: u32 = 3;
const AGAIN: u32 = 4;

/// How a row of numbers is written in a kernel.
fn list<T: Display>(numbers: &[T]) -> String {
    let written: Vec<String> = numbers.iter().map(T::to_string).collect();
    format!("[{}]", written.join(", "))
}

fn rows(matrix: &Matrix) -> String {
    list(&matrix.iter().map(|row| list(row)).collect::<Vec<_>>())
}

fn byte(random: &mut Random) -> i32 {
    let any = random.below(256) as i32 - 128;
    random.of(&[-128, -127, 127, 0, any, any, any, any])
}

impl Tensors {
    /// A kernel that the verifier accepts.
    pub fn random(seed: u32) -> Self {
        let mut random = Random::new(u64::from(seed) + 77);
        let (inputs, outputs) = (3 + random.below(14) as usize, 1 + random.below(6) as usize);
        let mut many = |count: usize, make: &dyn Fn(&mut Random) -> i32| -> Vec<i32> {
            (0..count).map(|_| make(&mut random)).collect()
        };
        let weights = (0..outputs).map(|_| many(inputs, &byte)).collect();
        let bias = many(outputs, &|random| {
            let wide = random.draw() as i32;
            wide >> random.of(&[0, 8, 16, 24])
        });
        let distances = many(outputs, &|random| random.below(32) as i32);
        let filter = many(3, &byte);
        let square = (0..2).map(|_| many(2, &|random| random.draw() as i32)).collect();
        let wide = random.draw();
        let multiplier = (wide >> random.of(&[1, 2, 10])) as i32;
        Self {
            weights,
            bias,
            distances,
            filter,
            square,
            multiplier,
            shift: random.of(&[1, 20, 31, 40, 46]),
            readings: vec![0; inputs],
            scores: vec![0; outputs],
            history: vec![7; outputs],
            filtered: vec![0; inputs - 2],
            grid: vec![0; 2],
            random,
        }
    }

    /// The kernel's text.
    pub fn kernel(&self) -> String {
        let (k, m, c) = (self.readings.len(), self.scores.len(), self.filtered.len());
        let (weights, bias, square) = (rows(&self.weights), list(&self.bias), rows(&self.square));
        let (filter, distances) = (list(&self.filter), list(&self.distances));
        let mut text = String::from("swarm.kernel @test version 1 {\n");
        let _ = write!(
            text,
            "  swarm.io @a : sense i32
  swarm.io @b : sense i32
  swarm.io @out : act i32
  swarm.var @readings : tensor<{k}xi8>
  swarm.var @scores : tensor<{m}xi8>
  swarm.var @history : tensor<{m}xi32> = dense<7>
  swarm.var @filtered : tensor<{c}xi32>
  swarm.var @grid : tensor<2xi64>
  swarm.on_timer @put every 10 ms {{
    %a = swarm.sense @a
    %b = swarm.sense @b
    swarm.set @readings[%a], %b
  }}
  swarm.on_timer @layer every 10 ms {{
    %a = swarm.sense @a
    %at = arith.index_cast %a : i32 to index
    %weights = arith.constant dense<{weights}> : tensor<{m}x{k}xi8>
    %bias = arith.constant dense<{bias}> : tensor<{m}xi32>
    %readings = swarm.get @readings : tensor<{k}xi8>
    %sums = linalg.matvec ins(%weights, %readings : tensor<{m}x{k}xi8>, tensor<{k}xi8>)
      outs(%bias : tensor<{m}xi32>) -> tensor<{m}xi32>
    %multiplier = arith.constant {multiplier} : i64
    %shift = arith.constant {shift} : i64
    %half = arith.constant {half} : i64
    %least = arith.constant -128 : i64
    %most = arith.constant 127 : i64
    %room = tensor.empty() : tensor<{m}xi8>
    %scores = linalg.map ins(%sums : tensor<{m}xi32>) outs(%room : tensor<{m}xi8>) (%sum: i32, %old: i8) {{
      %wide = arith.extsi %sum : i32 to i64
      %product = arith.muli %wide, %multiplier : i64
      %rounded = arith.addi %product, %half : i64
      %score = arith.shrsi %rounded, %shift : i64
      %above = arith.maxsi %score, %least : i64
      %within = arith.minsi %above, %most : i64
      %narrow = arith.trunci %within : i64 to i8
      linalg.yield %narrow : i8
    }}
    swarm.set @scores, %scores : tensor<{m}xi8>
    %score = tensor.extract %scores[%at] : tensor<{m}xi8>
    %shown = arith.extsi %score : i8 to i32
    swarm.act @out, %shown
  }}
  swarm.on_timer @mix every 10 ms {{
    %a = swarm.sense @a
    %b = swarm.sense @b
    %at = arith.index_cast %a : i32 to index
    %old = swarm.get @history : tensor<{m}xi32>
    %scores = swarm.get @scores : tensor<{m}xi8>
    %wide = arith.extsi %scores : tensor<{m}xi8> to tensor<{m}xi32>
    %sum = arith.addi %old, %wide : tensor<{m}xi32>
    %distances = arith.constant dense<{distances}> : tensor<{m}xi32>
    %shifted = arith.shrsi %sum, %distances : tensor<{m}xi32>
    %changed = tensor.insert %b into %shifted[%at] : tensor<{m}xi32>
    swarm.set @history, %changed : tensor<{m}xi32>
    %was = tensor.extract %old[%at] : tensor<{m}xi32>
    %is = tensor.extract %changed[%at] : tensor<{m}xi32>
    swarm.act @out, %was
    swarm.act @out, %is
  }}
  swarm.on_timer @look every 10 ms {{
    %a = swarm.sense @a
    %b = swarm.sense @b
    %readings = swarm.get @readings : tensor<{k}xi8>
    %filter = arith.constant dense<{filter}> : tensor<3xi8>
    %zeros = tensor.empty() : tensor<{c}xi32>
    %filtered = linalg.generic {{
      indexing_maps = [affine_map<(d0, d1) -> (d0 + d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>],
      iterator_types = [\"parallel\", \"reduction\"]
    }} ins(%readings, %filter : tensor<{k}xi8>, tensor<3xi8>) outs(%zeros : tensor<{c}xi32>) {{
    ^bb0(%reading: i8, %weight: i8, %sum: i32):
      %place = linalg.index 0 : index
      %number = arith.index_cast %place : index to i32
      %x = arith.extsi %reading : i8 to i32
      %w = arith.extsi %weight : i8 to i32
      %product = arith.muli %x, %w : i32
      %more = arith.addi %product, %number : i32
      %next = arith.addi %sum, %more : i32
      linalg.yield %next : i32
    }} -> tensor<{c}xi32>
    swarm.set @filtered, %filtered : tensor<{c}xi32>
    %pairs = tensor.from_elements %a, %b, %b, %a : tensor<2x2xi32>
    %square = arith.constant dense<{square}> : tensor<2x2xi32>
    %room = tensor.empty() : tensor<2x2xi32>
    %start = linalg.fill ins(%b : i32) outs(%room : tensor<2x2xi32>) -> tensor<2x2xi32>
    %product = linalg.matmul ins(%pairs, %square : tensor<2x2xi32>, tensor<2x2xi32>)
      outs(%start : tensor<2x2xi32>) -> tensor<2x2xi32>
    %as = tensor.splat %a : tensor<2xi32>
    %rows = linalg.reduce ins(%product : tensor<2x2xi32>) outs(%as : tensor<2xi32>) dimensions = [1]
      (%in: i32, %sum: i32) {{
        %next = arith.addi %in, %sum : i32
        linalg.yield %next : i32
      }}
    %none = tensor.empty() : tensor<2xi32>
    %turned = linalg.vecmat ins(%rows, %square : tensor<2xi32>, tensor<2x2xi32>)
      outs(%none : tensor<2xi32>) -> tensor<2xi32>
    %grid = arith.extsi %turned : tensor<2xi32> to tensor<2xi64>
    swarm.set @grid, %grid : tensor<2xi64>
  }}
  swarm.on_timer @again every 10 ms {{
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %three = arith.constant 3 : i32
    %first = arith.constant 0 : index
    %a = swarm.sense @a
    scf.for %i = %zero to %three step %one : i32 {{
      %before = swarm.get @history : tensor<{m}xi32>
      %as = tensor.splat %a : tensor<{m}xi32>
      %product = arith.muli %before, %as : tensor<{m}xi32>
      %next = arith.subi %product, %before : tensor<{m}xi32>
      swarm.set @history[%zero], %i
      swarm.set @history, %next : tensor<{m}xi32>
      %was = tensor.extract %before[%first] : tensor<{m}xi32>
      swarm.act @out, %was
    }}
  }}
}}
",
            multiplier = self.multiplier,
            shift = self.shift,
            half = 1i64 << (self.shift - 1),
        );
        text
    }

    fn handler(&mut self, timer: u32, (a, b): (i32, i32)) -> (Option<Fault>, Vec<i32>) {
        let mut acts = Vec::new();
        let done = self.act(timer, (a, b), &mut acts);
        (done.err(), acts)
    }

    fn act(&mut self, timer: u32, (a, b): (i32, i32), acts: &mut Vec<i32>) -> Result<(), Fault> {
        let at = a as usize;
        match timer {
            PUT => *self.readings.get_mut(at).ok_or(Fault::Index)? = i32::from(b as i8),
            LAYER => {
                let sums = matvec(&self.weights, &self.readings, &self.bias);
                self.scores = sums.iter().map(|sum| requantise(*sum, self.multiplier, self.shift)).collect();
                acts.push(*self.scores.get(at).ok_or(Fault::Index)?);
            }
            MIX => {
                let sums = self.history.iter().zip(&self.scores).map(|(old, new)| old.wrapping_add(*new));
                let mut changed: Vec<i32> = sums.zip(&self.distances).map(|(sum, by)| sum >> by).collect();
                *changed.get_mut(at).ok_or(Fault::Index)? = b;
                acts.extend([self.history[at], b]);
                self.history = changed;
            }
            GRID => {
                for (place, sum) in self.filtered.iter_mut().enumerate() {
                    let window = self.readings[place..].iter().zip(&self.filter);
                    *sum = window.map(|(reading, weight)| reading * weight + place as i32).sum();
                }
                let product = matmul(&vec![vec![a, b], vec![b, a]], &self.square, &vec![vec![b; 2]; 2]);
                let rows: Vec<i32> =
                    product.iter().map(|row| a.wrapping_add(row[0]).wrapping_add(row[1])).collect();
                self.grid = vecmat(&rows, &self.square, &[0, 0]);
            }
            _ => {
                for _ in 0..3 {
                    acts.push(self.history[0]);
                    self.history.iter_mut().for_each(|old| *old = old.wrapping_mul(a).wrapping_sub(*old));
                }
            }
        }
        Ok(())
    }

    /// The next event, and what comes of it.
    pub fn step(&mut self) -> Step {
        let random = &mut self.random;
        let timer = random.of(&[PUT, PUT, PUT, PUT, LAYER, LAYER, MIX, GRID, AGAIN]);
        let size = if timer == PUT { self.readings.len() } else { self.scores.len() } as i32;
        let any = random.draw() as i32;
        // One in twenty is outside: a fault.
        let a = if timer == GRID || timer == AGAIN {
            any
        } else if random.below(20) == 0 {
            random.of(&[-1, size, i32::MIN, 1 << 16])
        } else {
            random.below(size as u32) as i32
        };
        let b = if timer == PUT { byte(random) } else { random.draw() as i32 };
        let (fault, acts) = self.handler(timer, (a, b));
        let expected = (fault.map_or(0, Fault::code), acts);
        Step { cause: Cause::Timer(timer), sensed: vec![a, b], expected, others: Vec::new() }
    }

    /// The variables' bytes, by their names.
    pub fn variables(&self) -> [(&'static str, Vec<u8>); 5] {
        let bytes = |numbers: &[i32], width: usize| -> Vec<u8> {
            let wide = numbers.iter().map(|number| i64::from(*number).to_le_bytes());
            wide.flat_map(|number| number[..width].to_vec()).collect()
        };
        [
            ("readings", bytes(&self.readings, 1)),
            ("scores", bytes(&self.scores, 1)),
            ("history", bytes(&self.history, 4)),
            ("filtered", bytes(&self.filtered, 4)),
            ("grid", bytes(&self.grid, 8)),
        ]
    }
}

/// What a kernel leaves behind.
pub struct Left {
    /// The whole state block, scratch included.
    pub block: Vec<u8>,
    /// Events that ended with a fault.
    pub faults: usize,
}

/// Runs a kernel beside its model: each event must do what the model does, and leave the same in the variables.
pub fn follow(node: &mut dyn Node, (seed, events): (u32, usize), layout: &Layout) -> Result<Left, String> {
    let mut model = Tensors::random(seed);
    let init = Event { kind: event::INIT, symbol: 0, value: seed, missed: 0 };
    node.dispatch(&init, &Inputs::default()).map_err(|error| error.to_string())?;
    let mut faults = 0;
    for number in 0..events {
        let step = model.step();
        let ports = step.sensed.iter().map(|&value| PortInput { value, age: 0 }).collect();
        let Cause::Timer(symbol) = step.cause else { return Err(format!("only timers: {step:?}")) };
        let timer = Event { kind: event::TIMER, symbol, value: 0, missed: 0 };
        let given = Inputs { ports, ..Inputs::default() };
        let outcome = node.dispatch(&timer, &given).map_err(|error| error.to_string())?;
        let acts = outcome.records.iter().map(|record| match record {
            Record::Act { value, .. } => Ok(*value),
            other => Err(format!("the kernel only acts, and did {other:?}")),
        });
        let got = (outcome.status, acts.collect::<Result<Vec<i32>, String>>()?);
        if got != step.expected {
            return Err(format!("event {number} {step:?}: {got:?}"));
        }
        faults += usize::from(outcome.status != 0);
    }
    let block = node.read_state().map_err(|error| error.to_string())?;
    for (name, expected) in model.variables() {
        let slot = layout.find(name).ok_or_else(|| format!("@{name} has no place"))?;
        let (from, bytes) = (slot.offset as usize, slot.bytes() as usize);
        if block.get(from..from + bytes) != Some(&*expected) {
            return Err(format!("@{name} is not {expected:?} in {block:?}"));
        }
    }
    Ok(Left { block, faults })
}
