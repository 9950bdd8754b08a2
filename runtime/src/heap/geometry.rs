//! Sizes of chunks, blocks and cells, and the size classes.
//!
//! Memory comes from the system in chunks. A chunk is divided into blocks, a block into cells of
//! one size class and one kind. Cells start at multiples of a granule, and every bitmap has one
//! bit per granule, so that finding a cell's bit needs a shift and never a division.

/// Size and alignment of a chunk.
pub(crate) const CHUNK_BYTES: usize = 4 << 20;
/// Size of a block.
pub(crate) const BLOCK_BYTES: usize = 32 << 10;
/// Smallest unit of a cell's size and alignment.
pub(crate) const GRANULE_BYTES: usize = 16;
/// Blocks in a chunk.
pub(crate) const BLOCKS_PER_CHUNK: usize = CHUNK_BYTES / BLOCK_BYTES;
/// Granules in a block, which is also the number of bits of its bitmaps.
pub(crate) const GRANULES_PER_BLOCK: usize = BLOCK_BYTES / GRANULE_BYTES;
/// Words of a bitmap.
pub(crate) const BITMAP_WORDS: usize = GRANULES_PER_BLOCK / 64;

/// Largest cell of the classes that are one granule apart.
pub(crate) const FINE_BYTES_MAX: usize = 1024;
const FINE_CLASSES: usize = FINE_BYTES_MAX / GRANULE_BYTES;

/// Cell sizes above the fine classes, chosen so that little of a block is left over.
const COARSE_BYTES: [usize; 12] =
    [1280, 1488, 1808, 2048, 2512, 3264, 4096, 5456, 6544, 8192, 10912, 16384];

/// Number of size classes.
pub(crate) const CLASSES: usize = FINE_CLASSES + COARSE_BYTES.len();
/// Largest cell that shares its block with others; more is a large object.
#[cfg(test)]
pub(crate) const CELL_BYTES_MAX: usize = COARSE_BYTES[COARSE_BYTES.len() - 1];

/// What a cell holds, as far as the collector is concerned. All cells of a block are of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum CellKind {
    /// An object whose first word points to its type descriptor.
    Object = 0,
    /// Bytes without references: strings, arrays of scalars, raw memory.
    Leaf = 1,
    /// An array header followed by references.
    References = 2,
    /// The header of a string whose bytes lie in another cell, and the reference to that cell.
    SharedString = 3,
}

/// Number of cell kinds.
pub(crate) const KINDS: usize = 4;

impl CellKind {
    /// Position of this kind in tables.
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

/// Number of a size class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Class(u8);

impl Class {
    /// The class of cells that hold `size` bytes, if `size` fits into a fine class.
    #[inline(always)]
    pub(crate) fn fine(size: usize) -> Option<Class> {
        if size > FINE_BYTES_MAX {
            return None;
        }
        Some(Class((size.saturating_sub(1) / GRANULE_BYTES) as u8))
    }

    /// Size of a cell of this class, which must be a fine one.
    #[inline(always)]
    pub(crate) fn fine_bytes(self) -> usize {
        (self.index() + 1) * GRANULE_BYTES
    }

    /// The class of cells that hold `size` bytes, or `None` for a large object.
    pub(crate) fn of(size: usize) -> Option<Class> {
        Class::fine(size).or_else(|| {
            let coarse = COARSE_BYTES.iter().position(|&bytes| size <= bytes)?;
            Some(Class((FINE_CLASSES + coarse) as u8))
        })
    }

    /// All classes, smallest first.
    pub(crate) fn all() -> impl Iterator<Item = Class> {
        (0..CLASSES as u8).map(Class)
    }

    /// Position of this class in tables.
    #[inline(always)]
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }

    /// Size of a cell of this class.
    #[inline(always)]
    pub(crate) fn cell_bytes(self) -> usize {
        CLASS_BYTES[self.index()] as usize
    }

    /// Size of a cell of this class in granules.
    pub(crate) fn cell_granules(self) -> usize {
        self.cell_bytes() / GRANULE_BYTES
    }

    /// Number of cells in a block of this class.
    pub(crate) fn cells_per_block(self) -> usize {
        BLOCK_BYTES / self.cell_bytes()
    }

    /// Granules of a block that belong to whole cells.
    pub(crate) fn usable_granules(self) -> usize {
        self.cells_per_block() * self.cell_granules()
    }

    /// Bit pattern of the granules at which a cell of this class starts.
    pub(crate) fn starts(self) -> &'static [u64; BITMAP_WORDS] {
        &CLASS_STARTS[self.index()]
    }
}

static CLASS_BYTES: [u16; CLASSES] = class_bytes();
static CLASS_STARTS: [[u64; BITMAP_WORDS]; CLASSES] = class_starts();

const fn class_bytes() -> [u16; CLASSES] {
    let mut table = [0; CLASSES];
    let mut class = 0;
    while class < CLASSES {
        table[class] = if class < FINE_CLASSES {
            ((class + 1) * GRANULE_BYTES) as u16
        } else {
            COARSE_BYTES[class - FINE_CLASSES] as u16
        };
        class += 1;
    }
    table
}

const fn class_starts() -> [[u64; BITMAP_WORDS]; CLASSES] {
    let sizes = class_bytes();
    let mut table = [[0; BITMAP_WORDS]; CLASSES];
    let mut class = 0;
    while class < CLASSES {
        let step = sizes[class] as usize / GRANULE_BYTES;
        let mut granule = 0;
        while granule + step <= GRANULES_PER_BLOCK {
            table[class][granule / 64] |= 1 << (granule % 64);
            granule += step;
        }
        class += 1;
    }
    table
}

const _: () = {
    assert!(CLASSES <= u8::MAX as usize);
    assert!(BLOCKS_PER_CHUNK == 128, "a chunk describes its blocks with 128-bit sets");
    let mut class = 0;
    while class < CLASSES {
        assert!((CLASS_BYTES[class] as usize).is_multiple_of(GRANULE_BYTES));
        assert!(class == 0 || CLASS_BYTES[class - 1] < CLASS_BYTES[class]);
        class += 1;
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_gets_the_smallest_class_that_holds_it() {
        for size in 0..=CELL_BYTES_MAX {
            let class = Class::of(size).unwrap();
            assert!(class.cell_bytes() >= size, "{size} in {class:?}");
            let smaller = Class::all().take_while(|c| *c != class).last();
            assert!(smaller.is_none_or(|c| c.cell_bytes() < size), "{size} in {class:?}");
        }
        assert_eq!(Class::of(CELL_BYTES_MAX + 1), None);
    }

    #[test]
    fn start_patterns_have_one_bit_per_cell() {
        for class in Class::all() {
            let bits: u32 = class.starts().iter().map(|word| word.count_ones()).sum();
            assert_eq!(bits as usize, class.cells_per_block());
        }
    }
}
