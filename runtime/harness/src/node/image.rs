//! A kernel image out of its ELF.

use super::NodeError;
use object::{Object, ObjectSegment, ObjectSymbol};

/// The image as one run of bytes, with the address that it is linked at.
pub(super) fn image(elf: &[u8]) -> Result<(u64, Vec<u8>), NodeError> {
    let file = object::File::parse(elf).map_err(|error| NodeError::Image(error.to_string()))?;
    let address = |name: &str| {
        let symbol = file.symbols().find(|symbol| symbol.name() == Ok(name));
        symbol
            .map(|symbol| symbol.address())
            .ok_or_else(|| NodeError::Image(format!("it has no symbol `{name}`")))
    };
    let (start, end) = (address("swarm_descriptor")?, address("swarm_image_end")?);
    let length = end.checked_sub(start).filter(|length| *length < 1 << 28);
    let length = length.ok_or_else(|| NodeError::Image("its end is before its beginning".to_string()))?;
    let mut bytes = vec![0; length as usize];
    for segment in file.segments() {
        let data = segment.data().map_err(|error| NodeError::Image(error.to_string()))?;
        // A segment may begin before the image: linkers put the file's headers there.
        let skip = start.saturating_sub(segment.address()) as usize;
        let at = segment.address().saturating_sub(start) as usize;
        for (place, byte) in bytes.iter_mut().skip(at).zip(data.iter().skip(skip)) {
            *place = *byte;
        }
    }
    Ok((start, bytes))
}
