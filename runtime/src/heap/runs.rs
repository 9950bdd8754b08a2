//! Runs of free cells, from which allocation takes the next cell by adding to a cursor.
//!
//! This is all that the fast path of an allocation touches.

use std::cell::Cell;

use super::geometry::{CLASSES, CellKind, Class, KINDS};

/// A range of zeroed (for leaf cells: any) memory that holds a whole number of free cells.
pub(crate) struct Run {
    cursor: Cell<usize>,
    limit: Cell<usize>,
}

/// The open run of each kind and class of one heap.
pub(crate) struct Runs([[Run; CLASSES]; KINDS]);

impl Run {
    /// Takes the next cell of `bytes` bytes, if one is left.
    #[inline(always)]
    pub(crate) fn bump(&self, bytes: usize) -> Option<usize> {
        let cell = self.cursor.get();
        let next = cell + bytes;
        if next > self.limit.get() {
            return None;
        }
        self.cursor.set(next);
        Some(cell)
    }

    /// Continues with another range.
    pub(crate) fn open(&self, start: usize, limit: usize) {
        self.cursor.set(start);
        self.limit.set(limit);
    }

    /// Gives up what is left: its start and its end.
    pub(crate) fn close(&self) -> Option<(usize, usize)> {
        let rest = (self.cursor.replace(0), self.limit.replace(0));
        (rest.0 < rest.1).then_some(rest)
    }

    /// Bytes that are left.
    pub(crate) fn left(&self) -> usize {
        self.limit.get() - self.cursor.get()
    }
}

impl Runs {
    /// Runs of no cells.
    pub(crate) fn new() -> Runs {
        let closed = || Run { cursor: Cell::new(0), limit: Cell::new(0) };
        Runs(std::array::from_fn(|_| std::array::from_fn(|_| closed())))
    }

    /// The run of one kind and class.
    #[inline(always)]
    pub(crate) fn of(&self, kind: CellKind, class: Class) -> &Run {
        &self.0[kind.index()][class.index()]
    }

    /// Every run with its class.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Class, &Run)> {
        self.0.iter().flat_map(|runs| Class::all().zip(runs))
    }
}
