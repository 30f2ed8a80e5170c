//! From handlers down: each function is gone through with what its caller knows of its registers.
//!
//! A function is gone through once for each set of services and tables in its registers. So it is exact what outlined
//! pieces of code leave in registers, and a call of a service names it.

use crate::elf::Image;
use crate::error::{Error, Problem};
use crate::flow::{Budget, Graph, leaves};
use crate::instruction::{Decoded, Linkage, REGISTERS, Register, Transfer};
use crate::machine::Machine;
use crate::values::{Registers, State, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Functions of kernels nest a few deep: handler, routine, division.
const DEEPEST: usize = 64;

/// What a function is called with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Context {
    pub function: u32,
    linkage: Linkage,
    registers: Registers,
    /// Services and tables in the caller's frame, by their place above the stack pointer.
    above: BTreeMap<i32, Value>,
}

/// What a function does, called so.
pub(crate) struct Summary {
    /// Depth of stack before and after each instruction, in bytes.
    pub depths: BTreeMap<u32, (i64, i64)>,
    /// Each with the address of the instruction.
    pub calls: BTreeSet<(u32, Callee)>,
    /// The first three arguments of each instruction that calls, as far as they are known.
    pub arguments: BTreeMap<u32, [Option<u32>; 3]>,
    /// What registers hold when it returns, if it does.
    exit: Option<State>,
}

/// Whom an instruction calls, or leaves for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Callee {
    Function(Rc<Context>),
    Service(u8),
}

/// Where an instruction leaves a state.
#[derive(Default)]
struct Outcome {
    /// Of the instruction behind it, or the target of a jump.
    on: Option<State>,
    exit: Option<State>,
    callee: Option<Callee>,
}

/// Goes through functions, and remembers what they do.
pub(crate) struct Analysis<'a> {
    image: &'a Image,
    pub graphs: BTreeMap<u32, Rc<Graph>>,
    pub summaries: BTreeMap<Context, Rc<Summary>>,
    path: Vec<u32>,
    budget: Budget,
}

impl Context {
    /// Of a handler: the host is its second argument.
    pub fn handler(image: &Image, function: u32) -> Self {
        let mut registers = entry();
        registers[image.machine.host() as usize] = Value::Host(0);
        Self { function, linkage: image.machine.linkage(), registers, above: BTreeMap::new() }
    }
}

/// Registers as a function finds them.
fn entry() -> Registers {
    std::array::from_fn(|register| Value::Entry(register as Register))
}

impl<'a> Analysis<'a> {
    pub fn new(image: &'a Image) -> Self {
        let (graphs, summaries) = (BTreeMap::new(), BTreeMap::new());
        Self { image, graphs, summaries, path: Vec::new(), budget: Budget::new() }
    }

    /// Goes through a function and all that it calls.
    pub fn go(&mut self, context: &Context) -> Result<Rc<Summary>, Error> {
        let function = context.function;
        if let Some(start) = self.path.iter().position(|open| *open == function) {
            let cycle = self.path[start..].iter().chain([&function]);
            return Err(Error::Recursion { cycle: cycle.map(|open| self.image.name(*open)).collect() });
        }
        if let Some(summary) = self.summaries.get(context) {
            return Ok(Rc::clone(summary));
        }
        if self.path.len() >= DEEPEST {
            return Err(Error::Nesting { function: self.image.name(function), most: DEEPEST });
        }
        let graph = match self.graphs.get(&function) {
            Some(graph) => Rc::clone(graph),
            None => Rc::new(Graph::read(self.image, function, &mut self.budget)?),
        };
        self.graphs.insert(function, Rc::clone(&graph));
        self.path.push(function);
        let summary = self.through(&graph, context).map(Rc::new);
        self.path.pop();
        let summary = summary?;
        self.summaries.insert(context.clone(), Rc::clone(&summary));
        Ok(summary)
    }

    /// Finds what holds at the beginning of each block, whichever way control comes, and then what each does.
    fn through(&mut self, graph: &Graph, context: &Context) -> Result<Summary, Error> {
        let saved = self.image.machine.saved(graph.widest_call());
        let first = State::new(self.image.machine, (&context.registers, &context.above), saved);
        let mut states = BTreeMap::from([(graph.entry, first)]);
        let mut open = BTreeSet::from([graph.entry]);
        while let Some(address) = open.pop_first() {
            let Some(on) = self.block(graph, context, (address, &states[&address]), None)? else { continue };
            for next in &graph.blocks[&address].next {
                self.budget.spend(1 + on.slots.len() / 8)?;
                let Some(known) = states.get_mut(next) else {
                    states.insert(*next, on.clone());
                    open.insert(*next);
                    continue;
                };
                let mut joined = known.clone();
                joined
                    .join(&on, self.image.machine)
                    .map_err(|problem| self.image.error(graph.entry, *next, problem))?;
                if joined != *known {
                    *known = joined;
                    open.insert(*next);
                }
            }
        }
        let mut summary = Summary {
            depths: BTreeMap::new(),
            calls: BTreeSet::new(),
            arguments: BTreeMap::new(),
            exit: None,
        };
        for (address, state) in &states {
            self.block(graph, context, (*address, state), Some(&mut summary))?;
        }
        Ok(summary)
    }

    /// From a block's beginning to its end.
    fn block(
        &mut self,
        graph: &Graph,
        context: &Context,
        (start, state): (u32, &State),
        mut summary: Option<&mut Summary>,
    ) -> Result<Option<State>, Error> {
        let (image, mut state) = (self.image, state.clone());
        for (address, decoded) in &graph.blocks[&start].instructions {
            self.budget.spend(1)?;
            let error = |problem| image.error(graph.entry, *address, problem);
            let before = state.clone();
            decoded.effects.iter().try_for_each(|effect| state.apply(effect, image)).map_err(error)?;
            let machine = image.machine;
            let depths = (before.depth(machine), state.depth(machine));
            let arguments = machine.arguments().map(|register| match state.get(register) {
                Value::Constant(value) => Some(value),
                _ => None,
            });
            let mut outcome = self.transfer((context, *address), decoded, state)?;
            if decoded.conditional {
                let on = match outcome.on.take() {
                    Some(mut on) => {
                        on.join(&before, machine).map_err(error)?;
                        on
                    }
                    None => before,
                };
                outcome.on = Some(on);
            }
            if let Some(summary) = &mut summary {
                summary.depths.insert(*address, depths);
                if outcome.callee.is_some() {
                    summary.arguments.insert(*address, arguments);
                }
                summary.calls.extend(outcome.callee.map(|callee| (*address, callee)));
                match (&mut summary.exit, outcome.exit) {
                    (Some(exit), Some(other)) => exit.join(&other, machine).map_err(error)?,
                    (exit @ None, other) => *exit = other,
                    (Some(_), None) => {}
                }
            }
            match outcome.on {
                Some(on) => state = on,
                None => return Ok(None),
            }
        }
        Ok(Some(state))
    }

    fn transfer(
        &mut self,
        (context, address): (&Context, u32),
        decoded: &Decoded,
        state: State,
    ) -> Result<Outcome, Error> {
        let image = self.image;
        let fail = |problem| Err(image.error(context.function, address, problem));
        let is_windowed = matches!(context.linkage, Linkage::Window(_));
        let is_enter = decoded.transfer == Transfer::Enter;
        if is_enter != (is_windowed && address == context.function) {
            return fail(Problem::Entry);
        }
        match decoded.transfer {
            Transfer::Next | Transfer::Enter => Ok(Outcome { on: Some(state), ..Outcome::default() }),
            Transfer::Trap => Ok(Outcome::default()),
            Transfer::Leave => Ok(Outcome { exit: Some(state), ..Outcome::default() }),
            Transfer::Jump(to) | Transfer::Branch(to) if leaves(image, context.function, to) => {
                let is_branch = matches!(decoded.transfer, Transfer::Branch(_));
                let on = is_branch.then(|| state.clone());
                Ok(Outcome { on, ..self.leave((context, address), to, state)? })
            }
            Transfer::Jump(_) | Transfer::Branch(_) => Ok(Outcome { on: Some(state), ..Outcome::default() }),
            Transfer::Call(to, linkage) => self.call((context, address), (to, linkage), state),
            Transfer::CallTo(register, linkage) => match state.get(register) {
                Value::Constant(to) if image.code(image.machine.address(to)).is_some() => {
                    self.call((context, address), (image.machine.address(to), linkage), state)
                }
                Value::Service(number) => {
                    self.checked_window((context, address), linkage, &state)?;
                    let on = Some(after_service(image, linkage, state));
                    Ok(Outcome { on, exit: None, callee: Some(Callee::Service(number)) })
                }
                _ => fail(Problem::Call),
            },
            Transfer::JumpTo(register) => match state.get(register) {
                _ if is_windowed => fail(Problem::Jump),
                Value::Entry(from) if context.linkage == Linkage::Link(from) => {
                    match state.depth(image.machine) {
                        0 => Ok(Outcome { exit: Some(state), ..Outcome::default() }),
                        left => fail(Problem::Return { left }),
                    }
                }
                Value::Constant(to) if image.is_function(image.machine.address(to)) => {
                    self.leave((context, address), image.machine.address(to), state)
                }
                Value::Service(number) if context.linkage == image.machine.linkage() => {
                    checked_leave(image, (context, address), &state)?;
                    let exit = Some(after_service(image, context.linkage, state));
                    Ok(Outcome { on: None, exit, callee: Some(Callee::Service(number)) })
                }
                _ => fail(Problem::Jump),
            },
        }
    }

    /// A call of a function, after which the caller goes on.
    fn call(
        &mut self,
        at: (&Context, u32),
        (to, linkage): (u32, Linkage),
        state: State,
    ) -> Result<Outcome, Error> {
        self.checked_window(at, linkage, &state)?;
        let context = called(self.image.machine, (to, linkage), &state);
        let summary = self.go(&context)?;
        let on = summary.exit.as_ref().map(|exit| returned(self.image, linkage, exit, state));
        Ok(Outcome { on, exit: None, callee: Some(Callee::Function(Rc::new(context))) })
    }

    /// A jump to another function, which returns to this one's caller.
    fn leave(&mut self, at: (&Context, u32), to: u32, state: State) -> Result<Outcome, Error> {
        checked_leave(self.image, at, &state)?;
        let context = called(self.image.machine, (to, at.0.linkage), &state);
        let summary = self.go(&context)?;
        let exit = summary.exit.as_ref().map(|exit| returned(self.image, at.0.linkage, exit, state));
        Ok(Outcome { on: None, exit, callee: Some(Callee::Function(Rc::new(context))) })
    }

    /// When windows overflow they must find room in the frame.
    fn checked_window(&self, at: (&Context, u32), linkage: Linkage, state: &State) -> Result<(), Error> {
        let machine = self.image.machine;
        let frame = state.depth(machine);
        if frame < i64::from(machine.saved(Some(linkage))) {
            return Err(self.image.error(at.0.function, at.1, Problem::SaveArea { frame }));
        }
        Ok(())
    }
}

/// Before a function is left for another one its stack and return address must be as it found them.
fn checked_leave(image: &Image, (context, address): (&Context, u32), state: &State) -> Result<(), Error> {
    let problem = match (context.linkage, state.depth(image.machine)) {
        (Linkage::Window(_), _) => Problem::Outside,
        (Linkage::Link(link), _) if state.get(link) != Value::Entry(link) => Problem::Jump,
        (_, 0) => return Ok(()),
        (_, left) => Problem::Return { left },
    };
    Err(image.error(context.function, address, problem))
}

/// What a callee finds: of its caller's knowledge, where the host's table and its services are.
fn called(machine: Machine, (function, linkage): (u32, Linkage), state: &State) -> Context {
    let mut registers = entry();
    for (register, value) in registers.iter_mut().enumerate() {
        let from = match linkage {
            Linkage::Link(_) => register,
            Linkage::Window(by) => register + usize::from(by),
        };
        let is_there = matches!(linkage, Linkage::Link(_)) || from < 16;
        match state.registers.get(from) {
            Some(known @ (Value::Host(_) | Value::Service(_))) if is_there => *value = *known,
            _ => {}
        }
    }
    let depth = state.depth(machine) as i32;
    let is_there = |at: i32| at >= 0 && matches!(linkage, Linkage::Link(_));
    let known = state.slots.iter().filter(|(_, value)| matches!(value, Value::Host(_) | Value::Service(_)));
    let above = known.filter_map(|(at, value)| Some((at.checked_add(depth)?, *value)));
    Context { function, linkage, registers, above: above.filter(|(at, _)| is_there(*at)).collect() }
}

/// What a caller finds when its callee has returned: registers that it left alone hold what they did.
fn returned(image: &Image, linkage: Linkage, exit: &State, before: State) -> State {
    let stack = before.depth(image.machine) as i32;
    let seen = |value: Value| match (linkage, value) {
        // It has held the return address.
        (Linkage::Link(link), Value::Entry(from)) if from == link => Value::Unknown,
        (_, Value::Entry(from)) => before.registers[from as usize],
        (_, Value::Stack(at)) => at.checked_sub(stack).map_or(Value::Unknown, Value::Stack),
        (_, Value::Above(at)) => at.checked_sub(stack).map_or(Value::Unknown, |at| before.word(at)),
        (_, other) => other,
    };
    let mut after = before.clone();
    for (register, value) in after.registers.iter_mut().enumerate() {
        *value = match linkage {
            Linkage::Window(by) if register < usize::from(by) => *value,
            Linkage::Window(_) => Value::Unknown,
            Linkage::Link(_) => seen(exit.registers[register]),
        };
    }
    match linkage {
        Linkage::Window(_) if exit.written_above > 0 => {
            after.slots.clear();
            after.written_above = i32::MAX;
        }
        Linkage::Window(_) => {}
        Linkage::Link(_) => {
            let written = exit.written_above.saturating_sub(stack);
            after.slots.retain(|at, _| *at < -stack || *at >= written);
            after.written_above = after.written_above.max(written);
            // What it leaves in the caller's frame, or in the frame that it has made for its caller.
            let kept = exit.slots.range(-exit.depth(image.machine) as i32..);
            let kept = kept.filter_map(|(at, value)| Some((at.checked_sub(stack)?, seen(*value))));
            after.slots.extend(kept.filter(|(_, value)| *value != Value::Unknown));
        }
    }
    after
}

/// Services keep to the calling convention.
fn after_service(image: &Image, linkage: Linkage, mut state: State) -> State {
    for register in 0..REGISTERS as Register {
        if image.machine.is_lost(register, linkage) {
            state.registers[register as usize] = Value::Unknown;
        }
    }
    state
}
