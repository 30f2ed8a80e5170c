//! Who was merged: a list of origins in the state block (NUMERICS, *Who was merged*).

use super::parts::Parts;
use super::pending::{load, store};
use crate::emit::{Compare, Emit, Rounds};
use melior::ir::Value;

/// A contribution was applied, was known already, or the list has no room for its origin.
pub const APPLIED: i64 = 0;
const KNOWN: i64 = 1;
const FULL: i64 = 5;

/// Which contribution this is.
#[derive(Clone, Copy)]
pub struct Identity<'c, 'a> {
    pub origin: Value<'c, 'a>,
    pub epoch: Value<'c, 'a>,
    pub sequence: Value<'c, 'a>,
}

/// One origin's place in the list: four words.
#[derive(Clone, Copy)]
struct Peer<'c, 'a> {
    list: Value<'c, 'a>,
    first: Value<'c, 'a>,
}

/// The words of a peer.
const ORIGIN: i64 = 0;
const EPOCH: i64 = 1;
const SEQUENCE: i64 = 2;
const WINDOW: i64 = 3;

impl<'c, 'a> Peer<'c, 'a> {
    fn load(self, emit: &Emit<'c, 'a>, word: i64) -> Value<'c, 'a> {
        emit.load(self.list, &[emit.add_c(self.first, word)], 32)
    }

    fn store(self, emit: &Emit<'c, 'a>, word: i64, value: Value<'c, 'a>) {
        emit.store(value, self.list, &[emit.add_c(self.first, word)]);
    }
}

/// Not a status: the contribution is applied, and nothing of what was remembered of its origin counts any more.
const ANEW: i64 = -1;

/// Decides about a contribution, and remembers it when it is to be applied: the status.
pub fn admit<'c, 'a>(emit: &Emit<'c, 'a>, parts: &Parts, identity: Identity<'c, 'a>) -> Value<'c, 'a> {
    let room = parts.peers.expect("verified: the table has peers");
    let list = emit.view(&parts.part("peers"), &[4 * room as u64], 32);
    let listed = load(emit, parts, "peer_count");
    let end = emit.shl(listed, 2);
    // To the origin, or to the end.
    let first = emit.while_loop(
        Rounds::most(room),
        &[emit.c(0)],
        |emit, first| {
            let inside = emit.compare(Compare::NotEqual, first[0], end);
            emit.if_else(
                inside,
                &[emit.integer(1)],
                |emit| vec![emit.compare(Compare::NotEqual, emit.load(list, first, 32), identity.origin)],
                |emit| vec![emit.constant(0, 1)],
            )[0]
        },
        |emit, first| vec![emit.add_c(first[0], 4)],
    )[0];
    let peer = Peer { list, first };
    let unknown = emit.compare(Compare::Equal, first, end);
    let found = status(
        emit,
        unknown,
        |emit| {
            let full = emit.compare_c(Compare::Equal, listed, room);
            status(
                emit,
                full,
                |emit| emit.c(FULL),
                |emit| {
                    store(emit, parts, "peer_count", emit.add_c(listed, 1));
                    emit.c(ANEW)
                },
            )
        },
        |emit| known(emit, peer, identity),
    );
    let anew = emit.compare_c(Compare::Equal, found, ANEW);
    status(
        emit,
        anew,
        |emit| {
            begin(emit, peer, identity);
            emit.c(APPLIED)
        },
        |_| found,
    )
}

/// A status, one way or the other.
pub fn status<'c, 'a>(
    emit: &Emit<'c, 'a>,
    condition: Value<'c, 'a>,
    then: impl FnOnce(&Emit<'c, 'a>) -> Value<'c, 'a>,
    otherwise: impl FnOnce(&Emit<'c, 'a>) -> Value<'c, 'a>,
) -> Value<'c, 'a> {
    let types = [emit.integer(32)];
    emit.if_else(condition, &types, |emit| vec![then(emit)], |emit| vec![otherwise(emit)])[0]
}

/// Remembers a contribution with an empty window.
fn begin<'c, 'a>(emit: &Emit<'c, 'a>, peer: Peer<'c, 'a>, identity: Identity<'c, 'a>) {
    peer.store(emit, ORIGIN, identity.origin);
    peer.store(emit, EPOCH, identity.epoch);
    peer.store(emit, SEQUENCE, identity.sequence);
    peer.store(emit, WINDOW, emit.c(0));
}

fn known<'c, 'a>(emit: &Emit<'c, 'a>, peer: Peer<'c, 'a>, identity: Identity<'c, 'a>) -> Value<'c, 'a> {
    let epoch = peer.load(emit, EPOCH);
    let same_epoch = emit.compare(Compare::Equal, epoch, identity.epoch);
    status(
        emit,
        same_epoch,
        |emit| {
            let latest = peer.load(emit, SEQUENCE);
            let newer = emit.compare(Compare::BelowUnsigned, latest, identity.sequence);
            status(
                emit,
                newer,
                |emit| ahead(emit, peer, latest, identity),
                |emit| behind(emit, peer, emit.sub(latest, identity.sequence)),
            )
        },
        |emit| {
            let newer = emit.compare(Compare::BelowUnsigned, epoch, identity.epoch);
            status(emit, newer, |emit| emit.c(ANEW), |emit| emit.c(KNOWN))
        },
    )
}

/// A sequence above the latest: the window moves.
fn ahead<'c, 'a>(
    emit: &Emit<'c, 'a>,
    peer: Peer<'c, 'a>,
    latest: Value<'c, 'a>,
    identity: Identity<'c, 'a>,
) -> Value<'c, 'a> {
    let distance = emit.add_c(emit.sub(identity.sequence, latest), -1);
    let beyond = emit.compare_c(Compare::AboveEqualUnsigned, distance, 32);
    let seen = emit.add_c(emit.shl(peer.load(emit, WINDOW), 1), 1);
    let moved = emit.shl_by(seen, emit.and_c(distance, 31));
    peer.store(emit, WINDOW, emit.select(beyond, emit.c(0), moved));
    peer.store(emit, SEQUENCE, identity.sequence);
    emit.c(APPLIED)
}

/// The latest sequence or one below it: it counts when the window knows that it is missing.
fn behind<'c, 'a>(emit: &Emit<'c, 'a>, peer: Peer<'c, 'a>, distance: Value<'c, 'a>) -> Value<'c, 'a> {
    // The latest itself is -1: beyond the window, too.
    let place = emit.add_c(distance, -1);
    let beyond = emit.compare_c(Compare::AboveEqualUnsigned, place, 32);
    status(
        emit,
        beyond,
        |emit| emit.c(KNOWN),
        |emit| {
            let window = peer.load(emit, WINDOW);
            let bit = emit.shl_by(emit.c(1), place);
            let marked = emit.compare_c(Compare::NotEqual, emit.and(window, bit), 0);
            status(
                emit,
                marked,
                |emit| emit.c(KNOWN),
                |emit| {
                    peer.store(emit, WINDOW, emit.or(window, bit));
                    emit.c(APPLIED)
                },
            )
        },
    )
}
