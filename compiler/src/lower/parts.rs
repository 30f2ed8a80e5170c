//! Tables and schedules become variables: their parts (NUMERICS, *State block*).

use super::largest_gamma;
use crate::emit::Emit;
use crate::kernel;
use melior::Context;
use melior::ir::OperationRef;
use swarm_dialects::numbers::{self, Reach};
use swarm_dialects::{Begin, Complete, OpView, Remember, Schedule, Table, TableShape};

/// What the lowering knows of a table: its shape and what its values may be.
#[derive(Clone, Debug)]
pub struct Parts {
    pub name: String,
    pub shape: TableShape,
    pub saturate: bool,
    pub visits: bool,
    pub rewards: (i64, i64),
    pub reach: Reach,
    /// The limits of an element.
    pub limits: (i64, i64),
}

impl Parts {
    /// The symbol of a part.
    pub fn part(&self, part: &str) -> String {
        format!("{}.{part}", self.name)
    }

    /// Elements of the table.
    pub fn elements(&self) -> u64 {
        (self.shape.states * self.shape.actions) as u64
    }

    /// The largest magnitude that an element may have.
    pub fn most(&self) -> i64 {
        match self.reach.bound {
            Some(bound) if !self.saturate => bound,
            _ => -self.limits.0,
        }
    }
}

/// Whether an op declares what `declare` has taken apart.
pub fn is_declaration(op: OperationRef) -> bool {
    Table::cast(op).is_some() || Schedule::cast(op).is_some()
}

/// Declares the parts of all tables and schedules in their places, and says what the tables are like.
pub fn declare<'c: 'a, 'a>(
    context: &'c Context,
    members: &[OperationRef<'c, 'a>],
    bodies: &[OperationRef<'c, 'a>],
) -> std::collections::HashMap<String, Parts> {
    let mut tables = std::collections::HashMap::new();
    for &op in members {
        let emit = Emit::before(context, op);
        if let Some(schedule) = Schedule::cast(op) {
            scalar(&emit, &format!("{}.count", schedule.sym_name()), 0);
        } else if let Some(table) = Table::cast(op) {
            let parts = parts(table, bodies);
            declare_table(&emit, &parts, remembers(bodies, table.sym_name()));
            tables.insert(parts.name.clone(), parts);
        }
    }
    tables
}

fn parts(table: Table, bodies: &[OperationRef]) -> Parts {
    let shape = TableShape::of(table.r#type()).expect("verified: a table's type");
    let gamma = largest_gamma(bodies, table.sym_name());
    Parts {
        name: table.sym_name().to_owned(),
        shape,
        saturate: table.saturate(),
        visits: table.visits(),
        rewards: (table.reward_lo(), table.reward_hi()),
        reach: numbers::reach(table, gamma).expect("verified: a table's type"),
        limits: shape.limits(),
    }
}

fn declare_table(emit: &Emit, parts: &Parts, remembers: bool) {
    array(emit, &parts.part("values"), parts.elements(), parts.shape.bits);
    if parts.visits {
        array(emit, &parts.part("visits"), parts.elements(), 16);
    }
    if remembers {
        scalar(emit, &parts.part("pending_state"), -1);
        scalar(emit, &parts.part("pending_action"), 0);
    }
}

/// Whether a table remembers a transition between events.
fn remembers(bodies: &[OperationRef], table: &str) -> bool {
    bodies.iter().any(|op| {
        Begin::cast(*op).is_some_and(|op| op.table() == table)
            || Remember::cast(*op).is_some_and(|op| op.table() == table)
            || Complete::cast(*op).is_some_and(|op| op.table() == table)
    })
}

fn array(emit: &Emit, name: &str, elements: u64, bits: u32) {
    let r#type = emit.tensor(&[elements], bits);
    variable(emit, name, &[(emit.name("type"), emit.type_attribute(r#type))]);
}

/// Declares an `i32` with an initial value.
pub fn scalar(emit: &Emit, name: &str, initial: i64) {
    let mut attributes = vec![(emit.name("type"), emit.type_attribute(emit.integer(32)))];
    if initial != 0 {
        attributes.push((emit.name("init"), emit.number(initial, 32)));
    }
    variable(emit, name, &attributes);
}

fn variable<'c>(
    emit: &Emit<'c, '_>,
    name: &str,
    attributes: &[(melior::ir::Identifier<'c>, melior::ir::Attribute<'c>)],
) {
    let name = [(emit.name("sym_name"), emit.string(name))];
    emit.put(emit.op("swarm.var").add_attributes(&name).add_attributes(attributes));
}

/// The schedule of that name, which the verifier has found.
pub fn schedule<'c: 'a, 'a>(members: &[OperationRef<'c, 'a>], name: &str) -> Schedule<'c, 'a> {
    kernel::schedule(members, name).expect("verified: the schedule is declared")
}
