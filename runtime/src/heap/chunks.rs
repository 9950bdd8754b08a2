//! The chunks of one heap, found by address.
//!
//! The table answers the question that marking asks for every reference: is this address in the
//! heap, and in which block? It hashes the address's chunk number, because chunks of several
//! threads and foreign mappings lie between each other in the address space.

use super::chunk::{Block, Chunk, Place};
use super::geometry::{CHUNK_BYTES, GRANULE_BYTES};

/// All chunks of a heap.
pub(crate) struct Chunks {
    slots: Vec<Option<Box<Chunk>>>,
    table: Vec<Entry>,
    /// Table entries in use; a huge object has one for each chunk size that it spans.
    entries: usize,
}

#[derive(Clone, Copy)]
struct Entry {
    /// Address divided by the chunk size; 0, which is never mapped, for an unused entry.
    number: usize,
    slot: u32,
}

const UNUSED: Entry = Entry { number: 0, slot: 0 };
const TABLE_LEN_MIN: usize = 64;
/// The table has at least this many entries for each one in use, so that a probe rarely repeats.
const SPARSENESS: usize = 4;

impl Chunks {
    /// No chunks.
    pub(crate) fn new() -> Chunks {
        Chunks { slots: Vec::new(), table: vec![UNUSED; TABLE_LEN_MIN], entries: 0 }
    }

    /// Number of chunk numbers in use, vacant ones included.
    pub(crate) fn slot_count(&self) -> usize {
        self.slots.len()
    }

    /// Bytes that the chunks have from the system.
    pub(crate) fn mapped_bytes(&self) -> usize {
        self.entries * CHUNK_BYTES
    }

    /// The chunk with the given number.
    #[inline(always)]
    pub(crate) fn get(&self, slot: usize) -> Option<&Chunk> {
        self.slots[slot].as_deref()
    }

    /// The chunk with the given number, to be changed.
    #[inline(always)]
    pub(crate) fn get_mut(&mut self, slot: usize) -> Option<&mut Chunk> {
        self.slots[slot].as_deref_mut()
    }

    /// Description of the block at `place`.
    pub(crate) fn block(&self, place: Place) -> Option<&Block> {
        Some(self.get(place.chunk as usize)?.block(place.block as usize))
    }

    /// Adds a chunk and gives its number.
    pub(crate) fn add(&mut self, chunk: Chunk) -> usize {
        let slot = self.slots.iter().position(Option::is_none).unwrap_or(self.slots.len());
        if slot == self.slots.len() {
            self.slots.push(None);
        }
        self.entries += chunk.bytes() / CHUNK_BYTES;
        self.slots[slot] = Some(Box::new(chunk));
        if self.entries * SPARSENESS > self.table.len() {
            self.rebuild();
        } else {
            self.enter(slot);
        }
        slot
    }

    /// Takes a chunk out, so that dropping it returns its memory to the system.
    pub(crate) fn remove(&mut self, slot: usize) -> Option<Box<Chunk>> {
        let chunk = self.slots[slot].take()?;
        self.entries -= chunk.bytes() / CHUNK_BYTES;
        self.rebuild();
        Some(chunk)
    }

    /// The block that `address` lies in, and the granule in it. `None` outside of the heap.
    #[inline(always)]
    pub(crate) fn block_at(&mut self, address: usize) -> Option<(&mut Block, usize)> {
        let slot = self.slot_at(address)?;
        let chunk = self.get_mut(slot)?;
        let (block, granule) = chunk.locate(address);
        Some((chunk.block_mut(block), granule))
    }

    /// The place of `address`. `None` outside of the heap.
    pub(crate) fn place_at(&self, address: usize) -> Option<Place> {
        let slot = self.slot_at(address)?;
        let (block, granule) = self.get(slot)?.locate(address);
        Some(Place { chunk: slot as u32, block: block as u8, granule: granule as u16 })
    }

    /// The cell in use that `address` points to or into: its place and its start.
    pub(crate) fn cell_around(&self, address: usize) -> Option<(Place, usize)> {
        let slot = self.slot_at(address)?;
        let chunk = self.get(slot)?;
        let (mut block, mut granule) = chunk.locate(address);
        if let super::chunk::Use::Tail(head) = chunk.block(block).usage {
            (block, granule) = (head as usize, 0);
        }
        let start_granule = chunk.block(block).allocated.last_until(granule)?;
        let start = chunk.block_address(block) + start_granule * GRANULE_BYTES;
        let place = Place { chunk: slot as u32, block: block as u8, granule: start_granule as u16 };
        (address < start + chunk.block(block).cell_bytes()).then_some((place, start))
    }

    #[inline(always)]
    fn slot_at(&self, address: usize) -> Option<usize> {
        let number = address / CHUNK_BYTES;
        let mut index = self.first_index(number);
        loop {
            let entry = self.table[index];
            if entry.number == number && number != 0 {
                return Some(entry.slot as usize);
            }
            if entry.number == 0 {
                return None;
            }
            index = (index + 1) & (self.table.len() - 1);
        }
    }

    /// Where the search for a chunk number begins. The multiplication scatters neighbours: in one
    /// long cluster the search for an address outside of the heap would walk to its end.
    #[inline(always)]
    fn first_index(&self, number: usize) -> usize {
        const GOLDEN: usize = 0x9e37_79b9_7f4a_7c15;
        (number.wrapping_mul(GOLDEN) >> 32) & (self.table.len() - 1)
    }

    fn enter(&mut self, slot: usize) {
        let Some(chunk) = self.get(slot) else { return };
        let first = chunk.base() / CHUNK_BYTES;
        for number in first..first + chunk.bytes() / CHUNK_BYTES {
            let mut index = self.first_index(number);
            while self.table[index].number != 0 {
                index = (index + 1) & (self.table.len() - 1);
            }
            self.table[index] = Entry { number, slot: slot as u32 };
        }
    }

    fn rebuild(&mut self) {
        let len = (self.entries * SPARSENESS * 2).next_power_of_two().max(TABLE_LEN_MIN);
        self.table = vec![UNUSED; len];
        for slot in 0..self.slots.len() {
            self.enter(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::geometry::{CellKind, Class};

    #[test]
    fn addresses_are_found_in_their_chunk_and_nowhere_else() {
        let mut chunks = Chunks::new();
        let slots: Vec<usize> = (0..20).map(|_| chunks.add(Chunk::of_blocks().unwrap())).collect();
        for &slot in &slots {
            let base = chunks.get(slot).unwrap().base();
            let place = chunks.place_at(base + 3 * 32768 + 40).unwrap();
            assert_eq!(place, Place { chunk: slot as u32, block: 3, granule: 2 });
        }
        let gone = chunks.get(7).unwrap().base();
        chunks.remove(7);
        assert_eq!(chunks.place_at(gone), None);
        assert_eq!(chunks.place_at(0), None);
        assert_eq!(chunks.place_at(usize::MAX), None);
    }

    #[test]
    fn interior_addresses_lead_to_the_start_of_their_cell() {
        let mut chunks = Chunks::new();
        let slot = chunks.add(Chunk::of_blocks().unwrap());
        let chunk = chunks.get_mut(slot).unwrap();
        let class = Class::of(48).unwrap();
        chunk.take_blocks(1);
        chunk.block_mut(0).usage = crate::heap::chunk::Use::Cells(class);
        chunk.block_mut(0).allocated.insert(3);
        let base = chunk.base();
        assert_eq!(chunks.cell_around(base + 48 + 47).map(|found| found.1), Some(base + 48));
        assert_eq!(chunks.cell_around(base + 96), None);
        assert_eq!(chunks.cell_around(base + 47), None);
    }

    #[test]
    fn a_huge_object_is_found_along_its_whole_length() {
        let mut chunks = Chunks::new();
        let bytes = 3 * CHUNK_BYTES - 100;
        let slot = chunks.add(Chunk::huge(bytes, CellKind::Leaf).unwrap());
        let base = chunks.get(slot).unwrap().base();
        for offset in [0, 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 5, bytes - 1] {
            assert_eq!(chunks.cell_around(base + offset).map(|found| found.1), Some(base));
        }
        assert_eq!(chunks.cell_around(base + bytes), None);
    }
}
