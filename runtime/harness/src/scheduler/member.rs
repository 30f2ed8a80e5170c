//! One node in its world: what is due for it, what it is told, and what comes of it.

use std::collections::BTreeMap;

use swarm_abi::{Event, event};

use super::queue::{Due, Queue};
use super::resolve::{Port, resolve_ports};
use super::tally::Tally;
use super::{Restored, RunOptions, RunReport, STORE_MS, Step, Watch, fault, node_error};
use crate::error::HarnessError;
use crate::node::{Inputs, KernelFacts, Node, PortInput, Received, Record};
use crate::world::World;

/// When an event is due, and its kind and symbol.
pub(crate) type Head = (u64, u32, u32);

pub(crate) struct Member<'a> {
    node: &'a mut dyn Node,
    world: &'a mut dyn World,
    ticks_planned: u64,
    starts_ms: u64,
    has_timer: bool,
    ports: Vec<Port>,
    queue: Queue,
    stores: BTreeMap<u32, Vec<u8>>,
    tally: Tally,
    now_ms: u64,
}

impl<'a> Member<'a> {
    pub fn new(
        node: &'a mut dyn Node,
        world: &'a mut dyn World,
        options: &RunOptions,
    ) -> Result<Self, HarnessError> {
        let facts = node.facts();
        let ports = resolve_ports(facts, &options.names, world)?;
        let tally = Tally::new(facts, options);
        let mut queue = Queue::new(facts, options.seed);
        queue.set_low_battery(world.low_battery(None));
        let has_timer = facts.handlers.iter().any(|handler| u32::from(handler.kind) == event::TIMER);
        let (stores, ticks_planned) = (BTreeMap::new(), options.ticks);
        Ok(Self {
            node,
            world,
            ticks_planned,
            starts_ms: options.starts_ms,
            has_timer,
            ports,
            queue,
            stores,
            tally,
            now_ms: 0,
        })
    }

    pub fn facts(&self) -> &KernelFacts {
        self.node.facts()
    }

    /// When it is switched on.
    pub fn starts_ms(&self) -> u64 {
        self.starts_ms
    }

    /// Whether the kernel declares timers: then its ticks end it.
    pub fn has_timer(&self) -> bool {
        self.has_timer
    }

    /// Goes on as long as others do.
    pub fn follow(&mut self) {
        self.ticks_planned = u64::MAX;
    }

    /// Timer events served; of a node without timers, what it has heard.
    pub fn ticks(&self) -> u64 {
        if self.has_timer {
            self.tally.ticks
        } else {
            self.tally.radio.heard + self.tally.radio.adverts_heard
        }
    }

    /// What is due next, in the network's time; `None`: the node has had its ticks, its world is over, or nothing will
    /// happen by itself.
    pub fn head(&self) -> Option<Head> {
        let (time_ms, kind, symbol) = self.queue.head().filter(|_| self.ticks() < self.ticks_planned)?;
        let is_within = self.world.ends_at().is_none_or(|end| time_ms < end);
        is_within.then_some((self.starts_ms + time_ms, kind, symbol))
    }

    /// A message or an advert that comes at a time of the network; what comes before the node is switched on is lost.
    pub fn hear(&mut self, network_ms: u64, (kind, symbol): (u32, u32), received: Received) {
        let Some(time_ms) = network_ms.checked_sub(self.starts_ms) else { return };
        let value = received.payload.len() as u32;
        self.queue.hear(time_ms, Event { kind, symbol, value, missed: 0 }, received);
    }

    /// Whether it is on at a time of the network: it was started before, and has not stopped yet.
    pub fn is_on(&self, network_ms: u64) -> bool {
        let Some(time_ms) = network_ms.checked_sub(self.starts_ms) else { return false };
        let is_within = self.world.ends_at().is_none_or(|end| time_ms < end);
        time_ms > 0 && is_within && self.ticks() < self.ticks_planned
    }

    /// Its radio passes a message on.
    pub fn relay(&mut self, airtime_us: u32) {
        self.tally.relay(airtime_us);
    }

    /// Serves what is due next, as the node of that number.
    pub fn serve(&mut self, number: usize, watch: &mut Watch<'_>) -> Result<Option<Step>, HarnessError> {
        let Some(mut due) = self.queue.pop() else { return Ok(None) };
        let time_ms = due.time_ms;
        self.now_ms = time_ms;
        let received = due.received.take();
        let (event, restored) = self.complete_store(due)?;
        if event.kind == event::LOW_BATTERY {
            self.queue.set_low_battery(self.world.low_battery(Some(time_ms)));
        }
        let inputs = Inputs { received, ..self.inputs(time_ms) };
        let outcome = self.node.dispatch(&event, &inputs).map_err(|error| node_error(&error))?;
        let step =
            Step { node: number, time_ms, starts_ms: self.starts_ms, event, inputs, restored, outcome };
        for observer in &mut watch.observers {
            observer.served(&step, self.node)?;
        }
        let handler = self.node.facts().handler_of(&event);
        self.tally.served(handler, &step);
        self.apply(&step);
        if event.kind == event::TIMER {
            let payoff = self.world.after_tick(time_ms);
            self.tally.tick(payoff);
        }
        if step.outcome.status == swarm_abi::fault::NONE {
            return Ok(Some(step));
        }
        let name = handler.map_or("(none)".to_string(), |number| self.tally.handler_name(number));
        Err(fault::error(step.outcome.status, &name, time_ms))
    }

    /// The report at the end.
    pub fn finish(self) -> Result<RunReport, HarnessError> {
        let state = self.node.read_state().map_err(|error| node_error(&error))?;
        Ok(self.tally.report(self.now_ms, &state, self.world.summary()))
    }

    /// Ends a persist or restore; other events pass.
    fn complete_store(&mut self, due: Due) -> Result<(Event, Option<Restored>), HarnessError> {
        let mut event = due.event;
        if let Some(bytes) = due.persist {
            self.stores.insert(event.symbol, bytes);
            event.value = event::STORED_OK;
        }
        let Some((offset, length)) = due.restore else { return Ok((event, None)) };
        event.value = event::STORED_RESTORE;
        let stored = self.stores.get(&event.symbol).filter(|bytes| bytes.len() == length as usize);
        let Some(bytes) = stored.cloned() else { return Ok((event, None)) };
        self.node.write_state(offset, &bytes).map_err(|error| node_error(&error))?;
        event.value |= event::STORED_OK;
        Ok((event, Some(Restored { offset, bytes })))
    }

    fn inputs(&self, time_ms: u64) -> Inputs {
        let sensed = |port: &Port| {
            let reading = port.senses.then(|| self.world.sense(&port.name, time_ms)).flatten();
            reading.map_or(PortInput::NONE, |reading| PortInput { value: reading.value, age: reading.age })
        };
        // The kernel's clock has 32 bits and wraps.
        Inputs { now_ms: time_ms as u32, ports: self.ports.iter().map(sensed).collect(), received: None }
    }

    fn apply(&mut self, step: &Step) {
        for record in &step.outcome.records {
            match record {
                Record::Act { port, value } => {
                    let name = self.ports.get(*port as usize).map_or("", |port| port.name.as_str());
                    self.world.act(name, *value, step.time_ms);
                    self.tally.act(name, *value);
                }
                Record::Log { format, args } => self.tally.log(step.time_ms, *format, args),
                Record::Rearm { timer, ms } => self.queue.rearm(*timer, *ms, step.time_ms),
                Record::Persist { store, bytes, .. } => {
                    self.queue.persist(*store, bytes.clone(), step.time_ms + STORE_MS);
                }
                Record::Restore { store, offset, length } => {
                    self.queue.restore(*store, (*offset, *length), step.time_ms + STORE_MS);
                }
                Record::Send { id, airtime_us, .. } => self.tally.send(*id, *airtime_us),
                // Who hears it is the network's matter.
                Record::Advertise { .. } | Record::Publish { .. } => {}
            }
        }
    }
}
