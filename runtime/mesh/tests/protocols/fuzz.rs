//! Noise for every decoder: none reads out of bounds, overflows or panics, and what one accepts is written again as the
//! same value.

use crate::random::Random;
use swarm_mesh::PACKET_MAX;
use swarm_mesh::meshtastic::{Channel, DATA_MAX, Data, Header, Key};
use swarm_mesh::wire::Fields;

/// Inputs to each decoder.
const INPUTS: usize = 1_000_000;

/// A good packet with some bytes changed, cut off or added; or noise, mostly of small numbers, as in messages.
pub fn spoil(random: &mut Random, good: &[u8], input: &mut Vec<u8>) {
    input.clear();
    if random.below(4) == 0 {
        let length = random.below(PACKET_MAX + 10);
        let mask = [0xFF, 0x1F, 0x7F][random.below(3)];
        input.extend((0..length).map(|_| random.next() as u8 & mask));
        return;
    }
    input.extend_from_slice(good);
    for _ in 0..random.below(4) {
        match random.below(4) {
            0 => input.truncate(random.below(input.len() + 1)),
            1 => input.push(random.next() as u8),
            2 => input.insert(random.below(input.len() + 1), 0xFF),
            _ if input.is_empty() => {}
            _ => {
                let place = random.below(input.len());
                input[place] = [random.next() as u8, 0, 0x80, 0xFF][random.below(4)];
            }
        }
    }
}

#[test]
fn fields_end() {
    let mut random = Random(10);
    let good = [&[0x08, 0x96, 0x01, 0x12, 3, 1, 2, 3, 0x1D, 4, 0, 0, 0, 0x21][..], &[5; 8]].concat();
    let (mut input, mut errors) = (Vec::new(), 0);
    for _ in 0..INPUTS {
        spoil(&mut random, &good, &mut input);
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
        spoil(&mut random, &good[..length], &mut input);
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
            spoil(&mut random, &good[..length], &mut input);
            let Ok((header, data)) = channel.open(&input, &mut plain) else { continue };
            accepted += 1;
            assert_eq!((header.channel, data.portnum != 0), (channel.hash(), true));
        }
        assert!((inputs / 100..inputs).contains(&accepted), "{accepted}");
    }
}
