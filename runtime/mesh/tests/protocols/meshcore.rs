//! MeshCore packets against two packages that are not ours, both ways.

use crate::peer::{ask, hex, unhex};
use crate::random::Random;
use swarm_mesh::PACKET_MAX;
use swarm_mesh::meshcore::{
    Advert, AdvertData, AnonymousRequest, Channel, Datagram, GroupData, Identity, PAYLOAD_MAX, Packet, Path,
    PayloadType, Route, Scope, Text, acknowledgement, verify,
};

const PACKETS: usize = 2000;

fn identity(random: &mut Random) -> ([u8; 32], Identity) {
    loop {
        let seed = random.bytes(32).try_into().expect("32 bytes");
        // One in 128 is refused.
        if let Ok(identity) = Identity::from_seed(&seed) {
            return (seed, identity);
        }
    }
}

fn wrap(kind: PayloadType, payload: &[u8]) -> String {
    let mut packet = [0; PACKET_MAX];
    let length = Packet::flood(kind, payload).encode(&mut packet).expect("it fits");
    hex(&packet[..length])
}

/// Each answer of the peer is the one that is expected.
fn compare(way: &str, cases: Vec<(String, String)>) {
    let (questions, answers): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
    let theirs = ask("meshcore_packets.py", &[way], questions.join("\n") + "\n");
    assert_eq!(theirs.len(), answers.len());
    for (theirs, ours) in theirs.iter().zip(&answers) {
        assert_eq!(theirs, ours, "{way}");
    }
}

#[test]
fn pymc_core_reads_our_packets() {
    let mut random = Random(40);
    let cases = (0..PACKETS).map(|_| {
        let hash_size = 1 + random.below(3);
        let hops = random.below(63 / hash_size + 1);
        let (path, length) = (random.bytes(hops * hash_size), 1 + random.below(PAYLOAD_MAX));
        let payload = random.bytes(length);
        let packet = Packet {
            route: if random.flag() { Route::Flood } else { Route::Direct },
            transport_codes: random.flag().then(|| [random.next() as u16, random.next() as u16]),
            kind: PayloadType::ALL[random.below(PayloadType::ALL.len())],
            path: Path::new(hash_size as u8, &path).expect("a path"),
            payload: &payload,
        };
        let mut bytes = [0; PACKET_MAX];
        let length = packet.encode(&mut bytes).expect("it fits");
        assert_eq!((length, Packet::decode(&bytes[..length])), (packet.size(), Ok(packet)));
        let route = match (packet.route, packet.transport_codes) {
            (Route::Flood, Some(_)) => 0,
            (Route::Flood, None) => 1,
            (Route::Direct, None) => 2,
            (Route::Direct, Some(_)) => 3,
        };
        let codes = packet.transport_codes.map_or("- -".to_owned(), |[one, two]| format!("{one} {two}"));
        let answer = format!(
            "{route} {codes} {} {} {} {} {}",
            packet.kind as u8,
            (hash_size - 1) << 6 | hops,
            hex(&path),
            hex(&payload),
            hex(&packet.hash()),
        );
        (hex(&bytes[..length]), answer)
    });
    compare("read", cases.collect());
}

#[test]
fn group_data_is_read_by_the_formats_own_steps() {
    let mut random = Random(41);
    let cases = (0..PACKETS).map(|_| {
        let size = if random.flag() { 16 } else { 32 };
        let key = random.bytes(size);
        let length = random.below(GroupData::MAX + 1);
        let bytes = random.bytes(length);
        let data = GroupData { data_type: random.next() as u16, data: &bytes };
        let channel = Channel::new(&key).expect("a key");
        let mut payload = [0; PAYLOAD_MAX];
        let size = channel.seal_data(&data, &mut payload).expect("it fits");
        let mut content = [&data.data_type.to_le_bytes()[..], &[length as u8], &bytes].concat();
        content.resize(content.len().next_multiple_of(16), 0);
        let question = format!("{} {}", hex(&key), hex(&payload[..size]));
        (question, format!("{} {}", channel.hash(), hex(&content)))
    });
    compare("channel", cases.collect());
}

#[test]
fn meshcoredecoder_reads_our_group_texts() {
    let mut random = Random(42);
    let cases = (0..PACKETS).map(|_| {
        let key = random.bytes(16);
        let length = 1 + random.below(Text::MAX);
        let text: Vec<u8> = (0..length).map(|_| b'a' + random.below(26) as u8).collect();
        let text = Text { time: random.u32(), text: &text };
        let mut payload = [0; PAYLOAD_MAX];
        let channel = Channel::new(&key).expect("a key");
        let size = channel.seal_text(&text, &mut payload).expect("it fits");
        let question = format!("{} {}", hex(&key), wrap(PayloadType::GroupText, &payload[..size]));
        (question, format!("{} {}", text.time, hex(text.text)))
    });
    compare("text", cases.collect());
}

#[test]
fn pymc_core_reads_our_datagrams() {
    let mut random = Random(43);
    let (mut datagrams, mut requests) = (Vec::new(), Vec::new());
    for _ in 0..PACKETS / 4 {
        let ((seed, receiver), (sender_seed, sender)) = (identity(&mut random), identity(&mut random));
        let secret = sender.shared_secret(receiver.public_key()).expect("a secret");
        let (to, from) = (receiver.public_key()[0], sender.public_key()[0]);
        let kinds = [PayloadType::Request, PayloadType::Response, PayloadType::Text, PayloadType::Path];
        let kind = kinds[random.below(4)];
        let length = 1 + random.below(kind.content_limit());
        let mut content = random.bytes(length);
        let mut payload = [0; PAYLOAD_MAX];
        let size = Datagram::seal(kind, [to, from], (&secret, &content), &mut payload).expect("it fits");
        let packet = wrap(kind, &payload[..size]);
        content.resize(length.next_multiple_of(16), 0);
        let answer = format!("{} {to} {from} {} {}", kind as u8, hex(secret.bytes()), hex(&content));
        datagrams.push((format!("{} {} {packet}", hex(&seed), hex(&sender_seed)), answer));

        content.truncate(PayloadType::AnonymousRequest.content_limit());
        let public_key = sender.public_key();
        let size =
            AnonymousRequest::seal(to, public_key, (&secret, &content), &mut payload).expect("it fits");
        let packet = wrap(PayloadType::AnonymousRequest, &payload[..size]);
        content.resize(content.len().next_multiple_of(16), 0);
        requests.push((
            format!("{} {packet}", hex(&seed)),
            format!("7 {to} {} {}", hex(public_key), hex(&content)),
        ));
    }
    compare("datagram", datagrams);
    compare("anonymous", requests);
}

#[test]
fn both_packages_verify_our_adverts() {
    let mut random = Random(44);
    let cases = (0..PACKETS / 4).map(|_| {
        let (_, node) = identity(&mut random);
        let length = random.below(20);
        let name: Vec<u8> = (0..length).map(|_| b'a' + random.below(26) as u8).collect();
        let location = random
            .flag()
            .then(|| [180_000_001, 360_000_001].map(|turn| random.below(turn) as i32 - turn as i32 / 2));
        let said = AdvertData {
            role: 1 + random.below(4) as u8,
            location,
            feature_1: random.flag().then(|| random.next() as u16),
            feature_2: None,
            name: (!name.is_empty()).then_some(&name),
        };
        let mut data = [0; 32];
        let length = said.encode(&mut data).expect("it fits");
        let time = 1 + random.u32() / 2;
        let unsigned =
            Advert { public_key: node.public_key(), time, signature: &[0; 64], data: &data[..length] };
        let mut signature = node.sign(&unsigned);
        let good = random.below(4) > 0;
        signature[7] ^= u8::from(!good);
        let advert = Advert { signature: &signature, ..unsigned };
        assert_eq!(verify(&advert).is_ok(), good);
        let mut payload = [0; PAYLOAD_MAX];
        let size = advert.encode(&mut payload).expect("it fits");
        let place =
            location.map_or("- -".to_owned(), |[latitude, longitude]| format!("{latitude} {longitude}"));
        let answer = format!(
            "{} {} {time} {} {place} {}",
            u8::from(good),
            hex(node.public_key()),
            said.role,
            hex(&name)
        );
        (wrap(PayloadType::Advert, &payload[..size]), answer)
    });
    compare("advert", cases.collect());
}

#[test]
fn acknowledgements_agree() {
    let mut random = Random(45);
    let cases = (0..PACKETS).map(|_| {
        let sender: [u8; 32] = random.bytes(32).try_into().expect("32 bytes");
        let length = 1 + random.below(Text::MAX);
        let text: Vec<u8> = (0..length).map(|_| b'a' + random.below(26) as u8).collect();
        let time = random.u32();
        let content = [&time.to_le_bytes()[..], &[0], &text].concat();
        (format!("{} {time} {}", hex(&sender), hex(&text)), hex(&acknowledgement(&content, &sender)))
    });
    compare("acknowledge", cases.collect());
}

/// Two codes of 65,536 have another meaning: these are so many packets that some would get them.
#[test]
fn transport_codes_agree() {
    let mut random = Random(46);
    let scope = Scope::named("garden").expect("a name");
    let cases = (0..PACKETS * 50).map(|_| {
        let (length, kind) = (1 + random.below(20), PayloadType::ALL[random.below(PayloadType::ALL.len())]);
        let payload = random.bytes(length);
        (format!("#garden {}", wrap(kind, &payload)), scope.code(kind, &payload).to_string())
    });
    compare("scope", cases.collect());
}

#[test]
fn we_read_pymc_cores_packets() {
    let lines = ask("meshcore_packets.py", &["make"], format!("{}\n", PACKETS / 4));
    assert!(lines.len() > PACKETS / 4 * 5 * 9 / 10, "{}", lines.len());
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let bytes = unhex(words[1]);
        let packet = Packet::decode(&bytes).unwrap_or_else(|error| panic!("{error}: {line}"));
        let mut again = [0; PACKET_MAX];
        let length = packet.encode(&mut again).expect("it fits");
        assert_eq!(&again[..length], bytes);
        check_payload(&packet, &words);
    }
}

/// A payload says what the peer put into it, and ours of the same content has the same bytes.
fn check_payload(packet: &Packet<'_>, words: &[&str]) {
    let (mut content, mut payload) = ([0; PAYLOAD_MAX], [0; PAYLOAD_MAX]);
    let key = |word: &str| -> [u8; 32] { unhex(word).try_into().expect("32 bytes") };
    match words {
        ["datagram", _, receiver, sender, plain] => {
            let (receiver, sender) = (Identity::from_seed(&key(receiver)).expect("a seed"), key(sender));
            let secret = receiver.shared_secret(&sender).expect("a secret");
            let datagram = Datagram::decode(packet.payload).expect("a datagram");
            let addresses = [datagram.to, datagram.from];
            assert_eq!(addresses, [receiver.public_key()[0], sender[0]]);
            let plain = unhex(plain);
            assert!(datagram.open(&secret, &mut content).expect("its content").starts_with(&plain));
            let size =
                Datagram::seal(packet.kind, addresses, (&secret, &plain), &mut payload).expect("it fits");
            assert_eq!(&payload[..size], packet.payload);
        }
        ["anonymous", _, receiver, sender, plain] => {
            let receiver = Identity::from_seed(&key(receiver)).expect("a seed");
            let request = AnonymousRequest::decode(packet.payload).expect("a request");
            assert_eq!((request.to, *request.from), (receiver.public_key()[0], key(sender)));
            let secret = receiver.shared_secret(request.from).expect("a secret");
            assert!(request.open(&secret, &mut content).expect("its content").starts_with(&unhex(plain)));
        }
        ["text", _, key, text] => {
            let channel = Channel::new(&unhex(key)).expect("a key");
            let opened = channel.open_text(packet.payload, &mut content).expect("a text");
            assert_eq!(opened.text, unhex(text));
            let size = channel.seal_text(&opened, &mut payload).expect("it fits");
            assert_eq!(&payload[..size], packet.payload);
        }
        ["advert", _, sender, role, latitude, longitude, feature_1, feature_2, name, seed] => {
            let advert = Advert::decode(packet.payload).expect("an advert");
            assert_eq!((verify(&advert), advert.public_key), (Ok(()), &key(sender)));
            let name = unhex(name);
            let said = AdvertData {
                role: role.parse().expect("a number"),
                location: (*latitude != "-")
                    .then(|| [latitude, longitude].map(|axis| axis.parse().expect("a number"))),
                feature_1: feature_1.parse().ok(),
                feature_2: feature_2.parse().ok(),
                name: (!name.is_empty()).then_some(&name),
            };
            assert_eq!(AdvertData::decode(advert.data), Ok(said));
            // Ed25519 signatures of the same bytes are the same.
            let node = Identity::from_seed(&key(seed)).expect("a seed");
            assert_eq!(&node.sign(&advert), advert.signature);
        }
        ["raw", _, hash] => assert_eq!(hex(&packet.hash()), *hash),
        other => panic!("a kind that nobody makes: {other:?}"),
    }
}
