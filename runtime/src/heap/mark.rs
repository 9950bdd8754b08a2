//! Tri-colour marking with an explicit stack.
//!
//! White cells are unmarked, grey cells are marked and on the stack, black cells are marked and
//! scanned. Nothing recurses, so that a list of a million links needs no machine stack, and a
//! long array of references is scanned in slices, so that it does not flood the mark stack.

use beskid_abi::{BeskidArray, TypeDescriptor};

use super::chunks::Chunks;
use super::geometry::{CellKind, GRANULE_BYTES};
use super::stress::{Origin, Stress};
use crate::text::SharedString;

/// References of an array that are scanned before smaller work is done first.
const SLICE_LEN: usize = 256;

/// Work that a collection has left to do.
#[derive(Default)]
pub(crate) struct Grey {
    /// Grey cells: the address with the kind in the low bits, which are free.
    cells: Vec<usize>,
    /// The unscanned ends of grey arrays: first element and end.
    slices: Vec<(usize, usize)>,
}

/// Marks what is reachable from the references given to it.
pub(crate) struct Marker<'h> {
    pub(crate) chunks: &'h mut Chunks,
    pub(crate) grey: &'h mut Grey,
    /// Checks every reference in the stress mode.
    pub(crate) stress: Option<&'h Stress>,
}

impl Marker<'_> {
    /// Makes the cell that `reference` points to grey, unless it was reached before. Null and
    /// addresses outside of the heap, such as string literals, need no marking.
    #[inline(always)]
    pub(crate) fn mark(&mut self, reference: usize, origin: Origin) {
        if let Some(stress) = self.stress {
            stress.require_alive(self.chunks, reference, origin);
        }
        let Some((block, granule)) = self.chunks.block_at(reference) else { return };
        if block.marked.insert(granule) && block.kind != CellKind::Leaf {
            self.grey.cells.push(reference | block.kind as usize);
        }
    }

    /// Scans until nothing is grey.
    pub(crate) fn drain(&mut self) {
        loop {
            while let Some(cell) = self.grey.cells.pop() {
                self.scan(cell);
            }
            let Some((next, end)) = self.grey.slices.pop() else { return };
            self.scan_slice(next, end);
        }
    }

    #[inline(always)]
    fn scan(&mut self, tagged: usize) {
        const KIND_MASK: usize = 3;
        let cell = tagged & !KIND_MASK;
        let kind = tagged & KIND_MASK;
        if kind == CellKind::Object as usize {
            self.scan_object(cell);
        } else if kind == CellKind::References as usize {
            self.scan_array(cell);
        } else {
            self.scan_shared_string(cell);
        }
    }

    #[inline(always)]
    fn scan_object(&mut self, cell: usize) {
        // SAFETY: `cell` was marked, so it is a cell in use of a block of objects. Its first word
        // is zero or the descriptor that `alloc` wrote, and descriptors are never freed while
        // objects of their type exist.
        let descriptor = unsafe { read::<*const TypeDescriptor>(cell).as_ref() };
        let Some(descriptor) = descriptor else { return };
        for index in 0..descriptor.pointer_count as usize {
            // SAFETY: a descriptor has `pointer_count` offsets, each of a reference inside of the
            // object, which the allocated cell is large enough to hold.
            let (offset, field) = unsafe {
                let offset = descriptor.pointer_offsets.add(index).read();
                (offset, read::<usize>(cell + offset))
            };
            self.mark(field, Origin::Field { object: cell, offset });
        }
    }

    fn scan_array(&mut self, cell: usize) {
        // SAFETY: `cell` was marked, so it is a cell in use of a block of arrays and begins with
        // an array header, zeroed until it is written.
        let array = unsafe { read::<BeskidArray>(cell) };
        let first = cell + BeskidArray::SIZE;
        self.scan_slice(first, first + array.len * size_of::<usize>());
    }

    fn scan_shared_string(&mut self, cell: usize) {
        let offset = std::mem::offset_of!(SharedString, buffer);
        // SAFETY: `cell` was marked, so it is a cell in use of a block of shared strings, which is
        // zeroed until it is written.
        let buffer = unsafe { read::<usize>(cell + offset) };
        self.mark(buffer, Origin::Field { object: cell, offset });
    }

    fn scan_slice(&mut self, first: usize, end: usize) {
        let stop = end.min(first + SLICE_LEN * size_of::<usize>());
        if stop < end {
            self.grey.slices.push((stop, end));
        }
        for slot in (first..stop).step_by(size_of::<usize>()) {
            // SAFETY: the slot is one of the `len` elements behind the header of a live array.
            let element = unsafe { read::<usize>(slot) };
            self.mark(element, Origin::Element { slot });
        }
    }
}

/// Gives every word of every marked object, whether its descriptor lists the word or not.
pub(crate) fn for_each_word_of_marked_objects(chunks: &Chunks, visit: &mut dyn FnMut(usize)) {
    for chunk in (0..chunks.slot_count()).filter_map(|slot| chunks.get(slot)) {
        for index in 0..chunk.block_count() {
            let block = chunk.block(index);
            if block.kind != CellKind::Object {
                continue;
            }
            for granule in block.marked.iter() {
                let cell = chunk.block_address(index) + granule * GRANULE_BYTES;
                for word in (cell..cell + block.cell_bytes()).step_by(size_of::<usize>()) {
                    // SAFETY: the word lies in a cell in use.
                    visit(unsafe { read::<usize>(word) });
                }
            }
        }
    }
}

/// Reads a value of a cell.
///
/// # Safety
/// `address` must be that of an initialised, aligned `T` in mapped memory.
#[inline(always)]
unsafe fn read<T: Copy>(address: usize) -> T {
    // SAFETY: the caller vouches for the address.
    unsafe { std::ptr::with_exposed_provenance::<T>(address).read() }
}
