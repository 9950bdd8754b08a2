//! The note of an object, in the form that each file format asks for.
//!
//! The bytes are the same everywhere. What differs is the section, and how the guard word refers to
//! the guard: in such a way that a linker cannot leave the reference open.

use beskid_abi::record::UnwindMode;
use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, LAYOUT_HASH, guard_symbol, note};
use beskid_codegen::Compiled;
use cranelift_object::ObjectProduct;
use object::write::{Error, Object, Relocation, SectionId, Symbol, SymbolId, SymbolSection};
use object::{
    RelocationEncoding, RelocationFlags, RelocationKind, SectionFlags, SectionKind, SymbolFlags,
    SymbolKind, SymbolScope, elf, macho, pe,
};

use target_lexicon::BinaryFormat;

use crate::object::pc_relative;

/// A file format that has a place for the note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoteFormat {
    /// A note section, which is allocated, so that it is kept and loaded.
    Elf,
    /// A section of the data segment, which the linker must not strip.
    MachO,
    /// A section of read-only data.
    Coff,
}

impl NoteFormat {
    /// The form for a target's objects; `None` if they have no place for a note.
    pub(crate) fn of(format: BinaryFormat) -> Option<NoteFormat> {
        let known = [
            (BinaryFormat::Elf, NoteFormat::Elf),
            (BinaryFormat::Macho, NoteFormat::MachO),
            (BinaryFormat::Coff, NoteFormat::Coff),
        ];
        known.iter().find(|(known, _)| *known == format).map(|(_, form)| *form)
    }

    /// Whether objects of the format get unwind tables. Those of the others have a form of their own,
    /// which is not written yet.
    pub(crate) fn unwind_mode(self) -> UnwindMode {
        match self {
            NoteFormat::Elf => UnwindMode::Unwind,
            NoteFormat::MachO | NoteFormat::Coff => UnwindMode::Abort,
        }
    }

    /// Adds the note: the guard, which only a runtime of the right version satisfies, and the record.
    pub(crate) fn add_note(
        self,
        product: &mut ObjectProduct,
        compiled: &Compiled,
    ) -> Result<(), Error> {
        let bytes = self.note(&compiled.record_bytes);
        let record_symbol = product.data_symbol(compiled.record);
        let object = &mut product.object;
        let section = self.add_section(object);
        let start = object.append_section_data(section, &bytes, self.align());
        self.add_guard(object, section, start, bytes.len() as u64)?;
        if self == NoteFormat::Coff {
            add_directive(object);
        }
        let record = object.symbol_mut(record_symbol);
        record.section = SymbolSection::Section(section);
        record.value = start + note::RECORD_OFFSET as u64;
        record.size = compiled.record_bytes.len() as u64;
        record.kind = SymbolKind::Data;
        record.scope = SymbolScope::Compilation;
        Ok(())
    }

    /// The bytes of the note. On Mach-O a second one follows it, which ends with an address, so it is
    /// placed where that address is aligned.
    fn note(self, record: &[u8]) -> Vec<u8> {
        const ROOM: &str = "a vector has room for a note";
        let mut record = record.to_vec();
        let mut bytes = Vec::new();
        if self == NoteFormat::MachO {
            // What follows a record is padding.
            let is_aligned =
                |len| (note::len(len) + note::GUARD_OFFSET).is_multiple_of(note::ADDRESS_LEN);
            while !is_aligned(record.len()) {
                record.push(0);
            }
        }
        note::write(&mut bytes, &record).expect(ROOM);
        if self == NoteFormat::MachO {
            note::write_guard(&mut bytes).expect(ROOM);
        }
        bytes
    }

    fn align(self) -> u64 {
        match self {
            NoteFormat::Elf | NoteFormat::Coff => note::ALIGN as u64,
            NoteFormat::MachO => note::ADDRESS_LEN as u64,
        }
    }

    fn add_section(self, object: &mut Object<'_>) -> SectionId {
        let (segment, name, kind, flags) = match self {
            NoteFormat::Elf => {
                let sh_flags = elf::SHF_ALLOC.into();
                ("", note::SECTION, SectionKind::Note, SectionFlags::Elf { sh_flags })
            }
            NoteFormat::MachO => {
                let (segment, name) = note::MACHO_SECTION;
                let flags = macho::S_ATTR_NO_DEAD_STRIP;
                (segment, name, SectionKind::Data, SectionFlags::MachO { flags })
            }
            NoteFormat::Coff => {
                let characteristics = pe::IMAGE_SCN_CNT_INITIALIZED_DATA | pe::IMAGE_SCN_MEM_READ;
                let flags = SectionFlags::Coff { characteristics };
                ("", note::COFF_SECTION, SectionKind::ReadOnlyData, flags)
            }
        };
        let section = object.add_section(segment.into(), name.into(), kind);
        object.section_mut(section).flags = flags;
        section
    }

    /// Makes the guard word the distance to the guard, or the last word of the note its address.
    /// Without a relocation, or with one that the linker may leave open, a wrong runtime would pass
    /// in silence; lld does leave open a distance in a Mach-O file.
    fn add_guard(
        self,
        object: &mut Object<'_>,
        section: SectionId,
        start: u64,
        len: u64,
    ) -> Result<(), Error> {
        // On ELF, only a hidden symbol cannot be left to the dynamic linker.
        let flags = match self {
            NoteFormat::Elf => SymbolFlags::Elf {
                st_info: elf::STB_GLOBAL << 4 | elf::STT_NOTYPE,
                st_other: elf::STV_HIDDEN,
            },
            NoteFormat::MachO | NoteFormat::Coff => SymbolFlags::None,
        };
        // Data, so that the name gets the underscore of the formats that have one.
        let kind = if self == NoteFormat::Elf { SymbolKind::Unknown } else { SymbolKind::Data };
        let name = guard_symbol(BESKID_RUNTIME_ABI_VERSION).as_bytes().to_vec();
        let guard = object.add_symbol(Symbol {
            name,
            value: 0,
            size: 0,
            kind,
            scope: SymbolScope::Unknown,
            weak: false,
            section: SymbolSection::Undefined,
            flags,
        });
        let relocation = match self {
            NoteFormat::Elf | NoteFormat::Coff => {
                pc_relative(start + note::GUARD_OFFSET as u64, guard, 0)
            }
            NoteFormat::MachO => address(start + len - note::ADDRESS_LEN as u64, guard),
        };
        object.add_relocation(section, relocation)
    }
}

/// The full address of a symbol.
fn address(offset: u64, symbol: SymbolId) -> Relocation {
    let flags = RelocationFlags::Generic {
        kind: RelocationKind::Absolute,
        encoding: RelocationEncoding::Generic,
        size: 64,
    };
    Relocation { offset, symbol, addend: 0, flags }
}

/// Has the linkers of Windows refuse objects whose layouts differ. The version is left to the guard,
/// because a runtime may accept several.
fn add_directive(object: &mut Object<'_>) {
    let section = object.add_section(Vec::new(), b".drectve".to_vec(), SectionKind::Linker);
    let directive = format!(" /FAILIFMISMATCH:\"beskid_layouts={LAYOUT_HASH:016x}\"");
    object.append_section_data(section, directive.as_bytes(), 1);
}
