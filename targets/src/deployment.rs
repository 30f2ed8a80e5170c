//! Deployments: what is true of a place, not of a program. Region, presets, frequencies, keys.
//!
//! What a file leaves out is what the protocol's nodes have that were told nothing, even where that reaches beyond the
//! band's end, as Meshtastic's default channel does in some regions: a section that is there is checked.

mod swarm;

pub use swarm::OVERRIDES;

use crate::nearest::suggestion;
use crate::{Label, TargetError};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;
use swarm_mesh::MeshError;
use swarm_mesh::airtime::{Bandwidth, Modulation};
use swarm_mesh::meshcore::{Channel as MeshCoreChannel, PUBLIC_KEY};
use swarm_mesh::meshtastic::Key;
use swarm_mesh::preset::{self, MESHCORE, MESHTASTIC, Preset};
use swarm_mesh::region::{REGIONS, Region};
use toml::Spanned;

/// A place, and its networks.
#[derive(Clone, Debug)]
pub struct Deployment {
    pub region: &'static Region,
    /// Nodes that hear each other, all with the same kernel; none: nobody knows.
    pub nodes: Option<u32>,
    /// Percent of the time in which LoRa radios receive.
    pub listen: u32,
    /// Refusals that are overridden, of [`OVERRIDES`].
    pub allow: Vec<String>,
    pub raw: Network,
    pub meshtastic: Network,
    pub meshcore: Network,
}

/// What the nodes of one protocol have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// The preset's name; of a modulation that has none, its numbers.
    pub preset: String,
    pub modulation: Modulation,
    pub center_hz: u32,
    /// The channel's name; empty where a protocol has none.
    pub channel: String,
    pub key: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    region: Spanned<String>,
    nodes: Option<Spanned<u32>>,
    listen: Option<Spanned<u32>>,
    allow: Option<Vec<Spanned<String>>>,
    raw: Option<Spanned<Table>>,
    meshtastic: Option<Spanned<Table>>,
    meshcore: Option<Spanned<Table>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    preset: Option<Spanned<String>>,
    /// kHz.
    bandwidth: Option<Spanned<f64>>,
    spreading_factor: Option<Spanned<u8>>,
    coding_rate: Option<Spanned<u8>>,
    /// MHz.
    frequency: Option<Spanned<f64>>,
    channel: Option<Spanned<String>>,
    /// Base 64.
    key: Option<Spanned<String>>,
}

/// One section of a file, while it is read.
struct Section<'f> {
    name: &'static str,
    table: &'f Table,
    /// Where it stands, or what stands for it where it is left out.
    span: Range<usize>,
    is_left_out: bool,
    region: &'static Region,
    source: &'f Source<'f>,
}

struct Source<'f> {
    file: &'f str,
    text: &'f str,
}

impl Source<'_> {
    fn error(&self, span: Range<usize>, message: String) -> TargetError {
        let label = Label { file: self.file.to_owned(), text: Arc::from(self.text), span };
        TargetError { code: "deploy-value", message, label: Some(label), help: String::new() }
    }
}

/// Reads a deployment; `file` is its name in messages.
///
/// # Errors
/// Codes that begin with `deploy-`: no TOML, unknown keys and words, and what the region's law does not allow.
pub fn load_deployment(file: &str, text: &str) -> Result<Deployment, TargetError> {
    let source = Source { file, text };
    let parsed: File = toml::from_str(text).map_err(|error| {
        let message = error.message().trim().lines().collect::<Vec<_>>().join(" ");
        let example =
            "write for example `region = \"EU_868\"`, and below it [meshtastic] with `preset = \"LongFast\"`";
        let wrong = source.error(error.span().unwrap_or(0..0), message);
        TargetError { code: "deploy-syntax", help: example.into(), ..wrong }
    })?;
    let region = Region::find(parsed.region.get_ref()).ok_or_else(|| {
        let names: Vec<&str> = REGIONS.iter().map(|region| region.name).collect();
        let message = format!("there is no region '{}'", parsed.region.get_ref());
        let help = suggestion(parsed.region.get_ref(), &names);
        TargetError { code: "deploy-region", help, ..source.error(parsed.region.span(), message) }
    })?;
    let (nodes, allow) =
        (swarm::nodes(&source, parsed.nodes.as_ref())?, swarm::allowed(&source, parsed.allow.as_ref())?);
    let none = Table::default();
    let section = |name, table: &Option<Spanned<Table>>| -> Result<Network, TargetError> {
        let (table, span) = match table {
            Some(table) => (table.get_ref(), table.span()),
            None => (&none, parsed.region.span()),
        };
        let is_left_out = std::ptr::eq(table, &raw const none);
        Section { name, table, span, is_left_out, region, source: &source }.network()
    };
    Ok(Deployment {
        region,
        nodes,
        listen: swarm::listen(&source, parsed.listen.as_ref())?,
        allow,
        raw: section("raw", &parsed.raw)?,
        meshtastic: section("meshtastic", &parsed.meshtastic)?,
        meshcore: section("meshcore", &parsed.meshcore)?,
    })
}

impl Section<'_> {
    fn network(&self) -> Result<Network, TargetError> {
        let (preset, modulation) = match self.modulation()? {
            Some(modulation) => (named(modulation), modulation),
            None => self.preset()?,
        };
        let channel = self.table.channel.as_ref().map_or(preset.as_str(), |channel| channel.get_ref());
        let center_hz = self.center(channel, modulation.bandwidth)?;
        let channel = if self.name == "meshtastic" { channel.to_owned() } else { String::new() };
        Ok(Network { center_hz, channel, key: self.key()?, preset, modulation })
    }

    fn error(
        &self,
        span: Option<Range<usize>>,
        code: &'static str,
        (message, help): (String, String),
    ) -> TargetError {
        TargetError { code, help, ..self.source.error(span.unwrap_or(self.span.clone()), message) }
    }

    /// A modulation by its numbers: all three, or none.
    fn modulation(&self) -> Result<Option<Modulation>, TargetError> {
        let Table { bandwidth, spreading_factor, coding_rate, preset, .. } = self.table;
        if bandwidth.is_none() && spreading_factor.is_none() && coding_rate.is_none() {
            return Ok(None);
        }
        let (Some(khz), Some(spreading), Some(coding)) = (bandwidth, spreading_factor, coding_rate) else {
            let message = format!("[{}] says a part of a modulation", self.name);
            let help = "give bandwidth (kHz), spreading_factor and coding_rate (5 to 8), or a preset";
            return Err(self.error(None, "deploy-modulation", (message, help.into())));
        };
        if let Some(preset) = preset {
            let message = format!("[{}] has a preset and a modulation", self.name);
            let help = "keep one of them".to_owned();
            return Err(self.error(Some(preset.span()), "deploy-modulation", (message, help)));
        }
        if self.name == "meshtastic" {
            let message = "Meshtastic has presets only".to_owned();
            let help = format!("give one of {}", self.region.plan.presets.join(", "));
            return Err(self.error(Some(khz.span()), "deploy-modulation", (message, help)));
        }
        let is_it =
            |known: &&Bandwidth| (f64::from(known.nominal_hz()) - khz.get_ref() * 1000.0).abs() < 200.0;
        let Some(bandwidth) = Bandwidth::ALL.iter().find(is_it) else {
            let known =
                Bandwidth::ALL.map(|known| format!("{}", f64::from(known.nominal_hz()) / 1000.0)).join(", ");
            let message = format!("no chip has a bandwidth of {} kHz", khz.get_ref());
            return Err(self.error(
                Some(khz.span()),
                "deploy-modulation",
                (message, format!("known are: {known}")),
            ));
        };
        Modulation::new(*bandwidth, *spreading.get_ref(), *coding.get_ref()).map(Some).map_err(|_| {
            let message = "no chip has this modulation".to_owned();
            let help = "spreading factors are 5 to 12, coding rates 5 to 8".to_owned();
            self.error(Some(spreading.span()), "deploy-modulation", (message, help))
        })
    }

    fn preset(&self) -> Result<(String, Modulation), TargetError> {
        let plan = &self.region.plan;
        let usual = if self.name == "meshcore" { MESHCORE[0].name } else { plan.default_preset };
        let (name, span) = match &self.table.preset {
            Some(preset) => (preset.get_ref().as_str(), Some(preset.span())),
            None => (usual, None),
        };
        let presets: &'static [Preset] = if self.name == "meshcore" { &MESHCORE } else { &MESHTASTIC };
        let Some(preset) = preset::find(presets, name) else {
            let names: Vec<&str> = presets.iter().map(|preset| preset.name).collect();
            let message = format!("{} has no preset '{name}'", self.name);
            return Err(self.error(span, "deploy-preset", (message, suggestion(name, &names))));
        };
        if self.name == "meshtastic" && !plan.presets.contains(&name) {
            let message = format!("{} does not allow the preset {name}", self.region.name);
            let help = format!("it allows {}", plan.presets.join(", "));
            return Err(self.error(span, "deploy-preset", (message, help)));
        }
        Ok((preset.name.to_owned(), preset.modulation))
    }

    /// The middle of the channel: as the file says, as Meshtastic's plan says, or of the band.
    fn center(&self, channel: &str, bandwidth: Bandwidth) -> Result<u32, TargetError> {
        let region = self.region;
        let (center, span) = match &self.table.frequency {
            Some(mhz) => ((mhz.get_ref() * 1e6).round() as u32, Some(mhz.span())),
            None if self.name == "meshtastic" => {
                let slot = region.default_slot(channel, bandwidth);
                let center = slot.and_then(|slot| region.slot_center_hz(slot, bandwidth));
                (center.map_err(|error| self.law(None, &error))?, None)
            }
            None => (region.start_hz / 2 + region.end_hz / 2, None),
        };
        if !self.is_left_out && !region.holds(center, bandwidth) {
            let (start, end) = (f64::from(region.start_hz) / 1e6, f64::from(region.end_hz) / 1e6);
            let message = format!(
                "[{}] is {} kHz wide at {} MHz: not within {}, {start} to {end} MHz",
                self.name,
                f64::from(bandwidth.nominal_hz()) / 1e3,
                f64::from(center) / 1e6,
                region.name
            );
            let help = "choose another frequency (MHz, the middle of the channel), or a narrower modulation";
            return Err(self.error(span, "deploy-frequency", (message, help.into())));
        }
        Ok(center)
    }

    fn law(&self, span: Option<Range<usize>>, error: &MeshError) -> TargetError {
        let message = format!("{} has no room for [{}]: {error}", self.region.name, self.name);
        self.error(span, "deploy-frequency", (message, "choose a narrower preset".into()))
    }

    fn key(&self) -> Result<Vec<u8>, TargetError> {
        let Some(written) = &self.table.key else {
            return Ok(if self.name == "meshcore" { PUBLIC_KEY.to_vec() } else { vec![1] });
        };
        let fail = |message: String, help: &str| {
            Err(self.error(Some(written.span()), "deploy-key", (message, help.to_owned())))
        };
        let Ok(key) = BASE64_STANDARD.decode(written.get_ref()) else {
            return fail("this is not base 64".into(), "give the key as the protocol's app shows it");
        };
        let checked = match self.name {
            "meshcore" => MeshCoreChannel::new(&key).err(),
            _ => Key::from_psk(&key).err(),
        };
        match checked {
            Some(MeshError::Key { reason }) => fail(format!("a key of {} bytes", key.len()), reason),
            _ => Ok(key),
        }
    }
}

/// A modulation without a name: `SF8 62.5 kHz 4/5`.
fn named(modulation: Modulation) -> String {
    let khz = f64::from(modulation.bandwidth.nominal_hz()) / 1000.0;
    format!("SF{} {khz} kHz 4/{}", modulation.spreading_factor(), modulation.coding_rate())
}

#[cfg(test)]
#[path = "deployment/deployment_tests.rs"]
mod tests;
