//! Meshtastic packets against its own package's protobufs and an AES that is not ours, both ways.

use crate::peer::{ask, hex, unhex};
use crate::random::Random;
use swarm_mesh::PACKET_MAX;
use swarm_mesh::meshtastic::{Channel, DATA_MAX, Data, DirectKey, Encryption, Header, Key, public_key};
use swarm_mesh::preset::MESHTASTIC;
use swarm_mesh::region::REGIONS;

const PACKETS: usize = 10_000;

/// A configured key: none, a well-known one, 128 or 256 random bits.
fn psk(random: &mut Random) -> Vec<u8> {
    match random.below(5) {
        0 => vec![],
        // The default of every new node.
        1 => vec![1],
        2 => random.bytes(1),
        3 => random.bytes(16),
        _ => random.bytes(32),
    }
}

fn header(random: &mut Random) -> Header {
    let hop_start = random.below(8) as u8;
    Header {
        to: random.u32(),
        from: random.u32().clamp(1, u32::MAX - 1),
        id: random.u32(),
        hop_limit: random.below(usize::from(hop_start) + 1) as u8,
        hop_start,
        want_ack: random.flag(),
        via_mqtt: random.flag(),
        channel: 0,
        next_hop: random.next() as u8,
        relay_node: random.next() as u8,
    }
}

fn data<'a>(random: &mut Random, payload: &'a [u8]) -> Data<'a> {
    let some = |random: &mut Random| if random.flag() { random.u32() } else { 0 };
    let all = Data {
        portnum: 1 + random.below(511) as u32,
        payload: &[],
        want_response: random.flag(),
        dest: some(random),
        source: some(random),
        request_id: some(random),
        reply_id: some(random),
        emoji: some(random),
        bitfield: random.flag().then(|| random.next() as u8),
        signature: &[],
    };
    let length = random.below(all.payload_limit(Encryption::Channel) + 1);
    Data { payload: &payload[..length], ..all }
}

/// As the script shows a packet.
fn shown(header: &Header, data: &Data<'_>) -> String {
    let head = format!(
        "{} {} {} {} {} {} {} {} {} {}",
        header.to,
        header.from,
        header.id,
        header.hop_limit,
        header.hop_start,
        u8::from(header.want_ack),
        u8::from(header.via_mqtt),
        header.channel,
        header.next_hop,
        header.relay_node,
    );
    let numbers =
        [data.dest, data.source, data.request_id, data.reply_id, data.emoji].map(|number| number.to_string());
    format!(
        "{head} {} {} {} {} {}",
        data.portnum,
        hex(data.payload),
        u8::from(data.want_response),
        numbers.join(" "),
        data.bitfield.map_or("-".to_owned(), |bits| bits.to_string()),
    )
}

#[test]
fn its_package_reads_our_packets() {
    let mut random = Random(1);
    let (mut questions, mut answers) = (String::new(), Vec::new());
    let mut longest = 0;
    for _ in 0..PACKETS {
        let (psk, header, bytes) = (psk(&mut random), header(&mut random), random.bytes(233));
        let data = data(&mut random, &bytes);
        let channel = Channel::new("swarm", Key::from_psk(&psk).expect("a key"));
        let mut packet = [0; PACKET_MAX];
        let length = channel.seal(&header, &data, &mut packet).expect("it fits");
        longest = longest.max(length);
        questions += &format!("{} {}\n", hex(&psk), hex(&packet[..length]));
        answers.push(shown(&Header { channel: channel.hash(), ..header }, &data));
    }
    assert_eq!(longest, PACKET_MAX, "no packet was full");
    let lines = ask("meshtastic_packets.py", &["read"], questions);
    assert_eq!(lines.len(), PACKETS);
    for (theirs, ours) in lines.iter().zip(&answers) {
        assert_eq!(theirs, ours);
    }
}

#[test]
fn we_read_its_packages_packets() {
    let lines = ask("meshtastic_packets.py", &["make"], format!("{PACKETS}\n"));
    assert_eq!(lines.len(), PACKETS);
    for line in lines {
        let parts: Vec<_> = line.split(' ').map(unhex).collect();
        let [psk, packet, message] = &parts[..] else { panic!("three parts: {line}") };
        let channel = Channel::new("swarm", Key::from_psk(psk).expect("a key"));
        let mut plain = [0; DATA_MAX];
        let (header, data) =
            channel.open(packet, &mut plain).unwrap_or_else(|error| panic!("{error}: {line}"));
        let mut again = [0; PACKET_MAX];
        let length = data.encode(&mut again).expect("it fits");
        assert_eq!(&again[..length], message, "{line}");
        let length = channel.seal(&header, &data, &mut again).expect("it fits");
        assert_eq!(&again[..length], packet, "{line}");
    }
}

#[test]
fn channel_hashes_agree() {
    let mut random = Random(3);
    let mut questions = "LongFast 01\nLongFast 02\nMediumSlow 01\n".to_owned();
    let mut answers = vec![
        Channel::new("LongFast", Key::from_psk(&[1]).unwrap()).hash(),
        // The package does not count up its well-known key as the firmware does: it puts the byte in place of the
        // last one, which is 1, so that both agree.
        Channel::new("LongFast", Key::from_psk(&[2]).unwrap()).hash(),
        Channel::new("MediumSlow", Key::from_psk(&[1]).unwrap()).hash(),
    ];
    for length in 1..=11 {
        let name: String = (0..length).map(|_| char::from(b'a' + random.below(26) as u8)).collect();
        let size = if random.flag() { 16 } else { 32 };
        let key = random.bytes(size);
        questions += &format!("{name} {}\n", hex(&key));
        answers.push(Channel::new(&name, Key::from_psk(&key).unwrap()).hash());
    }
    let theirs: Vec<u8> =
        ask("meshtastic_packets.py", &["hash"], questions).iter().map(|line| line.parse().unwrap()).collect();
    assert_eq!(theirs, answers);
    assert_eq!(answers[0], 8);
}

#[test]
fn direct_messages_are_read_by_another_curve_and_cipher() {
    let mut random = Random(4);
    let (mut questions, mut answers) = (String::new(), Vec::new());
    for _ in 0..PACKETS / 10 {
        let mut key = || -> [u8; 32] { random.bytes(32).try_into().expect("32 bytes") };
        let (ours, theirs) = (key(), key());
        let shared = DirectKey::new(&ours, &public_key(&theirs)).expect("a key");
        let header = Header { to: random.u32().clamp(1, u32::MAX - 1), ..header(&mut random) };
        let bytes = random.bytes(233);
        let data = data(&mut random, &bytes);
        let length = data.payload.len().min(data.payload_limit(Encryption::PublicKey));
        let data = Data { payload: &bytes[..length], ..data };
        let mut packet = [0; PACKET_MAX];
        let length = shared.seal(&header, (&data, random.u32()), &mut packet).expect("it fits");
        questions += &format!("{} {} {}\n", hex(&theirs), hex(&public_key(&ours)), hex(&packet[..length]));
        answers.push(shown(&header, &data));
    }
    assert_eq!(ask("meshtastic_packets.py", &["direct"], questions), answers);
}

#[test]
fn we_read_their_direct_messages() {
    let lines = ask("meshtastic_packets.py", &["make_direct"], format!("{}\n", PACKETS / 10));
    assert_eq!(lines.len(), PACKETS / 10);
    for line in lines {
        let parts: Vec<_> = line.split(' ').map(unhex).collect();
        let [private, public, packet, message, nonce] = &parts[..] else { panic!("five parts: {line}") };
        let key = |bytes: &[u8]| -> [u8; 32] { bytes.try_into().expect("32 bytes") };
        let shared = DirectKey::new(&key(private), &key(public)).expect("a key");
        let mut plain = [0; DATA_MAX];
        let (header, data) =
            shared.open(packet, &mut plain).unwrap_or_else(|error| panic!("{error}: {line}"));
        let mut again = [0; PACKET_MAX];
        let length = data.encode(&mut again).expect("it fits");
        assert_eq!(&again[..length], message, "{line}");
        let nonce = u32::from_le_bytes(nonce[..].try_into().expect("four bytes"));
        let length = shared.seal(&header, (&data, nonce), &mut again).expect("it fits");
        assert_eq!(&again[..length], packet, "{line}");
    }
}

/// The package is a little older than the firmware: it lacks some of ours, and has some of which the firmware has no data.
#[test]
fn regions_and_presets_are_the_packages() {
    let names = |what: &str| ask("meshtastic_packets.py", &["names"], format!("{what}\n"));
    let ours: Vec<&str> = REGIONS.iter().map(|region| region.name).collect();
    let theirs = names("regions");
    let missing: Vec<_> = theirs.iter().filter(|name| !ours.contains(&name.as_str())).collect();
    // None, 2.4 GHz, amateur radio, and three without data.
    assert_eq!(missing, ["UNSET", "LORA_24", "UA_868", "ITU1_2M", "ITU2_2M", "EU_874", "EU_917", "ITU3_2M"]);
    assert!(ours.iter().all(|name| theirs.iter().any(|theirs| theirs == name)));

    let capitals = |name: &str| {
        let words = name.replace("Mod", "Moderate");
        let with_gaps = words.chars().enumerate().flat_map(|(place, letter)| {
            let gap = (place > 0 && letter.is_uppercase()).then_some('_');
            gap.into_iter().chain(letter.to_uppercase())
        });
        with_gaps.collect::<String>()
    };
    let ours: Vec<String> = MESHTASTIC.iter().map(|preset| capitals(preset.name)).collect();
    let theirs = names("presets");
    let missing: Vec<_> = theirs.iter().filter(|name| !ours.contains(name)).collect();
    // Deprecated.
    assert_eq!(missing, ["VERY_LONG_SLOW"]);
    let newer: Vec<_> = ours.iter().filter(|name| !theirs.contains(name)).collect();
    assert_eq!(newer, ["MEDIUM_TURBO", "TINY_FAST", "TINY_SLOW"]);
}
