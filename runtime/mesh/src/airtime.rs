//! How long a LoRa packet is on the air: the formula of the SX126x data sheet, section 6.1.4.
//!
//! Exact, in integers: each bandwidth of the chip is 500 kHz divided by a whole number, so that a quarter of a symbol is a
//! whole number of microseconds.

use crate::MeshError;
use crate::PACKET_MAX;

/// From this symbol time on the chip's low data rate optimisation is on, in both protocols' firmware.
const OPTIMISED_FROM_US: u32 = 16_000;

/// The bandwidths of the SX126x.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bandwidth {
    Khz500,
    Khz250,
    Khz125,
    Khz62,
    Khz41,
    Khz31,
    Khz20,
    Khz15,
    Khz10,
    Khz7,
}

impl Bandwidth {
    /// From the widest to the narrowest.
    pub const ALL: [Self; 10] = [
        Self::Khz500,
        Self::Khz250,
        Self::Khz125,
        Self::Khz62,
        Self::Khz41,
        Self::Khz31,
        Self::Khz20,
        Self::Khz15,
        Self::Khz10,
        Self::Khz7,
    ];

    /// What 500 kHz is divided by.
    pub const fn divisor(self) -> u32 {
        match self {
            Self::Khz500 => 1,
            Self::Khz250 => 2,
            Self::Khz125 => 4,
            Self::Khz62 => 8,
            Self::Khz41 => 12,
            Self::Khz31 => 16,
            Self::Khz20 => 24,
            Self::Khz15 => 32,
            Self::Khz10 => 48,
            Self::Khz7 => 64,
        }
    }

    /// As firmware writes it and counts frequency slots with it; the chip's own is 500 kHz by the divisor.
    pub const fn nominal_hz(self) -> u32 {
        match self {
            Self::Khz41 => 41_700,
            Self::Khz20 => 20_800,
            Self::Khz15 => 15_600,
            Self::Khz10 => 10_400,
            Self::Khz7 => 7_800,
            exact => 500_000 / exact.divisor(),
        }
    }
}

/// How bits become symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modulation {
    pub bandwidth: Bandwidth,
    spreading_factor: u8,
    coding_rate: u8,
}

impl Modulation {
    /// Spreading factor 5 to 12; coding rate 5 to 8, the denominator of 4/5 to 4/8.
    ///
    /// # Errors
    /// When one is out of its range.
    pub const fn new(bandwidth: Bandwidth, spreading_factor: u8, coding_rate: u8) -> Result<Self, MeshError> {
        if spreading_factor < 5 || spreading_factor > 12 {
            return Err(MeshError::Value { part: "spreading factor", value: spreading_factor as u32 });
        }
        if coding_rate < 5 || coding_rate > 8 {
            return Err(MeshError::Value { part: "coding rate", value: coding_rate as u32 });
        }
        Ok(Self { bandwidth, spreading_factor, coding_rate })
    }

    pub const fn spreading_factor(self) -> u8 {
        self.spreading_factor
    }

    /// The denominator: 5 for 4/5.
    pub const fn coding_rate(self) -> u8 {
        self.coding_rate
    }

    /// Microseconds of one symbol: `2^SF / bandwidth`.
    pub const fn symbol_us(self) -> u32 {
        // 1 s / 500 kHz = 2 us
        (2 * self.bandwidth.divisor()) << self.spreading_factor
    }

    /// Whether the low data rate optimisation is on, as both protocols' firmware chooses it.
    pub const fn is_optimised(self) -> bool {
        self.symbol_us() >= OPTIMISED_FROM_US
    }
}

/// The header that says length and coding rate: in the packet, or agreed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    Explicit,
    Implicit,
}

/// The chip's own check sum of 16 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crc {
    On,
    Off,
}

/// What stands around a packet's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framing {
    /// Symbols of the preamble as programmed; the chip adds 4.25, or 6.25 at spreading factors 5 and 6.
    pub preamble: u16,
    pub header: Header,
    pub crc: Crc,
}

impl Framing {
    /// As Meshtastic sends below 2 GHz.
    pub const MESHTASTIC: Self = Self { preamble: 16, header: Header::Explicit, crc: Crc::On };

    /// As raw frames are sent.
    pub const RAW: Self = Self::MESHTASTIC;

    /// As MeshCore sends: a longer preamble where symbols are short.
    pub const fn meshcore(modulation: Modulation) -> Self {
        let preamble = if modulation.spreading_factor <= 8 { 32 } else { 16 };
        Self { preamble, header: Header::Explicit, crc: Crc::On }
    }
}

/// Microseconds on the air of a packet with that many bytes, its protocol's headers included.
///
/// # Errors
/// When it is longer than a packet can be.
pub const fn time_on_air_us(
    modulation: Modulation,
    framing: Framing,
    length: usize,
) -> Result<u64, MeshError> {
    if length > PACKET_MAX {
        return Err(MeshError::TooLong { part: "packet", limit: PACKET_MAX });
    }
    let factor = modulation.spreading_factor as u32;
    let crc_bits = if matches!(framing.crc, Crc::On) { 16 } else { 0 };
    let header_bits = if matches!(framing.header, Header::Explicit) { 20 } else { 0 };
    // Spreading factors 5 and 6 have a longer synchronisation and no room in the first eight symbols' optimisation.
    let (sync_quarters, first_bits) = if factor < 7 { (25, 0) } else { (17, 8) };
    let bits = (8 * length as u32 + crc_bits + header_bits + first_bits).saturating_sub(4 * factor);
    let bits_in_column = 4 * if modulation.is_optimised() { factor - 2 } else { factor };
    let coded = bits.div_ceil(bits_in_column) * modulation.coding_rate as u32;
    let quarters = 4 * (framing.preamble as u64 + 8 + coded as u64) + sync_quarters;
    Ok(quarters * (modulation.symbol_us() / 4) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long_fast() -> Modulation {
        Modulation::new(Bandwidth::Khz250, 11, 5).unwrap()
    }

    #[test]
    fn known_times() {
        // By hand, from the data sheet: SF 11, 250 kHz, 4/5; symbol 8192 us; 28.25 symbols before the payload's.
        assert_eq!(long_fast().symbol_us(), 8192);
        // 8 * 50 + 16 + 20 + 8 - 44 = 400 bits are 10 groups of 44, of 5 symbols each.
        let time = time_on_air_us(long_fast(), Framing::MESHTASTIC, 50).unwrap();
        assert_eq!(time, 28 * 8192 + 8192 / 4 + 50 * 8192);
    }

    #[test]
    fn optimisation_is_on_where_symbols_are_long() {
        let optimised = |bandwidth, factor| Modulation::new(bandwidth, factor, 5).unwrap().is_optimised();
        assert!(!optimised(Bandwidth::Khz250, 11) && optimised(Bandwidth::Khz250, 12));
        assert!(!optimised(Bandwidth::Khz125, 10) && optimised(Bandwidth::Khz125, 11));
        assert!(!optimised(Bandwidth::Khz62, 9) && optimised(Bandwidth::Khz62, 10));
    }

    #[test]
    fn what_the_chip_cannot_do_is_refused() {
        assert_eq!(Modulation::new(Bandwidth::Khz125, 4, 5).unwrap_err().code(), "mesh::value");
        assert_eq!(Modulation::new(Bandwidth::Khz125, 13, 5).unwrap_err().code(), "mesh::value");
        assert_eq!(Modulation::new(Bandwidth::Khz125, 7, 4).unwrap_err().code(), "mesh::value");
        assert_eq!(Modulation::new(Bandwidth::Khz125, 7, 9).unwrap_err().code(), "mesh::value");
        assert_eq!(
            time_on_air_us(long_fast(), Framing::MESHTASTIC, 256).unwrap_err().code(),
            "mesh::too_long"
        );
    }
}
