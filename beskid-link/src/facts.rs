//! What one file says about Beskid: its notes, and the runtime symbols that it imports or defines.
//!
//! ELF, Mach-O and COFF files carry the same note in sections of different names.

use object::elf;
use object::read::elf::{ElfFile64, FileHeader as _, ProgramHeader as _};
use object::{
    BinaryFormat, Endianness, Object as _, ObjectSection as _, ObjectSymbol as _, Section,
    SectionKind,
};

use beskid_abi::record::{ErrorKind, RecordError};
use beskid_abi::{RuntimeFn, note};

/// What one file says about Beskid.
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

/// Reads everything that one file says about Beskid.
pub(crate) fn read(bytes: &[u8]) -> object::Result<Facts> {
    let file = object::File::parse(bytes)?;
    let mut facts = Facts::default();
    for section in file.sections() {
        if is_note(&section, file.format())? {
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
        let name = plain_name(symbol.name().unwrap_or_default(), file.format());
        if has_uses && needs_record(name) && symbol.is_undefined() {
            facts.imports.push(name.to_owned());
        } else if beskid_abi::is_runtime_symbol(name) && symbol.is_global() {
            facts.defines_runtime |= !symbol.is_undefined();
        }
    }
    Ok(facts)
}

/// Whether a section holds notes.
fn is_note(section: &Section<'_, '_>, format: BinaryFormat) -> object::Result<bool> {
    if format == BinaryFormat::Elf {
        return Ok(section.kind() == SectionKind::Note);
    }
    let (name, segment) = (section.name_bytes()?, section.segment_name_bytes()?);
    Ok(match segment {
        Some(segment) => {
            (segment, name) == (note::MACHO_SECTION.0.as_bytes(), note::MACHO_SECTION.1.as_bytes())
        }
        None => name == note::COFF_SECTION.as_bytes(),
    })
}

/// A symbol as C spells it. On Mach-O every symbol has an underscore in front.
fn plain_name(name: &str, format: BinaryFormat) -> &str {
    let plain = name.strip_prefix('_').filter(|_| format == BinaryFormat::MachO);
    plain.unwrap_or(name)
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
