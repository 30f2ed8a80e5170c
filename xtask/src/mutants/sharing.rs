//! Mutations of merging and packets.

use super::{Group, change};

pub const GROUPS: &[&Group] = &[&SHARE, &PACKET, &PEERS];

const SHARE: Group = Group {
    file: "compiler/src/lower/share.rs",
    kinds: "shared",
    mutations: &[
        change(
            "`rl.merge` counts as sequence 0 of its epoch",
            "epoch: op.epoch(), sequence: ",
            "emit.c(0)",
            "emit.c(1)",
        ),
        change(
            "A count of visits above 32767 is none",
            "-> Value<'c, 'a> {\n    ",
            "emit.compare_c(Compare::Greater, emit.truncate(visits, 16), 0)",
            "emit.compare_c(Compare::NotEqual, emit.truncate(visits, 16), 0)",
        ),
        change(
            "`b` is clamped before to what the table accepts",
            "let value = ",
            "emit.clamp(row::element(emit, peer, index), parts.accepted)",
            "row::element(emit, peer, index)",
        ),
        change(
            "`wb = min(nb, bound)`",
            "let weight = ",
            "emit.smin(said.visits, emit.c(how.bound))",
            "said.visits",
        ),
        change("`wa = min(own + merged, 32767)`", "let own = ", "emit.cap(own, MOST_VISITS)", "own"),
        change(
            "`merged = min(merged + min(nb, bound), 32767)`",
            "let merged = ",
            "emit.cap(emit.add(merged, weight), MOST_VISITS)",
            "emit.add(merged, weight)",
        ),
        change(
            "`near((a * wa + b * wb) / (wa + wb))`",
            "let rounded = emit.add(lifted, ",
            "emit.shr_unsigned(both, 1)",
            "emit.c(0)",
        ),
        change(
            "(nearest, ties up)",
            "let rounded = emit.add(lifted, ",
            "emit.shr_unsigned(both, 1)",
            "emit.shr_unsigned(emit.add_c(both, -1), 1)",
        ),
        change(
            "`near((a + b) / 2)` when visited",
            "emit.shr_signed(",
            "emit.add_c(emit.add(old, said.value), 1)",
            "emit.add(old, said.value)",
        ),
        change(
            "the larger when visited",
            "MergeBy::Max => or_first(",
            "emit.smax(old, said.value)",
            "said.value",
        ),
        change(
            "when visited, else `b`",
            "let first = emit.compare_c(Compare::Equal, own, 0);\n        ",
            "emit.select(first, said.value, both)",
            "both",
        ),
    ],
};

const PACKET: Group = Group {
    file: "compiler/src/lower/packet.rs",
    kinds: "shared",
    mutations: &[
        change(
            "`|value - value at the mark| * own visits > 0`",
            "let change = ",
            "emit.smax(change, emit.sub(emit.c(0), change))",
            "change",
        ),
        change(
            "`|value - value at the mark| * own visits > 0`",
            "_ => ",
            "emit.mul(change, visits)",
            "change",
        ),
        change(
            "largest first, ties by lower index",
            "vec![",
            "emit.compare(Compare::BelowUnsigned, above, weight_here)",
            "emit.compare(Compare::AboveEqualUnsigned, weight_here, above)",
        ),
        change("(at most 255)", ".clamp(0, ", "MOST_ENTRIES", "MOST_ENTRIES + 1"),
        change("semantics version, 1", "emit.add_c(emit.shl(kept, 8), ", "VERSION", "VERSION + 1"),
        change(
            "A length beyond the array is malformed",
            "emit.add_c(length, -HEADER), ",
            "packet.bytes.count - HEADER + 1",
            "packet.bytes.count - HEADER + 2",
        ),
        change(
            "Checked in this order: length of the header, schema, version",
            "unless(emit, ours, ",
            "OTHER_TABLE",
            "OTHER_VERSION",
        ),
        change(
            "4 (another version)",
            "let known = ",
            "emit.compare_c(Compare::Equal, emit.and_c(head, 255), VERSION)",
            "emit.constant(1, 1)",
        ),
        change(
            "6 (origin is this node)",
            "let foreign = ",
            "emit.compare(Compare::NotEqual, origin, node)",
            "emit.constant(1, 1)",
        ),
        change(
            "the rest of 2, then 6, 5, 1",
            "unless(emit, ",
            "is_sound(emit, packet, (count, length))",
            "{\n                    let sound = is_sound(emit, packet, (count, length));\n                    let node = emit.value(emit.op(\"swarm.node_id\").add_results(&[emit.integer(32)]));\n                    emit.or(sound, emit.compare(Compare::Equal, word(emit, 2), node))\n                }",
        ),
        change(
            "bytes 6..8 not 0",
            "let count = ",
            "emit.shr_unsigned(head, 8)",
            "emit.and_c(emit.shr_unsigned(head, 8), 255)",
        ),
        change(
            "`k` 0",
            "let some = ",
            "emit.compare_c(Compare::BelowUnsigned, emit.add_c(count, -1), MOST_ENTRIES)",
            "emit.compare_c(Compare::BelowUnsigned, count, MOST_ENTRIES + 1)",
        ),
        change(
            "length other than 20 + k entries",
            "let whole = ",
            "emit.compare(Compare::Equal, end, length)",
            "emit.compare(Compare::GreaterEqual, length, end)",
        ),
        change(
            "an index at or above `S * A`",
            "let in_table = ",
            "emit.compare_c(Compare::BelowUnsigned, index, packet.parts.shape.elements())",
            "emit.compare_c(Compare::BelowUnsigned, index, packet.parts.shape.elements() + 1)",
        ),
        change(
            "a value that the table does not accept",
            "let above = ",
            "emit.compare_c(Compare::GreaterEqual, said.value, low)",
            "emit.constant(1, 1)",
        ),
        change(
            "a value that the table does not accept",
            "let below = ",
            "emit.compare_c(Compare::Less, said.value, high + 1)",
            "emit.constant(1, 1)",
        ),
        change(
            "a visit count of 0 or above 32767",
            "emit.and(in_table, ",
            "share::counts(emit, said.visits)",
            "emit.constant(1, 1)",
        ),
        change(
            "an index that comes twice in one packet too",
            "vec![",
            "is_new(emit, packet, (index, entry))",
            "emit.constant(1, 1)",
        ),
    ],
};

const PEERS: Group = Group {
    file: "compiler/src/lower/peers.rs",
    kinds: "shared",
    mutations: &[
        change(
            "a new origin with the list full is refused (5",
            "let full = ",
            "emit.compare_c(Compare::Equal, listed, room)",
            "emit.compare_c(Compare::Equal, listed, room - 1)",
        ),
        change(
            "a newer one empties the window",
            "peer.store(emit, WINDOW, ",
            "emit.c(0)",
            "peer.load(emit, WINDOW)",
        ),
        change(
            "Epochs and sequences compare as unsigned",
            "let newer = ",
            "emit.compare(Compare::BelowUnsigned, epoch, identity.epoch)",
            "emit.compare(Compare::Less, epoch, identity.epoch)",
        ),
        change(
            "Epochs and sequences compare as unsigned",
            "let newer = ",
            "emit.compare(Compare::BelowUnsigned, latest, identity.sequence)",
            "emit.compare(Compare::Less, latest, identity.sequence)",
        ),
        change(
            "a window of 32 sequences below it",
            "let beyond = ",
            "emit.compare_c(Compare::AboveEqualUnsigned, distance, 32)",
            "emit.compare_c(Compare::AboveEqualUnsigned, distance, 31)",
        ),
        change(
            "a window of 32 sequences below it",
            "emit.add_c(emit.shl(peer.load(emit, WINDOW), 1), ",
            "1",
            "0",
        ),
        change(
            "more than 32 below it",
            "let beyond = ",
            "emit.compare_c(Compare::AboveEqualUnsigned, place, 32)",
            "emit.compare_c(Compare::AboveEqualUnsigned, place, 31)",
        ),
        change(
            "more than 32 below it",
            "let beyond = ",
            "emit.compare_c(Compare::AboveEqualUnsigned, place, 32)",
            "emit.compare_c(Compare::AboveEqualUnsigned, place, 33)",
        ),
        change("bit 0 = sequence - 1", "let place = ", "emit.add_c(distance, -1)", "distance"),
        change(
            "or marked in the window, is a duplicate",
            "let marked = ",
            "emit.compare_c(Compare::NotEqual, emit.and(window, bit), 0)",
            "emit.constant(0, 1)",
        ),
        change(
            "Otherwise it is applied and remembered",
            "peer.store(emit, WINDOW, ",
            "emit.or(window, bit)",
            "window",
        ),
    ],
};
