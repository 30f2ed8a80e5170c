//! Tags, sizes and bodies of the frames.
//!
//! | command | body | reply |
//! | --- | --- | --- |
//! | `KERNEL` | address u32 | `KERNEL`: refusal u8 (0: accepted), 3 bytes 0, RAM left for a state block u32, descriptor (48 bytes) |
//! | `INIT` | node id u32, seed of the entropy u32, deployment ([`crate::Deployment`], 16 bytes) | `DONE`; the state block is zero |
//! | `EVENT` | handler u32 (its offset from the descriptor), now u32, value i32 and age u32 of each port, event (16 bytes); of a message or an advert then what was heard (24 bytes and the payload, padded to words) | `EVENT` |
//! | `READ` | offset u32, length u32 | `DATA`: bytes of the state block |
//! | `WRITE` | offset u32, bytes | `DONE` |
//! | `IMAGE` | offset u32, length u32 | `DATA`: bytes of the kernel image |
//! | `EXIT` | - | none: the machine stops |
//!
//! The body of an `EVENT` reply: end u32 ([`ended`]), status u32 (what the handler returned, or the CPU's cause of a trap),
//! instructions u32 ([`UNKNOWN`]: not counted), program counter u32 (of a trap), [`UNKNOWN`], records.

use swarm_abi::{Event, Heard, event, heard};

/// Length and tag.
pub const HEADER_BYTES: usize = 3;
/// Longest body, either way: small enough for a board with 16 kB of RAM.
pub const BODY_MAX: usize = 800;
/// Bytes before the port values of an `EVENT` command.
pub const EVENT_HEAD: usize = 8;
/// Most bytes of an event, with what was heard.
pub const EVENT_MAX: usize = size_of::<Event>() + size_of::<Heard>() + heard::PAYLOAD_MAX;
/// Bytes before the records of an `EVENT` reply.
pub const ENDED_BYTES: usize = 20;
/// Most ports of a kernel: their values fit one command.
pub const PORTS_MAX: usize = (BODY_MAX - EVENT_HEAD - EVENT_MAX) / 8;
/// Most bytes of one `WRITE`, `READ` or `IMAGE`.
pub const CHUNK_MAX: usize = BODY_MAX - 4;
/// A figure that the shell cannot give.
pub const UNKNOWN: u32 = 0xFFFF_FFFF;

/// Tags of commands.
pub mod command {
    pub const KERNEL: u8 = 1;
    pub const INIT: u8 = 2;
    pub const EVENT: u8 = 3;
    pub const READ: u8 = 4;
    pub const WRITE: u8 = 5;
    pub const IMAGE: u8 = 6;
    pub const EXIT: u8 = 7;
}

/// Tags of replies.
pub mod reply {
    pub const KERNEL: u8 = 0x81;
    pub const DONE: u8 = 0x82;
    pub const EVENT: u8 = 0x83;
    pub const RECORDS: u8 = 0x84;
    pub const DATA: u8 = 0x85;
    /// The command is unknown, malformed, outside of its bounds, or needs a kernel first.
    pub const REJECTED: u8 = 0x86;
}

/// How a handler call ended.
pub mod ended {
    /// The handler returned.
    pub const RETURNED: u32 = 0;
    /// The CPU trapped: bad access, illegal instruction.
    pub const TRAPPED: u32 = 1;
    /// The handler returned, but its stack reached the state block.
    pub const STACK: u32 = 2;
}

/// The `u32` at `offset`, if there.
pub fn word(bytes: &[u8], offset: usize) -> Option<u32> {
    let bytes = bytes.get(offset..offset.checked_add(4)?)?;
    Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// Bytes of an event with what follows it, when its value is the length of a payload that can be.
pub fn event_bytes(kind: u32, value: u32) -> Option<usize> {
    if !matches!(kind, event::MESSAGE | event::ADVERT) {
        return Some(size_of::<Event>());
    }
    let payload = value as usize;
    let heard = size_of::<Event>() + size_of::<Heard>();
    (payload <= heard::PAYLOAD_MAX).then_some(heard + payload.next_multiple_of(4))
}

/// Length and tag of a frame with `body` bytes of body (at most [`BODY_MAX`]).
pub fn header(tag: u8, body: usize) -> [u8; HEADER_BYTES] {
    let length = (body as u16 + 1).to_le_bytes();
    [length[0], length[1], tag]
}

/// Tag and bytes of body, of a header; `None` when no such frame can be.
pub fn parse_header(header: [u8; HEADER_BYTES]) -> Option<(u8, usize)> {
    let body = usize::from(u16::from_le_bytes([header[0], header[1]])).checked_sub(1)?;
    (body <= BODY_MAX).then_some((header[2], body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_as_long_as_what_was_heard() {
        assert_eq!(event_bytes(event::TIMER, 9999), Some(16));
        let heard = [0, 1, 4, 256, 257].map(|length| event_bytes(event::MESSAGE, length));
        assert_eq!(heard, [Some(40), Some(44), Some(44), Some(EVENT_MAX), None]);
        assert_eq!(event_bytes(event::ADVERT, u32::MAX), None);
    }

    #[test]
    fn headers_come_back() {
        for body in [0, 1, 255, 256, BODY_MAX] {
            assert_eq!(parse_header(header(command::EVENT, body)), Some((command::EVENT, body)));
        }
        assert_eq!(parse_header([0, 0, 1]), None);
        assert_eq!(parse_header(header(1, BODY_MAX + 1)), None);
    }
}
