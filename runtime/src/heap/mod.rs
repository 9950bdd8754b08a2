//! The heap of one thread: non-moving, segregated by size class and kind, marked precisely and
//! swept lazily.
//!
//! A block's `allocated` bits are the truth about its cells. Allocation finds gaps between them
//! and hands whole gaps out as runs; a collection replaces them by the marks. The heap knows
//! nothing of stacks or threads: who collects brings the roots.

mod bitmap;
mod chunk;
mod chunks;
mod geometry;
mod mark;
mod memory;
mod pace;
mod runs;
mod stress;
#[cfg(test)]
mod tests;

pub(crate) use geometry::{CellKind, Class};
pub(crate) use runs::Runs;
pub(crate) use stress::Origin;

use chunk::{Chunk, Place, Use};
use chunks::Chunks;
use geometry::{BLOCK_BYTES, BLOCKS_PER_CHUNK, CLASSES, GRANULE_BYTES, KINDS};
use mark::{Grey, Marker};
use pace::Pace;
use stress::Stress;

/// Largest request that is answered at all; the sums of the heap stay far from overflow.
const REQUEST_BYTES_MAX: usize = isize::MAX as usize / 4;

/// What the memory of a new cell holds. Cells with references are zeroed in any case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fill {
    /// Zeros.
    Zeroed,
    /// Anything; whoever asked writes all of it.
    Any,
}

/// What the collector is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    /// Nothing.
    Idle = 0,
    /// Looking for reachable cells.
    Marking = 1,
    /// Taking stock of the blocks.
    Sweeping = 2,
}

/// Gives every root to the visitor.
pub(crate) type VisitRoots<'a> = &'a dyn Fn(&mut dyn FnMut(usize, Origin));

/// Gives every word of a stack to the visitor.
pub(crate) type VisitWords<'a> = &'a dyn Fn(&mut dyn FnMut(usize));

/// What a collection must know about the thread that it runs on.
pub(crate) struct Scene<'a> {
    /// Gives all precise roots.
    pub(crate) roots: VisitRoots<'a>,
    /// Gives every word of the thread's stack; asked for in the stress mode only.
    pub(crate) words: VisitWords<'a>,
    /// Return address in the innermost compiled frame, for reports; 0 if there is none.
    pub(crate) pc: usize,
}

/// A block that allocation is working through: gaps before `place` are used up.
#[derive(Clone, Default)]
struct Shelf {
    /// The block that is being worked through, at the granule to go on from.
    open: Option<Place>,
    /// Blocks with gaps that have not been looked at since the last collection.
    partial: Vec<Place>,
}

/// The heap of one thread.
pub(crate) struct Heap {
    chunks: Chunks,
    shelves: Box<[[Shelf; CLASSES]; KINDS]>,
    grey: Grey,
    pace: Pace,
    phase: Phase,
    stress: Option<Stress>,
    /// Chunk at which the search for a free block begins; chunks before it are full.
    search_from: usize,
}

impl Heap {
    /// A heap without memory, in the mode that the environment asks for.
    pub(crate) fn new() -> Heap {
        Heap::with_stress(Stress::from_environment())
    }

    fn with_stress(stress: Option<Stress>) -> Heap {
        Heap {
            chunks: Chunks::new(),
            shelves: Box::new(std::array::from_fn(|_| std::array::from_fn(|_| Shelf::default()))),
            grey: Grey::default(),
            pace: Pace::new(),
            phase: Phase::Idle,
            stress,
            search_from: 0,
        }
    }

    /// Whether a collection is due before `bytes` more are allocated.
    pub(crate) fn wants_collection(&self, bytes: usize) -> bool {
        let grows = bytes > BLOCK_BYTES;
        self.stress.is_some()
            || self.pace.is_due(bytes)
            || grows && self.pace.is_due_to_grow(self.chunks.mapped_bytes(), bytes)
    }

    /// What the collector is doing.
    pub(crate) fn phase(&self) -> Phase {
        self.phase
    }

    /// Allocates a cell of at least `bytes` bytes. `None` means that the system refuses more memory.
    pub(crate) fn allocate(
        &mut self,
        runs: &Runs,
        kind: CellKind,
        bytes: usize,
        fill: Fill,
    ) -> Option<usize> {
        let Some(class) = Class::of(bytes) else { return self.allocate_large(kind, bytes, fill) };
        let cell = self.allocate_small(runs.of(kind, class), kind, class)?;
        fill_leaf(cell, kind, bytes, fill);
        Some(cell)
    }

    fn allocate_small(&mut self, run: &runs::Run, kind: CellKind, class: Class) -> Option<usize> {
        if let Some(cell) = run.bump(class.cell_bytes()) {
            return Some(cell);
        }
        let (start, limit) = self.next_run(kind, class)?;
        self.pace.count(limit - start);
        run.open(start, limit);
        run.bump(class.cell_bytes())
    }

    /// Whether [`Heap::write_barrier`] has anything to do.
    pub(crate) fn watches_stores(&self) -> bool {
        self.stress.is_some() || self.phase == Phase::Marking
    }

    /// Collects: afterwards exactly the cells that are reachable from the roots are in use.
    pub(crate) fn collect(&mut self, runs: &Runs, scene: &Scene<'_>) {
        self.close_runs(runs);
        self.phase = Phase::Marking;
        self.mark_from(scene.roots);
        if self.stress.is_some() {
            self.find_suspects(scene.words);
        }
        self.phase = Phase::Sweeping;
        self.take_stock(scene.pc);
        self.phase = Phase::Idle;
    }

    /// Tells the collector that `value` was stored into `object`: the tri-colour invariant asks
    /// that a black object never refers to a white one, so the value becomes grey.
    pub(crate) fn write_barrier(&mut self, object: usize, value: usize) {
        if let Some(stress) = &self.stress {
            stress.require_alive(&self.chunks, object, Origin::Barrier);
            stress.require_alive(&self.chunks, value, Origin::Barrier);
        }
        if self.phase == Phase::Marking {
            self.marker().mark(value, Origin::Barrier);
        }
    }

    /// Start of the cell that an address points into; 0 outside of the heap.
    pub(crate) fn cell_around(&self, address: usize) -> usize {
        self.chunks.cell_around(address).map_or(0, |(_, start)| start)
    }

    /// Bytes of the cells in use.
    pub(crate) fn bytes_in_use(&self, runs: &Runs) -> usize {
        let unused: usize = runs.all().map(|(_, run)| run.left()).sum();
        self.pace.bytes_in_use() - unused
    }

    /// Number of cells in use.
    pub(crate) fn cells_in_use(&self, runs: &Runs) -> usize {
        let unused: usize = runs.all().map(|(class, run)| run.left() / class.cell_bytes()).sum();
        let dead = self.stress.as_ref().map_or(0, Stress::quarantined);
        self.allocated_cells() - unused - dead
    }

    fn allocated_cells(&self) -> usize {
        let chunks = (0..self.chunks.slot_count()).filter_map(|slot| self.chunks.get(slot));
        chunks
            .map(|c| (0..c.block_count()).map(|b| c.block(b).allocated.len()).sum::<usize>())
            .sum()
    }

    fn marker(&mut self) -> Marker<'_> {
        Marker { chunks: &mut self.chunks, grey: &mut self.grey, stress: self.stress.as_ref() }
    }
}

/// Allocation.
impl Heap {
    /// Takes the next gap between cells of a class, or else a free block.
    fn next_run(&mut self, kind: CellKind, class: Class) -> Option<(usize, usize)> {
        loop {
            let shelf = &mut self.shelves[kind.index()][class.index()];
            let Some(place) = shelf.open.take().or_else(|| shelf.partial.pop()) else {
                let place = self.take_free_block(kind, class)?;
                self.shelves[kind.index()][class.index()].open = Some(place);
                continue;
            };
            if let Some((from, to)) = self.next_gap(place, class) {
                return self.hand_out(place, class, from, to);
            }
        }
    }

    /// The first free cells of a block at or after `place`: first granule and end.
    fn next_gap(&self, place: Place, class: Class) -> Option<(usize, usize)> {
        let allocated = &self.chunks.block(place)?.allocated;
        let step = class.cell_granules();
        let usable = class.usable_granules();
        let from =
            (place.granule as usize..usable).step_by(step).find(|&g| !allocated.contains(g))?;
        if self.stress.is_some() {
            return Some((from, from + step));
        }
        Some((from, allocated.next(from).unwrap_or(usable)))
    }

    /// Marks the cells of a gap as allocated, prepares their memory, and leaves the block open
    /// behind them.
    fn hand_out(
        &mut self,
        place: Place,
        class: Class,
        from: usize,
        to: usize,
    ) -> Option<(usize, usize)> {
        let chunk = self.chunks.get_mut(place.chunk as usize)?;
        let address = chunk.block_address(place.block as usize);
        let (start, limit) = (address + from * GRANULE_BYTES, address + to * GRANULE_BYTES);
        let block = chunk.block_mut(place.block as usize);
        block.allocated.insert_pattern(class.starts(), from, to);
        let kind = block.kind;
        if kind != CellKind::Leaf && block.dirty {
            // SAFETY: the range lies in a block of this heap, and its cells were free.
            unsafe { memory::fill(start, limit - start, 0) };
        }
        if to == class.usable_granules() {
            // From here on a cell of the block can only be reused after it was in use.
            block.dirty = true;
        }
        let shelf = &mut self.shelves[kind.index()][class.index()];
        shelf.open = Some(Place { granule: to as u16, ..place });
        Some((start, limit))
    }

    /// Finds a free block, mapping a new chunk if need be, and dedicates it.
    fn take_free_block(&mut self, kind: CellKind, class: Class) -> Option<Place> {
        let (chunk, first) = self.take_blocks_searching(self.search_from, 1)?;
        self.search_from = chunk;
        let block = self.chunks.get_mut(chunk)?.block_mut(first);
        block.usage = Use::Cells(class);
        block.kind = kind;
        Some(Place { chunk: chunk as u32, block: first as u8, granule: 0 })
    }

    /// Takes `count` neighbouring free blocks: the chunk and the first block.
    fn take_blocks_searching(&mut self, from: usize, count: usize) -> Option<(usize, usize)> {
        for slot in from..self.chunks.slot_count() {
            let Some(chunk) = self.chunks.get_mut(slot) else { continue };
            if let Some(first) = chunk.take_blocks(count) {
                return Some((slot, first));
            }
        }
        let slot = self.chunks.add(Chunk::of_blocks()?);
        let first = self.chunks.get_mut(slot)?.take_blocks(count)?;
        Some((slot, first))
    }

    fn allocate_large(&mut self, kind: CellKind, bytes: usize, fill: Fill) -> Option<usize> {
        if bytes > REQUEST_BYTES_MAX {
            return None;
        }
        let count = bytes.div_ceil(BLOCK_BYTES);
        if count > BLOCKS_PER_CHUNK {
            let slot = self.chunks.add(Chunk::huge(bytes, kind)?);
            self.pace.count(bytes);
            return self.chunks.get(slot).map(Chunk::base);
        }
        let (slot, first) = self.take_blocks_searching(0, count)?;
        let chunk = self.chunks.get_mut(slot)?;
        let address = chunk.block_address(first);
        let zeroed = kind != CellKind::Leaf || fill == Fill::Zeroed;
        if zeroed && chunk.is_dirty(first, count) {
            // SAFETY: the range is that of blocks of this heap that were free.
            unsafe { memory::fill(address, bytes, 0) };
        }
        chunk.place_large(first, bytes, kind);
        self.pace.count(bytes);
        Some(address)
    }
}

/// Collection.
impl Heap {
    /// Gives the unused ends of all runs back, so that their cells are not taken for live ones.
    fn close_runs(&mut self, runs: &Runs) {
        for (_, run) in runs.all() {
            let Some((start, limit)) = run.close() else { continue };
            let Some((block, granule)) = self.chunks.block_at(start) else { continue };
            block.allocated.remove_range(granule, granule + (limit - start) / GRANULE_BYTES);
            // Its cells were prepared, but some before them are in use.
            block.dirty = true;
        }
        for shelf in self.shelves.iter_mut().flatten() {
            shelf.open = None;
            shelf.partial.clear();
        }
        self.search_from = 0;
    }

    fn mark_from(&mut self, roots: VisitRoots<'_>) {
        let mut marker = self.marker();
        roots(&mut |reference, origin| marker.mark(reference, origin));
        marker.drain();
    }

    /// Looks for addresses of dead cells on the stack and in live objects.
    fn find_suspects(&mut self, words: VisitWords<'_>) {
        let Some(stress) = &mut self.stress else { return };
        let chunks = &self.chunks;
        stress.clear_suspects();
        words(&mut |word| stress.suspect(chunks, word));
        mark::for_each_word_of_marked_objects(chunks, &mut |word| stress.suspect(chunks, word));
    }

    /// Replaces the allocated cells of every block by the marked ones, and sorts the blocks:
    /// free, with gaps, full.
    fn take_stock(&mut self, pc: usize) {
        self.pace.begin_stock();
        // Backwards, so that the shelves give out low addresses first.
        for slot in (0..self.chunks.slot_count()).rev() {
            let blocks = self.chunks.get(slot).map_or(0, Chunk::block_count);
            for block in (0..blocks).rev() {
                self.settle_block(slot, block, pc);
            }
            self.settle_chunk(slot);
        }
        if let Some(stress) = &mut self.stress {
            stress.count_collection();
        }
    }

    fn settle_block(&mut self, slot: usize, index: usize, pc: usize) {
        let Some(chunk) = self.chunks.get_mut(slot) else { return };
        let address = chunk.block_address(index);
        let block = chunk.block_mut(index);
        if matches!(block.usage, Use::Free | Use::Tail(_)) {
            return;
        }
        let live = block.marked.len();
        if let Some(stress) = &mut self.stress {
            bury_dead_cells(stress, block, address, pc);
        }
        block.allocated = std::mem::replace(&mut block.marked, bitmap::Bitmap::EMPTY);
        self.pace.count_live(live * block.cell_bytes());
        let (kind, usage, kept) = (block.kind, block.usage, block.allocated.len());
        if kept == 0 {
            block.dirty = true;
            chunk.release_blocks(index);
        } else if let Use::Cells(class) = usage
            && kept < class.cells_per_block()
        {
            block.dirty = true;
            let place = Place { chunk: slot as u32, block: index as u8, granule: 0 };
            self.shelves[kind.index()][class.index()].partial.push(place);
        }
    }

    /// Returns the memory of a huge object that died, and of an empty chunk beyond what the next
    /// cycle will need.
    fn settle_chunk(&mut self, slot: usize) {
        let Some(chunk) = self.chunks.get(slot) else { return };
        let surplus = if chunk.is_huge() {
            chunk.block(0).usage == Use::Free
        } else {
            chunk.is_empty() && !self.pace.keep_empty(chunk.bytes())
        };
        if surplus {
            self.chunks.remove(slot);
        } else if !chunk.is_empty() {
            self.pace.count_occupied(chunk.bytes());
        }
    }
}

/// Prepares a leaf that was taken from a run. Other runs are zeroed as a whole.
#[inline(always)]
pub(crate) fn fill_leaf(cell: usize, kind: CellKind, bytes: usize, fill: Fill) {
    if kind == CellKind::Leaf && fill == Fill::Zeroed {
        // SAFETY: the cell is new and holds at least `bytes` bytes.
        unsafe { memory::fill(cell, bytes, 0) };
    }
}

/// Poisons the cells that died, and keeps those in quarantine in use by marking them.
fn bury_dead_cells(stress: &mut Stress, block: &mut chunk::Block, address: usize, pc: usize) {
    let bytes = block.cell_bytes();
    for granule in block.allocated.without(&block.marked).iter() {
        let cell = address + granule * GRANULE_BYTES;
        // SAFETY: the cell is one of this block's, and no root leads to it.
        unsafe { memory::fill(cell, bytes, memory::POISON) };
        if stress.bury(cell, pc) {
            block.marked.insert(granule);
        }
    }
}
