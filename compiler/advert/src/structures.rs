//! The structures that adverts are made of: a length, a type, data (Core Specification, Vol 3, Part C, 11).

/// Bytes of a legacy advert, and of its scan response.
pub const LEGACY_BYTES: usize = 31;
/// Bytes of an extended advert that is not chained.
pub const EXTENDED_BYTES: usize = 255;
/// General discoverable, no classic Bluetooth: what nearly all devices say.
pub const FLAGS_LE_ONLY: u8 = 0x06;

/// Types of structures (Assigned Numbers, 2.3).
pub const TYPE_FLAGS: u8 = 0x01;
pub const TYPE_COMPLETE_NAME: u8 = 0x09;
pub const TYPE_SERVICE_DATA_16: u8 = 0x16;
pub const TYPE_SERVICE_DATA_32: u8 = 0x20;
pub const TYPE_SERVICE_DATA_128: u8 = 0x21;
pub const TYPE_MANUFACTURER_DATA: u8 = 0xff;

/// A structure found in an advert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Structure<'a> {
    pub kind: u8,
    pub data: &'a [u8],
}

/// An advert whose lengths contradict one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where the structure begins that goes beyond the end.
    pub at: usize,
}

/// The structures of an advert, in order. A length of 0 ends it early, and then only zeros may follow.
pub fn structures(advert: &[u8]) -> Result<Vec<Structure<'_>>, Malformed> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((&length, rest)) = advert[at..].split_first() {
        if length == 0 {
            let padded = rest.iter().all(|byte| *byte == 0);
            return if padded { Ok(found) } else { Err(Malformed { at }) };
        }
        let Some((body, _)) = rest.split_at_checked(usize::from(length)) else {
            return Err(Malformed { at });
        };
        found.push(Structure { kind: body[0], data: &body[1..] });
        at += 1 + usize::from(length);
    }
    Ok(found)
}

/// One structure as bytes.
pub(crate) fn structure(kind: u8, data: &[u8]) -> Vec<u8> {
    let length = u8::try_from(data.len() + 1).expect("the beacon's checks keep structures below 256 bytes");
    [&[length, kind], data].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_are_read_one_after_the_other() {
        let found = structures(&[2, 1, 6, 4, 0xff, 1, 2, 3, 1, 9, 0, 0]).unwrap();
        let kinds: Vec<(u8, usize)> = found.iter().map(|part| (part.kind, part.data.len())).collect();
        assert_eq!(kinds, [(1, 1), (0xff, 3), (9, 0)]);
        assert_eq!(structures(&[]), Ok(vec![]));
    }

    #[test]
    fn lengths_that_lie_are_refused() {
        assert_eq!(structures(&[2, 1]), Err(Malformed { at: 0 }));
        assert_eq!(structures(&[2, 1, 6, 9, 0xff, 1]), Err(Malformed { at: 3 }));
        assert_eq!(structures(&[2, 1, 6, 0, 7]), Err(Malformed { at: 3 }));
    }
}
