//! Time on air against two implementations that are not ours, to the microsecond.

use crate::peer::ask;
use lora_modulation as other;
use std::collections::HashSet;
use swarm_mesh::PACKET_MAX;
use swarm_mesh::airtime::{Bandwidth, Crc, Framing, Header, Modulation, time_on_air_us};
use swarm_mesh::preset::{MESHCORE, MESHTASTIC};

/// Every modulation of the chip, so every preset too, with every header and check sum.
fn modulations() -> impl Iterator<Item = Modulation> {
    Bandwidth::ALL.into_iter().flat_map(|bandwidth| {
        (5..=12).flat_map(move |factor| {
            (5..=8).map(move |rate| Modulation::new(bandwidth, factor, rate).expect("the chip has it"))
        })
    })
}

#[test]
fn all_modulations_and_sizes_agree_with_the_data_sheet() {
    let presets: HashSet<_> =
        MESHTASTIC.iter().chain(&MESHCORE).map(|preset| format!("{:?}", preset.modulation)).collect();
    let all: HashSet<_> = modulations().map(|modulation| format!("{modulation:?}")).collect();
    assert!(presets.is_subset(&all));

    let mut questions = String::new();
    let mut answers = Vec::new();
    for (place, modulation) in modulations().enumerate() {
        // Every size for each preset; every third, by turns, for the others.
        let step = if presets.contains(&format!("{modulation:?}")) { 1 } else { 3 };
        for length in (place % step..=PACKET_MAX).step_by(step) {
            for (header, crc) in [
                (Header::Explicit, Crc::On),
                (Header::Explicit, Crc::Off),
                (Header::Implicit, Crc::On),
                (Header::Implicit, Crc::Off),
            ] {
                let preamble = 8 + (length % 25) as u16;
                let framing = Framing { preamble, header, crc };
                answers.push(time_on_air_us(modulation, framing, length).expect("a packet is that long"));
                questions += &format!(
                    "{} {} {} {preamble} {} {} {length}\n",
                    modulation.bandwidth.divisor(),
                    modulation.spreading_factor(),
                    modulation.coding_rate(),
                    u8::from(header == Header::Explicit),
                    u8::from(crc == Crc::On),
                );
            }
        }
    }
    let times: Vec<u64> =
        ask("airtime.py", &[], questions).iter().map(|line| line.parse().expect("a number")).collect();
    assert!(times.len() > 100_000, "{}", times.len());
    let wrong = times.iter().zip(&answers).filter(|(theirs, ours)| theirs != ours).count();
    assert_eq!((times.len(), wrong), (answers.len(), 0));
}

/// The crate `lora-modulation` rounds some narrow bandwidths, knows no other rules for spreading factors 5 and 6, and
/// counts symbols too many for a packet without a byte; presets of the other bandwidths need none of that.
#[test]
fn the_presets_agree_with_lora_modulation() {
    let mut compared = 0;
    for preset in MESHTASTIC.iter().chain(&MESHCORE) {
        let modulation = preset.modulation;
        let bandwidth = match modulation.bandwidth {
            Bandwidth::Khz500 => other::Bandwidth::_500KHz,
            Bandwidth::Khz250 => other::Bandwidth::_250KHz,
            Bandwidth::Khz125 => other::Bandwidth::_125KHz,
            Bandwidth::Khz62 => other::Bandwidth::_62KHz,
            _ => continue,
        };
        let factor = match modulation.spreading_factor() {
            7 => other::SpreadingFactor::_7,
            8 => other::SpreadingFactor::_8,
            9 => other::SpreadingFactor::_9,
            10 => other::SpreadingFactor::_10,
            11 => other::SpreadingFactor::_11,
            12 => other::SpreadingFactor::_12,
            factor => panic!("no preset has spreading factor {factor}"),
        };
        let rate = match modulation.coding_rate() {
            5 => other::CodingRate::_4_5,
            6 => other::CodingRate::_4_6,
            8 => other::CodingRate::_4_8,
            rate => panic!("no preset has coding rate 4/{rate}"),
        };
        let theirs = other::BaseBandModulationParams::new(factor, bandwidth, rate);
        assert_eq!(theirs.ldro, modulation.is_optimised(), "{}", preset.name);
        for length in 1..=255 {
            let ours = time_on_air_us(modulation, Framing::MESHTASTIC, length.into());
            assert_eq!(Ok(theirs.time_on_air_us(Some(16), true, length).into()), ours, "{}", preset.name);
            compared += 1;
        }
    }
    assert_eq!(compared, 17 * 255);
}
