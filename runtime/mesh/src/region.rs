//! Regions: what the law of a place allows, as Meshtastic's firmware has it, and where its channels lie.
//!
//! The table is data of that firmware (`src/mesh/RadioInterface.cpp`, which names the regulation of each); it holds for
//! any protocol in that band. Not in it: bands above 1 GHz, which the SX126x does not have, and amateur radio, which
//! forbids encryption.

mod table;

pub use table::REGIONS;

use crate::MeshError;
use crate::airtime::Bandwidth;

/// The law of a place, and Meshtastic's plan of its band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Meshtastic's name: `EU_868`.
    pub name: &'static str,
    pub start_hz: u32,
    pub end_hz: u32,
    /// Thousandths of an hour in which a node may send.
    pub duty_permille: u16,
    /// Most transmitter power, as the firmware limits it.
    pub power_dbm: i8,
    pub plan: Plan,
}

/// How Meshtastic lays channels into a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The presets it allows, by name.
    pub presets: &'static [&'static str],
    /// The preset of a node that was told none.
    pub default_preset: &'static str,
    /// Between two slots.
    pub spacing_hz: u32,
    /// At both sides of each slot.
    pub padding_hz: u32,
    /// The slot of a node that was told none, counted from 1; otherwise the channel's name decides.
    pub fixed_slot: Option<u16>,
}

impl Region {
    /// The region of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        REGIONS.iter().find(|region| region.name == name)
    }

    /// Whether a signal of that width around that frequency stays in the band.
    pub const fn holds(&self, center_hz: u32, bandwidth: Bandwidth) -> bool {
        let half = bandwidth.nominal_hz() / 2;
        center_hz >= self.start_hz + half && center_hz + half <= self.end_hz
    }

    /// Microseconds on the air that one node may use in an hour.
    pub const fn budget_us_per_hour(&self) -> u64 {
        self.duty_permille as u64 * 3_600_000
    }

    /// Meshtastic's slots of that width: what fits, to the nearest.
    pub const fn slots(&self, bandwidth: Bandwidth) -> u32 {
        let width = self.slot_hz(bandwidth);
        if self.end_hz - self.start_hz < width {
            return 0;
        }
        (self.end_hz - self.start_hz + self.plan.spacing_hz + width / 2) / width
    }

    /// The slot, counted from 1, in which Meshtastic nodes meet that were told none: by the primary channel's name.
    ///
    /// # Errors
    /// When the band has no room for a slot of that width.
    pub fn default_slot(&self, channel_name: &str, bandwidth: Bandwidth) -> Result<u32, MeshError> {
        let slots = self.slots(bandwidth);
        if slots == 0 {
            return Err(MeshError::TooLong {
                part: "bandwidth",
                limit: (self.end_hz - self.start_hz) as usize,
            });
        }
        Ok(match self.plan.fixed_slot {
            Some(slot) => u32::from(slot),
            None => djb2(channel_name) % slots + 1,
        })
    }

    /// The centre of a slot, counted from 1.
    ///
    /// # Errors
    /// When the band has no such slot.
    pub const fn slot_center_hz(&self, slot: u32, bandwidth: Bandwidth) -> Result<u32, MeshError> {
        if slot == 0 || slot > self.slots(bandwidth) {
            return Err(MeshError::Value { part: "frequency slot", value: slot });
        }
        let first = self.start_hz + bandwidth.nominal_hz() / 2 + self.plan.padding_hz;
        Ok(first + (slot - 1) * self.slot_hz(bandwidth))
    }

    const fn slot_hz(&self, bandwidth: Bandwidth) -> u32 {
        self.plan.spacing_hz + 2 * self.plan.padding_hz + bandwidth.nominal_hz()
    }
}

/// Bernstein's hash of a name: times 33, plus the byte.
fn djb2(name: &str) -> u32 {
    name.bytes().fold(5381, |hash: u32, byte| hash.wrapping_mul(33).wrapping_add(u32::from(byte)))
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::preset::{self, MESHTASTIC};
    use std::vec::Vec;

    /// Frequencies that Meshtastic's documentation gives for its default channel.
    #[test]
    fn the_default_channels_lie_where_they_do() {
        for (region, slot, center) in
            [("US", 20, 906_875_000), ("EU_868", 1, 869_525_000), ("EU_433", 4, 433_875_000)]
        {
            let region = Region::find(region).unwrap();
            assert_eq!(region.default_slot("LongFast", Bandwidth::Khz250), Ok(slot), "{}", region.name);
            assert_eq!(region.slot_center_hz(slot, Bandwidth::Khz250), Ok(center), "{}", region.name);
        }
        assert_eq!(Region::find("US").unwrap().slots(Bandwidth::Khz250), 104);
    }

    /// The channels that the firmware's comments give for its planned bands.
    #[test]
    fn planned_bands_have_their_channels() {
        let lite = Region::find("EU_866").unwrap();
        let centers = [1, 2, 3, 4].map(|slot| lite.slot_center_hz(slot, Bandwidth::Khz125));
        assert_eq!(centers, [Ok(865_700_000), Ok(866_300_000), Ok(866_900_000), Ok(867_500_000)]);
        assert_eq!(lite.slots(Bandwidth::Khz125), 4);
        let narrow = Region::find("EU_N_868").unwrap();
        let centers = [1, 2, 3].map(|slot| narrow.slot_center_hz(slot, Bandwidth::Khz62).unwrap() / 1000);
        assert_eq!(centers, [869_441, 869_524, 869_608]);
        assert_eq!(narrow.default_slot("anything", Bandwidth::Khz62), Ok(1));
    }

    /// As the firmware rounds, the last slot of some bands reaches beyond the band: a deployment must ask `holds`.
    #[test]
    fn plans_fit_their_bands_but_for_last_slots() {
        for region in REGIONS {
            assert!(region.plan.presets.contains(&region.plan.default_preset), "{}", region.name);
            for name in region.plan.presets {
                let bandwidth = preset::find(&MESHTASTIC, name).unwrap().modulation.bandwidth;
                let slots = region.slots(bandwidth);
                assert!(slots > 0, "{} {name}", region.name);
                for slot in 1..slots {
                    let center = region.slot_center_hz(slot, bandwidth).unwrap();
                    assert!(region.holds(center, bandwidth), "{} {name} slot {slot}", region.name);
                }
            }
        }
        let beyond = REGIONS.iter().filter(|region| {
            let center = region.slot_center_hz(region.slots(Bandwidth::Khz250), Bandwidth::Khz250);
            let standard = region.plan.presets.contains(&"LongFast");
            standard && center.is_ok_and(|center| !region.holds(center, Bandwidth::Khz250))
        });
        let beyond: Vec<_> = beyond.map(|region| region.name).collect();
        assert_eq!(beyond, ["ANZ_433", "UA_433", "PH_433", "PH_868", "KZ_433"]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let europe = Region::find("EU_868").unwrap();
        assert!(!europe.plan.presets.contains(&"ShortTurbo"));
        assert_eq!(europe.slots(Bandwidth::Khz500), 0);
        assert_eq!(europe.default_slot("x", Bandwidth::Khz500).unwrap_err().code(), "mesh::too_long");
        assert_eq!(europe.slot_center_hz(2, Bandwidth::Khz250).unwrap_err().code(), "mesh::value");
        assert!(!europe.holds(869_400_000, Bandwidth::Khz62));
        assert_eq!(europe.budget_us_per_hour(), 360_000_000);
        assert_eq!(Region::find("EU868"), None);
    }
}
