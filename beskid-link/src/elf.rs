//! Looks into one ELF file: its Beskid notes, and the runtime symbols that it imports or defines.
//!
//! Most objects of a link have nothing to do with Beskid, so a first look reads the string tables
//! only. Whatever that look cannot explain is parsed in full.

use memchr::memmem::Finder;
use object::elf;
use object::read::elf::{ElfFile64, FileHeader as _, ProgramHeader as _};
use object::{Endianness, Object as _, ObjectSection as _, ObjectSymbol as _, SectionKind};

use beskid_abi::record::{ErrorKind, RecordError};
use beskid_abi::{RUNTIME_SYMBOL_PREFIX, RuntimeFn, note};

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

/// What one ELF file says about Beskid.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// The records of its notes, or why a note could not be walked.
    pub(crate) records: Vec<Result<Vec<u8>, RecordError>>,
    /// The runtime symbols that its code or data refers to and that it does not define.
    pub(crate) imports: Vec<String>,
    /// Whether it defines a runtime symbol: then it is a runtime, or a part of one.
    pub(crate) defines_runtime: bool,
    /// Whether rustc compiled it. Such an object needs no record for its imports, because rustc
    /// compared its types with those of the runtime crate.
    pub(crate) is_from_rustc: bool,
}

/// Searches string tables for the two names that matter.
pub(crate) struct Needles {
    section: Finder<'static>,
    symbol: Finder<'static>,
}

impl Needles {
    pub(crate) fn new() -> Needles {
        Needles { section: Finder::new(note::SECTION), symbol: Finder::new(RUNTIME_SYMBOL_PREFIX) }
    }

    fn are_in(&self, chunk: &[u8]) -> bool {
        self.section.find(chunk).is_some() || self.symbol.find(chunk).is_some()
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

/// Reads everything that one ELF file says about Beskid.
pub(crate) fn read(bytes: &[u8]) -> object::Result<Facts> {
    let file = object::File::parse(bytes)?;
    let mut facts = Facts::default();
    for section in file.sections() {
        if section.kind() == SectionKind::Note {
            facts.add_notes(section.data()?);
        } else if section.name_bytes()? == b".comment" {
            let comment = section.data()?;
            facts.is_from_rustc = memchr::memmem::find(comment, b"rustc version").is_some();
        }
    }
    if facts.records.is_empty() {
        facts.add_segments(bytes)?;
    }
    // rustc lists exported symbols in an object without code, so that the linker keeps them; a
    // name that no relocation uses cannot be called.
    let has_uses = file.sections().any(|section| section.relocations().next().is_some());
    for symbol in file.symbols() {
        // A name that is no text is no name of ours.
        let name = symbol.name().unwrap_or_default();
        if has_uses && needs_record(name) && symbol.is_undefined() {
            facts.imports.push(name.to_owned());
        } else if beskid_abi::is_runtime_symbol(name) && symbol.is_global() {
            facts.defines_runtime |= !symbol.is_undefined();
        }
    }
    Ok(facts)
}

/// Whether only compiled Beskid code and the runtime refer to a symbol. The version function is
/// not one: whoever calls it is about to do what the record is for.
fn needs_record(symbol: &str) -> bool {
    beskid_abi::is_runtime_symbol(symbol) && symbol != RuntimeFn::RuntimeAbiVersion.symbol()
}

impl Facts {
    fn add_notes(&mut self, section: &[u8]) {
        for note in note::notes(section) {
            match note {
                Ok(note) => self.records.extend(note.record().map(|record| Ok(record.to_vec()))),
                // Notes of others may be laid out otherwise; only a cut-off note of ours matters.
                Err(error) if names_us(&section[error.offset..]) => {
                    let kind = ErrorKind::Truncated;
                    self.records.push(Err(RecordError { offset: error.offset, kind }));
                }
                Err(_) => {}
            }
        }
    }

    /// Reads the notes of a linked file whose section headers were stripped.
    fn add_segments(&mut self, bytes: &[u8]) -> object::Result<()> {
        let Ok(file) = ElfFile64::<Endianness>::parse(bytes) else { return Ok(()) };
        let endian = file.endian();
        for segment in file.elf_header().program_headers(endian, bytes)? {
            if segment.p_type(endian) == elf::PT_NOTE {
                let data = segment.data(endian, bytes).unwrap_or_default();
                self.add_notes(data);
            }
        }
        Ok(())
    }
}

fn names_us(note: &[u8]) -> bool {
    let name_offset = note::GUARD_OFFSET - note::NAME.len().next_multiple_of(note::ALIGN);
    note.get(name_offset..).is_some_and(|name| name.starts_with(note::NAME.as_bytes()))
}
