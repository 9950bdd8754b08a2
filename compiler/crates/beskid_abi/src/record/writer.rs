//! Writes a record into a buffer that the caller supplies.

extern crate alloc;

use core::fmt;

use super::symbols::ListWriter;
use super::{FORMAT, HEADER_LEN, Identity, RecordKind, UnwindMode, tag};
use crate::signature::Signature;
use crate::spec::RuntimeFn;
use crate::version::{BESKID_RUNTIME_ABI_VERSION, RUNTIME_ACCEPTED_VERSIONS};

/// The buffer is too small, a text is longer than its length field can say, or a symbol is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferFull;

impl fmt::Display for BufferFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the ABI record does not fit into its buffer")
    }
}

impl core::error::Error for BufferFull {}

/// Where a record is written to.
pub trait Sink {
    /// Appends bytes.
    fn push(&mut self, bytes: &[u8]) -> Result<(), BufferFull>;

    /// The number of bytes that were appended.
    fn position(&self) -> usize;

    /// Replaces the four bytes at `position`, which were appended before.
    fn patch(&mut self, position: usize, bytes: [u8; 4]);
}

/// A sink over a slice of fixed length.
#[derive(Debug)]
pub struct SliceSink<'a> {
    buffer: &'a mut [u8],
    len: usize,
}

impl<'a> SliceSink<'a> {
    /// Writes from the start of `buffer`.
    pub fn new(buffer: &'a mut [u8]) -> SliceSink<'a> {
        SliceSink { buffer, len: 0 }
    }

    /// The bytes that were written.
    #[must_use]
    pub fn written(&self) -> &[u8] {
        &self.buffer[..self.len]
    }
}

impl Sink for SliceSink<'_> {
    fn push(&mut self, bytes: &[u8]) -> Result<(), BufferFull> {
        let free = self.buffer.get_mut(self.len..self.len + bytes.len()).ok_or(BufferFull)?;
        free.copy_from_slice(bytes);
        self.len += bytes.len();
        Ok(())
    }

    fn position(&self) -> usize {
        self.len
    }

    fn patch(&mut self, position: usize, bytes: [u8; 4]) {
        self.buffer[position..position + 4].copy_from_slice(&bytes);
    }
}

impl Sink for alloc::vec::Vec<u8> {
    fn push(&mut self, bytes: &[u8]) -> Result<(), BufferFull> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    fn position(&self) -> usize {
        self.len()
    }

    fn patch(&mut self, position: usize, bytes: [u8; 4]) {
        self[position..position + 4].copy_from_slice(&bytes);
    }
}

/// A record in the making. Nothing is valid before [`Writer::finish`].
#[derive(Debug)]
pub struct Writer<'s, S: Sink> {
    sink: &'s mut S,
    start: usize,
    list: Option<OpenList>,
}

/// A list that still grows: nothing was written behind it.
#[derive(Debug)]
struct OpenList {
    tag: u16,
    payload_start: usize,
    entries: ListWriter,
}

impl<'s, S: Sink> Writer<'s, S> {
    /// Begins a record at the sink's position with the fields that stand once.
    pub fn new(sink: &'s mut S, identity: &Identity<'_>) -> Result<Writer<'s, S>, BufferFull> {
        let start = sink.position();
        sink.push(&[FORMAT, identity.kind as u8, 0, 0, 0, 0, 0, 0])?;
        let mut writer = Writer { sink, start, list: None };
        writer.identity(identity)?;
        Ok(writer)
    }

    fn identity(&mut self, identity: &Identity<'_>) -> Result<(), BufferFull> {
        self.field(tag::ABI_VERSION, &[&identity.abi_version.to_le_bytes()])?;
        self.field(tag::TARGET, &[identity.target.as_bytes()])?;
        self.field(tag::POINTER_WIDTH, &[&[identity.pointer_width]])?;
        self.field(tag::LAYOUT_HASH, &[&identity.layout_hash.to_le_bytes()])?;
        self.field(tag::UNWIND, &[&[identity.unwind as u8]])?;
        self.field(tag::PRODUCER, &[identity.producer.as_bytes()])?;
        self.field(tag::MODULE, &[identity.module.as_bytes()])?;
        self.field(tag::SOURCE, &[identity.source.as_bytes()])?;
        self.field(tag::SOURCE_HASH, &[&identity.source_hash.to_le_bytes()])
    }

    /// Adds an ABI revision that a runtime serves beside its own.
    pub fn accepted_version(&mut self, version: u32) -> Result<(), BufferFull> {
        self.field(tag::ACCEPTED_VERSION, &[&version.to_le_bytes()])
    }

    /// Adds a runtime function that an object calls.
    pub fn import(&mut self, function: RuntimeFn) -> Result<(), BufferFull> {
        self.import_as(function.symbol(), function.signature())
    }

    /// Adds an imported runtime symbol that need not be in this toolchain's table.
    pub fn import_as(&mut self, symbol: &str, signature: Signature) -> Result<(), BufferFull> {
        self.list_entry(tag::RUNTIME_IMPORTS, symbol, signature)
    }

    /// Adds a runtime function that a runtime exports.
    pub fn export(&mut self, function: RuntimeFn) -> Result<(), BufferFull> {
        self.export_as(function.symbol(), function.signature())
    }

    /// Adds an exported runtime symbol that need not be in this toolchain's table.
    pub fn export_as(&mut self, symbol: &str, signature: Signature) -> Result<(), BufferFull> {
        self.list_entry(tag::RUNTIME_EXPORTS, symbol, signature)
    }

    /// Adds a foreign function that an object calls.
    pub fn extern_symbol(
        &mut self,
        symbol: &str,
        library: &str,
        signature: &str,
    ) -> Result<(), BufferFull> {
        let (symbol_len, library_len) = (counted(symbol)?, counted(library)?);
        self.field(
            tag::EXTERN,
            &[
                &symbol_len,
                symbol.as_bytes(),
                &library_len,
                library.as_bytes(),
                signature.as_bytes(),
            ],
        )
    }

    /// Adds a function that an object offers to its host.
    pub fn function(&mut self, symbol: &str, signature: &str) -> Result<(), BufferFull> {
        let parts = [&counted(symbol)?, symbol.as_bytes(), signature.as_bytes()];
        self.field(tag::FUNCTION, &parts)
    }

    /// Completes the record and returns its length in bytes.
    pub fn finish(self) -> Result<usize, BufferFull> {
        let len = self.sink.position() - self.start;
        let stated = u32::try_from(len).map_err(|_too_long| BufferFull)?;
        self.sink.patch(self.start + HEADER_LEN - 4, stated.to_le_bytes());
        Ok(len)
    }

    /// Appends to the list that was written last, or begins one.
    fn list_entry(
        &mut self,
        tag: u16,
        symbol: &str,
        signature: Signature,
    ) -> Result<(), BufferFull> {
        let mut list = match self.list.take().filter(|list| list.tag == tag) {
            Some(list) => list,
            None => {
                self.field(tag, &[])?;
                let payload_start = self.sink.position();
                OpenList { tag, payload_start, entries: ListWriter::new() }
            }
        };
        list.entries.push(self.sink, symbol, signature)?;
        let len = u32::try_from(self.sink.position() - list.payload_start);
        let len = len.map_err(|_too_long| BufferFull)?;
        self.sink.patch(list.payload_start - size_of::<u32>(), len.to_le_bytes());
        self.list = Some(list);
        Ok(())
    }

    fn field(&mut self, tag: u16, parts: &[&[u8]]) -> Result<(), BufferFull> {
        self.list = None;
        let len: usize = parts.iter().map(|part| part.len()).sum();
        let len = u32::try_from(len).map_err(|_too_long| BufferFull)?;
        self.sink.push(&tag.to_le_bytes())?;
        self.sink.push(&len.to_le_bytes())?;
        parts.iter().try_for_each(|part| self.sink.push(part))
    }
}

fn counted(text: &str) -> Result<[u8; 2], BufferFull> {
    u16::try_from(text.len()).map(u16::to_le_bytes).map_err(|_too_long| BufferFull)
}

/// Writes the record of this toolchain's runtime: its versions and the whole table.
///
/// `producer` is the runtime crate with its version, such as `beskid-runtime 0.1.0`.
pub fn write_runtime_record<S: Sink>(
    sink: &mut S,
    target: &str,
    pointer_width: u8,
    unwind: UnwindMode,
    producer: &str,
) -> Result<usize, BufferFull> {
    let identity = Identity {
        kind: RecordKind::Runtime,
        abi_version: BESKID_RUNTIME_ABI_VERSION,
        target,
        pointer_width,
        layout_hash: crate::layout::LAYOUT_HASH,
        unwind,
        producer,
        module: producer.split(' ').next().unwrap_or(producer),
        source: "",
        source_hash: 0,
    };
    let mut writer = Writer::new(sink, &identity)?;
    for version in RUNTIME_ACCEPTED_VERSIONS {
        writer.accepted_version(*version)?;
    }
    for function in RuntimeFn::ALL {
        writer.export(*function)?;
    }
    writer.finish()
}
