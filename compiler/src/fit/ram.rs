//! RAM: the state block by variable.

use super::lines;
use crate::layout::Layout;
use swarm_targets::{Board, Isa};

/// The bytes of a state block.
#[derive(Clone, Debug)]
pub struct Ram {
    /// All that the kernel may write.
    pub state: u64,
    /// What the board leaves to a kernel; none on the host.
    pub room: Option<u64>,
    /// What the resident runtime takes, without the stack.
    pub reserved: u64,
    /// By declaration, most bytes first; with `gaps` their sum is `state`.
    pub variables: Vec<Variable>,
    /// Bytes that align what comes next.
    pub gaps: u64,
}

/// What one declaration takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Without `@`; of a table all parts together.
    pub name: String,
    pub bytes: u64,
    /// The line of the source that declares it; 0 if none does.
    pub line: u64,
    /// The parts and their bytes, where there are several.
    pub parts: Vec<(String, u64)>,
}

impl Ram {
    pub(super) fn of(layout: &Layout, board: &Board, source: &str) -> Self {
        let mut variables: Vec<Variable> = Vec::new();
        for slot in &layout.slots {
            let (owner, part) = slot.name.split_once('.').unwrap_or((&slot.name, ""));
            let owner = if owner == "swarm" { slot.name.as_str() } else { owner };
            let known = variables.iter().position(|variable| variable.name == owner);
            let known = known.unwrap_or_else(|| {
                let line = declared(source, owner);
                variables.push(Variable { name: owner.to_owned(), bytes: 0, line, parts: Vec::new() });
                variables.len() - 1
            });
            variables[known].bytes += slot.bytes();
            let part = if part.is_empty() { slot.type_text() } else { part.to_owned() };
            variables[known].parts.push((part, slot.bytes()));
        }
        let counted: u64 = variables.iter().map(|variable| variable.bytes).sum();
        variables.sort_by_key(|variable| std::cmp::Reverse(variable.bytes));
        let room = (board.core.isa != Isa::Host).then(|| board.state_capacity());
        Self {
            state: layout.size,
            room,
            reserved: board.reserved.ram,
            variables,
            gaps: layout.size - counted,
        }
    }
}

/// The line that declares a symbol: the first that begins with an op and names it.
fn declared(source: &str, name: &str) -> u64 {
    let symbol = format!("@{name}");
    let declares = |line: &str| {
        let mut words = line.split(|letter: char| letter.is_whitespace() || ":,(".contains(letter));
        words.next().is_some_and(|op| op.contains('.')) && words.any(|word| word == symbol)
    };
    let lines = source.lines().map(str::trim).enumerate();
    lines.filter(|(_, line)| declares(line)).map(|(number, _)| number as u64 + 1).next().unwrap_or_default()
}

impl Variable {
    /// The declaration as it is written.
    pub fn text(&self, source: &str) -> String {
        lines::text(source, self.line)
    }
}
