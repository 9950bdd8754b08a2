//! The ABI record: what an object requires of a runtime, or what a runtime provides.
//!
//! A record is a header of eight bytes and a list of fields, each a tag, a length and a payload,
//! all little-endian and unaligned. Unknown fields are skipped, so that a newer compiler may say
//! more; an unknown format is refused, so that nothing is misread. Reading and writing allocate
//! nothing, and no input makes the reader panic.
//!
//! The record knows nothing of notes and object files; [`crate::note`] wraps it.

mod cursor;
mod reader;
mod symbols;
mod writer;

pub use cursor::Entries;
pub use reader::{ErrorKind, RecordError, parse};
pub use symbols::{RuntimeSymbol, SYMBOL_LEN_MAX, SymbolName};
pub use writer::{BufferFull, Sink, SliceSink, Writer, write_runtime_record};

/// The record format that this crate reads and writes.
///
/// In format 1 every import was a field of its own, with a hash in place of the signature.
pub const FORMAT: u8 = 2;

/// The length of a record's header: format, kind, two zero bytes, and the record's length.
pub const HEADER_LEN: usize = 8;

/// Which side of the contract a record describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum RecordKind {
    /// Compiled Beskid code, which requires a runtime.
    Object = 1,
    /// A runtime.
    Runtime = 2,
}

/// What happens to a panic's stack frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum UnwindMode {
    /// The process ends where the panic happens.
    Abort = 0,
    /// The frames are unwound to the host boundary.
    Unwind = 1,
}

impl UnwindMode {
    /// The name that records are printed with.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            UnwindMode::Abort => "abort",
            UnwindMode::Unwind => "unwind",
        }
    }
}

/// The fields that stand once in every record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity<'a> {
    /// Which side of the contract this is.
    pub kind: RecordKind,
    /// The ABI revision that an object requires, or that a runtime provides.
    pub abi_version: u32,
    /// The target triple, as rustc spells it.
    pub target: &'a str,
    /// The width of a pointer in bits.
    pub pointer_width: u8,
    /// [`crate::LAYOUT_HASH`] as the producer knew it.
    pub layout_hash: u64,
    /// How panics leave the code.
    pub unwind: UnwindMode,
    /// The program that made the file, with its version: `beskid 0.1.0`.
    pub producer: &'a str,
    /// The module, or the crate of a runtime.
    pub module: &'a str,
    /// The source file relative to its package, with `/`; empty for a runtime.
    pub source: &'a str,
    /// The hash of the sources; 0 for a runtime.
    pub source_hash: u64,
}

/// A foreign function that an object's sources declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExternSymbol<'a> {
    /// The symbol's name.
    pub symbol: &'a str,
    /// The library that the contract names.
    pub library: &'a str,
    /// The signature as the language spells it.
    pub signature: &'a str,
}

/// A Beskid function that an object offers to its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportedFunction<'a> {
    /// The symbol's name.
    pub symbol: &'a str,
    /// The signature as the language spells it.
    pub signature: &'a str,
}

/// A record that has been read and found well-formed.
///
/// It borrows the bytes: nothing is copied, and the lists are read again when they are iterated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    identity: Identity<'a>,
    fields: &'a [u8],
}

impl<'a> Record<'a> {
    /// The fields that stand once.
    #[must_use]
    pub const fn identity(&self) -> &Identity<'a> {
        &self.identity
    }

    /// The older ABI revisions that a runtime also serves. Its own is served without being listed.
    pub fn accepted_versions(&self) -> impl Iterator<Item = u32> + use<'a> {
        Entries::new(self.fields).filter_map(reader::accepted_version)
    }

    /// Whether a runtime with this record lists ABI revision `version` or provides it.
    #[must_use]
    pub fn accepts(&self, version: u32) -> bool {
        version == self.identity.abi_version || self.accepted_versions().any(|v| v == version)
    }

    /// The runtime symbols that an object imports.
    pub fn imports(&self) -> impl Iterator<Item = RuntimeSymbol> + use<'a> {
        Entries::new(self.fields).flat_map(reader::runtime_imports)
    }

    /// The runtime symbols that a runtime exports.
    pub fn exports(&self) -> impl Iterator<Item = RuntimeSymbol> + use<'a> {
        Entries::new(self.fields).flat_map(reader::runtime_exports)
    }

    /// The foreign functions that an object calls.
    pub fn externs(&self) -> impl Iterator<Item = ExternSymbol<'a>> + use<'a> {
        Entries::new(self.fields).filter_map(reader::extern_symbol)
    }

    /// The functions that an object offers to its host.
    pub fn functions(&self) -> impl Iterator<Item = ExportedFunction<'a>> + use<'a> {
        Entries::new(self.fields).filter_map(reader::exported_function)
    }
}

/// The fields by tag. A tag is never given another meaning; a retired one is never used again (11
/// and 12 were imports and exports in format 1).
mod tag {
    /// `u32`; once.
    pub(super) const ABI_VERSION: u16 = 1;
    /// `u32`; any number of times.
    pub(super) const ACCEPTED_VERSION: u16 = 2;
    /// Text; once.
    pub(super) const TARGET: u16 = 3;
    /// `u8`; once.
    pub(super) const POINTER_WIDTH: u16 = 4;
    /// `u64`; once.
    pub(super) const LAYOUT_HASH: u16 = 5;
    /// `u8`; once.
    pub(super) const UNWIND: u16 = 6;
    /// Text; once.
    pub(super) const PRODUCER: u16 = 7;
    /// Text; once.
    pub(super) const MODULE: u16 = 8;
    /// Text; once.
    pub(super) const SOURCE: u16 = 9;
    /// `u64`; once.
    pub(super) const SOURCE_HASH: u16 = 10;
    /// The symbols that an object imports, in the form of [`super::symbols`]; any number of times.
    pub(super) const RUNTIME_IMPORTS: u16 = 15;
    /// The symbols that a runtime exports, as [`RUNTIME_IMPORTS`].
    pub(super) const RUNTIME_EXPORTS: u16 = 16;
    /// Symbol and library, each behind a `u16` length, then the signature; any number of times.
    pub(super) const EXTERN: u16 = 13;
    /// The symbol behind a `u16` length, then the signature; any number of times.
    pub(super) const FUNCTION: u16 = 14;

    /// The fields that every record has, with the names that messages use.
    pub(super) const REQUIRED: &[(u16, &str)] = &[
        (ABI_VERSION, "ABI version"),
        (TARGET, "target"),
        (POINTER_WIDTH, "pointer width"),
        (LAYOUT_HASH, "layout hash"),
        (UNWIND, "unwind mode"),
        (PRODUCER, "producer"),
        (MODULE, "module"),
        (SOURCE, "source"),
        (SOURCE_HASH, "source hash"),
    ];
}
