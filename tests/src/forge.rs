//! Makes wrong objects and other runtimes out of right ones.
//!
//! Nothing is compiled again: what is wrong with a forged file is exactly the change, and everything
//! else is what the compiler or Cargo made. Records keep their length, so that they are changed in
//! place; symbols are renamed by `objcopy`.

use std::mem::offset_of;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use beskid_abi::record::{self, Identity, Record, Writer};
use beskid_abi::{Signature, note};
use object::LittleEndian;
use object::elf::{SHT_PROGBITS, SectionHeader64};
use object::read::archive::{ArchiveFile, ArchiveMember};
use object::{File, Object, ObjectSection, ObjectSymbol, RelocationTarget};

use crate::process;

/// The section in which a module's descriptor stands.
const DESCRIPTOR_SECTION: &str = ".data.rel.ro";

/// The size of a relocation in an ELF object for x86-64, and where its type stands in it.
const RELOCATION_SIZE: usize = 24;
const RELOCATION_TYPE: Range<usize> = 8..12;

/// What a record says, in a form that can be changed.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The fields that stand once.
    pub identity: Identity<'a>,
    /// The listed versions of a runtime.
    pub accepted: Vec<u32>,
    /// Imported runtime symbols with their signatures.
    pub imports: Vec<(String, Signature)>,
    /// Exported runtime symbols with their signatures.
    pub exports: Vec<(String, Signature)>,
}

impl<'a> Draft<'a> {
    fn of(record: &Record<'a>) -> Draft<'a> {
        let pair = |it: record::RuntimeSymbol| (it.symbol.to_string(), it.signature);
        Draft {
            identity: *record.identity(),
            accepted: record.accepted_versions().collect(),
            imports: record.imports().map(pair).collect(),
            exports: record.exports().map(pair).collect(),
        }
    }

    fn write(&self) -> Vec<u8> {
        const ROOM: &str = "a vector has room for a record";
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, &self.identity).expect(ROOM);
        for version in &self.accepted {
            writer.accepted_version(*version).expect(ROOM);
        }
        for (symbol, signature) in &self.imports {
            writer.import_as(symbol, *signature).expect(ROOM);
        }
        for (symbol, signature) in &self.exports {
            writer.export_as(symbol, *signature).expect(ROOM);
        }
        writer.finish().expect(ROOM);
        bytes
    }
}

/// Changes the record in a file's note.
///
/// # Panics
/// If the file has no record, or the change does not keep the record's length.
pub fn change_record(file: &mut [u8], change: impl FnOnce(&mut Draft<'_>)) {
    let range = record_range(file);
    let changed = {
        let record = record::parse(&file[range.clone()]).expect("the record can be read");
        let mut draft = Draft::of(&record);
        change(&mut draft);
        draft.write()
    };
    file[range.start..][..changed.len()].copy_from_slice(&changed);
    let written = record::parse(&file[range]).expect("the changed record can be read");
    assert_eq!(Draft::of(&written).write(), changed, "the record must keep its length");
}

/// The bytes of the record in a file's note.
///
/// # Panics
/// If the file has no record.
pub fn record_of(file: &[u8]) -> &[u8] {
    &file[record_range(file)]
}

/// Changes one byte of the record in a file's note.
///
/// # Panics
/// If the file has no record that reaches so far.
pub fn change_record_byte(file: &mut [u8], offset: usize, value: u8) {
    let range = record_range(file);
    file[range][offset] = value;
}

/// Takes away all traces of a note but the code that it vouched for: the guard's reference, the
/// record, and the descriptor's pointer to it.
///
/// # Errors
/// If `objcopy` fails.
///
/// # Panics
/// If the file has no note.
pub fn remove_note(mut file: Vec<u8>) -> Result<Vec<u8>, String> {
    forget_record(&mut file);
    let range = note_range(&file);
    file[range].fill(0);
    make_ordinary(&mut file);
    let section = note::SECTION;
    objcopy(
        &file,
        &[
            &format!("--remove-relocations={section}"),
            &format!("--rename-section={section}=.zeros,alloc,readonly,data"),
        ],
    )
}

/// Makes the relocation that fills the descriptor's pointer to the record one that does nothing.
fn forget_record(file: &mut [u8]) {
    let record_at = note_range(file).start;
    let place = {
        let object = File::parse(&*file).expect("the file is an object");
        let name = format!(".rela{DESCRIPTOR_SECTION}");
        let table = object.section_by_name(&name).expect("the descriptor has relocations");
        let descriptors = object.section_by_name(DESCRIPTOR_SECTION).expect("as above");
        let is_record = |target: RelocationTarget| {
            let RelocationTarget::Symbol(symbol) = target else { return false };
            let symbol = object.symbol_by_index(symbol).expect("relocations name symbols");
            let section = symbol.section_index().and_then(|it| object.section_by_index(it).ok());
            section.and_then(|it| it.file_range()).is_some_and(|(at, _)| at as usize == record_at)
        };
        let index = descriptors
            .relocations()
            .position(|(_, relocation)| is_record(relocation.target()))
            .expect("the descriptor refers to the record");
        table.file_range().expect("tables have bytes").0 as usize + index * RELOCATION_SIZE
    };
    file[place..][RELOCATION_TYPE].fill(0);
}

/// Makes the section of the note one of ordinary data.
fn make_ordinary(file: &mut [u8]) {
    let header = {
        let object = object::read::elf::ElfFile64::<LittleEndian>::parse(&*file)
            .expect("the file is an ELF object");
        let section = object.section_by_name(note::SECTION).expect("the object has a note");
        let table = object.elf_header().e_shoff.get(LittleEndian) as usize;
        table + section.index().0 * size_of::<SectionHeader64<LittleEndian>>()
    };
    let type_at = header + offset_of!(SectionHeader64<LittleEndian>, sh_type);
    file[type_at..][..4].copy_from_slice(&SHT_PROGBITS.to_le_bytes());
}

/// Gives a symbol another name.
///
/// # Errors
/// If `objcopy` fails.
pub fn rename_symbol(file: &[u8], from: &str, to: &str) -> Result<Vec<u8>, String> {
    objcopy(file, &[&format!("--redefine-sym={from}={to}")])
}

/// Adds a global symbol at the start of the note.
///
/// # Errors
/// If `objcopy` fails.
pub fn add_guard(file: &[u8], name: &str) -> Result<Vec<u8>, String> {
    let section = note::SECTION;
    objcopy(file, &[&format!("--add-symbol={name}={section}:0,global,object")])
}

fn objcopy(file: &[u8], arguments: &[&str]) -> Result<Vec<u8>, String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = scratch.path().join("object.o");
    std::fs::write(&path, file).map_err(|error| error.to_string())?;
    let mut command = Command::new("objcopy");
    process::run(command.args(arguments).arg(&path), "")
        .map_err(|problem| format!("{problem}; it is part of the package `binutils`"))?
        .require_success("objcopy")?;
    std::fs::read(&path).map_err(|error| error.to_string())
}

/// Where the note stands in a file.
fn note_range(file: &[u8]) -> Range<usize> {
    let object = File::parse(file).expect("the file is an object");
    let section = object.section_by_name(note::SECTION).expect("the object has a note");
    let (offset, size) = section.file_range().expect("a note has bytes");
    offset as usize..(offset + size) as usize
}

/// Where the record of the note stands in a file.
fn record_range(file: &[u8]) -> Range<usize> {
    let note = note_range(file);
    let found = note::notes(&file[note.clone()]).find_map(|it| it.ok()?.record());
    let len = found.expect("the note holds a record").len();
    note.start + note::RECORD_OFFSET..note.start + note::RECORD_OFFSET + len
}

/// How a member of an archive knows a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mention {
    /// The member defines it.
    Definition,
    /// The member refers to it.
    Reference,
}

/// Writes a copy of an archive in which the members that mention a symbol are changed.
///
/// # Errors
/// If the archive cannot be read or written, or no member defines the symbol.
pub fn change_members(
    archive: &Path,
    symbol: &str,
    change: impl Fn(Vec<u8>, Mention) -> Result<Vec<u8>, String>,
    output: &Path,
) -> Result<(), String> {
    let data = std::fs::read(archive).map_err(|error| error.to_string())?;
    let mut members = members(&data)?;
    let mut is_defined = false;
    for (_, bytes) in &mut members {
        let Some(mention) = mention(bytes, symbol) else { continue };
        is_defined |= mention == Mention::Definition;
        *bytes = change(std::mem::take(bytes), mention)?;
    }
    if !is_defined {
        return Err(format!("no member of {} defines {symbol}", archive.display()));
    }
    let members: Vec<(&str, &[u8])> =
        members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let written = beskid_aot::write_archive(&members).map_err(|error| error.to_string())?;
    std::fs::write(output, written).map_err(|error| error.to_string())
}

/// Names and bytes of the members of an archive.
///
/// # Errors
/// If the archive cannot be read.
pub fn members(archive: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let parsed = ArchiveFile::parse(archive).map_err(|error| error.to_string())?;
    let read = |member: object::Result<ArchiveMember<'_>>| {
        let member = member?;
        let name = String::from_utf8_lossy(member.name()).into_owned();
        Ok((name, member.data(archive)?.to_vec()))
    };
    parsed.members().map(read).collect::<object::Result<_>>().map_err(|error| error.to_string())
}

fn mention(object: &[u8], symbol: &str) -> Option<Mention> {
    let object = File::parse(object).ok()?;
    let found = object.symbols().find(|it| it.name() == Ok(symbol))?;
    Some(if found.is_definition() { Mention::Definition } else { Mention::Reference })
}
