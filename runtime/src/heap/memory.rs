//! Address space from the system, and the few raw operations on the memory of cells.
//!
//! This file and the marker are the only parts of the heap that touch cell memory; everything
//! else works on addresses and on metadata that stands outside the cells.

use super::geometry::CHUNK_BYTES;

/// A mapping that starts at a multiple of the chunk size and is unmapped when dropped.
pub(crate) struct Mapping {
    base: usize,
    bytes: usize,
}

impl Mapping {
    /// Maps `bytes` of zeroed memory, a multiple of the chunk size. `None` if the system refuses.
    pub(crate) fn new(bytes: usize) -> Option<Mapping> {
        debug_assert!(bytes.is_multiple_of(CHUNK_BYTES));
        let reserved = bytes.checked_add(CHUNK_BYTES)?;
        let start = map(reserved)?;
        let base = start.next_multiple_of(CHUNK_BYTES);
        unmap(start, base - start);
        unmap(base + bytes, start + reserved - (base + bytes));
        Some(Mapping { base, bytes })
    }

    /// Address of the first byte.
    pub(crate) fn base(&self) -> usize {
        self.base
    }

    /// Length in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        unmap(self.base, self.bytes);
    }
}

fn map(bytes: usize) -> Option<usize> {
    // SAFETY: an anonymous mapping at an address of the system's choice touches no other memory.
    let start = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    (start != libc::MAP_FAILED).then(|| start.expose_provenance())
}

fn unmap(start: usize, bytes: usize) {
    if bytes == 0 {
        return;
    }
    // SAFETY: the range is part of a mapping that this module made and nobody else knows.
    let status = unsafe { libc::munmap(std::ptr::with_exposed_provenance_mut(start), bytes) };
    debug_assert_eq!(status, 0, "munmap of our own mapping");
}

/// Fills dead memory with this byte in the stress mode. As a pointer the pattern is not canonical
/// on any 64-bit target, so that following it faults at once.
pub(crate) const POISON: u8 = 0xdb;

/// Sets `bytes` bytes at `start` to `value`.
///
/// # Safety
/// The range must be mapped by a [`Mapping`] of this heap and hold no cell that is in use.
pub(crate) unsafe fn fill(start: usize, bytes: usize, value: u8) {
    let start = std::ptr::with_exposed_provenance_mut::<u8>(start);
    // SAFETY: the caller passes a mapped range that nobody reads.
    unsafe { start.write_bytes(value, bytes) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_are_aligned_and_zeroed() {
        for chunks in 1..4 {
            let mapping = Mapping::new(chunks * CHUNK_BYTES).unwrap();
            assert_eq!(mapping.base() % CHUNK_BYTES, 0);
            let last = (mapping.base() + mapping.bytes() - 8) as *mut u64;
            // SAFETY: the last word of a mapping is writable memory.
            unsafe {
                assert_eq!(last.read(), 0);
                last.write(7);
            }
        }
    }

    #[test]
    fn an_impossible_request_is_refused() {
        assert!(Mapping::new((usize::MAX / 2).next_multiple_of(CHUNK_BYTES)).is_none());
    }
}
