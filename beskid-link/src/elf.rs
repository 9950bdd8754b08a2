//! The first look into an object: whether it may have anything to do with Beskid.
//!
//! Most objects of a link do not, so of ELF files only the string tables are read, and other files are
//! searched. Whatever that look cannot explain is parsed in full.

use memchr::memmem::Finder;
use object::Endianness;
use object::elf;

use beskid_abi::{RUNTIME_SYMBOL_PREFIX, note};

use crate::error::Error;
use crate::input::Region;

/// The first bytes of an ELF file.
pub(crate) const MAGIC: &[u8; 4] = b"\x7fELF";

/// The length of the header of a 64-bit file.
pub(crate) const HEADER_LEN: usize = size_of::<elf::FileHeader64<Endianness>>();

/// The longest object with Beskid in it that is read.
pub(crate) const OBJECT_LEN_MAX: u64 = 1 << 30;

/// The longest text that tells that an object may concern us: the section's name.
const NEEDLE_LEN_MAX: usize = note::SECTION.len();

/// Searches for the names that matter: of the sections with notes, and of runtime symbols.
pub(crate) struct Needles {
    names: [Finder<'static>; 4],
}

impl Needles {
    pub(crate) fn new() -> Needles {
        let (_, macho_section) = note::MACHO_SECTION;
        let names = [note::SECTION, macho_section, note::COFF_SECTION, RUNTIME_SYMBOL_PREFIX];
        Needles { names: names.map(Finder::new) }
    }

    fn are_in(&self, chunk: &[u8]) -> bool {
        self.names.iter().any(|name| name.find(chunk).is_some())
    }

    /// Whether any part of a file names one of them.
    pub(crate) fn are_anywhere_in(&self, region: Region<'_>) -> Result<bool, Error> {
        region.any_chunk(NEEDLE_LEN_MAX, |chunk| self.are_in(chunk))
    }

    /// Whether an ELF file may have a note of ours or name a runtime symbol. An unusual or damaged
    /// file may, so that it is read properly.
    pub(crate) fn may_concern(&self, region: Region<'_>, header: &[u8]) -> Result<bool, Error> {
        let Some(tables) = string_tables(region, header)? else { return Ok(true) };
        for table in tables {
            if table.any_chunk(NEEDLE_LEN_MAX, |chunk| self.are_in(chunk))? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The string tables of a 64-bit little-endian ELF file with section headers; else `None`.
fn string_tables<'a>(region: Region<'a>, header: &[u8]) -> Result<Option<Vec<Region<'a>>>, Error> {
    const SECTION_LEN: usize = size_of::<elf::SectionHeader64<Endianness>>();
    let is_usual =
        header.len() == HEADER_LEN && header[4] == elf::ELFCLASS64 && header[5] == elf::ELFDATA2LSB;
    if !is_usual {
        return Ok(None);
    }
    let (table_offset, entry_len, count) =
        (u64_at(header, 40), u16_at(header, 58), u16_at(header, 60));
    // No headers, headers of another form, or more of them than the field can say.
    if table_offset == 0 || usize::from(entry_len) != SECTION_LEN || count == 0 {
        return Ok(None);
    }
    let len = u64::from(count) * SECTION_LEN as u64;
    let Some(table) = region.part(table_offset, len) else { return Ok(None) };
    let table = table.bytes()?;
    let is_strings = |section: &&[u8]| u32_at(section, 4) == elf::SHT_STRTAB;
    let sections = table.chunks_exact(SECTION_LEN).filter(is_strings);
    Ok(sections.map(|section| region.part(u64_at(section, 24), u64_at(section, 32))).collect())
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// Whether a file with this header is an object that is still to be linked.
pub(crate) fn is_relocatable(header: &[u8]) -> bool {
    // One of the two bytes of the type is zero, whatever the byte order of the file.
    matches!(header.get(16..18), Some([a, b]) if u16::from(a | b) == elf::ET_REL)
}
