//! Reads a record: every byte is checked once, so that a [`Record`] can be iterated without errors.

use core::fmt;

use super::cursor::{Cursor, Entries, Entry};
use super::symbols::Symbols;
use super::{
    ExportedFunction, ExternSymbol, FORMAT, HEADER_LEN, Identity, Record, RecordKind, UnwindMode,
    tag,
};

/// Why bytes are not a record, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordError {
    /// Bytes from the start of the record to the fault.
    pub offset: usize,
    /// What is wrong there.
    pub kind: ErrorKind,
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The bytes end before the record does.
    Truncated,
    /// The record's format is not [`FORMAT`].
    UnknownFormat(u8),
    /// The record is neither an object's nor a runtime's.
    UnknownKind(u8),
    /// The stated length does not even cover the header.
    BadLength(u32),
    /// The payload of the field with this tag does not have the field's form.
    BadField(u16),
    /// The field with this tag stands twice.
    DuplicateField(u16),
    /// A field that every record has is absent.
    MissingField(&'static str),
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::Truncated => write!(f, "the record is cut off"),
            ErrorKind::UnknownFormat(found) => {
                let age = if *found > FORMAT { "a newer" } else { "an older" };
                write!(
                    f,
                    "the record has format {found}, but this tool reads format {FORMAT}; \
                     {age} toolchain wrote it"
                )
            }
            ErrorKind::UnknownKind(found) => write!(f, "the record has the unknown kind {found}"),
            ErrorKind::BadLength(found) => {
                write!(f, "the record states a length of {found} bytes, less than its own header")
            }
            ErrorKind::BadField(tag) => write!(f, "field {tag} of the record is malformed"),
            ErrorKind::DuplicateField(tag) => write!(f, "field {tag} of the record stands twice"),
            ErrorKind::MissingField(name) => write!(f, "the record does not state its {name}"),
        }?;
        write!(f, " (at byte {} of the record)", self.offset)
    }
}

impl core::error::Error for RecordError {}

/// Reads the record at the start of `bytes`. Bytes behind the stated length are padding.
pub fn parse(bytes: &[u8]) -> Result<Record<'_>, RecordError> {
    let (kind, fields) = parse_header(bytes)?;
    let mut entries = Entries::new(fields);
    let mut seen = Seen::default();
    for entry in entries.by_ref() {
        seen.add(entry).map_err(|kind| at(HEADER_LEN + entry.offset, kind))?;
    }
    if !entries.rest().is_empty() {
        return Err(at(HEADER_LEN + entries.offset(), ErrorKind::Truncated));
    }
    let identity = seen.identity(kind).map_err(|kind| at(HEADER_LEN + fields.len(), kind))?;
    Ok(Record { identity, fields })
}

fn parse_header(bytes: &[u8]) -> Result<(RecordKind, &[u8]), RecordError> {
    let mut cursor = Cursor::new(bytes);
    let truncated = at(bytes.len(), ErrorKind::Truncated);
    // The format stands first and is judged first: what follows it may look otherwise one day.
    let format = cursor.u8().ok_or(truncated)?;
    if format != FORMAT {
        return Err(at(0, ErrorKind::UnknownFormat(format)));
    }
    let kind = match cursor.u8().ok_or(truncated)? {
        1 => RecordKind::Object,
        2 => RecordKind::Runtime,
        unknown => return Err(at(1, ErrorKind::UnknownKind(unknown))),
    };
    cursor.u16().ok_or(truncated)?;
    let len = cursor.u32().ok_or(truncated)?;
    let fields_len = usize::try_from(len).ok().and_then(|len| len.checked_sub(HEADER_LEN));
    let fields_len = fields_len.ok_or(at(4, ErrorKind::BadLength(len)))?;
    Ok((kind, cursor.take(fields_len).ok_or(truncated)?))
}

const fn at(offset: usize, kind: ErrorKind) -> RecordError {
    RecordError { offset, kind }
}

/// The single fields that have been read so far.
#[derive(Default)]
struct Seen<'a> {
    tags: u16,
    abi_version: u32,
    target: &'a str,
    pointer_width: u8,
    layout_hash: u64,
    unwind: Option<UnwindMode>,
    producer: &'a str,
    module: &'a str,
    source: &'a str,
    source_hash: u64,
}

impl<'a> Seen<'a> {
    fn add(&mut self, entry: Entry<'a>) -> Result<(), ErrorKind> {
        if tag::REQUIRED.iter().any(|(tag, _)| *tag == entry.tag) {
            if self.tags & (1 << entry.tag) != 0 {
                return Err(ErrorKind::DuplicateField(entry.tag));
            }
            self.tags |= 1 << entry.tag;
        }
        self.store(entry).ok_or(ErrorKind::BadField(entry.tag))
    }

    /// Stores a single field and checks the form of a repeated one.
    fn store(&mut self, entry: Entry<'a>) -> Option<()> {
        let payload = entry.payload;
        match entry.tag {
            tag::ABI_VERSION => self.abi_version = number(payload).map(u32::from_le_bytes)?,
            tag::TARGET => self.target = text(payload)?,
            tag::POINTER_WIDTH => self.pointer_width = number(payload).map(u8::from_le_bytes)?,
            tag::LAYOUT_HASH => self.layout_hash = number(payload).map(u64::from_le_bytes)?,
            tag::UNWIND => self.unwind = Some(unwind_mode(payload)?),
            tag::PRODUCER => self.producer = text(payload)?,
            tag::MODULE => self.module = text(payload)?,
            tag::SOURCE => self.source = text(payload)?,
            tag::SOURCE_HASH => self.source_hash = number(payload).map(u64::from_le_bytes)?,
            tag::ACCEPTED_VERSION => accepted_version(entry).map(|_| ())?,
            tag::RUNTIME_IMPORTS | tag::RUNTIME_EXPORTS => {
                Symbols::is_well_formed(payload).then_some(())?;
            }
            tag::EXTERN => extern_symbol(entry).map(|_| ())?,
            tag::FUNCTION => exported_function(entry).map(|_| ())?,
            // A newer producer may say more than this reader knows.
            _ => {}
        }
        Some(())
    }

    fn identity(self, kind: RecordKind) -> Result<Identity<'a>, ErrorKind> {
        let is_missing = |(tag, _): &&(u16, &str)| self.tags & (1 << *tag) == 0;
        if let Some((_, name)) = tag::REQUIRED.iter().find(is_missing) {
            return Err(ErrorKind::MissingField(name));
        }
        Ok(Identity {
            kind,
            abi_version: self.abi_version,
            target: self.target,
            pointer_width: self.pointer_width,
            layout_hash: self.layout_hash,
            unwind: self.unwind.unwrap_or(UnwindMode::Abort),
            producer: self.producer,
            module: self.module,
            source: self.source,
            source_hash: self.source_hash,
        })
    }
}

fn number<const N: usize>(payload: &[u8]) -> Option<[u8; N]> {
    payload.try_into().ok()
}

/// Reads text. Control characters are refused, because records are printed on terminals.
fn text(payload: &[u8]) -> Option<&str> {
    let text = core::str::from_utf8(payload).ok()?;
    (!text.contains(char::is_control)).then_some(text)
}

fn unwind_mode(payload: &[u8]) -> Option<UnwindMode> {
    match payload {
        [0] => Some(UnwindMode::Abort),
        [1] => Some(UnwindMode::Unwind),
        _ => None,
    }
}

pub(super) fn accepted_version(entry: Entry<'_>) -> Option<u32> {
    let payload = of(entry, tag::ACCEPTED_VERSION)?;
    number(payload).map(u32::from_le_bytes)
}

pub(super) fn runtime_imports(entry: Entry<'_>) -> Symbols<'_> {
    Symbols::new(of(entry, tag::RUNTIME_IMPORTS).unwrap_or_default())
}

pub(super) fn runtime_exports(entry: Entry<'_>) -> Symbols<'_> {
    Symbols::new(of(entry, tag::RUNTIME_EXPORTS).unwrap_or_default())
}

pub(super) fn extern_symbol(entry: Entry<'_>) -> Option<ExternSymbol<'_>> {
    let mut cursor = Cursor::new(of(entry, tag::EXTERN)?);
    let symbol = counted_text(&mut cursor)?;
    let library = counted_text(&mut cursor)?;
    Some(ExternSymbol { symbol, library, signature: text(cursor.rest())? })
}

pub(super) fn exported_function(entry: Entry<'_>) -> Option<ExportedFunction<'_>> {
    let mut cursor = Cursor::new(of(entry, tag::FUNCTION)?);
    let symbol = counted_text(&mut cursor)?;
    Some(ExportedFunction { symbol, signature: text(cursor.rest())? })
}

fn of<'a>(entry: Entry<'a>, tag: u16) -> Option<&'a [u8]> {
    (entry.tag == tag).then_some(entry.payload)
}

fn counted_text<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let len = usize::from(cursor.u16()?);
    text(cursor.take(len)?)
}
