//! Noise for every decoder: none reads out of bounds, overflows or panics, and what one accepts is written again as the
//! same value.

use crate::random::Random;
use swarm_mesh::PACKET_MAX;
use swarm_mesh::meshcore::{
    self, Advert, AdvertData, AnonymousRequest, Datagram, PAYLOAD_MAX, Packet, Secret,
};
use swarm_mesh::meshtastic::{Channel, DATA_MAX, Data, DirectKey, Header, Key};
use swarm_mesh::raw::{self, Frame, Hops};
use swarm_mesh::wire::Fields;

/// Inputs to each decoder.
const INPUTS: usize = 1_000_000;

#[test]
fn fields_end() {
    let mut random = Random(10);
    let good = [&[0x08, 0x96, 0x01, 0x12, 3, 1, 2, 3, 0x1D, 4, 0, 0, 0, 0x21][..], &[5; 8]].concat();
    let (mut input, mut errors) = (Vec::new(), 0);
    for _ in 0..INPUTS {
        random.spoil(&good, &mut input);
        let fields: Vec<_> = Fields::new(&input).collect();
        assert!(fields.len() <= input.len() / 2 + 1);
        errors += fields.iter().filter(|field| field.is_err()).count();
        // An error is the last that comes.
        assert!(fields.iter().rev().skip(1).all(Result::is_ok));
    }
    assert!((INPUTS / 10..INPUTS).contains(&errors), "{errors}");
}

#[test]
fn messages_of_meshtastic() {
    let mut random = Random(11);
    let full = Data { want_response: true, dest: 1, source: 2, request_id: 3, ..Data::new(256, b"payload") };
    let full = Data { reply_id: 4, emoji: 5, bitfield: Some(3), signature: &[9; 64], ..full };
    let mut good = [0; DATA_MAX];
    let length = full.encode(&mut good).expect("it fits");
    let (mut input, mut again, mut accepted) = (Vec::new(), [0; DATA_MAX], 0);
    for _ in 0..INPUTS {
        random.spoil(&good[..length], &mut input);
        let Ok(data) = Data::decode(&input) else { continue };
        accepted += 1;
        // Two long fields of which each is allowed need not fit together.
        match data.encode(&mut again) {
            Ok(length) => assert_eq!(Data::decode(&again[..length]), Ok(data)),
            Err(error) => assert_eq!((error.code(), data.size() > DATA_MAX), ("mesh::too_long", true)),
        }
    }
    assert!((INPUTS / 100..INPUTS).contains(&accepted), "{accepted}");
}

#[test]
fn packets_of_meshtastic() {
    let mut random = Random(12);
    // Not encrypted, so that noise reaches the message; and encrypted, where it becomes other noise.
    for (psk, inputs) in [(&[0][..], INPUTS / 2), (&[1][..], INPUTS / 2)] {
        let channel = Channel::new("swarm", Key::from_psk(psk).expect("a key"));
        let header = Header { want_ack: true, ..Header::new(0x1122_3344, u32::MAX, 77) };
        let mut good = [0; PACKET_MAX];
        let length = channel.seal(&header, &Data::new(256, b"something"), &mut good).expect("it fits");
        let (mut input, mut plain, mut accepted) = (Vec::new(), [0; DATA_MAX], 0);
        for _ in 0..inputs {
            random.spoil(&good[..length], &mut input);
            let Ok((header, data)) = channel.open(&input, &mut plain) else { continue };
            accepted += 1;
            assert_eq!((header.channel, data.portnum != 0), (channel.hash(), true));
        }
        assert!((inputs / 100..inputs).contains(&accepted), "{accepted}");
    }
}

#[test]
fn packets_of_meshcore() {
    let mut random = Random(13);
    let good = [&[0x1C, 1, 2, 3, 4, 0x42][..], b"pathpayload"].concat();
    let (mut input, mut again, mut accepted) = (Vec::new(), [0; PACKET_MAX], 0);
    for _ in 0..INPUTS {
        random.spoil(&good, &mut input);
        let Ok(packet) = Packet::decode(&input) else { continue };
        accepted += 1;
        let length = packet.encode(&mut again).expect("what was read can be written");
        assert_eq!(&again[..length], &input[..]);
    }
    assert!((INPUTS / 100..INPUTS).contains(&accepted), "{accepted}");
}

#[test]
fn payloads_of_meshcore() {
    let mut random = Random(14);
    let (mut input, mut content, mut accepted) = (Vec::new(), [0; PAYLOAD_MAX], [0; 5]);
    let secret = Secret::new([5; 32]);
    for _ in 0..INPUTS {
        random.spoil(&[7; 66], &mut input);
        accepted[0] += u32::from(secret.open(&input, &mut content).is_ok());
        if let Ok(datagram) = Datagram::decode(&input) {
            accepted[1] += 1;
            assert_eq!([datagram.to, datagram.from], input[..2]);
        }
        if let Ok(request) = AnonymousRequest::decode(&input) {
            accepted[2] += 1;
            assert_eq!(request.from[..], input[1..33]);
        }
        if let Ok(advert) = Advert::decode(&input) {
            accepted[3] += 1;
            let mut again = [0; PAYLOAD_MAX];
            let length = advert.encode(&mut again).expect("what was read can be written");
            assert_eq!(&again[..length], &input[..]);
        }
        if let Ok(data) = AdvertData::decode(&input) {
            accepted[4] += 1;
            let mut again = [0; 32];
            let length = data.encode(&mut again).expect("what was read can be written");
            assert_eq!(AdvertData::decode(&again[..length]), Ok(data));
        }
    }
    // Two bytes of authentication: noise of whole blocks passes once in 65,536.
    assert!(accepted[0] < 30 && accepted[1..].iter().all(|count| *count > 10_000), "{accepted:?}");
}

/// Behind a good authentication, where a sender who knows the key writes what he likes.
#[test]
fn contents_of_meshcores_channels() {
    let mut random = Random(15);
    let channel = meshcore::Channel::new(&[5; 32]).expect("a key");
    let secret = Secret::new([5; 32]);
    let (mut input, mut payload, mut content, mut accepted) =
        (Vec::new(), [0; PAYLOAD_MAX], [0; PAYLOAD_MAX], [0; 2]);
    payload[0] = channel.hash();
    for _ in 0..INPUTS / 2 {
        random.spoil(&[1, 0xFF, 3, 1, 0, 3, 4, 5], &mut input);
        input.truncate(176);
        let Ok(size) = secret.seal(&input, &mut payload[1..]) else { continue };
        if let Ok(data) = channel.open_data(&payload[..=size], &mut content) {
            accepted[0] += 1;
            assert!(data.data.len() <= 173);
        }
        if let Ok(text) = channel.open_text(&payload[..=size], &mut content) {
            accepted[1] += 1;
            assert!(!text.text.contains(&0));
        }
    }
    assert!(accepted.iter().all(|count| (INPUTS / 20..INPUTS / 2).contains(count)), "{accepted:?}");
}

/// Curves are slow: fewer of them.
#[test]
fn keys_and_signatures_of_meshcore() {
    let mut random = Random(16);
    let node = meshcore::Identity::from_seed(&[1; 32]).expect("a seed");
    let mut keys = 0;
    for _ in 0..INPUTS / 500 {
        let noise = random.bytes(128);
        let public_key: &[u8; 32] = noise.first_chunk().expect("32 bytes");
        let signature: &[u8; 64] = noise[32..].first_chunk().expect("64 bytes");
        let advert = Advert { public_key, time: 1, signature, data: &noise[96..] };
        assert!(matches!(
            meshcore::verify(&advert).map_err(|error| error.code()),
            Err("mesh::key" | "mesh::signature")
        ));
        keys += u32::from(node.shared_secret(public_key).is_ok());
    }
    // Every second number is a point of the curve.
    assert!((800..1200).contains(&keys), "{keys}");
}

#[test]
fn direct_messages_of_meshtastic() {
    let mut random = Random(17);
    let key = DirectKey::new(&[3; 32], &[5; 32]).expect("a key");
    let header = Header::new(0x1122_3344, 0x5566_7788, 77);
    let (mut good, mut plain) = ([0; PACKET_MAX], [0; DATA_MAX]);
    let length = key.seal(&header, (&Data::new(256, b"something"), 9), &mut good).expect("it fits");
    let (mut input, mut accepted) = (Vec::new(), 0);
    for _ in 0..INPUTS {
        random.spoil(&good[..length], &mut input);
        let Ok((_, data)) = key.open(&input, &mut plain) else { continue };
        accepted += 1;
        assert_eq!(data, Data::new(256, b"something"));
    }
    assert!((INPUTS / 100..INPUTS).contains(&accepted), "{accepted}");
}

#[test]
fn raw_frames() {
    let mut random = Random(18);
    let channel = raw::Channel::new("swarm", &[1; 16]).expect("a secret");
    let hops = Hops { left: 3, made: 1 };
    let frame = Frame {
        from: 1,
        to: Some(2),
        id: 3,
        hops,
        relay: 4,
        next_hop: 0,
        want_ack: true,
        port: 5,
        answers: Some(6),
        payload: b"seven",
    };
    let (mut good, mut plain) = ([0; PACKET_MAX], [0; PACKET_MAX]);
    let length = channel.seal(&frame, &mut good).expect("it fits");
    let (mut input, mut accepted, mut relayed) = (Vec::new(), 0, 0);
    for _ in 0..INPUTS {
        random.spoil(&good[..length], &mut input);
        if let Ok(read) = channel.open(&input, &mut plain) {
            accepted += 1;
            // What relays change is not authenticated; all else is.
            assert_eq!(read, Frame { hops: read.hops, relay: read.relay, next_hop: read.next_hop, ..frame });
        }
        let before = input.clone();
        match raw::relay(&mut input, 7, 8) {
            Ok(()) => relayed += 1,
            Err(_) => assert_eq!(input, before),
        }
    }
    assert!((INPUTS / 100..INPUTS).contains(&accepted), "{accepted}");
    assert!((INPUTS / 100..INPUTS).contains(&relayed), "{relayed}");
}
