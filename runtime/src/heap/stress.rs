//! The stress mode: collects at every allocation and checks the stack maps.
//!
//! An object that the precise roots declare dead can never become reachable again. So in this
//! mode a dead cell is poisoned, and as long as a conservative scan still finds an address into
//! it, it stays in quarantine: poisoned and not reused. If afterwards a root or a field refers to
//! a cell that is in quarantine, or to anything else that is not exactly the start of a cell in
//! use, then a stack map (or a descriptor) has missed an object, and the process ends with a
//! report. A cell that the scan finds is not a fault by itself: stale words on the stack are
//! normal.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::chunk::Place;
use super::chunks::Chunks;
use super::geometry::GRANULE_BYTES;
use super::memory::POISON;

/// Where a reference was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A root slot of a compiled frame.
    Frame {
        /// The frame's current return address.
        pc: usize,
        /// Distance of the slot from the frame's stack pointer.
        slot: u32,
    },
    /// An argument of the runtime function that collects.
    Argument,
    /// A reference that Rust code holds for the duration of a call.
    Shadow,
    /// A root handle.
    Handle,
    /// A registered root slot.
    Slot(usize),
    /// A field of an object.
    Field {
        /// The object.
        object: usize,
        /// The field's offset in it.
        offset: usize,
    },
    /// An element of an array of references.
    Element {
        /// The element's address.
        slot: usize,
    },
    /// An operand of the write barrier.
    Barrier,
}

/// Why a reference cannot be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is the poison of a dead cell.
    Poison,
    /// It points into the heap, but not to the start of a cell in use.
    NoCell,
    /// It points to a cell that was dead at an earlier collection.
    Dead(Death),
}

/// The collection that found a cell dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Death {
    /// Number of the collection.
    collection: u64,
    /// Return address in the innermost compiled frame at that time; 0 if there was none.
    pc: usize,
}

/// State of the stress mode.
#[derive(Default)]
pub(crate) struct Stress {
    quarantine: HashMap<usize, Death>,
    suspects: HashSet<usize>,
    collections: u64,
}

impl Stress {
    /// The stress mode's state, if the environment asks for the mode.
    pub(crate) fn from_environment() -> Option<Stress> {
        std::env::var_os("BESKID_GC_STRESS").is_some_and(|v| v == "1").then(Stress::default)
    }

    /// Number of cells in quarantine.
    pub(crate) fn quarantined(&self) -> usize {
        self.quarantine.len()
    }

    /// Ends the process with a report unless `reference` may be held by live code.
    pub(crate) fn require_alive(&self, chunks: &Chunks, reference: usize, origin: Origin) {
        if let Err(fault) = self.check(chunks, reference) {
            report(reference, origin, fault);
        }
    }

    /// A reference is null, outside of the heap, or exactly the start of a cell in use.
    pub(crate) fn check(&self, chunks: &Chunks, reference: usize) -> Result<(), Fault> {
        if reference == usize::from_ne_bytes([POISON; size_of::<usize>()]) {
            return Err(Fault::Poison);
        }
        let Some(place) = chunks.place_at(reference) else { return Ok(()) };
        if let Some(death) = self.quarantine.get(&reference) {
            return Err(Fault::Dead(*death));
        }
        let in_use =
            chunks.block(place).is_some_and(|b| b.allocated.contains(place.granule.into()));
        let is_start = reference.is_multiple_of(GRANULE_BYTES) && in_use;
        if is_start { Ok(()) } else { Err(Fault::NoCell) }
    }

    /// Begins the search for addresses of dead cells.
    pub(crate) fn clear_suspects(&mut self) {
        self.suspects.clear();
    }

    /// Remembers the unmarked cell that `word` points into, if it does.
    pub(crate) fn suspect(&mut self, chunks: &Chunks, word: usize) {
        let marked = |place: Place| {
            chunks.block(place).is_some_and(|block| block.marked.contains(place.granule.into()))
        };
        // Most words are no addresses, and most addresses are those of live cells.
        if chunks.place_at(word).is_none_or(marked) {
            return;
        }
        if let Some((place, start)) = chunks.cell_around(word)
            && !marked(place)
        {
            self.suspects.insert(start);
        }
    }

    /// Decides about a dead cell: whether it goes into (or stays in) quarantine.
    pub(crate) fn bury(&mut self, cell: usize, pc: usize) -> bool {
        if !self.suspects.contains(&cell) {
            self.quarantine.remove(&cell);
            return false;
        }
        let death = Death { collection: self.collections, pc };
        self.quarantine.entry(cell).or_insert(death);
        true
    }

    /// Counts a collection.
    pub(crate) fn count_collection(&mut self) {
        self.collections += 1;
    }
}

/// Prints what is wrong and ends the process, because the heap cannot be trusted any more.
fn report(reference: usize, origin: Origin, fault: Fault) -> ! {
    crate::report::fatal(format_args!(
        "beskid: the stack maps missed an object\n  {origin} holds {reference:#x}, {fault}\n  \
         found by BESKID_GC_STRESS=1; this is a bug in the Beskid compiler or runtime"
    ))
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Origin::Frame { pc, slot } => write!(f, "root slot sp+{slot} of {}", At(pc)),
            Origin::Argument => f.write_str("an argument of the allocating function"),
            Origin::Shadow => f.write_str("a root of the host"),
            Origin::Handle => f.write_str("a root handle"),
            Origin::Slot(address) => write!(f, "registered root slot {address:#x}"),
            Origin::Field { object, offset } => {
                write!(f, "field at offset {offset} of object {object:#x}")
            }
            Origin::Element { slot } => write!(f, "array element at {slot:#x}"),
            Origin::Barrier => f.write_str("an operand of the write barrier"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Poison => f.write_str("which was read from a dead object"),
            Fault::NoCell => f.write_str("which is not the start of a live object"),
            Fault::Dead(death) => write!(
                f,
                "an object that was declared dead by collection {} in {}",
                death.collection,
                At(death.pc)
            ),
        }
    }
}

/// A return address, shown with its source place where that is known.
struct At(usize);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the frame at pc {:#x}", self.0)?;
        match crate::modules::try_location_of(self.0) {
            Some(location) => write!(f, " ({location})"),
            None => Ok(()),
        }
    }
}
