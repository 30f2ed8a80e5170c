//! What a table remembers from one event to the next: a state and the action taken there.

use super::parts::Parts;
use super::row::{self, Row};
use super::scan;
use crate::emit::{Compare, Emit};
use melior::ir::Value;
use swarm_dialects::Places;

/// Reads an `i32` part of a table.
pub fn load<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, part: &str) -> Value<'c, 'a> {
    emit.load(emit.view(&parts.part(part), &[], 32), &[], 32)
}

/// Writes an `i32` part of a table.
pub fn store<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, part: &str, value: Value<'c, 'a>) {
    let memory = emit.view(&parts.part(part), &[], 32);
    emit.store(value, memory, &[]);
}

/// Remembers a state and an action.
pub fn remember<'c, 'a>(
    emit: &Emit<'c, 'a>,
    parts: &Parts,
    (state, row): (&[Value<'c, 'a>], Row<'c, 'a>),
    action: Value<'c, 'a>,
) {
    match parts.shape.places {
        Places::States(_) => store(emit, parts, "pending_state", state[0]),
        Places::Tiles { .. } => {
            let memory = emit.view(&parts.part("pending_state"), &[state.len() as u64], 32);
            for (number, input) in state.iter().enumerate() {
                emit.store(*input, memory, &[emit.c(number as i64)]);
            }
        }
    }
    store(emit, parts, "pending_action", action);
    if parts.traces.is_some() {
        let value = row::value(emit, parts, row.place, action);
        let greedy = emit.compare(Compare::GreaterEqual, value, scan::max(emit, parts, row));
        store(emit, parts, "pending_greedy", emit.extend_unsigned(greedy, 32));
    }
}

/// Whether something is remembered.
pub fn is_remembered<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts) -> Value<'c, 'a> {
    emit.compare_c(Compare::GreaterEqual, load(emit, parts, mark(parts)), 0)
}

/// The part that is -1 when nothing is remembered.
fn mark(parts: &Parts) -> &'static str {
    match parts.shape.places {
        Places::States(_) => "pending_state",
        Places::Tiles { .. } => "pending_action",
    }
}

/// The remembered state.
pub fn state<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts) -> Vec<Value<'c, 'a>> {
    match parts.shape.places {
        Places::States(_) => vec![load(emit, parts, "pending_state")],
        Places::Tiles { .. } => {
            let inputs = parts.shape.inputs();
            let memory = emit.view(&parts.part("pending_state"), &[inputs as u64], 32);
            (0..inputs).map(|number| emit.load(memory, &[emit.c(number as i64)], 32)).collect()
        }
    }
}

/// Forgets: what is not needed for that stays as it was.
pub fn forget<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts) {
    store(emit, parts, mark(parts), emit.c(-1));
}
