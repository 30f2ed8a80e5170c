//! What a handler did to its host, as bytes: a tag, then words.
//!
//! | record | after the tag |
//! | --- | --- |
//! | `ACT` | port u32, value i32 |
//! | `LOG` | format u32, count u32, that many i32 |
//! | `REARM` | timer u32, ms u32 |
//! | `PERSIST` | store u32, offset in the state block u32, length u32, that many bytes as they were at the call |
//! | `RESTORE` | store u32, offset u32, length u32 |
//! | `SEND` | channel u32, to u32, options u32, packet id u32 (0: refused), time on the air in us u32, length u32, that many bytes; both 0 when refused |
//! | `ADVERTISE` | beacon u32, turn u32, length u32, that many bytes |
//! | `PUBLISH` | characteristic u32, length u32, that many bytes |
//!
//! The records of one handler are one stream of bytes; frames cut it anywhere.

use crate::frame::word;

pub const ACT: u8 = 1;
pub const LOG: u8 = 2;
pub const REARM: u8 = 3;
pub const PERSIST: u8 = 4;
pub const RESTORE: u8 = 5;
pub const SEND: u8 = 6;
pub const ADVERTISE: u8 = 7;
pub const PUBLISH: u8 = 8;

/// One record, borrowed from the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record<'a> {
    Act {
        port: u32,
        value: i32,
    },
    /// The arguments are little-endian words.
    Log {
        format: u32,
        arguments: &'a [u8],
    },
    Rearm {
        timer: u32,
        ms: u32,
    },
    Persist {
        store: u32,
        offset: u32,
        bytes: &'a [u8],
    },
    Restore {
        store: u32,
        offset: u32,
        length: u32,
    },
    /// With the packet id 0 it was refused, and there are no bytes.
    Send {
        channel: u32,
        to: u32,
        options: u32,
        id: u32,
        airtime_us: u32,
        bytes: &'a [u8],
    },
    Advertise {
        beacon: u32,
        turn: u32,
        bytes: &'a [u8],
    },
    Publish {
        characteristic: u32,
        bytes: &'a [u8],
    },
}

/// The first record of a stream, and what follows it; `None` when it is cut short or unknown.
pub fn split(stream: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let (tag, body) = stream.split_first()?;
    let first = word(body, 0)?;
    let second = word(body, 4)?;
    match *tag {
        ACT => Some((Record::Act { port: first, value: second as i32 }, &body[8..])),
        REARM => Some((Record::Rearm { timer: first, ms: second }, &body[8..])),
        LOG => {
            let end = 8usize.checked_add(usize::try_from(second).ok()?.checked_mul(4)?)?;
            let arguments = body.get(8..end)?;
            Some((Record::Log { format: first, arguments }, &body[end..]))
        }
        PERSIST => {
            let (bytes, rest) = counted(body, 8)?;
            Some((Record::Persist { store: first, offset: second, bytes }, rest))
        }
        RESTORE => {
            let length = word(body, 8)?;
            Some((Record::Restore { store: first, offset: second, length }, &body[12..]))
        }
        SEND => {
            let (options, id, airtime_us) = (word(body, 8)?, word(body, 12)?, word(body, 16)?);
            let (bytes, rest) = counted(body, 20)?;
            Some((Record::Send { channel: first, to: second, options, id, airtime_us, bytes }, rest))
        }
        ADVERTISE => {
            let (bytes, rest) = counted(body, 8)?;
            Some((Record::Advertise { beacon: first, turn: second, bytes }, rest))
        }
        PUBLISH => {
            let (bytes, rest) = counted(body, 4)?;
            Some((Record::Publish { characteristic: first, bytes }, rest))
        }
        _ => None,
    }
}

/// The bytes behind their length, which stands at `offset`, and what follows them.
fn counted(body: &[u8], offset: usize) -> Option<(&[u8], &[u8])> {
    let length = usize::try_from(word(body, offset)?).ok()?;
    body.get(offset + 4..)?.split_at_checked(length)
}
