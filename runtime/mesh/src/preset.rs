//! Named modulations: Meshtastic's modem presets, and what MeshCore's networks use.

use crate::airtime::{Bandwidth, Modulation};

/// A modulation with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// As a deployment file says it. For Meshtastic it is also what a channel without a name is called, so that channel
    /// hash and frequency slot depend on it.
    pub name: &'static str,
    pub modulation: Modulation,
}

const fn preset(name: &'static str, bandwidth: Bandwidth, spreading_factor: u8, coding_rate: u8) -> Preset {
    match Modulation::new(bandwidth, spreading_factor, coding_rate) {
        Ok(modulation) => Preset { name, modulation },
        Err(_) => panic!("a preset that the chip does not have"),
    }
}

/// Meshtastic's, below 2 GHz, by its firmware's table; `LongMod` is LONG_MODERATE, by its display name.
pub const MESHTASTIC: [Preset; 16] = [
    preset("ShortTurbo", Bandwidth::Khz500, 7, 5),
    preset("ShortFast", Bandwidth::Khz250, 7, 5),
    preset("ShortSlow", Bandwidth::Khz250, 8, 5),
    preset("MediumTurbo", Bandwidth::Khz500, 9, 5),
    preset("MediumFast", Bandwidth::Khz250, 9, 5),
    preset("MediumSlow", Bandwidth::Khz250, 10, 5),
    preset("LongTurbo", Bandwidth::Khz500, 11, 8),
    preset("LongFast", Bandwidth::Khz250, 11, 5),
    preset("LongMod", Bandwidth::Khz125, 11, 8),
    preset("LongSlow", Bandwidth::Khz125, 12, 8),
    preset("LiteFast", Bandwidth::Khz125, 9, 5),
    preset("LiteSlow", Bandwidth::Khz125, 10, 5),
    preset("NarrowFast", Bandwidth::Khz62, 7, 6),
    preset("NarrowSlow", Bandwidth::Khz62, 8, 6),
    preset("TinyFast", Bandwidth::Khz15, 7, 5),
    preset("TinySlow", Bandwidth::Khz15, 8, 6),
];

/// MeshCore has no names for them: the default of its builds, what its FAQ recommends for the USA and Canada, and the
/// fallback in its examples' source. The networks of a region agree on one; a deployment may say any modulation.
pub const MESHCORE: [Preset; 3] = [
    preset("NarrowSf8", Bandwidth::Khz62, 8, 5),
    preset("NarrowSf7", Bandwidth::Khz62, 7, 5),
    preset("WideSf10", Bandwidth::Khz250, 10, 5),
];

/// The preset of this name.
pub fn find(presets: &'static [Preset], name: &str) -> Option<&'static Preset> {
    presets.iter().find(|preset| preset.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for presets in [&MESHTASTIC[..], &MESHCORE[..]] {
            for preset in presets {
                assert_eq!(find(presets, preset.name), Some(preset));
            }
        }
        assert_eq!(find(&MESHTASTIC, "LongModerate"), None);
    }
}
