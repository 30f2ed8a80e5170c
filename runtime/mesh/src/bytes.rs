//! Reading and writing bytes within bounds, little-endian, as both protocols have it.

use crate::MeshError;

/// What is left to read.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// All that was not read yet.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next bytes, of the part that an error would name.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn take(&mut self, length: usize, part: &'static str) -> Result<&'a [u8], MeshError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(MeshError::Truncated { part })?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next bytes, as an array.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn array<const N: usize>(&mut self, part: &'static str) -> Result<[u8; N], MeshError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(MeshError::Truncated { part })?;
        self.rest = rest;
        Ok(*taken)
    }

    /// # Errors
    /// When nothing is left.
    pub fn u8(&mut self, part: &'static str) -> Result<u8, MeshError> {
        self.array::<1>(part).map(|[byte]| byte)
    }

    /// # Errors
    /// When fewer than two bytes are left.
    pub fn u16(&mut self, part: &'static str) -> Result<u16, MeshError> {
        self.array(part).map(u16::from_le_bytes)
    }

    /// # Errors
    /// When fewer than four bytes are left.
    pub fn u32(&mut self, part: &'static str) -> Result<u32, MeshError> {
        self.array(part).map(u32::from_le_bytes)
    }
}

/// A buffer, and how much of it is written.
#[derive(Debug)]
pub struct Writer<'a> {
    buffer: &'a mut [u8],
    length: usize,
}

impl<'a> Writer<'a> {
    pub const fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, length: 0 }
    }

    /// Bytes written so far.
    pub const fn length(&self) -> usize {
        self.length
    }

    /// # Errors
    /// When the buffer ends before; nothing is written then.
    pub fn put(&mut self, bytes: &[u8]) -> Result<(), MeshError> {
        let room = self.buffer.len();
        let free = &mut self.buffer[self.length..];
        free.get_mut(..bytes.len()).ok_or(MeshError::Buffer { room })?.copy_from_slice(bytes);
        self.length += bytes.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_stop_at_the_end() {
        let mut reader = Reader::new(&[1, 2, 3, 4, 5]);
        assert_eq!(reader.u32("id"), Ok(0x0403_0201));
        assert_eq!(reader.u16("length"), Err(MeshError::Truncated { part: "length" }));
        assert_eq!((reader.u8("flags"), reader.rest()), (Ok(5), [].as_slice()));
        assert_eq!(reader.take(usize::MAX, "name"), Err(MeshError::Truncated { part: "name" }));
    }

    #[test]
    fn writers_stop_at_the_end_and_write_no_half() {
        let mut buffer = [0; 3];
        let mut writer = Writer::new(&mut buffer);
        assert_eq!(writer.put(&[1, 2]), Ok(()));
        assert_eq!(writer.put(&[3, 4]), Err(MeshError::Buffer { room: 3 }));
        assert_eq!((writer.put(&[3]), writer.length(), buffer), (Ok(()), 3, [1, 2, 3]));
    }
}
