//! Deployments that say little.

use super::*;

/// Only its name: then each protocol is as its nodes are that were told nothing.
#[test]
fn every_region_is_a_deployment() {
    let mut beyond = Vec::new();
    for region in REGIONS {
        let place = load_deployment("deploy.toml", &format!("region = \"{}\"", region.name));
        let place = place.unwrap_or_else(|error| panic!("{}", error.render()));
        assert_eq!(place.meshtastic.preset, region.plan.default_preset);
        let networks = [("raw", place.raw), ("meshtastic", place.meshtastic), ("meshcore", place.meshcore)];
        for (name, network) in networks {
            if !region.holds(network.center_hz, network.modulation.bandwidth) {
                beyond.push((region.name, name));
                let text = format!("region = \"{}\"\n[{name}]\n", region.name);
                assert_eq!(load_deployment("deploy.toml", &text).unwrap_err().code, "deploy-frequency");
            }
        }
    }
    assert_eq!(beyond, [("PH_868", "meshtastic")]);
}
