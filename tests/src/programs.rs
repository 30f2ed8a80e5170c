//! Random kernels of integers: variables of all widths with initial values, arrays, arithmetic that wraps, assertions;
//! and the same done in plain Rust.

use crate::random::Random;
use crate::steps::{Cause, Step, Subject};
use std::fmt::Write;
use swarm_reference::state::StateBlock;

/// Ports; each senses an `i32`.
const PORTS: usize = 4;
/// Elements of each array.
const ELEMENTS: usize = 5;
/// Faults: an index outside an array, an assertion that does not hold.
const INDEX: u32 = 1;
const ASSERT: u32 = 5;

const SET: u32 = 0;
const GET: u32 = 1;
const ELEMENT: u32 = 2;
const COMPUTE: u32 = 3;

/// A variable, or an array of them, with its present values.
struct Variable {
    bits: u32,
    array: bool,
    initial: i64,
    values: Vec<i64>,
}

/// An operation on two values that were made before; the first ones are the ports'.
struct Operation {
    name: &'static str,
    operands: [usize; 2],
    /// In place of the second operand.
    constant: i64,
}

/// A kernel of integers, with its model.
pub struct Programs {
    random: Random,
    variables: Vec<Variable>,
    /// Of so many bits.
    width: u32,
    operations: Vec<Operation>,
    done: u64,
}

/// With two operands, and with one and a constant: divisors and distances are constants.
const BINARY: [&str; 10] =
    ["addi", "subi", "muli", "andi", "ori", "xori", "maxsi", "minsi", "maxui", "minui"];
const WITH_CONSTANT: [&str; 7] = ["shli", "shrui", "shrsi", "divsi", "divui", "remsi", "remui"];

/// A number cut to so many bits, and sign-extended.
fn cut(value: i64, bits: u32) -> i64 {
    value << (64 - bits) >> (64 - bits)
}

impl Programs {
    /// A kernel that the verifier accepts.
    pub fn random(seed: u32) -> Self {
        let mut random = Random::new(u64::from(seed).wrapping_mul(977));
        let variables = (0..3 + random.below(8)).map(|_| variable(&mut random)).collect();
        let width = random.of(&[8, 16, 32, 32, 64]);
        let operations = (0..20)
            .map(|number| {
                let name = match random.below(3) {
                    0 => random.of(&WITH_CONSTANT),
                    _ => random.of(&BINARY),
                };
                let constant = match &name[..2] {
                    "sh" => i64::from(random.below(width)),
                    // Neither 0 nor -1.
                    _ => i64::from(random.of(&[1, 2, 3, 7, 10, 64, 100, 127])),
                };
                let mut operand = || random.below(PORTS as u32 + number) as usize;
                Operation { name, operands: [operand(), operand()], constant }
            })
            .collect();
        Self { random, variables, width, operations, done: 0 }
    }

    fn handler(&mut self, timer: u32, ports: [i32; PORTS]) -> (u32, Vec<i32>) {
        self.done += 1;
        match timer {
            SET => {
                let mut acts = Vec::new();
                for (number, variable) in self.variables.iter_mut().enumerate() {
                    if variable.is_number() {
                        acts.extend(variable.acts(0));
                    }
                    let value = ports[number % PORTS];
                    variable.put(0, value, ports[(number + 1) % PORTS]);
                }
                (0, acts)
            }
            GET => (0, self.variables.iter().flat_map(|variable| variable.acts(0)).collect()),
            ELEMENT => {
                let mut acts = Vec::new();
                for variable in self.variables.iter_mut().filter(|variable| variable.array) {
                    let [written, read] = [ports[0] as u32, ports[1] as u32].map(|index| index as usize);
                    if written >= ELEMENTS {
                        return (INDEX, acts);
                    }
                    variable.put(written, ports[2], ports[3]);
                    if read >= ELEMENTS {
                        return (INDEX, acts);
                    }
                    acts.extend(variable.acts(read));
                }
                (0, acts)
            }
            COMPUTE => (0, self.compute(ports)),
            _ => {
                let acts = vec![ports[2]];
                if ports[0] < ports[1] { (0, [acts, vec![ports[3]]].concat()) } else { (ASSERT, acts) }
            }
        }
    }

    fn compute(&self, ports: [i32; PORTS]) -> Vec<i32> {
        let width = self.width;
        let mut values: Vec<i64> = ports.iter().map(|port| cut(i64::from(*port), width)).collect();
        for operation in &self.operations {
            let [a, b] = operation.operands.map(|operand| values[operand]);
            values.push(operation.apply((a, b), width));
        }
        let last = values.iter().fold(0i64, |all, value| all.wrapping_mul(31).wrapping_add(*value));
        let last = cut(last, width);
        vec![last as i32, (last >> 32) as i32]
    }
}

impl Operation {
    fn apply(&self, (a, b): (i64, i64), width: u32) -> i64 {
        let unsigned = |value: i64| value as u64 & u64::MAX >> (64 - width);
        let (c, distance) = (self.constant, self.constant as u32);
        let result = match self.name {
            "addi" => a.wrapping_add(b),
            "subi" => a.wrapping_sub(b),
            "muli" => a.wrapping_mul(b),
            "andi" => a & b,
            "ori" => a | b,
            "xori" => a ^ b,
            "maxsi" => a.max(b),
            "minsi" => a.min(b),
            "maxui" => unsigned(a).max(unsigned(b)) as i64,
            "minui" => unsigned(a).min(unsigned(b)) as i64,
            "shli" => a << distance,
            "shrui" => (unsigned(a) >> distance) as i64,
            "shrsi" => a >> distance,
            "divsi" => a / c,
            "remsi" => a % c,
            "divui" => (unsigned(a) / c as u64) as i64,
            "remui" => (unsigned(a) % c as u64) as i64,
            other => panic!("{other} has no rule here"),
        };
        cut(result, width)
    }

    fn has_constant(&self) -> bool {
        WITH_CONSTANT.contains(&self.name)
    }
}

fn variable(random: &mut Random) -> Variable {
    let bits = random.of(&[1, 8, 16, 32, 64]);
    let array = random.below(2) == 0;
    let initial = match random.below(2) {
        0 => 0,
        _ if bits == 1 => 1,
        _ => cut(i64::from(random.draw() as i32), bits),
    };
    Variable { bits, array, initial, values: vec![initial; if array { ELEMENTS } else { 1 }] }
}

impl Variable {
    /// Writes what two words give: the first one, in 64 bits both.
    fn put(&mut self, at: usize, low: i32, high: i32) {
        self.values[at] = match self.bits {
            1 => i64::from(low & 1),
            64 => i64::from(high) << 32 | i64::from(low as u32),
            bits => cut(i64::from(low), bits),
        };
    }

    /// Whether it is one number of 32 bits at most.
    fn is_number(&self) -> bool {
        !self.array && (2..=32).contains(&self.bits)
    }

    /// A value as the kernel acts it.
    fn acts(&self, at: usize) -> Vec<i32> {
        let value = self.values[at];
        if self.bits == 64 { vec![value as i32, (value >> 32) as i32] } else { vec![value as i32] }
    }

    fn r#type(&self) -> String {
        if self.array { format!("tensor<{ELEMENTS}xi{}>", self.bits) } else { format!("i{}", self.bits) }
    }

    /// Text that writes what two ports give.
    fn set(&self, text: &mut String, name: &str, [low, high]: [&str; 2]) {
        let label = name.replace(['[', ']', '%'], "");
        let _ = match self.bits {
            1 => writeln!(
                text,
                "    %s{label} = arith.trunci {low} : i32 to i1\n    swarm.set @{name}, %s{label} : i1"
            ),
            64 => writeln!(
                text,
                "    %l{label} = arith.extui {low} : i32 to i64\n    %h{label} = arith.extsi {high} : i32 to i64\n    \
                 %k{label} = arith.constant 32 : i64\n    %u{label} = arith.shli %h{label}, %k{label} : i64\n    \
                 %s{label} = arith.ori %u{label}, %l{label} : i64\n    swarm.set @{name}, %s{label} : i64"
            ),
            _ => writeln!(text, "    swarm.set @{name}, {low}"),
        };
    }

    /// Text that acts a value.
    fn get(&self, text: &mut String, name: &str) {
        let label = name.replace(['[', ']', '%'], "");
        let _ = match self.bits {
            1 => writeln!(
                text,
                "    %g{label} = swarm.get @{name} : i1\n    %a{label} = arith.extui %g{label} : i1 to i32\n    \
                 swarm.act @out, %a{label}"
            ),
            64 => {
                let _ = writeln!(text, "    %g{label} = swarm.get @{name} : i64");
                halves(text, &format!("%g{label}"), &label);
                Ok(())
            }
            _ => writeln!(text, "    %g{label} = swarm.get @{name}\n    swarm.act @out, %g{label}"),
        };
    }
}

/// Text that acts both halves of an `i64`.
fn halves(text: &mut String, value: &str, label: &str) {
    let _ = writeln!(
        text,
        "    %x{label} = arith.trunci {value} : i64 to i32\n    swarm.act @out, %x{label}\n    \
         %d{label} = arith.constant 32 : i64\n    %y{label} = arith.shrsi {value}, %d{label} : i64\n    \
         %z{label} = arith.trunci %y{label} : i64 to i32\n    swarm.act @out, %z{label}"
    );
}

impl Subject for Programs {
    fn kernel(&self) -> String {
        let mut text = String::from("swarm.kernel @test version 1 {\n");
        for port in 0..PORTS {
            let _ = writeln!(text, "  swarm.io @p{port} : sense i32");
        }
        text += "  swarm.io @out : act i32\n";
        for (number, variable) in self.variables.iter().enumerate() {
            let initial = match (variable.bits, variable.initial) {
                (1, initial) => (initial == 1).to_string(),
                (_, initial) => initial.to_string(),
            };
            let initial = if variable.array { format!("dense<{initial}>") } else { initial };
            let _ = writeln!(text, "  swarm.var @v{number} : {} = {initial}", variable.r#type());
        }
        let begin = |text: &mut String, name: &str| {
            let _ = writeln!(text, "  swarm.on_timer @{name} every 10 ms {{");
            for port in 0..PORTS {
                let _ = writeln!(text, "    %p{port} = swarm.sense @p{port}");
            }
        };
        begin(&mut text, "set");
        text += "    %zero = arith.constant 0 : i32\n";
        let scalar = |number: usize, variable: &Variable| {
            format!("v{number}{}", if variable.array { "[%zero]" } else { "" })
        };
        for (number, variable) in self.variables.iter().enumerate() {
            let [low, high] = [number % PORTS, (number + 1) % PORTS].map(|port| format!("%p{port}"));
            // What was read before is acted behind.
            if variable.is_number() {
                let _ = writeln!(text, "    %o{number} = swarm.get @v{number}");
            }
            variable.set(&mut text, &scalar(number, variable), [&low, &high]);
            if variable.is_number() {
                let _ = writeln!(text, "    swarm.act @out, %o{number}");
            }
        }
        text += "  }\n";
        begin(&mut text, "get");
        text += "    %zero = arith.constant 0 : i32\n";
        for (number, variable) in self.variables.iter().enumerate() {
            variable.get(&mut text, &scalar(number, variable));
        }
        text += "  }\n";
        begin(&mut text, "element");
        for (number, variable) in self.variables.iter().enumerate().filter(|(_, variable)| variable.array) {
            variable.set(&mut text, &format!("v{number}[%p0]"), ["%p2", "%p3"]);
            variable.get(&mut text, &format!("v{number}[%p1]"));
        }
        text += "  }\n";
        begin(&mut text, "compute");
        self.compute_text(&mut text);
        text += "  }\n";
        begin(&mut text, "assert");
        text + "    swarm.act @out, %p2\n    %less = arith.cmpi slt, %p0, %p1 : i32\n    swarm.assert %less\n    \
                swarm.act @out, %p3\n  }\n}\n"
    }

    fn step(&mut self) -> Step {
        let random = &mut self.random;
        let timer = random.below(5);
        let mut ports = [0; PORTS].map(|_| match random.below(3) {
            0 => random.draw() as i32,
            1 => random.of(&[0, 1, -1, i32::MIN, i32::MAX, 127, 128, -128, -129, 255, 32_768]),
            _ => random.below(9) as i32 - 4,
        });
        if timer == ELEMENT {
            for port in &mut ports[..2] {
                let wild = random.of(&[-1, ELEMENTS as i32, i32::MIN, 1 << 16]);
                *port = if random.below(12) == 0 { wild } else { random.below(ELEMENTS as u32) as i32 };
            }
        }
        let expected = self.handler(timer, ports);
        Step { cause: Cause::Timer(timer), sensed: ports.to_vec(), expected, others: Vec::new() }
    }

    fn state(&self) -> StateBlock {
        self.variables.iter().enumerate().fold(StateBlock::new(), |block, (number, variable)| {
            let bytes = (variable.bits as usize).div_ceil(8);
            let values = variable.values.iter().flat_map(|value| value.to_le_bytes()[..bytes].to_vec());
            block.variable(&format!("v{number}"), bytes, &values.collect::<Vec<u8>>())
        })
    }

    fn done(&self) -> u64 {
        self.done
    }
}

impl Programs {
    fn compute_text(&self, text: &mut String) {
        let width = self.width;
        for port in 0..PORTS {
            let op = if width == 64 { "extsi" } else { "trunci" };
            if width != 32 {
                let _ = writeln!(text, "    %n{port} = arith.{op} %p{port} : i32 to i{width}");
            }
        }
        let value = |operand: usize| {
            // An `i32` needs no conversion.
            let is_port = width == 32 && operand < PORTS;
            if is_port { format!("%p{operand}") } else { format!("%n{operand}") }
        };
        for (number, operation) in self.operations.iter().enumerate() {
            let result = PORTS + number;
            let [a, b] = operation.operands.map(value);
            let b = if operation.has_constant() {
                let _ = writeln!(text, "    %c{result} = arith.constant {} : i{width}", operation.constant);
                format!("%c{result}")
            } else {
                b
            };
            let _ = writeln!(text, "    %n{result} = arith.{} {a}, {b} : i{width}", operation.name);
        }
        let _ =
            writeln!(text, "    %t = arith.constant 31 : i{width}\n    %h0 = arith.constant 0 : i{width}");
        let count = PORTS + self.operations.len();
        for number in 0..count {
            let next = number + 1;
            let _ = writeln!(
                text,
                "    %m{next} = arith.muli %h{number}, %t : i{width}\n    \
                 %h{next} = arith.addi %m{next}, {} : i{width}",
                value(number)
            );
        }
        let last = format!("%h{count}");
        let wide = match width {
            64 => last,
            _ => {
                let _ = writeln!(text, "    %wide = arith.extsi {last} : i{width} to i64");
                "%wide".into()
            }
        };
        halves(text, &wide, "");
    }
}
