//! Memory between two pages that nobody may touch: code that reads or writes beyond it ends at once.
#![allow(unsafe_code)]

use super::NodeError;
use memmap2::MmapMut;
use region::Protection;
use std::io;

/// Bytes whose end is a page that cannot be touched; before the first page that they are on is another.
pub(super) struct Fenced {
    map: MmapMut,
    page: usize,
    bytes: usize,
}

impl Fenced {
    /// So many bytes, all 0.
    ///
    /// # Errors
    /// When the system gives no memory.
    pub fn new(bytes: usize) -> Result<Self, NodeError> {
        let page = region::page::size();
        let map = MmapMut::map_anon(bytes.next_multiple_of(page) + 2 * page).map_err(NodeError::Map)?;
        for fence in [0, map.len() - page] {
            // SAFETY: a page of our own map, to which there is no reference.
            let done = unsafe { region::protect(map.as_ptr().add(fence), page, Protection::NONE) };
            done.map_err(|error| NodeError::Map(io::Error::other(error)))?;
        }
        Ok(Self { map, page, bytes })
    }

    /// The last bytes, so many of them.
    pub fn last(&mut self, bytes: usize) -> &mut [u8] {
        let (bytes, end) = (bytes.min(self.bytes), self.map.len() - self.page);
        // SAFETY: these pages are not protected, and nobody else has a reference to them.
        unsafe { std::slice::from_raw_parts_mut(self.map.as_mut_ptr().add(end - bytes), bytes) }
    }

    /// All of them.
    pub fn all(&mut self) -> &mut [u8] {
        self.last(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_ours_and_end_at_a_page() {
        let mut fenced = Fenced::new(5000).unwrap();
        assert_eq!((fenced.all().len(), fenced.last(16).len()), (5000, 16));
        fenced.all().fill(7);
        assert_eq!(fenced.last(3), [7; 3]);
        let end = fenced.last(16).as_ptr() as usize + 16;
        assert_eq!(end % region::page::size(), 0);
        for (fence, expected) in [(end, Protection::NONE), (end - 1, Protection::READ_WRITE)] {
            let found = region::query(fence as *const u8).unwrap().protection();
            assert_eq!(found, expected);
        }
    }
}
