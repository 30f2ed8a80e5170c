//! A kernel that does the work of many events in one: an event of an emulated board costs a round trip, an update should not.
//!
//! The handler's body goes into a loop. Its first round takes what was sensed, faults included; the others derive their
//! inputs from one sensed number, which the model does alike. What the body would act becomes one hash, acted at the end.

use crate::model::Plan;
use std::fmt::Write;

/// What the handler senses, in the order in which it is sensed; the numbers are those of the ports.
const SENSED: [(&str, usize); 7] =
    [("here", 0), ("mask", 1), ("reward", 2), ("from", 4), ("did", 5), ("to", 6), ("end", 3)];

const MULTIPLIER: u32 = 1_664_525;
const INCREMENT: u32 = 1_013_904_223;
const HASH: u32 = 31;

/// How a value comes from random bits.
enum Derived {
    /// A number below the first, less the second.
    Below(u32, u32),
    /// 32 bits; one in sixteen is 0.
    Mask,
    /// Set one time in eight.
    Flag,
}

fn derived(plan: &Plan, port: &str) -> Derived {
    match port {
        "here" | "from" | "to" => Derived::Below(plan.states, 0),
        "did" => Derived::Below(plan.actions, 0),
        "reward" => Derived::Below(61, 30),
        "mask" => Derived::Mask,
        "end" => Derived::Flag,
        other => panic!("port @{other} has no rule here"),
    }
}

/// Where the body's handler begins and ends in a kernel's text.
const BEGIN: &str = "  swarm.on_timer @tick every 10 ms {\n";
const END: &str = "  }\n}\n";

/// The kernel with so many rounds in each event.
pub fn kernel(plan: &Plan, rounds: u32) -> String {
    let text = plan.kernel();
    let (head, rest) = text.split_once(BEGIN).expect("a plan's kernel has one timer");
    let body = rest.strip_suffix(END).expect("the timer's handler stands last");
    // The new port goes before the one that acts: ports count in their order.
    let mut out = head.replace("  swarm.io @out", "  swarm.io @noise : sense i32\n  swarm.io @out");
    out += BEGIN;
    for (port, _) in SENSED {
        let r#type = if port == "end" { " : i1" } else { "" };
        let _ = writeln!(out, "    %{port}0 = swarm.sense @{port}{type}");
    }
    out += "    %noise = swarm.sense @noise\n    %zero = arith.constant 0 : i32\n    %one = arith.constant 1 : i32\n";
    for (name, value) in
        [("last", rounds), ("multiplier", MULTIPLIER), ("increment", INCREMENT), ("hash", HASH)]
    {
        let _ = writeln!(out, "    %{name} = arith.constant {value} : i32");
    }
    for (name, value) in [("seven", 7), ("fifteen", 15), ("sixteen", 16)] {
        let _ = writeln!(out, "    %{name} = arith.constant {value} : i32");
    }
    out += "    %hashed, %random = scf.for %round = %zero to %last step %one iter_args(%h0 = %zero, %z0 = %noise) -> (i32, i32) : i32 {\n";
    out += "    %first = arith.cmpi eq, %round, %zero : i32\n";
    for (number, (port, _)) in SENSED.into_iter().enumerate() {
        derive(&mut out, (port, number + 1), &derived(plan, port));
    }
    let mut acts = 0;
    for line in body.lines().filter(|line| !line.contains("swarm.sense")) {
        let Some(value) = line.trim().strip_prefix("swarm.act @out, ") else {
            let _ = writeln!(out, "{line}");
            continue;
        };
        let _ = writeln!(out, "    %m{acts} = arith.muli %h{acts}, %hash : i32");
        let _ = writeln!(out, "    %h{} = arith.addi %m{acts}, {value} : i32", acts + 1);
        acts += 1;
    }
    let _ = writeln!(out, "    scf.yield %h{acts}, %z{} : i32, i32\n    }}", SENSED.len());
    out + "    swarm.act @out, %hashed\n" + END
}

/// Text that makes one round's value of a port; `number` is which random number of the round it is.
fn derive(out: &mut String, (port, number): (&str, usize), how: &Derived) {
    let before = number - 1;
    let mut say = |line: String| {
        let _ = writeln!(out, "    {line}");
    };
    say(format!("%s{number} = arith.muli %z{before}, %multiplier : i32"));
    say(format!("%z{number} = arith.addi %s{number}, %increment : i32"));
    say(format!("%t{number} = arith.shrui %z{number}, %sixteen : i32"));
    let r#type = match how {
        Derived::Below(bound, less) => {
            say(format!("%n{number} = arith.constant {bound} : i32"));
            say(format!("%l{number} = arith.constant {less} : i32"));
            say(format!("%p{number} = arith.muli %t{number}, %n{number} : i32"));
            say(format!("%q{number} = arith.shrui %p{number}, %sixteen : i32"));
            say(format!("%d{number} = arith.subi %q{number}, %l{number} : i32"));
            "i32"
        }
        Derived::Mask => {
            say(format!("%n{number} = arith.andi %t{number}, %fifteen : i32"));
            say(format!("%p{number} = arith.cmpi eq, %n{number}, %zero : i32"));
            say(format!("%q{number} = arith.xori %z{number}, %t{number} : i32"));
            say(format!("%d{number} = arith.select %p{number}, %zero, %q{number} : i32"));
            "i32"
        }
        Derived::Flag => {
            say(format!("%n{number} = arith.andi %t{number}, %seven : i32"));
            say(format!("%d{number} = arith.cmpi eq, %n{number}, %zero : i32"));
            "i1"
        }
    };
    say(format!("%{port} = arith.select %first, %{port}0, %d{number} : {type}"));
}

/// What the rounds after the first sense.
pub struct Inputs(u32);

impl Inputs {
    pub fn new(noise: i32) -> Self {
        Self(noise as u32)
    }

    /// The next round's values, in the order of the ports.
    pub fn next(&mut self, plan: &Plan) -> [i32; 7] {
        let mut values = [0; 7];
        for (port, place) in SENSED {
            self.0 = self.0.wrapping_mul(MULTIPLIER).wrapping_add(INCREMENT);
            let top = self.0 >> 16;
            values[place] = match derived(plan, port) {
                Derived::Below(bound, less) => ((top * bound) >> 16) as i32 - less as i32,
                Derived::Mask if top & 15 == 0 => 0,
                Derived::Mask => (self.0 ^ top) as i32,
                Derived::Flag => (top & 7 == 0).into(),
            };
        }
        values
    }
}

/// The hash of what rounds did.
pub fn hash(acts: &[i32]) -> i32 {
    acts.iter().fold(0i32, |hash, act| hash.wrapping_mul(HASH as i32).wrapping_add(*act))
}
