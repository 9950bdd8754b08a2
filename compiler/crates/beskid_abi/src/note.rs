//! The note that carries a record through a link, and the guard word in front of the record. It is
//! an ELF note; Mach-O and COFF files carry the same bytes in a section of their own.
//!
//! A note is three words (length of the name, length of the descriptor, type), the name and the
//! descriptor, each padded to four bytes. The descriptor begins with the guard word: in an object
//! a PC-relative reference to [`crate::guard_symbol`], which makes the linker itself refuse a
//! runtime that does not accept the object's version; in a runtime it is zero. Its value after
//! the link means nothing, so readers skip it.
//!
//! This file knows bytes only. Section flags, relocation and visibility are the writer's duty.

use crate::record::{BufferFull, Sink};

/// The section that holds the note in an ELF file.
pub const SECTION: &str = ".note.beskid";

/// The section that holds the note in a Mach-O file, and the segment that it belongs to.
pub const MACHO_SECTION: (&str, &str) = ("__DATA", "__beskid_abi");

/// The section that holds the note in a COFF file. Linked images have no room for longer names.
pub const COFF_SECTION: &str = ".bskabi";

/// The note's name, without the NUL that ends it in the file.
pub const NAME: &str = "Beskid";

/// The note's type.
pub const TYPE: u32 = 1;

/// The type of a note whose descriptor is the address of the guard, and nothing else. Formats that
/// cannot state a 32-bit distance, or whose linkers leave one open, have it behind the other note.
pub const GUARD_TYPE: u32 = 2;

/// The length of an address in a note of [`GUARD_TYPE`].
pub const ADDRESS_LEN: usize = 8;

/// The alignment of a note and of its parts.
pub const ALIGN: usize = 4;

/// The length of the three words before the name.
const WORDS_LEN: usize = 12;

/// The length of the name in the file, with its NUL.
const NAME_LEN: usize = NAME.len() + 1;

/// Bytes from the start of the note to the guard word.
pub const GUARD_OFFSET: usize = WORDS_LEN + padded(NAME_LEN);

/// The length of the guard word.
pub const GUARD_LEN: usize = 4;

/// Bytes from the start of the note to the record.
pub const RECORD_OFFSET: usize = GUARD_OFFSET + GUARD_LEN;

const fn padded(len: usize) -> usize {
    len.next_multiple_of(ALIGN)
}

/// The length of a note with a record of `record_len` bytes, padding included.
#[must_use]
pub const fn len(record_len: usize) -> usize {
    padded(RECORD_OFFSET + record_len)
}

/// Writes a note around a finished record. The guard word at [`GUARD_OFFSET`] is zero.
pub fn write<S: Sink>(sink: &mut S, record: &[u8]) -> Result<(), BufferFull> {
    write_head(sink, GUARD_LEN + record.len(), TYPE)?;
    sink.push(&[0; GUARD_LEN])?;
    sink.push(record)?;
    sink.push(&[0; ALIGN][..padded(record.len()) - record.len()])
}

/// Writes a note with room for the guard's address, at [`GUARD_OFFSET`].
pub fn write_guard<S: Sink>(sink: &mut S) -> Result<(), BufferFull> {
    write_head(sink, ADDRESS_LEN, GUARD_TYPE)?;
    sink.push(&[0; ADDRESS_LEN])
}

fn write_head<S: Sink>(sink: &mut S, descriptor_len: usize, ty: u32) -> Result<(), BufferFull> {
    let descriptor_len = u32::try_from(descriptor_len).map_err(|_too_long| BufferFull)?;
    sink.push(&(NAME_LEN as u32).to_le_bytes())?;
    sink.push(&descriptor_len.to_le_bytes())?;
    sink.push(&ty.to_le_bytes())?;
    sink.push(NAME.as_bytes())?;
    sink.push(&[0; 8][..padded(NAME_LEN) - NAME.len()])
}

/// One note of a section or segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    /// Bytes from the start of the section to the note.
    pub offset: usize,
    /// The name, without the NUL that ends it.
    pub name: &'a [u8],
    /// What the descriptor means, to those who know the name.
    pub ty: u32,
    /// The descriptor.
    pub descriptor: &'a [u8],
}

impl<'a> Note<'a> {
    /// The record's bytes if this is one of our notes. A descriptor without room for the guard word
    /// gives an empty record, which cannot be read and so is refused.
    #[must_use]
    pub fn record(&self) -> Option<&'a [u8]> {
        let is_ours = self.name == NAME.as_bytes() && self.ty == TYPE;
        is_ours.then(|| self.descriptor.get(GUARD_LEN..).unwrap_or_default())
    }
}

/// A note that leaves its section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoteError {
    /// Bytes from the start of the section to the note.
    pub offset: usize,
}

impl core::fmt::Display for NoteError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "the note at byte {} of its section is cut off", self.offset)
    }
}

impl core::error::Error for NoteError {}

/// The notes of a section or segment in order, ours and others.
#[derive(Clone, Debug)]
pub struct Notes<'a> {
    section: &'a [u8],
    offset: usize,
}

/// Walks the notes of a section or segment. A note that does not fit ends the walk with an error.
#[must_use]
pub const fn notes(section: &[u8]) -> Notes<'_> {
    Notes { section, offset: 0 }
}

impl<'a> Notes<'a> {
    fn read(&self) -> Option<(Note<'a>, usize)> {
        let offset = self.offset;
        let name_len = self.word(offset)?;
        let descriptor_len = self.word(offset + 4)?;
        let ty = u32::try_from(self.word(offset + 8)?).ok()?;
        let name_at = offset + WORDS_LEN;
        let name = self.section.get(name_at..name_at.checked_add(name_len)?)?;
        let descriptor_at = name_at.checked_add(name_len.checked_next_multiple_of(ALIGN)?)?;
        let descriptor_end = descriptor_at.checked_add(descriptor_len)?;
        let descriptor = self.section.get(descriptor_at..descriptor_end)?;
        let name = name.strip_suffix(&[0]).unwrap_or(name);
        let end = descriptor_end.checked_next_multiple_of(ALIGN)?;
        Some((Note { offset, name, ty, descriptor }, end))
    }

    fn word(&self, at: usize) -> Option<usize> {
        let bytes = self.section.get(at..at.checked_add(4)?)?;
        usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
    }
}

impl<'a> Iterator for Notes<'a> {
    type Item = Result<Note<'a>, NoteError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.offset >= self.section.len() {
            return None;
        }
        match self.read() {
            Some((note, end)) => {
                self.offset = end;
                Some(Ok(note))
            }
            None => {
                let offset = core::mem::replace(&mut self.offset, usize::MAX);
                Some(Err(NoteError { offset }))
            }
        }
    }
}
