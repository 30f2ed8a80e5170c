//! A descriptor and its tables, read from bytes that count upwards: each field is where `ABI.md` says.

use swarm_abi::{BeaconEntry, ChannelEntry, CharacteristicEntry, HandlerEntry, PortEntry};
use swarm_link::{Tables, tables};

/// Two handlers, one port, two channels, one beacon, one characteristic.
fn image() -> Vec<u8> {
    let mut image: Vec<u8> = (0..48 + 2 * 24 + 8 + 2 * 16 + 20 + 40).map(|place| place as u8).collect();
    image[32..42].copy_from_slice(&[2, 0, 1, 0, 2, 0, 1, 0, 1, 0]);
    image
}

#[test]
fn every_field_is_in_its_place() {
    let image = image();
    let tables = Tables::of(&image).unwrap();
    let descriptor = tables.descriptor;
    assert_eq!((descriptor.magic, descriptor.minor, descriptor.services), (0x0302_0100, 0x0706, 0x1F1E_1D1C));
    assert_eq!((descriptor.channels, descriptor.reserved), (2, [0x2B2A, 0x2D2C, 0x2F2E]));
    let handlers: Vec<_> = tables.handlers().collect();
    let first = HandlerEntry {
        offset: 0x3332_3130,
        kind: 0x3534,
        symbol: 0x3736,
        name: 0x3B3A_3938,
        period: 0x3F3E_3D3C,
        period_min: 0x4342_4140,
        period_max: 0x4746_4544,
    };
    assert_eq!((handlers.len(), handlers[0]), (2, first));
    let port = PortEntry { name: 0x6362_6160, direction: 0x64, bits: 0x65, reserved: 0x6766 };
    assert_eq!(tables.ports().collect::<Vec<_>>(), [port]);
    let channels: Vec<_> = tables.channels().collect();
    let second = ChannelEntry {
        name: 0x7B7A_7978,
        protocol: 0x7C,
        hops: 0x7D,
        port: 0x7F7E,
        bytes: 0x8180,
        relay: 0x82,
        reserved: 0x83,
        budget_ms: 0x8786_8584,
    };
    assert_eq!((channels.len(), channels[1]), (2, second));
    let beacon = BeaconEntry {
        name: 0x8B8A_8988,
        interval_ms: 0x8F8E_8D8C,
        dwell_ms: 0x9392_9190,
        turns: 0x94,
        flags: 0x95,
        bytes: 0x9796,
        reserved: 0x9B9A_9998,
    };
    assert_eq!(tables.beacons().collect::<Vec<_>>(), [beacon]);
    let characteristic = CharacteristicEntry {
        service: std::array::from_fn(|place| 0x9C + place as u8),
        uuid: std::array::from_fn(|place| 0xAC + place as u8),
        name: 0xBFBE_BDBC,
        flags: 0xC0,
        reserved: 0xC1,
        bytes: 0xC3C2,
    };
    assert_eq!(tables.characteristics().collect::<Vec<_>>(), [characteristic]);
}

#[test]
fn an_image_that_ends_early_has_no_tables() {
    let image = image();
    assert_eq!(tables::bytes(&Tables::of(&image).unwrap().descriptor), image.len());
    for length in 0..image.len() {
        assert!(Tables::of(&image[..length]).is_none(), "{length} bytes");
    }
}
