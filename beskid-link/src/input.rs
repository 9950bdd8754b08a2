//! Files as ranges of bytes: opened only if they are regular, read only where they are looked at.

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The bytes that are read at once when a range is searched.
const CHUNK_LEN: usize = 256 * 1024;

/// An open regular file.
#[derive(Debug)]
pub(crate) struct Input {
    file: File,
    path: PathBuf,
    len: u64,
    identity: (u64, u64),
}

impl Input {
    /// Opens a file. What is not there, not regular or not ours to read is left to the linker:
    /// opening a pipe could wait for ever, and reading it would take its content away.
    pub(crate) fn open(path: &Path) -> Option<Input> {
        let metadata = std::fs::metadata(path).ok()?;
        let file = metadata.is_file().then(|| File::open(path).ok())??;
        let identity = (metadata.dev(), metadata.ino());
        Some(Input { file, path: path.to_owned(), len: metadata.len(), identity })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What tells this file from all others, by whatever path it was opened.
    pub(crate) fn identity(&self) -> (u64, u64) {
        self.identity
    }

    /// The whole file.
    pub(crate) fn region(&self) -> Region<'_> {
        Region { input: self, start: 0, len: self.len }
    }
}

/// A range of an open file: the file itself, or a member of an archive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region<'a> {
    input: &'a Input,
    start: u64,
    len: u64,
}

impl<'a> Region<'a> {
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Bytes from the start of the file to the region.
    pub(crate) fn file_offset(&self) -> u64 {
        self.start
    }

    /// A range within this one, or `None` if it leaves it.
    pub(crate) fn part(&self, offset: u64, len: u64) -> Option<Region<'a>> {
        let end = offset.checked_add(len)?;
        (end <= self.len).then(|| Region { input: self.input, start: self.start + offset, len })
    }

    /// Fills a buffer from a place in the region. Bytes behind the region are not read.
    pub(crate) fn fill(&self, offset: u64, buffer: &mut [u8]) -> Result<(), Error> {
        let inside = self.part(offset, buffer.len() as u64);
        let end = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let read = inside
            .ok_or_else(end)
            .and_then(|part| part.input.file.read_exact_at(buffer, part.start));
        read.map_err(|source| Error::read(&self.input.path, source))
    }

    /// The first bytes, at most `len_max` of them.
    pub(crate) fn head(&self, len_max: usize) -> Result<Vec<u8>, Error> {
        let len = self.len.min(len_max as u64) as usize;
        let mut bytes = vec![0; len];
        self.fill(0, &mut bytes)?;
        Ok(bytes)
    }

    /// All bytes.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, Error> {
        self.head(usize::MAX)
    }

    /// Whether `matches` holds for a chunk. Chunks overlap by `overlap` bytes, so that nothing of
    /// that length is missed, and a region of any size needs little memory.
    pub(crate) fn any_chunk(
        &self,
        overlap: usize,
        mut matches: impl FnMut(&[u8]) -> bool,
    ) -> Result<bool, Error> {
        let mut buffer = vec![0; CHUNK_LEN.min(self.len as usize)];
        let mut offset = 0;
        while offset < self.len {
            let len = (self.len - offset).min(CHUNK_LEN as u64);
            let chunk = &mut buffer[..len as usize];
            self.fill(offset, chunk)?;
            if matches(chunk) {
                return Ok(true);
            }
            let is_last = offset + len == self.len;
            offset += if is_last { len } else { len - overlap as u64 };
        }
        Ok(false)
    }
}
