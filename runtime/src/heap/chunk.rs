//! A chunk: a mapping, and beside it the description of its blocks.
//!
//! The description is ordinary Rust data outside the mapping: cells fill blocks without a header,
//! and no stray write of a program can damage it.

use super::bitmap::Bitmap;
use super::geometry::{
    BLOCK_BYTES, BLOCKS_PER_CHUNK, CHUNK_BYTES, CellKind, Class, GRANULE_BYTES, GRANULES_PER_BLOCK,
};
use super::memory::Mapping;

/// What a block is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Use {
    /// Nothing.
    Free,
    /// Cells of one class.
    Cells(Class),
    /// The start of one large object of this many bytes; its bits are those of granule 0.
    Large(usize),
    /// A later part of the large object that starts at this block.
    Tail(u8),
}

/// The description of one block.
pub(crate) struct Block {
    /// What the block is used for.
    pub(crate) usage: Use,
    /// Kind of its cells.
    pub(crate) kind: CellKind,
    /// Whether its memory may hold something else than zeros.
    pub(crate) dirty: bool,
    /// Cells that are in use, or handed out to be used.
    pub(crate) allocated: Bitmap,
    /// Cells that the collector has reached. Empty outside of a collection.
    pub(crate) marked: Bitmap,
}

impl Block {
    const FREE: Block = Block {
        usage: Use::Free,
        kind: CellKind::Leaf,
        dirty: false,
        allocated: Bitmap::EMPTY,
        marked: Bitmap::EMPTY,
    };

    /// Bytes of the cells of this block; of the whole object if it is a large one.
    pub(crate) fn cell_bytes(&self) -> usize {
        match self.usage {
            Use::Cells(class) => class.cell_bytes(),
            Use::Large(bytes) => bytes,
            Use::Free | Use::Tail(_) => 0,
        }
    }
}

/// A chunk of the heap.
pub(crate) struct Chunk {
    mapping: Mapping,
    /// One bit for each block that is free.
    free: u128,
    /// The blocks; a single one stands for the whole of a chunk with one huge object.
    blocks: Box<[Block]>,
}

/// Where a cell is: number of the chunk in the heap, block in the chunk, granule in the block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub(crate) chunk: u32,
    pub(crate) block: u8,
    pub(crate) granule: u16,
}

impl Chunk {
    /// Maps a chunk of free blocks.
    pub(crate) fn of_blocks() -> Option<Chunk> {
        let mapping = Mapping::new(CHUNK_BYTES)?;
        let blocks = (0..BLOCKS_PER_CHUNK).map(|_| Block::FREE).collect();
        Some(Chunk { mapping, free: !0, blocks })
    }

    /// Maps a chunk that is one huge object of `bytes` bytes.
    pub(crate) fn huge(bytes: usize, kind: CellKind) -> Option<Chunk> {
        let mapping = Mapping::new(bytes.checked_next_multiple_of(CHUNK_BYTES)?)?;
        let mut block = Block { usage: Use::Large(bytes), kind, dirty: true, ..Block::FREE };
        block.allocated.insert(0);
        Some(Chunk { mapping, free: 0, blocks: Box::new([block]) })
    }

    /// Whether this chunk is a single huge object.
    pub(crate) fn is_huge(&self) -> bool {
        self.blocks.len() == 1
    }

    /// Whether every block is free.
    pub(crate) fn is_empty(&self) -> bool {
        self.free == !0
    }

    /// Address of the first byte.
    pub(crate) fn base(&self) -> usize {
        self.mapping.base()
    }

    /// Length in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.mapping.bytes()
    }

    /// Address of a block.
    pub(crate) fn block_address(&self, block: usize) -> usize {
        self.base() + block * BLOCK_BYTES
    }

    /// Description of a block.
    #[inline(always)]
    pub(crate) fn block(&self, block: usize) -> &Block {
        &self.blocks[block]
    }

    /// Description of a block, to be changed.
    #[inline(always)]
    pub(crate) fn block_mut(&mut self, block: usize) -> &mut Block {
        &mut self.blocks[block]
    }

    /// Number of described blocks.
    pub(crate) fn block_count(&self) -> usize {
        self.blocks.len()
    }

    /// Block and granule of an address that lies in this chunk.
    #[inline(always)]
    pub(crate) fn locate(&self, address: usize) -> (usize, usize) {
        let offset = address - self.base();
        if self.is_huge() {
            return (0, (offset / GRANULE_BYTES).min(GRANULES_PER_BLOCK - 1));
        }
        (offset / BLOCK_BYTES, offset % BLOCK_BYTES / GRANULE_BYTES)
    }

    /// Takes `count` neighbouring free blocks, if there are any, and gives the first one's number.
    pub(crate) fn take_blocks(&mut self, count: usize) -> Option<usize> {
        let first = first_run(self.free, count)?;
        self.free &= !run_mask(first, count);
        Some(first)
    }

    /// Gives back the block `first` and, of a large object, the blocks that follow it.
    pub(crate) fn release_blocks(&mut self, first: usize) {
        let count = match self.blocks[first].usage {
            Use::Large(bytes) => bytes.div_ceil(BLOCK_BYTES).min(self.blocks.len()),
            Use::Cells(_) => 1,
            Use::Free | Use::Tail(_) => 0,
        };
        for block in &mut self.blocks[first..first + count] {
            block.usage = Use::Free;
            block.allocated = Bitmap::EMPTY;
        }
        self.free |= run_mask(first, count);
    }

    /// Makes `count` taken blocks from `first` on one large object.
    pub(crate) fn place_large(&mut self, first: usize, bytes: usize, kind: CellKind) {
        let count = bytes.div_ceil(BLOCK_BYTES);
        for block in &mut self.blocks[first..first + count] {
            block.usage = Use::Tail(first as u8);
            block.dirty = true;
        }
        let head = &mut self.blocks[first];
        head.usage = Use::Large(bytes);
        head.kind = kind;
        head.allocated.insert(0);
    }

    /// Whether any of `count` blocks from `first` on may hold something else than zeros.
    pub(crate) fn is_dirty(&self, first: usize, count: usize) -> bool {
        self.blocks[first..first + count].iter().any(|block| block.dirty)
    }
}

fn run_mask(first: usize, count: usize) -> u128 {
    let ones = if count >= 128 { !0 } else { (1 << count) - 1 };
    ones << first
}

/// The start of the first run of `count` ones in `bits`.
fn first_run(mut bits: u128, count: usize) -> Option<usize> {
    let mut length = 1;
    // After each step a bit is set where a run of `length` ones starts.
    while length < count && bits != 0 {
        let step = length.min(count - length);
        bits &= bits >> step;
        length += step;
    }
    (bits != 0).then(|| bits.trailing_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_blocks_are_found_and_returned() {
        let mut chunk = Chunk::of_blocks().unwrap();
        assert_eq!(chunk.take_blocks(3), Some(0));
        chunk.place_large(0, 3 * BLOCK_BYTES, CellKind::Leaf);
        assert_eq!(chunk.take_blocks(125), Some(3));
        assert_eq!(chunk.take_blocks(1), None);
        chunk.release_blocks(0);
        assert_eq!(chunk.take_blocks(4), None);
        assert_eq!(chunk.take_blocks(2), Some(0));
        assert_eq!(chunk.take_blocks(1), Some(2));
    }

    #[test]
    fn first_run_agrees_with_a_search_by_hand() {
        let patterns = [0, 1, !0, 0b1011_0111_1101, 1 << 127, !0 << 64, 0x00ff_00f0_0ff0 << 20];
        for bits in patterns {
            for count in 1..=128 {
                let fits = |at: &usize| at + count <= 128 && run_mask(*at, count) & !bits == 0;
                assert_eq!(first_run(bits, count), (0..128).find(fits), "{bits:#b} {count}");
            }
        }
    }
}
