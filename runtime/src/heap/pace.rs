//! When to collect.
//!
//! The policy matters more than the speed of marking: a collection runs when as much was handed
//! out since the last one as was alive then, but never before a floor of 64 MB. A program with a
//! small live set so stays below about 70 MB resident, and collects seldom. Large objects also
//! count the memory that lies idle between them.

/// Bytes that are always handed out between two collections.
const HEADROOM_BYTES_MIN: usize = 64 << 20;

/// Sums that decide about the next collection.
pub(crate) struct Pace {
    /// Bytes that were alive at the end of the last collection.
    live: usize,
    /// Bytes handed out since.
    since: usize,
    /// Bytes of chunks with live cells at the end of the last collection.
    occupied: usize,
    /// Bytes of empty chunks that the last collection kept.
    empty: usize,
}

impl Pace {
    pub(crate) fn new() -> Pace {
        Pace { live: 0, since: 0, occupied: 0, empty: 0 }
    }

    /// Counts bytes that are handed out.
    pub(crate) fn count(&mut self, bytes: usize) {
        self.since += bytes;
    }

    /// Whether a collection is due before `bytes` more are handed out.
    pub(crate) fn is_due(&self, bytes: usize) -> bool {
        self.since.saturating_add(bytes) > self.headroom()
    }

    /// Whether a collection is due before a large object makes the heap, of which `mapped` bytes are
    /// mapped, grow by `bytes`. Half of the headroom must have been used, so that a heap whose
    /// chunks are all occupied by a little is not collected again and again.
    pub(crate) fn is_due_to_grow(&self, mapped: usize, bytes: usize) -> bool {
        self.since > self.headroom() / 2
            && mapped.saturating_add(bytes) > self.occupied + self.headroom()
    }

    /// Bytes that are in use or handed out to be used.
    pub(crate) fn bytes_in_use(&self) -> usize {
        self.live + self.since
    }

    /// Forgets the sums before the blocks are looked at.
    pub(crate) fn begin_stock(&mut self) {
        *self = Pace::new();
    }

    /// Counts bytes that are alive.
    pub(crate) fn count_live(&mut self, bytes: usize) {
        self.live += bytes;
    }

    /// Counts a chunk with live cells.
    pub(crate) fn count_occupied(&mut self, bytes: usize) {
        self.occupied += bytes;
    }

    /// Whether an empty chunk of `bytes` is worth keeping for the next cycle.
    pub(crate) fn keep_empty(&mut self, bytes: usize) -> bool {
        let keep = self.empty + bytes <= self.headroom();
        if keep {
            self.empty += bytes;
        }
        keep
    }

    fn headroom(&self) -> usize {
        self.live.max(HEADROOM_BYTES_MIN)
    }
}
