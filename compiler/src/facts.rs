//! What `swarmc check` says of a kernel: how its constants are encoded, what its tables may reach.

mod air;
mod constants;
mod messages;
mod region;

pub use constants::Constant;
pub use messages::{ChannelFacts, MessageFacts};

use crate::fit::airtime::{self, Airtime};
use crate::kernel::{self, Declared, kernel_of, members, variables};
use crate::layout::Layout;
use crate::pipeline::Failure;
use serde_json::{Value, json};
use std::fmt::Write;
use swarm_dialects::learning::{largest_gamma, learns};
use swarm_dialects::numbers::{self, dead_zone, q16};
use swarm_dialects::{Kernel, OpView, Reported, Table, TableShape, collect, nested, parse};
use swarm_mesh::region::Region;
use swarm_targets::Deployment;

pub use air::AirFacts;

/// The facts of one kernel.
pub struct Facts {
    pub name: String,
    pub state_bytes: u64,
    /// How many of them are scratch of tensors.
    pub scratch_bytes: u64,
    pub schema: u32,
    pub constants: Vec<Constant>,
    pub tables: Vec<TableFacts>,
    pub messages: Vec<MessageFacts>,
    pub air: AirFacts,
    pub channels: Vec<ChannelFacts>,
    /// How long it may be on the air in any hour.
    pub airtime: Airtime,
    pub region: Option<&'static Region>,
    pub warnings: Vec<Reported>,
}

/// What a table may be given and may reach, in units of reward.
pub struct TableFacts {
    pub name: String,
    pub bytes: u64,
    pub resolution: f64,
    pub element_limit: f64,
    /// `None`: no bound, the table saturates.
    pub reach: Option<f64>,
    /// Errors below this are rounded away, for the smallest alpha that learns into it.
    pub dead_zone: Option<f64>,
}

/// Reads the facts of a kernel's text.
pub fn facts((name, text): (&str, &str), deployment: Option<&Deployment>) -> Result<Facts, Failure> {
    let context = swarm_dialects::context();
    let (module, reported) = collect(&context, || parse(&context, text, name));
    let module = module.ok_or_else(|| Failure::Kernel(reported.clone()))?;
    let kernel = kernel_of(&module).ok_or(Failure::Kernel(reported))?;
    let (constants, tables) = (constants::read(kernel), tables(kernel));
    if let Some(deployment) = deployment {
        region::check(kernel, deployment).map_err(Failure::Kernel)?;
        airtime::check(kernel, deployment).map_err(Failure::Kernel)?;
    }
    let airtime = Airtime::read(kernel, deployment);
    let (messages, channels) = (messages::messages(kernel), messages::channels(kernel, deployment));
    let (declared, air) = (Declared::read(kernel), AirFacts::read(kernel));
    let warnings = kernel::warnings(kernel);
    swarm_dialects::register_passes();
    let bug = |message| Failure::Bug { stage: "core", message };
    crate::lower::kernel(&context, kernel, crate::lower::aim::Aim::of_declarations()).map_err(bug)?;
    let layout = Layout::new(variables(kernel));
    Ok(Facts {
        name: declared.name,
        state_bytes: layout.size,
        scratch_bytes: layout.scratch(),
        schema: layout.schema(),
        constants,
        tables,
        messages,
        channels,
        region: deployment.map(|deployment| deployment.region),
        air,
        airtime,
        warnings,
    })
}

fn tables(kernel: Kernel) -> Vec<TableFacts> {
    let members = members(kernel.op());
    let bodies: Vec<_> = members.iter().flat_map(|member| nested(*member)).collect();
    let mut found = Vec::new();
    for table in members.iter().filter_map(|member| Table::cast(*member)) {
        let Some(shape) = TableShape::of(table.r#type()) else { continue };
        let unit = f64::from(1u32 << shape.frac);
        let gamma = largest_gamma(&bodies, table.sym_name()).map(|(_, gamma)| gamma);
        let reach = gamma.and_then(|gamma| numbers::reach(table, gamma)).and_then(|reach| reach.bound);
        let alphas = bodies.iter().filter_map(|op| learns(*op)).filter(|op| op.table == table.sym_name());
        let alpha = alphas.map(|op| q16(op.alpha / shape.tilings() as f64)).min();
        let sets = if table.double_values() { 2 } else { 1 };
        found.push(TableFacts {
            name: table.sym_name().to_owned(),
            bytes: sets * shape.elements() as u64 * u64::from(shape.bits / 8),
            resolution: 1.0 / unit,
            element_limit: shape.limits().1 as f64 / unit,
            reach: reach.filter(|_| !table.saturate()).map(|bound| bound as f64 / unit),
            dead_zone: alpha.and_then(dead_zone).map(|error| error as f64 / unit),
        });
    }
    found
}

impl Facts {
    /// For people.
    pub fn to_text(&self) -> String {
        let mut text =
            format!("kernel @{}: state {} B, schema {:08x}\n", self.name, self.state_bytes, self.schema);
        if self.scratch_bytes > 0 {
            let _ = writeln!(text, "scratch of tensors: {} B of the state", self.scratch_bytes);
        }
        for table in &self.tables {
            let _ = write!(text, "table @{}: {} B, steps of {}, ", table.name, table.bytes, table.resolution);
            let _ = match table.reach {
                Some(reach) => {
                    write!(text, "values within {reach:.2} (the element ends at {:.2})", table.element_limit)
                }
                None => write!(text, "values stop at the element's end, {:.2}", table.element_limit),
            };
            if let Some(error) = table.dead_zone {
                let _ = write!(text, ", errors below {error:.4} are rounded away");
            }
            text.push('\n');
        }
        for message in &self.messages {
            let _ = writeln!(text, "message @{}: up to {} B", message.name, message.most_bytes);
        }
        if let Some(region) = self.region {
            let percent = f64::from(region.duty_permille) / 10.0;
            let _ =
                writeln!(text, "region {}: {percent} % of each hour, {} dBm", region.name, region.power_dbm);
        }
        for channel in &self.channels {
            let _ = writeln!(text, "{channel}");
        }
        text += &self.airtime.to_text();
        if !self.constants.is_empty() {
            text.push_str("constants, encoded in 1/65536:\n");
        }
        for Constant { place, name, written, encoded, says } in &self.constants {
            let _ = writeln!(text, "  {place} {name} = {written}: {encoded}, {says}");
        }
        text + &self.air.to_text()
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let tables = self.tables.iter().map(|table| {
            json!({
                "name": table.name, "bytes": table.bytes, "resolution": table.resolution,
                "element_limit": table.element_limit, "reach": table.reach, "dead_zone": table.dead_zone,
            })
        });
        let messages = self
            .messages
            .iter()
            .map(|message| json!({ "name": message.name, "most_bytes": message.most_bytes }));
        let constants = self.constants.iter().map(|constant| {
            json!({
                "place": constant.place, "name": constant.name, "written": constant.written,
                "encoded": constant.encoded,
            })
        });
        json!({
            "kernel": self.name, "state_bytes": self.state_bytes, "scratch_bytes": self.scratch_bytes, "schema": format!("{:08x}", self.schema),
            "tables": tables.collect::<Vec<_>>(), "messages": messages.collect::<Vec<_>>(),
            "beacons": self.air.to_json(), "airtime": self.airtime.to_json(),
            "region": self.region.map(|region| region.name), "channels": self.channels.iter().map(ChannelFacts::to_json).collect::<Vec<_>>(), "constants": constants.collect::<Vec<_>>(),
        })
    }
}
