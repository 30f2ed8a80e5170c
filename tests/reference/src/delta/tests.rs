//! Delta packets against bytes written by hand.

use super::*;
use crate::merge::By;
use crate::spec::TableSpec;

const WHO: Identity = Identity { origin: 0x0102_0304, epoch: 2, sequence: 9 };
const BY_MAX: Combine = Combine { by: By::Max, bound: 50 };

fn table() -> Table {
    let spec = TableSpec {
        reward: (-5, 10),
        visits: true,
        peers: Some(2),
        marked: true,
        ..TableSpec::plain(4, 3, Element::I16, 6)
    };
    Table::new(spec).unwrap()
}

fn sender() -> Table {
    let mut table = table();
    table.values = vec![0, -5, 100, 7, 0, 0, 0, 0, 0, 0, 0, -300];
    table.visits = Some(vec![9, 20, 1, 0, 3, 0, 0, 0, 0, 0, 0, 2]);
    table
}

fn packet() -> Vec<u8> {
    let mut array = vec![0xEE; 64];
    let length = sender().encode(&mut array, WHO);
    array.truncate(length as usize);
    array
}

fn apply(table: &mut Table, packet: &[u8]) -> Status {
    table.apply(Incoming { array: packet, length: packet.len() as i32, node: 77 }, BY_MAX)
}

#[test]
fn the_hash_is_the_published_one() {
    assert_eq!((fnv1a(b""), fnv1a(b"a"), fnv1a(b"foobar")), (0x811C_9DC5, 0xE40C_292C, 0xBF9C_F968));
    assert_eq!(table().schema_text(), "rl.table<4x3xi16,frac=6>scale=4194304");
}

#[test]
fn bytes_of_a_packet() {
    let packet = packet();
    assert_eq!(packet[..4], fnv1a(b"rl.table<4x3xi16,frac=6>scale=4194304").to_le_bytes());
    assert_eq!(packet[4..20], [1, 3, 0, 0, 4, 3, 2, 1, 2, 0, 0, 0, 9, 0, 0, 0]);
    // 300 * 2, then 5 * 20 and 100 * 1, the lower index first; 7 has no own visits.
    assert_eq!(packet[20..], [11, 0, 0xD4, 0xFE, 2, 0, 1, 0, 0xFB, 0xFF, 20, 0, 2, 0, 100, 0, 1, 0]);
}

#[test]
fn the_array_bounds_the_packet_and_is_left_alone_without_changes() {
    let mut array = vec![0xEE; 20 + 6 + 5];
    assert_eq!(sender().encode(&mut array, WHO), 26);
    assert_eq!((array[5], array[20], &array[26..]), (1, 11, &[0xEE; 5][..]));
    let mut marked = sender();
    marked.set_mark();
    let mut array = vec![0xEE; 40];
    assert_eq!((marked.encode(&mut array, WHO), array), (0, vec![0xEE; 40]));
}

#[test]
fn applying_merges_each_entry_once() {
    let mut table = table();
    table.values[1] = 40;
    table.visits.as_mut().unwrap()[1] = 1;
    assert_eq!(apply(&mut table, &packet()), Status::Applied);
    assert_eq!(table.values, [0, 40, 100, 0, 0, 0, 0, 0, 0, 0, 0, -300]);
    assert_eq!(table.merged, Some(vec![0, 20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2]));
    let before = table.clone();
    assert_eq!(apply(&mut table, &packet()), Status::Duplicate);
    assert_eq!(table, before);
}

#[test]
fn each_way_to_be_malformed_changes_nothing() {
    let good = packet();
    let mut cases: Vec<(Vec<u8>, Status)> = vec![
        (good[..19].to_vec(), Status::Malformed),
        (vec![], Status::Malformed),
        ([&good[..5], &[0], &good[6..20]].concat(), Status::Malformed),
        (good[..37].to_vec(), Status::Malformed),
        ([&good[..], &[0]].concat(), Status::Malformed),
    ];
    let edits: [(&[(usize, u8)], Status); 14] = [
        (&[(0, good[0] ^ 1)], Status::OtherTable),
        (&[(0, good[0] ^ 1), (4, 9)], Status::OtherTable),
        (&[(4, 2)], Status::OtherVersion),
        (&[(4, 2), (6, 1)], Status::OtherVersion),
        (&[(5, 0)], Status::Malformed),
        (&[(5, 4)], Status::Malformed),
        (&[(6, 1)], Status::Malformed),
        (&[(7, 1)], Status::Malformed),
        (&[(20, 12)], Status::Malformed),
        (&[(24, 0)], Status::Malformed),
        (&[(25, 0x80)], Status::Malformed),
        // 6401 is above V.
        (&[(22, 0x01), (23, 0x19)], Status::Malformed),
        (&[(20, 1)], Status::Malformed),
        (&[(8, 77), (9, 0), (10, 0), (11, 0)], Status::Own),
    ];
    for (bytes, status) in edits {
        let mut wrong = good.clone();
        bytes.iter().for_each(|(at, byte)| wrong[*at] = *byte);
        cases.push((wrong, status));
    }
    let mut table = table();
    let before = table.clone();
    for (wrong, status) in cases {
        assert_eq!(apply(&mut table, &wrong), status, "{wrong:?}");
        assert_eq!(table, before);
    }
    for length in [-1, 65, i32::MIN, i32::MAX] {
        let incoming = Incoming { array: &[0; 64], length, node: 77 };
        assert_eq!(table.apply(incoming, BY_MAX), Status::Malformed);
    }
    // The largest value within V is sound.
    let mut edge = good.clone();
    (edge[22], edge[23]) = (0x00, 0x19);
    assert_eq!(apply(&mut table, &edge), Status::Applied);
    assert_eq!(table.values[11], 6400);
}

#[test]
fn narrow_and_wide_elements_keep_their_sign() {
    assert_eq!(decode(&[1, 2, 0x80, 3, 0], Element::I8), Entry { element: 513, value: -128, visits: 3 });
    let wide = decode(&[0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], Element::I32);
    assert_eq!(wide, Entry { element: 0, value: -2, visits: 32_767 });
}

#[test]
fn a_packet_has_at_most_255_entries() {
    let spec = TableSpec {
        reward: (-5, 10),
        visits: true,
        marked: true,
        peers: Some(1),
        ..TableSpec::plain(300, 1, Element::I8, 0)
    };
    let mut sender = Table::new(spec.clone()).unwrap();
    sender.values = vec![1; 300];
    sender.visits = Some(vec![1; 300]);
    let mut array = vec![0; 4000];
    assert_eq!(sender.encode(&mut array, WHO), 20 + 255 * 5);
    assert_eq!(array[5], 255);
    array.truncate(20 + 255 * 5);
    let mut receiver = Table::new(spec).unwrap();
    assert_eq!(apply(&mut receiver, &array), Status::Applied);
    assert_eq!(receiver.values.iter().sum::<i32>(), 255);
}
