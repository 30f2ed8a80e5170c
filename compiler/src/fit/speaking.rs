//! What a kernel's text says of the air and of the battery, for reports: all of it read in one go.

use super::airtime::{Airtime, HandlerRuns, Model, handler_runs};
use super::energy::Hour;
use crate::kernel::kernel_of;
use crate::pipeline::Failure;
use swarm_dialects::{collect, parse};
use swarm_targets::Deployment;

/// What a kernel does in an hour, at most.
#[derive(Clone, Debug)]
pub struct Speaking {
    pub airtime: Airtime,
    /// Without its handlers' instructions: these are for the caller to add.
    pub hour: Hour,
    /// How often each handler runs.
    pub runs: Vec<HandlerRuns>,
}

impl Speaking {
    /// Of a kernel's text; nothing is refused but what is no kernel.
    ///
    /// # Errors
    /// When the verifier does not take it.
    pub fn of_text((name, text): (&str, &str), deployment: Option<&Deployment>) -> Result<Self, Failure> {
        let context = swarm_dialects::context();
        let (module, reported) = collect(&context, || parse(&context, text, name));
        let module = module.ok_or_else(|| Failure::Kernel(reported.clone()))?;
        let kernel = kernel_of(&module).ok_or(Failure::Kernel(reported))?;
        let airtime = Airtime::read(kernel, deployment);
        let hour = Hour::of(kernel, &airtime, deployment);
        Ok(Self { airtime, hour, runs: handler_runs(&Model::read(kernel)) })
    }
}
