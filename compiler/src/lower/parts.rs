//! Tables and schedules become variables: their parts (NUMERICS, *State block*).

use super::aim::Aim;
use crate::emit::Emit;
use crate::kernel;
use melior::Context;
use melior::ir::OperationRef;
use swarm_dialects::learning::{largest_gamma, used_table};
use swarm_dialects::numbers::{self, Reach};
use swarm_dialects::{Begin, Complete, OpView, Places, Remember, Schedule, Table, TableShape, radio};

/// What the lowering knows of a table: its shape, what it keeps, and what its values may be.
#[derive(Clone, Debug)]
pub struct Parts {
    pub name: String,
    /// What the code is to be.
    pub aim: Aim,
    pub shape: TableShape,
    pub saturate: bool,
    /// Two sets of values, one after the other.
    pub double: bool,
    pub visits: bool,
    pub marked: bool,
    pub peers: Option<i64>,
    pub traces: Option<i64>,
    pub rewards: (i64, i64),
    pub reach: Reach,
    /// The limits of an element.
    pub limits: (i64, i64),
    /// The limits of what a peer may send.
    pub accepted: (i64, i64),
    /// The hash that stands in a packet's head.
    pub schema: u32,
}

impl Parts {
    /// The symbol of a part.
    pub fn part(&self, part: &str) -> String {
        format!("{}.{part}", self.name)
    }

    /// Elements of one set of values.
    pub fn elements(&self) -> u64 {
        self.shape.elements() as u64
    }

    /// The largest magnitude that a value may have.
    pub fn most(&self) -> i64 {
        match self.reach.bound {
            Some(bound) if !self.saturate => bound,
            _ => -self.limits.0 * self.shape.tilings(),
        }
    }
}

/// Whether an op declares what `declare` has taken apart.
pub fn is_declaration(op: OperationRef) -> bool {
    Table::cast(op).is_some()
        || Schedule::cast(op).is_some()
        || radio::Message::cast(op).is_some()
        || radio::Enum::cast(op).is_some()
}

/// Declares the parts of all tables and schedules in their places, and says what the tables are like.
pub fn declare<'c: 'a, 'a>(
    context: &'c Context,
    members: &[OperationRef<'c, 'a>],
    bodies: &[OperationRef<'c, 'a>],
    aim: Aim,
) -> std::collections::HashMap<String, Parts> {
    let mut tables = std::collections::HashMap::new();
    for &op in members {
        let emit = Emit::before(context, op);
        if let Some(schedule) = Schedule::cast(op) {
            scalar(&emit, &format!("{}.count", schedule.sym_name()), 0);
        } else if let Some(table) = Table::cast(op) {
            let parts = parts(table, bodies, aim);
            declare_table(&emit, &parts, remembers(bodies, table.sym_name()));
            tables.insert(parts.name.clone(), parts);
        }
    }
    tables
}

fn parts<'c: 'a, 'a>(table: Table<'c, 'a>, bodies: &[OperationRef<'c, 'a>], aim: Aim) -> Parts {
    let shape = TableShape::of(table.r#type()).expect("verified: a table's type");
    let gamma = largest_gamma(bodies, table.sym_name()).map(|(_, gamma)| gamma);
    let reach = numbers::reach(table, gamma.unwrap_or(0)).expect("verified: a table's type");
    let limits = shape.limits();
    Parts {
        name: table.sym_name().to_owned(),
        aim,
        saturate: table.saturate(),
        double: table.double_values(),
        visits: table.visits(),
        marked: table.marked(),
        peers: table.peers(),
        traces: table.traces(),
        rewards: (table.reward_lo(), table.reward_hi()),
        limits,
        accepted: match (gamma, reach.bound) {
            (Some(_), Some(bound)) if !table.saturate() => (-bound, bound),
            _ => limits,
        },
        schema: schema(&shape, reach.factor),
        shape,
        reach,
    }
}

/// The hash of a table's schema, which peers must share (NUMERICS, *Delta packet*).
fn schema(shape: &TableShape, factor: i64) -> u32 {
    let TableShape { actions, bits, frac, .. } = shape;
    let text = format!("rl.table<{}x{actions}xi{bits},frac={frac}>scale={factor}", shape.rows());
    crate::layout::fnv1a(text.as_bytes())
}

fn declare_table(emit: &Emit, parts: &Parts, remembers: bool) {
    let sets = if parts.double { 2 } else { 1 };
    array(emit, &parts.part("values"), sets * parts.elements(), parts.shape.bits);
    if parts.visits {
        array(emit, &parts.part("visits"), parts.elements(), 16);
    }
    if let Some(peers) = parts.peers {
        array(emit, &parts.part("merged"), parts.elements(), 16);
        array(emit, &parts.part("peers"), 4 * peers as u64, 32);
        scalar(emit, &parts.part("peer_count"), 0);
    }
    if parts.marked {
        array(emit, &parts.part("mark"), parts.elements(), parts.shape.bits);
    }
    if remembers {
        match parts.shape.places {
            Places::States(_) => {
                scalar(emit, &parts.part("pending_state"), -1);
                scalar(emit, &parts.part("pending_action"), 0);
            }
            Places::Tiles { .. } => {
                array(emit, &parts.part("pending_state"), parts.shape.inputs() as u64, 32);
                scalar(emit, &parts.part("pending_action"), -1);
            }
        }
    }
    if let Some(traces) = parts.traces {
        scalar(emit, &parts.part("pending_greedy"), 0);
        scalar(emit, &parts.part("trace_count"), 0);
        array(emit, &parts.part("trace_index"), traces as u64, 32);
        array(emit, &parts.part("trace_e"), traces as u64, 32);
    }
}

/// Whether a table remembers a transition between events.
fn remembers<'c: 'a, 'a>(bodies: &[OperationRef<'c, 'a>], table: &str) -> bool {
    bodies.iter().any(|op| {
        let remembering =
            Begin::cast(*op).is_some() || Remember::cast(*op).is_some() || Complete::cast(*op).is_some();
        remembering && used_table(*op) == Some(table)
    })
}

/// Declares an array of zeros.
pub fn array(emit: &Emit, name: &str, elements: u64, bits: u32) {
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
