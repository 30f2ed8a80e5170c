//! Raw frames against a reader and writer made from the table of their bytes alone, with an AES-CCM that is not ours.

use crate::peer::{ask, hex, unhex};
use crate::random::Random;
use swarm_mesh::PACKET_MAX;
use swarm_mesh::raw::{Channel, Frame, Hops, payload_limit};

const FRAMES: usize = 5000;

fn shown(frame: &Frame<'_>) -> String {
    let some = |number: Option<u32>| number.map_or("-".to_owned(), |number| number.to_string());
    format!(
        "{} {} {} {} {} {} {} {} {} {} {}",
        frame.from,
        some(frame.to),
        frame.id,
        frame.hops.left,
        frame.hops.made,
        frame.relay,
        frame.next_hop,
        u8::from(frame.want_ack),
        frame.port,
        some(frame.answers),
        hex(frame.payload),
    )
}

#[test]
fn ours_are_read() {
    let mut random = Random(70);
    let (mut questions, mut answers) = (String::new(), Vec::new());
    for _ in 0..FRAMES {
        let name = ["swarm", "garden", "a"][random.below(3)];
        let size = if random.flag() { 16 } else { 32 };
        let secret = random.bytes(size);
        let (to, answered) = (random.flag().then(|| random.u32()), random.flag().then(|| random.u32()));
        let length = random.below(payload_limit(to, answered) + 1);
        let payload = random.bytes(length);
        let frame = Frame {
            from: random.u32(),
            to,
            id: random.u32(),
            hops: Hops { left: random.below(16) as u8, made: random.below(16) as u8 },
            relay: random.next() as u8,
            next_hop: random.next() as u8,
            want_ack: random.flag(),
            port: random.next() as u8,
            answers: answered,
            payload: &payload,
        };
        let mut packet = [0; PACKET_MAX];
        let channel = Channel::new(name, &secret).expect("a secret");
        let length = channel.seal(&frame, &mut packet).expect("it fits");
        questions += &format!("{name} {} {}\n", hex(&secret), hex(&packet[..length]));
        answers.push(shown(&frame));
    }
    assert_eq!(ask("raw_frames.py", &["read"], questions), answers);
}

#[test]
fn theirs_are_read_and_written_alike() {
    let lines = ask("raw_frames.py", &["make"], format!("{FRAMES}\n"));
    assert_eq!(lines.len(), FRAMES);
    for line in lines {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        let [name, secret, packet, values] = words[..] else { panic!("four parts: {line}") };
        let (channel, packet) = (Channel::new(name, &unhex(secret)).expect("a secret"), unhex(packet));
        let (mut plain, mut again) = ([0; PACKET_MAX], [0; PACKET_MAX]);
        let frame = channel.open(&packet, &mut plain).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(shown(&frame), values);
        let length = channel.seal(&frame, &mut again).expect("it fits");
        assert_eq!(&again[..length], packet);
    }
}
