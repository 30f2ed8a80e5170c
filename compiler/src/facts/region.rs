//! What the law of a place allows of a kernel.

use crate::kernel::members;
use melior::ir::operation::OperationLike;
use swarm_dialects::radio::Channel;
use swarm_dialects::{Kernel, OpView, Reported, Severity};
use swarm_targets::Deployment;

/// Refuses channels that may speak longer than the region allows.
pub fn check(kernel: Kernel, deployment: &Deployment) -> Result<(), Vec<Reported>> {
    let region = deployment.region;
    let allowed = region.budget_us_per_hour() / 1000;
    let mut found = Vec::new();
    for channel in members(kernel.op()).into_iter().filter_map(Channel::cast) {
        let budget = channel.budget().and_then(|budget| u64::try_from(budget).ok()).unwrap_or(0);
        if budget > allowed {
            let (name, law) = (channel.sym_name(), region.name);
            let message = format!(
                "[region-budget] @{name} may speak {budget} ms an hour, and {law} allows {allowed} ms"
            );
            let place = swarm_dialects::place(channel.op().location());
            found.push(Reported { severity: Severity::Error, message, place, notes: Vec::new() });
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}
