//! The regions, in the order of Meshtastic's table.

use super::{Plan, Region};

const STANDARD: Plan = Plan {
    presets: &[
        "LongFast",
        "LongSlow",
        "MediumSlow",
        "MediumFast",
        "ShortSlow",
        "ShortFast",
        "LongMod",
        "ShortTurbo",
        "LongTurbo",
        "MediumTurbo",
    ],
    default_preset: "LongFast",
    spacing_hz: 0,
    padding_hz: 0,
    fixed_slot: None,
};

/// 500 kHz are wider than the band.
const EUROPE: Plan = Plan {
    presets: &["LongFast", "LongSlow", "MediumSlow", "MediumFast", "ShortSlow", "ShortFast", "LongMod"],
    ..STANDARD
};

const LITE: Plan = Plan {
    presets: &["LiteFast", "LiteSlow"],
    default_preset: "LiteFast",
    spacing_hz: 400_000,
    padding_hz: 37_500,
    fixed_slot: None,
};

const NARROW: Plan = Plan {
    presets: &["NarrowFast", "NarrowSlow"],
    default_preset: "NarrowSlow",
    spacing_hz: 0,
    padding_hz: 10_400,
    fixed_slot: Some(1),
};

const fn region(
    name: &'static str,
    (start_hz, end_hz): (u32, u32),
    (duty_permille, power_dbm): (u16, i8),
) -> Region {
    Region { name, start_hz, end_hz, duty_permille, power_dbm, plan: STANDARD }
}

const fn planned(region: Region, plan: Plan) -> Region {
    Region { plan, ..region }
}

/// A node that was told no region must not send, so that Meshtastic's UNSET is none of them.
pub const REGIONS: [Region; 26] = [
    region("US", (902_000_000, 928_000_000), (1000, 30)),
    region("EU_433", (433_000_000, 434_000_000), (100, 10)),
    planned(region("EU_868", (869_400_000, 869_650_000), (100, 27)), EUROPE),
    planned(region("EU_866", (865_600_000, 867_600_000), (25, 27)), LITE),
    planned(region("EU_N_868", (869_400_000, 869_650_000), (100, 27)), NARROW),
    region("CN", (470_000_000, 510_000_000), (1000, 19)),
    region("JP", (920_500_000, 923_500_000), (1000, 13)),
    region("ANZ", (915_000_000, 928_000_000), (1000, 30)),
    region("ANZ_433", (433_050_000, 434_790_000), (1000, 14)),
    region("RU", (868_700_000, 869_200_000), (1000, 20)),
    region("KR", (920_000_000, 923_000_000), (1000, 23)),
    region("TW", (920_000_000, 925_000_000), (1000, 27)),
    region("IN", (865_000_000, 867_000_000), (1000, 30)),
    region("NZ_865", (864_000_000, 868_000_000), (1000, 36)),
    region("TH", (920_000_000, 925_000_000), (100, 27)),
    region("UA_433", (433_000_000, 434_700_000), (100, 10)),
    region("MY_433", (433_000_000, 435_000_000), (1000, 20)),
    region("MY_919", (919_000_000, 924_000_000), (1000, 27)),
    region("SG_923", (917_000_000, 925_000_000), (1000, 20)),
    region("PH_433", (433_000_000, 434_700_000), (1000, 10)),
    region("PH_868", (868_000_000, 869_400_000), (1000, 14)),
    region("PH_915", (915_000_000, 918_000_000), (1000, 24)),
    region("KZ_433", (433_075_000, 434_775_000), (1000, 10)),
    region("KZ_863", (863_000_000, 868_000_000), (1000, 30)),
    region("NP_865", (865_000_000, 868_000_000), (1000, 30)),
    region("BR_902", (902_000_000, 907_500_000), (1000, 30)),
];
