//! How the constants of a kernel are encoded (NUMERICS, *Constants*).

use crate::kernel::members;
use melior::ir::OperationRef;
use swarm_dialects::learning::{Policy, learns, policy, used_table};
use swarm_dialects::numbers::{q16, reward_factor, softmax_factor};
use swarm_dialects::{Complete, Kernel, OpView, Schedule, Table, TableShape, name, nested};

/// A constant as written and as encoded.
pub struct Constant {
    pub place: String,
    pub name: &'static str,
    pub written: f64,
    pub encoded: i64,
    /// What the encoding stands for.
    pub says: String,
}

/// All constants of a kernel, in the order of its text.
pub fn read(kernel: Kernel) -> Vec<Constant> {
    let members = members(kernel.op());
    let mut constants = Vec::new();
    for op in members.iter().flat_map(|member| [vec![*member], nested(*member)].concat()) {
        if let Some(schedule) = Schedule::cast(op) {
            let place = format!("@{}", schedule.sym_name());
            constants.push(fraction(&place, "from", schedule.from(), schedule.from()));
            constants.push(fraction(&place, "to", schedule.to(), schedule.to()));
        } else if let Some(table) = Table::cast(op) {
            constants.extend(scale(table));
        } else if let Some(table) = used_table(op) {
            let shape = members.iter().filter_map(|member| Table::cast(*member));
            let shape = shape.filter(|op| op.sym_name() == table).find_map(|op| TableShape::of(op.r#type()));
            if let Some(shape) = shape {
                let place = format!("{} @{table}", name(op));
                of_op(op, &place, &shape, &mut constants);
            }
        }
    }
    constants
}

fn of_op(op: OperationRef, place: &str, shape: &TableShape, constants: &mut Vec<Constant>) {
    if let Some(learns) = learns(op) {
        let alpha = learns.alpha / shape.tilings() as f64;
        let mut constant = fraction(place, "alpha", learns.alpha, alpha);
        if shape.tilings() > 1 {
            constant.says += &format!(" for each of {} tilings", shape.tilings());
        }
        constants.push(constant);
        constants.push(fraction(place, "gamma", learns.gamma, learns.gamma));
    }
    if let Some(rule) = Complete::cast(op) {
        for (name, value) in [("lambda", rule.lambda()), ("epsilon", rule.epsilon())] {
            constants.extend(value.map(|value| fraction(place, name, value, value)));
        }
    }
    match policy(op) {
        Some(Policy::Epsilon(epsilon)) => constants.push(fraction(place, "epsilon", epsilon, epsilon)),
        Some(Policy::Softmax(temperature)) => {
            let encoded = softmax_factor(temperature, shape.frac).unwrap_or_default();
            let says = "what a step of the table is multiplied with, for sixteenths".to_owned();
            let (place, name) = (place.to_owned(), "temperature");
            constants.push(Constant { place, name, written: temperature, encoded, says });
        }
        _ => {}
    }
}

/// A number from 0 to 1, as it is written and as it is used.
fn fraction(place: &str, name: &'static str, written: f64, used: f64) -> Constant {
    let encoded = q16(used);
    let says = format!("{:.6}", encoded as f64 / 65536.0);
    Constant { place: place.to_owned(), name, written, encoded, says }
}

/// What a reward of 1 is in steps of the table.
fn scale(table: Table) -> Option<Constant> {
    let shape = TableShape::of(table.r#type())?;
    let written = table.scale().unwrap_or(1.0);
    let encoded = reward_factor(written, shape.frac);
    let says = format!("a reward of 1 is {:.4} steps of the table", encoded as f64 / 65536.0);
    Some(Constant { place: format!("@{}", table.sym_name()), name: "scale", written, encoded, says })
}
